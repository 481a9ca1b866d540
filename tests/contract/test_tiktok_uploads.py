"""A film for TikTok: one post or draft in the end, whatever befalls its pieces, and the truth while it is worked on."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import Adapter, CameToNothing, Media, NotYet, Receipt, Rejected
from adapters.emulators.tiktok import TiktokNetwork
from tests.contract import cases
from tests.contract.pictures import film, picture
from tests.contract.play import Case, Play, kind

_MB = 1_000_000
FILM = film(25 * _MB)


@pytest.fixture(name="case")
def _tiktok() -> Case:
    return cases.case("tiktok")


class Tok(Play):
    network: TiktokNetwork

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.memo.now = lambda: self.now


def long(case: Case) -> Tok:
    """Post a film of two pieces, the second one with the remainder."""
    return Tok(replace(case, post=replace(case.post, media=(FILM,))))


def sent(play: Tok) -> int:
    return sum(task.taken for task in play.network.tasks.values())


def test_a_long_film_goes_in_pieces_that_make_it_up(case: Case) -> None:
    play = long(case)
    play.publish(play.case.post)
    assert [entry.call for entry in play.ledger] == ["creator", "init", "chunk", "upload", "status"]
    assert sent(play) == FILM.size
    assert play.shown()[0].media == ((FILM.sha256, ""),)


@pytest.mark.parametrize("fault", ["drop_before", "accept_then_drop", "slow"])
@pytest.mark.parametrize("call", ["init", "chunk"])
def test_what_broke_off_goes_on_at_the_byte_tiktok_has(case: Case, call: str, fault: str) -> None:
    play = long(case)
    play.only(call, fault)  # type: ignore[arg-type] # one of them
    assert kind(play.error_of(lambda: play.publish(play.case.post))) == "NotSent"
    play.calm()
    play.wait(60)
    receipt = play.publish(play.case.post)
    assert [shown.id for shown in play.shown()] == [receipt.id]
    assert sent(play) == FILM.size


def test_a_last_piece_that_came_before_is_found_although_its_second_coming_is_refused(case: Case) -> None:
    play = Tok(case)
    assert kind(play.lose(case.post)) == "OutcomeUnknown"
    receipt = play.publish(case.post)
    assert [shown.id for shown in play.shown()] == [receipt.id]


def test_an_address_that_ended_begins_anew(case: Case) -> None:
    play = Tok(case)
    play.only("upload", "drop_before")
    play.error_of(lambda: play.publish(case.post))
    play.calm()
    play.wait(3600)
    play.publish(case.post)
    assert len(play.shown()) == 1
    assert len(play.network.tasks) == 2


def test_a_task_is_asked_long_after_its_address_ended(case: Case) -> None:
    play = Tok(case)
    play.lose(case.post)
    play.memo.known.pop("task")
    play.wait(3 * 3600)
    found = play.find(case.post)
    assert found is not None
    assert [shown.id for shown in play.shown()] == [found.id]


def test_before_a_new_upload_it_is_looked_whether_the_last_one_came_after_all(case: Case) -> None:
    play = Tok(case)
    play.lose(case.post)
    play.wait(3600)
    receipt = play.publish(case.post)
    assert [shown.id for shown in play.shown()] == [receipt.id]


def test_a_film_that_is_taken_and_then_fails_is_told(case: Case) -> None:
    play = Tok(case)
    play.network.fails = "spam_risk_text"
    error = play.error_of(lambda: play.publish(case.post))
    assert kind(error) == "Rejected"
    assert "spam_risk_text" in str(error)
    assert kind(play.error_of(lambda: play.find(case.post))) == "Rejected"


def test_a_consent_taken_back_while_tiktok_worked_stops_the_account_and_a_new_one_uploads_anew(case: Case) -> None:
    play = Tok(case)
    play.network.fails = "auth_removed"
    assert kind(play.error_of(lambda: play.publish(case.post))) == "AuthFailed"
    play.network.fails = ""
    assert [play.publish(case.post).id] == [shown.id for shown in play.shown()]
    assert len(play.network.tasks) == 2


def test_a_consent_taken_back_is_no_answer_to_a_look_again_and_again(case: Case) -> None:
    play = Tok(case)
    play.network.works, play.network.fails = timedelta(seconds=30), "auth_removed"
    play.error_of(lambda: play.publish(case.post))
    play.wait(60)
    assert kind(play.error_of(lambda: play.find(case.post))) == "NotSent"


def test_a_failure_of_tiktoks_own_is_tried_again_as_a_new_upload(case: Case) -> None:
    play = Tok(case)
    play.network.works, play.network.fails = timedelta(seconds=30), "internal"
    play.error_of(lambda: play.publish(case.post))
    play.wait(60)
    assert isinstance(play.error_of(lambda: play.find(case.post)), CameToNothing)
    play.network.works, play.network.fails = timedelta(0), ""
    play.publish(case.post)
    assert len(play.shown()) == 1


def test_a_film_of_which_tiktok_counts_no_bytes_is_not_taken_for_lacking_once_all_were_sent(case: Case) -> None:
    play = long(case)
    play.network.works, play.network.counts_bytes = timedelta(hours=2), False
    play.error_of(lambda: play.publish(play.case.post))
    for look in (play.find, play.publish):
        play.wait(3000)
        assert isinstance(play.error_of(lambda look=look: look(play.case.post)), NotYet)  # type: ignore[misc] # mypy cannot infer a default
    play.wait(3000)
    assert isinstance(play.find(play.case.post), Receipt)
    assert len(play.network.tasks) == 1


def test_a_draft_waits_in_the_inbox_with_the_words(case: Case) -> None:
    play = Tok(replace(case, settings={"mode": "draft"}))
    receipt = play.publish(case.post)
    assert [entry.call for entry in play.ledger] == ["draft", "upload", "status"]
    assert receipt == Receipt(receipt.id, is_draft=True)
    assert not play.world.timeline("tiktok")
    assert [shown.text for shown in play.shown()] == [case.post.text]


@pytest.mark.parametrize(
    ("mode", "shown", "keeps"), [("draft", FILM, False), ("direct", FILM, True), ("draft", picture(), True)]
)
def test_only_with_a_films_draft_nobody_promises_that_the_words_arrive(
    case: Case, mode: str, shown: Media, keeps: bool
) -> None:
    play = Tok(replace(case, settings={"mode": mode}))

    async def asked(adapter: Adapter) -> bool:
        return adapter.keeps_words(replace(case.post, media=(shown,)))

    assert play.do(asked) is keeps


def test_what_an_account_does_not_allow_stops_the_channel_before_anything_is_uploaded(case: Case) -> None:
    play = Tok(case)
    next(iter(play.network.creators.values())).is_private = True
    error = play.error_of(lambda: play.publish(case.post))
    assert kind(error) == "AuthFailed"
    assert "set `privacy`" in str(error)
    play.network.blocks = "spam_risk_too_many_posts"
    assert kind(play.error_of(lambda: play.publish(case.post))) == "NotYet"
    assert not play.network.tasks


def test_the_uploads_address_stands_in_no_error(case: Case) -> None:
    play = Tok(case)
    play.only("upload", "drop_before")
    play.error_of(lambda: play.publish(case.post))
    token = json.loads(play.memo.known["task"])["url"].rpartition("=")[2]
    for fault in ("accept_late", "html_error", "slow"):
        play.only("upload", fault)  # type: ignore[arg-type] # one of them
        assert token not in str(play.error_of(lambda: play.publish(case.post)))


def test_a_consent_for_drafts_does_not_serve_direct_posts(case: Case) -> None:
    play = Tok(case)
    next(iter(play.network.creators.values())).scopes = {"video.upload"}
    play.account = play.do(lambda a: a.renew(play.account))
    error = play.error_of(lambda: play.publish(case.post))
    assert kind(error) == "AuthFailed"
    assert "video.publish" in str(error)
    assert not isinstance(error, Rejected)


def test_last_bytes_that_were_held_up_arrive_before_other_words_may_go(case: Case) -> None:
    """A revision gives the post an upload of its own, which knows nothing of the old one."""
    play = Tok(case)
    play.world.late = 140
    play.lose(case.post, "accept_late")
    play.wait(100)
    assert isinstance(play.error_of(lambda: play.find(case.post)), NotYet)
    play.wait(50)
    assert isinstance(play.find(case.post), Receipt)


def test_a_film_tiktok_has_is_not_called_published_where_nobody_says_what_became_of_it(case: Case) -> None:
    play = Tok(case)
    play.network.fails = "spam_risk_text"
    play.only("status", "html_error")
    assert kind(play.error_of(lambda: play.publish(case.post))) == "OutcomeUnknown"
    play.calm()
    assert kind(play.error_of(lambda: play.find(case.post))) == "Rejected"


def test_a_failure_of_tiktoks_own_needs_no_person(case: Case) -> None:
    play = Tok(case)
    play.network.fails = "internal"
    assert kind(play.error_of(lambda: play.publish(case.post))) == "NotSent"
    play.network.fails = ""
    assert [play.publish(case.post).id] == [shown.id for shown in play.shown()]
