"""The emulated LinkedIn keeps the laws of its contract sheet."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from adapters.emulators.linkedin import LinkedInNetwork
from adapters.emulators.linkedin_oauth import Day
from adapters.emulators.linkedin_text import read_little
from tests.contract.pictures import drawn
from tests.contract.stage import NOON, Stage

LINK = "https://steppecourier.example/2026/11/railway-opens"
MEMBER = "urn:li:person:demoMember0"


@pytest.fixture
def stage() -> Stage:
    return Stage(LinkedInNetwork)


def network(stage: Stage) -> LinkedInNetwork:
    assert isinstance(stage.network, LinkedInNetwork)
    return stage.network


def rest(
    stage: Stage, method: str, path: str, *, restli: str = "", version: str = "202609", **r: Any
) -> httpx.Response:
    headers = {"authorization": f"Bearer {stage.credentials['token']}", "x-restli-protocol-version": "2.0.0"}
    headers |= {"linkedin-version": version} if version else {}
    headers |= {"x-restli-method": restli} if restli else {}
    return stage.ask(method, f"/rest/{path}", headers=headers, **r)


def oauth(stage: Stage, path: str, **form: str) -> httpx.Response:
    app = {name: stage.credentials[name] for name in ("client_id", "client_secret")}
    return stage.ask("POST", f"/oauth/v2/{path}", data=app | form)


def body(stage: Stage, commentary: str, **more: Any) -> dict[str, Any]:
    places = {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []}
    told = {"author": stage.place, "commentary": commentary, "visibility": "PUBLIC", "distribution": places}
    return told | {"lifecycleState": "PUBLISHED", "isReshareDisabledByAuthor": False} | more


def post(stage: Stage, commentary: str = "Railway opens", **more: Any) -> httpx.Response:
    return rest(stage, "POST", "posts", json=body(stage, commentary, **more))


def posted(stage: Stage, commentary: str = "Railway opens", **more: Any) -> str:
    answer = post(stage, commentary, **more)
    assert (answer.status_code, answer.content) == (201, b""), answer.text
    return answer.headers["x-restli-id"]


def slot(stage: Stage, owner: str = "") -> Any:
    wish = {"initializeUploadRequest": {"owner": owner or stage.place}}
    return rest(stage, "POST", "images", params={"action": "initializeUpload"}, json=wish).json()["value"]


def uploaded(stage: Stage, content: bytes, owner: str = "") -> str:
    made = slot(stage, owner)
    assert stage.ask("PUT", made["uploadUrl"], content=content).status_code == 201
    return str(made["image"])


def one(stage: Stage, urn: str) -> str:
    return f"posts/{quote(urn, safe='')}"


def test_a_post_is_named_by_a_header_alone_and_its_number_tells_its_moment(stage: Stage) -> None:
    network(stage).pages[LINK] = ("Railway", "Opens")
    urn = posted(stage, f"Railway opens {LINK}")
    (shown,) = stage.shown()
    assert (shown.id, shown.text) == (urn, f"Railway opens {LINK}")
    assert shown.card == (LINK, "Railway", "Opens")
    assert datetime.fromtimestamp((int(urn.rpartition(":")[2]) >> 22) / 1000, UTC) == NOON
    network(stage).tells_urn = False
    assert "x-restli-id" not in post(stage, "Another").headers


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        (r"Railway \(north\) opens", "Railway (north) opens"),
        ("Railway (north) opens", "Railway "),
        ("One_two", "One"),
        (r"\{a\} \| \\ \~ \* \< \> \@ \[b\] \#", r"{a} | \ ~ * < > @ [b] #"),
        (r"{hashtag|\#|Қазақстан} now", "#Қазақстан now"),
        ("{hashtag} now", ""),
        ("#Astana now", "#Astana now"),
        ("By @[Kazinform](urn:li:organization:7) today", "By Kazinform today"),
        ("By @Kazinform today", "By "),
        (r"A \n backslash", "A "),
    ],
)
def test_a_reserved_sign_that_is_not_escaped_cuts_the_post_short(stage: Stage, said: str, seen: str) -> None:
    assert read_little(said)[0] == seen
    if seen:
        posted(stage, said)
        assert [shown.text for shown in stage.shown()] == [seen]


def test_tags_and_mentions_are_marked() -> None:
    text, marks = read_little(r"{hashtag|\#|Астана} #Aktau @[K](urn:li:organization:7) " + LINK.replace("_", r"\_"))
    assert [(text[a:b], kind, value) for a, b, kind, value in marks] == [
        ("#Астана", "tag", "Астана"),
        ("#Aktau", "tag", "Aktau"),
        ("K", "mention", "urn:li:organization:7"),
        (LINK, "link", LINK),
    ]


def test_the_length_counts_with_its_escapes(stage: Stage) -> None:
    assert post(stage, r"\(" * 1500).status_code == 201
    refused = post(stage, r"\)" * 1500 + "x")
    assert (refused.status_code, refused.json()["code"]) == (422, "FIELD_LENGTH_TOO_LONG")


@pytest.mark.parametrize(
    ("missing", "status", "code"),
    [
        ("authorization", 401, "INVALID_ACCESS_TOKEN"),
        ("linkedin-version", 400, "VERSION_MISSING"),
        ("x-restli-protocol-version", 400, "PROTOCOL_VERSION"),
        ("content-type", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_every_header_is_asked_for(stage: Stage, missing: str, status: int, code: str) -> None:
    headers = {"authorization": f"Bearer {stage.credentials['token']}", "linkedin-version": "202609"}
    headers |= {"x-restli-protocol-version": "2.0.0", "content-type": "application/json"}
    answer = stage.ask("POST", "/rest/posts", headers={k: v for k, v in headers.items() if k != missing}, content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not stage.shown()


@pytest.mark.parametrize("version", ["202504", "202610", "2026", "202510"])
def test_a_version_that_does_not_serve_is_426(stage: Stage, version: str) -> None:
    answer = rest(stage, "GET", "posts", version=version)
    assert (answer.status_code, answer.json()["code"]) == (426, "NONEXISTENT_VERSION")


def test_a_version_dies_in_the_middle_of_its_month_a_year_later(stage: Stage) -> None:
    network(stage).tokens.known[stage.credentials["token"]].expires_at = NOON + timedelta(days=999)
    stage.now = datetime(2027, 9, 14, 23, tzinfo=UTC)
    posted(stage)
    stage.wait(3600)
    assert post(stage, "Later").status_code == 426


def test_a_token_lives_sixty_days_and_a_grant_a_year_however_often_it_is_used(stage: Stage) -> None:
    first = oauth(stage, "accessToken", grant_type="refresh_token", refresh_token=stage.credentials["refresh_token"])
    assert (first.json()["expires_in"], first.json()["refresh_token_expires_in"]) == (60 * 86400, 365 * 86400)
    stage.wait(60 * 86400)
    assert post(stage).json()["serviceErrorCode"] == 65602
    told = oauth(stage, "introspectToken", token=stage.credentials["token"]).json()
    assert (told["active"], told["status"]) == (False, "expired")
    again = oauth(stage, "accessToken", grant_type="refresh_token", refresh_token=stage.credentials["refresh_token"])
    assert again.json()["refresh_token_expires_in"] == 305 * 86400
    stage.credentials["token"] = again.json()["access_token"]
    posted(stage)
    stage.wait(305 * 86400)
    dead = oauth(stage, "accessToken", grant_type="refresh_token", refresh_token=stage.credentials["refresh_token"])
    assert (dead.status_code, dead.json()["error"]) == (400, "invalid_grant")


def test_only_its_own_app_is_told_of_a_token(stage: Stage) -> None:
    told = oauth(stage, "introspectToken", token=stage.credentials["token"]).json()
    assert (told["active"], told["expires_at"]) == (True, int((NOON + timedelta(days=60)).timestamp()))
    assert "w_organization_social" in told["scope"].split(",")
    assert oauth(stage, "introspectToken", token="no such").json() == {"active": False}
    assert oauth(stage, "introspectToken", token="x", client_secret="wrong").status_code == 401


def test_a_page_takes_posts_from_its_people_only_and_a_member_from_the_member_only(stage: Stage) -> None:
    assert rest(stage, "POST", "posts", json=body(stage, "Mine", author=MEMBER)).status_code == 201
    for author in ("urn:li:person:somebody", "urn:li:organization:1"):
        refused = rest(stage, "POST", "posts", json=body(stage, "Theirs", author=author))
        assert (refused.status_code, refused.json()["serviceErrorCode"]) == (403, 100)
    network(stage).tokens.known[stage.credentials["token"]].scopes.discard("w_organization_social")
    assert post(stage).status_code == 403


def test_a_picture_is_uploaded_to_its_own_address_byte_for_byte_and_taken_in_slowly(stage: Stage) -> None:
    made = slot(stage)
    assert stage.ask("PUT", made["uploadUrl"].replace("%253D", "%3D"), content=drawn()).status_code == 403
    where = f"images/{quote(made['image'], safe='')}"
    assert rest(stage, "GET", where).json()["status"] == "WAITING_UPLOAD"
    assert post(stage, content={"media": {"id": made["image"]}}).json()["code"] == "MEDIA_NOT_AVAILABLE"
    stage.ask("PUT", made["uploadUrl"], content=drawn())
    assert rest(stage, "GET", where).json()["status"] == "PROCESSING"
    stage.wait(3)
    assert rest(stage, "GET", where).json()["status"] == "AVAILABLE"
    posted(stage, content={"media": {"id": made["image"], "altText": "A train"}})
    ((sha256, alt),) = stage.shown()[0].media
    assert (stage.world.files[sha256].content, alt) == (drawn(), "A train")
    assert network(stage).received == {made["image"]: len(drawn())}


def test_what_is_no_picture_fails_later_and_the_address_ends_after_a_day(stage: Stage) -> None:
    bad, late = uploaded(stage, b"<html>"), slot(stage)
    stage.wait(3)
    assert rest(stage, "GET", f"images/{quote(bad, safe='')}").json()["status"] == "PROCESSING_FAILED"
    stage.wait(86400)
    assert stage.ask("PUT", late["uploadUrl"], content=drawn()).status_code == 403


def test_a_member_cannot_ask_how_far_a_picture_is_and_another_s_serves_nobody(stage: Stage) -> None:
    image = uploaded(stage, drawn(), MEMBER)
    stage.wait(3)
    assert rest(stage, "GET", f"images/{quote(image, safe='')}").status_code == 403
    assert post(stage, content={"media": {"id": image}}).json()["code"] == "INVALID_URN_ID"


@pytest.mark.parametrize(("count", "is_taken"), [(1, False), (2, True), (20, True), (21, False)])
def test_several_pictures_are_two_to_twenty(stage: Stage, count: int, is_taken: bool) -> None:
    images = [{"id": uploaded(stage, drawn(n))} for n in range(count)]
    stage.wait(3)
    assert (post(stage, content={"multiImage": {"images": images}}).status_code == 201) is is_taken


def test_an_article_shows_what_it_was_given_and_nothing_is_fetched(stage: Stage) -> None:
    thumb = uploaded(stage, drawn())
    stage.wait(3)
    article = {"source": LINK, "title": "Railway", "description": "Opens", "thumbnail": thumb}
    posted(stage, content={"article": article})
    (shown,) = stage.shown()
    assert shown.card == (LINK, "Railway", "Opens")
    assert stage.world.files[shown.thumb].content == drawn()
    for wrong in ({"title": ""}, {"source": "railway"}, {"thumbnail": "urn:li:image:no"}):
        assert post(stage, "Else", content={"article": article | wrong}).status_code in (400, 422)


@pytest.mark.parametrize(
    "wrong",
    [{"lifecycleState": "DRAFT"}, {"visibility": "LOGGED_IN"}, {"commentary": " "}, {"distribution": {}}],
)
def test_a_post_that_lacks_something_is_refused(stage: Stage, wrong: dict[str, Any]) -> None:
    assert rest(stage, "POST", "posts", json=body(stage, "Railway") | wrong).status_code == 422


def test_the_same_words_again_name_the_original_and_go_on_doing_so_when_it_is_gone(stage: Stage) -> None:
    urn = posted(stage)
    for _ in range(2):
        refused = post(stage)
        assert refused.status_code == 422
        assert refused.json()["errorDetails"]["inputErrors"][0]["code"] == "DUPLICATE_POST"
        assert refused.json()["message"].endswith(urn)
        assert rest(stage, "DELETE", one(stage, urn), restli="DELETE").status_code == 204
    assert rest(stage, "GET", one(stage, urn)).status_code == 404
    assert not stage.shown()
    stage.wait(48 * 3600)
    posted(stage)


def test_a_page_lists_its_posts_newest_first_and_a_member_none(stage: Stage) -> None:
    urns = []
    for n in range(3):
        urns.append(posted(stage, f"Story {n}"))
        stage.wait(60)
    ask = {"author": stage.place, "q": "author", "count": "2", "sortBy": "CREATED"}
    found = rest(stage, "GET", "posts", restli="FINDER", params=ask).json()
    assert [each["id"] for each in found["elements"]] == urns[:0:-1]
    assert found["elements"][1]["createdAt"] == int((NOON + timedelta(seconds=60)).timestamp() * 1000)
    assert rest(stage, "GET", "posts", params=ask).status_code == 400
    assert rest(stage, "GET", "posts", restli="FINDER", params=ask | {"author": MEMBER}).status_code == 403
    mine = rest(stage, "POST", "posts", json=body(stage, "Mine", author=MEMBER)).headers["x-restli-id"]
    assert rest(stage, "GET", one(stage, mine)).status_code == 403


def test_only_words_are_edited_and_a_deletion_may_come_twice(stage: Stage) -> None:
    urn = posted(stage)
    for patch, restli, status in (
        ({"commentary": "Railway closes"}, "PARTIAL_UPDATE", 204),
        ({"commentary": "Railway closes"}, "", 400),
        ({"content": {}}, "PARTIAL_UPDATE", 400),
    ):
        answer = rest(stage, "POST", one(stage, urn), restli=restli, json={"patch": {"$set": patch}})
        assert answer.status_code == status
    (shown,) = stage.shown()
    assert (shown.text, shown.edited_at) == ("Railway closes", NOON)
    assert [rest(stage, "DELETE", one(stage, urn)).status_code for _ in range(2)] == [204, 204]


def test_a_day_s_calls_are_given_back_at_midnight_utc(stage: Stage) -> None:
    network(stage).of_member = Day(1)
    posted(stage)
    refused = post(stage, "Another")
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (429, 101)
    assert "MEMBER DAY limit" in refused.json()["message"]
    stage.wait(12 * 3600)
    posted(stage, "Another")


def test_a_lost_answer_and_an_inner_error_may_leave_a_post(stage: Stage) -> None:
    stage.only("post", "accept_then_500")
    assert post(stage).status_code == 500
    assert len(stage.shown()) == 1
