"""The machine's clock is set while the daemon runs, or while it does not: it goes on, and says so once."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from adapters.emulators.kit import World
from adapters.emulators.telegram import TelegramNetwork
from adapters.http import InProcess
from bot.daemon import Daemon
from bot.store.audit import read
from bot.store.engine import StoreUnavailable, engine_for
from bot.store.migrate import bring_up
from tests.unit.small_newsroom import Clock, Site, build, work


class Machine(Clock):
    """A clock that somebody sets."""

    off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off


async def lived(path: Path, by: timedelta, *, down: bool = False, refusing: bool = False) -> tuple[list[str], int, int]:
    """Publish one story, set the clock, publish another; tell what the log says of clocks, posts and warnings."""
    bring_up(path)
    engine, site, clock = engine_for(lambda: path), Site(), Machine()
    # It goes back from wrong to right: by a clock that is wrong the other way, articles are dated ahead and wait.
    clock.off = wrong = max(-by, timedelta(0))
    true = Clock()
    world = World(true.now, true.sleep)
    network, places = TelegramNetwork(world), TelegramNetwork.newcomer(0)
    network.admit(*places)
    async with httpx.AsyncClient(transport=InProcess(network)) as client:
        with capture_logs() as logs:
            daemon = build(engine, site, clock, client, places)
            async with daemon:
                await work(daemon)
                if not down:
                    clock.off = wrong + by
                    if refusing:
                        await refuse_once(daemon)
                clock.passed = true.passed = 61
                site.stories = 1 if down else 2
                await work(daemon)
            clock.off = wrong + by
            clock.passed = true.passed = 122
            site.stories = 2
            async with build(engine, site, clock, client, places) as again:
                await work(again)
    with engine.begin() as db:
        told = [each.row.decode() for each in read(db) if each.action == "clock.set"]
    engine.dispose()
    warnings = sum(each["event"] == "clock was set" for each in logs)
    return told, len(world.timeline("telegram")), warnings


async def refuse_once(daemon: Daemon) -> None:
    """Let the database refuse the very transaction that moves the waits."""
    store, write = daemon.ports.store, daemon.ports.store.write

    async def refusing(*_: object, **__: object) -> None:
        raise StoreUnavailable("database or disk is full")

    store.write = refusing  # type: ignore[method-assign]
    await daemon.wake_due()
    store.write = write  # type: ignore[method-assign]


@pytest.mark.parametrize("by", [timedelta(hours=-3), timedelta(hours=3), timedelta(seconds=-90)])
def test_a_clock_that_is_set_silences_nothing_and_is_told_once(tmp_path: Path, by: timedelta) -> None:
    told, posts, warnings = asyncio.run(lived(tmp_path / "jarshy.db", by))
    assert (len(told), posts, warnings) == (1, 2, 1)
    assert f'"said":"{"back" if by < timedelta(0) else "forward"} by ' in told[0]


def test_a_clock_that_went_back_while_no_daemon_ran_is_noticed_at_the_start(tmp_path: Path) -> None:
    told, posts, warnings = asyncio.run(lived(tmp_path / "jarshy.db", timedelta(hours=-3), down=True))
    assert (len(told), posts, warnings) == (1, 2, 1)


def test_a_database_that_refuses_moves_the_waits_later(tmp_path: Path) -> None:
    told, posts, _ = asyncio.run(lived(tmp_path / "jarshy.db", timedelta(hours=-3), refusing=True))
    assert (len(told), posts) == (1, 2)
