"""Colours of previews: every word can be read in both themes (WCAG 2.2, 1.4.3)."""

import re

import pytest

from tests.unit.desk.drawn import LOOK

CSS = (LOOK / "previews.css").read_text(encoding="utf-8")
_PAIR = re.compile(r"--(\w+): (?:light-dark\((#\w+), (#\w+)\)|var\(--(\w+)\))")


LOOKS = sorted(each.stem for each in (LOOK / "previews").glob("[!_]*.html") if each.stem != "preview")


def colours(look: str) -> dict[str, tuple[str, str]]:
    """Tell what a look sets, light and dark, over what all have."""
    found: dict[str, tuple[str, str]] = {}
    blocks = re.findall(rf"^\.preview(?:-{look})? \{{(.*?)\}}", CSS, re.DOTALL | re.MULTILINE)
    assert len(blocks) == (1 if look == "other" else 2)
    for block in blocks:
        found |= {name: (light, dark) for name, light, dark, _ in _PAIR.findall(block) if light}
    return found


def brightness(colour: str) -> float:
    full = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("theme", [0, 1])
def test_words_stand_out_from_what_they_stand_on(look: str, theme: int) -> None:
    its = {name: pair[theme] for name, pair in colours(look).items()}
    for words in ("ink", "soft", "link"):
        for ground in ("page", "fill"):
            assert contrast(its[words], its[ground]) >= 4.5, (words, ground, its[words], its[ground])


def test_initials_stand_out_from_each_of_the_eight_colours() -> None:
    hues = re.findall(r"\.hue-(\d) \{ background: (#\w+); \}", CSS)
    assert [int(number) for number, _ in hues] == list(range(8))
    assert [hue for _, hue in hues if contrast("#fff", hue) < 4.5] == []


def test_nothing_but_the_desks_own_is_loaded_by_the_styles() -> None:
    assert "url(" not in CSS
    assert re.findall(r"@import .*", CSS) == ['@import "base.css";']
    assert "@font-face" not in CSS


def test_a_single_picture_is_shown_whole() -> None:
    assert ".preview .shots-1 img { object-fit: contain; }" in CSS
