"""Everything a post is made of, for people who approve, edit or preview one."""

from dataclasses import dataclass

import sqlalchemy as sa

from adapters.contract import Limits
from bot.model import Article, Channel, Delivery
from bot.store.accounts import read_limits
from bot.store.deliveries import get
from bot.store.stories import article_of
from bot.store.templates import InUse, template_for


@dataclass(frozen=True, slots=True)
class Material:
    """One delivery with its story, the template in use, and the limits its account was found to have."""

    delivery: Delivery
    article: Article | None
    template: InUse
    limits: Limits | None


def material(db: sa.Connection, which: int, channels: dict[str, Channel]) -> Material | None:
    """Read what a delivery's post is made of; None: there is no such delivery, or its channel left the settings."""
    found = get(db, which)
    who = channels.get(found.channel) if found else None
    if found is None or who is None:
        return None
    article = article_of(db, found.story) if found.story else None
    template = template_for(db, who, article.language if article else "")
    limits, _ = read_limits(db, who.account)
    return Material(found, article, template, limits)


def limits_of(db: sa.Connection, who: Channel, usual: Limits) -> Limits:
    """Tell the limits of a channel: as its account was found to have them, else the `usual` ones of its network."""
    return read_limits(db, who.account)[0] or usual
