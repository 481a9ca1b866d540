"""`jarshy card`: a look at the newsroom's own cards, and one sentence where there is none."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image

from bot.commands.card import card
from bot.commands.checking import check
from bot.commands.options import SETTINGS
from bot.keys import CannotStart
from bot.media.slides import Slide, Theme
from tests.unit.test_settings_cards import written

SLIDE = Slide(headline="Port wins loan")


def test_a_card_is_drawn_by_the_settings_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = written(tmp_path, 'background: "#123456"'), tmp_path / "card.png"
    assert card(path, SLIDE, shape="wide", photo=None, out=out) == 0
    with Image.open(out) as drawn:
        assert (drawn.size, drawn.getpixel((0, 0))) == ((1200, 675), (0x12, 0x34, 0x56))
    assert card(path, SLIDE, shape="wide", photo=tmp_path / "gone.jpg", out=out) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "gone.jpg could not be read or written (No such file or directory)." in told


def test_check_draws_one_where_the_newsroom_has_files_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(check(written(tmp_path, "font: Our.ttf")))
    assert "! cards: none can be drawn: the font for cards, Our.ttf, could not be read" in " ".join(
        capsys.readouterr().out.split()
    )


def test_without_settings_the_built_in_look_is_drawn_and_named_ones_must_be_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert card(SETTINGS, SLIDE, shape="wide", photo=None, out=tmp_path / "card.png") == 0
    with Image.open(tmp_path / "card.png") as drawn:
        assert f"#{bytes(drawn.getpixel((0, 0))).hex()}" == Theme().background
    assert "There is no jarshy.yaml here, so this is the built-in look" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(CannotStart, match=r"there is no other\.yaml"):
        card(Path("other.yaml"), SLIDE, shape="wide", photo=None, out=tmp_path / "card.png")
