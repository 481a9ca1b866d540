"""Every adapter passes these: pictures come whole and described or not at all, and too much is told beforehand."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from adapters.contract import (
    Adapter,
    Limits,
    Media,
    NotSent,
    OutcomeUnknown,
    PictureRefused,
    Pictures,
    Post,
    Problem,
    Scope,
)
from adapters.emulators.kit import Upload
from bot.media.develop import develop
from tests.contract.cases import CASES, WITH_PICTURES, every_form_with_pictures, named
from tests.contract.pictures import drawn, media, picture
from tests.contract.play import Case, Play, Refusal
from tests.contract.stage import NOON
from tests.contract.test_conformance import only_shown, pictures_in, pictures_of, ready, refusing
from tests.contract.test_conformance_faults import look_until_known, recover


def test_every_network_that_takes_pictures_is_tried_with_them() -> None:
    taking = [c.name for c in CASES if c.adapter.spec.limits.media and c.adapter.spec.limits.pictures]
    assert [c.name for c in WITH_PICTURES if c.form == "photo"] == taking
    assert all(c.adapter.spec.limits.pictures for c in CASES if c.name in taking)
    assert all(c.picture_refusals for c in CASES if c.adapter.spec.limits.pictures or c.adapter.spec.limits.thumb)
    assert all(c.adapter.spec.form != "photo" or c.adapter.spec.limits.media for c in CASES)


@every_form_with_pictures
def test_pictures_reach_readers_whole_and_described(case: Case) -> None:
    play = ready(case)
    play.publish(case.post)
    media, thumb = pictures_of(only_shown(play))
    assert (media, thumb) == pictures_in(case)
    for sha256 in (*(name for name, _ in media), *filter(None, [thumb])):
        assert hashlib.sha256(play.world.files[sha256].content).hexdigest() == sha256


@every_form_with_pictures
def test_a_picture_out_of_reach_is_named_and_nothing_is_sent(case: Case) -> None:
    play = ready(case)
    post = _with(case.post, _picture(case.post), open=None, url="")
    error = play.error_of(lambda: play.publish(post))
    assert isinstance(error, NotSent)
    assert _picture(case.post).sha256 in str(error)
    assert not play.contents
    assert not play.visible()


@pytest.mark.parametrize(
    ("case", "call", "refusal"),
    [
        pytest.param(c, call, r, id=f"{named(c)}-{call}-{r.status}-{str(r.body)[:60]}")
        for c in WITH_PICTURES
        for call, r in c.picture_refusals
    ],
)
def test_a_picture_that_is_refused_is_told_from_a_post_that_is(case: Case, call: str, refusal: Refusal) -> None:
    """The engine sends the rest without it."""
    play = refusing(case, refusal, call=call)
    error = play.error_of(lambda: play.publish(case.post))
    assert isinstance(error, PictureRefused)
    assert error.scope is Scope.DELIVERY
    assert not play.shown()
    assert len([entry for entry in play.ledger if entry.call == call]) == 1, "nobody asks again whether it is one"


def prepared_long_ago(case: Case) -> Play:
    """Get as far as the visible call, and try again days later."""
    play = ready(case)
    play.only(play.visible_call(case.post), "drop_before")
    play.error_of(lambda: play.publish(case.post))
    play.calm()
    play.wait(3 * 86400)
    recover(case, play)
    return play


@every_form_with_pictures
def test_an_upload_that_got_too_old_is_made_again(case: Case) -> None:
    play = prepared_long_ago(case)
    play.publish(case.post)
    assert pictures_of(only_shown(play)) == pictures_in(case)


@every_form_with_pictures
def test_an_upload_the_network_has_dropped_is_made_again(case: Case) -> None:
    play = prepared_long_ago(case)
    play.memo.now = lambda: NOON  # it believes that all it knows is new
    for _ in range(2):
        try:
            play.publish(case.post)
            break
        except OutcomeUnknown:  # an upload that is gone may stand on our own post
            assert look_until_known(play) is None
        except NotSent:
            continue
    assert pictures_of(only_shown(play)) == pictures_in(case)


@every_form_with_pictures
def test_too_much_is_told_by_measure_and_what_just_fits_is_not(case: Case) -> None:
    play = ready(case)
    limits: Limits = play.do(_limits)
    assert case.adapter.measure(case.post, limits) == ()
    for post, fits in _edges(case, limits):
        problems: tuple[Problem, ...] = case.adapter.measure(post, limits)
        assert (problems == ()) is fits, f"{problems} of {post}"
        assert all(p.have > p.most for p in problems)


@every_form_with_pictures
def test_what_measure_lets_pass_is_taken(case: Case) -> None:
    play = ready(case)
    limits: Limits = play.do(_limits)
    if not case.post.media or limits.alt is None:
        return
    post = replace(case.post, media=tuple(replace(m, alt="ә" * limits.alt) for m in case.post.media))
    play.publish(post)
    assert [alt for _, alt in only_shown(play).media] == ["ә" * limits.alt] * len(post.media)


@pytest.mark.parametrize("shape", [(600, 800), (1200, 400), (400, 1200)], ids=["3:4", "3:1", "1:3"])
@pytest.mark.parametrize("case", [c for c in WITH_PICTURES if c.form != "album"], ids=named)
def test_a_photo_of_any_shape_is_printed_so_that_its_network_takes_it(case: Case, shape: tuple[int, int]) -> None:
    """What the Spec says a network takes is held against the emulator's own rules."""
    play = ready(case)
    limits: Limits = play.do(_limits)
    takes = limits.pictures if case.post.media else limits.thumb
    assert takes is not None
    content, mime = _printed(shape, takes)
    play.world.fetch = lambda url: Upload("print", mime, content)
    made = media(content, mime)
    post = _carrying(case.post, made)
    assert case.adapter.measure(post, limits) == ()
    play.publish(post)
    seen, thumb = pictures_of(only_shown(play))
    assert (*(sha256 for sha256, _ in seen), *filter(None, [thumb])) == (made.sha256,)


