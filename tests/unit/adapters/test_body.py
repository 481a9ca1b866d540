"""What a post carries is counted by one rule for all networks, and read from where it lies."""

from dataclasses import replace
from io import BytesIO

import pytest

from adapters.body import bytes_of, carried, form, problems
from adapters.contract import Card, Limits, Media, NotSent, Pictures, Post

TAKES = Pictures(size=100, side=30, area=600)
LIMITS = Limits(text=10, alt=5, media=2, pictures=TAKES, thumb=replace(TAKES, size=50))
PHOTO = Media("ab" * 32, "image/jpeg", 50, 30, 20, alt="A man", open=lambda: BytesIO(b"JPEG"))


def over(post, limits=LIMITS):
    return [p.field for p in problems(carried(post, limits))]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"size": 101}, ["picture_bytes"]),
        ({"width": 31, "height": 1}, ["picture_side"]),
        ({"width": 1, "height": 31}, ["picture_side"]),
        ({"width": 21, "height": 29}, ["picture_area"]),
        ({"mime": "image/gif"}, ["picture_format"]),
        ({"alt": "A woman"}, ["alt"]),
    ],
)
def test_every_way_in_which_a_picture_is_too_much_has_its_name(changes, fields):
    assert over(Post("x", media=(PHOTO, replace(PHOTO, **changes)))) == fields


def test_a_cards_picture_has_limits_of_its_own_and_no_description():
    assert over(Post("x", card=Card("u", "t", thumb=replace(PHOTO, size=51, alt="A woman")))) == ["thumb_bytes"]
    assert over(Post("x", card=Card("u", "t", thumb=replace(PHOTO, size=51))), replace(LIMITS, thumb=None)) == []


def test_a_network_without_descriptions_counts_none():
    assert over(Post("x", media=(replace(PHOTO, alt="A woman"),)), replace(LIMITS, alt=None)) == []


def test_a_network_without_pictures_takes_none():
    assert over(Post("x", media=(PHOTO,)), Limits(text=10)) == ["media"]


def gone():
    raise FileNotFoundError("/somewhere")


@pytest.mark.parametrize("missing", [None, gone])
def test_a_picture_that_is_not_there_is_named_and_not_where_it_lay(missing):
    with pytest.raises(NotSent, match=PHOTO.sha256) as caught:
        bytes_of(replace(PHOTO, open=missing))
    assert "somewhere" not in str(caught.value)


def test_a_form_says_as_json_what_is_no_text():
    part = {"photo": {"$media": PHOTO.sha256}, "chat": -5, "caption": "Жол", "entities": [{"offset": 0}], "quiet": True}
    written = form(part, "photo", PHOTO)
    assert written["data"] == {"chat": "-5", "caption": "Жол", "entities": '[{"offset": 0}]', "quiet": "true"}
    assert written["files"] == {"photo": ("picture.jpeg", b"JPEG", "image/jpeg")}


def test_the_same_form_is_the_same_bytes_and_another_is_parted_by_another_mark():
    marks = {
        form(part, "photo", media, headers={"x": "y"})["headers"]["content-type"]
        for part in ({"caption": "One"}, {"caption": "Two"})
        for media in (PHOTO, replace(PHOTO, sha256="cd" * 32))
        for _ in range(2)
    }
    assert len(marks) == 4
    assert form({}, "photo", PHOTO, headers={"x": "y"})["headers"]["x"] == "y"
