"""What a post becomes that cannot go as it is, and which post of ours it may answer."""

from dataclasses import replace
from datetime import datetime

from adapters.contract import Adapter, Form, Limits, NotSent, Post, Receipt
from bot.articles.photo import names_of
from bot.delivery.composing import Composer, Written
from bot.delivery.fewer import still_named, with_fewer
from bot.delivery.gallery import ALONE, NO_OTHER, left_out
from bot.delivery.showing import BARE, must_show
from bot.model import Channel, Delivery, Kind, Reason
from bot.posts.compose import CannotCompose
from bot.posts.price import unlinked
from bot.rules.budget import may_go_unlinked
from bot.rules.described import WITHOUT
from bot.rules.standing import BY_HAND
from bot.store.turns import Job
from bot.tongue import phrase


async def without_link(job: Job, stands: Delivery, compose: Composer, limits: Limits, now: datetime) -> Written | None:
    """Write a job's post without its link; a photo or a drawn card stands in for it where its network takes one.

    None where it has to keep its link. Raises CannotCompose.
    """
    if not may_go_unlinked(stands, job.run.channel):
        return None
    return await _unlinked(job, compose, limits, now, form="photo")


async def unpictured(
    job: Job,
    compose: Composer,
    limits: Limits,
    now: datetime,
    *,
    refused: str = "",
    unfit: str = "",
    barred: str = "",
) -> Written:
    """Write a job's frozen post without the picture that cannot go with it. Raises CannotCompose.

    `refused`: why the network will not take one of them; `unfit`: why it cannot even be offered; `barred`: why one must
    not leave, as who prepares pictures knows of each by itself. Of several only the first stays where nobody knows
    which was meant: it has its own chance in a turn of its own.
    """
    stands = job.delivery
    shows = len(stands.post.media) if stands.post else 1
    title = compose.title(job.run.channel)
    why = unfit or barred or phrase(f"{title} refused it ({refused})")
    if refused and shows > 1:
        why = phrase(f"{title} refused one of them ({refused})")
    if stands.post and stands.template == BY_HAND:
        return _with_fewer(job, stands.post, compose, limits, is_barred=bool(barred), why=why)
    told = {} if barred else {"alone" if shows > 1 else "unfit": why}
    if not _has_lost_its_link(stands, job.run.channel):
        return await compose(job, limits, now, **told)
    written = await _unlinked(job, compose, limits, now, form="photo" if barred or shows > 1 else "text", **told)
    return written if written.remark else replace(written, remark=f"{WITHOUT}: {why}")


def _with_fewer(job: Job, post: Post, compose: Composer, limits: Limits, *, is_barred: bool, why: str) -> Written:
    """Keep a person's words, and ask about them where they name whose photo is shown no more."""
    article, form, shown = job.article, job.run.channel.form, post.media
    kept, is_led = shown[:1] if len(shown) > 1 else (), False
    if kept and article and article.photo:
        is_led = kept[0].photo in names_of(article.photo.url)
    remark = f"{ALONE if is_led else NO_OTHER}: {why}"
    if is_barred:
        whys = compose.whys_barred(post, article)[: len(shown)]
        kept = tuple(each for each, barred in zip(shown, whys, strict=True) if not barred)
        remark = left_out(len(shown) - len(kept), len(shown), "; ".join(dict.fromkeys(filter(None, whys))))
    if not kept:
        if must_show(limits) or form == "video":
            raise CannotCompose(Reason.NO_FILM if form == "video" else Reason.NO_PICTURE, why)
        remark = f"{WITHOUT if post.media else BARE}: {why}"
    fewer = with_fewer(post, kept, address=article.url if article else "")
    named = still_named(post, fewer)
    return Written(fewer, "; ".join(filter(None, (remark, named))), asks=bool(named))


def _has_lost_its_link(stands: Delivery, who: Channel) -> bool:
    post = stands.post
    # Without its link no post is a film: one that shows a film never had any.
    if post is None or any(each.mime.startswith("video/") for each in post.media):
        return False
    return may_go_unlinked(stands, who) and unlinked(post) == post


async def _unlinked(job: Job, compose: Composer, limits: Limits, now: datetime, *, form: Form, **told: str) -> Written:
    shows = replace(limits, least=1) if form == "photo" and limits.media and limits.pictures else limits
    try:
        written = await compose(_of_form(job, form), shows, now, **told)
    except CannotCompose:
        if form == "text":
            raise
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
