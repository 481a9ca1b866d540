"""Drawn cards: every word of them can be read, whatever the words are, and a story's words stay words."""

import asyncio
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFont

from bot.media.cards import draw, safe_area
from bot.media.darkroom import Darkroom
from bot.media.lettering import Typeface, cut, wrapped
from bot.media.prints import Unusable
from bot.media.slides import PORTRAIT, TALL, WIDE, Size, Slide, Theme, contrast
from tests.unit.media.pictures import header_only, photo, written

THEME = Theme(name="The Steppe Courier", address="courier.example")
ENGLISH = Slide(
    kicker="Business",
    headline="Aktau port wins 48.6 billion tenge loan to double grain capacity",
    sentence="The terminal would handle 3 million tons a year by 2028.",
    credit="Photo: Dina Omarova",
)
KAZAKH = Slide(headline="Үкімет ауылдық емханаларға 180 аппарат береді: ӘҒҚҢӨҰҮҺІ әғқңөұүһі – 48,6\u00a0млрд\u00a0₸")
RUSSIAN = Slide(headline="В\u00a0Алматы впервые за сорок лет покажут фильм «Тихая „степь“» №\u00a01…", sentence="Ёлки.")
ARABIC = Slide(kicker="اقتصاد", headline="ميناء أكتاو يحصل على قرض بقيمة 48.6 مليار تنغي (CaspGrain)", sentence="غدا.")
ENDLESS = Slide(headline="Very long headlines go on and on and never seem to end. " * 30, sentence="Short.")
ONE_WORD = Slide(headline="Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 8)
SHOT = written(photo())


@cache
def drawn(slide: Slide, size: Size = PORTRAIT, theme: Theme = THEME) -> Image.Image:
    image = Image.open(BytesIO(draw(slide, theme, size))).convert("RGB")
    assert image.size == size
    return image


def inked(image: Image.Image, theme: Theme = THEME) -> tuple[int, int, int, int]:
    """Where anything stands on the ground."""
    found = ImageChops.difference(image, Image.new("RGB", image.size, theme.background)).getbbox()
    assert found
    return found


@pytest.mark.parametrize(
    ("slide", "size"),
    [
        (KAZAKH, TALL),
        (ARABIC, WIDE),
        (ENDLESS, TALL),
        (ONE_WORD, PORTRAIT),
        (replace(ENGLISH, credit="x" * 500, kicker="y" * 500), WIDE),
        (Slide(is_closing=True, sentence="x " * 99), PORTRAIT),
    ],
)
def test_no_word_leaves_the_room_that_apps_and_edges_leave(slide: Slide, size: Size) -> None:
    left, top, right, bottom = inked(drawn(slide, size))
    safe = safe_area(THEME, size)
    assert (left >= safe[0], top >= safe[1], right <= safe[2], bottom <= safe[3]) == (True, True, True, True)


def test_a_telephones_screen_is_free_where_apps_lay_nothing_over_it() -> None:
    assert safe_area(THEME, TALL) == (70, 250, 950, 1500)


@pytest.mark.parametrize("slide", [ENGLISH, KAZAKH, ARABIC, Slide(is_closing=True)])
def test_a_newsroom_says_where_words_may_stand(slide: Slide) -> None:
    safe = (200, 600, 800, 1400)
    drawn = draw(slide, replace(THEME, safe=safe), TALL)
    left, top, right, bottom = inked(Image.open(BytesIO(drawn)))
    assert (left >= safe[0], top >= safe[1], right <= safe[2], bottom <= safe[3]) == (True, True, True, True)


def test_words_that_run_from_the_right_begin_there() -> None:
    from_left, from_right = inked(drawn(replace(RUSSIAN, sentence=""))), inked(drawn(replace(ARABIC, headline="غد")))
    assert from_left[0] == safe_area(THEME, PORTRAIT)[0]
    assert from_right[2] in (safe_area(THEME, PORTRAIT)[2], safe_area(THEME, PORTRAIT)[2] - 1)
    assert from_right[0] > PORTRAIT[0] // 2


@pytest.mark.parametrize("slide", [ENGLISH, KAZAKH, RUSSIAN, ARABIC])
def test_the_shipped_font_has_every_letter_of_our_languages(slide: Slide) -> None:
    typeface = Typeface(None, slide.headline)
    for told in (slide.headline, slide.sentence):
        assert typeface.spelled(told) == told


def test_signs_without_a_letter_fall_away_and_letters_may_not() -> None:
    typeface = Typeface(None, "x")
    assert typeface.spelled("A\u202e b\tc\n😀 d\u202f1 e\u2011f <b>&amp;</b>") == "A b c d\u00a01 e-f <b>&amp;</b>"
    with pytest.raises(Unusable, match=r"^the font for cards has no letter “中”$"):
        draw(Slide(headline="中文"), THEME, WIDE)


def test_without_fribidi_letters_that_run_from_the_left_are_set_and_others_refused() -> None:
    typeface = Typeface(None, "Ақтау", engine=ImageFont.Layout.BASIC)
    assert typeface.spelled("Ақтау – Aktau") == "Ақтау – Aktau"
    assert typeface.at(40, bold=True).box("Ақтау")[1] > 60
    with pytest.raises(Unusable, match="“س” need the library FriBiDi, which this machine lacks"):
        typeface.spelled("Salam (سلام)")


def test_a_headline_is_made_smaller_before_anything_is_lost_and_cut_at_a_word() -> None:
    face, wide = Typeface(None, "x").at(46, bold=True), 940
    lines = wrapped(ENDLESS.headline.strip(), face, wide)
    assert lines
    kept = cut(lines, 3, face, wide)
    assert len(kept) == 3
    words = " ".join(kept).removesuffix("…").split()
    assert [each.strip(".") for each in ENDLESS.headline.split()][: len(words)] == [each.strip(".") for each in words]
    # The sentence goes for the sake of the headline, and is then not there at all.
    assert drawn(ENDLESS).tobytes() == drawn(replace(ENDLESS, sentence="")).tobytes()


def test_lines_are_about_equally_long_and_a_number_stays_with_its_unit() -> None:
    face = Typeface(None, "x").at(104, bold=True)
    lines = wrapped("Aktau port wins a loan of 48,6\u00a0млрд\u00a0теңге today", face, 940)
    assert lines
    assert any("48,6\u00a0млрд\u00a0теңге" in line for line in lines)
    *_, last = map(face.width, wrapped("Aktau port wins a loan to double what it can take of grain", face, 940) or ())
    assert last > 940 / 2


def test_a_word_that_is_too_wide_is_broken_with_a_hyphen_and_loses_no_letter() -> None:
    face = Typeface(None, "x").at(60, bold=True)
    assert wrapped(ONE_WORD.headline, face, 500) is None
    lines = wrapped(ONE_WORD.headline, face, 500, breaks=True)
    assert lines
    assert all(face.width(line) <= 500 for line in lines)
    assert "".join(line.removesuffix("-") for line in lines) == ONE_WORD.headline
    assert all(line.endswith("-") for line in lines[:-1])


@pytest.mark.parametrize(("size", "at"), [(PORTRAIT, (540, 20)), (TALL, (540, 20)), (WIDE, (1180, 20))])
def test_a_photo_fills_the_card_beside_its_words_and_never_lies_below_them(size: Size, at: tuple[int, int]) -> None:
    with_photo, ground = drawn(replace(ENGLISH, photo=SHOT), size), (0x10, 0x23, 0x3F)
    assert with_photo.getpixel(at) != ground
    left, _, _, bottom = safe_area(THEME, size)
    assert with_photo.getpixel((left - 5, bottom)) == ground
    assert drawn(replace(ENGLISH, photo=SHOT, is_closing=True), size).getpixel(at) == ground


def test_the_same_card_is_the_same_file_and_the_process_apart_draws_it_too() -> None:
    slide = replace(ENGLISH, photo=SHOT)
    with Darkroom() as room:
        apart = asyncio.run(room.draw(slide, THEME, WIDE))
        with pytest.raises(Unusable, match="900 megapixels"):
            asyncio.run(room.draw(replace(slide, photo=header_only(30000, 30000)), THEME, WIDE))
    assert apart == draw(slide, THEME, WIDE)


def test_a_logo_stands_for_the_name_and_a_bare_theme_has_neither(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(written(Image.new("RGB", (400, 100), (255, 0, 255)), "PNG"))
    mine = replace(THEME, logo=logo)
    names = {name for name, theme in (("logo", mine), ("name", THEME)) if (255, 0, 255) in _colours(ENGLISH, theme)}
    assert names == {"logo"}
    bare = Theme(background=THEME.background)
    assert drawn(ENGLISH, theme=mine.bare()).tobytes() == drawn(ENGLISH, theme=bare).tobytes()
    assert drawn(ENGLISH, theme=THEME).tobytes() != drawn(ENGLISH, theme=bare).tobytes()


def _colours(slide: Slide, theme: Theme) -> set[object]:
    return {colour for _, colour in drawn(slide, theme=theme).getcolors(1 << 20)}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"logo": Path("gone.png")}, "the logo for cards, gone.png, could not be read"),
        ({"font": Path("gone.ttf")}, "the font for cards, gone.ttf, could not be read"),
    ],
)
def test_files_of_a_theme_that_are_gone_are_named(broken: dict[str, Path], said: str) -> None:
    with pytest.raises(Unusable) as told:
        draw(ENGLISH, replace(THEME, **broken), WIDE)
    assert str(told.value) == said


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert [round(contrast("#ffffff", other), 2) for other in ("#000000", "#ffffff", "#767676", "#777777")] == [
        21.0,
        1.0,
        4.54,
        4.48,
    ]
    shipped = Theme()
    assert min(contrast(each, shipped.background) for each in (shipped.text, shipped.accent)) >= 4.5
