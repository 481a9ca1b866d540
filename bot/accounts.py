"""SHELL. Sessions: loaded, renewed ahead of time one at a time, sealed before use; and what is stopped is probed."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import structlog

from adapters.contract import Adapter, AuthFailed, Clock, Fee, Identity, Limits, PublishError, Scope, Session
from bot.model import Channel
from bot.sessions import Alone, Sessions, by_itself
from bot.store import accounts as stored
from bot.store import breaker, spending, waking
from bot.store.audit import JARSHY
from bot.store.engine import Store
from bot.store.faces import keep_face
from bot.vault import Seals, Steps

log = structlog.get_logger()
LIMITS_LIVE = timedelta(days=1)
_ENDS_EVERY, _ENDS_AGAIN = timedelta(days=1), timedelta(hours=1)
"""How often it is asked until when an account's access lasts, and how soon again where there was no answer."""
_PLACES = (Scope.CHANNEL, Scope.DELIVERY)

Build = Callable[[Channel, Session], Adapter]
"""Makes a channel's adapter around a session."""
Credentials = Callable[[str], Mapping[str, str]]
"""An account's secrets by name. Raises AuthFailed where one is missing."""


class Accounts:
    """Hands out adapters whose session lives.

    `renewing`: what is held while an account's session is renewed, where others renew it as well; `alone` keeps other
    processes away meanwhile. `told`: the tokens that others before it handed out. `zone`: where a day of spending ends.
    `actor`: who stands in the log for what a question costs and for a session that is renewed on the way.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        vault: Seals,
        *,
        build: Build,
        credentials: Credentials,
        zone: str,
        renewing: defaultdict[str, asyncio.Lock] | None = None,
        alone: Alone = by_itself,
        told: set[str] | None = None,
        actor: str = JARSHY,
    ) -> None:
        self._store, self._clock = store, clock
        self._made, self._credentials, self._zone, self.actor = build, credentials, zone, actor
        self.steps = Steps(vault, clock.token_bytes)
        renewing = defaultdict[str, asyncio.Lock](asyncio.Lock) if renewing is None else renewing
        self._told = set[str]() if told is None else told
        self._sessions = Sessions(store, clock, vault, renewing=renewing, alone=alone, told=self._told)
        self._ends_due: dict[str, datetime] = {}
        self._limits: dict[str, tuple[Limits, datetime]] = {}

    def tokens(self) -> list[str]:
        """List every token handed out so far, to keep them out of the log."""
        return list(self._told)

    async def adapter(self, who: Channel, *, renew: bool = False) -> Adapter:
        """Build a channel's adapter; `renew`: its session did not serve. Raises one of the five, nothing was sent."""
        secrets = self._credentials(who.account)
        plain = self._build(who, Session("", secrets))
        self._told |= set(secrets.values())
        if not plain.renews() and not plain.can("connect"):
            return plain
        session = await self._sessions.load(who.account, secrets)
        if plain.renews() and (renew or self._is_ending(plain, session)):
            session = await self._renewed(who, plain, secrets, session, must=renew)
        return self._build(who, session)

    def plain(self, who: Channel) -> Adapter:
        """Build an adapter of the credentials alone, for what it knows by itself. Raises AuthFailed."""
        return self.around(who, Session("", self._credentials(who.account)))

    def around(self, who: Channel, session: Session) -> Adapter:
        """Build an adapter around a session that is not stored yet."""
        self._told |= set(session.tokens.values())
        return self._build(who, session)

    async def keep(self, who: Channel, session: Session, consent: stored.Consented, *, actor: str) -> None:
        """Store the session a person's consent gave; whatever was being renewed meanwhile is over first."""
        async with self._sessions.alone(who.account):
            await self._sessions.keep(
                who.account, session, self._credentials(who.account), actor=actor, consent=consent
            )

    async def limits(self, who: Channel, adapter: Adapter) -> Limits:
        """Tell the account's limits: discovered at most a day ago, else asked for now.

        A failed question leaves the last known answer; without one it raises what the adapter raised.
        """
        if not adapter.can("limits"):
            return adapter.spec.limits
        now = self._clock.now()
        if (kept := self._limits.get(who.account)) and kept[1] > now:
            return kept[0]
        known, until = await self._store.write(stored.read_limits, who.account)
        if known is not None and until is not None and until > now:
            self._limits[who.account] = known, until
            return known
        try:
            found = await adapter.limits()
        except PublishError as e:
            if known is None:
                raise
            log.warning("limits not answered", account=who.account, said=e.detail)
            return known
        await self._store.write(stored.keep_limits, who.account, found, now + LIMITS_LIVE)
        self._limits[who.account] = found, now + LIMITS_LIVE
        return found

    async def ask_ends(self, channels: Mapping[str, Channel]) -> None:
        """Ask once a day until when the access of each account lasts, so that people are told in time."""
        for who in {each.account: each for each in channels.values()}.values():
            now = self._clock.now()
            due = self._ends_due.get(who.account, now)
            if due > now and due - now <= _ENDS_EVERY:  # else the clock was set back
                continue
            try:
                await self.keep_end(who)
                await self._keep_alive(who)
            except PublishError as e:
                self._ends_due[who.account] = now + _ENDS_AGAIN
                log.warning("end of access not told", account=who.account, said=e.detail)
            else:
                self._ends_due[who.account] = now + _ENDS_EVERY

    async def keep_end(self, who: Channel) -> None:
        """Ask until when an account's access lasts, where nobody renews it and its network tells; store the answer."""
        plain = self.plain(who)
        if plain.can("ends") and not plain.renews():
            await self._store.write(stored.keep_end, who.account, await (await self.adapter(who)).ends())

    async def _keep_alive(self, who: Channel) -> None:
        """Renew long before its end also what nothing is posted with: a quiet account's access would run out unseen."""
        plain = self._build(who, Session("", self._credentials(who.account)))
        is_long = plain.renews() and plain.spec.renew_ahead >= _ENDS_EVERY
        kept: bytes | None = await self._store.write(stored.read_session, who.account) if is_long else None
        if kept:
            await self.adapter(who)

    async def probe_due(self, channels: Mapping[str, Channel]) -> None:
        """Ask for everything that is stopped and due whether it serves again, and start what does."""
        for stopped in await self._store.write(stored.to_probe, self._clock.now(), list(channels)):
            await self._probe(channels, stopped)
        for each in await self._store.write(breaker.to_ask, self._clock.now(), channels.keys()):
            await self._ask(channels[each])

    async def _probe(self, channels: Mapping[str, Channel], stopped: stored.Stopped) -> None:
        who = channels[stopped.channel]
        try:
            identity = await self._verified(who, renew=stopped.scope is Scope.ACCOUNT)
            why = f"missing rights: {', '.join(identity.missing)}" if identity.missing else ""
        except PublishError as e:
            # A place that refuses an account has answered it: the account serves, and its other places need not wait.
            is_place = stopped.scope is Scope.ACCOUNT and isinstance(e, AuthFailed) and e.scope in _PLACES
            why = "" if is_place else e.detail
        now = self._clock.now()
        if why:
            await self._store.write(stored.probe_later, stopped, now, why=why)
            return
        log.info("serves again", scope=str(stopped.scope), which=stopped.which)
        await self._store.write(waking.start, stopped.scope, stopped.which, now, listed=channels.keys(), actor=JARSHY)

    async def _ask(self, who: Channel) -> None:
        """Ask a network that was out of order by a question that harms nobody; any answer lets posts through."""
        try:
            await self._verified(who)
        except PublishError as e:
            if e.is_outage:
                await self._store.write(breaker.still_out, who.id, self._clock.now(), why=e.detail)
                return
            # A refusal is an answer too, and the next post learns what it means.
        log.info("network answers again", channel=who.id)
        await self._store.write(breaker.let_through, who.id, self._clock.now())

    def _build(self, who: Channel, session: Session) -> Adapter:
        """Make an adapter that tells what its network asks for beside posts, whoever uses it."""
        adapter = self._made(who, session)
        adapter.charge = partial(self._pay, who.id)
        return adapter

    async def _pay(self, who: str, fee: Fee, amount: Decimal, *, is_sure: bool = True) -> None:
        told = partial(spending.pay, zone=self._zone, actor=self.actor, is_sure=is_sure)
        await self._store.write(told, who, fee, amount, self._clock.now())

    async def _verified(self, who: Channel, *, renew: bool = False) -> Identity:
        """Ask a network whom it takes an account for, and keep the answer for whoever looks at previews."""
        found = await (await self.adapter(who, renew=renew)).verify()
        await self._store.write(keep_face, who.id, found, self._clock.now())
        return found

    async def _renewed(
        self, who: Channel, plain: Adapter, secrets: Mapping[str, str], old: Session, *, must: bool
    ) -> Session:
        """Renew; where it is only ahead of time, a renewal that fails leaves the session that still serves."""
        try:
            return await self._renew(who, plain, secrets, old)
        except PublishError as e:
            still_serves = old.subject and old.expires_at is not None and old.expires_at > self._clock.now()
            if must or not still_serves:
                raise
            log.warning("session not renewed", account=who.account, said=e.detail, until=str(old.expires_at))
            return old

    async def _renew(self, who: Channel, plain: Adapter, secrets: Mapping[str, str], old: Session) -> Session:
        async with self._sessions.alone(who.account):
            current = await self._sessions.load(who.account, secrets)
            if current != old and not self._is_ending(plain, current):
                return current  # somebody renewed while we waited
            adapter = self._build(who, current)
            is_marked = plain.spec.rotates and current.subject
            cut_off = await self._sessions.begin(who.account) if is_marked else None
            try:
                renewed = await adapter.renew(current)
            except AuthFailed as e:
                if is_marked and cut_off is None:
                    await self._sessions.refused(who.account)
                raise _refused(e, plain, who.account, cut_off) from e
            return await self._sessions.keep(who.account, renewed, secrets, actor=self.actor)

    def _is_ending(self, plain: Adapter, session: Session) -> bool:
        if not session.subject:
            return True
        ahead = self._clock.now() + plain.spec.renew_ahead
        return session.expires_at is not None and session.expires_at <= ahead


def _refused(error: AuthFailed, plain: Adapter, account: str, cut_off: datetime | None) -> AuthFailed:
    """Say what a refused renewal means for a person: what was lost, and what connects the account again."""
    told = [error.detail]
    if cut_off is not None:
        when = f"{cut_off:%-d %B, %H:%M} UTC"
        told.append(f"the answer to a renewal of {when} was lost before it was stored, and it serves once")
    if plain.can("connect"):
        told.append(f"`jarshy auth {account}` connects it")
    return AuthFailed("; ".join(told), scope=error.scope)
