"""The daemon seals its log beside its other work, and tells of a log that it cannot or must not seal."""

import asyncio
from dataclasses import replace

from bot.audit.checkpoints import opened
from bot.daemon import Daemon
from bot.sealing import Seal, Sealer
from bot.store import alerts
from bot.store.alerts import Cause
from bot.store.engine import engine_for
from bot.store.migrate import create
from tests.unit.small_newsroom import Clock, Site, build
from tests.unit.test_sealing import KEY


def test_the_daemon_seals_while_it_runs_and_tells_of_a_log_that_is_not_what_it_was(tmp_path):
    engine = engine_for(lambda: tmp_path / "day.db", durable=False)
    create(engine)
    clock, file = Clock(), tmp_path / "audit.checkpoint"

    async def day():
        built = build(engine, Site(), clock, None, ({"chat": "@x"}, {"token": "t"}))
        seal = Seal(key=KEY, beside=file)
        async with Daemon(built.newsroom, replace(built.ports, seal=seal)) as daemon:
            await daemon.housekeep()
            first = opened(file.read_text(), KEY.publics).size
            with engine.begin() as db:
                db.exec_driver_sql("DROP TRIGGER audit_refuses_delete")
                db.exec_driver_sql("DELETE FROM audit")
            await daemon.housekeep()
            return first, await daemon.ports.store.write(alerts.untold, clock.now())

    sealed, untold = asyncio.run(day())
    assert sealed > 5
    assert untold == [], "it was told at once"
    with engine.begin() as db:
        assert [each.cause for each in alerts.open_alerts(db)] == [Cause.AUDIT_BROKEN]
    engine.dispose()


def test_the_daemon_tells_of_a_log_it_cannot_seal_for_two_hours(tmp_path):
    engine = engine_for(lambda: tmp_path / "day.db", durable=False)
    create(engine)
    clock, file, hangs = Clock(), tmp_path / "audit.checkpoint", []

    async def hanging(work, deadline):
        if hangs:
            raise TimeoutError
        return work()

    async def day():
        built = build(engine, Site(), clock, None, ({"chat": "@x"}, {"token": "t"}))
        ports = replace(built.ports, seal=Seal(key=KEY, beside=file), aside=hanging)
        async with Daemon(built.newsroom, ports) as daemon:
            hangs.append("the folder of the database")
            clock.passed += 121 * 60
            await daemon.housekeep()

    asyncio.run(day())
    with engine.begin() as db:
        assert Cause.CHECKPOINT_OLD in {each.cause for each in alerts.open_alerts(db)}
    engine.dispose()


def test_a_seal_that_breaks_is_told_with_the_rest_and_keeps_nobody_from_the_rest(tmp_path):
    engine = engine_for(lambda: tmp_path / "day.db", durable=False)
    create(engine)
    clock, breaks, told = Clock(), [1], list[set[str]]()

    async def crowded(work, deadline):
        if breaks:
            raise RuntimeError("can't start new thread")
        return work()

    async def open_ones(daemon):
        await daemon.housekeep()
        assert daemon.ticked["housekeep"] == clock.now(), "the tick went on to its end"
        untold = await daemon.ports.store.write(alerts.untold, clock.now())
        assert all(each.is_entry_told for each in untold), "it is told at once; its end, once it has been well for long"
        told.append({str(each.cause) for each in await daemon.ports.store.write(alerts.open_alerts)})

    async def day():
        built = build(engine, Site(), clock, None, ({"chat": "@x"}, {"token": "t"}))
        seal = Seal(key=KEY, beside=tmp_path / "audit.checkpoint")
        async with Daemon(built.newsroom, replace(built.ports, seal=seal)) as daemon:
            daemon.sealer = Sealer(daemon.ports.store, daemon.clock, seal, aside=crowded)
            for _ in range(2):
                await open_ones(daemon)
                clock.passed += 180 * 60
            breaks.clear()
            await open_ones(daemon)
            breaks.append(1)
            await daemon.stop(1)

    asyncio.run(day())
    assert told == [{"seal_fails"}, {"seal_fails"}, set()]
    engine.dispose()
