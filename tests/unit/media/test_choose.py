"""Which picture may stand for an article, where it lies, and what is said of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.media.choose import addresses, alt_text, is_stand_in, unfit_address, unfit_size
from bot.model import Article, Photo

ARTICLE = Article(title="Port wins a loan", url="https://courier.example/port")
LONG = "A crane lifts a container. Two men in orange watch it from the pier, and one of them holds a radio."


@pytest.mark.parametrize(
    ("given_as", "where"),
    [
        ("https://c.example/port-1024x683.jpg", ("https://c.example/port.jpg", "https://c.example/port-1024x683.jpg")),
        ("https://c.example/p-300x200.png?v=2", ("https://c.example/p.png?v=2", "https://c.example/p-300x200.png?v=2")),
        ("https://c.example/port.jpg", ("https://c.example/port.jpg",)),
        ("https://c.example/4-1024x683/port", ("https://c.example/4-1024x683/port",)),
    ],
)
def test_the_original_is_asked_for_before_the_size_a_site_made_of_it(given_as: str, where: tuple[str, ...]) -> None:
    assert addresses(given_as) == where


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("data:image/png;base64,iVBO", "the picture has no web address (data:)"),
        ("blob:https://c.example/1", "the picture has no web address (blob:)"),
        ("https://c.example/logo.SVG?x=1", "the picture is a drawing (SVG)"),
        ("https://c.example/photo.jpg", ""),
        ("HTTP://c.example/photo", ""),
    ],
)
def test_an_address_that_can_give_no_photo_is_not_asked(url: str, why: str) -> None:
    assert unfit_address(url) == why


@pytest.mark.parametrize(
    ("size", "why"),
    [
        ((1, 1), "the picture is only 1 x 1 pixels"),
        ((199, 199), "the picture is only 199 x 199 pixels"),
        ((200, 150), ""),
        ((3000, 1000), ""),
        ((3001, 1000), "the picture has the shape of a banner (3001 x 1000 pixels)"),
        ((500, 1600), "the picture has the shape of a banner (500 x 1600 pixels)"),
        ((10_000, 5_000), ""),
        ((9_600, 6_400), "the picture has 62 megapixels, and more than 50 are not opened"),
    ],
)
def test_a_picture_is_used_only_in_a_size_that_readers_can_use(size: tuple[int, int], why: str) -> None:
    assert unfit_size(*size) == why


def test_what_stands_with_many_stories_shows_none_of_them() -> None:
    assert [is_stand_in(n) for n in (1, 4, 5, 40)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("photo", "alt"),
    [
        (Photo("u", "A crane", "The port at night.", "Dina"), "A crane"),
        (Photo("u", "", "The port at night.", "Dina"), "The port at night."),
        (Photo("u", "IMG_2041.jpg", "The port at night."), "The port at night."),
        (Photo("u", "port-wins-loan.webp"), ""),
        (Photo("u", "Port wins a loan", "The port."), "The port."),
        (Photo("u", "PORT WINS A LOAN.", ""), ""),
        (Photo("u", " ", "", "Dina Omarova"), ""),
    ],
)
def test_a_picture_is_described_by_its_own_words_or_not_at_all(photo: Photo, alt: str) -> None:
    assert alt_text(ARTICLE, photo, None) == alt


@pytest.mark.parametrize(
    ("most", "alt"),
    [(200, LONG), (60, "A crane lifts a container."), (12, "A crane…"), (1, "…"), (0, "")],
)
def test_a_description_that_is_too_long_ends_with_a_sentence_or_a_word(most: int, alt: str) -> None:
    assert alt_text(ARTICLE, Photo("u", LONG), most) == alt


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.integers(0, 200))
def test_a_description_never_passes_the_networks_limit(said: str, most: int) -> None:
    assert len(alt_text(ARTICLE, Photo("u", said), most)) <= most
