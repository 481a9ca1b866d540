"""Keeps the signed checkpoints of the audit log, and reads its rows as they are stored, for proving them.

The log's rows are numbered from 1 without a gap: a row's number less one is its place in the tree.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from bot.audit.checkpoints import Sealed
from bot.audit.sealing import Broken, Key, compare, next_one, ours, tree_of
from bot.audit.verify import Raw
from bot.rules.alert_facts import audit_broken, seal_fails
from bot.store.alerts import Cause, close_alert, open_alert
from bot.store.columns import Whole
from bot.store.schema import audit, checkpoint

_NEWEST = sa.select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)
_COLUMNS = (
    audit.c.id,
    # Moments by the million, which nobody reads: their number is enough.
    sa.type_coerce(audit.c.at, Whole).label("at"),
    *(audit.c[name] for name in ("actor", "action", "story", "delivery", "channel", "row")),
)
_ROWS = sa.select(*_COLUMNS).order_by(audit.c.id).limit(sa.bindparam("most"))
_ROWS_AFTER = _ROWS.where(audit.c.id > sa.bindparam("after"))
_WRITTEN = sa.select(audit.c.at).where(audit.c.id > sa.bindparam("after")).order_by(audit.c.id).limit(1)
SCOPE = "audit"
"""What alerts about the log are about."""


def is_due(db: sa.Connection, now: datetime, *, every: timedelta, stretch: int) -> bool:
    """Whether rows wait to be sealed for so long, or so many of them."""
    last, waiting = newest(db), last_row(db)
    if last is None:
        return waiting > 0
    # A checkpoint that lies ahead is from before the clock was set back.
    is_old = not timedelta(0) <= now - last.at < every
    return waiting < last.size or waiting - last.size >= stretch or (is_old and waiting > last.size)


def agrees(db: sa.Connection, key: Key, kept: str, where: str, now: datetime) -> bool:
    """Whether the checkpoint in the file `where` belongs to this log; where it does not, an alert is opened."""
    stands = ours(kept, key)
    try:
        if stands is not None and stands.size > 0:
            compare(stands, where, at(db, stands.size))
    except Broken as e:
        _tell(db, e, now)
        return False
    return True


def extend(db: sa.Connection, key: Key, now: datetime, *, most: int) -> Sealed | None:
    """Seal the next `most` rows; None where there are none, or where an alert says why they must not be sealed."""
    last = newest(db)
    size = last.size if last else None
    try:
        tree = tree_of(last, rows(db, after=last.size - 1, most=1) if last else (), key)
        found = rows(db, after=size, most=most)
        made = next_one(tree, found, key, now) if found else None
    except Broken as e:
        _tell(db, e, now)
        return None
    close_alert(db, Cause.AUDIT_BROKEN, SCOPE, now)
    close_alert(db, Cause.SEAL_FAILS, SCOPE, now)
    if made is not None:
        db.execute(checkpoint.insert(), asdict(made))
    return made


def tell_failed(db: sa.Connection, error: Exception, now: datetime) -> None:
    """Have people know that sealing breaks for a reason nobody thought of."""
    open_alert(db, Cause.SEAL_FAILS, SCOPE, now, what=seal_fails(error).what)


def _tell(db: sa.Connection, broken: Broken, now: datetime) -> None:
    fact = audit_broken(str(broken))
    open_alert(db, Cause.AUDIT_BROKEN, SCOPE, now, what=fact.what, fix=fact.fix)


def newest(db: sa.Connection) -> Sealed | None:
    """Find the last checkpoint."""
    return _sealed(db.execute(_NEWEST).one_or_none())


def unsealed_since(db: sa.Connection) -> datetime | None:
    """Tell when the first row was written that no checkpoint covers; None: all are sealed."""
    last = newest(db)
    since: datetime | None = db.scalar(_WRITTEN, {"after": last.size if last else 0})
    return since


def at(db: sa.Connection, size: int) -> Sealed | None:
    """Find the checkpoint over so many rows."""
    return _sealed(db.execute(sa.select(checkpoint).where(checkpoint.c.size == size)).one_or_none())


def sizes(db: sa.Connection) -> list[int]:
    """List how many rows each checkpoint covers, fewest first."""
    return list(db.scalars(sa.select(checkpoint.c.size).order_by(checkpoint.c.size)))


def rows(db: sa.Connection, *, after: int | None, most: int) -> list[Raw]:
    """Read rows as they are stored, those behind row `after`; None: from the very first, whatever its number."""
    chosen, named = (_ROWS, dict[str, int]()) if after is None else (_ROWS_AFTER, {"after": after})
    # A row is a tuple of just these.
    return cast(list[Raw], db.execute(chosen, {"most": most} | named).all())


def last_row(db: sa.Connection) -> int:
    """Tell the number of the newest row; 0 where there is none."""
    return db.scalar(sa.select(sa.func.max(audit.c.id))) or 0


def _sealed(row: sa.Row[Any] | None) -> Sealed | None:
    return None if row is None else Sealed(**row._mapping)
