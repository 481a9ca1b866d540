import json
from dataclasses import replace
from io import BytesIO

import httpx
import pytest

from adapters.contract import Limits, Media, NotSent, NotYet, OutcomeUnknown, Pictures, Receipt, Rejected
from adapters.mastodon import Mastodon
from adapters.mastodon_answers import limits
from tests.unit.adapters.kit import Memory, Network
from tests.unit.adapters.test_mastodon import POST, Server, masto, publish, refused, status

PHOTO = Media("ab" * 32, "image/jpeg", 10, 1200, 800, alt="A vote", open=lambda: BytesIO(b"JPEG bytes"))
WITH_PHOTO = replace(POST, media=(PHOTO,))
READY = {"id": "55", "url": "https://m.example/55.jpg"}
MADE = "POST /api/v2/media"
AT_WORK = httpx.Response(206, json={"id": "55", "url": None})


def asked(network):
    return [f"{r.method} {r.url.path}" for r in network.seen]


def test_a_picture_is_uploaded_with_its_description_and_named_by_the_status():
    _, network = publish(Server(**{MADE: READY}), WITH_PHOTO)
    upload, post = network.seen
    for part in (b"A vote", b"JPEG bytes", b'filename="picture.jpeg"', b"Content-Type: image/jpeg"):
        assert part in upload.content
    assert json.loads(post.content)["media_ids"] == ["55"]


def test_a_picture_without_a_description_says_nothing_of_one():
    _, network = publish(Server(**{MADE: READY}), replace(POST, media=(replace(PHOTO, alt=" "),)))
    assert b"description" not in network.seen[0].content


def test_a_second_try_uploads_nothing_again():
    memo = Memory()
    for _ in range(2):
        _, network = publish(Server(**{MADE: READY}), WITH_PHOTO, memo)
    assert asked(network) == ["POST /api/v1/statuses"]


def test_a_picture_the_server_works_on_is_waited_for():
    answers = iter([AT_WORK, AT_WORK, httpx.Response(200, json=READY)])

    class Working(Server):
        def __call__(self, request):
            return next(answers) if request.url.path == "/api/v1/media/55" else super().__call__(request)

    _, network = publish(Working(**{MADE: httpx.Response(202, json={"id": "55", "url": None})}), WITH_PHOTO)
    assert asked(network) == [MADE, *["GET /api/v1/media/55"] * 3, "POST /api/v1/statuses"]


def test_a_picture_that_takes_long_is_looked_at_later_and_not_uploaded_again():
    memo = Memory()
    working = {MADE: httpx.Response(202, json={"id": "55", "url": None}), "GET /api/v1/media/55": AT_WORK}
    with pytest.raises(NotYet):
        publish(Server(**working), WITH_PHOTO, memo)
    _, network = publish(Server(**{"GET /api/v1/media/55": READY}), WITH_PHOTO, memo)
    assert asked(network) == ["GET /api/v1/media/55", "POST /api/v1/statuses"]


def test_a_picture_the_server_could_not_make_sense_of_is_refused_before_anything_is_visible():
    answers = {
        MADE: httpx.Response(202, json={"id": "55", "url": None}),
        "GET /api/v1/media/55": refused(422, "Error processing thumbnail for uploaded media"),
    }
    server = Network(Server(**answers))
    with pytest.raises(Rejected):
        publish(server, WITH_PHOTO)
    assert "POST /api/v1/statuses" not in asked(server)


@pytest.mark.parametrize(
    ("gone", "error"),
    [
        ({"GET /api/v1/media/55": refused(404, "Record not found")}, NotSent),
        # It may stand on our own post, so that one is looked for first.
        (
            {
                "GET /api/v1/media/55": READY,
                "POST /api/v1/statuses": refused(
                    422, "Validation failed: Media 55 not found or already attached to another post"
                ),
            },
            OutcomeUnknown,
        ),
    ],
    ids=["while it is worked on", "when it is posted"],
)
def test_an_upload_that_is_gone_is_made_again(gone, error):
    memo = Memory()
    with pytest.raises(error):
        publish(Server(**{MADE: httpx.Response(202, json={"id": "55", "url": None})} | gone), WITH_PHOTO, memo)
    _, network = publish(Server(**{MADE: READY | {"id": "56"}}), WITH_PHOTO, memo)
    assert asked(network) == [MADE, "POST /api/v1/statuses"]
    assert json.loads(network.seen[-1].content)["media_ids"] == ["56"]


def test_a_server_without_version_two_is_given_pictures_by_version_one():
    server = Server(**{MADE: httpx.Response(404), "POST /api/v1/media": READY})
    _, network = publish(server, WITH_PHOTO)
    assert asked(network) == [MADE, "POST /api/v1/media", "POST /api/v1/statuses"]


def test_an_edit_names_the_pictures_that_stand_on_the_post_so_that_they_stay():
    there = status(1001) | {"media_attachments": [{"id": "55"}, {"id": "57"}]}
    server = Server(**{"PUT /api/v1/statuses/1001": there, "GET /api/v1/statuses/1001": there})
    _, network = masto(server, lambda a: a.edit(Receipt("1001", "u"), POST, memo=Memory()))
    assert json.loads(network.seen[-1].content)["media_ids"] == ["55", "57"]


KNOWN = Mastodon.spec.limits


@pytest.mark.parametrize(
    ("statuses", "media", "most", "pictures"),
    [
        ({}, {}, KNOWN.media, KNOWN.pictures),
        (
            {"max_media_attachments": 6},
            {"image_size_limit": 7, "image_matrix_limit": 8, "supported_mime_types": ["image/png", "video/mp4"]},
            6,
            Pictures(size=7, side=4096, area=8, mimes=("image/png",)),
        ),
        ({}, {"supported_mime_types": ["video/mp4"]}, KNOWN.media, KNOWN.pictures),
    ],
)
def test_what_pictures_may_be_is_the_servers_to_say(statuses, media, most, pictures):
    told = {"version": "4.5.0", "configuration": {"statuses": statuses, "media_attachments": media}}
    found: Limits = limits(told, default=KNOWN)
    assert (found.media, found.pictures) == (most, pictures)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"alt": "x" * 1501}, "alt"),
        ({"size": 16 * 1024 * 1024 + 1}, "picture_bytes"),
        ({"width": 4097}, "picture_side"),
        ({"mime": "image/heic"}, "picture_format"),
    ],
)
def test_measure_names_what_is_too_much_in_a_picture(changes, field):
    post = replace(POST, media=(replace(PHOTO, **changes),))
    assert [p.field for p in Mastodon.measure(post, KNOWN)] == [field]
