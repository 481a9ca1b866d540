"""`cards:` in the settings: what is drawn by them, and what cannot be read or found is said with its place."""

from pathlib import Path

import pytest

from bot.media.slides import Theme
from config.settings import SettingsError, load
from tests.unit.test_settings import NETWORKS

PLAIN = """\
newsroom: {name: The Courier, zone: Asia/Almaty}
sources: {main: {url: "https://courier.example/feed"}}
"""
PNG, FONT = b"\x89PNG\r\n\x1a\n", b"\0\1\0\0"


def written(folder: Path, cards: str) -> Path:
    (folder / "logo.png").write_bytes(PNG)
    (folder / "Our.ttf").write_bytes(FONT)
    file = folder / "jarshy.yaml"
    file.write_text(f"{PLAIN}cards: {{{cards}}}\n")
    return file


def test_nothing_said_is_the_shipped_look_with_the_newsrooms_name(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), {}, networks=NETWORKS).theme == Theme(name="The Courier")


def test_a_newsrooms_own_look_is_taken_with_files_beside_the_settings(tmp_path: Path) -> None:
    cards = 'name: Courier, background: "#F6F1E7", text: "#1b1b1b", accent: "#a3301c", logo: logo.png, font: Our.ttf'
    cards += ", safe: [90, 300, 900, 1400]"
    assert load(written(tmp_path, cards), {}, networks=NETWORKS).theme == Theme(
        name="Courier",
        background="#f6f1e7",
        text="#1b1b1b",
        accent="#a3301c",
        logo=tmp_path / "logo.png",
        font=tmp_path / "Our.ttf",
        safe=(90, 300, 900, 1400),
    )


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        (
            'text: "#5a6b80"',
            "cards.text makes words hard to read: text #5a6b80 on background #10233f has a contrast of 2.9,"
            " and words need 4.5 (1 is none, 21 is black on white)",
        ),
        ('background: "#ffffff"', "cards.background makes words hard to read: accent #ffc745 on background #ffffff"),
        ("accent: red", 'cards.accent must be a colour such as "#10233f" (# and six digits or letters a to f'),
        ("safe: [0, 0, 539, 1920]", "cards.safe must be four numbers, [left, top, right, bottom], within 1080 x 1920"),
        ("safe: [0, 0, 1081, 1920]", "cards.safe must be four numbers, [left, top, right, bottom], within 1080 x 1920"),
        ("logo: gone.png", "cards.logo names a file that cannot be read (No such file or directory); it is looked for"),
        ("logo: Our.ttf", "cards.logo must be a PNG, JPEG or WebP picture"),
        ("font: logo.png", "cards.font must be a TrueType or OpenType font"),
        ("logos: logo.png", 'cards.logos is not a known key - did you mean "logo"?'),
    ],
)
def test_what_cannot_be_read_or_found_is_said(tmp_path: Path, cards: str, said: str) -> None:
    with pytest.raises(SettingsError) as told:
        load(written(tmp_path, cards), {}, networks=NETWORKS)
    assert f"cards.{said.partition('.')[2]}" in told.value.problems[0]
