"""What jarshy.yaml may say, and what becomes of it; the environment wins over the file."""

import re
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.model import Account, Channel, Genre, Keep, Policy, Source
from config.settings import load
from tests.unit.broken_settings import GOOD, NETWORKS, loaded


def test_the_file_becomes_the_words_of_the_trade(tmp_path: Path) -> None:
    made = loaded(tmp_path)
    assert made.policy == Policy(newsroom="The Steppe Courier", zone="Asia/Almaty")
    assert (made.store, made.listen) == (tmp_path / "jarshy.db", ("127.0.0.1", 8090))
    assert made.sources == (
        Source(id="main", url="https://courier.example/feed", sections=(("Opinion", Genre.OPINION),)),
        Source(id="kazakh", url="https://courier.example/kk/feed"),
    )
    assert made.accounts == (
        Account(id="tg", network="telegram"),
        Account(id="fedi", network="mastodon", settings=(("server", "https://social.example"),)),
    )
    long, short = timedelta(seconds=90), timedelta(minutes=2)
    assert made.channels == (
        Channel(
            id="telegram-en",
            account="tg",
            network="telegram",
            place=(("chat", "@courier"),),
            sources=("main",),
            gap=short,
        ),
        Channel(
            id="telegram-kk",
            account="tg",
            network="telegram",
            place=(("chat", "-1001234567"), ("silent", "true")),
            gap=long,
        ),
        Channel(
            id="fedi",
            account="fedi",
            network="mastodon",
            place=(("visibility", "unlisted"),),
            gap=long,
            form="photo",
            max_per_day=30,
        ),
    )
    assert made.credentials == {"tg": {"token": "TELEGRAM_TOKEN"}, "fedi": {"token": "FEDI_TOKEN"}}


def test_the_shipped_example_is_right() -> None:
    made = load(Path(__file__).parents[2] / "config/jarshy.example.yaml", {}, networks=NETWORKS)
    assert [channel.id for channel in made.channels] == ["telegram-en"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("60s", 60), ("5m", 300), ("6h", 21_600), ("1d", 86_400), ("1h30m", 5_400), ("0s", 0)],
)
def test_durations_say_their_unit(tmp_path: Path, written: str, meant: int) -> None:
    assert loaded(tmp_path, GOOD.replace("gap: 2m", f"gap: {written}")).channels[0].gap == timedelta(seconds=meant)


def test_quiet_hours_may_run_over_midnight_and_be_lifted_for_one_channel(tmp_path: Path) -> None:
    text = GOOD.replace("gap: 90s", 'quiet_hours: "22:00-7:30"').replace("gap: 2m", "quiet_hours:")
    assert [channel.quiet_hours for channel in loaded(tmp_path, text).channels] == [
        None,
        (time(22), time(7, 30)),
        (time(22), time(7, 30)),
    ]


@pytest.mark.parametrize("written", ["007", "1.10", "1e9", "0x1F", "2026-11-22", "yes"])
def test_a_place_that_looks_like_a_number_stays_as_it_is_written(tmp_path: Path, written: str) -> None:
    made = loaded(tmp_path, GOOD.replace("-1001234567", written))
    assert dict(made.channels[1].place)["chat"] == written


def test_what_editors_of_text_leave_behind_is_read_over(tmp_path: Path) -> None:
    anchored = GOOD.replace("[main]", "&a [main]").replace("gap: 2m", "gap: &a 2m")
    assert loaded(tmp_path, "\ufeff" + anchored.replace("\n", "\r\n")).channels == loaded(tmp_path).channels


def test_a_listed_port_may_be_polled(tmp_path: Path) -> None:
    text = GOOD.replace("https://courier.example/feed", "http://CMS.internal:8080/feed", 1)
    assert loaded(tmp_path, text.replace("proxy:", "allow_hosts: [cms.Internal:8080]")).sources[0].url.endswith("/feed")


def test_what_is_kept_may_be_set_one_by_one(tmp_path: Path) -> None:
    assert loaded(tmp_path).keep == Keep()
    text = GOOD + "keep:\n  bodies: 30d\n  pictures: 12h\n"
    assert loaded(tmp_path, text, {"JARSHY_KEEP__TEXTS": "7d"}).keep == Keep(
        bodies=timedelta(days=30), texts=timedelta(days=7), pictures=timedelta(hours=12)
    )


def test_the_example_tells_the_real_defaults_of_what_is_kept(tmp_path: Path) -> None:
    example = (Path(__file__).parents[2] / "config/jarshy.example.yaml").read_text(encoding="utf-8")
    block = re.search(r"^# keep:.*\n((?:#   .*\n)+)", example, flags=re.M)
    assert block
    text = "keep:\n" + block[1].replace("#   ", "  ")
    assert len(text.splitlines()) == 5
    assert loaded(tmp_path, GOOD + text).keep == Keep()


def test_norwegian_is_not_a_no(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD.replace("gap: 2m", "languages: [no, kk]")).channels[0].languages == ("no", "kk")


# --- the environment ------------------------------------------------------------------------------------------------


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = {
        "JARSHY_LISTEN": "0.0.0.0:80",
        "JARSHY_NEWSROOM__ZONE": "Asia/Tashkent",
        "JARSHY_PROXY": "http://me:sesame@proxy.example",
        "JARSHY_STORE": "",
    }
    made = loaded(tmp_path, environ=environ)
    assert (made.listen, made.policy.zone) == (("0.0.0.0", 80), "Asia/Tashkent")
    assert (made.policy.newsroom, made.store.name) == ("The Steppe Courier", "jarshy.db")
    assert made.proxy == "http://me:sesame@proxy.example"
    assert "sesame" not in repr(made)


def test_the_environment_reaches_what_stands_deep_in_the_file(tmp_path: Path) -> None:
    environ = {
        "JARSHY_DEFAULTS__MAX_PER_DAY": "7",
        "JARSHY_SOURCES__KAZAKH__LANGUAGE": "kk",
        "JARSHY_CHANNELS__FEDI__TAGS": '["wheat"]',
        "JARSHY_ACCOUNTS": '{"tg": {"network": "telegram", "credentials": {"token": "T"}}}',
        "JARSHY_ACCOUNTS__FEDI__NETWORK": "mastodon",
        "JARSHY_ACCOUNTS__FEDI__SERVER": "https://b.example",
        "JARSHY_ACCOUNTS__FEDI__CREDENTIALS__TOKEN": "F",
        "JARSHY_NOTHING": "of ours",
    }
    made = loaded(tmp_path, environ=environ)
    assert [channel.max_per_day for channel in made.channels] == [7, 7, 7]
    assert made.sources[1] == Source(id="kazakh", url="https://courier.example/kk/feed", language="kk")
    assert made.channels[2].tags == ("wheat",)
    assert made.accounts[1].settings == (("server", "https://b.example"),)
    assert made.credentials == {"tg": {"token": "T"}, "fedi": {"token": "F"}}


def test_the_machine_s_own_environment_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARSHY_LISTEN", "0.0.0.0:80")
    assert loaded(tmp_path).listen == ("127.0.0.1", 8090)
