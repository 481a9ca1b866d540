"""Opening pictures: what comes out of good ones, and the sentence each bad one gives."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from adapters.contract import Pictures
from bot.media.develop import MOST_SIDE, STILL, develop
from bot.media.prints import Print, Unusable
from tests.unit.media import pictures
from tests.unit.media.pictures import BLUE, RED, header_only, photo, written

WIDE = Pictures(size=4_000_000, side=4096)
SHOT = written(photo())
THUMB = Pictures(size=1_000_000, side=2000)
BROKEN = "the picture is broken or was cut off"


def opened(made: Print) -> Image.Image:
    assert made.why in ("", STILL)
    image = Image.open(BytesIO(made.content))
    assert (image.size, image.get_format_mimetype()) == ((made.width, made.height), made.mime)
    return image


def is_like(image: Image.Image, at: tuple[int, int], colour: tuple[int, ...]) -> bool:
    found = image.convert("RGB").getpixel(at)
    return all(abs(one - other) < 40 for one, other in zip(found, colour, strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("came", "why"),
    [
        (header_only(9000, 6800), "the picture has 62 megapixels, and more than 50 are not opened"),
        (header_only(30000, 30000), "the picture has 900 megapixels, and more than 50 are not opened"),
        (header_only(1000, 800), BROKEN),
        (written(photo())[:9000], BROKEN),
        (written(photo(), "PNG")[:9000], BROKEN),
        (written(photo())[:300] + bytes(20_000), BROKEN),
        (written(Image.new("RGB", (1, 1)), "GIF"), "the picture is only 1 x 1 pixels"),
        (written(photo(180, 120)), "the picture is only 180 x 120 pixels"),
        (written(photo(1200, 300)), "the picture has the shape of a banner (1200 x 300 pixels)"),
        (pictures.HEIC, "the picture is in the HEIC format, which few networks and programs open"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg xmlns='x'/>", "the picture is a drawing (SVG)"),
        (b"<!DOCTYPE html><title>Not found</title>", "a web page came in place of the picture"),
        (b"%PDF-1.7", "what came is no picture"),
        (written(photo(), "BMP"), "what came is no picture"),
        (b"", "the picture is empty"),
    ],
)
def test_what_cannot_be_used_is_told_in_words_for_an_editor(came: bytes, why: str) -> None:
    with pytest.raises(Unusable) as told:
        develop(came, [WIDE])
    assert str(told.value) == why


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_held_on_its_side_stands_upright(kind: str) -> None:
    image = opened(develop(pictures.rotated(kind), [WIDE])[0])
    assert image.size == (600, 900)
    assert is_like(image, (300, 100), RED)
    assert is_like(image, (300, 800), BLUE)


@pytest.mark.parametrize(
    "came",
    [
        pictures.rotated(),
        pictures.rotated(quality=100),
        pictures.profiled(),
        written(photo(), "PNG", pnginfo=None, exif=Image.Exif()),
    ],
)
@pytest.mark.parametrize("wanted", [WIDE, THUMB, Pictures(size=20_000, side=900)])
def test_nothing_is_told_of_where_and_by_whom_it_was_taken(came: bytes, wanted: Pictures) -> None:
    made = develop(came, [wanted])[0]
    image = opened(made)
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp", "photoshop", "XML:com.adobe.xmp"} & set(image.info)
    assert b"Secret" not in made.content
    assert b"Exif" not in made.content


@pytest.mark.parametrize(
    ("came", "left", "right"),
    [
        (written(photo().convert("CMYK")), RED, BLUE),
        (pictures.animated(), RED, RED),
        (pictures.profiled(), RED, BLUE),
        (pictures.in_two(), RED, BLUE),
        (pictures.palette(), RED, BLUE),
        (pictures.deep(), (16, 16, 16), (239, 239, 239)),
        (pictures.clear(), (255, 255, 255), (255, 255, 255)),
        (written(photo(), "WEBP"), RED, BLUE),
        (written(photo(), "AVIF"), RED, BLUE),
        (written(photo().convert("L"), "JPEG"), (80, 80, 80), (50, 50, 50)),
        (written(photo().convert("L").convert("1"), "PNG"), (0, 0, 0), (0, 0, 0)),
    ],
)
def test_every_kind_of_colour_becomes_what_a_screen_shows(came: bytes, left: tuple[int, ...], right: object) -> None:
    image = opened(develop(came, [WIDE])[0])
    assert image.mode in ("RGB", "P")
    if left != right or left != (0, 0, 0):
        assert is_like(image, (image.width // 16, image.height // 16), left)
        assert is_like(image, (image.width * 15 // 16, image.height * 15 // 16), right)  # type: ignore[arg-type]


def test_a_graphic_of_few_colours_stays_sharp_where_the_network_takes_it() -> None:
    only_jpeg = Pictures(size=4_000_000, side=4096, mimes=("image/jpeg",))
    sharp, soft, small = develop(pictures.clear(), [WIDE, only_jpeg, Pictures(size=4_000_000, side=200)])
    assert [sharp.mime, soft.mime, small.mime] == ["image/png", "image/jpeg", "image/jpeg"]
    assert is_like(opened(sharp), (200, 150), RED)


def test_a_network_that_takes_no_jpeg_gets_none() -> None:
    assert "takes no JPEG" in develop(written(photo()), [Pictures(size=10**6, side=900, mimes=("image/gif",))])[0].why


def test_who_takes_both_gets_jpeg_and_who_takes_webp_alone_gets_that() -> None:
    both, alone = (
        Pictures(size=10**6, side=96, mimes=mimes) for mimes in (("image/webp", "image/jpeg"), ("image/webp",))
    )
    usual, small = develop(written(photo()), [both, alone])
    assert [usual.mime, small.mime] == ["image/jpeg", "image/webp"]
    assert len(small.content) < len(usual.content)
    image = opened(small)
    assert (image.format, max(image.size)) == ("WEBP", 96)
    assert is_like(image, (6, 32), RED)
    assert not {"exif", "icc_profile", "xmp"} & set(image.info)


def test_what_cannot_be_made_small_enough_is_said() -> None:
    assert develop(written(photo()), [Pictures(size=500, side=900)])[0].why == (
        "the picture cannot be brought under 500 bytes"
    )


def test_the_same_picture_gives_the_same_prints() -> None:
    assert develop(pictures.rotated(), [WIDE, THUMB]) == develop(pictures.rotated(), [WIDE, THUMB])


_NOISE = written(pictures.noise(3000, 1400))


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(60_000, 3_000_000),
    side=st.integers(320, 4000),
    area=st.none() | st.integers(100_000, 9_000_000),
)
def test_a_print_keeps_to_everything_its_network_asks_for(size: int, side: int, area: int | None) -> None:
    wanted = Pictures(size=size, side=side, area=area)
    made = develop(_NOISE, [wanted])[0]
    if not made.why:
        assert len(made.content) <= size
        assert max(made.width, made.height) <= min(side, MOST_SIDE)
        assert area is None or made.width * made.height <= area
        assert abs(made.width / made.height - 3000 / 1400) < 0.05


@pytest.mark.parametrize(
    ("came", "wanted", "is_kept"),
    [
        (SHOT, WIDE, True),
        (SHOT, replace(WIDE, narrowest=0.8, widest=1.91), True),
        (SHOT, replace(WIDE, side=800), False),
        (SHOT, replace(WIDE, size=len(SHOT) - 1), False),
        (SHOT, replace(WIDE, area=500_000), False),
        (SHOT, replace(WIDE, widest=1.0), False),
        (written(photo(), comment=b"who took it"), WIDE, False),
        (pictures.rotated(), WIDE, False),
        (pictures.in_two(), WIDE, False),
        (pictures.profiled(), WIDE, False),
        (written(photo().convert("CMYK")), WIDE, False),
        (SHOT + b"a film behind its end", WIDE, False),
        (written(pictures.noise(900, 600), quality=100, subsampling=0), WIDE, False),
    ],
)
def test_a_jpeg_that_fits_and_says_nothing_else_goes_out_as_it_came(
    came: bytes, wanted: Pictures, is_kept: bool
) -> None:
    (made,) = develop(came, [wanted])
    opened(made)
    assert (made.content == came) is is_kept


@pytest.mark.parametrize(
    ("came", "why"),
    [
        (pictures.animated(), STILL),
        (pictures.animated("WEBP"), STILL),
        (pictures.animated("PNG"), STILL),
        (pictures.animated("MPO"), ""),
        (SHOT, ""),
        (written(photo(), "GIF"), ""),
    ],
)
def test_of_a_moving_picture_the_first_frame_is_taken_and_told(came: bytes, why: str) -> None:
    assert [each.why for each in develop(came, [WIDE, THUMB])] == [why, why]
