"""The emulated YouTube keeps to its sheet; asked by plain requests, as any client could."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from adapters.emulators.youtube import YoutubeNetwork
from adapters.emulators.youtube_grants import READ, UPLOAD
from adapters.emulators.youtube_uploads import QUANTUM
from tests.contract.stage import Stage

_UPLOAD = "/upload/youtube/v3/videos"
_FILM = b"\0\0\0\x18ftypmp42" + b"film" * QUANTUM  # a little over four quanta
_LISTS = "/youtube/v3/"
_SNIPPET = {"title": "Railway opens", "description": "Rail. https://courier.example/r #rail", "categoryId": "25"}
_STATUS = {"privacyStatus": "public", "selfDeclaredMadeForKids": False}


class Tube(Stage):
    """One channel at YouTube, signed in."""

    network: YoutubeNetwork

    def __init__(self, *, newcomers: int = 1) -> None:
        super().__init__(YoutubeNetwork, newcomers=newcomers)
        self.token = self.renew().json()["access_token"]

    def renew(self, **changes: str) -> httpx.Response:
        form = {**self.credentials, "grant_type": "refresh_token", **changes}
        return self.ask("POST", "/token", data=form)

    def call(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        return self.ask(
            method,
            path,
            headers={"authorization": f"Bearer {self.token}", **(headers or {})},
            follow_redirects=False,
            **more,
        )

    def open(self, *, size: int = len(_FILM), mime: str = "video/mp4", **body: Any) -> httpx.Response:
        told = {"x-upload-content-length": str(size), "x-upload-content-type": mime}
        whole = {"snippet": _SNIPPET, "status": _STATUS} | body
        asked = {"uploadType": "resumable", "part": "snippet,status"}
        return self.call("POST", _UPLOAD, params=asked, headers=told, json=whole)

    def put(self, where: str, start: int, end: int, total: int = len(_FILM)) -> httpx.Response:
        said = {"content-range": f"bytes {start}-{end - 1}/{total}", "content-type": "video/mp4"}
        return self.call("PUT", where, content=_FILM[start:end], headers=said)

    def state(self, where: str) -> httpx.Response:
        return self.call("PUT", where, content=b"", headers={"content-range": f"bytes */{len(_FILM)}"})

    def uploaded(self, **body: Any) -> dict[str, Any]:
        found = self.put(self.open(**body).headers["location"], 0, len(_FILM))
        return dict(found.json())


def reason(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["errors"][0]["reason"])


def test_an_upload_in_pieces_is_a_video_with_its_last_byte() -> None:
    tube = Tube()
    opened = tube.open()
    where = opened.headers["location"]
    assert (opened.status_code, opened.content) == (200, b"")
    assert tube.state(where).status_code == 308
    assert "range" not in tube.state(where).headers
    first = tube.put(where, 0, 2 * QUANTUM)
    assert (first.status_code, first.headers["range"]) == (308, f"bytes=0-{2 * QUANTUM - 1}")
    assert not tube.shown()
    last = tube.put(where, 2 * QUANTUM, len(_FILM))
    assert last.status_code == 200
    assert tube.state(where).json()["id"] == last.json()["id"], "a lost answer can be asked for"
    (shown,) = tube.shown()
    assert (shown.id, shown.title, shown.text) == (last.json()["id"], _SNIPPET["title"], _SNIPPET["description"])
    assert {mark[3] for mark in shown.marks} == {"https://courier.example/r", "rail"}
    assert tube.world.files[shown.media[0][0]].content == _FILM
    assert [e.call for e in tube.ledger if e.act] == ["upload"]


def test_a_piece_may_be_kept_in_part_and_what_is_here_comes_twice_without_harm() -> None:
    tube = Tube()
    where = tube.open().headers["location"]
    tube.network.halves = [503]
    assert tube.put(where, 0, 2 * QUANTUM).status_code == 503
    assert tube.state(where).headers["range"] == f"bytes=0-{QUANTUM - 1}"
    assert tube.put(where, 0, 2 * QUANTUM).headers["range"] == f"bytes=0-{2 * QUANTUM - 1}"
    assert tube.put(where, 2 * QUANTUM, len(_FILM)).status_code == 200
    assert tube.world.files[tube.shown()[0].media[0][0]].content == _FILM


@pytest.mark.parametrize(("start", "end"), [(0, QUANTUM + 1), (QUANTUM, 2 * QUANTUM)], ids=["odd size", "a gap"])
def test_pieces_that_do_not_fit_are_refused(start: int, end: int) -> None:
    tube = Tube()
    assert tube.put(tube.open().headers["location"], start, end).status_code == 400


def test_a_session_ends_after_a_week_and_an_unknown_one_is_none() -> None:
    tube = Tube()
    where = tube.open().headers["location"]
    tube.wait(7 * 86400)
    tube.token = tube.renew().json()["access_token"]
    assert tube.state(where).status_code == 404
    assert tube.state(f"{_UPLOAD}?uploadType=resumable&upload_id=nobody").status_code == 404


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"snippet": _SNIPPET | {"title": ""}}, "invalidTitle"),
        ({"snippet": _SNIPPET | {"title": "x" * 101}}, "invalidTitle"),
        ({"snippet": _SNIPPET | {"title": "a <b>"}}, "invalidTitle"),
        ({"snippet": _SNIPPET | {"description": "Қ" * 2501}}, "invalidDescription"),
        ({"snippet": _SNIPPET | {"description": "5 > 4"}}, "invalidDescription"),
        ({"snippet": _SNIPPET | {"tags": ["x" * 250, "y" * 250]}}, "invalidTags"),
        ({"snippet": _SNIPPET | {"tags": ["a " * 249 + "b"]}}, "invalidTags"),
        ({"snippet": _SNIPPET | {"categoryId": "news"}}, "invalidCategoryId"),
        ({"status": _STATUS | {"publishAt": "2026-11-23T00:00:00Z"}}, "invalidPublishAt"),
        ({"status": {"privacyStatus": "public"}}, "invalidVideoMetadata"),
        ({"status": _STATUS | {"privacyStatus": "everybody"}}, "invalidVideoMetadata"),
        ({"snippet": _SNIPPET | {"headline": "x"}}, "invalidVideoMetadata"),
        ({"size": 0}, "mediaBodyRequired"),
        ({"mime": "image/png"}, "invalidFilename"),
    ],
)
def test_what_is_said_of_a_video_is_checked_when_the_session_is_opened(body: dict[str, Any], why: str) -> None:
    answer = Tube().open(**body)
    assert (answer.status_code, reason(answer)) == (400, why)


def test_the_longest_words_are_taken() -> None:
    tags = ["x" * 249, "y" * 250]
    words = {"title": "x" * 100, "description": "Қ" * 2500, "tags": tags, "categoryId": "25"}
    assert Tube().uploaded(snippet=words)["snippet"]["tags"] == tags


def test_tokens_are_made_of_a_consent_and_die() -> None:
    tube = Tube()
    assert tube.renew(client_secret="another").json()["error"] == "invalid_client"
    assert tube.renew(refresh_token="another").json()["error"] == "invalid_grant"
    assert tube.renew().json()["access_token"] != tube.token
    tube.wait(3599)
    assert (tube.open().status_code, reason(tube.open())) == (401, "authError")
    grant = tube.network.grants.known[tube.credentials["refresh_token"]]
    grant.ends = tube.now + timedelta(days=7)  # the consent screen is in testing
    tube.token = tube.renew().json()["access_token"]
    grant.scopes = {READ}
    assert reason(tube.open()) == "insufficientPermissions"
    grant.scopes = {UPLOAD}
    assert (
        reason(tube.call("GET", "/youtube/v3/videos", params={"part": "snippet", "id": "x"}))
        == "insufficientPermissions"
    )
    tube.wait(7 * 86400)
    assert tube.renew().json() == {
        "error": "invalid_grant",
        "error_description": "Token has been expired or revoked.",
    }


def test_a_day_has_a_hundred_uploads() -> None:
    tube = Tube()
    answers = [tube.open() for _ in range(101)]
    assert {each.status_code for each in answers[:100]} == {200}
    assert (answers[100].status_code, reason(answers[100])) == (403, "quotaExceeded")
    tube.token = tube.renew().json()["access_token"]
    assert tube.call("GET", f"{_LISTS}channels", params={"part": "snippet", "mine": "true"}).status_code == 200
    tube.wait(_until_midnight(tube) - 1)
    tube.token = tube.renew().json()["access_token"]
    assert reason(tube.open()) == "quotaExceeded"
    tube.wait(1)
    assert tube.open().status_code == 200


def test_a_day_has_ten_thousand_units_for_all_else_and_a_change_costs_fifty() -> None:
    tube = Tube()
    id_ = tube.uploaded()["id"]
    snippet = {"id": id_, "snippet": _SNIPPET | {"title": "Railway open"}}
    changed = [tube.call("PUT", f"{_LISTS}videos", params={"part": "snippet"}, json=snippet) for _ in range(200)]
    assert {each.status_code for each in changed} == {200}
    listed = tube.call("GET", f"{_LISTS}videos", params={"part": "status", "id": id_})
    assert (listed.status_code, reason(listed)) == (403, "quotaExceeded")
    assert tube.open().status_code == 200, "uploads are counted apart"
    tube.wait(_until_midnight(tube))
    tube.token = tube.renew().json()["access_token"]
    assert tube.call("GET", f"{_LISTS}videos", params={"part": "status", "id": id_}).status_code == 200


def test_each_project_has_a_quota_of_its_own_and_a_refused_upload_costs_one() -> None:
    tube = Tube(newcomers=2)
    assert {tube.open(snippet=_SNIPPET | {"title": ""}).status_code for _ in range(100)} == {400}
    assert reason(tube.open()) == "quotaExceeded"
    tube.credentials = tube.network.newcomer(1)[1]
    tube.token = tube.renew().json()["access_token"]
    assert tube.open().status_code == 200


def _until_midnight(tube: Tube) -> float:
    """Seconds until midnight, Pacific Time."""
    now = tube.world.now().astimezone(ZoneInfo("America/Los_Angeles"))
    return timedelta(days=1).total_seconds() - (now - now.replace(hour=0, minute=0, second=0)).total_seconds()


def test_what_an_unaudited_app_uploads_is_locked_private() -> None:
    tube = Tube(newcomers=2)
    tube.network.is_audited = False
    video = tube.uploaded()
    assert video["status"]["privacyStatus"] == "private"
    assert not tube.shown()
    asked = {"part": "status", "id": video["id"]}
    assert tube.call("GET", "/youtube/v3/videos", params=asked).json()["items"]
    tube.credentials = tube.network.newcomer(1)[1]
    tube.token = tube.renew().json()["access_token"]
    assert not tube.call("GET", "/youtube/v3/videos", params=asked).json()["items"], "nobody else sees it"


def test_processing_takes_its_time_and_may_fail() -> None:
    tube = Tube()
    tube.network.fails = "failed codec"
    video = tube.uploaded()
    asked = {"part": "status", "id": video["id"]}
    assert video["status"]["uploadStatus"] == "uploaded"
    tube.wait(60)
    (found,) = tube.call("GET", "/youtube/v3/videos", params=asked).json()["items"]
    assert (found["status"]["uploadStatus"], found["status"]["failureReason"]) == ("failed", "codec")


def test_the_same_film_again_may_be_rejected_as_a_duplicate() -> None:
    tube = Tube()
    tube.uploaded()
    tube.network.refuses_doubles = True
    again = tube.uploaded()
    tube.wait(60)
    (found,) = tube.call("GET", "/youtube/v3/videos", params={"part": "status", "id": again["id"]}).json()["items"]
    assert found["status"]["rejectionReason"] == "duplicate"
    assert len(tube.shown()) == 1


def test_uploads_are_listed_newest_first_page_by_page_and_may_lag() -> None:
    tube = Tube()
    mine = tube.call("GET", "/youtube/v3/channels", params={"part": "snippet,contentDetails", "mine": "true"}).json()
    own = mine["items"][0]
    assert own["id"] == tube.place
    videos = []
    for n in range(3):
        tube.wait(60)
        videos.append(tube.uploaded(snippet=_SNIPPET | {"title": f"Part {n}"})["id"])
    asked = {"part": "snippet", "playlistId": own["contentDetails"]["relatedPlaylists"]["uploads"], "maxResults": "2"}
    first = tube.call("GET", "/youtube/v3/playlistItems", params=asked).json()
    second = tube.call("GET", "/youtube/v3/playlistItems", params=asked | {"pageToken": first["nextPageToken"]}).json()
    listed = [each["snippet"]["resourceId"]["videoId"] for each in first["items"] + second["items"]]
    assert listed == videos[::-1]
    tube.only("upload", "lag")
    tube.uploaded()
    assert len(tube.call("GET", "/youtube/v3/playlistItems", params=asked | {"maxResults": "50"}).json()["items"]) == 3


def test_a_change_replaces_the_whole_snippet_and_needs_its_category() -> None:
    tube = Tube()
    id_ = tube.uploaded(snippet=_SNIPPET | {"tags": ["rail"]})["id"]
    bare = {"id": id_, "snippet": {"title": "Railway open"}}
    assert reason(tube.call("PUT", "/youtube/v3/videos", params={"part": "snippet"}, json=bare)) == "invalidCategoryId"
    bare["snippet"]["categoryId"] = "25"
    assert tube.call("PUT", "/youtube/v3/videos", params={"part": "snippet"}, json=bare).status_code == 200
    (shown,) = tube.shown()
    assert (shown.title, shown.text) == ("Railway open", "")
    for status in (204, 404):
        assert tube.call("DELETE", "/youtube/v3/videos", params={"id": id_}).status_code == status
    assert not tube.shown()
