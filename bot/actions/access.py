"""What networks say when they are asked whom they take an account for."""

from dataclasses import dataclass, replace
from typing import Protocol

from adapters.contract import Adapter, PublishError, Scope
from bot.actions.room import Room, channel_of
from bot.model import Channel
from bot.store import accounts, waking
from bot.vault import Steps

__all__ = ["Answer", "Connect", "ask", "handle_of", "verify"]


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

    `missing`: the rights it lacks; `refused`: why it did not say; `endless`: why it did not tell until when its access
    lasts; `started`: what had been stopped goes on now.
    """

    account: str
    handle: str = ""
    missing: tuple[str, ...] = ()
    refused: str = ""
    endless: str = ""
    started: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing is in the way."""
        return not self.refused and not self.missing


async def ask(connect: Connect, who: Channel, *, renew: bool = False) -> Answer:
    """Ask a network whom it takes a channel's account for; posts nothing."""
    try:
        identity = await (await connect.adapter(who, renew=renew)).verify()
    except PublishError as e:
        return Answer(who.account, refused=e.detail)
    known = Answer(who.account, identity.handle, identity.missing)
    if identity.missing:
        return known
    try:
        await connect.keep_end(who)
    except PublishError as e:
        return replace(known, endless=e.detail)
    return known


async def handle_of(room: Room, who: Channel) -> str:
    """Tell whom a channel's network took its account for when it was last asked; "" where it never was."""
    return await room.store.write(accounts.read_subject, who.account)


async def verify(room: Room, connect: Connect, channel: str) -> Answer:
    """Ask a channel's network, and let what was stopped go on where it answers well. Raises RefusedVerb."""
    who = channel_of(room, channel)
    stopped = await room.store.write(waking.stopped, who)
    answer = await ask(connect, who, renew=Scope.ACCOUNT in stopped)
    if answer.handle:
        await room.store.write(accounts.keep_subject, who.account, answer.handle)
    if not stopped or not answer.is_good:
        return answer
    for scope in stopped:
        which = who.account if scope is Scope.ACCOUNT else who.id
        now = room.clock.now()
        await room.store.write(waking.start, scope, which, now, listed=room.channels.keys(), actor=room.actor)
    await room.nudge()
    return replace(answer, started=True)
