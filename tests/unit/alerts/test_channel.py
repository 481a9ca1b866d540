"""Alerts on one of our own channels: posted like any post, cut to what fits, never about themselves."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.alerts.channel import ToChannel
from bot.alerts.sink import NotHeard
from bot.networks import adapters, emulators
from bot.rules.alerts import Cause
from tests.e2e.bad_day import Day
from tests.unit.alerts.test_sinks import CHECKPOINT, SAID

LONG = replace(SAID, text="What happened: it is down. " * 400)


def tell(folder: Path, network: str, *messages: object, secret: str = "") -> list[str]:
    """Pass messages to a channel of an emulated network, and read what stands there."""
    day = Day(folder, adapters()[network], emulators()[network])

    async def course() -> None:
        day.secrets = dict.fromkeys(day.secrets, secret) if secret else day.secrets
        sink = ToChannel(day.who, day.daemon.accounts)
        for each in messages:
            await sink.tell(each)  # type: ignore[arg-type]

    try:
        day.live(course)
        return [each.text for each in day.shown()]
    finally:
        day.close()


@pytest.mark.parametrize("network", sorted(name for name in emulators() if not adapters()[name].spec.limits.least))
def test_every_network_shows_an_alert_whole_or_cut(tmp_path: Path, network: str) -> None:
    short, long = tell(tmp_path, network, SAID, replace(LONG, name="msg_01"))
    assert short.startswith("Courier: feed main cannot be read")
    assert long.startswith("Courier: feed main cannot be read")
    assert long.endswith("…") or len(long) > 10_000


@pytest.mark.parametrize("network", ["telegram", "mastodon"])
def test_a_checkpoint_stands_on_a_channel_word_for_word(tmp_path: Path, network: str) -> None:
    (shown,) = tell(tmp_path, network, CHECKPOINT)
    assert shown == f"{CHECKPOINT.subject}\n\n{CHECKPOINT.text}"


def test_a_checkpoint_that_does_not_fit_is_not_cut(tmp_path: Path) -> None:
    with pytest.raises(NotHeard, match="a checkpoint of the audit log does not fit there whole"):
        tell(tmp_path, "telegram", replace(CHECKPOINT, text=CHECKPOINT.text * 100))


@pytest.mark.parametrize("scope", ["channel:main", "account:acme"])
def test_a_channel_out_of_reach_is_told_elsewhere_and_that_it_is_back_here(tmp_path: Path, scope: str) -> None:
    about = replace(SAID, cause=Cause.CHANNEL_STOPPED, scopes=(scope,))
    others = replace(about, name="msg_01", scopes=(scope, "channel:other"))
    over = replace(about, name="msg_02", is_over=True, subject="Courier: channel main takes posts again")
    assert len(tell(tmp_path, "telegram", about)) == 0
    (tmp_path / "again").mkdir()
    assert len(tell(tmp_path / "again", "telegram", about, others, over)) == 2


def test_a_network_that_refuses_has_not_heard_and_raises_no_alert_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NotHeard, match="401 Unauthorized"):
        tell(tmp_path, "telegram", SAID, secret="1:wrong")
