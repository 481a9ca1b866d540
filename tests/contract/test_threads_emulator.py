"""Threads' emulator against its sheet, asked by plain HTTP: containers, counts, quotas, tokens."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.emulators.kit import Upload
from adapters.emulators.threads import ThreadsNetwork
from tests.contract.pictures import picture, served
from tests.contract.stage import NOON, Stage

HIM = {"authorization": "Bearer THAAdemo-threads-token-of-nobody-0"}
DAY = 86_400


class Threads(Stage):
    """One profile, and somebody who asks."""

    def __init__(self) -> None:
        super().__init__(ThreadsNetwork, newcomers=2)
        self.threads: ThreadsNetwork = self.network  # type: ignore[assignment] # that is what was made

    def said(self, method: str, path: str, **request: Any) -> tuple[int, Any]:
        answer = self.ask(method, path, **({"headers": HIM} | request))
        return answer.status_code, answer.json()

    def post(self, path: str, **said: str) -> Any:
        status, body = self.said("POST", f"/v1.0/me/{path}", data=said)
        return body["id"] if status == 200 else codes(body)

    def state(self, container: str) -> str:
        return str(self.said("GET", f"/v1.0/{container}?fields=status")[1]["status"])


def codes(body: Any) -> tuple[int, int]:
    return body["error"]["code"], body["error"].get("error_subcode", 0)


@pytest.fixture
def stage() -> Threads:
    return Threads()


def test_a_container_is_seen_by_nobody_until_it_is_published_once(stage: Threads) -> None:
    made = stage.post("threads", media_type="TEXT", text="Port", link_attachment="https://c.example/a")
    assert stage.state(made) == "FINISHED"
    assert not stage.shown()
    out = stage.post("threads_publish", creation_id=made)
    assert [(each.id, each.text) for each in stage.shown()] == [(out, "Port")]
    assert out != made
    assert stage.state(made) == "PUBLISHED"
    assert stage.post("threads_publish", creation_id=made) == (100, 0)
    fields = "id,text,permalink,link_attachment_url"
    found = stage.said("GET", f"/v1.0/me/threads?fields={fields}&since={int(NOON.timestamp())}")[1]["data"]
    assert found[0]["link_attachment_url"] == "https://c.example/a"
    assert stage.said("GET", f"/v1.0/{out}?fields=permalink")[1]["permalink"] == found[0]["permalink"]
    assert stage.said("GET", f"/v1.0/me/threads?fields=id&since={int(NOON.timestamp()) + 1}")[1] == {"data": []}


def test_a_container_grows_ready_and_is_gone_after_a_day(stage: Threads) -> None:
    stage.threads.shelf.slow = timedelta(seconds=5)
    made = stage.post("threads", media_type="IMAGE", image_url=picture().url, alt_text="A train")
    assert stage.state(made) == "IN_PROGRESS"
    assert stage.post("threads_publish", creation_id=made) == (24, 4279009)
    stage.wait(5)
    assert stage.state(made) == "FINISHED"
    stage.wait(DAY)
    assert stage.state(made) == "EXPIRED"
    assert stage.post("threads_publish", creation_id=made) == (24, 4279009)
    assert not stage.shown()


def test_a_ready_container_may_not_be_known_everywhere_yet(stage: Threads) -> None:
    stage.threads.unseen = timedelta(seconds=30)
    made = stage.post("threads", media_type="TEXT", text="Port")
    assert stage.state(made) == "FINISHED"
    assert stage.post("threads_publish", creation_id=made) == (24, 4279009)
    stage.wait(30)
    assert stage.post("threads_publish", creation_id=made).isdigit()


def test_a_carousel_takes_the_pictures_of_ready_items(stage: Threads) -> None:
    items = [
        stage.post(
            "threads", media_type="IMAGE", image_url=picture(n).url, alt_text=f"No. {n}", is_carousel_item="true"
        )
        for n in (1, 2)
    ]
    made = stage.post("threads", media_type="CAROUSEL", children=",".join(items), text="Two")
    stage.post("threads_publish", creation_id=made)
    assert stage.shown()[0].media == ((picture(1).sha256, "No. 1"), (picture(2).sha256, "No. 2"))
    assert stage.post("threads", media_type="CAROUSEL", children=items[0]) == (100, 2207028)
    assert stage.post("threads", media_type="CAROUSEL", children="1,2") == (100, 33)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"media_type": "TEXT", "text": "x" * 500}, None),
        ({"media_type": "TEXT", "text": "x" * 501}, (100, 0)),
        ({"media_type": "TEXT", "text": "🎉" * 125}, None),
        ({"media_type": "TEXT", "text": "🎉" * 126}, (100, 0)),
        ({"media_type": "TEXT", "text": "👨‍👩‍👧‍👦" * 20}, None),
        ({"media_type": "TEXT", "text": "👨‍👩‍👧‍👦" * 20 + "x"}, (100, 0)),
        ({"media_type": "TEXT"}, (100, 0)),
        ({"media_type": "TEXT", "link_attachment": "https://c.example/a"}, None),
        ({"media_type": "TEXT", "text": " ".join(f"https://c.example/{n}" for n in range(5))}, None),
        (
            {
                "media_type": "TEXT",
                "text": " ".join(f"https://c.example/{n}" for n in range(5)),
                "link_attachment": "https://c.example/6",
            },
            (100, 0),
        ),
        ({"media_type": "TEXT", "text": "x", "topic_tag": "Oil"}, None),
        ({"media_type": "TEXT", "text": "x", "topic_tag": "Oil & gas"}, (100, 0)),
        ({"media_type": "TEXT", "text": "x", "words": "y"}, (100, 0)),
        ({"media_type": "IMAGE", "image_url": picture().url, "link_attachment": "https://c.example/a"}, (100, 0)),
        ({"media_type": "IMAGE", "image_url": "https://nowhere.example/p.jpg"}, (9004, 2207052)),
        ({"media_type": "REELS"}, (100, 0)),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_a_container_may_hold(stage: Threads, said: dict[str, str], answer: Any) -> None:
    made = stage.post("threads", **said)
    assert made.isdigit() if answer is None else made == answer


def test_one_call_posts_words_where_that_is_asked_for(stage: Threads) -> None:
    out = stage.post("threads", media_type="TEXT", text="At once", auto_publish_text="true")
    assert [each.id for each in stage.shown()] == [out]
    assert stage.ledger[-1].call == "publishNow"


def test_posts_and_deletions_have_their_quotas_of_a_rolling_day(stage: Threads) -> None:
    out = [stage.threads.editor_posts(stage.place, f"No. {n}") for n in range(250)]
    quota = stage.said("GET", "/v1.0/me/threads_publishing_limit?fields=quota_usage,config")[1]["data"][0]
    assert quota == {"quota_usage": 250, "config": {"quota_total": 250, "quota_duration": DAY}}
    made = stage.post("threads", media_type="TEXT", text="One more")
    assert stage.post("threads_publish", creation_id=made) == (9, 2207042)
    answers = [stage.said("DELETE", f"/v1.0/{each}")[0] for each in out[:101]]
    assert answers == [200] * 100 + [400]
    assert len(stage.shown()) == 150
    stage.wait(DAY - 60)
    assert stage.post("threads_publish", creation_id=made) == (9, 2207042)
    stage.wait(59)
    made = stage.post("threads", media_type="TEXT", text="One more")
    stage.wait(1)
    assert stage.post("threads_publish", creation_id=made).isdigit()


def test_a_token_is_renewed_from_its_second_day_on_and_dies_after_sixty(stage: Threads) -> None:
    path = "/refresh_access_token?grant_type=th_refresh_token"
    status, new = stage.said("GET", path)
    assert (status, new["expires_in"]) == (200, 60 * DAY)
    young = {"authorization": f"Bearer {new['access_token']}"}
    assert stage.said("GET", path, headers=young)[0] == 400
    stage.wait(DAY)
    assert stage.said("GET", path, headers=young)[0] == 200
    stage.wait(57 * DAY)
    assert codes(stage.said("GET", "/v1.0/me")[1]) == (190, 463)
    assert stage.said("GET", "/v1.0/me?fields=id,username", headers=young)[1]["username"] == "demo.newsroom"
    stage.wait(2 * DAY)
    assert codes(stage.said("GET", path, headers=young)[1]) == (190, 463)


def test_a_token_speaks_for_its_own_profile_and_within_its_rights(stage: Threads) -> None:
    other = stage.network.place(*ThreadsNetwork.newcomer(1))
    assert codes(stage.said("POST", f"/v1.0/{other}/threads", data={"media_type": "TEXT", "text": "x"})[1]) == (10, 0)
    theirs = stage.threads.editor_posts(other, "Theirs")
    assert codes(stage.said("DELETE", f"/v1.0/{theirs}")[1]) == (100, 33)
    stage.threads.tokens.known[HIM["authorization"].split()[1]].scopes = {"threads_basic"}
    assert stage.post("threads", media_type="TEXT", text="x") == (10, 0)
    facts = stage.said("GET", f"/debug_token?input_token={HIM['authorization'].split()[1]}")[1]["data"]
    assert facts["scopes"] == ["threads_basic"]
    assert facts["expires_at"] == int((NOON + timedelta(days=58)).timestamp())


def test_what_readers_did_is_told_by_metric(stage: Threads) -> None:
    out = stage.threads.editor_posts(stage.place, "Port")
    found = stage.said("GET", f"/v1.0/{out}/insights?metric=views,likes")[1]["data"]
    assert [(each["name"], each["values"][0]["value"]) for each in found] == [("views", 5), ("likes", 5)]
    assert stage.said("GET", f"/v1.0/{out}/insights?metric=fame")[0] == 400


def test_a_file_that_is_no_picture_or_film_is_refused(stage: Threads) -> None:
    files = {"https://c.example/t": b"text", "https://c.example/f": b"\0\0\0\x18ftypisom" + b"\0" * 30}
    stage.world.fetch = lambda url: Upload("f", "", files[url]) if url in files else served(url)
    assert stage.post("threads", media_type="IMAGE", image_url="https://c.example/t") == (36001, 2207005)
    assert stage.post("threads", media_type="VIDEO", video_url="https://c.example/t") == (352, 2207026)
    assert stage.post("threads", media_type="VIDEO", video_url="https://c.example/f").isdigit()
