"""What is asked of photos in the settings: alternative text by channel, and whose pictures never leave."""

from pathlib import Path

import pytest

from bot.networks import adapters
from bot.reloading import changes
from bot.wiring import networks, newsroom
from config.networks import Network
from config.settings import Settings, SettingsError, load
from tests.unit.broken_settings import Chat, ChatKeys

FILE = """\
newsroom: {name: The Steppe Courier, zone: Asia/Almaty}
sources: {main: {url: "https://courier.example/feed"}}
accounts: {one: {network: telegram, credentials: {token: ONE}}}
channels:
  first: {account: one, chat: "@first", ALT}
  second: {account: one, chat: "@second"}
defaults: {DEFAULT}
media: {barred: BARRED}
"""


def loaded(folder: Path, alt: str = "", default: str = "", barred: str = "[]", *, describes: bool = True) -> Settings:
    path = folder / "jarshy.yaml"
    path.write_text(FILE.replace("ALT", alt).replace("DEFAULT", default).replace("BARRED", barred))
    return load(path, {}, networks={"telegram": Network(Chat, ChatKeys, describes=describes)})


def test_a_channel_may_ask_for_alternative_text_and_else_goes_by_the_defaults(tmp_path: Path) -> None:
    assert [each.alt_text for each in loaded(tmp_path).channels] == ["optional", "optional"]
    found = loaded(tmp_path, "alt_text: drop", "alt_text: hold")
    assert [each.alt_text for each in found.channels] == ["drop", "hold"]


def test_where_a_network_carries_none_a_channel_may_not_rely_on_it_and_defaults_pass_it_by(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"first\.alt_text has nothing to ask for: telegram carries no alternative"):
        loaded(tmp_path, "alt_text: hold", describes=False)
    assert loaded(tmp_path, "alt_text: optional", "alt_text: hold", describes=False)
    assert [each.describes for each in loaded(tmp_path, "alt_text: optional", describes=False).channels] == [False] * 2
    carry = {name for name, each in networks(adapters()).items() if each.describes}
    assert carry == {"bluesky", "facebook", "instagram", "linkedin", "mastodon", "threads", "x"}


def test_whose_pictures_never_leave_is_the_whole_newsrooms_word_and_a_reload_takes_it_up(tmp_path: Path) -> None:
    before, after = loaded(tmp_path), loaded(tmp_path, barred='[Reuters, "Getty*", ТАСС]')
    assert newsroom(after).policy.barred == ("Reuters", "Getty*", "ТАСС")
    assert changes(before, after, newsroom(before), newsroom(after)) == ["newsroom: barred"]


@pytest.mark.parametrize("said", ["Reuters", "['']", "['*']", "[7]"])
def test_a_list_of_words_is_a_list_of_words(tmp_path: Path, said: str) -> None:
    with pytest.raises(SettingsError, match=r"media\.barred"):
        loaded(tmp_path, barred=said)
