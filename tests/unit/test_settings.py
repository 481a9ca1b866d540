"""What jarshy.yaml may say: every mistake is named with its line, all at once, and no secret is ever repeated."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.model import Account, Channel, Genre, Policy, Source
from config.networks import Network
from config.settings import Settings, SettingsError, load


class Chat(BaseModel):
    chat: str
    scratch_chat: str = ""
    silent: bool = False


class ChatKeys(BaseModel):
    token: str


class Server(BaseModel):
    server: str
    visibility: str = "public"


class ServerKeys(BaseModel):
    token: str
    refresh: str = ""


NETWORKS = {
    "telegram": Network(Chat, ChatKeys),
    "mastodon": Network(Server, ServerKeys, {"form": "photo", "max_per_day": 30}),
}
GOOD = """\
newsroom:
  name: The Steppe Courier
  zone: Asia/Almaty
store: jarshy.db
listen: 127.0.0.1:8090
proxy:
sources:
  main:
    url: https://courier.example/feed
    poll: 60s
    sections: {Opinion: opinion}
  kazakh:
    url: https://courier.example/kk/feed
accounts:
  tg:
    network: telegram
    credentials: {token: TELEGRAM_TOKEN}
  fedi:
    network: mastodon
    server: https://social.example
    credentials: {token: FEDI_TOKEN}
channels:
  telegram-en:
    account: tg
    chat: "@courier"
    sources: [main]
    gap: 2m
  telegram-kk:
    account: tg
    chat: -1001234567
    silent: true
  fedi:
    account: fedi
    visibility: unlisted
defaults:
  gap: 90s
