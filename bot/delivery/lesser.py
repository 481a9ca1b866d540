"""What a post becomes that cannot go as it is, and which post of ours it may answer."""

from dataclasses import replace
from datetime import datetime

from adapters.contract import Adapter, Form, Limits, NotSent, Receipt
from bot.delivery.composing import Composer, Written
from bot.model import Delivery, Kind
from bot.posts.compose import CannotCompose
from bot.posts.price import unlinked
from bot.rules.budget import may_go_unlinked
from bot.store.turns import Job


async def without_link(job: Job, stands: Delivery, compose: Composer, limits: Limits, now: datetime) -> Written | None:
    """Write a job's post without its link; a photo or a drawn card stands in for it where its network takes one.

    None where it has to keep its link. Raises CannotCompose.
    """
    if not may_go_unlinked(stands, job.run.channel):
        return None
    shows = replace(limits, least=1) if limits.media and limits.pictures else limits
    try:
        written = await compose(_of_form(job, "photo"), shows, now)
    except CannotCompose:
        written = await compose(_of_form(job, "text"), limits, now)
    return replace(written, post=unlinked(written.post))


def _of_form(job: Job, form: Form) -> Job:
    return replace(job, run=replace(job.run, channel=replace(job.run.channel, form=form)))


def answers(job: Job, adapter: Adapter) -> bool:
    """Whether a job's post answers another one of ours on the network itself."""
    out = job.parent
    # Of a post a person found by hand only the address is known, and that is no number to answer.
    is_known = out is not None and out.id != out.url
    return adapter.spec.replies and job.delivery.kind is Kind.REPLY and is_known


def parent_of(job: Job) -> Receipt:
    """Tell which post a job changes or takes down. Raises NotSent where it is not out yet."""
    if job.parent is None:
        raise NotSent("there is no post yet to change", is_outage=False)
    return job.parent
