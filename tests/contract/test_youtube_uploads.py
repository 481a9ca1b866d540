"""An upload to YouTube is taken up where it broke off: one video in the end, and no byte that was kept goes twice."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import (
    AuthFailed,
    Json,
    LeftToPerson,
    Media,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Post,
    PublishError,
    Receipt,
    Rejected,
)
from adapters.emulators.kit import Asked, Reply
from adapters.emulators.youtube import YoutubeNetwork
from adapters.emulators.youtube_uploads import QUANTUM
from tests.contract import cases
from tests.contract.pictures import film
from tests.contract.play import Case, Memory, Play, kind
from tests.contract.test_conformance import ready

_PIECES = 4


@pytest.fixture(name="case")
def _youtube() -> Case:
    """Named by a fixture, so that a planted fault can be shown to the same rules."""
    return cases.case("youtube")


FILM = film(3 * QUANTUM + 1000)


class Killed(BaseException):
    """The process is gone: nothing after this runs."""


class TurnMemory(Memory):
    """A memo as the engine keeps it: a step at once, notes with the intent or at the end of the turn."""

    def __init__(self, now: Any) -> None:
        super().__init__(now)
        self.notes: dict[str, str] = {}

    def note(self, name: str, value: str) -> None:
        json.loads(value)
        self.notes[name] = value

    def read(self, name: str) -> str | None:
        return self.notes.get(name, self.known.get(name))

    async def forget(self, name: str) -> None:
        self.notes.pop(name, None)
        await super().forget(name)

    def keep(self) -> None:
        self.known |= self.notes
        self.notes.clear()


class Dying(YoutubeNetwork):
    """YouTube, whose asker is killed at one exchange: before it leaves, or once it has been acted on."""

    dies_before = dies_after = -1
    exchanges = 0

    async def _exchange(self, asked: Asked) -> Reply:
        self.exchanges += 1
        if self.exchanges == self.dies_before:
            raise Killed
        reply = await super()._exchange(asked)
        if self.exchanges == self.dies_after:
            raise Killed
        return reply


class Uploading(Play):
    """The kit's play with a film of four pieces."""

    network: Dying

    def __init__(self, plain: Case, **settings: Any) -> None:
        super().__init__(
            replace(plain, post=replace(plain.post, media=(FILM,)), settings={"chunk": "256", **settings}),
            network=Dying,
        )
        self.memo: TurnMemory = TurnMemory(lambda: self.now)
        self.network.exchanges = 0

    @property
    def post(self) -> Post:
        return self.case.post

    async def intend(self, content: Json) -> None:
        await super().intend(content)
        self.memo.keep()

    @property
    def bytes_taken(self) -> int:
        return sum(each.taken for each in self.network.sessions.values())

    def turn(self) -> Receipt | Exception | None:
        """Do one turn as the engine would, from what is stored."""
        is_unknown = bool(self.contents) and not isinstance(self.last, NotSent)
        try:
            self.last = self.find(self.post) if is_unknown else self.publish(self.post)
        except PublishError as e:
            self.last = e
        self.memo.keep()
        if is_unknown and self.last is None:
            self.contents.clear()
        return self.last

    last: Any = None

    def until_out(self) -> Receipt:
        for _ in range(20):
            found = self.turn()
            if isinstance(found, Receipt):
                return found
            wait = found.retry_after if isinstance(found, PublishError) else None
            self.wait((wait or timedelta(seconds=30)).total_seconds())
        raise AssertionError(f"never out: {self.last!r}")


def test_a_long_film_goes_in_pieces_and_only_the_last_one_is_visible(case: Case) -> None:
    play = Uploading(case)
    play.until_out()
    calls = [entry.call for entry in play.ledger]
    assert calls == ["session", "chunk", "chunk", "chunk", "upload"]
    assert play.bytes_taken == FILM.size
    assert play.world.files[FILM.sha256].content == _content(FILM)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, _PIECES + 2))
def test_killed_at_any_request_the_video_is_there_once_and_no_kept_byte_is_sent_again(
    case: Case, at: int, when: str
) -> None:
    play = Uploading(case)
    setattr(play.network, f"dies_{when}", at)
    with pytest.raises(Killed):
        play.turn()
    play.memo.notes.clear()
    receipt = play.until_out()
    assert [shown.id for shown in play.shown()] == [receipt.id]
    assert play.shown()[0].media == ((FILM.sha256, ""),)
    assert play.bytes_taken == FILM.size
    if (at, when) != (1, "after"):
        assert len(play.network.sessions) == 1, "only a session whose address was lost is opened twice"


