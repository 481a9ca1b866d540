"""LinkedIn for a member: the conformance kit holds, but for looking, as nobody may read what a member posted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.contract import AuthFailed, NotSent, NotYet, OutcomeUnknown, PictureRefused, Receipt, Rejected, Withdrawn
from adapters.emulators.linkedin import LinkedInNetwork
from adapters.linkedin_posts import is_taking_in
from tests.contract import test_conformance as kit
from tests.contract import test_conformance_faults as faults
from tests.contract import test_conformance_pictures as pictures
from tests.contract.cases import POST, case
from tests.contract.pictures import picture
from tests.contract.play import Case, Play
from tests.contract.test_conformance import ready

CASE = replace(case("linkedin"), settings={"author": "urn:li:person:demoMember0"}, tells=frozenset({"name", "avatar"}))
PHOTO = replace(CASE, form="photo", post=replace(POST, media=(picture(),)))
LOST = ("accept_then_drop", "accept_then_500", "slow")

_CHECKS: tuple[Callable[[Case], object], ...] = (
    kit.test_publish_leaves_one_post_with_the_words_marks_link_and_card_of_the_post,
    kit.test_nothing_is_visible_before_the_intent_returned,
    lambda case: kit.test_an_intent_that_raises_leaves_nothing_and_passes(case, Withdrawn("no")),
    kit.test_a_try_is_one_visible_request_and_one_intent,
    kit.test_each_request_received_is_the_part_of_its_name,
    kit.test_a_repeated_key_is_one_post_where_the_network_promises_it,
    kit.test_another_delivery_of_the_same_words_is_another_post,
    kit.test_a_second_try_sends_the_same_and_repeats_no_stored_step,
    kit.test_a_post_changed_in_place_shows_the_new_words_and_keeps_its_receipt,
    kit.test_deleting_twice_is_fine,
    kit.test_verify_and_limits_name_the_account_and_post_nothing,
    faults.test_cancelling_is_not_swallowed,
)


@pytest.mark.parametrize("check", _CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("form", [CASE, PHOTO], ids=["words", "photo"])
def test_a_member_s_posts_pass_the_kit(check: Callable[[Case], object], form: Case) -> None:
    check(form)


def test_a_member_s_pictures_reach_readers_and_the_worst_is_told() -> None:
    pictures.test_pictures_reach_readers_whole_and_described(PHOTO)
    faults.test_every_fault_at_every_request_ends_in_one_of_the_five_and_tells_the_truth(PHOTO, "publish")


def undecided(play: Play) -> str:
    error = play.error_of(lambda: play.find(play.case.post))
    assert isinstance(error, OutcomeUnknown)
    return error.detail


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_is_for_a_person_and_sending_again_finds_the_post(fault: Any) -> None:
    play = ready(CASE)
    play.lose(CASE.post, fault)
    ours = play.shown()[0].id
    play.wait(400)
    before = len(play.ledger)
    assert "look at the profile" in undecided(play)
    assert len(play.ledger) == before, "LinkedIn is not even asked"
    assert play.publish(CASE.post) == Receipt(ours, f"https://www.linkedin.com/feed/update/{ours}/", mark=ours)
    assert len(play.shown()) == 1


def test_a_call_that_arrives_late_makes_no_second_post_when_a_person_has_it_sent_again() -> None:
    play = ready(CASE)
    play.world.late = 120
    play.lose(CASE.post, "accept_late")
    play.wait(200)
    found = play.publish(CASE.post)
    assert [shown.id for shown in play.shown()] == [found.id]


def test_words_a_person_had_posted_before_are_not_taken_for_ours() -> None:
    play = ready(CASE)
    play.network.editor_posts(play.place, CASE.post.text)
    play.wait(7200)
    refused = play.error_of(lambda: play.publish(CASE.post))
    assert isinstance(refused, Rejected)
    assert f"https://www.linkedin.com/feed/update/{play.shown()[0].id}/" in str(refused)
    play.lose(CASE.post, "html_error")
    doubtful = play.error_of(lambda: play.publish(CASE.post))
    assert isinstance(doubtful, OutcomeUnknown)
    assert "a repetition of a post that is not this one" in str(doubtful)


def test_a_number_that_tells_no_moment_is_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    play = ready(CASE)
    monkeypatch.setattr(LinkedInNetwork, "_urn", lambda self: "urn:li:ugcPost:77")
    play.lose(CASE.post)
    error = play.error_of(lambda: play.publish(CASE.post))
    assert isinstance(error, OutcomeUnknown)
    assert "nobody can tell where" in str(error)


def test_a_token_of_somebody_else_is_told_with_the_setting_that_is_right() -> None:
    play = Play(replace(CASE, settings={"author": "urn:li:person:somebody"}))
    error = play.error_of(lambda: play.do(lambda a: a.verify()))
    assert isinstance(error, AuthFailed)
    assert "set `author: urn:li:person:demoMember0`" in str(error)


def test_the_moment_of_a_token_s_end_comes_with_the_session() -> None:
    play = Play(CASE)
    assert isinstance(play.account.expires_at, datetime)
    assert play.account.expires_at - play.now == timedelta(days=60)


def in_the_works() -> Play:
    play = ready(PHOTO)
    assert isinstance(play.network, LinkedInNetwork)
    play.network.slowness = timedelta(seconds=40)
    return play


def test_a_picture_that_is_still_taken_in_is_waited_for_where_nobody_may_ask() -> None:
    play = in_the_works()
    for waits in (15, 15, 30):
        error = play.error_of(lambda: play.publish(PHOTO.post))
        assert isinstance(error, NotYet)
        assert (error.retry_after, "is PROCESSING" in error.detail) == (timedelta(seconds=waits), True)
        assert not play.shown()
        play.wait(15)
    play.publish(PHOTO.post)
    assert len(play.shown()) == 1
    assert [entry.call for entry in play.ledger].count("upload") == 1


def for_ever() -> Play:
    play = in_the_works()
    play.network.slowness = timedelta(days=9)  # type: ignore[attr-defined] # of LinkedIn's
    return play


def waited_out(play: Play) -> int:
    """Try as often as the adapter asks, to what comes of it; tell how often."""
    for tries in range(1, 100):
        error = play.error_of(lambda: play.publish(PHOTO.post))
        if not isinstance(error, NotYet):
            assert type(error) is NotSent
            return tries
        assert error.retry_after
        play.wait(error.retry_after.total_seconds())
    raise AssertionError("it never ends")


def test_waiting_for_a_picture_uses_up_little_of_the_day_s_calls() -> None:
    assert waited_out(for_ever()) <= 12


def test_a_picture_that_is_taken_in_for_an_hour_is_uploaded_anew_and_then_refused() -> None:
    play = for_ever()
    waited_out(play)
    assert type(play.error_of(lambda: play.publish(PHOTO.post))) is NotYet, "the new one has its time too"
    play.wait(3600)
    assert type(play.error_of(lambda: play.publish(PHOTO.post))) is PictureRefused
    assert not play.shown()


def test_the_picture_that_was_uploaded_anew_has_its_time() -> None:
    play = for_ever()
    waited_out(play)
    play.network.slowness = timedelta(seconds=40)  # type: ignore[attr-defined] # of LinkedIn's
    assert type(play.error_of(lambda: play.publish(PHOTO.post))) is NotYet
    play.wait(45)
    play.publish(PHOTO.post)
    [shown] = play.shown()
    assert shown.media


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("MEDIA_NOT_AVAILABLE urn:li:image:1 is PROCESSING", True),
        ("media processing", True),
        ("urn:li:image:1 is WAITING_UPLOAD", True),
        ("Image urn:li:image:1 is still being processed", True),
        ("urn:li:image:1 is PROCESSING_FAILED", False),
        ("An error occurred while processing your request", False),
        ("Exception while processing the request: INVALID_URN", False),
        ("Processing of media urn:li:image:1 has failed", False),
        ("Image processing error for urn:li:image:1", False),
    ],
)
def test_only_what_says_so_is_still_taken_in(said: str, waits: bool) -> None:
    assert is_taking_in(Rejected(said)) is waits
