"""Every verb of a person in every state: what it does, and the sentence it answers with where it does not fit."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import Rejected
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.audit.rows import Action
from bot.model import Flags, Reason, State
from bot.store import audit
from bot.store.housekeeping import expire
from tests.unit.engine import NOW, ONE, Desk, Plain, article, minutes

MANNERED = replace(ONE, approval="always")
STATES = {
    "due": (State.DUE, Reason.PLANNED),
    "sending": (State.SENDING, Reason.INTENT),
    "unknown": (State.UNKNOWN, Reason.LOST_ANSWER),
    "done": (State.DONE, Reason.SENT),
    "approval": (State.HELD, Reason.APPROVAL),
    "refused": (State.HELD, Reason.REFUSED),
    "undecidable": (State.HELD, Reason.UNDECIDABLE),
    "skipped": (State.SKIPPED, Reason.TOO_OLD),
    "expired": (State.EXPIRED, Reason.EXPIRED),
    "cancelled": (State.CANCELLED, Reason.CANCELLED),
}
# verb -> state -> how it stands then, or a piece of the answer
TABLE = {
    "approve": {"approval": "due approved"} | dict.fromkeys(STATES.keys() - {"approval"}, "does not wait for approval"),
    "reject": {"approval": "cancelled rejected"}
    | dict.fromkeys(STATES.keys() - {"approval"}, "does not wait for approval"),
    "undo": dict.fromkeys(STATES.keys(), "has no approval to take back: it is") | {"undecidable": "then `resolve 1`"},
    "move": {
        "due": "due moved",
        "approval": "held approval",
        "refused": "held refused",
        "sending": "may already be out, so it cannot be moved",
        "unknown": "may already be out, so it cannot be moved",
        "undecidable": "look, then `resolve 1`",
    }
    | dict.fromkeys(("done", "skipped", "expired", "cancelled"), "cannot be moved: it is"),
    "hold": {"due": "held by_person", "sending": "sending intent", "unknown": "unknown lost_answer"}
    | dict.fromkeys(STATES.keys() - {"due", "sending", "unknown"}, "cannot be held: it is"),
    "release": {
        "refused": "due released",
        "skipped": "due released",
        "expired": "due released",
        "approval": "waits for approval: `approve 1`",
        "undecidable": "nobody knows whether delivery 1 is out: look, then `resolve 1`",
    }
    | dict.fromkeys(("due", "sending", "unknown", "done", "cancelled"), "there is nothing to release"),
    "cancel": {
        "sending": "sending intent",
        "unknown": "unknown lost_answer",
        "undecidable": "look, then `resolve 1`",
        "done": "cannot be cancelled: it is done",
        "cancelled": "cannot be cancelled: it is cancelled",
    }
    | dict.fromkeys(("due", "approval", "refused", "skipped", "expired"), "cancelled cancelled"),
    "resolve_sent": {"unknown": "done resolved_sent", "undecidable": "done resolved_sent"}
    | dict.fromkeys(STATES.keys() - {"unknown", "undecidable"}, "is known: it is"),
    "resolve_not": {"unknown": "due resolved_absent", "undecidable": "due resolved_absent"}
    | dict.fromkeys(STATES.keys() - {"unknown", "undecidable"}, "is known: it is"),
    "edit": {
        "due": "due planned",
        "approval": "held approval",
        "refused": "held refused",
        "sending": "may already be out; when it is, `edit-post 1` changes it",
        "unknown": "may already be out; when it is, `edit-post 1` changes it",
        "undecidable": "look, then `resolve 1`",
    }
    | dict.fromkeys(("done", "skipped", "expired", "cancelled"), "cannot be edited: it is"),
    "edit_post": dict.fromkeys(STATES.keys(), "is not out: it is"),
    "delete_post": dict.fromkeys(STATES.keys(), "is not out: it is"),
}
CALLS = {
    "reject": lambda room: verbs.reject(room, 1, "We had this yesterday."),
    "move": lambda room: verbs.move(room, 1, NOW + minutes(90)),
    "resolve_sent": lambda room: verbs.resolve(room, 1, sent="https://fake.example/1"),
    "resolve_not": lambda room: verbs.resolve(room, 1, sent=None),
    "edit": lambda room: verbs.edit(room, 1, "By hand."),
    "edit_post": lambda room: verbs.edit_post(room, 1, "By hand."),
}


def desk_in(tmp_path, state, *channels, **more):
    desk = Desk(tmp_path, *channels, **more)
    desk.poll(article())
    desk.change(1, state=STATES[state][0], reason=STATES[state][1])
    return desk


ALL = [(verb, state, TABLE[verb][state]) for verb in TABLE for state in STATES]
FITS = [each for each in ALL if len(each[2].split()) == 2]


def call(room, verb):
    return CALLS.get(verb, lambda room: getattr(verbs, verb)(room, 1))(room)


@pytest.mark.parametrize(("verb", "state", "stands"), FITS)
def test_a_verb_that_fits_is_one_row_in_the_log(tmp_path, verb, state, stands):
    desk = desk_in(tmp_path, state)
    rows = len(desk.log())
    desk.act(call(desk.room(), verb))
    assert " ".join(desk.stands()) == stands
    (told, *alerts) = desk.log()[rows:]
    assert told["actor"] == "cli:aigul"
    assert all(row["action"].startswith("alert.") for row in alerts)


@pytest.mark.parametrize(("verb", "state", "answer"), [each for each in ALL if each not in FITS])
def test_a_verb_that_does_not_fit_says_why_and_leaves_no_trace(tmp_path, verb, state, answer):
    desk = desk_in(tmp_path, state)
    rows = len(desk.log())
    with pytest.raises(RefusedVerb) as refused:
        desk.act(call(desk.room(), verb))
    assert answer in str(refused.value)
    assert len(desk.log()) == rows


def test_approval_freezes_exactly_what_is_sent(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article())
    approved = desk.act(verbs.approve(desk.room(), 1))
    desk.poll(article(tags=("ports",)))
    desk.turn()
    assert desk.wire.shown == [approved.post.text]
    assert desk.delivery().template == "fake@1"


def test_what_was_approved_before_a_change_is_asked_again(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article())
    for change, why in (
        (lambda: desk.poll(article(title="Port 1 wins a loan of 900 million")), "the article changed"),
        (lambda: desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=True)), "somebody marked the story"),
        (lambda: desk.act(verbs.edit(desk.room(), 1, "By hand.")), "the words were changed"),
    ):
        desk.act(verbs.approve(desk.room(), 1))
        change()
        assert desk.stands() == ("held", "approval")
        assert not desk.turn()
        assert desk.why().startswith(f"Waits for approval ({why} after approval): `approve 1`")
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.wire.shown == ["By hand."]


def test_an_approval_dies_also_after_a_failed_try(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    desk.change(1, reason=Reason.BACKOFF)
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    assert desk.stands() == ("held", "approval")


@pytest.mark.parametrize("verb", ["hold", "edit", "move", "cancel"])
def test_what_is_out_is_refused_with_the_verbs_that_do_change_it(tmp_path, verb):
    desk = Desk(tmp_path)
    desk.publish(article())
    with pytest.raises(RefusedVerb) as refused:
        desk.act(call(desk.room(), verb))
    assert str(refused.value).endswith(
        "it is out; `edit-post 1 TEXT` changes it if its network can, `delete-post 1` takes it down"
    )


@pytest.mark.parametrize("state", ["refused", "skipped", "expired"])
def test_a_release_on_a_channel_that_asks_for_approval_asks_for_it(tmp_path, state):
    desk = desk_in(tmp_path, state, MANNERED)
    desk.act(verbs.release(desk.room(), 1))
    assert desk.stands() == ("held", "approval")


def test_a_release_of_an_approved_post_needs_no_second_approval(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    desk.act(verbs.hold(desk.room(), 1))
    desk.act(verbs.release(desk.room(), 1))
    assert desk.stands() == ("due", "released")


def test_a_release_forgives_tries_and_gives_new_time(tmp_path):
    desk = desk_in(tmp_path, "expired")
    desk.change(1, tries=8, expires_at=NOW)
    desk.go(minutes(30))
    released = desk.act(verbs.release(desk.room(), 1))
    assert (released.tries, released.expires_at) == (0, NOW + minutes(30) + ONE.expiry)
    assert desk.why() == "Was released by aigul and goes out now."


def test_what_was_released_after_its_article_changed_says_what_the_article_says_now(tmp_path):
    desk = Desk(tmp_path, replace(ONE, approval="always"))
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    desk.go(ONE.expiry)
    desk.ask(expire, desk.clock.now(), listed=desk.channels)
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    desk.act(verbs.release(desk.room(), 1))
    assert desk.stands() == ("held", "approval")
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.wire.shown[0].startswith("Port 1 wins a loan of 900 million")
    assert desk.alerts() == [], "it says what the article says"


@pytest.mark.parametrize(("is_approved", "verb"), [(False, "release"), (True, "approve")])
def test_the_sentence_of_a_refused_post_names_the_verb_that_lets_other_words_go(tmp_path, is_approved, verb):
    desk = Desk(tmp_path, replace(ONE, approval="always" if is_approved else "never"))
    desk.poll(article())
    if is_approved:
        desk.act(verbs.approve(desk.room(), 1))
    desk.wire.say("publish", Rejected("too long"))
    desk.turn()
    assert f"change it (`edit 1 TEXT`) and `{verb} 1`" in desk.why()
    desk.act(verbs.edit(desk.room(), 1, "Shorter."))
    assert desk.act(getattr(verbs, verb)(desk.room(), 1)).state is State.DUE


def test_of_two_editors_at_once_the_second_is_told(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article())
    room = desk.room("cli:bolat")
    real = room.store.write

    async def slow(ask, *args, **named):
        if ask.__name__ in ("approve", "edit"):
            desk.change(1, digest="somebody was here")
        return await real(ask, *args, **named)

    room.store.write = slow
    for verb in (verbs.approve(room, 1), verbs.edit(room, 1, "Mine.")):
        with pytest.raises(RefusedVerb, match="changed a moment ago: look at it again"):
            desk.act(verb)


def test_not_sent_goes_out_again_under_the_same_key(tmp_path):
    desk = desk_in(tmp_path, "undecidable")
    key = desk.delivery().key
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    desk.turn()
    assert desk.wire.keys == [key]


@pytest.mark.parametrize("sent", ["", "12345", "t.me/one/5"])
def test_an_address_is_an_address(tmp_path, sent):
    desk = desk_in(tmp_path, "undecidable")
    with pytest.raises(RefusedVerb, match="begins with https://"):
        desk.act(verbs.resolve(desk.room(), 1, sent=sent))


def test_a_mark_leaves_a_waiting_change_of_what_is_out_alone(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    desk.act(verbs.edit_post(desk.room(), 1, "By hand."))
    desk.act(verbs.approve(desk.room(), 2))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=True))
    desk.turn()
    assert desk.wire.shown == ["By hand."]


def test_a_failed_removal_can_be_released_on_a_channel_that_asks_for_approval(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    desk.act(verbs.delete_post(desk.room(), 1))
    desk.change(2, state=State.HELD, reason=Reason.GAVE_UP)
    desk.act(verbs.release(desk.room(), 2))
    assert desk.stands(2) == ("due", "released")


def test_what_a_person_found_by_hand_is_changed_by_hand(tmp_path):
    desk = desk_in(tmp_path, "undecidable")
    desk.act(verbs.resolve(desk.room(), 1, sent="https://fake.example/1"))
    with pytest.raises(RefusedVerb, match="change it there by hand"):
        desk.act(verbs.delete_post(desk.room(), 1))


def test_what_a_network_cannot_do_is_said_before_anything_is_planned(tmp_path):
    desk = desk_in(tmp_path, "done", kind=Plain)
    with pytest.raises(RefusedVerb, match="Fake cannot change a post that is out; `delete-post 1` takes it down"):
        desk.act(verbs.edit_post(desk.room(), 1, "By hand."))
    with pytest.raises(RefusedVerb, match="Fake lets no program take a post down: do it there by hand"):
        desk.act(verbs.delete_post(desk.room(), 1))


@pytest.mark.parametrize(
    ("text", "said"), [("  ", "the text is empty"), ("x" * 301, "the text is too long for Fake: 301 of 300")]
)
def test_words_a_network_would_refuse_are_refused_here(tmp_path, text, said):
    desk = desk_in(tmp_path, "due")
    with pytest.raises(RefusedVerb, match=said):
        desk.act(verbs.edit(desk.room(), 1, text))


def test_what_cannot_be_composed_can_be_written_by_hand_and_not_approved(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article(title=""))
    with pytest.raises(RefusedVerb, match="the post cannot be written: the article has no title"):
        desk.act(verbs.approve(desk.room(), 1))
    desk.act(verbs.edit(desk.room(), 1, "Short enough."))
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.wire.shown == ["Short enough."]


def test_words_by_hand_are_taken_as_they_are_except_for_signs_nobody_types(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(verbs.edit(desk.room(), 1, "WOW!!! Who pays?.. “Read more"))
    with pytest.raises(RefusedVerb, match="something of a program is left in it"):
        desk.act(verbs.edit(desk.room(), 1, "Grain&nbsp;rises."))


def test_a_delivery_nobody_knows_is_named(tmp_path):
    desk = Desk(tmp_path)
    for verb in (verbs.approve(desk.room(), 9), verbs.hold(desk.room(), 9)):
        with pytest.raises(RefusedVerb, match="there is no delivery 9"):
            desk.act(verb)


def test_flags_are_said_once_and_kept(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    story = desk.delivery().story
    desk.act(newsroom.mark(desk.room(), story, correction=" wrong bank ", text=("fake", "One.")))
    said = {"solemn": True, "is_still_valid": True}
    flags = desk.act(newsroom.mark(desk.room(), story, text=("other", "Two."), **said))
    assert flags == Flags(
        correction="wrong bank",
        is_solemn=True,
        still_valid_until=NOW + newsroom.STILL_VALID,
        wrong_until=1,
        texts=(("fake", "One."), ("other", "Two.")),
        authors=(("correction", "cli:aigul"), ("fake", "cli:aigul"), ("other", "cli:aigul")),
    )
    said = [
        json.loads(told.row)["said"]
        for told in desk.ask(lambda db: list(audit.read(db)))
        if told.action is Action.STORY_MARKED
    ]
    assert said == [
        "text for fake: One.; corrected: wrong bank",
        "text for other: Two.; solemn; still valid for 90 days",
    ]
    for wrong, said in ((story, "say what to mark"), ("nothing", "there is no story nothing")):
        with pytest.raises(RefusedVerb, match=said):
            desk.act(newsroom.mark(desk.room(), wrong, solemn=None if wrong == story else True))


def test_a_story_of_months_ago_is_released_only_on_a_persons_word_that_it_still_holds(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(published=NOW - timedelta(days=200)))
    assert desk.stands(1) == ("skipped", "too_old")
    with pytest.raises(RefusedVerb, match=r"this story is from .* 2026: if it still holds, `mark .* --still-valid`"):
        desk.act(verbs.release(desk.room(), 1))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, is_still_valid=True))
    assert desk.act(verbs.release(desk.room(), 1)).state is State.DUE


@pytest.mark.parametrize(("grace", "embargo"), [(5, 0), (0, 60)])
def test_a_breaking_mark_ends_grace_and_never_an_embargo(tmp_path, grace, embargo):
    desk = Desk(tmp_path, replace(ONE, grace=minutes(grace)))
    desk.poll(article(published=NOW + minutes(embargo)))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, breaking_for=minutes(60)))
    found = desk.delivery()
    assert (found.is_breaking, found.due_at) == (True, NOW + minutes(embargo))
    assert ("Is breaking news and goes out now" in desk.why()) is (grace == 5)


def test_breaking_overtakes_and_skips_the_gap(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(article(3), article(2), article(1))
    desk.act(newsroom.mark(desk.room(), desk.delivery(3).story, breaking_for=minutes(60)))
    desk.turn()
    assert [text.split()[1] for text in desk.wire.shown] == ["1", "3"]


def test_a_pause_ends_by_itself_or_by_a_person_and_says_whose_it_is(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    room = desk.room()
    assert desk.act(newsroom.pause(room, "all", until=NOW + minutes(30))) == ["one"]
    assert "after the pause of this channel (by aigul, until 14:30)" in desk.why()
    assert not desk.turn()
    assert desk.row().wake_at == NOW + minutes(30)
    desk.go(minutes(30))
    assert desk.turn()
    with pytest.raises(RefusedVerb, match="there is no channel two; there are one"):
        desk.act(newsroom.pause(room, "two"))
