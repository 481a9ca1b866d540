"""Everything the database keeps sealed, sealed anew when the key is replaced."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.store.audit import tell
from bot.store.schema import delivery, memo, secret

Place = tuple[str, ...]
"""What a secret is bound to; see `bot.vault`."""
_SECRETS = sa.select(secret.c.account, secret.c.name, secret.c.sealed)
_STEPS = (
    sa.select(memo.c.delivery, memo.c.digest, memo.c.name, memo.c.value, delivery.c.key)
    .join(delivery, delivery.c.id == memo.c.delivery)
    .where(memo.c.is_secret == sa.true())
)


@dataclass(frozen=True, slots=True)
class Anew:
    """What came of it: how many were sealed anew, and the accounts whose sessions no key opens."""

    count: int
    lost: tuple[str, ...]


def seal_anew(db: sa.Connection, anew: Callable[[bytes, Place], bytes | None], now: datetime, *, actor: str) -> Anew:
    """Seal everything with the newest key. `anew`: None for what no key opens, which stays as it is."""
    count, lost = 0, []
    for row in db.execute(_SECRETS).all():
        sealed = anew(row.sealed, (row.account, row.name))
        if sealed is None:
            lost.append(row.account)
            continue
        where = (secret.c.account == row.account, secret.c.name == row.name)
        db.execute(secret.update().where(*where).values(sealed=sealed))
        count += 1
    for step in db.execute(_STEPS).all():
        sealed = anew(b64decode(step.value), ("step", step.key, step.name))
        if sealed is not None:  # a step that opens for nobody is begun anew
            of = (memo.c.delivery == step.delivery, memo.c.digest == step.digest, memo.c.name == step.name)
            db.execute(memo.update().where(*of).values(value=b64encode(sealed).decode()))
            count += 1
    tell(db, Action.KEY_REPLACED, now, actor=actor, count=count)
    return Anew(count, tuple(sorted(set(lost))))


def all_sealed(db: sa.Connection) -> list[bytes]:
    """List everything that is kept sealed."""
    return [row.sealed for row in db.execute(_SECRETS)] + [b64decode(row.value) for row in db.execute(_STEPS)]
