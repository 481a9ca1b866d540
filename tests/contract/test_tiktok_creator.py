"""What its creator allows holds for each direct post: who comments on it, and who makes something of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import Scope
from tests.contract import cases
from tests.contract.play import Case, Play, kind
from tests.contract.test_changed_midway import PHOTOS, deliver, fail
from tests.contract.test_conformance import ready

FILM = cases.case("tiktok")
EACH = pytest.mark.parametrize("case", [FILM, PHOTOS["tiktok"]], ids=["film", "photos"])


def directly(case: Case, **settings: Any) -> Play:
    return ready(replace(case, settings={**case.settings, "mode": "direct", **settings}))


def creator(play: Play) -> Any:
    (found,) = play.network.creators.values()  # type: ignore[attr-defined] # TikTok's
    return found


def chosen(play: Play) -> dict[str, Any]:
    """What stands of it in the last request."""
    *_, last = [each.asked.body["post_info"] for each in play.ledger if each.call in ("init", "photo")]
    return {name: each for name, each in last.items() if name.startswith("disable_")}


def respects(case: Case) -> None:
    """What the settings want and the account switched off is off; what it allows is on."""
    play = directly(case, comments=True, reuse=True)
    creator(play).forbids = {"comment", "stitch"}
    play.publish(case.post)
    wanted = {"disable_comment": True, "disable_duet": False, "disable_stitch": True}
    assert chosen(play) == {name: wanted[name] for name in chosen(play)}
    assert chosen(play)["disable_comment"] is True


@EACH
def test_what_the_account_switched_off_stays_off(case: Case) -> None:
    respects(case)


@EACH
def test_what_nobody_wants_is_off_whatever_the_account_allows(case: Case) -> None:
    play = directly(case)
    play.publish(case.post)
    assert set(chosen(play).values()) == {True}


def test_a_film_that_was_begun_before_the_account_switched_comments_off_is_begun_anew() -> None:
    play = directly(FILM, comments=True)
    fail(play)
    assert chosen(play)["disable_comment"] is False
    creator(play).forbids = {"comment"}
    play.wait(timedelta(minutes=31).total_seconds())
    deliver(play)
    assert chosen(play)["disable_comment"] is True


@EACH
@pytest.mark.parametrize(("is_private", "privacy"), [(False, "SELF_ONLY"), (True, "FOLLOWER_OF_CREATOR")])
def test_an_app_that_was_not_audited_says_what_the_account_and_the_settings_lack(
    case: Case, is_private: bool, privacy: str
) -> None:
    play = directly(case, privacy=privacy)
    play.network.is_audited = False  # type: ignore[attr-defined] # TikTok's
    creator(play).is_private = is_private
    error = play.error_of(lambda: play.publish(case.post))
    assert (kind(error), error.scope) == ("AuthFailed", Scope.CHANNEL)  # type: ignore[attr-defined] # so it is
    assert "the account has to be private, and `privacy` SELF_ONLY; drafts (`mode: draft`)" in str(error)
    assert play.shown() == []


def test_questions_beyond_twenty_a_minute_cost_no_try() -> None:
    play = directly(FILM)
    creator(play).questions.left, creator(play).questions.resets = 0, play.now + timedelta(minutes=1)
    error = play.error_of(lambda: play.publish(FILM.post))
    assert kind(error) == "NotYet"
    assert (error.scope, error.retry_after) == (Scope.ACCOUNT, timedelta(minutes=1))  # type: ignore[attr-defined] # so it is
    play.wait(60)
    play.publish(FILM.post)
    assert len(play.shown()) == 1


def test_a_film_longer_than_its_creator_may_post_is_refused_before_it_travels() -> None:
    play = directly(FILM)
    creator(play).longest = 180
    (film,) = FILM.post.media
    error = play.error_of(lambda: play.publish(replace(FILM.post, media=(replace(film, seconds=181.0),))))
    assert kind(error) == "Rejected"
    assert "at most 180 seconds, and this one has 181" in str(error)
    assert not [each for each in play.ledger if each.call in ("init", "chunk", "upload")]
    play.publish(replace(FILM.post, media=(replace(film, seconds=180.0),)))
    assert len(play.shown()) == 1


def test_an_inbox_that_is_full_costs_no_try_and_says_what_helps() -> None:
    play = ready(replace(FILM, settings={**FILM.settings, "mode": "draft"}))
    for _ in range(5):
        play.memo = type(play.memo)()
        play.publish(FILM.post)
    play.wait(60)
    play.memo = type(play.memo)()
    error = play.error_of(lambda: play.publish(FILM.post))
    assert (kind(error), error.scope) == ("NotYet", Scope.CHANNEL)  # type: ignore[attr-defined] # so it is
    assert "publish or delete drafts in the app" in str(error)