"""
PASTED = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def loaded(tmp_path: Path, text: str = GOOD, environ: Mapping[str, str] | None = None) -> Settings:
    path = tmp_path / "jarshy.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ or {}, networks=NETWORKS)


def problems(tmp_path: Path, text: str, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text, environ)
    return tuple(problem.replace(str(tmp_path) + "/", "") for problem in caught.value.problems)


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


BROKEN = [
    ("  name: The Steppe Courier", '  name: "  "  #!', "newsroom.name must not be empty"),
    ("  name: The Steppe Courier", "  name: 2026  #!", "newsroom.name must be text"),
    (
        "  name: The Steppe Courier",
        "  nam: The Steppe Courier  #!",
        "newsroom.nam is not a known key; did you mean name?",
    ),
    ("newsroom:\n  name: The Steppe Courier\n", "newsroom:  #!\n", "newsroom.name is missing"),
    ("  zone: Asia/Almaty", "  zone: Asia/Almati  #!", "newsroom.zone is not a time zone of the IANA list"),
    ("  zone: Asia/Almaty", "  zone: /etc/passwd  #!", "newsroom.zone is not a time zone"),
    ("  zone: Asia/Almaty", "  zone: Asia/Almaty\n  contact: me  #!", "newsroom.contact must be a web address"),
    (
        "  zone: Asia/Almaty",
        "  zone: Asia/Almaty\n  origin: our log  #!",
        "newsroom.origin must be a name without spaces",
    ),
    ("  zone: Asia/Almaty", "  zone: Asia/Almaty\n  origin: http://a.b  #!", "newsroom.origin must be a name without"),
    ("store: jarshy.db", "stroe: jarshy.db  #!", "stroe is not a known key; did you mean store?"),
    ("store: jarshy.db", "store:  #!", "store must be text"),
    ("listen: 127.0.0.1:8090", "listen: 8090  #!", "listen must be text"),
    ("listen: 127.0.0.1:8090", "listen: localhost  #!", "listen must be host:port"),
    ("listen: 127.0.0.1:8090", "listen: localhost:99999  #!", "listen must be host:port"),
    ("proxy:", "proxy: socks5://proxy.example  #!", "proxy must be a web address"),
    ("proxy:", "proxy: http://me:sesame@proxy.example  #!", "proxy must not carry a password in this file"),
    ("proxy:", "allow_hosts: [ok.example:80,\n  cms.internal]  #!", "allow_hosts must be host:port"),
    (
        "    url: https://courier.example/feed",
        "    url: courier.example/feed  #!",
        "sources.main.url must be a web address",
    ),
    (
        "    url: https://courier.example/feed",
        "    url: https://me:word@courier.example/  #!",
        "must not carry a name or",
    ),
    (
        "    url: https://courier.example/feed",
        "    url: http://cms.internal:8080/  #!",
        "is at port 8080: list its host:port",
    ),
    ("    poll: 60s", "    poll: 60  #!", "sources.main.poll must be a duration"),
    ("    poll: 60s", "    poll: 1 hour  #!", "sources.main.poll must be a duration"),
    ("    poll: 60s", "    poll: 5s  #!", "sources.main.poll must be 10s or more"),
    ("    poll: 60s", "    max_age: 0s  #!", "sources.main.max_age must be longer than nothing"),
    ("    poll: 60s", "    backfill: some  #!", "sources.main.backfill must be a whole number"),
    ("    poll: 60s", "    backfill: 21  #!", "sources.main.backfill must be at most 20"),
    ("    poll: 60s", "    language: English  #!", "sources.main.language must be a language code"),
    ("    poll: 60s", "    pol: 60s  #!", "sources.main.pol is not a known key; did you mean poll?"),
    (
        "{Opinion: opinion}",
        "{Opinion: opinoin}  #!",
        "must be one of news, opinion, analysis, live; did you mean opinion?",
    ),
    ("  kazakh:", "  Қазақ:  #!", "sources.Қазақ must be a name of small letters"),
    ("  kazakh:", "  main:  #!", "stands here a second time"),
    ("    network: telegram", "    network: telegarm  #!", "is not a known network; did you mean telegram?"),
    ("    network: telegram\n", "", "accounts.tg.network is missing"),
    ("{token: TELEGRAM_TOKEN}", "{tokn: TELEGRAM_TOKEN}  #!", "tokn is not a known key; did you mean token?"),
    ("{token: TELEGRAM_TOKEN}", "{}  #!", "accounts.tg.credentials.token is missing"),
    ("{token: TELEGRAM_TOKEN}", f"{{token: '{PASTED}'}}  #!", "must be the name of a secret"),
    ("{token: TELEGRAM_TOKEN}", f"{{token: T,\n     token: '{PASTED}'}}  #!", "stands here a second time"),
    ("    server: https://social.example", "    sever: https://social.example  #!", "did you mean server?"),
    (
        '    account: tg\n    chat: "@courier"',
        "    account: tgg  #!",
        "telegram-en.account names no account; did you mean tg?",
    ),
    ('    chat: "@courier"', '    caht: "@courier"  #!', "caht is not a known key; did you mean chat?"),
    ('    chat: "@courier"', '    chat: ["@courier"]  #!', "channels.telegram-en.chat must be one value"),
    ('  telegram-en:\n    account: tg\n    chat: "@courier"', "  telegram-en:  #!\n    account: tg", "chat is missing"),
    ("    silent: true", "    silent: perhaps  #!", "channels.telegram-kk.silent must be true or false"),
    ("    sources: [main]", "    sources: [kazakh,\n      mian]  #!", "sources names no source; did you mean main?"),
    ("    sources: [main]", "    sources: main  #!", "channels.telegram-en.sources must be a list"),
    ("    sources: [main]", "    sources: []  #!", "must name at least one source"),
    ("    gap: 2m", "    form: cart  #!", "form must be one of card, photo, text; did you mean card?"),
    ("    gap: 2m", "    quiet_hours: 22-7  #!", "quiet_hours must be two different times of day"),
    ("    gap: 2m", "    quiet_hours: 25:00-07:00  #!", "quiet_hours must be two different times of day"),
    ("    gap: 2m", "    quiet_hours: 07:00-07:00  #!", "quiet_hours must be two different times of day"),
    ("    gap: 2m", "    max_per_day: 0  #!", "max_per_day must be at least 1"),
    ("    gap: 2m", "    approval: yes  #!", "approval must be one of never, always"),
    ("    gap: 2m", "    gap:  #!", "channels.telegram-en.gap must be a duration"),
    ("    gap: 2m", "\tgap: 2m  #!", "YAML"),
    ("    gap: 2m", "    gap: 2m: 3  #!", "YAML"),
    (
        "  telegram-kk:\n    account: tg\n    chat: -1001234567",
        "  telegram-kk:  #!\n    account: tg\n    chat: '@Courier'",
        "same place",
    ),
    ("defaults:\n  gap: 90s", "defaults: 90s  #!", "defaults must be a block of keys"),
    (
        "defaults:\n  gap: 90s",
        "defaults:  #!\n  lease: 60s",
        "defaults has a lease that ends less than 30s after send_by",
    ),
    ("defaults:\n  gap: 90s", "defaults:  #!\n  backoff_most: 1s", "defaults has a backoff_most shorter than"),
    ("  gap: 90s", "  most_tires: 3  #!", "did you mean most_tries?"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), BROKEN, ids=[case[1].strip()[:40] for case in BROKEN])
def test_a_mistake_is_named_with_its_line(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    assert GOOD.count(right) >= 1
    text = GOOD.replace(right, wrong, 1)
    found = problems(tmp_path, text)
    line = next((n for n, row in enumerate(text.splitlines(), 1) if "#!" in row), None)
    where = f"jarshy.yaml:{line}: " if line else "jarshy.yaml:"
    assert any(problem.startswith(where) and sentence in problem for problem in found), found
    assert not any(word in problem for problem in found for word in (PASTED, "me:word"))


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD
    for right, wrong in (
        ("Asia/Almaty", "Mars/Base"),
        ("60s", "soon"),
        ("TELEGRAM_TOKEN", "telegram"),
        ("[main]", "[mian]"),
        ("gap: 90s", "gab: 90s"),
    ):
        text = text.replace(right, wrong, 1)
    found = problems(tmp_path, text)
    assert [int(problem.split(":")[1]) for problem in found] == [3, 10, 17, 26, 36]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ("newsroom is missing", "sources is missing")),
        ("- a\n- b\n", ("must be a block of keys",)),
        ("newsroom: {name: A, zone: UTC}\nsources: {}\n", ("jarshy.yaml:2: sources must name at least one feed",)),
        ("newsroom: [\n", ("is not YAML here",)),
        ("newsroom: &n\n  name: *n\n", ("jarshy.yaml:1: refers to itself here",)),
        ("newsroom: !!set {a}\n", ("jarshy.yaml:1: has a tag here",)),
        ("newsroom: !secret TOKEN\n", ("jarshy.yaml:1: has a tag here",)),
        ("? [a]\n: b\n", ("jarshy.yaml:1: has a block or list here where a key should be",)),
        (
            "newsroom: x\nsources: 3\naccounts: [a]\nchannels: {c: d}\n",
            ("newsroom must", "sources must", "channels.c must"),
        ),
    ],
)
def test_a_file_of_another_shape_is_told_kindly(tmp_path: Path, text: str, told: tuple[str, ...]) -> None:
    found = "\n".join(problems(tmp_path, text))
    assert all(sentence in found for sentence in told), found


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.yaml: there is no such file"):
        load(tmp_path / "nowhere.yaml", {}, networks=NETWORKS)


def test_one_account_under_two_names_cannot_post_twice(tmp_path: Path) -> None:
    text = GOOD.replace(
        "channels:", "  tg2:\n    network: telegram\n    credentials: {token: TELEGRAM_TOKEN}\nchannels:"
    )
    text = text.replace("account: tg\n    chat: -1001234567", 'account: tg2\n    chat: "@courier"')
    assert any(
        "channels.telegram-kk posts to the same place as channels.telegram-en" in p for p in problems(tmp_path, text)
    )


def test_a_choice_does_not_make_another_place(tmp_path: Path) -> None:
    text = GOOD.replace("defaults:", "  fedi2:\n    account: fedi\n    visibility: public\ndefaults:")
    assert any("channels.fedi2 posts to the same place as channels.fedi" in p for p in problems(tmp_path, text))


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


def test_a_mistake_in_the_environment_names_its_variable(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD, {"JARSHY_LISTEN": "here", "JARSHY_NEWSROOM__ZONE": "Mars/Base"})
    assert [problem.split(":")[0] for problem in found] == [
        "environment, JARSHY_LISTEN",
        "environment, JARSHY_NEWSROOM__ZONE",
    ]
    assert problems(tmp_path, GOOD, {"JARSHY_SOURCES": "[not json"}) == (
        "environment: a JARSHY_ variable that stands for a list or block must be JSON",
    )


def test_the_machine_s_own_environment_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARSHY_LISTEN", "0.0.0.0:80")
    assert loaded(tmp_path).listen == ("127.0.0.1", 8090)


SNIPPETS = [
    "",
    " ",
    ":",
    "- ",
    "&a ",
    "*a",
    "<<: *a",
    "!!set ",
    "{",
    "]",
    "'",
    "null",
    "2026-11-22",
    "1e9",
    "\t",
    "\u0000",
    "? ",
    "| ",
    "#",
]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), st.sampled_from(SNIPPETS)), min_size=1, max_size=3
    )
)
def test_no_mutant_of_the_file_crashes_the_reader(tmp_path: Path, cuts: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for at, length, put in cuts:
        text = text[:at] + put + text[at + length :]
    with suppress(SettingsError):
        loaded(tmp_path, text)
