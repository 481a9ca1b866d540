"""Whether an article that is not brand new still has its page, asked once more before its post is sent."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from adapters.contract import Clock
from bot.model import Delivery, Kind, Next, Policy, Reason
from bot.rules import outcome
from bot.rules.approval import remark_of
from bot.store.turns import Job
from bot.tongue import phrase

LOOK_AGAIN = timedelta(minutes=10)
Look = Callable[[str], Awaitable[Literal["there", "gone", "unclear"]]]
"""Asks whether an article's page is still there."""


async def last_look(look: Look, job: Job, clock: Clock, *, policy: Policy) -> tuple[Delivery, Next | None]:
    """Ask for the page of a job's article; tells how its delivery stands, with what is unclear, and what stops it.

    Of an article without a date nobody knows that it is brand new.
    """
    article, now, seen = job.article, clock.now(), job.delivery.published_at
    told = remark_of(job.delivery)
    stands = replace(job.delivery, detail=told)
    if article is None or stands.kind is Kind.EDIT:
        return stands, None
    if seen is not None and now - seen < policy.look_from_age:
        return stands, None
    found = await look(article.url)
    if found != "gone":
        unclear = "" if found == "there" else phrase("the article's page could not be checked")
        return replace(stands, gone_looks=0, detail="; ".join(filter(None, (told, unclear)))), None
    looked = replace(stands, gone_looks=stands.gone_looks + 1)
    if looked.gone_looks > 1:
        return looked, outcome.hold(looked, Reason.GONE, article.url)
    again = clock.now() + LOOK_AGAIN
    return looked, Next(replace(looked, reason=Reason.LOOKS_GONE, detail=article.url, due_at=again))
