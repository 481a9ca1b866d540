"""A channel whose settings or keys change between two tries: what was prepared under the old ones is not used."""

from typing import Any

import pytest

from adapters.contract import OutcomeUnknown, PublishError, Receipt, Session
from adapters.emulators.youtube import YoutubeNetwork
from tests.contract import cases
from tests.contract.cases import WITH_PICTURES
from tests.contract.play import Play
from tests.contract.test_conformance import ready

PHOTOS = {each.name: each for each in WITH_PICTURES if each.form == "photo"}


def fail(play: Play) -> None:
    """Let a try end after everything was prepared, and before its post can exist."""
    play.only(play.visible_call(play.case.post), "drop_before")
    play.error_of(lambda: play.publish(play.case.post))
    play.calm()


def deliver(play: Play) -> Receipt | PublishError:
    """Try as the engine does after a no."""
    for _ in range(4):
        try:
            return play.publish(play.case.post)
        except PublishError as e:
            last = e
        play.wait(60)
    return last


def give_other_keys(play: Play) -> None:
    """Put the keys of another account in the place of the old ones, under the same name."""
    settings, credentials = play.case.network.newcomer(1)
    play.network.admit(settings, credentials)
    play.settings, play.credentials = settings | play.case.settings, credentials
    play.account = Session("", dict(credentials))


@pytest.mark.parametrize("changed", [{"privacy": "private"}, {"made_for_kids": "true"}, {"category": "17"}])
def test_a_video_becomes_what_the_settings_say_when_its_last_byte_leaves(changed: dict[str, str]) -> None:
    play = ready(cases.case("youtube"))
    fail(play)
    play.settings |= changed
    deliver(play)
    assert isinstance(play.network, YoutubeNetwork)
    (video,) = play.network.videos.values()
    told = play.contents[-1]["session"]
    stands = video.status | video.snippet
    assert {name: stands[name] for name in ("privacyStatus", "selfDeclaredMadeForKids", "categoryId")} == {
        name: (told["status"] | told["snippet"])[name]
        for name in ("privacyStatus", "selfDeclaredMadeForKids", "categoryId")
    }


@pytest.mark.parametrize("name", ["x", "instagram"])
def test_another_accounts_keys_have_a_post_prepared_anew(name: str) -> None:
    play = ready(PHOTOS[name])
    fail(play)
    give_other_keys(play)
    receipt = deliver(play)
    assert isinstance(receipt, Receipt), receipt
    assert [shown.id for shown in play.shown()] == [receipt.id]


def test_a_lost_post_on_x_is_looked_for_at_the_account_it_was_sent_to() -> None:
    play = ready(cases.case("x"))
    fail(play)
    give_other_keys(play)
    play.lose(play.case.post)
    play.wait(600)
    found: Any = play.find(play.case.post)
    assert found is not None
    assert [shown.id for shown in play.shown()] == [found.id]


def test_a_post_on_x_is_looked_for_at_its_account_after_other_keys_came() -> None:
    play = ready(cases.case("x"))
    play.lose(play.case.post)
    ours = play.shown()
    give_other_keys(play)
    play.wait(600)
    try:
        found = play.find(play.case.post)
    except OutcomeUnknown:
        return
    assert found is not None
    assert [shown.id for shown in ours] == [found.id]


def test_a_lost_post_on_instagram_is_not_looked_for_with_another_accounts_token() -> None:
    play = ready(PHOTOS["instagram"])
    play.lose(play.case.post)
    give_other_keys(play)
    play.wait(600)
    error = play.error_of(lambda: play.find(play.case.post))
    assert isinstance(error, OutcomeUnknown)
    assert "another account's now" in str(error)
