"""Ids that leave the settings, come back or are new: nothing is sent of what is gone, nothing old to what is new."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.actions import deliveries as verbs
from bot.model import Account, Kind, Reason, Source, State
from bot.store import changing, leaving, listing, waking
from bot.store.alerts import open_alerts
from bot.store.people import RefusedVerb
from bot.store.schema import channel, source
from tests.unit.engine import MAIN, ONE, Desk, article, minutes

TWO = replace(ONE, id="two")
OTHER = Source(id="other", url="https://courier.example/all")
ACME = Account(id="acme", network="fake", app="app")


class Listed:
    """The settings, as they stand after an edit."""

    def __init__(self, sources=(MAIN,), channels=(ONE, TWO)):
        self.sources, self.accounts, self.channels = tuple(sources), (ACME,), tuple(channels)

    @property
    def named(self):
        return listing.named(self)


def take_up(desk: Desk, listed: Listed) -> None:
    """Start or reload under these settings."""
    desk.channels.clear()
    desk.channels.update({each.id: each for each in listed.channels})
    desk.ask(listing.take_up, listed, desk.clock.now())


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, ONE, TWO, listed=(MAIN, OTHER))
    take_up(desk, Listed((MAIN, OTHER)))
    return desk


def apart(n: int, **said):
    """A story whose words are like no other's."""
    words = f"{n} " + " ".join(f"word{n}x{k}" for k in range(30))
    return article(n, title=f"Title{n} about thing{n}", paragraphs=(words,), **said)


def told(desk: Desk) -> list[tuple[str, str, str]]:
    return [(each.scope, each.what, each.fix) for each in desk.ask(open_alerts)]


def test_what_waits_on_a_channel_that_is_gone_is_not_sent_and_told_once(desk):
    desk.poll(article(1), article(2))
    take_up(desk, Listed((MAIN, OTHER), [ONE]))
    assert desk.ask(waking.due_channels, desk.clock.now()) == ["one"]
    assert not desk.turn("two")
    assert told(desk) == [
        (
            "channel:two",
            "it is gone from the settings, and 2 posts wait on it",
            "put it back into the settings, or `jarshy forget two` cancels what waits",
        )
    ]
    assert [desk.stands(n) for n in (1, 2, 3, 4)] == [("due", "planned")] * 4


def test_a_channel_that_is_gone_wakes_nobody(desk):
    desk.poll(article(1))
    take_up(desk, Listed((MAIN, OTHER), [ONE]))
    while desk.turn("one"):
        pass
    assert desk.ask(waking.next_wake) is None


def test_a_channel_that_comes_back_goes_on(desk):
    desk.poll(article(1))
    take_up(desk, Listed((MAIN, OTHER), [ONE]))
    take_up(desk, Listed((MAIN, OTHER)))
    assert told(desk) == []
    while desk.turn("two"):
        pass
    assert desk.stands(2) == ("done", "sent")


def test_forgetting_cancels_what_waits_and_keeps_what_was(desk):
    desk.publish(article(1))
    while desk.turn("two"):
        pass
    desk.poll(article(1), article(2), article(3))
    desk.change(6, state=State.UNKNOWN, reason=Reason.LOOK_AGAIN)
    gone = Listed((MAIN, OTHER), [ONE])
    take_up(desk, gone)
    (left,) = desk.ask(leaving.left, gone.named)
    assert (left.kind, left.id, left.waits, left.unclear) == ("channel", "two", (4,), 1)
    assert left.fact.endswith("1 post waits on it; of 1 nobody knows whether they are out")
    assert desk.ask(leaving.forget, "two", gone.named, desk.clock.now(), actor="cli:aigul") == 1
    assert [desk.stands(n) for n in (2, 4, 6)] == [("done", "sent"), ("cancelled", "cancelled"), ("unknown", "look_again")]  # fmt: skip  # noqa: E501
    assert "Was cancelled by aigul" in desk.why(4)
    assert [scope for scope, *_ in told(desk)] == ["channel:two"], "of one nobody knows whether it is out"
    (row,) = [row for row in desk.log() if row["action"] == "settings.forgotten"]
    assert (row["actor"], row["channel"], row["waited"]) == ("cli:aigul", "two", 1)


