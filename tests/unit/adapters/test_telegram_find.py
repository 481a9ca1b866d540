from datetime import timedelta

import httpx
import pytest

from adapters.contract import (
    Asked,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Receipt,
)
from adapters.telegram import Telegram
from tests.unit.adapters.kit import START, Clock, Memory, Slow, later
from tests.unit.adapters.telegram_chat import ASKED, LINK, POST, Chat, find, refused, tg

OURS = (POST.text, LINK, START)


def test_a_post_whose_answer_got_lost_is_found_behind_the_mark_and_the_copy_removed():
    editor = ("Another story", None, START)
    receipt, network = find(Chat({812: OURS, 813: editor, 815: OURS}))
    assert receipt == Receipt("815", "https://t.me/steppe/815", mark="815")
    assert network.calls().count("deleteMessage") == 2
    first = network.bodies("forwardMessage")[0]
    assert first == {"chat_id": -100999, "from_chat_id": -1001234, "message_id": 813, "disable_notification": True}


def test_what_is_found_in_the_chat_that_was_set_before_says_nothing_of_this_ones_numbers():
    memo = Memory(**{"channel:last_mark": "21", "channel:mark_chat": "-1007"})
    assert find(Chat({815: OURS}), memo)[0].id == "815"
    assert memo.read("channel:last_mark") == "21"


@pytest.mark.parametrize(
    "other",
    [
        ("Бюджет: what an editor wrote by hand", LINK, START),
        (POST.text, "https://other.example/", START),
        (POST.text, None, START),
        refused(400, "Bad Request: message can't be forwarded"),
    ],
    ids=range(4),
)
def test_what_an_editor_posted_is_not_taken_for_ours(other):
    found, _ = find(Chat({813: other}), at=later(minutes=5))
    assert found is None
    found, _ = find(Chat({813: other, 814: OURS}), at=later(minutes=5))
    assert found.id == "814"


@pytest.mark.parametrize("minutes", [-16, 16])
def test_our_words_at_another_time_are_neither_ours_nor_proof_of_absence(minutes):
    other = (POST.text, LINK, later(minutes=minutes))
    with pytest.raises(OutcomeUnknown, match="message 813"):
        find(Chat({813: other}), at=later(minutes=5))
    found, _ = find(Chat({813: other, 814: OURS}), at=later(minutes=5))
    assert found.id == "814"


def test_a_post_is_ours_whatever_telegram_did_to_its_spaces_and_address():
    sent = (" " + POST.text.replace("\n\n", "\n") + "\n", LINK.replace("steppe", "STEPPE") + "/", START)
    assert find(Chat({813: sent}))[0].id == "813"


def test_absence_is_proven_only_after_the_lag_and_ten_numbers_without_a_message():
    with pytest.raises(NotYet) as caught:
        find(Chat())
    assert caught.value.retry_after == Telegram.spec.find_lag
    late = later(seconds=1) + Telegram.spec.find_lag
    found, network = find(Chat({815: ("x", None, START)}), at=late)
    assert found is None
    assert [b["message_id"] for b in network.bodies("forwardMessage")] == list(range(813, 826))


def test_absence_is_reckoned_from_the_last_moment_the_call_can_have_left():
    asked = Asked(START, later(minutes=5), "812")
    with pytest.raises(NotYet):
        find(Chat(), asked=asked, at=later(minutes=6))


def test_many_posts_in_between_are_looked_at_in_portions():
    memo, posts = Memory(), dict.fromkeys(range(813, 850), ("x", None, START)) | {850: OURS}
    with pytest.raises(NotYet):
        find(Chat(posts), memo)
    receipt, network = find(Chat(posts), memo)
    assert receipt.id == "850"
    assert network.bodies("forwardMessage")[0]["message_id"] == 833


def bad(words):
    return {"forwardMessage": refused(400, f"Bad Request: {words}")}


@pytest.mark.parametrize(
    ("settings", "asked", "answers", "words"),
    [
        ({"scratch_chat": ""}, ASKED, {}, "set scratch_chat"),
        ({}, Asked(START, START, None), {}, "set newest_post"),
        ({}, Asked(START, START, "0"), {}, "set newest_post"),
        ({}, ASKED, bad("message has protected content and can't be forwarded"), "forbids"),
        ({}, ASKED, bad("chat not found"), "scratch chat"),
        ({}, ASKED, bad("CHANNEL_PRIVATE"), "scratch chat"),
        ({}, ASKED, bad("something new"), "something new"),
    ],
)  # fmt: skip
def test_where_it_cannot_be_known_a_sentence_says_why(settings, asked, answers, words):
    with pytest.raises(OutcomeUnknown, match=words):
        find(Chat(**answers), asked=asked, at=later(hours=1), **settings)


@pytest.mark.parametrize(
    "answer", [httpx.ReadTimeout("x"), refused(500, "Internal Server Error: restart"), httpx.Response(502)]
)
def test_a_look_that_failed_proves_nothing(answer):
    with pytest.raises(NotSent):
        find(Chat(forwardMessage=answer), at=later(hours=1))


def test_a_look_that_began_before_the_lag_was_over_proves_no_absence():
    clock = Clock(later(seconds=-1) + Telegram.spec.find_lag)
    look = lambda a: a.find(POST, key="k", memo=Memory(), asked=ASKED)  # noqa: E731
    with pytest.raises(NotYet) as caught:
        tg(Slow(Chat(), clock), look, clock=clock)
    assert caught.value.retry_after == timedelta(seconds=1)
