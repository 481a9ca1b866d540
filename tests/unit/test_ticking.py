"""The ticks go by how much time has passed, whatever is done to the machine's clock."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers import base
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.process import mind_the_clock


class Machine(datetime):
    """The machine's clock, as the scheduler reads it."""

    moved = timedelta(0)

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.moved


@pytest.mark.parametrize("hours", [-1, -72])
def test_a_clock_that_is_set_back_stops_no_tick(monkeypatch, hours):
    monkeypatch.setattr(base, "datetime", Machine)
    monkeypatch.setattr(Machine, "moved", timedelta(0))

    async def run():
        ticked = asyncio.Event()

        async def tick():
            ticked.set()

        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(tick, "interval", seconds=1, next_run_time=Machine.now(UTC), misfire_grace_time=None)
        scheduler.start()
        await asyncio.wait_for(ticked.wait(), 5)
        monkeypatch.setattr(Machine, "moved", timedelta(hours=hours))
        ticked.clear()
        minding = asyncio.create_task(mind_the_clock(scheduler, lambda: Machine.now(UTC), every=0.01))
        await asyncio.wait_for(ticked.wait(), 5)
        minding.cancel()
        scheduler.shutdown(wait=False)

    asyncio.run(run())
