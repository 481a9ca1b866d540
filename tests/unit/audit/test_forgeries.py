"""Ten thousand forgeries of the log: a checkpoint that was kept elsewhere finds each, and blames no good row."""

import asyncio
import random
from collections import Counter

import pytest

from bot.audit.verify import Check
from bot.proving import verify
from bot.store.engine import Store, engine_for
from bot.store.migrate import create
from tests.unit.audit.forging import HONEST, KEY, KINDS, ROWS, WITNESSED, checked, covered, first_bad
from tests.unit.engine import inline

IN_MEMORY, IN_A_FILE = 9_000, 1_000


def forged(number):
    """Make the forgery of this number: every other one is covered up."""
    chance = random.Random(number)
    name = list(KINDS)[number % len(KINDS)]
    log = KINDS[name](HONEST, chance)
    is_covered = name not in ("rewrite", "truncate") and number // len(KINDS) % 2 == 0
    return name, covered(log, chance) if is_covered else log, is_covered


def blamed(check):
    """The rows that are said to be bad."""
    return next((range(fault.first, fault.last + 1) for fault in check.faults if fault.first is not None), range(0))


def test_the_honest_log_is_whole():
    check = checked(HONEST, WITNESSED)
    assert (check.faults, check.rows, check.sealed, check.seals) == ([], ROWS, ROWS, 3)


def test_every_forgery_is_found_and_no_good_row_is_blamed_alone():
    found, named = Counter(), Counter()
    for number in range(IN_MEMORY):
        name, log, is_covered = forged(number)
        check = checked(log, WITNESSED)
        assert check.faults, (number, name)
        # With what is stored beside the columns a change may be none: the same row elsewhere.
        if log.rows != HONEST.rows:
            # A log that is too short can only be told to be that, where its own checkpoints were made anew as well.
            is_short = blamed(check).start == len(log.rows) + 1
            assert first_bad(log) in blamed(check) or is_short, (number, name, check.faults)
        if name in ("edit", "cut", "insert", "swap") and not is_covered:
            assert len(blamed(check)) == 1, (number, name, check.faults)
        found[name] += 1
        named[name] += len(blamed(check)) == 1
    print({name: f"{found[name]} found, {named[name]} to the row" for name in KINDS})
    assert found.total() == IN_MEMORY


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = engine_for(lambda: tmp_path_factory.getbasetemp() / "forged.db", durable=False)
    create(made)
    with made.begin() as db:
        # As somebody would who may write to the file.
        for (name,) in db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            db.exec_driver_sql(f"DROP TRIGGER {name}")
    yield made
    made.dispose()


def put(engine, log):
    with engine.begin() as db:
        for table in ("audit", "checkpoint"):
            db.exec_driver_sql(f"DELETE FROM {table}")
        marks = "?, ?, ?, ?, ?, ?, ?, ?"
        names = "id, at, actor, action, story, delivery, channel, row"
        for each in log.rows:
            db.exec_driver_sql(f"INSERT INTO audit ({names}) VALUES ({marks})", each)
        for one in log.seals:
            facts = (one.size, 0, one.note, one.signer, one.peaks, one.leaves)
            db.exec_driver_sql("INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)", facts)


def test_every_forgery_of_a_database_is_found(engine):
    store = Store(engine, inline)

    async def all_of_them():
        for number in range(IN_MEMORY, IN_MEMORY + IN_A_FILE):
            name, log, _ = forged(number)
            put(engine, log)
            check = Check(KEY.publics, [WITNESSED])
            await verify(store, check)
            assert check.faults == checked(log, WITNESSED).faults != [], (number, name)

    asyncio.run(all_of_them())


def test_without_a_checkpoint_from_elsewhere_what_nobody_had_the_key_for_is_found():
    missed = Counter()
    for number in range(1_200):
        name, log, is_covered = forged(number)
        if name in ("edit", "cut", "insert", "swap") and not is_covered:
            assert checked(log).faults, (number, name)
        else:
            missed[name] += not checked(log).faults
    assert missed["truncate"], "nothing in the file itself can tell that its end was cut off together with its proof"
    assert missed["rewrite"], "nor that somebody with the key has written all of it anew"
