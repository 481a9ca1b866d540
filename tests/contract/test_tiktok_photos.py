"""Photos for TikTok: the call that names them is the post, so a lost answer is proved or left to people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import (
    AuthFailed,
    CameToNothing,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    Post,
    Receipt,
    Rejected,
    Scope,
    StillWorking,
)
from adapters.emulators.kit import Shown
from adapters.emulators.tiktok import TiktokNetwork
from adapters.emulators.tiktok_tasks import Creator
from tests.contract import cases
from tests.contract.pictures import film, picture
from tests.contract.play import Case, Play, kind
from tests.contract.stage import NOON

FETCHES_FOR = 70 * 60


class Photos(Play):
    network: TiktokNetwork

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.memo.now = lambda: self.now

    @property
    def creator(self) -> Creator:
        return next(iter(self.network.creators.values()))

    @property
    def post(self) -> Post:
        return self.case.post


@pytest.fixture(name="case")
def _photo() -> Case:
    return next(each for each in cases.forms(cases.case("tiktok")) if each.form == "photo")


@pytest.fixture(name="play")
def _play(case: Case) -> Photos:
    return Photos(case)


@pytest.fixture(name="draft")
def _draft(case: Case) -> Photos:
    return Photos(replace(case, settings={"mode": "draft"}))


def only(play: Photos) -> Shown:
    (shown,) = play.shown()
    return shown


def test_one_call_names_all_photos_and_their_words(play: Photos) -> None:
    photos = tuple(picture(n, ("image/jpeg",)) for n in range(1, 36))
    receipt = play.publish(replace(play.post, media=photos))
    assert [entry.call for entry in play.ledger] == ["creator", "photo", "status"]
    assert (only(play).text, len(only(play).media)) == (play.post.text, 35)
    assert receipt == Receipt(receipt.id, f"https://www.tiktok.com/@demo_newsroom/photo/{receipt.id}", (receipt.id,))
    told = play.contents[0]["photo"]
    assert (told["post_mode"], told["post_info"]["auto_add_music"]) == ("DIRECT_POST", False)


def test_a_draft_waits_in_the_inbox_with_the_words(draft: Photos) -> None:
    receipt = draft.publish(draft.post)
    assert [entry.call for entry in draft.ledger] == ["photo", "status"]
    assert receipt == Receipt(receipt.id, is_draft=True)
    assert not draft.world.timeline("tiktok")
    assert only(draft).text == draft.post.text
    assert set(draft.contents[0]["photo"]["post_info"]) == {"description"}, "the rest works for direct posts only"


def test_a_post_whose_number_comes_later_is_named_by_its_account_until_then(play: Photos) -> None:
    play.network.moderates = timedelta(hours=1)
    receipt = play.publish(play.post)
    assert (receipt.url, receipt.ids) == ("https://www.tiktok.com/@demo_newsroom", ())
    assert receipt.id in play.network.tasks


def test_a_lost_answer_is_found_in_the_list_by_its_first_150_signs(play: Photos) -> None:
    long = replace(play.post, text=f"{play.post.text}\n{'And on it goes. ' * 40}".strip(), marks=())
    assert isinstance(play.lose(long), OutcomeUnknown)
    found = play.find(long)
    assert found == Receipt(only(play).id, f"https://www.tiktok.com/@demo_newsroom/photo/{only(play).id}", found.ids)


def test_a_post_tiktok_never_lists_is_looked_for_until_it_cannot_come_and_then_left_to_a_person(play: Photos) -> None:
    play.network.editor_posts(play.place, "By hand")
    play.lose(play.post, "html_error")
    waits = []
    while play.now - NOON < timedelta(seconds=FETCHES_FOR):
        error = play.error_of(lambda: play.find(play.post))
        assert isinstance(error, NotYet)
        assert error.retry_after
        waits.append(error.retry_after)
        play.wait(error.retry_after.total_seconds())
    assert waits[:3] == [timedelta(minutes=n) for n in (1, 1, 2)], "at first soon, then ever more seldom"
    assert len(waits) < 10
    assert isinstance(play.error_of(lambda: play.find(play.post)), OutcomeUnknown)


@pytest.mark.parametrize("hours", [0.5, 2])
def test_photos_tiktok_looks_through_for_hours_are_never_sent_again(play: Photos, hours: float) -> None:
    """The list has no post before TikTok looked through it."""
    play.network.editor_posts(play.place, "By hand")
    play.wait(3 * 60 * 60)
    play.network.moderates = timedelta(hours=hours)
    play.lose(play.post)
    known = looked_up(play)
    assert isinstance(known, Receipt if hours < 1 else OutcomeUnknown)
    assert [each.text for each in play.shown()] == ["By hand", play.post.text]


def looked_up(play: Photos) -> Receipt | Exception | None:
    """Look as often as the adapter says, until no look would tell more."""
    while True:
        try:
            return play.find(play.post)
        except NotYet as e:
            play.wait((e.retry_after or timedelta(0)).total_seconds())
        except OutcomeUnknown as e:
            return e


def test_without_the_right_to_list_a_lost_answer_is_left_to_a_person_at_once(play: Photos) -> None:
    play.creator.scopes.discard("video.list")
    play.lose(play.post, "html_error")
    assert "video.list" in str(play.error_of(lambda: play.find(play.post)))


@pytest.mark.parametrize("settings", [{"mode": "draft"}, {"mode": "direct", "privacy": "SELF_ONLY"}])
def test_what_no_list_shows_is_left_to_a_person_at_once(case: Case, settings: dict[str, str]) -> None:
    play = Photos(replace(case, settings=settings))
    play.lose(play.post)
    error = play.error_of(lambda: play.find(play.post))
    assert isinstance(error, OutcomeUnknown)
    assert "look" in str(error)
    assert "list" not in [entry.call for entry in play.ledger]


def test_two_listed_posts_of_these_words_are_for_a_person_to_tell_apart(play: Photos) -> None:
    play.lose(play.post)
    play.network.editor_posts(play.place, play.post.text)
    assert "more than one" in str(play.error_of(lambda: play.find(play.post)))


def test_photos_that_could_not_be_fetched_are_named_anew(play: Photos) -> None:
    there, play.world.fetch = play.world.fetch, lambda url: None
    assert isinstance(play.error_of(lambda: play.publish(play.post)), NotSent)
    play.world.fetch = there
    assert [play.publish(play.post).id] == [only(play).id]


def test_photos_that_a_look_finds_were_not_fetched_cost_a_try_and_say_why(play: Photos) -> None:
    play.network.works = timedelta(seconds=10)
    there, play.world.fetch = play.world.fetch, lambda url: None
    assert isinstance(play.error_of(lambda: play.publish(play.post)), StillWorking)
    play.world.fetch = there
    play.wait(15)
    error = play.error_of(lambda: play.find(play.post))
    assert isinstance(error, CameToNothing)
    assert "it could not fetch the file (photo_pull_failed)" in str(error)
    play.network.works = timedelta(0)
    assert [play.publish(play.post).id] == [only(play).id]


def test_what_came_of_an_earlier_call_says_nothing_of_one_whose_answer_was_lost(play: Photos) -> None:
    there, play.world.fetch = play.world.fetch, lambda url: None
    play.error_of(lambda: play.publish(play.post))
    play.world.fetch = there
    assert isinstance(play.lose(play.post), OutcomeUnknown)
    found = play.find(play.post)
    assert found is not None, "the first call's failure would have it sent again"
    assert found.id == only(play).id


def test_while_tiktok_works_nothing_is_published_nor_named_again(play: Photos) -> None:
    play.network.works = timedelta(minutes=5)
    assert isinstance(play.error_of(lambda: play.publish(play.post)), OutcomeUnknown)
    for ask in (play.find, play.publish):
        assert isinstance(play.error_of(lambda ask=ask: ask(play.post)), NotYet)  # type: ignore[misc] # mypy cannot infer a default
    play.wait(300)
    assert [play.publish(play.post).id] == [only(play).id]


@pytest.mark.parametrize(
    ("fails", "comes"),
    [("picture_size_check_failed", PictureRefused), ("spam_risk", Rejected), ("auth_removed", AuthFailed)],
)
def test_photos_that_are_taken_and_then_fail_are_told(play: Photos, fails: str, comes: type[Exception]) -> None:
    play.network.fails = fails
    error = play.error_of(lambda: play.publish(play.post))
    assert isinstance(error, comes)
    assert fails in str(error)


def test_an_address_that_is_not_known_to_be_the_apps_stops_the_channel_and_says_where(play: Photos) -> None:
    play.network.hosts = {"steppecourier.example"}
    error = play.error_of(lambda: play.publish(play.post))
    assert isinstance(error, AuthFailed)
    assert error.scope is Scope.CHANNEL
    assert "portal" in str(error)


def test_a_film_goes_alone(play: Photos) -> None:
    both = replace(play.post, media=(film(), picture()))
    assert kind(play.error_of(lambda: play.publish(both))) == "Rejected"
    spec = play.case.adapter.spec
    assert "films" in [each.field for each in play.case.adapter.measure(both, spec.limits)]
