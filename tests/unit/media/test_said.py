"""What a picture's file says of whose it is, wherever programs write it, and whatever is wrong with it."""

from collections.abc import Sequence

import pytest
from PIL import Image, PngImagePlugin

from adapters.contract import Pictures
from bot.media.develop import develop
from tests.unit.media import pictures
from tests.unit.media.pictures import photo, signed, written

WANTED = (Pictures(size=1_000_000, side=400),)


def said_in(content: bytes) -> Sequence[str]:
    return develop(content, WANTED)[0].said.split("\n")


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        *(("exif", kind) for kind in ("JPEG", "PNG", "WEBP", "AVIF")),
        *(("xmp", kind) for kind in ("JPEG", "PNG", "WEBP", "AVIF")),
        *(("comment", kind) for kind in ("JPEG", "GIF")),
        ("iptc", "JPEG"),
    ],
)
@pytest.mark.parametrize("said", ["Dina Omarova / REUTERS", "Фото: ТАСС"])
def test_whose_a_picture_is_is_read_where_programs_write_it(said: str, field: str, kind: str) -> None:
    assert said in said_in(signed(said, field, kind))


def test_the_author_as_windows_writes_it_and_the_caption_of_a_png_are_read() -> None:
    exif = Image.Exif()
    exif[0x9C9D] = "ТАСС / Reuters\0".encode("utf-16-le")
    assert said_in(written(photo(), exif=exif)) == ["ТАСС / Reuters"]
    told = PngImagePlugin.PngInfo()
    told.add_text("Description", "The port. Reuters")
    assert said_in(written(photo(), "PNG", pnginfo=told)) == ["The port. Reuters"]


def test_old_programs_wrote_other_letters() -> None:
    exif = Image.Exif()
    exif[0x8298] = "Фото: ТАСС".encode("cp1251")
    assert any("ТАСС" in each for each in said_in(written(photo(), exif=exif)))


@pytest.mark.parametrize(
    "xmp",
    [
        "<photoshop:Source>Reuters</photoshop:Source>",
        '<rdf:Description photoshop:Credit="Reuters" xmp:CreatorTool="Program"/>',
        "<plus:LicensorName>Reuters</plus:LicensorName><xmp:CreatorTool>Program</xmp:CreatorTool>",
        "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>Reuters</rdf:li></rdf:Alt></dc:rights>",
        "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Reuters</rdf:li></rdf:Alt></dc:description>",
        *(f'<rdf:Description plus:{name}="Reuters">' for name in ("Owner", "LicensorName")),
        "<rdf:Description xmpRights:UsageTerms='Reuters'><tiff:Make>Program</tiff:Make></rdf:Description>",
        "<dc:creator>\n<rdf:Seq><rdf:li>Reuters</rdf:li></rdf:Seq></dc:creator>",
    ],
)
def test_a_packet_is_read_in_each_of_the_ways_it_is_written(xmp: str) -> None:
    assert said_in(written(photo(), xmp=xmp.encode())) == ["Reuters"]


@pytest.mark.parametrize(
    "content",
    [
        written(photo()),
        written(photo(), exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff"),
        written(photo(), xmp=b"<photoshop:Credit>" * 2000),
        signed("x" * 60_000, "xmp"),
        signed("x", "iptc").replace(b"8BIM\x04\x04", b"8BIM\x04\x05"),
        signed("xy", "iptc").replace(b"\0\x02xy", b"\xff\xf2xy"),
        pictures.in_two(),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of them, to nobody
def test_words_that_are_broken_or_endless_cost_the_words_alone(content: bytes) -> None:
    (made,) = develop(content, WANTED)
    assert made.content
    assert len(made.said) <= 2000


def test_an_apostrophe_ends_no_credit() -> None:
    assert said_in(written(photo(), xmp=b'<a photoshop:Credit="Int\'l Reuters"/>')) == ["Int'l Reuters"]


def test_a_notice_begins_with_its_owner_and_a_caption_ends_with_its_credit() -> None:
    told = "\n".join(said_in(signed(f"Reuters. {'All rights reserved. ' * 80}", "exif")))
    assert "Reuters" in told
    assert "AP Photo" in "\n".join(said_in(signed(f"{'The port was open. ' * 80}(AP Photo/D. Omarova)", "iptc")))
