import json
from dataclasses import replace
from io import BytesIO

import httpx
import pytest

from adapters.bluesky import Bluesky
from adapters.contract import Card, Mark, Media, NotSent
from tests.unit.adapters.kit import Memory, Network
from tests.unit.adapters.test_bluesky import LINK, POST, TOKENS, Pds, publish, refused

PHOTO = Media("ab" * 32, "image/png", 10, 1200, 800, alt="A vote", open=lambda: BytesIO(b"PNG bytes"))
BLOB = {"$type": "blob", "ref": {"$link": "bafkrei1"}, "mimeType": "image/png", "size": 9}
WITH_PHOTO = replace(POST, media=(PHOTO,))
WITH_THUMB = replace(POST, card=Card(LINK, "Vote", "Why", thumb=PHOTO))


class Gallery(Pds):
    """A repository that takes pictures."""

    def uploadBlob(self, request, body):
        assert body == b"PNG bytes"
        return httpx.Response(200, json={"blob": BLOB})


def record(network):
    return json.loads(network.seen[-1].content)["record"]


def test_a_picture_is_uploaded_and_embedded_with_its_description_and_shape():
    _, network = publish(Gallery(), post=WITH_PHOTO)
    upload, _ = network.seen
    assert upload.headers["content-type"] == "image/png"
    assert upload.headers["authorization"] == f"Bearer {TOKENS['access']}"
    image = {"image": BLOB, "alt": "A vote", "aspectRatio": {"width": 1200, "height": 800}}
    assert record(network)["embed"] == {"$type": "app.bsky.embed.images", "images": [image]}


def test_a_picture_of_unknown_size_claims_no_shape():
    _, network = publish(Gallery(), post=replace(POST, media=(replace(PHOTO, width=0),)))
    assert "aspectRatio" not in record(network)["embed"]["images"][0]


def test_beside_a_picture_the_address_stands_in_the_words_as_a_link():
    _, network = publish(Gallery(), post=WITH_PHOTO)
    made = record(network)
    assert made["text"] == f"{POST.text}\n\n{LINK}"
    start = len(f"{POST.text}\n\n".encode())
    assert made["facets"][-1] == {
        "index": {"byteStart": start, "byteEnd": start + len(LINK)},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": LINK}],
    }


def test_words_that_lead_there_already_get_no_address():
    marks = (Mark(0, 6, "link", LINK),)
    _, network = publish(Gallery(), post=replace(WITH_PHOTO, marks=marks))
    assert record(network)["text"] == POST.text


def test_a_cards_picture_is_uploaded_and_named_by_the_card():
    _, network = publish(Gallery(), post=WITH_THUMB)
    assert record(network)["embed"]["external"]["thumb"] == BLOB


def test_a_second_try_uploads_nothing_again():
    memo, pds = Memory(), Gallery()
    for _ in range(2):
        _, network = publish(pds, memo, WITH_PHOTO)
    assert network.calls() == ["com.atproto.repo.putRecord"]


def test_a_picture_that_is_cleared_away_is_uploaded_again():
    memo = Memory()
    with pytest.raises(NotSent):
        publish(Gallery(putRecord=refused(400, "BlobNotFound")), memo, WITH_PHOTO)
    _, network = publish(Gallery(), memo, WITH_PHOTO)
    assert network.calls() == ["com.atproto.repo.uploadBlob", "com.atproto.repo.putRecord"]


@pytest.mark.parametrize("answer", [{}, {"blob": {}}, {"blob": {"$type": "blob", "ref": {}}}, {"blob": "bafkrei1"}])
def test_an_upload_whose_answer_cannot_be_read_puts_nothing_before_readers(answer):
    network = Network(Gallery(uploadBlob=answer))
    with pytest.raises(NotSent):
        publish(network, post=WITH_PHOTO)
    assert "com.atproto.repo.putRecord" not in network.calls()


@pytest.mark.parametrize(
    ("post", "fields"),
    [
        (WITH_PHOTO, []),
        (WITH_THUMB, []),
        (replace(POST, media=(replace(PHOTO, size=999_425),)), ["picture_bytes"]),
        (replace(POST, media=(replace(PHOTO, alt="x" * 2001),)), ["alt"]),
        (replace(POST, media=(PHOTO,) * 5), ["media"]),
        (replace(POST, card=Card(LINK, "Vote", thumb=replace(PHOTO, size=999_425))), ["thumb_bytes"]),
        (replace(POST, text="x" * (300 - 2 - len(LINK)), media=(PHOTO,)), []),
        (replace(POST, text="x" * (300 - 1 - len(LINK)), media=(PHOTO,)), ["text"]),
    ],
    ids=range(8),
)
def test_measure_names_what_is_too_much(post, fields):
    assert [p.field for p in Bluesky.measure(replace(post, marks=()), Bluesky.spec.limits)] == fields
