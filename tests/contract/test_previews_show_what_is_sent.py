"""What the desk draws of a post is what the network gets, and what its readers then see."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings

from adapters.body import fill
from adapters.contract import Limits, Session
from adapters.emulators.kit import Shown
from bot.desk.previews import Preview, Told, preview
from bot.model import Channel
from tests.contract.cases import case
from tests.contract.play import Case, Play
from tests.contract.test_preview_is_what_is_sent import (
    PLAIN,
    Wanted,
    every_way,
    wanted,
    written,
)
from tests.unit.desk.drawn import read, words_of

_TOLD_THE_CARD = ("bluesky", "facebook", "telegram", "threads")
_TOLD_THE_MARKS = ("bluesky", "telegram")


class _Nobody:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a preview that needs {name} asks somebody")


_NOBODY: Any = _Nobody()


def seen(case: Case, form: str, wish: Wanted) -> tuple[Preview, Shown] | None:
    """Preview one wish, then publish it; None where it cannot be written."""
    play = Play(case)
    limits: Limits = play.do(lambda a: a.limits())
    post = written(case, form, wish, limits)
    if post is None:
        return None
    adapter = case.adapter(case.adapter.Settings(**play.settings), Session("", {}), _NOBODY, _NOBODY)
    who = Channel(id="here", account="a", network=case.name)
    shown = preview(who, post, adapter, limits, Told(newsroom="The Courier", photo="/picture?story=s"))
    if post.card:
        play.network.pages[post.card.url] = (post.card.title, post.card.description)
    play.publish(post)
    (content,) = play.contents
    assert {part.name: part.body for part in shown.parts}.keys() == content.keys()
    assert fill(adapter.body(post), play.memo.read) == content
    (out,) = play.shown()
    return shown, out


def check(shown: Preview, out: Shown) -> None:
    assert shown.words == out.text
    assert words_of(shown) == out.text
    assert [each.alt for each in shown.shots] == [alt for _, alt in out.media][:4]
    assert [each.src for each in shown.shots] == [f"/picture?sha256={sha}" for sha, _ in out.media][:4]
    if out.card or out.network in _TOLD_THE_CARD:
        assert (shown.card and (shown.card.href, shown.card.title, shown.card.description)) == out.card
    if out.thumb:
        assert shown.card
        assert shown.card.shot
        assert shown.card.shot.src == f"/picture?sha256={out.thumb}"
    if out.lang:
        assert shown.lang == out.lang
    if out.title:
        assert shown.heading == out.title
    if out.network in _TOLD_THE_MARKS:
        check_marks(shown, out)


def check_marks(shown: Preview, out: Shown) -> None:
    """Every character looks as the request says: bold, italic, and where it leads."""
    at = 0
    for each in shown.segments:
        inside = [mark for mark in out.marks if mark[0] <= at and at + len(each.text) <= mark[1]]
        kinds = {kind for _, _, kind, _ in inside}
        assert each.is_bold == ("bold" in kinds)
        assert each.is_italic == ("italic" in kinds)
        if each.href:
            assert ("link", each.href) in {(kind, value) for _, _, kind, value in inside}
        at += len(each.text)


@every_way
@given(wish=wanted())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_drawn_preview_is_what_readers_see(case: Case, form: str, wish: Wanted) -> None:
    if both := seen(case, form, wish):
        check(*both)


@every_way
def test_a_plain_wish_is_drawn_for_every_network(case: Case, form: str) -> None:
    both = seen(case, form, PLAIN)
    assert both
    check(*both)


def test_an_address_with_letters_glued_to_it_is_drawn_as_the_network_takes_it() -> None:
    both = seen(case("threads"), "text", replace(PLAIN, template="{{ url }}<b>x</b>\n\n{{ url }}"))
    assert both
    check(*both)
    assert both[0].card
    assert both[0].card.href == f"{PLAIN.article.url}x"


def test_a_post_that_needs_its_picture_is_drawn_with_it() -> None:
    both = seen(case("instagram"), "photo", PLAIN)
    assert both
    check(*both)
    assert len(both[0].shots) == 1
    assert both[0].card is None


@every_way
def test_what_is_drawn_loads_nothing_from_elsewhere_and_runs_nothing(case: Case, form: str) -> None:
    both = seen(case, form, PLAIN)
    assert both
    page = read(both[0])
    assert all(src.startswith("/picture?") for src in page.xpath("//@src"))
    assert not page.xpath("//script | //style | //iframe | //@style | //@srcset | //@*[starts-with(name(), 'on')]")
    elsewhere = page.xpath("//a[not(starts-with(@href, '/'))]")  # a film is served here
    assert [each.get("rel") for each in elsewhere] == ["noopener noreferrer nofollow"] * len(elsewhere)
