"""Virtual time: waiting costs nothing, order is kept, and nothing goes wrong unseen."""

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.clock import Metronome, SystemClock
from bot.virtual import VirtualClock, VirtualLoop

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=5)))


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    yield loop
    loop.close()


def test_a_year_of_waiting_passes_at_once_and_in_order(loop: VirtualLoop) -> None:
    clock, seen = VirtualClock(loop, NOON, random.Random(1)), []

    async def wait(days: int) -> None:
        await clock.sleep(days * 86400)
        seen.append((days, clock.now()))

    async def both() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(wait(365))
            tasks.create_task(wait(1))

    loop.run_until_complete(both())
    assert seen == [(1, NOON + timedelta(days=1)), (365, NOON + timedelta(days=365))]


def test_its_clock_tells_utc(loop: VirtualLoop) -> None:
    assert VirtualClock(loop, NOON, random.Random(1)).now().tzinfo is UTC


def test_a_deadline_is_kept(loop: VirtualLoop) -> None:
    with pytest.raises(TimeoutError):
        loop.run_until_complete(asyncio.wait_for(asyncio.sleep(60), 30))
    assert loop.time() == 30


def test_work_for_a_thread_is_done_at_its_turn(loop: VirtualLoop) -> None:
    async def count() -> int:
        return await asyncio.to_thread(sum, [1, 2, 3])

    assert loop.run_until_complete(count()) == 6


def test_waiting_for_nothing_is_an_error_not_a_halt(loop: VirtualLoop) -> None:
    async def wait_for_ever() -> None:
        await loop.create_future()

    task = loop.create_task(wait_for_ever())
    with pytest.raises(RuntimeError, match="deadlock"):
        loop.run_until_complete(task)
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))


def test_an_error_nobody_awaits_is_kept(loop: VirtualLoop) -> None:
    async def main() -> None:
        loop.call_soon(lambda: 1 / 0)
        await asyncio.sleep(1)

    loop.run_until_complete(main())
    assert [type(each["exception"]) for each in loop.failures] == [ZeroDivisionError]


def test_where_people_watch_every_leap_is_waited_for() -> None:
    leaps: list[float] = []
    loop = VirtualLoop(until=leaps.append)
    clock = VirtualClock(loop, NOON, random.Random(1))

    async def live() -> None:
        for seconds in (60, 5):
            await clock.sleep(seconds)
        await asyncio.sleep(0)

    loop.run_until_complete(live())
    loop.close()
    assert leaps == [60, 65]


def test_a_metronome_keeps_up_with_the_wall_and_no_more() -> None:
    beat, clock = Metronome(speed=1000), SystemClock()
    began = clock.monotonic()
    beat.until(20)
    assert clock.monotonic() - began >= 0.02
    Metronome(speed=1e9).until(3600)
