"""Accounts and channels as the database knows them: set-up, sealed sessions, limits, and what is to be probed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import bindparam as given

from adapters.contract import Limits, Scope
from bot.audit.rows import Action
from bot.model import Account, Channel
from bot.rules.outcome import probe_after
from bot.store.audit import JARSHY, tell
from bot.store.faces import ask_anew, forget_faces, forget_moved
from bot.store.schema import account, app, channel, delivery, secret

SESSION, RENEWING = "session", "renewing"
"""What is sealed of an account: its session, and the mark of a renewal whose answer is not stored yet."""
_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Due whatever the clock says: when something was stopped may lie ahead of a clock that was set back."""
_MINE = channel.c.id.in_(given("listed", expanding=True))
_THROUGH = sa.select(sa.func.min(channel.c.id)).where(channel.c.account == account.c.id, _MINE).scalar_subquery()
_ACCOUNTS_TO_PROBE = sa.select(account.c.id, account.c.probes, _THROUGH).where(account.c.probe_at <= given("now"))
_CHANNELS_TO_PROBE = sa.select(channel.c.id, channel.c.probes, channel.c.id).where(
    channel.c.probe_at <= given("now"), _MINE
)
_LIMITS: TypeAdapter[Limits] = TypeAdapter(Limits)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stopped channel or account whose `verify` is to be tried again; `channel` is one to try it through."""

    scope: Scope
    which: str
    channel: str
    probes: int


@dataclass(frozen=True, slots=True)
class Consented:
    """What came of a person's consent, as the log tells it: whom the account speaks for, with which rights.

    `until`: when it ends, where nobody renews it.
    """

    subject: str
    rights: tuple[str, ...] = ()
    until: datetime | None = None


class AnotherNetwork(Exception):
    """A channel's posts are on one network and the settings name another; the message says what helps."""


def set_up(db: sa.Connection, accounts: Iterable[Account], channels: Iterable[Channel]) -> None:
    """Make sure everything in the settings has its row; what people no longer list keeps its history.

    What is stopped or out of order is probed at once: whoever starts anew has mostly just mended it. Raises
    AnotherNetwork.
    """
    accounts, channels = list(accounts), list(channels)
    _refuse_another_network(db, accounts, channels)
    for each in accounts:
        if each.app:
            _ensure(db, app, each.app, {})
        elsewhere = account.update().where(account.c.id == each.id, account.c.network != each.network)
        if db.execute(elsewhere.values(limits="", limits_until=None)).rowcount:
            forget_faces(db, each.id)
        _ensure(db, account, each.id, {"network": each.network, "app": each.app})
    for one in channels:
        _ensure(db, channel, one.id, {"account": one.account})
    forget_moved(db, channels)
    for table in (account, channel):
        stopped = table.update().where(table.c.stopped_at.is_not(None))
        db.execute(stopped.values(probe_at=_AT_ONCE, probes=0))
    db.execute(channel.update().where(channel.c.open_until.is_not(None)).values(open_until=_AT_ONCE))


def _refuse_another_network(db: sa.Connection, accounts: list[Account], channels: list[Channel]) -> None:
    """Keep a channel's lost answers, numbers and frozen posts from being taken to a network they are not of."""
    networks = {each.id: each.network for each in accounts}
    for one in channels:
        here = sa.select(account.c.network).join(channel, channel.c.account == account.c.id)
        was = db.scalar(here.where(channel.c.id == one.id))
        is_used = sa.select(delivery.c.id).where(delivery.c.channel == one.id).limit(1)
        if was and was != networks.get(one.account, was) and db.scalar(is_used) is not None:
            raise AnotherNetwork(
                f"channel {one.id} was on {was} until now, and its posts are there: "
                f"give the channel on {networks[one.account]} a name of its own"
            )


def read_session(db: sa.Connection, account_id: str) -> bytes | None:
    """Read an account's sealed session."""
    which = sa.select(secret.c.sealed).where(secret.c.account == account_id, secret.c.name == SESSION)
    found: bytes | None = db.scalar(which)
    return found


