"""What a worker needs from outside its room."""

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Protocol

from adapters.contract import (
    Adapter,
    AuthFailed,
    Limits,
    Media,
    NotSent,
    OutcomeUnknown,
    Pictures,
    Post,
    Rejected,
    Scope,
    Spec,
)
from bot.media.film import MISSING
from bot.media.prints import Unusable
from bot.media.slides import Slide
from bot.media.studio import Scene
from bot.model import Article, Channel, Photo
from bot.vault import Steps

Posted = Callable[[Channel, timedelta], None]
"""Told on which channel an article went out, and how long after its publication."""
Show = Callable[[Post, Spec, Article | None, Collection[str]], Awaitable[Post]]
"""Gives a post's media the addresses its network fetches them from; from the last ones it could not.

Raises NoPlace, NotSent or AuthFailed.
"""


class Prepare(Protocol):
    """Makes pictures ready and puts them within reach."""

    async def prepare(self, article: Article, wanted: Pictures, *, photo: Photo | None = None) -> Media:
        """Make an article's photo ready, or one of its further ones. Raises NoPhoto."""
        ...

    async def portrait(self, url: str, wanted: Pictures) -> Media:
        """Make the picture of an account ready, for people to look at. Raises NoPhoto."""
        ...

    def bind(self, post: Post) -> Post:
        """Put a stored post's pictures within reach; what is gone stays without `open`."""
        ...


class Draws(Protocol):
    """Makes pictures and films of words."""

    async def card(self, slide: Slide, limits: Limits) -> Media:
        """Draw a card for a network. Raises Unusable."""
        ...

    async def film(self, scenes: tuple[Scene, ...], limits: Limits) -> Media:
        """Make a film for a network. Raises Unusable, and Coming while it is being made."""
        ...

    async def first(self, media: Media) -> bytes:
        """Make a picture of the beginning of a film, for people to look at. Raises Unusable."""
        ...


class Undrawn:
    """Where nothing is drawn, such as where words are measured."""

    async def card(self, slide: Slide, limits: Limits) -> Media:
        """Refuse."""
        raise Unusable(MISSING)

    async def film(self, scenes: tuple[Scene, ...], limits: Limits) -> Media:
        """Refuse."""
        raise Unusable(MISSING)

    async def first(self, media: Media) -> bytes:
        """Refuse."""
        raise Unusable(MISSING)


class Connect(Protocol):
    """Builds a channel's adapter with a living session, and tells its limits. Raises one of the five."""

    steps: Steps

    async def adapter(self, who: Channel, *, renew: bool = False) -> Adapter:
        """Build; `renew`: the session did not serve, get another first."""
        ...

    async def limits(self, who: Channel, adapter: Adapter) -> Limits:
        """Tell the discovered limits, at most a day old."""
        ...


async def connected(connect: Connect, who: Channel, *, renew: bool) -> Adapter:
    """Get a channel's adapter; whatever goes wrong here says nothing about a post."""
    try:
        return await connect.adapter(who, renew=renew)
    except OutcomeUnknown as e:
        raise NotSent(e.detail) from e
    except Rejected as e:  # its sign-in, and no post
        raise AuthFailed(e.detail, scope=Scope.ACCOUNT) from e


async def nowhere(post: Post, spec: Spec, article: Article | None, unfetched: Collection[str]) -> Post:
    """Leave a post without addresses: its network fetches nothing."""
    return post


def not_counted(who: Channel, took: timedelta) -> None:
    """Tell nobody what went out."""