@cache
def _printed(shape: tuple[int, int], takes: Pictures) -> tuple[bytes, str]:
    """Make the print the darkroom makes of a photo; networks with like wishes share it, as they do there."""
    (made,) = develop(drawn(size=shape), [takes])
    assert not made.why
    return made.content, made.mime


async def _limits(adapter: Adapter) -> Limits:
    return await adapter.limits()


def _edges(case: Case, limits: Limits) -> Iterator[tuple[Post, bool]]:
    """Make posts at each limit of a picture, and one step past it."""
    post, one = case.post, _picture(case.post)
    takes = limits.pictures if post.media else limits.thumb
    assert takes is not None
    for over in (0, 1):
        yield _with(post, one, size=takes.size + over), not over
        yield _with(post, one, width=takes.side + over, height=takes.side // 2), not over
        yield _with(post, one, width=takes.side // 2, height=takes.side + over), not over
        if post.media and limits.alt is not None:
            yield _with(post, one, alt="x" * (limits.alt + over)), not over
    for mime in ("image/heic", "image/svg+xml", "video/mp4", ""):
        yield _with(post, one, mime=mime), False
    yield from _areas(post, one, takes)
    if post.media:
        yield replace(post, media=tuple(picture(n) for n in range(limits.media + 1))), False


def _areas(post: Post, one: Media, takes: Pictures) -> Iterator[tuple[Post, bool]]:
    if takes.area is None or takes.area >= takes.side**2:
        return
    height = takes.area // takes.side
    yield _with(post, one, width=takes.side, height=height), True
    yield _with(post, one, width=takes.side, height=height + 1), False


def _carrying(post: Post, one: Media) -> Post:
    """Put one picture where a post carries its only one."""
    if post.media:
        return replace(post, media=(one,))
    assert post.card is not None
    return replace(post, card=replace(post.card, thumb=one))


def _picture(post: Post) -> Media:
    """Take the last picture a post carries, or the one on its card."""
    if post.media:
        return post.media[-1]
    assert post.card is not None
    assert post.card.thumb is not None
    return post.card.thumb


def _with(post: Post, one: Media, **changes: object) -> Post:
    """Change one picture of a post."""
    new = replace(one, **changes)  # type: ignore[arg-type] # the tests name its fields
    if not post.media:
        assert post.card is not None
        return replace(post, card=replace(post.card, thumb=new))
    return replace(post, media=tuple(new if m is one else m for m in post.media))