@pytest.mark.parametrize(("which", "said"), [("one", "the settings have one"), ("three", "there never was")])
def test_only_what_is_gone_can_be_forgotten(desk, which, said):
    desk.poll(article(1))
    with pytest.raises(RefusedVerb, match=said):
        desk.ask(leaving.forget, which, Listed((MAIN, OTHER), [ONE]).named, desk.clock.now(), actor="cli:aigul")
    assert desk.stands(1) == desk.stands(2) == ("due", "planned")


def test_nothing_of_a_source_that_is_gone_is_sent(desk):
    desk.poll(article(1))
    gone = Listed((OTHER,), (ONE, TWO))
    take_up(desk, gone)
    assert [scope for scope, *_ in told(desk)] == ["source:main"]
    desk.turn()
    assert desk.stands(1) == ("held", "source_left")
    assert desk.wire.shown == []
    assert "Its source (main) is gone from the settings, so nothing was posted" in desk.why(1)
    assert desk.alerts() == ["gone_waits"]  # one for all of them
    assert desk.ask(leaving.forget, "main", gone.named, desk.clock.now(), actor="cli:aigul") == 2
    assert desk.stands(1) == desk.stands(2) == ("cancelled", "cancelled")


def test_a_story_another_source_has_goes_on(desk):
    desk.poll(article(1))
    desk.poll(article(1, source="other"), source=OTHER)
    take_up(desk, Listed((OTHER,)))
    desk.turn()
    assert desk.stands(1) == ("done", "sent")
    assert told(desk) == []


def test_what_may_be_out_is_not_cancelled_with_what_waits(desk):
    desk.poll(article(1))
    desk.change(2, state=State.HELD, reason=Reason.UNDECIDABLE)
    gone = Listed((MAIN, OTHER), [ONE])
    take_up(desk, gone)
    assert "gone_waits" in desk.alerts(), "nobody looks for it while its channel is gone"
    (left,) = desk.ask(leaving.left, gone.named)
    assert (left.waits, left.unclear) == ((), 1)


def test_what_was_held_for_a_source_goes_on_when_it_is_back(desk):
    desk.poll(article(1))
    take_up(desk, Listed((OTHER,)))
    desk.turn()
    take_up(desk, Listed((MAIN, OTHER)))
    assert desk.stands(1) == ("due", "planned")
    desk.turn()
    assert desk.stands(1) == ("done", "sent")


def test_a_post_of_a_source_that_is_gone_can_still_be_taken_down(desk):
    desk.publish(article(1))
    take_up(desk, Listed((OTHER,)))
    desk.ask(changing.change_post, 1, ONE, Kind.DELETE, None, desk.clock.now(), actor="cli:aigul")
    (left,) = desk.ask(leaving.left, Listed((OTHER,)).named)
    assert left.waits == (2,)  # not what takes the post down
    desk.turn()
    assert desk.stands(3) == ("done", "sent")


def test_a_channel_under_a_new_name_gets_nothing_that_was_seen_before(desk):
    desk.publish(article(1))
    desk.go(minutes(5))
    renamed = replace(ONE, id="uno")
    take_up(desk, Listed((MAIN, OTHER), [renamed, TWO]))
    desk.go(minutes(5))
    desk.poll(article(1, source="other"), source=OTHER)  # a further source has the story only now
    desk.poll(article(1), article(2))
    reasons = {}
    for n in range(1, desk.count() + 1):
        reasons.setdefault(desk.delivery(n).channel, []).append(desk.stands(n))
    assert reasons["uno"] == [("skipped", "first_run"), ("due", "planned")]
    assert "before we first read this feed for this channel" in desk.why(3)


def test_a_channel_that_was_away_gets_nothing_of_that_time(desk):
    take_up(desk, Listed((MAIN, OTHER), [ONE]))
    desk.poll(article(1))
    desk.go(minutes(5))
    take_up(desk, Listed((MAIN, OTHER)))
    desk.poll(article(1, source="other"), source=OTHER)
    assert (desk.delivery(2).channel, *desk.stands(2)) == ("two", "skipped", "first_run")


def test_channels_of_an_older_database_were_always_there(desk):
    desk.poll(article(1))
    desk.ask(lambda db: db.execute(channel.update().values(listed_at=None)))
    desk.go(minutes(5))
    take_up(desk, Listed((MAIN, OTHER)))
    assert desk.row("two").listed_at is None


