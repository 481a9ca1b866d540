"""Settings become sinks, their secrets are read anew and kept out of the log, and the daemon beats while it is well."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from adapters.emulators.telegram import TelegramNetwork
from adapters.telegram import Telegram
from bot import wiring
from bot.alerts.desk import Ways
from bot.alerts.sink import NotHeard
from bot.clock import SystemClock
from bot.fetch import Fetched, Fetcher
from bot.keys import CannotStart, secrets_of
from bot.rules.alerts import Cause
from bot.store.alerts import open_alert
from bot.store.schema import alert_told
from bot.store.telling import deaf
from bot.wiring import sinks
from config.settings import load
from tests.e2e.bad_day import Day
from tests.unit.alerts.room import Scripted
from tests.unit.alerts.test_sinks import SAID, SECRET
from tests.unit.alerts.test_telling import NOTE
from tests.unit.engine import Desk

SETTINGS = """\
newsroom: {name: Courier, zone: Asia/Almaty}
sources: {main: {url: https://courier.example/feed}}
alerts:
  - {webhook: OPS_ADDRESS, secret: OPS_SECRET}
  - {command: [sh, -c, 'env > "$0"', OUT], witness: true}
  - {apprise: MAIL}
heartbeat_url: BEAT
"""
HELD = {
    "OPS_ADDRESS": "https://ops.example/T0KEN",
    "OPS_SECRET": SECRET,
    "MAIL": "mailto://me:word@x.example",
    "BEAT": "https://w.example/B347",
}


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "jarshy.yaml").write_text(SETTINGS.replace("OUT", str(tmp_path / "out")))
    environ = {f"JARSHY_SECRET_{name}": value for name, value in HELD.items()} | {"PATH": "/usr/bin:/bin"}
    return load(tmp_path / "jarshy.yaml", environ, networks={})


def made(settings):
    return sinks(settings, Fetcher(newsroom="Courier"), SystemClock())


def test_only_a_way_that_is_to_be_a_witness_is_given_checkpoints(settings, tmp_path):
    desk = Desk(tmp_path)
    desk.act(wiring.witnesses(settings, desk.clock, desk.store)(NOTE))
    found = desk.ask(lambda db: db.scalars(sa.select(alert_told.c.sink)).all())
    assert found == ["command sh"]


def test_every_secret_of_an_alert_is_struck_out_of_the_log(settings):
    assert set(HELD.values()) <= set(secrets_of(settings))


def test_a_command_gets_no_secret_of_ours(settings, tmp_path):
    _, command, _ = made(settings)
    asyncio.run(command.tell(SAID))
    assert "PATH=" in (tmp_path / "out").read_text()
    assert "JARSHY" not in (tmp_path / "out").read_text()


def test_a_secret_that_is_missing_is_named_when_it_is_needed(settings):
    bare = replace(settings, secrets=replace(settings.secrets, environ={}))
    hook, _, _ = made(bare)
    with pytest.raises(NotHeard, match="The secret OPS_SECRET is missing"):
        asyncio.run(hook.tell(SAID))


def test_apprise_that_is_not_installed_is_said_at_the_start(settings, monkeypatch):
    monkeypatch.setattr(wiring, "find_spec", lambda name: None)
    with pytest.raises(CannotStart, match=r"Alerts go to apprise MAIL; that needs: pip install 'jarshy\[alerts\]'"):
        made(settings)


@pytest.fixture
def day(tmp_path):
    day = Day(tmp_path, Telegram, TelegramNetwork)
    yield day
    day.close()


def live(day, ways, course):
    """Let a daemon live that has these ways to people."""
    daemon = day.daemon
    day._daemon = lambda: type(daemon)(daemon.newsroom, replace(daemon.ports, ways=ways))
    day.live(course)


def test_the_daemon_beats_only_while_every_tick_is_well(day):
    beats = []

    async def get(url, **named):
        beats.append(url)
        return Fetched(200, url, {}, b"")

    day.daemon.ports.web.get = get

    async def course():
        beats.clear()
        await day.daemon.housekeep()
        await day.clock.sleep(0.1)
        assert beats == ["https://w.example/"]
        day.daemon.ticked["poll"] -= timedelta(minutes=6)
        await day.daemon.housekeep()
        await day.clock.sleep(0.1)
        assert beats == ["https://w.example/"], "silence is what the outside watch tells of"

    live(day, Ways(heartbeat=lambda: "https://w.example/"), course)


def test_a_sink_that_hangs_is_let_go_after_thirty_seconds_and_told_again(day):
    hangs, hears = Scripted("webhook slow.example"), Scripted("command page")

    async def hang():
        await day.clock.sleep(3600)

    async def course():
        hangs.then = hang
        await day.daemon.ports.store.write(open_alert, Cause.DISK_LOW, "disk", day.clock.now(), what="full")
        await day.daemon.housekeep()
        await day.clock.sleep(29)
        assert len(hears.heard) == 1
        assert await day.daemon.ports.store.write(deaf, [hangs.name]) == []
        await day.clock.sleep(2)
        (lacking,) = await day.daemon.ports.store.write(deaf, [hangs.name])
        assert lacking.why == "it did not take a message within 30 seconds"
        hangs.then = None
        await day.clock.sleep(60)
        await day.daemon.housekeep()
        await day.clock.sleep(1)
        assert [each.name for each in hangs.heard] == [each.name for each in hears.heard]

    live(day, Ways(sinks=(hangs, hears)), course)


def test_what_is_under_way_at_the_end_is_given_its_time(day):
    slow = Scripted()

    async def wait():
        await day.clock.sleep(10)

    async def course():
        slow.then = wait
        await day.daemon.ports.store.write(open_alert, Cause.DISK_LOW, "disk", day.clock.now(), what="full")
        await day.daemon.housekeep()

    live(day, Ways(sinks=(slow,)), course)
    assert len(slow.heard) == 1
