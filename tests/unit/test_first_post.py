"""A channel's very first post: with the number of the newest one in the settings, a lost answer is found again."""

import asyncio
from pathlib import Path

import httpx
import pytest

from adapters.emulators.kit import Fault, World
from adapters.emulators.telegram import TelegramNetwork
from adapters.http import InProcess
from bot.store.engine import engine_for
from bot.store.migrate import bring_up
from bot.store.schema import delivery
from tests.unit.small_newsroom import Clock, Site, build, work


async def first_post(path: Path, newest: dict[str, str]) -> tuple[str, str, int]:
    """Lose the answer to the first post; tell how its delivery ends, and how many posts readers see."""
    bring_up(path)
    engine, clock = engine_for(lambda: path), Clock()
    lost: list[Fault] = ["accept_then_drop"]
    world = World(clock.now, clock.sleep, fault=lambda call: lost.pop() if lost and "sendMessage" in call else None)
    network = TelegramNetwork(world)
    settings, secrets = TelegramNetwork.newcomer(0)
    network.admit(settings, secrets)
    async with (
        httpx.AsyncClient(transport=InProcess(network)) as client,
        build(engine, Site(), clock, client, (settings | newest, secrets)) as it,
    ):
        for _ in range(30):
            await work(it)
            clock.passed += 30
    with engine.begin() as db:
        row = db.execute(delivery.select()).one()
    engine.dispose()
    return row.state, row.reason, len(world.timeline("telegram", network.place(settings, secrets)))


@pytest.mark.parametrize(
    ("newest", "ends"), [({"newest_post": "100"}, ("done", "found", 1)), ({}, ("held", "undecidable", 1))]
)
def test_the_first_posts_lost_answer_is_found_where_the_settings_tell_the_newest_post(
    newest: dict[str, str], ends: tuple[str, str, int], tmp_path: Path
) -> None:
    assert asyncio.run(first_post(tmp_path / "jarshy.db", newest)) == ends
