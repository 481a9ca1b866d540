"""What is Instagram's own: no post without a picture, captions, the linked account, and films that are uploaded."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO

import pytest

from adapters.contract import Api, AuthFailed, Mark, NotSent, PictureRefused, Post, Receipt, Rejected, Scope
from adapters.emulators.instagram import InstagramNetwork
from adapters.instagram import Instagram
from tests.contract.cases import case
from tests.contract.pictures import picture
from tests.contract.play import Case, Play
from tests.contract.test_conformance import only_shown, ready
from tests.contract.test_conformance_faults import recover
from tests.contract.test_conformance_histories import deliver
from tests.contract.test_containers_mishaps import FILM

LIMITS = Instagram.spec.limits


def filming(case: Case) -> Play:
    """Let a case post a film."""
    return ready(replace(case, post=replace(case.post, media=(FILM,))))


def network(play: Play) -> InstagramNetwork:
    assert isinstance(play.network, InstagramNetwork)
    return play.network


def uploads(play: Play) -> list[tuple[int, int]]:
    """Tell of each upload from which byte on it came and how many bytes it brought."""
    return [(int(e.asked.headers["offset"]), len(e.asked.raw)) for e in play.ledger if e.call == "upload"]


@pytest.fixture
def play() -> Play:
    return ready(case("instagram"))


@pytest.mark.parametrize(
    ("post", "why"),
    [
        (Post("Port"), "no post without a photo or a film"),
        (Post("Port", media=(picture(),), parent=Receipt("1")), "cannot answer another one"),
    ],
)
def test_what_instagram_has_no_form_for_is_refused_before_anything_is_sent(play: Play, post: Post, why: str) -> None:
    error = play.error_of(lambda: play.publish(post))
    assert isinstance(error, Rejected)
    assert why in str(error)
    assert not play.ledger


@pytest.mark.parametrize(("text", "field"), [("#a " * 31, "tags"), ("@a " * 21, "mentions"), ("x" * 2201, "text")])
def test_too_much_in_a_caption_is_told_beforehand(text: str, field: str) -> None:
    assert [each.field for each in Instagram.measure(Post(text), LIMITS)] == [field]


def test_an_address_that_words_only_hide_stands_in_the_caption(play: Play) -> None:
    hidden = (Mark(0, 9, "link", "https://c.example/full"),)
    play.publish(Post("Read more", hidden, media=(picture(),)))
    assert [shown.text for shown in play.shown()] == ["Read more (https://c.example/full)"]


def test_a_page_without_a_professional_account_is_told(play: Play) -> None:
    next(iter(network(play).accounts.values())).is_linked = False
    for act in (lambda: play.do(lambda a: a.verify()), lambda: play.publish(play.case.post)):
        error = play.error_of(act)
        assert (type(error), error.scope) == (AuthFailed, Scope.CHANNEL)  # type: ignore[attr-defined] # one of the five
        assert "no professional Instagram account is linked" in str(error)


def test_a_version_of_an_operators_own_is_spoken_and_of_unknown_end() -> None:
    other = ready(replace(case("instagram"), settings={"version": "v25.0"}))
    other.publish(other.case.post)
    assert {entry.asked.path.split("/")[1] for entry in other.ledger} == {"v25.0"}
    assert other.run(other.act(_api)) == Api("v25.0")


async def _api(adapter: object) -> Api:
    assert isinstance(adapter, Instagram)
    return adapter.api()


def test_the_end_of_the_token_is_asked_by_its_app() -> None:
    play = ready(replace(case("instagram"), settings={"app_id": "77"}))
    token = network(play).tokens.known[play.credentials["token"]]
    token.app.id, token.expires_at = "77", datetime(2027, 1, 1, tzinfo=UTC)
    assert play.do(lambda a: a.ends()) == token.expires_at
    assert ready(case("instagram")).do(lambda a: a.ends()) is None


def test_each_right_a_token_lacks_is_named_where_its_app_may_ask() -> None:
    play = ready(replace(case("instagram"), settings={"app_id": "77"}))
    token = network(play).tokens.known[play.credentials["token"]]
    token.app.id = "77"
    assert play.do(lambda a: a.verify()).missing == ()
    token.scopes -= {"instagram_content_publish", "pages_read_engagement"}
    assert play.do(lambda a: a.verify()).missing == ("instagram_content_publish", "pages_read_engagement")
    token.app.id, token.scopes = "78", {"instagram_content_publish"}
    assert play.do(lambda a: a.verify()).missing == ("instagram_basic",), "what can be tried is tried"


def resumed(case: Case) -> None:
    """A film whose upload broke off goes on from the byte that came last."""
    play = filming(case)
    network(play).breaks_after = 20
    assert type(play.error_of(lambda: play.publish(play.case.post))).__name__ == "NotSent"
    play.publish(play.case.post)
    assert uploads(play)[-1] == (20, FILM.size - 20)
    assert [sha for sha, _ in only_shown(play).media] == [FILM.sha256]


def test_an_upload_goes_on_where_it_broke_off() -> None:
    resumed(case("instagram"))


def test_an_upload_whose_answer_was_lost_is_not_sent_again() -> None:
    play = filming(case("instagram"))
    play.only("upload", "accept_then_drop")
    assert isinstance(play.error_of(lambda: play.publish(play.case.post)), NotSent)
    play.calm()
    play.publish(play.case.post)
    assert uploads(play) == [(0, FILM.size)]


def test_killed_at_each_request_a_film_is_out_once_and_no_byte_was_sent_twice() -> None:
    count = len(drawn_by(filming(case("instagram"))))
    for index in range(count):
        play = filming(case("instagram"))
        with pytest.raises(asyncio.CancelledError):
            play.run(killed(play, index))
        play.calm()
        play.wait(1)
        if play.contents:
            play.wait(160)
            receipt = play.find(play.case.post) or deliver(play)
        else:
            receipt = deliver(play)
        assert [each.id for each in play.shown()] == [receipt.id], index
        assert sum(size for _, size in uploads(play)) == FILM.size, index


def drawn_by(play: Play) -> list[str]:
    play.publish(play.case.post)
    return play.drawn


async def killed(play: Play, index: int) -> None:
    """Die while the answer to one request is on its way; what the network did is done."""
    task = asyncio.create_task(
        play.act(lambda a: a.publish(play.case.post, key="k", memo=play.memo, intent=play.intend))
    )

    def draw(call: str) -> str | None:
        if len(play.drawn) - 1 != index:
            return None
        asyncio.get_running_loop().call_soon(task.cancel)
        return "slow"

    play.draw = draw  # type: ignore[assignment] # one of the faults
    await task


def test_a_film_that_is_none_is_told_from_a_broken_upload() -> None:
    play = filming(case("instagram"))
    content = b"x" * FILM.size
    fake = replace(FILM, open=partial(BytesIO, content))
    error = play.error_of(lambda: play.publish(replace(play.case.post, media=(fake,))))
    assert isinstance(error, PictureRefused)
    assert "Request processing failed" in str(error)


def test_a_film_among_photos_is_an_item_of_the_carousel(play: Play) -> None:
    play.publish(replace(play.case.post, media=(picture(1), FILM)))
    assert [sha for sha, _ in only_shown(play).media] == [picture(1).sha256, FILM.sha256]
    assert only_shown(play).options == {"card above": "true"}


def test_a_token_that_dies_during_an_upload_stops_the_account_and_costs_nothing() -> None:
    play = filming(case("instagram"))
    play.only("upload", "token_revoked")
    error = play.error_of(lambda: play.publish(play.case.post))
    assert (type(error), error.scope) == (AuthFailed, Scope.ACCOUNT)  # type: ignore[attr-defined] # one of the five
    play.calm()
    recover(play.case, play)
    play.wait(timedelta(minutes=5).total_seconds())
    play.publish(play.case.post)
    assert len(play.shown()) == 1
