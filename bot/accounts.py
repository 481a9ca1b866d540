"""SHELL. Sessions: loaded, renewed ahead of time one at a time, sealed before use; and what is stopped is probed."""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from pydantic import TypeAdapter

from adapters.contract import Adapter, AuthFailed, Clock, Identity, Limits, PublishError, Scope, Session
from bot.model import Channel
from bot.store import accounts as stored
from bot.store import breaker, waking
from bot.store.audit import JARSHY
from bot.store.engine import Store
from bot.vault import CannotOpen, Steps, Vault

log = structlog.get_logger()
LIMITS_LIVE = timedelta(days=1)
_ENDS_EVERY, _ENDS_AGAIN = timedelta(days=1), timedelta(hours=1)
"""How often it is asked until when an account's access lasts, and how soon again where there was no answer."""
_SESSION: TypeAdapter[Session] = TypeAdapter(Session)
_NONCE = 12
_PLACES = (Scope.CHANNEL, Scope.DELIVERY)

Build = Callable[[Channel, Session], Adapter]
"""Makes a channel's adapter around a session."""
Credentials = Callable[[str], Mapping[str, str]]
"""An account's secrets by name. Raises AuthFailed where one is missing."""


class Accounts:
    """Hands out adapters whose session lives.

    `renewing`: what is held while an account's session is renewed, where others renew it as well. `told`: the tokens
    that others before it handed out.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        vault: Vault,
        *,
        build: Build,
        credentials: Credentials,
        renewing: defaultdict[str, asyncio.Lock] | None = None,
        told: set[str] | None = None,
    ) -> None:
        self._store, self._clock, self._vault = store, clock, vault
        self._build, self._credentials = build, credentials
        self.steps = Steps(vault, clock.token_bytes)
        self._renewing = defaultdict[str, asyncio.Lock](asyncio.Lock) if renewing is None else renewing
        self._told = set[str]() if told is None else told
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
        if not plain.can("renew"):
            return plain
        session = await self._load(who.account, secrets)
        if renew or self._is_ending(plain, session):
            session = await self._renewed(who, plain, secrets, session, must=renew)
        return self._build(who, session)

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
            except PublishError as e:
                self._ends_due[who.account] = now + _ENDS_AGAIN
                log.warning("end of access not told", account=who.account, said=e.detail)
            else:
                self._ends_due[who.account] = now + _ENDS_EVERY

    async def keep_end(self, who: Channel) -> None:
        """Ask until when an account's access lasts, where nobody renews it and its network tells; store the answer."""
        asking = self._build(who, Session("", self._credentials(who.account)))
        if asking.can("ends") and not asking.can("renew"):
            await self._store.write(stored.keep_end, who.account, await asking.ends())

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

    async def _verified(self, who: Channel, *, renew: bool = False) -> Identity:
        """Ask a network whom it takes an account for, and keep the answer for whoever looks at previews."""
        found = await (await self.adapter(who, renew=renew)).verify()
        await self._store.write(stored.keep_subject, who.account, found.handle)
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
        async with self._renewing[who.account]:
            current = await self._load(who.account, secrets)
            if current != old and not self._is_ending(plain, current):
                return current  # somebody renewed while we waited
            renewed = await self._build(who, current).renew(current)
            self._told |= set(renewed.tokens.values())
            sealed = self._seal(who.account, renewed, secrets)
            await self._store.write(
                stored.keep_session, who.account, sealed, self._clock.now(), expires_at=renewed.expires_at
            )
            return replace(renewed, tokens={**renewed.tokens, **secrets})

    def _is_ending(self, plain: Adapter, session: Session) -> bool:
        if not session.subject:
            return True
        ahead = self._clock.now() + plain.spec.renew_ahead
        return session.expires_at is not None and session.expires_at <= ahead

    async def _load(self, account: str, secrets: Mapping[str, str]) -> Session:
        sealed = await self._store.write(stored.read_session, account)
        if sealed is None:
            return Session("", secrets)
        try:
            opened = json.loads(self._vault.open(sealed, bound_to=(account, "session")))
        except CannotOpen as e:
            raise AuthFailed(f"the stored session of {account} cannot be opened: {e}", scope=Scope.ACCOUNT) from e
        if opened["of"] != _fingerprint(secrets):
            return Session("", secrets)  # the credentials were changed: the old session is not theirs
        session = _SESSION.validate_python(opened["session"])
        self._told |= set(session.tokens.values())
        return replace(session, tokens={**session.tokens, **secrets})

    def _seal(self, account: str, session: Session, secrets: Mapping[str, str]) -> bytes:
        own = {name: value for name, value in session.tokens.items() if name not in secrets}
        plain = {
            "of": _fingerprint(secrets),
            "session": _SESSION.dump_python(replace(session, tokens=own), mode="json"),
        }
        nonce = self._clock.token_bytes(_NONCE)
        return self._vault.seal(json.dumps(plain).encode(), bound_to=(account, "session"), nonce=nonce)


def _fingerprint(secrets: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(secrets.items())).encode()).hexdigest()
