"""What goes wrong with containers on the way to a post: it is there once in the end, or an editor reads why not."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest

from adapters.contract import (
    AuthFailed,
    Media,
    NotFetched,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    Receipt,
    Scope,
)
from adapters.emulators.containers import Shelf
from adapters.emulators.kit import Upload
from tests.contract.cases import WITH_PICTURES
from tests.contract.pictures import served
from tests.contract.play import Play
from tests.contract.test_conformance import only_shown, pictures_in, pictures_of, ready
from tests.contract.test_conformance_faults import look_until_known

PHOTOS = {each.name: each for each in WITH_PICTURES if each.form == "photo" and each.adapter.spec.fetches}
PASSING = {"threads": "UNKNOWN", "instagram": "Error: 2207053 unknown upload error"}
_FILM = b"\0\0\0\x18ftypisom" + b"\0" * 42
FILM = Media(
    hashlib.sha256(_FILM).hexdigest(),
    "video/mp4",
    len(_FILM),
    1080,
    1920,
    15.0,
    url="https://c.example/film.mp4",
    open=partial(BytesIO, _FILM),
)


@pytest.fixture(params=[name for name in PHOTOS if name in ("instagram", "threads")])
def play(request: pytest.FixtureRequest) -> Iterator[Play]:
    return ready(PHOTOS[request.param])


def shelf(play: Play) -> Shelf:
    found: Shelf = play.network.shelf  # type: ignore[attr-defined] # of these two networks
    return found


def refused(play: Play) -> Any:
    return play.error_of(lambda: play.publish(play.case.post))


def made(play: Play) -> int:
    return len([entry for entry in play.ledger if entry.call == "container"])


def test_a_container_that_takes_longer_is_looked_at_by_later_tries_and_made_once(play: Play) -> None:
    shelf(play).slow = timedelta(seconds=35)
    error = refused(play)
    assert (type(error), error.retry_after) == (NotYet, timedelta(seconds=10))
    assert (play.now - play.asked.first).total_seconds() <= 10
    assert not play.visible()
    play.wait(10)
    assert isinstance(refused(play), NotYet)
    play.wait(10)
    play.publish(play.case.post)
    assert made(play) == len(play.shown()) == 1


def test_a_container_that_never_finishes_is_given_up_after_an_hour(play: Play) -> None:
    shelf(play).slow = timedelta(days=9)
    assert isinstance(refused(play), NotYet)
    play.wait(3600)
    error = refused(play)
    assert isinstance(error, NotSent)
    assert "did not make it ready within an hour" in str(error)
    shelf(play).slow = timedelta(0)
    play.publish(play.case.post)
    assert (made(play), len(play.shown())) == (2, 1)


@pytest.mark.parametrize("why", ["INVALID_ASPEC_RATIO", "Error: Media upload has failed with error code 2207026"])
def test_a_picture_that_fails_there_is_told_in_the_networks_words(play: Play, why: str) -> None:
    shelf(play).fails = [why]
    error = refused(play)
    assert isinstance(error, PictureRefused)
    assert why in str(error)
    play.publish(play.case.post)
    assert made(play) == 2


def test_what_may_pass_is_tried_twice(play: Play) -> None:
    shelf(play).fails = [PASSING[play.case.name]] * 2
    assert type(refused(play)) is NotSent
    assert isinstance(refused(play), PictureRefused)
    assert made(play) == 2
    assert not play.visible()


def test_a_file_that_cannot_be_fetched_is_asked_for_three_times_in_each_of_two_tries(play: Play) -> None:
    play.world.fetch = lambda url: None
    first, second = refused(play), refused(play)
    assert (type(first).__name__, type(second)) == ("NotFetched", PictureRefused)
    assert not first.is_outage
    assert made(play) == 6
    play.world.fetch = served
    shelf(play).fails_fetching = 2
    play.memo = type(play.memo)()
    play.publish(play.case.post)
    assert pictures_of(only_shown(play)) == pictures_in(play.case)


def test_a_file_that_could_not_be_fetched_is_given_as_many_tries_at_its_next_address(play: Play) -> None:
    play.world.fetch = lambda url: None
    (picture,) = play.case.post.media
    elsewhere = replace(play.case.post, media=(replace(picture, url="https://media.example/ours.jpg"),))
    posts = (play.case.post, elsewhere, elsewhere)
    errors = [type(play.error_of(partial(play.publish, each))) for each in posts]
    assert errors == [NotFetched, NotFetched, PictureRefused]


@pytest.mark.parametrize("why", ["FAILED_DOWNLOADING_VIDEO", "Error: Media download timed out 2207003"])
def test_a_container_that_failed_for_its_address_says_so(play: Play, why: str) -> None:
    if not any(each in why for each in {"threads": ["FAILED"], "instagram": ["2207"]}[play.case.name]):
        pytest.skip("another network's words")
    shelf(play).fails = [why]
    assert type(refused(play)) is NotFetched


def test_a_picture_without_a_public_address_is_named_before_anything_is_sent(play: Play) -> None:
    play.ledger.clear()
    (picture,) = play.case.post.media
    error = play.error_of(lambda: play.publish(replace(play.case.post, media=(replace(picture, url=""),))))
    assert type(error) is NotSent
    assert f"{picture.sha256} has no public address" in str(error)
    assert not made(play)


def test_a_container_that_is_not_found_is_asked_for_again_and_made_anew_after_the_third_no(play: Play) -> None:
    """Code 24/4279009: 210 of 584 failures of another program (sheet of Threads, 4)."""
    shelf(play).not_found_first = 2
    for _ in range(2):
        error = refused(play)
        assert (type(error), error.retry_after) == (NotYet, timedelta(seconds=20))
        play.wait(20)
    play.publish(play.case.post)
    assert (made(play), len(play.shown())) == (1, 1)
    play.memo = kept(play)
    shelf(play).not_found_first = 3
    assert [type(refused(play)) for _ in range(3)] == [NotYet, NotYet, NotSent]
    play.publish(play.case.post)
    assert (made(play), len(play.shown())) == (3, 2)


def test_before_a_container_is_given_up_the_list_is_asked_for_the_post(play: Play) -> None:
    play.lose(play.case.post)
    shelf(play).containers[json_id(play)].post = ""  # it says FINISHED, although its post is out
    shelf(play).not_found_first = 3
    assert [type(refused(play)) for _ in range(2)] == [NotYet, NotYet]
    found = play.publish(play.case.post)
    assert [each.id for each in play.shown()] == [found.id]


@pytest.mark.parametrize("spam", ["though it is out", "and it is not out"])
def test_a_call_that_is_named_spam_is_looked_up_and_the_account_left_alone(play: Play, spam: Any) -> None:
    """Others retried here, and had two posts: https://github.com/gitroomhq/postiz-app/pull/1681."""
    shelf(play).spam = spam
    assert isinstance(refused(play), OutcomeUnknown)
    shelf(play).spam = ""
    found = look_until_known(play)
    assert (found is not None) is (spam == "though it is out")
    if found is None:
        error = refused(play)
        assert (type(error), error.scope) == (NotYet, Scope.ACCOUNT)
        assert timedelta(minutes=50) < error.retry_after <= timedelta(hours=1)
        play.wait(3600)
        found = play.publish(play.case.post)
    assert [each.id for each in play.shown()] == [found.id]


