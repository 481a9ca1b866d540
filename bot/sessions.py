"""SHELL. Accounts' sessions as they are kept: sealed, bound to their account, and worked on by one at a time."""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter

from adapters.contract import AuthFailed, Clock, Scope, Session
from bot.store import accounts as stored
from bot.store.audit import JARSHY
from bot.store.engine import Store
from bot.vault import CannotOpen, Seals

_SESSION: TypeAdapter[Session] = TypeAdapter(Session)
_NONCE = 12

Alone = Callable[[str], AbstractAsyncContextManager[None]]
"""Keeps every other process from an account's session while a block lasts. Raises NotSent."""


def by_itself(account: str) -> AbstractAsyncContextManager[None]:
    """Keep nobody away: no other process works on this database."""
    return nullcontext()


class Sessions:
    """Loads and keeps sessions. `told`: every token handed out, to keep them out of the log."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        vault: Seals,
        *,
        renewing: defaultdict[str, asyncio.Lock],
        alone: Alone,
        told: set[str],
    ) -> None:
        self._store, self._clock, self._vault = store, clock, vault
        self._renewing, self._alone, self._told = renewing, alone, told

    @asynccontextmanager
    async def alone(self, account: str) -> AsyncIterator[None]:
        """Be the only one, of this process and all others, who changes an account's session."""
        async with self._renewing[account], self._alone(account):
            yield

    async def load(self, account: str, secrets: Mapping[str, str]) -> Session:
        """Read a session with its account's secrets; an empty one where there is none of these secrets."""
        self._told |= set(secrets.values())
        sealed = await self._store.write(stored.read_session, account)
        if sealed is None:
            return Session("", secrets)
        try:
            opened = json.loads(self._vault.open(sealed, bound_to=(account, stored.SESSION)))
        except CannotOpen as e:
            raise AuthFailed(f"the stored session of {account} cannot be opened: {e}", scope=Scope.ACCOUNT) from e
        if opened["of"] != _fingerprint(secrets):
            return Session("", secrets)  # the credentials were changed: the old session is not theirs
        session = _SESSION.validate_python(opened["session"])
        self._told |= set(session.tokens.values())
        return replace(session, tokens={**session.tokens, **secrets})

    async def begin(self, account: str) -> datetime | None:
        """Note that a renewal is under way; tell since when one is whose answer was never stored."""
        return await self._store.write(
            stored.begin_renewal, account, self._sealed(b"", account, stored.RENEWING), self._clock.now()
        )

    async def refused(self, account: str) -> None:
        """Note that the renewal under way was clearly refused, so that nothing of it can have been lost."""
        await self._store.write(stored.end_renewal, account)

    async def keep(
        self,
        account: str,
        session: Session,
        secrets: Mapping[str, str],
        *,
        actor: str = JARSHY,
        consent: stored.Consented | None = None,
    ) -> Session:
        """Seal and store a session, before anything is done with it. `consent`: it comes of a person's, this one."""
        self._told |= set(session.tokens.values())
        own = {name: value for name, value in session.tokens.items() if name not in secrets}
        kept = _SESSION.dump_python(replace(session, tokens=own), mode="json")
        sealed = self._sealed(
            json.dumps({"of": _fingerprint(secrets), "session": kept}).encode(), account, stored.SESSION
        )
        await self._store.write(
            stored.keep_session,
            account,
            sealed,
            self._clock.now(),
            expires_at=session.expires_at,
            actor=actor,
            consent=consent,
        )
        return replace(session, tokens={**session.tokens, **secrets})

    def _sealed(self, plain: bytes, account: str, name: str) -> bytes:
        return self._vault.seal(plain, bound_to=(account, name), nonce=self._clock.token_bytes(_NONCE))


def _fingerprint(secrets: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(secrets.items())).encode()).hexdigest()
