"""What a worker needs from outside its room."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from adapters.contract import Adapter, Limits, Post, Spec
from bot.model import Article, Channel
from bot.vault import Steps

Posted = Callable[[Channel, timedelta], None]
"""Told on which channel an article went out, and how long after its publication."""
Show = Callable[[Post, Spec, Article | None], Awaitable[Post]]
"""Gives a post's media the addresses its network fetches them from. Raises NoPlace, NotSent or AuthFailed."""


class Connect(Protocol):
    """Builds a channel's adapter with a living session, and tells its limits. Raises one of the five."""

    steps: Steps

    async def adapter(self, who: Channel, *, renew: bool = False) -> Adapter:
        """Build; `renew`: the session did not serve, get another first."""
        ...

    async def limits(self, who: Channel, adapter: Adapter) -> Limits:
        """Tell the discovered limits, at most a day old."""
        ...


async def nowhere(post: Post, spec: Spec, article: Article | None) -> Post:
    """Leave a post without addresses: its network fetches nothing."""
    return post


def not_counted(who: Channel, took: timedelta) -> None:
    """Tell nobody what went out."""
