"""How often an account or an app may post and a feed is polled: what people set, else what is usual."""

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.contract import Rate, Scope
from config.networks import Network
from config.settings import Settings, SettingsError, load
from tests.unit.broken_settings import Chat, ChatKeys

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAYS = (Rate(100, HOUR), Rate(9000, DAY, Scope.APP))
FILE = """\
newsroom: {name: The Steppe Courier, zone: Asia/Almaty}
sources: {main: {url: "https://courier.example/feed"}}
accounts:
  one: {network: telegram, app: bots, credentials: {token: ONE}}
channels:
  first: {account: one, chat: "@first"}
"""


def loaded(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "jarshy.yaml"
    path.write_text(text)
    return load(path, {}, networks={"telegram": Network(Chat, ChatKeys, {"rates": SAYS})})


def rates(tmp_path: Path, text: str) -> tuple[Rate, ...]:
    return loaded(tmp_path, text).channels[0].rates


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", SAYS),
        ("app: bots, ", "", (Rate(100, HOUR), Rate(9000, DAY, Scope.ACCOUNT))),
        ("app: bots", "app: bots, pace: 30/1h", (Rate(30, HOUR), SAYS[1])),
        ("channels:", "apps: {bots: {pace: 200 / 1d}}\nchannels:", (SAYS[0], Rate(200, DAY, Scope.APP))),
        ("channels:", "defaults: {gap: 2m}\nchannels:", SAYS),
    ],
)
def test_what_is_set_goes_before_what_the_network_says(tmp_path, old, new, expected):
    assert rates(tmp_path, FILE.replace(old, new, 1)) == expected


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("app: bots", "pace: 30", "4:34: accounts.one.pace must be so many posts in so much time"),
        ("app: bots", "pace: 0/1h", "4:34: accounts.one.pace must be so many posts in so much time"),
        ("app: bots", "pace: 30/1s", "4:34: accounts.one.pace must be so many posts in so much time"),
        ("app: bots", "pace: 30/2d", "4:34: accounts.one.pace must be so many posts in so much time"),
        ("app: bots", "pase: 30/1h", '4:28: accounts.one.pase is not a known key - did you mean "pace"?'),
        (
            "channels:",
            "apps: {bot: {pace: 9/1h}}\nchannels:",
            '5:8: apps.bot is the app of no account - did you mean "bots"?',
        ),
        ("channels:", "apps: {bots: {}}\nchannels:", "5:8: apps.bots.pace is missing"),
    ],
)
def test_a_mistake_about_pace_is_named_with_its_line(tmp_path, old, new, told):
    with pytest.raises(SettingsError) as caught:
        rates(tmp_path, FILE.replace(old, new, 1))
    assert told in caught.value.problems[0]


@pytest.mark.parametrize(
    ("source", "defaults", "expected"),
    [
        ("", "", (60, False)),
        (", poll: adaptive", "", (60, True)),
        (", poll: adaptive", "poll: 5m", (300, True)),
        ("", "poll: adaptive", (60, True)),
        (", poll: 30s", "poll: adaptive", (30, False)),
    ],
)
def test_a_feed_is_polled_as_set_or_by_its_habit(tmp_path, source, defaults, expected):
    text = FILE.replace('feed"}', f'feed"{source}}}').replace("channels:", f"defaults: {{{defaults}}}\nchannels:")
    made = loaded(tmp_path, text).sources[0]
    assert (made.poll.total_seconds(), made.adapts) == expected


def test_another_word_than_adaptive_is_no_interval(tmp_path):
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, FILE.replace('feed"}', 'feed", poll: often}'))
    assert "2:61: sources.main.poll must be a duration, such as 60s, 5m, 6h or 1d, or the word adaptive" in str(
        caught.value.problems[0]
    )
