"""Instagram's emulator against its sheet, asked by plain HTTP: containers, captions, uploads, quotas, rights."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.emulators.instagram import InstagramNetwork
from adapters.emulators.kit import Upload
from tests.contract.pictures import drawn, picture, served
from tests.contract.stage import NOON, Stage

TOKEN = "demo-insta-page-token-of-nobody-0"
DAY = 86_400
FILM = b"\0\0\0\x18ftypisom" + b"\0" * 88


class Instagram(Stage):
    """One account, and somebody who asks."""

    def __init__(self) -> None:
        super().__init__(InstagramNetwork, newcomers=2)
        self.instagram: InstagramNetwork = self.network  # type: ignore[assignment] # that is what was made

    def said(self, method: str, path: str, **request: Any) -> tuple[int, Any]:
        head = {"authorization": f"Bearer {TOKEN}"} | request.pop("headers", {})
        answer = self.ask(method, path, headers=head, **request)
        return answer.status_code, answer.json()

    def post(self, path: str, **said: str) -> Any:
        status, body = self.said("POST", f"/v26.0/{self.place}/{path}", data=said)
        return body["id"] if status == 200 else codes(body)

    def state(self, container: str) -> str:
        return str(self.said("GET", f"/v26.0/{container}?fields=status_code")[1]["status_code"])

    def upload(self, container: str, content: bytes, offset: int, size: int) -> tuple[int, Any]:
        head = {"authorization": f"OAuth {TOKEN}", "offset": str(offset), "file_size": str(size)}
        return self.said("POST", f"/ig-api-upload/v26.0/{container}", headers=head, content=content)


def codes(body: Any) -> tuple[int, int]:
    return body["error"]["code"], body["error"].get("error_subcode", 0)


@pytest.fixture
def stage() -> Instagram:
    return Instagram()


def test_a_photo_is_fetched_grows_ready_and_is_published_once(stage: Instagram) -> None:
    stage.instagram.shelf.slow = timedelta(seconds=5)
    made = stage.post("media", image_url=picture().url, caption="Port #Aktau", alt_text="A train")
    assert stage.state(made) == "IN_PROGRESS"
    assert stage.post("media_publish", creation_id=made) == (9007, 2207027)
    stage.wait(5)
    assert stage.state(made) == "FINISHED"
    out = stage.post("media_publish", creation_id=made)
    (shown,) = stage.shown()
    assert (shown.id, shown.text, shown.media) == (out, "Port #Aktau", ((picture().sha256, "A train"),))
    assert [kind for _, _, kind, _ in shown.marks] == ["tag"]
    assert stage.state(made) == "PUBLISHED"
    assert stage.post("media_publish", creation_id=made) == (100, 0)
    found = stage.said("GET", f"/v26.0/{stage.place}/media?fields=id,caption&since={int(NOON.timestamp())}")[1]
    assert found["data"] == [{"id": out, "caption": "Port #Aktau"}]
    link = stage.said("GET", f"/v26.0/{out}?fields=permalink")[1]["permalink"]
    assert link.startswith("https://www.instagram.com/p/")


def test_a_container_is_gone_after_a_day(stage: Instagram) -> None:
    made = stage.post("media", image_url=picture().url)
    stage.wait(DAY)
    assert stage.state(made) == "EXPIRED"
    assert stage.post("media_publish", creation_id=made) == (24, 2207008)
    assert stage.post("media_publish", creation_id="1") == (24, 2207006)


def test_a_carousel_takes_two_to_ten_ready_items(stage: Instagram) -> None:
    items = [stage.post("media", image_url=picture(n).url, is_carousel_item="true") for n in (1, 3)]
    made = stage.post("media", media_type="CAROUSEL", children=",".join(items), caption="Two")
    stage.post("media_publish", creation_id=made)
    assert [sha for sha, _ in stage.shown()[0].media] == [picture(1).sha256, picture(3).sha256]
    assert stage.post("media", media_type="CAROUSEL", children=items[0]) == (100, 2207028)
    stage.instagram.shelf.slow = timedelta(seconds=9)
    late = stage.post("media", image_url=picture(5).url, is_carousel_item="true")
    assert stage.post("media", media_type="CAROUSEL", children=f"{items[0]},{late}") == (9007, 2207027)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"caption": "x" * 2200}, None),
        ({"caption": "x" * 2201}, (36004, 2207010)),
        ({"caption": " ".join(f"#t{n}" for n in range(30))}, None),
        ({"caption": " ".join(f"#t{n}" for n in range(31))}, (36004, 2207010)),
        ({"caption": " ".join(f"@t{n}" for n in range(21))}, (36004, 2207010)),
        ({"image_url": picture(2).url}, (36001, 2207005)),
        ({"image_url": "https://nowhere.example/p.jpg"}, (9004, 2207052)),
        ({"image_url": "https://c.example/wide"}, (36003, 2207009)),
        ({"image_url": "https://c.example/small"}, (36003, 2207009)),
        ({"image_url": "https://c.example/narrow"}, None),
        ({"image_url": "https://c.example/broad"}, None),
        ({"image_url": "https://c.example/broader"}, (36003, 2207009)),
        ({"image_url": "https://c.example/text"}, (36001, 2207005)),
        ({"words": "x"}, (100, 0)),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_a_container_may_hold(stage: Instagram, said: dict[str, str], answer: Any) -> None:
    sizes = {
        "wide": (400, 200),
        "small": (319, 240),
        "narrow": (320, 240),
        "broad": (1440, 900),
        "broader": (1441, 900),
    }
    files = {f"https://c.example/{name}": drawn(1, size=size) for name, size in sizes.items()}
    files["https://c.example/text"] = b"text"
    stage.world.fetch = lambda url: Upload("f", "", files[url]) if url in files else served(url)
    made = stage.post("media", **({"image_url": picture().url} | said))
    assert made.isdigit() if answer is None else made == answer


def test_words_alone_are_no_post(stage: Instagram) -> None:
    assert stage.post("media", caption="Port") == (100, 0)


def test_a_reel_is_uploaded_and_goes_on_where_it_broke_off(stage: Instagram) -> None:
    made = stage.post("media", media_type="REELS", upload_type="resumable", caption="Port", share_to_feed="true")
    stage.instagram.breaks_after = 40
    with pytest.raises(ConnectionResetError):
        stage.upload(made, FILM, 0, 100)
    came = stage.said("GET", f"/v26.0/{made}?fields=video_status,status_code")[1]
    assert came["video_status"]["uploading_phase"] == {"status": "in_progress", "bytes_transferred": 40}
    assert came["status_code"] == "IN_PROGRESS"
    assert stage.upload(made, FILM, 0, 100)[1]["debug_info"]["type"] == "OffsetInvalidError"
    assert stage.upload(made, FILM[40:], 40, 100) == (200, {"success": True, "message": "Upload successful."})
    stage.post("media_publish", creation_id=made)
    ((sha256, _),) = stage.shown()[0].media
    assert stage.world.files[sha256].content == FILM


def test_what_is_no_film_is_refused_when_all_of_it_came(stage: Instagram) -> None:
    made = stage.post("media", media_type="REELS", upload_type="resumable")
    status, body = stage.upload(made, b"x" * 100, 0, 100)
    assert (status, body["debug_info"]["type"]) == (400, "ProcessingFailedError")


def test_posts_have_their_quota_of_a_rolling_day(stage: Instagram) -> None:
    for n in range(50):
        stage.instagram.editor_posts(stage.place, f"No. {n}")
    quota = stage.said("GET", f"/v26.0/{stage.place}/content_publishing_limit?fields=quota_usage,config")[1]["data"][0]
    assert quota == {"quota_usage": 50, "config": {"quota_total": 50, "quota_duration": DAY}}
    made = stage.post("media", image_url=picture().url)
    assert stage.post("media_publish", creation_id=made) == (9, 2207042)


def test_a_token_speaks_for_its_own_account_and_within_its_rights(stage: Instagram) -> None:
    asked = "/v26.0/me?fields=instagram_business_account{id,username}"
    assert stage.said("GET", asked)[1]["instagram_business_account"] == {"id": stage.place, "username": "demo.newsroom"}
    other = stage.network.place(*InstagramNetwork.newcomer(1))
    assert codes(stage.said("POST", f"/v26.0/{other}/media", data={"image_url": picture().url})[1]) == (10, 0)
    theirs = stage.instagram.editor_posts(other, "Theirs")
    assert codes(stage.said("DELETE", f"/v26.0/{theirs}")[1]) == (100, 33)
    stage.instagram.tokens.known[TOKEN].scopes = {"instagram_basic"}
    assert stage.post("media", image_url=picture().url) == (10, 0)
    stage.instagram.tokens.known[TOKEN].expires_at = NOON
    assert codes(stage.said("GET", asked)[1]) == (190, 463)
    assert codes(stage.said("GET", "/v20.0/me")[1]) == (2635, 0)


def test_a_post_is_taken_down_and_counted(stage: Instagram) -> None:
    out = stage.instagram.editor_posts(stage.place, "Port")
    found = stage.said("GET", f"/v26.0/{out}/insights?metric=views,saved")[1]["data"]
    assert [each["values"][0]["value"] for each in found] == [5, 5]
    assert stage.said("DELETE", f"/v26.0/{out}") == (200, {"success": True})
    assert not stage.shown()
    assert codes(stage.said("DELETE", f"/v26.0/{out}")[1]) == (100, 33)
