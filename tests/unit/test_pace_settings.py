"""How often an account or an app may post: what people set, else what the network says it takes."""

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.contract import Rate, Scope
from config.networks import Network
from config.settings import SettingsError, load
from tests.unit.test_settings import Chat, ChatKeys

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


def rates(tmp_path: Path, text: str) -> tuple[Rate, ...]:
    path = tmp_path / "jarshy.yaml"
    path.write_text(text)
    made = load(path, {}, networks={"telegram": Network(Chat, ChatKeys, {"rates": SAYS})})
    return made.channels[0].rates


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
        ("app: bots", "pace: 30", "4: accounts.one.pace must be so many posts in so much time"),
        ("app: bots", "pace: 0/1h", "4: accounts.one.pace must be so many posts in so much time"),
        ("app: bots", "pace: 30/1s", "4: accounts.one.pace must be so many posts in so much time"),
        ("app: bots", "pace: 30/2d", "4: accounts.one.pace must be so many posts in so much time"),
        ("app: bots", "pase: 30/1h", "4: accounts.one.pase is not a known key; did you mean pace?"),
        (
            "channels:",
            "apps: {bot: {pace: 9/1h}}\nchannels:",
            "5: apps.bot is the app of no account; did you mean bots?",
        ),
        ("channels:", "apps: {bots: {}}\nchannels:", "5: apps.bots.pace is missing"),
    ],
)
def test_a_mistake_about_pace_is_named_with_its_line(tmp_path, old, new, told):
    with pytest.raises(SettingsError) as caught:
        rates(tmp_path, FILE.replace(old, new, 1))
    assert told in caught.value.problems[0]
