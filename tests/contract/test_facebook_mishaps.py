"""What befalls a Facebook page in real life: rights, modes, quotas and pictures, and the sentence people get."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any, get_args

import pytest

from adapters.contract import (
    AuthFailed,
    Limits,
    Media,
    NotYet,
    OutcomeUnknown,
    Pictures,
    Post,
    Problem,
    PublishError,
    Receipt,
    Rejected,
    Scope,
)
from adapters.emulators.facebook import FacebookNetwork
from adapters.emulators.facebook_graph import Token
from adapters.emulators.kit import Bucket, Fault
from bot.model import Channel, Delivery, Policy, Reason, State
from bot.rules.outcome import after
from bot.rules.why import Seen, why
from tests.contract.cases import POST, case
from tests.contract.play import Play
from tests.contract.test_conformance import ready
from tests.contract.test_conformance_faults import recover

MODES = ("draft_flip", "direct")
BYTES = b"\xff\xd8\xff\xe0 a train"
PHOTO = Media(hashlib.sha256(BYTES).hexdigest(), "image/jpeg", len(BYTES), 10, 10, alt="A train, 2026")
SHOWN = (PHOTO.sha256, PHOTO.alt)
each_mode = pytest.mark.parametrize("mode", MODES)


def playing(mode: str) -> Play:
    return ready(replace(case("facebook"), settings={"mode": mode}))


def token(play: Play) -> Token:
    assert isinstance(play.network, FacebookNetwork)
    return play.network.tokens.known[play.credentials["token"]]


def photo(alt: str = PHOTO.alt) -> Media:
    return replace(PHOTO, alt=alt, open=lambda: BytesIO(BYTES))


@each_mode
@pytest.mark.parametrize("lacking", ["CREATE_CONTENT", "pages_manage_posts"])
def test_a_token_without_the_right_stops_the_channel_and_says_what_to_give(mode: str, lacking: str) -> None:
    play = playing(mode)
    token(play).tasks.discard(lacking)
    token(play).scopes.discard(lacking)
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, AuthFailed)
    assert error.scope is Scope.CHANNEL
    assert "pages_manage_posts" in error.detail
    assert "the task CREATE_CONTENT on the page" in error.detail
    assert play.do(lambda a: a.verify()).missing == ("pages_manage_posts, or the page's task CREATE_CONTENT",)
    assert not play.visible() or mode == "direct"
    assert not play.shown()


@pytest.mark.parametrize(
    ("mishap", "begins"),
    [
        (
            lambda play: token(play).tasks.clear(),
            "Facebook takes nothing from us now (the token may not do this, it needs pages_manage_posts and "
            "pages_read_engagement, and the task CREATE_CONTENT on the page: Facebook draft: (#200) ",
        ),
        (
            lambda play: setattr(play.network, "flips", "do nothing"),
            "Facebook takes nothing from us now (the page does not publish its drafts (although Facebook said "
            "yes): set `mode: direct` for this channel); we ask again by ourselves, ",
        ),
        (
            lambda play: setattr(token(play), "is_dead", True),
            "Facebook takes nothing from us now (Facebook draft: Error validating access token: Session has expired "
            "(code 190/463, ",
        ),
    ],
    ids=["no task", "drafts stay drafts", "token expired"],
)
def test_people_read_what_to_do_in_one_sentence(mishap: Callable[[Play], object], begins: str) -> None:
    play = playing("draft_flip")
    mishap(play)
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, PublishError)
    waiting = Delivery(
        id=7,
        key="k",
        story="s",
        channel="page",
        due_at=play.now,
        expires_at=play.now,
        state=State.DUE,
        reason=Reason.PLANNED,
    )
    stands = after(waiting, error, play.now, policy=Policy("The Steppe Courier", "UTC")).delivery
    who = Channel(id="page", account="page", network="facebook")
    assert why(stands, Seen(now=play.now, zone="UTC", channel=who, network="Facebook")).startswith(begins)


def test_a_persons_token_is_told_before_anything_is_posted_in_that_persons_name() -> None:
    play = playing("draft_flip")
    token(play).is_page = False
    error = play.error_of(lambda: play.do(lambda a: a.verify()))
    assert isinstance(error, AuthFailed)
    assert "take the own access token of page 100000000000001" in error.detail


@each_mode
def test_an_app_in_development_mode_cannot_be_told_from_a_live_one(mode: str) -> None:
    """No answer of the Graph API says it, so README does: readers see nothing of what counts as out."""
    play = playing(mode)
    token(play).app.is_live = False
    assert play.publish(POST).url
    assert play.do(lambda a: a.verify()).missing == ()
    assert not play.shown()


@each_mode
def test_a_token_that_expires_between_two_calls_leaves_nothing(mode: str) -> None:
    play = playing(mode)
    play.only("flip" if mode == "draft_flip" else "post", "token_revoked")
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, AuthFailed)
    assert error.scope is Scope.ACCOUNT
    assert "190/463" in error.detail
    play.calm()
    recover(play.case, play)
    play.publish(POST)
    assert len(play.shown()) == 1


@pytest.mark.parametrize("how", ["do nothing", "are refused"])
def test_a_page_that_does_not_publish_its_drafts_stops_until_the_mode_is_changed(how: Any) -> None:
    play = playing("draft_flip")
    assert isinstance(play.network, FacebookNetwork)
    play.network.flips = how
    for _ in range(2):
        error = play.error_of(lambda: play.publish(POST))
        assert isinstance(error, AuthFailed)
        assert error.scope is Scope.CHANNEL
        assert "set `mode: direct` for this channel" in error.detail
    assert [entry.call for entry in play.ledger].count("draft") == 1
    play.settings["mode"] = "direct"
    play.publish(POST)
    assert [shown.text for shown in play.shown()] == [POST.text]


def test_a_look_that_takes_long_does_not_outlast_the_channels_lease() -> None:
    play = playing("draft_flip")
    play.only("getPost", "slow")
    before = play.now
    assert play.publish(POST).id == play.shown()[0].id
    assert play.now - before == timedelta(seconds=5)


@each_mode
def test_an_inner_error_before_anything_was_done_ends_in_one_post(mode: str) -> None:
    play = playing(mode)
    assert isinstance(play.network, FacebookNetwork)
    play.network.fails_first = 1
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    assert deliver(play, POST, is_unknown=True).id == play.shown()[0].id
    assert len(play.shown()) == 1


@pytest.mark.parametrize("others", [0, 1, 49])
def test_a_look_for_a_lost_repost_does_not_take_the_post_of_before_for_it(others: int) -> None:
    play = playing("direct")
    first = play.publish(POST)
    for n in range(others):
        play.wait(30)
        begin(play)
        play.publish(replace(POST, text=f"Number {n}"))
    begin(play)
    play.wait(30)
    assert isinstance(play.lose(POST, "html_error"), OutcomeUnknown)
    play.wait(600)
    assert play.find(POST) is None
    if not others:  # the words of the page's very last post are refused, and that is no proof of a second one
        assert "506" in str(play.error_of(lambda: play.publish(POST)))
        return
    again = deliver(play, POST)
    assert again.id != first.id
    assert sorted(each.text for each in play.shown()).count(POST.text) == 2


def begin(play: Play) -> None:
    """Forget what is of one post, as the engine does for the next."""
    play.memo.known = {name: value for name, value in play.memo.known.items() if name.startswith("channel:")}


@each_mode
def test_a_blocked_page_stops_and_asks_for_a_person(mode: str) -> None:
    play = playing(mode)
    token(play).is_blocked = True
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, AuthFailed)
    assert error.scope is Scope.CHANNEL
    assert "a person must look" in error.detail


@each_mode
def test_a_busy_page_slows_down_and_never_runs_into_its_quota(mode: str) -> None:
    play = playing(mode)
    assert isinstance(play.network, FacebookNetwork)
    page = play.network.by_id[play.place]
    page.calls = Bucket(40, timedelta(hours=2))
    waited: list[timedelta] = []
    for n in range(60):
        post = replace(POST, text=f"Number {n}")
        begin(play)
        while isinstance(error := outcome(play, post), NotYet):
            assert error.scope is Scope.ACCOUNT
            waited.append(error.retry_after or timedelta(0))
            play.wait(waited[-1].total_seconds())
        assert error is None
        assert page.calls.left > 0
    assert len(play.shown()) == 60
    assert min(waited) < timedelta(minutes=15)
    assert max(waited) == timedelta(hours=1)


def outcome(play: Play, post: Post) -> PublishError | None:
    try:
        play.publish(post)
    except PublishError as e:
        return e
    return None


@each_mode
def test_a_wrong_secret_of_the_app_is_a_matter_of_the_account(mode: str) -> None:
    play = playing(mode)
    token(play).app.secret = "another"
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, AuthFailed)
    assert error.scope is Scope.ACCOUNT
    assert "appsecret_proof" in error.detail


def test_a_version_that_is_retired_is_told_with_what_to_set() -> None:
    play = playing("draft_flip")
    play.settings["version"] = "v20.0"
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, AuthFailed)
    assert "set `version`" in error.detail


@each_mode
@pytest.mark.parametrize("count", [1, 10])
def test_pictures_reach_readers_with_their_words_and_descriptions(mode: str, count: int) -> None:
    play = playing(mode)
    post = replace(POST, media=tuple(photo(f"Picture {n}") for n in range(count)))
    receipt = play.publish(post)
    (shown,) = play.shown()
    assert (shown.id, shown.text) == (receipt.id, POST.text)
    assert shown.media == tuple((PHOTO.sha256, f"Picture {n}") for n in range(count))
    assert [play.world.files[sha].content for sha, _ in shown.media] == [BYTES] * count


@each_mode
def test_the_intent_names_pictures_by_content_and_sends_what_it_says(mode: str) -> None:
    play = playing(mode)
    play.publish(replace(POST, media=(photo(),)))
    (content,) = play.contents
    assert content["photo1"] == {"source": {"$media": PHOTO.sha256}, "published": "false", "alt_text_custom": PHOTO.alt}
    for part in set(content) - {"photo1"}:
        assert [dict(e.asked.body) for e in play.ledger if e.call == part] == [content[part]]
    (upload,) = [dict(e.asked.body) for e in play.ledger if e.call == "photo"]
    assert hashlib.sha256(upload.pop("source").content).hexdigest() == PHOTO.sha256
    assert upload == {k: v for k, v in content["photo1"].items() if k != "source"}
    assert "$memo" not in json.dumps(content)


@each_mode
@pytest.mark.parametrize("fault", get_args(Fault))
def test_whatever_befalls_one_request_there_is_one_post_with_its_picture(mode: str, fault: Fault) -> None:
    post = replace(POST, media=(photo(),))
    for index in range(4):
        play = playing(mode)
        play.world.late = 120
        play.draw = at_request(play, index, fault)
        receipt = deliver(play, post)
        play.calm()
        play.wait(3600)
        assert [(shown.id, shown.media) for shown in play.shown()] == [(receipt.id, (SHOWN,))]


@pytest.mark.parametrize(
    ("post", "problem"),
    [
        (Post("x" * 11), Problem("text", 11, 10)),
        (Post("x", media=(PHOTO,) * 3), Problem("media", 3, 2)),
        (Post("x", media=(replace(PHOTO, alt="x" * 21),)), Problem("alt", 21, 20)),
        (Post("x", media=(replace(PHOTO, size=101),)), Problem("picture_bytes", 101, 100)),
        (Post("x", media=(replace(PHOTO, height=31),)), Problem("picture_side", 31, 30)),
        (Post("x", media=(replace(PHOTO, mime="image/webp"),)), Problem("picture_format", 1, 0)),
    ],
    ids=str,
)
def test_measure_names_what_is_too_much(post: Post, problem: Problem) -> None:
    limits = Limits(text=10, alt=20, media=2, pictures=Pictures(size=100, side=30))
    assert case("facebook").adapter.measure(post, limits) == (problem,)


def test_a_picture_the_network_will_not_take_is_told_and_nothing_is_posted() -> None:
    play = playing("draft_flip")
    wrong = replace(PHOTO, open=lambda: BytesIO(b"GIF89a"))
    error = play.error_of(lambda: play.publish(replace(POST, media=(wrong,))))
    assert isinstance(error, Rejected)
    assert "100/1366046" in error.detail
    assert not play.shown()


def at_request(play: Play, index: int, fault: Fault) -> Callable[[str], Fault | None]:
    return lambda call: fault if len(play.drawn) - 1 == index else None


def deliver(play: Play, post: Post, *, is_unknown: bool = False) -> Receipt:
    """Do as the engine does until the post is known to be out."""
    for _ in range(50):
        try:
            found = play.find(post) if is_unknown else play.publish(post)
        except Rejected as e:
            raise AssertionError(e.detail) from e
        except PublishError as e:
            is_unknown = is_unknown or isinstance(e, OutcomeUnknown)
            play.wait(max(30.0, (e.retry_after or timedelta(0)).total_seconds()))
            recover(play.case, play)
            continue
        if found is not None:
            return found
        is_unknown = False
    raise AssertionError("never known")
