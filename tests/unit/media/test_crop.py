"""Bringing pictures to shapes: heads stay on, an editor's word counts, and too much is never cut away."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from adapters.contract import Pictures
from bot.media.crop import MOST_LOST, filled, shaped
from bot.media.develop import develop
from tests.unit.media.pictures import BLUE, RED, noise, photo, written

FACE, HAIR, COAT = (214, 165, 136), (60, 40, 25), (40, 45, 70)


def portrait(at: tuple[float, float], size: tuple[int, int]) -> Image.Image:
    """A person before a soft ground: head, hair and shoulders; the head's middle is `at`."""
    image = Image.blend(Image.new("RGB", size, (150, 160, 165)), noise(*size), 0.05)
    draw, (x, y), unit = ImageDraw.Draw(image), (at[0] * size[0], at[1] * size[1]), min(size) / 8
    draw.rounded_rectangle((x - 2 * unit, y + 1.2 * unit, x + 2 * unit, size[1] + 50), unit, COAT)
    draw.ellipse((x - 0.9 * unit, y - 1.2 * unit, x + 0.9 * unit, y + unit), HAIR)
    draw.ellipse((x - 0.75 * unit, y - 0.9 * unit, x + 0.75 * unit, y + unit), FACE)
    for side in (-0.3, 0.3):
        draw.ellipse((x + (side - 0.1) * unit, y - 0.2 * unit, x + (side + 0.1) * unit, y), (30, 30, 40))
    draw.line((x - 0.25 * unit, y + 0.5 * unit, x + 0.25 * unit, y + 0.5 * unit), (150, 60, 60), int(unit / 8))
    return image.filter(ImageFilter.GaussianBlur(2))


def place(image: Image.Image, cut: Image.Image) -> tuple[int, int]:
    """Where a cut was taken from, found by its own pixels."""
    return next(
        (x, y)
        for x in range(image.width - cut.width + 1)
        for y in range(image.height - cut.height + 1)
        if image.getpixel((x, y)) == cut.getpixel((0, 0))
        and image.crop((x, y, x + cut.width, y + 1)).tobytes() == cut.crop((0, 0, cut.width, 1)).tobytes()
    )


def head_is_on(image: Image.Image, at: tuple[float, float], cut: Image.Image, unit: float) -> bool:
    """Whether the whole head, hair and chin, is on a cut."""
    left, top = place(image, cut)
    x, y = at[0] * image.width - left, at[1] * image.height - top
    return x - unit >= 0 and x + unit <= cut.width and y - 1.2 * unit >= 0 and y + unit <= cut.height


@pytest.mark.parametrize("at", [(0.5, 0.18), (0.3, 0.25), (0.6, 0.4), (0.75, 0.5), (0.5, 0.3)])
@pytest.mark.parametrize(("size", "ratio"), [((400, 600), 1.0), ((400, 500), 1.4), ((600, 400), 1.91)])
def test_where_height_is_cut_heads_stay_on(at: tuple[float, float], size: tuple[int, int], ratio: float) -> None:
    image = portrait(at, size)
    cut = shaped(image, ratio, None, None)
    assert cut.width == size[0]
    assert head_is_on(image, at, cut, min(size) / 8)


@pytest.mark.parametrize("across", [0.3, 0.4, 0.5, 0.6, 0.7])
def test_where_width_is_cut_heads_stay_on(across: float) -> None:
    image = portrait((across, 0.35), (600, 400))
    cut = shaped(image, None, 1.0, None)
    assert cut.size == (400, 400)
    assert head_is_on(image, (across, 0.35), cut, 50)


def test_the_sides_are_met_half_way_from_what_draws_the_eye() -> None:
    image = Image.blend(Image.new("RGB", (600, 400), (128, 128, 128)), noise(600, 400), 0.05)
    image.paste((255, 0, 0), (400, 180, 440, 220))
    assert place(image, shaped(image, None, 1.0, None))[0] == pytest.approx((420 / 600 + 0.5) / 2 * 600 - 200, abs=25)


