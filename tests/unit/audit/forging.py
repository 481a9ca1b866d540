"""A small sealed log, and what somebody who may write to its file could do to it."""

import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.audit.checkpoints import Sealed, opened
from bot.audit.notes import Signer
from bot.audit.rows import canonical
from bot.audit.sealing import Key, next_one
from bot.audit.tree import Tree, leaf
from bot.audit.verify import Check, Outside, Raw

KEY = Key(Signer("courier.example/log", bytes(range(32))))
THIEF = Key(Signer("courier.example/log", bytes(32)))
AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SIZES = (8, 19, 24)
ROWS = SIZES[-1]


@dataclass(frozen=True)
class Log:
    """Rows and checkpoints as they stand in a database."""

    rows: tuple[Raw, ...]
    seals: tuple[Sealed, ...]


def row(id: int, detail: str, **columns: object) -> Raw:
    at = 1_795_600_000_000 + id
    said = {"v": 1, "at": at, "actor": "cli:aigul", "action": "delivery.moved", "delivery": id, "channel": "tg"}
    said |= {"story": f"s{id // 3}", "detail": detail}
    return (id, at, "cli:aigul", "delivery.moved", f"s{id // 3}", id, "tg", canonical(said))


def seal(rows, key=KEY, sizes=SIZES):
    tree, seals, begun = Tree(), [], 0
    for size in sizes:
        seals.append(next_one(tree, rows[begun:size], key, AT))
        begun = size
    return tuple(seals)


_HONEST = tuple(row(n, f"says {n}") for n in range(1, ROWS + 1))
HONEST = Log(_HONEST, seal(_HONEST))
WITNESSED = Outside("elsewhere", opened(HONEST.seals[-1].note, KEY.publics))


def checked(log: Log, *outside: Outside, publics=KEY.publics) -> Check:
    """Go through a log as `bot.proving.verify` does, which reads it from a database."""
    check, left = Check(publics, outside), list(log.rows)
    for sealed in log.seals:
        count = max(sealed.size - check.rows, 0)
        rows, left = left[:count], left[count:]
        check.stretch(rows, sealed)
        if check.is_over:
            return check
    check.tail(left)
    check.end()
    return check


def numbered(rows) -> tuple[Raw, ...]:
    """Give rows the numbers of their places, so that no gap shows."""
    return tuple((n, *each[1:]) for n, each in enumerate(rows, start=1))


def edit(log, chance):
    n = chance.randrange(len(log.rows))
    rows, old = list(log.rows), log.rows[n]
    if chance.random() < 0.3:
        column = chance.choice([1, 2, 3, 4, 5, 6])
        changed = list(old)
        changed[column] = 7_000 if column in (1, 5) else "another"
        rows[n] = tuple(changed)
    elif chance.random() < 0.3:
        content = bytearray(old[-1])
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        rows[n] = (*old[:-1], bytes(content))
    else:
        rows[n] = (*old[:-1], canonical(json.loads(old[-1]) | {"detail": f"never {chance.random()}".replace(".", "")}))
    return replace(log, rows=tuple(rows))


def cut(log, chance):
    n, count = chance.randrange(len(log.rows) - 3), chance.randint(1, 3)
    rows = log.rows[:n] + log.rows[n + count :]
    return replace(log, rows=rows if chance.random() < 0.5 else numbered(rows))


def insert(log, chance):
    n = chance.randrange(len(log.rows))
    new = row(n + 1, f"new {chance.randrange(10**9)}")
    return replace(log, rows=numbered((*log.rows[:n], new, *log.rows[n:])))


def swap(log, chance):
    one, other = sorted(chance.sample(range(len(log.rows)), 2))
    rows = list(log.rows)
    rows[one], rows[other] = rows[other], rows[one]
    return replace(log, rows=numbered(rows))


def truncate(log, chance):
    left = chance.randrange(len(log.rows))
    # Whoever cuts the end off also takes the checkpoints of it away, mostly.
    kept = log.seals if chance.random() < 0.3 else tuple(each for each in log.seals if each.size <= left)
    return Log(log.rows[:left], kept)


def rewrite(log, chance):
    """From some row on everything is new, and is sealed anew: by a stranger's key, or by ours, stolen."""
    n = chance.randrange(len(log.rows))
    new = [row(m, f"rewritten {chance.randrange(10**9)}") for m in range(n + 1, ROWS + chance.randint(1, 4))]
    rows = (*log.rows[:n], *new)
    sealed = seal(rows, chance.choice([KEY, THIEF]))
    return Log(rows, tuple(old if old.size <= n else made for old, made in zip(log.seals, sealed, strict=True)))


KINDS = {"edit": edit, "cut": cut, "insert": insert, "swap": swap, "rewrite": rewrite, "truncate": truncate}


def covered(log: Log, chance: random.Random) -> Log:
    """Also change what is stored beside the checkpoints, as far as nobody needs a key for it; or use the stolen key."""
    if chance.random() < 0.5:
        seals, begun = [], 0
        for each in log.seals:
            leaves = b"".join(leaf(one[-1]) for one in log.rows[begun : each.size])
            seals.append(replace(each, leaves=leaves))
            begun = each.size
        return replace(log, seals=tuple(seals))
    rows = numbered(log.rows)
    sizes = [size for size in SIZES if size <= len(rows)] or [len(rows)]
    return Log(rows, seal(rows, KEY, sizes) if rows else ())


def first_bad(log: Log) -> int:
    """Tell the number of the first row that is not as it was."""
    pairs = enumerate(zip(log.rows, HONEST.rows, strict=False), start=1)
    return next((n for n, (one, other) in pairs if one != other), len(log.rows) + 1)
