"""Template files are taken up while the daemon runs, and one that is broken replaces nothing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx

from adapters.emulators.kit import World
from adapters.emulators.telegram import TelegramNetwork
from adapters.http import InProcess
from bot.store.alerts import open_alerts
from bot.store.engine import engine_for
from bot.store.migrate import bring_up
from bot.store.schema import delivery, template
from tests.unit.small_newsroom import Clock, Site, build

GOOD = "<b>{{ title }}</b>\n\n{{ url }}\n"


async def in_use_through(path: Path, *said: str | None) -> list[tuple[str, int]]:
    """Save each text in turn as a file (None: delete it), a minute apart; tell what is in use and how many alerts."""
    bring_up(path)
    engine, clock = engine_for(lambda: path), Clock()
    network = TelegramNetwork(World(clock.now, clock.sleep))
    files: dict[str, dict[str, str]] = {"shipped": {"telegram": "{{ title }} {{ url }}"}}
    found = []
    async with httpx.AsyncClient(transport=InProcess(network)) as client:
        made = build(engine, Site(), clock, client, TelegramNetwork.newcomer(0))
        made.ports = replace(made.ports, templates=lambda: {origin: dict(texts) for origin, texts in files.items()})
        async with made as daemon:
            for text in said:
                files["file"] = {} if text is None else {"telegram": text}
                clock.passed += 60
                await daemon.housekeep()
                with engine.begin() as db:
                    used = db.execute(template.select().where(template.c.is_in_use)).one().text
                    found.append((used, len(open_alerts(db))))
    engine.dispose()
    return found


def test_a_template_file_is_taken_up_while_the_daemon_runs_and_a_broken_one_replaces_nothing(tmp_path: Path) -> None:
    broken = "{{ headline }}"
    found = asyncio.run(in_use_through(tmp_path / "jarshy.db", GOOD, broken, GOOD + "!", None))
    shipped = "{{ title }} {{ url }}"
    assert found == [(GOOD, 0), (GOOD, 1), (GOOD + "!", 0), (shipped, 0)]


async def housekept_with_an_unreadable_file(path: Path) -> str:
    """Let a delivery's time pass while the template folder cannot be read; tell how the delivery then stands."""
    bring_up(path)
    engine, clock = engine_for(lambda: path), Clock()
    network = TelegramNetwork(World(clock.now, clock.sleep))
    async with httpx.AsyncClient(transport=InProcess(network)) as client:
        async with build(engine, Site(), clock, client, TelegramNetwork.newcomer(0)) as daemon:
            await daemon.poller.poll_due()

            def unreadable() -> dict[str, dict[str, str]]:
                raise PermissionError("templates")

            daemon.ports = replace(daemon.ports, templates=unreadable)
            clock.passed += 7 * 3600
            await daemon.housekeep()
        with engine.begin() as db:
            state = str(db.execute(delivery.select()).one().state)
    engine.dispose()
    return state


def test_a_template_file_that_cannot_be_read_keeps_nothing_else_from_being_done(tmp_path: Path) -> None:
    assert asyncio.run(housekept_with_an_unreadable_file(tmp_path / "jarshy.db")) == "expired"
