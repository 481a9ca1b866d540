"""The emulated Bot API keeps the laws of its contract sheet about photos (sections 2, 3 and 6)."""

import hashlib
import json
from typing import Any

import httpx
import pytest

from tests.contract.pictures import drawn
from tests.contract.plain import bot
from tests.contract.stage import Stage
from tests.contract.test_telegram_emulator import said, sent, stage

__all__ = ["stage"]


@pytest.mark.parametrize(("count", "is_taken"), [(1, False), (2, True), (10, True), (11, False)])
def test_an_album_has_two_to_ten_pictures_with_ids_of_their_own(stage: Stage, count: int, is_taken: bool) -> None:
    media = [{"type": "photo", "media": f"attach://f{n}", "caption": "Words" if not n else ""} for n in range(count)]
    files = {f"f{n}": (f"{n}.jpg", drawn(), "image/jpeg") for n in range(count)}
    path = f"/bot{stage.credentials['token']}/sendMediaGroup"
    answer = stage.ask("POST", path, data={"chat_id": stage.place, "media": json.dumps(media)}, files=files)
    assert answer.is_success is is_taken
    assert len(stage.shown()) == (count if is_taken else 0)
    if is_taken:
        numbers = [message["message_id"] for message in answer.json()["result"]]
        assert numbers == list(range(numbers[0], numbers[0] + count))


def test_a_photo_has_a_caption_of_at_most_1024(stage: Stage) -> None:
    def photo(caption: str) -> httpx.Response:
        return bot(stage, "sendPhoto", chat_id=stage.place, photo="https://a.example/x.jpg", caption=caption)

    assert photo("x" * 1024).status_code == 200
    assert said(photo("x" * 1025)) == "Bad Request: message caption is too long"


def upload(stage: Stage, content: bytes, name: str = "x.jpg", **more: Any) -> httpx.Response:
    path = f"/bot{stage.credentials['token']}/sendPhoto"
    return stage.ask(
        "POST", path, data={"chat_id": stage.place, **more}, files={"photo": (name, content, "image/jpeg")}
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_an_uploaded_photo_is_shown_as_it_came_and_can_be_sent_again_by_its_handle(stage: Stage, kind: str) -> None:
    content = drawn(1, kind)
    (size,) = upload(stage, content, caption="Words").json()["result"]["photo"]
    assert (size["width"], size["height"], size["file_size"]) == (384, 256, len(content))
    assert bot(stage, "sendPhoto", chat_id=stage.place, photo=size["file_id"]).status_code == 200
    name = hashlib.sha256(content).hexdigest()
    assert [s.media for s in stage.shown()] == [((name, ""),)] * 2
    assert stage.world.files[name].content == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "file must be non-empty"),
        (b"JPEG", "IMAGE_PROCESS_FAILED"),
        (drawn()[:20], "IMAGE_PROCESS_FAILED"),
        (drawn(1, "WEBP"), "IMAGE_PROCESS_FAILED"),
        (drawn() + bytes(10_000_001 - len(drawn())), "file of size 10000001 bytes is too big for a photo"),
        (drawn(1, "PNG", (5001, 5000)), "PHOTO_INVALID_DIMENSIONS"),
        (drawn(1, "PNG", (211, 10)), "PHOTO_INVALID_DIMENSIONS"),
    ],
    ids=["empty", "no picture", "broken off", "WebP", "too many bytes", "too many pixels", "too long"],
)
def test_a_photo_outside_the_limits_is_refused_by_what_is_in_it(stage: Stage, content: bytes, words: str) -> None:
    assert said(upload(stage, content)) == f"Bad Request: {words}"
    assert not stage.shown()


def test_a_photo_at_the_limits_is_taken(stage: Stage) -> None:
    for size in ((5000, 5000), (200, 10)):
        assert upload(stage, drawn(1, "PNG", size)).status_code == 200
    assert upload(stage, drawn() + bytes(10_000_000 - len(drawn()))).status_code == 200


def test_a_photos_name_must_end_as_photos_do(stage: Stage) -> None:
    words = "photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp"
    assert said(upload(stage, drawn(), "photo.heic")) == f"Bad Request: {words}"


@pytest.mark.parametrize("photo", ["", "photo-unknown", "attach://nothing"])
def test_a_photo_that_is_not_there_is_refused(stage: Stage, photo: str) -> None:
    assert bot(stage, "sendPhoto", chat_id=stage.place, photo=photo).status_code == 400


def test_words_under_a_photo_are_changed_as_its_caption_and_only_so(stage: Stage) -> None:
    photo = upload(stage, drawn(), caption="Railway opens").json()["result"]["message_id"]
    words = sent(stage)["message_id"]
    here = {"chat_id": stage.place}
    assert said(bot(stage, "editMessageText", **here, message_id=photo, text="New")) == (
        "Bad Request: there is no text in the message to edit"
    )
    assert said(bot(stage, "editMessageCaption", **here, message_id=words, caption="New")) == (
        "Bad Request: there is no caption in the message to edit"
    )
    assert bot(stage, "editMessageCaption", **here, message_id=photo, caption="New").status_code == 200
    shown = stage.shown()[0]
    assert (shown.text, len(shown.media)) == ("New", 1)
