"""Facebook's other mode passes the conformance kit too, but for what the network itself refuses."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings

from adapters.contract import OutcomeUnknown, Post, Rejected, Withdrawn
from adapters.emulators.kit import Fault
from tests.contract import test_conformance as kit
from tests.contract import test_conformance_faults as faults
from tests.contract import test_conformance_histories as histories
from tests.contract import test_conformance_texts as texts
from tests.contract import test_facebook_mishaps as mishaps
from tests.contract.cases import FACEBOOK, POST, case, graph_refusal
from tests.contract.pictures import picture
from tests.contract.play import Case, Play, kind
from tests.contract.test_conformance import ready

_FLIPS = case("facebook")
WITH_PICTURE = replace(POST, media=(picture(),))
_OWN = (
    graph_refusal(100, "Rejected"),
    graph_refusal(100, "AuthFailed", "channel", subcode=33),
    graph_refusal(100, "NotSent", subcode=1609005),
    *(graph_refusal(100, "Rejected", subcode=n) for n in (1609008, 2061006, 1349125, 1366046)),
    graph_refusal(197, "Rejected"),
    graph_refusal(506, "Rejected"),
    graph_refusal(368, "Rejected", message="You've already posted this"),
    graph_refusal(100, "Rejected", subcode=1366051),
)
CASE = replace(_FLIPS, settings={"mode": "direct"}, refusals=FACEBOOK + _OWN)

_CHECKS: tuple[Callable[[Case], object], ...] = (
    kit.test_body_is_pure_and_can_be_written_as_json,
    kit.test_publish_leaves_one_post_with_the_words_marks_link_and_card_of_the_post,
    kit.test_a_link_the_words_do_not_show_reaches_readers_all_the_same,
    kit.test_nothing_is_visible_before_the_intent_returned,
    lambda case: kit.test_an_intent_that_raises_leaves_nothing_and_passes(case, Withdrawn("no")),
    kit.test_a_try_is_one_visible_request_and_one_intent,
    kit.test_the_intent_gets_the_whole_body_filled_in,
    kit.test_each_request_received_is_the_part_of_its_name,
    kit.test_a_repeated_key_is_one_post_where_the_network_promises_it,
    kit.test_a_post_changed_in_place_shows_the_new_words_and_keeps_its_receipt,
    kit.test_deleting_twice_is_fine,
    kit.test_secrets_a_network_says_back_are_not_repeated,
    faults.test_absence_is_proven_after_the_lag_and_not_before,
    faults.test_a_call_that_arrives_late_never_makes_a_second_post,
    faults.test_cancelling_is_not_swallowed,
    texts.test_any_words_are_posted_as_they_are_or_refused,
    texts.test_measure_counts_what_is_sent_and_not_only_what_is_written,
)


@pytest.mark.parametrize("check", _CHECKS, ids=lambda check: check.__name__)
def test_direct_mode_passes_the_kit(check: Callable[[Case], object]) -> None:
    check(CASE)


@pytest.mark.parametrize("refusal", CASE.refusals, ids=lambda r: f"{r.status}-{str(r.body)[:60]}-{r.error}")
def test_refusals_of_the_sheet_become_the_error_that_says_what_to_do(refusal: Any) -> None:
    kit.test_refusals_of_the_sheet_become_the_error_that_says_what_to_do(CASE, refusal)


@pytest.mark.parametrize("name", ["publish", "find", "edit", "delete"])
def test_every_fault_at_every_request_tells_the_truth(name: str) -> None:
    faults.test_every_fault_at_every_request_ends_in_one_of_the_five_and_tells_the_truth(CASE, name)


@pytest.mark.parametrize("fault", faults.LOST)
def test_a_lost_answer_is_found_again_among_other_posts(fault: Fault) -> None:
    faults.test_a_lost_answer_is_found_again_among_other_posts(CASE, fault)


@given(faults=histories._FAULTS)
@example(faults=[None, "accept_late"])
@example(faults=["accept_late", "accept_late", "token_revoked", "lag"])
@settings(max_examples=60, deadline=None)
def test_whatever_happens_there_is_one_post_in_the_end(faults: list[Fault | None]) -> None:
    play = ready(CASE)
    play.world.late = 120
    coming = iter(faults)
    play.draw = lambda call: next(coming, None)
    receipt = histories.deliver(play)
    play.calm()
    play.wait(3600)
    assert [s.id for s in play.shown()] == [receipt.id]


def test_the_same_words_again_by_another_delivery_are_refused_and_not_claimed() -> None:
    play = ready(CASE)
    play.publish(POST, key="one")
    play.memo = type(play.memo)()
    error = play.error_of(lambda: play.publish(POST, key="two"))
    assert isinstance(error, Rejected)
    assert "506" in error.detail
    assert len(play.shown()) == 1


def test_an_answer_lost_twice_ends_in_the_post_that_is_out() -> None:
    play = ready(CASE)
    assert kind(play.lose(POST)) == "OutcomeUnknown"
    (ours,) = play.shown()
    assert play.publish(POST).id == ours.id
    assert len(play.shown()) == 1


def test_a_duplicate_that_cannot_be_looked_up_may_be_ours() -> None:
    play = ready(CASE)
    play.lose(POST)
    play.only("publishedPosts", "html_error")
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)


def test_a_duplicate_that_is_not_on_the_page_is_doubted_once_and_then_refused() -> None:
    play = ready(CASE)
    play.network.editor_posts(play.place, POST.text)
    page = play.network.by_id[play.place]
    (by_hand,) = page.posts.values()
    page.posts = {by_hand.id: replace(by_hand, link=POST.card.url)}
    play.memo.note("channel:last_mark", json.dumps(by_hand.id))  # accounted for, as a story's earlier post is
    play.lose(POST, "html_error")
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    assert faults.look_until_known(play) is None
    assert isinstance(play.error_of(lambda: play.publish(POST)), Rejected)


def test_a_draft_of_the_other_mode_is_taken_away_before_the_post_goes_out() -> None:
    play = flipping_nothing()
    play.publish(POST)
    (page,) = play.network.by_id.values()
    assert [post.is_published for post in page.posts.values()] == [True]
    assert len(play.shown()) == 1


@pytest.mark.parametrize("flips", ["do nothing", "are refused"])
def test_pictures_of_a_draft_that_is_taken_away_are_uploaded_anew(flips: Any) -> None:
    play = flipping_nothing(WITH_PICTURE, flips)
    play.publish(WITH_PICTURE)
    (shown,) = play.shown()
    assert [sha256 for sha256, _ in shown.media] == [WITH_PICTURE.media[0].sha256]


@pytest.mark.parametrize("post", [POST, WITH_PICTURE], ids=["words", "picture"])
@pytest.mark.parametrize("fault", ["accept_then_drop", "drop_before", "html_error", "slow", "accept_late"])
@pytest.mark.parametrize("modes", [("draft_flip", "direct"), ("direct", "draft_flip")], ids=":".join)
def test_a_mode_changed_in_the_middle_of_a_post_ends_in_one_post(modes: Any, fault: Fault, post: Post) -> None:
    play = ready(replace(CASE, settings={"mode": modes[0]}))
    play.world.late = 120
    error = play.lose(post, fault)
    play.settings["mode"] = modes[1]
    mishaps.deliver(play, post, is_unknown=isinstance(error, OutcomeUnknown))
    play.wait(3600)
    assert len(play.shown()) == 1


def test_a_draft_of_the_other_mode_that_is_out_after_all_is_the_post() -> None:
    play = flipping_nothing()
    play.network.flips = "work"
    draft = play.memo.known["draft"].strip('"')
    path = f"/v26.0/{draft}"
    bearer = {"authorization": f"Bearer {play.credentials['token']}"}
    assert play.ask("POST", path, headers=bearer, json={"is_published": True}).status_code == 200
    assert play.publish(POST).id == draft
    assert [s.id for s in play.shown()] == [draft]


def flipping_nothing(post: Post = POST, flips: Any = "do nothing") -> Play:
    """Let a try end with a draft, then let somebody set the other mode."""
    play = ready(_FLIPS)
    play.network.flips = flips
    assert kind(play.error_of(lambda: play.publish(post))) == "AuthFailed"
    play.settings["mode"] = "direct"
    return play
