"""What a worker needs from outside its room."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from adapters.contract import Adapter, AuthFailed, Limits, NotSent, OutcomeUnknown, Post, Rejected, Scope, Spec
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


async def connected(connect: Connect, who: Channel, *, renew: bool) -> Adapter:
    """Get a channel's adapter; whatever goes wrong here says nothing about a post."""
    try:
        return await connect.adapter(who, renew=renew)
    except OutcomeUnknown as e:
        raise NotSent(e.detail) from e
    except Rejected as e:  # its sign-in, and no post
        raise AuthFailed(e.detail, scope=Scope.ACCOUNT) from e


def not_counted(who: Channel, took: timedelta) -> None:
    """Tell nobody what went out."""
