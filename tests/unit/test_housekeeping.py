"""The daemon's housekeeping does each of its errands, once a turn."""

import asyncio

import pytest

from bot.daemon import Daemon
from bot.store.engine import engine_for
from bot.store.migrate import create
from tests.unit.small_newsroom import Clock, Site, build

ERRANDS = (
    "accounts.probe_due",
    "accounts.ask_ends",
    "alerts.look",
    "photos.prune",
    "public.clear",
    "retention.prune_due",
    "sealer.seal_due",
)


@pytest.mark.parametrize("errand", ERRANDS)
def test_housekeeping_does_each_of_its_errands(tmp_path, monkeypatch, errand):
    engine = engine_for(lambda: tmp_path / "day.db", durable=False)
    create(engine)
    who, name = errand.split(".")
    done = []

    async def day():
        built = build(engine, Site(), Clock(), None, ({"chat": "@x"}, {"token": "t"}))
        async with Daemon(built.newsroom, built.ports) as daemon:
            real = getattr(getattr(daemon, who), name)

            async def kept(*asked, **how):
                done.append(errand)
                return await real(*asked, **how)

            monkeypatch.setattr(getattr(daemon, who), name, kept, raising=True)
            await daemon.housekeep()

    asyncio.run(day())
    engine.dispose()
    assert done == [errand]