def test_a_container_that_cannot_be_read_says_nothing_about_the_post(play: Play) -> None:
    play.lose(play.case.post)
    shelf(play).hides = True
    play.wait(160)
    assert play.find(play.case.post) is not None
    play.network.remove(play.place, only_shown(play).id)
    shelf(play).posts.clear()
    assert isinstance(play.error_of(lambda: play.find(play.case.post)), NotYet)


def test_a_post_that_came_into_the_list_between_two_looks_at_it_is_found(play: Play) -> None:
    play.lose(play.case.post)
    looks = iter(["lag"])
    play.draw = lambda call: next(looks, None) if call.endswith(".list") else None
    found = play.find(play.case.post)
    assert found is not None
    assert (found.id, list(looks)) == (only_shown(play).id, [])


def test_the_same_words_from_long_before_are_for_a_person_and_never_taken_for_ours(play: Play) -> None:
    play.publish(play.case.post)
    play.memo = type(play.memo)(lambda: play.now)  # nobody accounted for it
    play.wait(3 * 3600)
    play.lose(play.case.post, "html_error")
    shelf(play).containers[json_id(play)].post = "elsewhere"
    error = play.error_of(lambda: play.find(play.case.post))
    assert type(error) is OutcomeUnknown
    assert "from before we sent ours" in str(error)


def test_a_post_that_is_accounted_for_is_not_taken_for_another_of_the_same_words(play: Play) -> None:
    first = play.publish(play.case.post)
    play.memo = kept(play)
    play.lose(play.case.post, "html_error")
    shelf(play).containers[json_id(play)].post = "elsewhere"  # it says that it is out, and the list lags
    assert isinstance(play.error_of(lambda: play.find(play.case.post)), NotYet)
    assert first.id in str(play.memo.read("channel:last_mark"))