@pytest.mark.parametrize("status", [503, 308])
@pytest.mark.parametrize("at", range(1, _PIECES + 1))
def test_a_piece_kept_by_half_is_taken_up_at_the_byte_the_server_names(case: Case, at: int, status: int) -> None:
    play = Uploading(case)
    left = iter([None] * (at - 1))

    def halve(call: str) -> None:
        if call in ("youtube.chunk", "youtube.upload") and next(left, "now") == "now" and at not in done:
            done.append(at)
            play.network.halves = [status]

    done: list[int] = []
    play.draw = halve
    receipt = play.until_out()
    half = (QUANTUM if at < _PIECES else FILM.size - 3 * QUANTUM) // 2
    assert [shown.id for shown in play.shown()] == [receipt.id]
    assert play.world.files[FILM.sha256].content == _content(FILM)
    resent = play.bytes_taken - FILM.size
    assert resent == (QUANTUM - half if at < _PIECES else FILM.size - 3 * QUANTUM - half), (
        "what was not kept goes again"
    )


def test_a_token_that_dies_between_two_pieces_is_renewed_and_the_same_upload_goes_on(case: Case) -> None:
    play = Uploading(case)
    play.draw = lambda call: "token_revoked" if len(play.network.sessions) and play.bytes_taken else None
    error = play.turn()
    play.calm()
    assert isinstance(error, AuthFailed)
    assert play.bytes_taken == QUANTUM
    play.account = play.do(lambda a: a.renew(play.account))
    receipt = play.until_out()
    assert [shown.id for shown in play.shown()] == [receipt.id]
    assert play.bytes_taken == FILM.size


def test_a_session_that_ends_half_way_begins_anew_and_leaves_one_video(case: Case) -> None:
    play = Uploading(case)
    play.network.dies_before = 4
    with pytest.raises(Killed):
        play.turn()
    play.network.sessions.clear()
    error = play.turn()
    assert isinstance(error, NotSent)
    assert "anew" in str(error)
    receipt = play.until_out()
    assert [shown.id for shown in play.shown()] == [receipt.id]


def test_a_session_too_old_to_be_trusted_is_opened_anew_with_nothing_remembered_of_the_old_one(case: Case) -> None:
    play = Uploading(case)
    play.network.dies_before = 4
    with pytest.raises(Killed):
        play.turn()
    play.wait(6.5 * 86400)
    play.account = play.do(lambda a: a.renew(play.account))
    receipt = play.until_out()
    assert len(play.network.sessions) == 2
    assert [shown.id for shown in play.shown()] == [receipt.id]
    assert play.world.files[FILM.sha256].content == _content(FILM)


def _lost_with_its_session(play: Uploading, *, is_out: bool) -> None:
    fault: Any = "accept_then_drop" if is_out else "drop_before"
    play.only("upload", fault)
    play.turn()
    play.last = OutcomeUnknown("as after a crash")
    play.calm()
    play.network.sessions.clear()


def test_where_the_session_is_gone_the_uploads_are_searched(case: Case) -> None:
    play = Uploading(case)
    _lost_with_its_session(play, is_out=True)
    play.network.editor_posts(play.place, f"By hand: {play.post.text}")
    receipt = play.turn()
    assert isinstance(receipt, Receipt)
    assert receipt.id == play.shown()[0].id


def test_absence_without_a_session_is_believed_after_five_minutes_and_then_uploaded_anew(case: Case) -> None:
    play = Uploading(case)
    _lost_with_its_session(play, is_out=False)
    early = play.turn()
    assert isinstance(early, NotYet)
    assert early.retry_after == timedelta(minutes=5)
    play.wait(301)
    assert play.turn() is None
    receipt = play.until_out()
    assert [shown.id for shown in play.shown()] == [receipt.id]


def test_a_list_that_lags_makes_no_second_video(case: Case) -> None:
    play = Uploading(case)
    play.network.lag = timedelta(minutes=4)  # type: ignore[misc] # of this network alone
    play.draw = lambda call: "lag" if call == "youtube.upload" else None
    play.turn()
    play.last = OutcomeUnknown("as after a crash")
    del play.memo.known["video"]
    play.calm()
    play.network.sessions.clear()
    receipt = play.until_out()
    assert [shown.id for shown in play.shown()] == [receipt.id]


def test_before_a_session_that_is_gone_is_replaced_it_is_looked_whether_it_made_the_video(case: Case) -> None:
    """A try that counts as absent may have arrived since."""
    play = Uploading(case)
    _lost_with_its_session(play, is_out=True)
    play.last = NotSent("as if it was proven absent")
    play.until_out()
    assert len(play.shown()) == 1