def test_a_source_under_a_new_name_does_not_flood(desk):
    desk.publish(*(apart(n) for n in range(1, 6)))
    before = desk.count()
    renamed = replace(MAIN, id="news")
    take_up(desk, Listed((renamed, OTHER)))
    fresh = [apart(n, source="news") for n in range(1, 9)]
    assert desk.poll(*fresh, source=renamed).new == 3
    stands = [desk.stands(n) for n in range(before + 1, desk.count() + 1)]
    assert set(stands) == {("skipped", "first_run")}
    assert desk.poll(apart(9, source="news"), *fresh, source=renamed).woken == {"one", "two"}


def test_what_left_the_settings_is_marked_and_unmarked(desk):
    def retired():
        return [*desk.ask(lambda db: db.scalars(sa.select(source.c.id).where(source.c.retired_at.is_not(None))).all())]

    take_up(desk, Listed((MAIN,)))
    first = desk.clock.now()
    desk.go(timedelta(days=2))
    take_up(desk, Listed((MAIN,)))
    assert retired() == ["other"]
    at = desk.ask(lambda db: db.scalar(sa.select(source.c.retired_at).where(source.c.id == "other")))
    assert at == first  # since when, not since the last start
    take_up(desk, Listed((MAIN, OTHER)))
    assert retired() == []


def without_two(desk: Desk) -> Listed:
    gone = Listed((MAIN, OTHER), [ONE])
    take_up(desk, gone)
    return gone


def test_a_person_settles_what_may_be_out_on_a_channel_that_is_gone(desk):
    desk.poll(article(1))
    desk.change(2, state=State.UNKNOWN, reason=Reason.LOST_ANSWER, detail="read timeout")
    gone = without_two(desk)
    assert "once channel two stands in the settings again" in desk.why(2)
    assert "or look yourself: `resolve 2 --sent` and the post's address, or `resolve 2 --not-sent`." in desk.why(2)
    assert [fix for *_, fix in told(desk)] == ["put it back into the settings, or look yourself, and `jarshy resolve` says what you saw"]  # fmt: skip  # noqa: E501
    desk.act(verbs.resolve(desk.room(), 2, sent="https://fake.example/7"))
    assert desk.stands(2) == ("done", "resolved_sent")
    desk.ask(leaving.tell_left, gone.named, desk.clock.now())
    assert told(desk) == []


@pytest.mark.parametrize("state", [(State.UNKNOWN, Reason.LOST_ANSWER), (State.HELD, Reason.UNDECIDABLE)])
def test_what_is_not_out_on_a_channel_that_is_gone_waits_like_the_rest_of_it(desk, state):
    desk.poll(article(1))
    desk.change(2, state=state[0], reason=state[1])
    gone = without_two(desk)
    desk.act(verbs.resolve(desk.room(), 2, sent=None))
    assert desk.stands(2) == ("due", "resolved_absent")
    assert "goes out once channel two stands in the settings again" in desk.why(2)
    assert not desk.turn("two")
    assert desk.ask(leaving.forget, "two", gone.named, desk.clock.now(), actor="cli:aigul") == 1
    assert desk.wire.shown == []


def test_what_was_being_sent_when_the_last_run_of_a_gone_channel_died_is_for_a_person(desk):
    desk.poll(article(1))
    desk.ask(lambda db: db.execute(channel.update().values(leased_until=desk.clock.now() + minutes(2))))
    desk.change(2, state=State.SENDING, reason=Reason.INTENT)
    gone = without_two(desk)
    desk.ask(leaving.tell_left, gone.named, desk.clock.now())
    assert desk.stands(2) == ("sending", "intent"), "its turn may still be in flight"
    desk.go(minutes(2))
    desk.ask(leaving.tell_left, gone.named, desk.clock.now())
    assert desk.stands(2) == ("unknown", "left_sending")
    desk.act(verbs.resolve(desk.room(), 2, sent=None))
    assert desk.stands(2) == ("due", "resolved_absent")


@pytest.mark.parametrize("verb", [verbs.release, verbs.approve, verbs.delete_post])
def test_what_would_send_something_there_asks_for_the_channel_back(desk, verb):
    desk.poll(article(1))
    without_two(desk)
    with pytest.raises(RefusedVerb, match="channel two of delivery 2 is not in the settings: put it back there first"):
        desk.act(verb(desk.room(), 2))
    with pytest.raises(RefusedVerb, match="there is no delivery 9"):
        desk.act(verb(desk.room(), 9))
