"""A newsroom's own word lists reach the posts of the daemon and of every command."""

from pathlib import Path

import pytest

from bot.commands.office import open_office
from bot.model import Article
from bot.wiring import newsroom, tuned
from config.settings import SettingsError, load

SETTINGS = "newsroom: {name: Courier, zone: Asia/Almaty}\nsources: {main: {url: https://courier.example/feed}}\n"


def settings_in(folder: Path, words: str) -> Path:
    (folder / "jarshy.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "words").mkdir()
    (folder / "words" / "en.yaml").write_text(words, encoding="utf-8")
    return folder / "jarshy.yaml"


def test_own_lists_beside_the_settings_are_used(tmp_path: Path) -> None:
    path = settings_in(tmp_path, "solemn: [wildfire]\n")
    lists = newsroom(load(path, {}, networks={})).lists
    assert lists.mourns("A wildfire near Semey", "en")
    assert not tuned().mourns("A wildfire near Semey", "en")
    assert lists.mourns("Two people died", "en")


def test_a_list_that_cannot_be_read_is_named_before_anything_runs(tmp_path: Path) -> None:
    path = settings_in(tmp_path, "solem: [wildfire]\n")
    with pytest.raises(SettingsError, match='solem is not a known key - did you mean "solemn"'), open_office(path):
        pass


def test_commands_write_with_the_same_lists(tmp_path: Path) -> None:
    path = settings_in(tmp_path, "solemn: [wildfire]\n")
    story = Article(title="A wildfire near Semey", url="https://courier.example/1")
    with open_office(path) as office:
        assert office.composer.is_solemn(story)
