"""A full disk is told in a clear sentence, changes nothing and loses nothing."""

import asyncio
from pathlib import Path

import httpx
import sqlalchemy as sa
from structlog.testing import capture_logs

from adapters.emulators.kit import World
from adapters.emulators.telegram import TelegramNetwork
from adapters.http import InProcess
from bot.commands.barrier import told
from bot.store.engine import StoreUnavailable, engine_for
from bot.store.migrate import bring_up
from tests.unit.small_newsroom import Clock, Site, build, work


def snapshot(engine: sa.Engine) -> dict[str, int]:
    with engine.begin() as db:
        names = ("story", "revision", "delivery", "delivery_story", "identity", "sighting", "audit", "attempt")
        return {name: int(db.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() or 0) for name in names}


def limit(engine: sa.Engine, pages: int) -> None:
    raw = engine.raw_connection()
    raw.cursor().execute(f"PRAGMA max_page_count = {pages}")
    raw.close()


def pages(engine: sa.Engine) -> int:
    raw = engine.raw_connection()
    found = raw.cursor().execute("PRAGMA page_count").fetchone()[0]
    raw.close()
    return int(found)


async def scenario(path: Path) -> None:
    bring_up(path)
    engine, site, clock = engine_for(lambda: path), Site(), Clock()
    world = World(clock.now, clock.sleep)
    network = TelegramNetwork(world)
    places = TelegramNetwork.newcomer(0)
    network.admit(*places)
    async with (
        httpx.AsyncClient(transport=InProcess(network)) as client,
        build(engine, site, clock, client, places) as it,
    ):
        await work(it)
        assert len(world.timeline("telegram")) == 1
        site.stories, clock.passed = 12, 120
        before = snapshot(engine)
        limit(engine, pages(engine))
        with capture_logs() as logs:
            for _ in range(3):
                await work(it)
        refused = [each for each in logs if each["event"] == "database refused"]
        assert [(each["tick"], each["said"]) for each in refused] == [("poll", "database or disk is full")]
        assert "free disk space" in refused[0]["fix"]
        assert snapshot(engine) == before
        limit(engine, 1_000_000)
        clock.passed = 400
        with capture_logs() as logs:
            await work(it)
        assert any(each["event"] == "database serves again" for each in logs)
        shown = [post.text for post in world.timeline("telegram")]
        assert len(shown) == len(set(shown)) == 12
    engine.dispose()


def test_a_full_disk_is_said_once_changes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    asyncio.run(scenario(tmp_path / "jarshy.db"))


def test_a_person_reads_what_to_do_about_a_full_disk() -> None:
    (said,) = told(StoreUnavailable("database or disk is full"))
    assert "nothing was changed" in said
    assert "Free disk space" in said