def test_an_editors_focus_beats_what_attention_finds() -> None:
    image = portrait((0.2, 0.3), (600, 400))
    assert shaped(image, None, 1.0, (1.0, 0.5)).tobytes() == image.crop((200, 0, 600, 400)).tobytes()
    assert filled(image, (200, 200), (0.0, 0.0)).tobytes() == filled(image.crop((0, 0, 400, 400)), (200, 200)).tobytes()


def test_of_a_picture_that_would_lose_too_much_the_whole_stands_before_a_blur() -> None:
    image = photo(900, 600)
    assert shaped(image, None, 0.8, None).size == (900, 1125)
    assert shaped(image, None, 0.83, None).size == (498, 600)  # 0.447 of it goes
    tall = shaped(photo(400, 1000), 1.0, None, None)
    assert tall.size == (1000, 1000)
    assert tall.crop((300, 0, 700, 1000)).tobytes() == photo(400, 1000).tobytes()
    assert MOST_LOST == 0.45


def test_on_a_card_or_a_slide_an_upright_picture_is_not_beheaded_nor_a_wide_one_robbed_of_its_sides() -> None:
    upright = Image.new("RGB", (400, 1000), RED)
    upright.paste(BLUE, (0, 900, 400, 1000))
    card = filled(upright, (1000, 500))
    assert [card.getpixel((500, y)) for y in (2, 497)] == [RED, BLUE]
    wide = Image.new("RGB", (1000, 400), RED)
    wide.paste(BLUE, (0, 0, 100, 400))
    slide = filled(wide, (500, 1000))
    assert [slide.getpixel((x, 500)) for x in (20, 480)] == [BLUE, RED]
    assert filled(wide, (140, 100)).getpixel((70, 2)) == RED  # 0.44 of it goes


def test_a_network_without_a_shape_and_a_picture_that_has_it_lose_nothing() -> None:
    image = photo(900, 600)
    assert shaped(image, None, None, None) is image
    assert shaped(image, 0.8, 1.91, None) is image


def test_all_shapes_come_of_one_opening_and_a_graphic_stays_sharp() -> None:
    drawing = Image.new("RGB", (600, 200), RED)
    free, square, wide = develop(
        written(drawing, "PNG"),
        [
            Pictures(size=10**6, side=2000),
            Pictures(size=10**6, side=500, widest=1.0),
            Pictures(size=10**6, side=2000, widest=1.91, mimes=("image/jpeg",)),
        ],
    )
    assert [(free.width, free.height), (square.width, square.height)] == [(600, 200), (500, 500)]
    assert [free.mime, square.mime, wide.mime] == ["image/png", "image/jpeg", "image/jpeg"]
    assert (wide.width, wide.height) == (382, 200)


_NOISE = {shape: written(noise(*shape), quality=60) for shape in ((997, 613), (611, 1009), (1200, 403))}


@settings(max_examples=10, deadline=None)
@given(
    shape=st.sampled_from(sorted(_NOISE)),
    bounds=st.sampled_from([(0.8, 1.91), (1.0, 1.0), (0.55, 0.57), (1.5, 1.7777), (None, 1.3), (0.7, None)]),
    side=st.integers(320, 1600),
    size=st.integers(30_000, 400_000),
)
def test_a_print_is_within_its_networks_shape_to_the_pixel(
    shape: tuple[int, int], bounds: tuple[float | None, float | None], side: int, size: int
) -> None:
    wanted = Pictures(size=size, side=side, narrowest=bounds[0], widest=bounds[1])
    made = develop(_NOISE[shape], [wanted])[0]
    if not made.why:
        image = Image.open(BytesIO(made.content))
        assert (bounds[0] or 0) <= image.width / image.height <= (bounds[1] or 99)
        assert max(image.size) <= side
