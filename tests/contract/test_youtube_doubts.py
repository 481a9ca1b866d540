"""Videos of YouTube whose upload is in doubt: none twice, and none taken for another one."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import Asked, LeftToPerson, NotSent, NotYet, OutcomeUnknown, Receipt, Rejected, StillWorking
from adapters.emulators.kit import reply
from tests.contract import cases
from tests.contract.play import Play, kind
from tests.contract.test_youtube_uploads import Uploading


def test_last_bytes_that_were_held_up_arrive_before_other_words_may_go() -> None:
    """A revision gives the post an upload of its own, which knows nothing of the old one."""
    play = Play(cases.case("youtube"))
    play.world.late = 140
    play.lose(play.case.post, "accept_late")
    play.wait(100)
    assert isinstance(play.error_of(lambda: play.find(play.case.post)), NotYet)
    play.wait(50)
    assert isinstance(play.find(play.case.post), Receipt)


def _posted_days_ago() -> Uploading:
    """A channel with a video of the same story, and an upload of its repetition that broke off and is gone."""
    play = Uploading(cases.case("youtube"))
    play.publish(play.post)
    play.memo.keep()
    play.wait(2 * 86400)
    play.account = play.do(lambda a: a.renew(play.account))
    play.memo.known = {name: value for name, value in play.memo.known.items() if name.startswith("channel:")}
    play.only("upload", "drop_before")
    play.error_of(lambda: play.publish(play.post))
    play.calm()
    play.memo.keep()
    play.network.sessions.clear()
    return play


def test_a_story_posted_again_is_not_taken_for_its_first_video() -> None:
    play = _posted_days_ago()
    play.last = NotSent("as if it was proven absent")
    receipt = play.until_out()
    assert [shown.id for shown in play.shown()][-1] == receipt.id
    assert len(play.shown()) == 2


def test_a_video_that_is_accounted_for_is_not_found_for_a_lost_one() -> None:
    play = _posted_days_ago()
    play.asked = Asked(play.now - timedelta(days=2), play.now, play.asked.mark)  # whatever the clock showed
    play.last = OutcomeUnknown("as after a crash")
    play.wait(301)
    assert play.turn() is None


def test_a_video_that_is_listed_and_cannot_be_read_is_not_called_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Uploading(cases.case("youtube"))
    play.lose(play.post)
    play.network.sessions.clear()
    monkeypatch.setattr(play.network, "_videos", lambda holder, asked: reply(200, {"items": []}))
    for act in (play.find, play.publish):
        error: Any = play.error_of(lambda act=act: act(play.post))  # type: ignore[misc] # mypy cannot infer a default
        assert kind(error) == "NotSent"
    assert len(play.shown()) == 1


def test_a_video_is_known_again_whatever_youtube_did_to_the_spaces_of_its_words() -> None:
    play = Uploading(cases.case("youtube"))
    play.lose(play.post)
    (video,) = play.network.videos.values()
    video.snippet = {**video.snippet, "description": video.snippet["description"].replace("\n", " \n") + "\n"}
    play.network.sessions.clear()
    assert isinstance(play.find(play.post), Receipt)


def _worked_on(**how: Any) -> Uploading:
    play = Uploading(cases.case("youtube"), **how)
    play.network.works = timedelta(minutes=2)
    assert isinstance(play.turn(), StillWorking)
    return play


def test_a_video_that_was_deleted_while_it_was_worked_on_is_told_and_made_anew_only_by_a_person() -> None:
    play = _worked_on()
    play.network.videos.clear()
    early: Any = play.turn()
    assert isinstance(early, NotYet), "what is not shown yet may show later"
    play.wait(300)
    gone = play.turn()
    assert isinstance(gone, Rejected)
    assert "it or somebody on the channel deleted it" in str(gone)
    assert len(play.visible()) == 1
    play.contents.clear()  # a person releases it
    receipt = play.until_out()
    assert list(play.network.videos) == [receipt.id]


def test_what_was_refused_stays_refused_when_the_same_post_is_released() -> None:
    play = _worked_on()
    play.wait(120)
    (video,) = play.network.videos.values()
    video.failure = "rejected trademark"
    assert isinstance(play.turn(), Rejected)
    play.contents.clear()
    assert isinstance(play.turn(), Rejected)
    assert len(play.visible()) == 1


def test_a_video_that_is_locked_private_is_told_before_it_is_done() -> None:
    play = Uploading(cases.case("youtube"))
    play.network.works, play.network.is_audited = timedelta(hours=2), False
    assert isinstance(play.turn(), LeftToPerson)


def test_an_earlier_upload_that_is_still_worked_on_is_waited_for_and_not_repeated() -> None:
    play = _worked_on()
    play.memo.known.pop("video")  # as after a crash, and a look that came too early
    play.last = NotSent("as if it was proven absent")
    assert isinstance(play.turn(), NotYet)
    play.wait(120)
    assert isinstance(play.turn(), Receipt)
    assert len(play.network.videos) == 1
