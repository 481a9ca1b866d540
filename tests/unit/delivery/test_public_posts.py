"""Posts on a network that fetches by itself: what it is told, and what becomes of a post nobody could fetch for."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, ClassVar

from adapters.contract import AuthFailed, Limits, NotFetched, NotSent, Post, Scope, Spec
from bot.actions import deliveries as verbs
from bot.media.public import NoPlace
from bot.model import Article
from bot.posts.frozen import digest
from bot.store import alerts
from tests.unit.delivery.test_photo_posts import PHOTOS, PICTURES, Pictured, opened, sent
from tests.unit.engine import Desk, minutes

AT = "https://media.courier.example/port.jpg"


class Fetching(Pictured):
    """A network that fetches, and takes posts of words too."""

    spec: ClassVar[Spec] = replace(Pictured.spec, fetches=True)

    def body(self, post: Post) -> dict[str, dict[str, Any]]:
        return {"post": {"text": post.text, "image_url": [each.url for each in post.media]}}


class Showing(Fetching):
    """One that takes no post without a picture."""

    spec: ClassVar[Spec] = replace(Fetching.spec, limits=Limits(text=300, media=1, alt=20, pictures=PICTURES, least=1))


class Window:
    """Gives addresses, or fails as it is told."""

    def __init__(self, *fails: Exception) -> None:
        self.fails, self.shown = list(fails), 0
        self.unfetched: list[list[str]] = []

    async def __call__(self, post: Post, spec: Spec, article: Article | None, unfetched: Collection[str]) -> Post:
        self.unfetched.append(sorted(unfetched))
        if self.fails:
            raise self.fails.pop(0)
        self.shown += 1
        return replace(post, media=tuple(replace(each, url=f"{AT}?{self.shown}") for each in post.media))


def shown(folder: Any, window: Window, *, kind: Any = Showing, who: Any = PHOTOS) -> Desk:
    desk = opened(folder, who, kind)
    desk.worker = desk.another_worker(show=window)
    return desk


def test_the_address_is_found_anew_for_each_try_and_is_no_part_of_what_was_frozen(tmp_path):
    desk = shown(tmp_path, Window())
    desk.wire.say("prepare", NotSent("502"))
    desk.turn()
    frozen = sent(desk)
    desk.go(minutes(2))
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert (sent(desk), sent(desk).media[0].url, desk.delivery().digest) == (frozen, "", digest(frozen))
    [content] = [row["content"] for row in desk.log(delivery=1) if "content" in row]
    assert f'"image_url": ["{AT}?2"]' in content


def test_an_address_the_network_could_not_fetch_from_is_told_to_the_next_try_and_stays_told(tmp_path):
    window = Window()
    desk = shown(tmp_path, window)
    desk.wire.say("prepare", NotFetched("could not be fetched"), NotSent("502"))
    for _ in range(3):
        desk.turn()
        desk.go(minutes(10))
    assert window.unfetched == [[], [f"{AT}?1"], [f"{AT}?1"]]
    assert (desk.stands(), sent(desk).media != ()) == (("done", "sent"), True)


def test_an_approval_holds_whatever_the_address(tmp_path):
    desk = shown(tmp_path, Window(), who=replace(PHOTOS, approval="always"))
    desk.turn()
    assert desk.stands() == ("held", "approval")
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_without_a_place_a_post_that_must_show_something_waits_and_says_what_is_missing(tmp_path):
    desk = shown(tmp_path, Window(NoPlace("Fake fetches pictures by itself, and `media: public:` names no place")))
    desk.turn()
    assert (desk.stands(), desk.wire.shown) == (("held", "no_place"), [])
    assert desk.why() == (
        "It must show a picture, and Fake could fetch it from nowhere, so nothing was posted: Fake fetches pictures by "
        "itself, and `media: public:` names no place; set it and `jarshy reload`, then `release 1`, or all of them "
        "with `--reason no_place`."
    )
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_without_a_place_words_go_out_without_their_photo_and_say_why(tmp_path):
    desk = shown(tmp_path, Window(NoPlace("no place is set")), kind=Fetching)
    while desk.turn():
        pass
    assert (desk.stands(), sent(desk).media) == (("done", "sent"), ())
    assert "without its photo: no place is set" in desk.why()


def test_storage_that_is_down_is_tried_again_and_then_it_goes_out(tmp_path):
    desk = shown(tmp_path, Window(NotSent("the storage is down", is_outage=False)))
    desk.turn()
    assert (desk.stands(), desk.delivery().tries, desk.wire.shown) == (("due", "backoff"), 1, [])
    desk.go(minutes(5))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_keys_that_storage_refuses_stop_the_channel_and_are_an_alert(tmp_path):
    desk = shown(tmp_path, Window(AuthFailed("the storage refuses our keys", scope=Scope.CHANNEL, fix="mend the keys")))
    desk.turn()
    assert desk.stands() == ("due", "no_access")
    assert "the storage refuses our keys" in desk.why()
    assert desk.row().stopped_at is not None
    [alert] = desk.ask(alerts.open_alerts)
    assert (alert.what, alert.fix) == ("the storage refuses our keys", "mend the keys")
    assert not desk.turn()