def test_before_a_session_too_old_is_replaced_it_is_looked_whether_it_made_the_video(case: Case) -> None:
    play = Uploading(case)
    play.only("upload", "accept_then_drop")
    play.turn()
    play.calm()
    play.last = NotSent("as if it was proven absent")
    play.wait(6.5 * 86400)
    play.account = play.do(lambda a: a.renew(play.account))
    assert play.until_out().id == play.shown()[0].id
    assert len(play.shown()) == 1


@pytest.mark.parametrize("privacy", ["public", "unlisted"])
def test_a_video_that_is_locked_private_is_not_called_published(case: Case, privacy: str) -> None:
    play = Uploading(case, privacy=privacy)
    play.network.is_audited = False
    for act in (play.publish, play.find, play.publish):
        error = play.error_of(lambda act=act: act(play.post))  # type: ignore[misc] # mypy cannot infer a default
        assert isinstance(error, LeftToPerson), "as refused, it would be uploaded again once its article changes"
        assert "private" in str(error)
        assert "https://www.youtube.com/watch?v=" in str(error)
        assert "audit" in str(error)
        assert "show it in YouTube Studio if that lets you, or delete it there" in str(error)
    (video,) = play.network.videos.values()
    assert not play.shown()
    video.status = {**video.status, "privacyStatus": privacy}  # in YouTube Studio
    assert play.publish(play.post).id == video.id
    assert len(play.network.videos) == 1


def test_a_video_that_is_meant_to_be_private_is_published(case: Case) -> None:
    assert Uploading(case, privacy="private").publish(Uploading(case).post).url


def test_a_video_that_failed_when_it_was_looked_for_is_told(case: Case) -> None:
    play = Uploading(case)
    play.network.fails = "rejected copyright"
    play.lose(play.post)
    play.wait(60)
    error = play.error_of(lambda: play.find(play.post))
    assert isinstance(error, Rejected)
    assert "it says that the film breaks a copyright (https://" in str(error)


def test_the_session_is_a_secret_and_stands_in_no_error(case: Case) -> None:
    play = Uploading(case)
    play.network.dies_before = 3
    with pytest.raises(Killed):
        play.turn()
    (session,) = play.network.sessions
    for fault in ("accept_then_drop", "html_error", "429", "slow"):
        play.draw = lambda call, fault=fault: fault  # type: ignore[misc] # mypy cannot infer a default
        assert session not in str(play.error_of(lambda: play.publish(play.post)))


def test_a_session_at_a_foreign_address_gets_no_token(case: Case) -> None:
    class Elsewhere(YoutubeNetwork):
        def _session(self, holder: Any, asked: Asked) -> Reply:
            return replace(super()._session(holder, asked), headers={"location": "https://evil.example/?upload_id=1"})

    play = Play(case, network=Elsewhere)
    error = play.error_of(lambda: play.publish(play.case.post))
    assert kind(error) == "NotSent"
    assert {entry.call for entry in play.ledger} == {"session"}


def test_what_owners_say_beside_our_words_stays_when_a_video_is_changed(case: Case) -> None:
    play = ready(case)
    receipt = play.publish(play.case.post)
    video = play.network.videos[receipt.id]  # type: ignore[attr-defined] # YouTube's
    video.snippet["defaultAudioLanguage"] = "kk"
    play.do(lambda a: a.edit(receipt, replace(play.case.post, text="Other words", tags=("rail",)), memo=play.memo))
    assert video.snippet["defaultAudioLanguage"] == "kk"
    assert video.snippet["tags"] == ["rail"]


def test_a_consent_without_the_right_to_manage_stops_no_channel(case: Case) -> None:
    play = ready(case)
    receipt = play.publish(play.case.post)
    grant = play.network.grants.known[play.credentials["refresh_token"]]  # type: ignore[attr-defined] # YouTube's
    grant.scopes.discard("https://www.googleapis.com/auth/youtube.force-ssl")
    assert kind(play.error_of(lambda: play.do(lambda a: a.delete(receipt)))) == "Rejected"
    grant.scopes = {"https://www.googleapis.com/auth/youtube.readonly"}
    error = play.error_of(lambda: play.do(lambda a: a.renew(play.account)))
    assert kind(error) == "AuthFailed"
    assert "youtube.upload" in str(error)


def _content(media: Media) -> bytes:
    assert media.open
    return media.open().read()
