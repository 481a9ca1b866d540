"""What networks say when they are asked whom they take an account for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from adapters.contract import Adapter, AuthFailed, Identity, PublishError, Scope, Used
from bot.actions.room import Room, channel_of
from bot.model import Channel
from bot.store import faces, waking
from bot.vault import Steps

__all__ = ["Answer", "Connect", "Standing", "ask", "face_of", "looked_up", "standing", "verify"]

log = structlog.get_logger()


class Connect(Protocol):
    """Reaches a channel's network. Raises one of the five."""

    steps: Steps

    async def adapter(self, who: Channel, *, renew: bool = False) -> Adapter:
        """Build an adapter; `renew`: the session did not serve, get another first."""
        ...

    async def keep_end(self, who: Channel) -> None:
        """Ask until when an account's access lasts, where its network tells, and keep the answer."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network said when it was asked whom it takes an account for.

    `refused`: why it did not say; `is_shut`: because it does not let us in; `endless`: why it did not tell until when
    its access lasts; `started`: what had been stopped goes on now.
    """

    account: str
    identity: Identity | None = None
    refused: str = ""
    is_shut: bool = False
    endless: str = ""
    started: bool = False

    @property
    def handle(self) -> str:
        """Whom the network takes the account for."""
        return self.identity.handle if self.identity else ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The rights it lacks, in the network's words."""
        return self.identity.missing if self.identity else ()

    @property
    def is_good(self) -> bool:
        """Whether nothing is in the way."""
        return not self.refused and not self.missing


async def ask(connect: Connect, who: Channel, *, renew: bool = False) -> Answer:
    """Ask a network whom it takes a channel's account for; posts nothing."""
    try:
        identity = await (await connect.adapter(who, renew=renew)).verify()
    except PublishError as e:
        return Answer(who.account, refused=e.detail, is_shut=isinstance(e, AuthFailed))
    known = Answer(who.account, identity)
    if identity.missing:
        return known
    try:
        await connect.keep_end(who)
    except PublishError as e:
        return replace(known, endless=e.detail)
    return known


@dataclass(frozen=True, slots=True)
class Standing:
    """How long and for how much an account is good.

    `used`: what its network counts of its own limit, `share`: of its calls, in percent; None where it does not tell,
    `untold`: why it did not this time.
    `renews_until`: when its owner must be asked anew, where that is known.
    """

    used: Used | None = None
    share: float | None = None
    untold: str = ""
    renews_until: datetime | None = None


async def standing(connect: Connect, who: Channel) -> Standing:
    """Ask a network how much of a channel's account it counts, and read until when its session is renewed."""
    until = None
    try:
        adapter = await connect.adapter(who)
        until = adapter.session.renews_until
        return Standing(await adapter.used(), await adapter.share(), renews_until=until)
    except PublishError as e:
        return Standing(untold=e.detail, renews_until=until)


async def face_of(room: Room, who: Channel) -> faces.Face:
    """Tell whom a channel's network took it for when it was last asked."""
    return await room.store.write(faces.read_face, who.id, room.clock.now())


async def looked_up(room: Room, connect: Connect, who: Channel) -> faces.Face:
    """Tell whom a channel's network takes it for, and ask it where nobody did for a day; posts nothing.

    A network that does not answer leaves what is known, and is not asked again for an hour.
    """
    known = await room.store.write(faces.take_question, who.id, room.clock.now())
    if not known.is_due:
        return known
    try:
        identity = await (await connect.adapter(who)).verify()
    except PublishError as e:
        log.info("not told who it is", channel=who.id, said=e.detail)
        return known
    return await room.store.write(faces.keep_face, who.id, identity, room.clock.now())


async def verify(room: Room, connect: Connect, channel: str) -> Answer:
    """Ask a channel's network, and let what was stopped go on where it answers well. Raises RefusedVerb."""
    who = channel_of(room, channel)
    stopped = await room.store.write(waking.stopped, who)
    answer = await ask(connect, who, renew=Scope.ACCOUNT in stopped)
    if answer.identity:
        await room.store.write(faces.keep_face, who.id, answer.identity, room.clock.now())
    if not stopped or not answer.is_good:
        return answer
    for scope in stopped:
        which = who.account if scope is Scope.ACCOUNT else who.id
        now = room.clock.now()
        await room.store.write(waking.start, scope, which, now, listed=room.channels.keys(), actor=room.actor)
    await room.nudge()
    return replace(answer, started=True)