def kept(play: Play) -> Any:
    memo = type(play.memo)(lambda: play.now)
    memo.known = {name: value for name, value in play.memo.known.items() if name.startswith("channel:")}
    return memo


def json_id(play: Play) -> str:
    return str(play.memo.read("container")).strip('"')


def test_a_no_that_came_after_the_post_went_out_is_seen_through(play: Play) -> None:
    """The engine looks first; whoever does not, asks twice and learns it from the container."""
    play.lose(play.case.post)
    found = play.publish(play.case.post)
    assert [each.id for each in play.shown()] == [found.id]
    assert len(play.visible()) == 2


def test_a_post_is_out_although_its_address_cannot_be_read(play: Play) -> None:
    play.draw = lambda call: "html_error" if play.shown() else None
    out = play.publish(play.case.post)
    assert out == Receipt(only_shown(play).id, None, mark=out.id)


def test_a_blocked_account_stops_its_channel(play: Play) -> None:
    shelf(play).blocked = True
    error = refused(play)
    assert (type(error), error.scope) == (AuthFailed, Scope.CHANNEL)
    assert "a person must look" in str(error)


def test_a_film_is_fetched_or_uploaded_and_published_as_one(play: Play) -> None:
    play.world.fetch = lambda url: Upload("film.mp4", "video/mp4", _FILM) if url == FILM.url else None
    shelf(play).slow = timedelta(seconds=8)
    play.publish(replace(play.case.post, media=(FILM,)))
    ((sha256, _),) = only_shown(play).media
    assert (sha256, play.world.files[sha256].content) == (FILM.sha256, _FILM)
    assert play.case.adapter.measure(replace(play.case.post, media=(FILM,)), play.case.adapter.spec.limits) == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"seconds": 0.5}, "film_seconds_missing"),
        ({"seconds": 900.5}, "film_seconds"),
        ({"mime": "video/webm"}, "film_format"),
        ({"size": 1_000_000_001}, "film_bytes"),
    ],
)
def test_a_film_the_network_would_refuse_is_told_beforehand(play: Play, changed: dict[str, Any], field: str) -> None:
    post = replace(play.case.post, media=(replace(FILM, **changed),))
    problems = play.case.adapter.measure(post, play.case.adapter.spec.limits)
    assert [each.field for each in problems] == [field]
    assert all(each.have > each.most for each in problems)


def test_a_container_that_ended_is_made_anew_only_where_it_became_no_post(play: Play) -> None:
    play.lose(play.case.post)
    (old,) = [each for each in shelf(play).containers.values() if each.post]
    old.post, old.at = "", old.at - timedelta(days=1)  # its state is all that is forgotten
    assert [play.publish(play.case.post).id] == [shown.id for shown in play.shown()]


def test_what_a_clock_noted_that_was_years_ahead_keeps_nobody_waiting(play: Play) -> None:
    ahead = (play.now + timedelta(days=700)).isoformat()
    play.memo.note("channel:restricted", f'"{ahead}"')
    play.memo.note("channel:used", f'{{"percent": 99, "at": "{ahead}", "wait": 600}}')
    play.publish(play.case.post)
    assert len(play.shown()) == 1


def failed_since(play: Play, fault: Any, why: str) -> None:
    """Get a container ready, let its publishing come to nothing, and the container fail an hour later."""
    play.only(play.visible_call(play.case.post), fault)
    assert type(refused(play)) is (NotSent if fault == "drop_before" else OutcomeUnknown)
    play.calm()
    play.wait(3600)
    (once_ready,) = shelf(play).containers.values()
    once_ready.failed = why
    if fault != "drop_before":
        assert play.find(play.case.post) is None
    assert isinstance(refused(play), NotYet), "it says that it is not ready: the next try looks why"
    play.wait(30)


@pytest.mark.parametrize("fault", ["drop_before", "html_error"])
def test_a_container_that_fails_an_hour_after_it_was_ready_is_made_anew_and_is_out_once(play: Play, fault: Any) -> None:
    failed_since(play, fault, PASSING[play.case.name])
    assert type(refused(play)) is NotSent
    assert [play.publish(play.case.post).id] == [shown.id for shown in play.shown()]
    assert made(play) == 2


def test_a_container_that_fails_for_good_after_it_was_ready_is_told_in_the_networks_words(play: Play) -> None:
    failed_since(play, "drop_before", "INVALID_ASPEC_RATIO")
    error = refused(play)
    assert isinstance(error, PictureRefused)
    assert "INVALID_ASPEC_RATIO" in str(error)
    assert not play.shown()