def keep_session(
    db: sa.Connection,
    account_id: str,
    sealed: bytes,
    now: datetime,
    *,
    expires_at: datetime | None,
    actor: str = JARSHY,
    consent: Consented | None = None,
) -> None:
    """Store an account's sealed session; called before the session is first used."""
    end_renewal(db, account_id)
    _seal_in(db, account_id, SESSION, sealed, now)
    db.execute(account.update().where(account.c.id == account_id).values(expires_at=expires_at))
    if consent is None:
        tell(db, Action.SESSION_RENEWED, now, actor=actor, account=account_id)
    else:
        ask_anew(db, account_id)
        until = f"{consent.until:%Y-%m-%d}" if consent.until else None
        facts = {"subject": consent.subject, "rights": ", ".join(consent.rights), "until": until}
        tell(db, Action.ACCOUNT_CONNECTED, now, actor=actor, account=account_id, **facts)


def begin_renewal(db: sa.Connection, account_id: str, sealed: bytes, now: datetime) -> datetime | None:
    """Mark that a renewal is under way; tell since when one is of which no end is known."""
    which = sa.select(secret.c.stored_at).where(secret.c.account == account_id, secret.c.name == RENEWING)
    since: datetime | None = db.scalar(which)
    if since is None:
        _seal_in(db, account_id, RENEWING, sealed, now)
    return since


def end_renewal(db: sa.Connection, account_id: str) -> None:
    """Take the mark of a renewal away: its answer is known."""
    db.execute(secret.delete().where(secret.c.account == account_id, secret.c.name == RENEWING))


def _seal_in(db: sa.Connection, account_id: str, name: str, sealed: bytes, now: datetime) -> None:
    where = (secret.c.account == account_id, secret.c.name == name)
    if db.execute(secret.update().where(*where).values(sealed=sealed, stored_at=now)).rowcount == 0:
        db.execute(secret.insert(), {"account": account_id, "name": name, "sealed": sealed, "stored_at": now})


def keep_end(db: sa.Connection, account_id: str, at: datetime | None) -> None:
    """Store until when the access of an account that nobody renews lasts; None: for ever, or nobody tells."""
    db.execute(account.update().where(account.c.id == account_id).values(expires_at=at))


def read_limits(db: sa.Connection, account_id: str) -> tuple[Limits | None, datetime | None]:
    """Read the discovered limits and until when they count as fresh."""
    row = db.execute(sa.select(account.c.limits, account.c.limits_until).where(account.c.id == account_id)).one()
    return (_LIMITS.validate_json(row.limits) if row.limits else None), row.limits_until


def keep_limits(db: sa.Connection, account_id: str, limits: Limits, until: datetime) -> None:
    """Store discovered limits."""
    written = _LIMITS.dump_json(limits).decode()
    db.execute(account.update().where(account.c.id == account_id).values(limits=written, limits_until=until))


def to_probe(db: sa.Connection, now: datetime, listed: Iterable[str]) -> list[Stopped]:
    """List what is stopped and due to be asked again, through channels that are still `listed` in the settings."""
    here = {"now": now, "listed": sorted(listed)}
    found = [Stopped(Scope.ACCOUNT, row[0], row[2], row[1]) for row in db.execute(_ACCOUNTS_TO_PROBE, here) if row[2]]
    return found + [Stopped(Scope.CHANNEL, row[0], row[2], row[1]) for row in db.execute(_CHANNELS_TO_PROBE, here)]


def probe_later(db: sa.Connection, stopped: Stopped, now: datetime, *, why: str) -> None:
    """Ask again after twice as long, at most every two hours."""
    table = account if stopped.scope is Scope.ACCOUNT else channel
    values = {"probe_at": now + probe_after(stopped.probes + 1), "probes": stopped.probes + 1, "stopped_why": why}
    db.execute(table.update().where(table.c.id == stopped.which).values(**values))


def _ensure(db: sa.Connection, table: sa.Table, which: str, values: dict[str, str]) -> None:
    known = db.scalar(sa.select(table.c.id).where(table.c.id == which))
    if known is None:
        db.execute(table.insert(), {"id": which} | values)
    elif values:
        db.execute(table.update().where(table.c.id == which).values(**values))
