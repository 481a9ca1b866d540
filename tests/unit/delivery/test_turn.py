"""One turn on a channel: what is sent, what is stored, and what a person or a second worker may do meanwhile."""

from dataclasses import replace

import pytest

from adapters.contract import (
    AuthFailed,
    LeftToPerson,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Receipt,
    Rejected,
    Scope,
    Withdrawn,
)
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.model import Channel, Kind, Reason, State
from bot.store import people, turns, waking
from tests.unit.engine import NOW, ONE, Desk, Plain, article, minutes, seconds

LOST = OutcomeUnknown("read timeout")
MANNERED = replace(ONE, approval="always")


def opened(tmp_path, *channels, **more):
    desk = Desk(tmp_path, *channels, **more)
    desk.poll(article())
    return desk


def test_a_story_goes_out_once_and_says_what_its_article_says(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    assert desk.wire.shown == ["Port 1 wins a loan of 101 million\n\nhttps://courier.example/2026/11/port-1-wins"]
    assert desk.stands() == ("done", "sent")
    desk.poll(article())
    assert not desk.turn()
    assert len(desk.wire.shown) == 1


def test_every_transition_is_one_row_and_the_log_alone_tells_how_it_stands(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    told = [(row["action"], row["state"], row["reason"]) for row in desk.log(delivery=1)]
    assert told == [
        ("delivery.planned", "due", "planned"),
        ("delivery.intended", "sending", "intent"),
        ("delivery.moved", "done", "sent"),
    ]
    assert desk.log(delivery=1)[-1]["url"] == "https://fake.example/1"


@pytest.mark.parametrize(
    ("call", "raised", "stands", "counted", "shown"),
    [
        ("prepare", NotSent("dns"), ("due", "backoff"), 1, 0),
        ("publish", NotSent("503"), ("due", "backoff"), 1, 0),
        ("publish", NotYet("busy", retry_after=minutes(3)), ("due", "asked_to_wait"), 0, 0),
        ("publish", LOST, ("unknown", "lost_answer"), 0, 0),
        ("publish", AuthFailed("dead token", scope=Scope.ACCOUNT), ("due", "no_access"), 0, 0),
        ("publish", Rejected("too long"), ("held", "refused"), 0, 0),
        ("prepare", OutcomeUnknown("upload timed out"), ("due", "backoff"), 1, 0),
        ("prepare", LeftToPerson("an earlier film is kept private"), ("held", "unshown"), 0, 0),
        ("connect", OutcomeUnknown("sign-in timed out"), ("due", "backoff"), 1, 0),
        ("connect", Rejected("400 invalid_request"), ("due", "no_access"), 0, 0),
        ("limits", NotYet("busy"), ("due", "asked_to_wait"), 0, 0),
        ("prepare", KeyError("bug"), ("due", "backoff"), 1, 0),
        ("publish", KeyError("bug"), ("unknown", "lost_answer"), 0, 0),
    ],
)
def test_every_way_a_try_can_end_has_its_own_next_step(tmp_path, call, raised, stands, counted, shown):
    desk = opened(tmp_path)
    desk.wire.say(call, raised)
    assert desk.turn()
    assert (desk.stands(), desk.delivery().tries, len(desk.wire.shown)) == (stands, counted, shown)


def test_silence_is_looked_into_and_never_sent_again_before_it_is_known(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("publish", LOST)
    desk.wire.say("find", NotYet("the index lags", retry_after=seconds(30)), Receipt("77", "https://fake.example/77"))
    desk.turn()
    desk.turn()
    assert desk.stands() == ("unknown", "look_again")
    assert not desk.turn()
    desk.go(seconds(30))
    desk.turn()
    assert desk.stands() == ("done", "found")
    assert desk.wire.calls.count("publish") == 1


def test_a_sign_in_that_is_refused_says_nothing_of_a_post_that_may_be_out(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("publish", LOST)
    desk.turn()
    desk.wire.say("connect", Rejected("400 invalid_request"))
    desk.turn()
    assert desk.stands() == ("unknown", "look_again")


def test_what_is_proven_absent_goes_out_with_the_same_key_and_words(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("publish", LOST)
    desk.turn()
    frozen = desk.delivery().post
    desk.turn()
    assert desk.stands() == ("due", "absent")
    assert (desk.delivery().post, desk.delivery().tries) == (frozen, 0)
    desk.go(minutes(1))
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert len(set(desk.wire.keys)) == 1


def test_a_look_is_told_when_the_call_began_and_when_it_ended(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("publish", LOST)
    desk.wire.hooks["sent"] = lambda: desk.go(seconds(20))
    desk.turn()
    desk.turn()
    assert (desk.wire.asked[0].first, desk.wire.asked[0].last) == (NOW, NOW + seconds(20))


def test_a_network_that_cannot_be_asked_leaves_it_to_a_person(tmp_path):
    desk = opened(tmp_path, kind=Plain)
    desk.wire.say("publish", LOST)
    desk.turn()
    desk.turn()
    assert desk.stands() == ("held", "undecidable")
    assert desk.alerts() == ["delivery_held"]


def test_what_a_crash_left_sending_is_unknown_to_the_next_run(tmp_path):
    desk = opened(tmp_path)

    def die():
        raise KeyboardInterrupt

    desk.wire.hooks["sent"] = die
    with pytest.raises(KeyboardInterrupt):
        desk.turn()
    assert desk.stands() == ("sending", "intent")
    assert not desk.turn(), "the lease still holds"
    desk.go(seconds(90))
    job = desk.ask(turns.take, ONE, desk.clock.now(), policy=desk.policy)
    assert (job.delivery.state, job.delivery.reason) == (State.UNKNOWN, Reason.LEFT_SENDING)
    assert job.delivery.last_at == NOW + desk.policy.send_by


def test_a_crash_before_the_intent_is_no_unknown(tmp_path):
    desk = opened(tmp_path)
    desk.ask(turns.take, ONE, NOW, policy=desk.policy)
    desk.go(seconds(90))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_an_enqueue_during_a_run_lets_no_second_run_in(tmp_path):
    desk = opened(tmp_path)
    came_in = []

    def meanwhile():
        desk.poll(article(2), article())
        came_in.append(desk.ask(waking.due_channels, desk.clock.now()))
        came_in.append(desk.ask(turns.take, ONE, desk.clock.now(), policy=desk.policy))

    desk.wire.hooks["sent"] = meanwhile
    desk.turn()
    assert came_in == [[], None]
    assert desk.stands() == ("done", "sent")
    assert desk.row().wake_at == NOW + ONE.gap, "what came meanwhile is not forgotten"


def test_a_run_that_lost_its_channel_writes_nothing_and_sends_nothing(tmp_path):
    desk = opened(tmp_path)

    def frozen():
        desk.go(seconds(91))
        desk.ask(turns.take, ONE, desk.clock.now(), policy=desk.policy)

    desk.wire.hooks["prepare"] = frozen
    desk.turn()
    assert desk.wire.keys == []
    assert desk.stands() == ("due", "planned")
    assert desk.log(channel="one")[-1]["action"] == "channel.lost"


def test_a_run_that_lost_its_channel_while_sending_leaves_the_outcome_to_the_next(tmp_path):
    desk = opened(tmp_path)

    def frozen():
        desk.go(seconds(91))
        desk.ask(turns.take, ONE, desk.clock.now(), policy=desk.policy)

    desk.wire.hooks["sent"] = frozen
    desk.turn()
    assert desk.stands() == ("unknown", "left_sending")


def test_too_late_to_send_safely_is_not_sent_and_not_counted(tmp_path):
    desk = opened(tmp_path)
    desk.wire.hooks["prepare"] = lambda: desk.go(seconds(41))
    desk.turn()
    assert (desk.stands(), desk.wire.keys, desk.delivery().tries) == (("due", "too_late"), [], 0)


def test_the_deadline_is_read_after_the_commit_in_which_a_process_may_freeze(tmp_path):
    desk = opened(tmp_path)

    async def slow(run):
        value = run()
        if getattr(value, "state", None) is State.SENDING:
            desk.clock.go(seconds(41))
        return value

    desk.store._execute = slow
    desk.turn()
    assert (desk.stands(), desk.wire.keys) == (("due", "too_late"), [])


def test_a_stored_step_renews_lease_and_deadline_from_before_its_write(tmp_path):
    desk = opened(tmp_path)
    desk.wire.steps = ["upload"]
    desk.wire.hooks["prepare"] = lambda: desk.go(seconds(30))

    async def slow(run):
        before = desk.ask(lambda db: db.exec_driver_sql("SELECT count(*) FROM memo").scalar())
        value = run()
        after = desk.ask(lambda db: db.exec_driver_sql("SELECT count(*) FROM memo").scalar())
        if after > before:
            desk.clock.go(seconds(20))
        return value

    desk.store._execute = slow
    desk.turn()
    assert (desk.stands(), desk.wire.keys) == (("due", "too_late"), [])


def test_a_step_gives_an_upload_time_that_one_call_would_not_have(tmp_path):
    desk = opened(tmp_path)
    desk.wire.steps = ["upload"]
    real = desk.wire.answer

    def answer(call, usual):
        if call == "upload":
            desk.go(seconds(39))
        if call == "prepare":
            desk.go(seconds(30))
        return real(call, usual)

    desk.wire.answer = answer
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_the_pace_is_looked_at_before_anything_is_prepared(tmp_path):
    desk = Desk(tmp_path)
    desk.wire.steps = ["upload"]
    desk.publish(article(2), article())
    assert desk.wire.calls.count("upload") == 1
    assert desk.row().wake_at == NOW + ONE.gap


def test_the_token_is_taken_only_by_an_intent(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    assert (desk.row().tat, desk.row().sent_today) == (None, 0)
    desk.go(minutes(1))
    desk.turn()
    assert (desk.row().tat, desk.row().sent_today) == (NOW + minutes(1) + ONE.gap, 1)


def test_a_token_that_went_meanwhile_stops_the_try_without_counting_it(tmp_path):
    desk = opened(tmp_path)

    def meanwhile():
        desk.ask(lambda db: db.exec_driver_sql(f"UPDATE channel SET tat = {round((NOW.timestamp() + 45) * 1000)}"))

    desk.wire.hooks["prepare"] = meanwhile
    desk.turn()
    assert (desk.stands(), desk.delivery().tries, desk.delivery().due_at) == (("due", "pace"), 0, NOW + seconds(45))


def test_a_second_intent_within_one_try_is_refused_and_the_first_counts(tmp_path):
    class Twice(Plain):
        async def publish(self, post, *, key, memo, intent):
            await intent({})
            await intent({})

    desk = opened(tmp_path, kind=Twice)
    desk.turn()
    assert desk.stands() == ("unknown", "lost_answer")


def test_a_network_that_raises_after_a_stopped_intent_changes_nothing(tmp_path):
    class Wraps(Plain):
        async def publish(self, post, *, key, memo, intent):
            self.http.reach("prepare")
            try:
                await intent({})
            except Withdrawn as e:
                raise NotYet("wrapped", retry_after=minutes(60)) from e

    desk = opened(tmp_path, kind=Wraps)
    desk.wire.hooks["prepare"] = lambda: desk.ask(people.pause, ["one"], NOW, until=None, actor="cli:aigul")
    desk.turn()
    assert (desk.stands(), desk.delivery().due_at) == (("due", "not_left"), NOW)


def test_an_unknown_channel_is_nobodys_work(tmp_path):
    desk = Desk(tmp_path)
    assert not desk.turn("gone")


def test_followers_wait_for_their_parent(tmp_path):
    desk = opened(tmp_path)
    desk.publish(article())
    desk.act(verbs.edit_post(desk.room(), 1, "Changed by hand."))
    desk.change(1, state=State.HELD, reason=Reason.UNDECIDABLE)
    assert not desk.turn()
    assert "once the post before it is out" in desk.why(2)
    desk.act(verbs.resolve(desk.room(), 1, sent="https://fake.example/1"))
    assert desk.row().wake_at <= desk.clock.now()


def test_an_edit_and_a_delete_go_before_any_further_post_and_are_repeated_when_unknown(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.act(verbs.edit_post(desk.room(), 1, "Changed by hand."))
    desk.poll(article(2), article())
    desk.wire.say("edit", OutcomeUnknown("cut"))
    desk.turn()
    assert (desk.stands(2), desk.delivery(2).kind) == (("due", "backoff"), Kind.EDIT)
    desk.go(minutes(2))
    desk.turn()
    assert (desk.stands(2), desk.wire.shown[0]) == (("done", "sent"), "Changed by hand.")
    desk.act(verbs.delete_post(desk.room(), 1))
    desk.turn()
    assert (desk.stands(4), desk.wire.calls[-1]) == (("done", "sent"), "delete")


def test_a_change_that_was_interrupted_is_simply_done_again(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.act(verbs.delete_post(desk.room(), 1))
    desk.change(2, state=State.SENDING, reason=Reason.INTENT)
    desk.turn()
    assert desk.stands(2) == ("done", "sent")


def test_what_is_out_can_be_changed_and_taken_down_while_its_channel_is_paused(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.poll(article(2))
    desk.act(newsroom.pause(desk.room(), "all"))
    desk.go(minutes(2))
    desk.act(verbs.edit_post(desk.room(), 1, "Changed by hand."))
    assert desk.why(3) == "Was asked for by aigul and is changed on the network now."
    desk.wire.say("edit", NotSent("503"))
    desk.turn()
    assert "edit" in desk.wire.calls
    assert desk.stands(3) == ("due", "backoff")
    desk.go(minutes(1))
    desk.turn()
    desk.act(verbs.delete_post(desk.room(), 1))
    while desk.turn():
        pass
    assert [desk.stands(n)[0] for n in (3, 4)] == ["done", "done"]
    assert desk.stands(2) == ("due", "planned")
    assert "after the pause of this channel" in desk.why(2)


def test_a_pause_during_a_turn_stops_no_change(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.act(verbs.delete_post(desk.room(), 1))
    job = desk.ask(turns.take, ONE, NOW, policy=desk.policy)
    desk.ask(people.pause, ["one"], NOW, until=None, actor="cli:aigul")
    sending = desk.ask(turns.intend, job, job.delivery, {}, {}, NOW, policy=desk.policy)
    assert sending.state is State.SENDING


def test_nothing_unapproved_leaves_a_channel_that_asks_for_approval(tmp_path):
    desk = opened(tmp_path)
    desk.channels["one"] = MANNERED
    assert not desk.turn()
    assert (desk.stands(), desk.wire.keys) == (("held", "approval"), [])


def test_channels_are_worked_without_each_other(tmp_path):
    two = Channel(id="two", account="acme", network="fake", place=(("chat", "@two"),))
    desk = opened(tmp_path, ONE, two)
    desk.wire.say("publish", LOST)
    desk.turn("one")
    desk.turn("two")
    assert (desk.stands(1), desk.stands(2)) == (("unknown", "lost_answer"), ("done", "sent"))
