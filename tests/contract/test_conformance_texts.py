"""Every adapter passes these: any words are posted as they are or refused, and counted as the network counts."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.contract import Adapter, Card, Limits, Mark, Post, Problem, PublishError
from tests.contract.cases import EVERY_FORM, LINK, POST, named
from tests.contract.play import Case, Play, kind

FAMILY = "👨‍👩‍👧‍👦"
_WORDS = st.text(max_size=60).map(lambda text: unicodedata.normalize("NFC", text))
_PIECES = st.sampled_from(
    ["слово ", "word ", "🚄", FAMILY, "🇰🇿", f"{LINK} ", "@desk@social.example ", "@desk ", "#Астана ", "\n", "<b>&"]
)
_LONG = st.tuples(st.lists(_PIECES, min_size=1, max_size=6), st.integers(1, 160)).map(lambda t: "".join(t[0]) * t[1])


# Words under a picture are words too, and may have limits of their own.
with_and_without_a_picture = pytest.mark.parametrize(
    "case", [c for c in EVERY_FORM if c.form in ("", "photo")], ids=named
)


@st.composite
def posts(draw: st.DrawFn) -> Post:
    """Any words with any marks, even senseless ones."""
    text = draw(_WORDS)
    edge = st.integers(0, len(text) + 2)
    kinds = st.sampled_from(["bold", "italic", "link", "tag"])
    # One of a kind: no template makes links within links.
    marks = draw(st.lists(st.builds(Mark, edge, edge, kinds, st.just(LINK)), max_size=3, unique_by=lambda m: m.kind))
    card = draw(st.sampled_from([None, Card(LINK, "Railway", "Opens"), Card(LINK, text, text)]))
    return Post(text, tuple(marks), card=card, tags=tuple(draw(st.lists(_WORDS, max_size=2))))


def letters(text: str) -> str:
    """Tell the words without their spaces."""
    return "".join(text.split())


def said(shown: str, post: Post) -> str:
    """Tell the words a reader sees, without the addresses a network writes out that has no hidden links."""
    without = shown if LINK in post.text else shown.replace(f"({LINK})", "").replace(LINK, "")
    return letters(without)


@with_and_without_a_picture
@given(post=posts())
@example(post=Post(""))
@example(post=Post("\ud800"))
@example(post=Post("\x00\u200b"))
@example(post=replace(POST, lang=""))
@settings(max_examples=60, deadline=None)
def test_any_words_are_posted_as_they_are_or_refused(case: Case, post: Post) -> None:
    play = Play(case)
    post = replace(post, media=case.post.media)
    receipt, refused = None, ""
    try:
        receipt = play.publish(post)
    except PublishError as e:
        refused = kind(e)
    if receipt is None:
        assert refused in ("Rejected", "NotSent")
        assert not play.shown()
    else:
        (shown,) = play.shown()
        assert shown.id == receipt.id
        assert said(shown.text, post) == letters(post.text.translate(case.rewrites))


@with_and_without_a_picture
@given(text=_LONG)
@settings(max_examples=60, deadline=None)
def test_words_within_the_limits_are_never_refused(case: Case, text: str) -> None:
    play = Play(case)
    post = Post(unicodedata.normalize("NFC", text.strip()), media=case.post.media)
    if not post.text or play.do(lambda a: _measured(a, post)):
        return
    play.publish(post)
    assert len(play.shown()) == 1


@with_and_without_a_picture
@pytest.mark.parametrize("letter", ["x", "Қ"])
def test_one_letter_over_the_limit_is_told_by_measure_and_refused_by_the_network(case: Case, letter: str) -> None:
    counts = len(letter.encode()) if case.counts_bytes else 1
    most = longest(case)
    for over in (0, 1):
        play = Play(case)
        post = Post(letter * (most // counts + over), media=case.post.media)
        problems = play.do(lambda a, post=post: _measured(a, post))
        if over:
            assert problems == (Problem("text", most + counts, most),)
            assert kind(play.error_of(lambda play=play, post=post: play.publish(post))) == "Rejected"  # type: ignore[misc] # mypy cannot infer a default
            assert not play.shown()
        else:
            assert problems == ()
            play.publish(post)
            assert len(play.shown()) == 1


@with_and_without_a_picture
def test_measure_counts_what_is_sent_and_not_only_what_is_written(case: Case) -> None:
    """An address that only the card holds must fit too, where the network needs it in the words."""
    post = Post("x" * longest(case), card=Card(LINK, "Railway", "Opens"), media=case.post.media)
    play = Play(case)
    fits = not play.do(lambda a: _measured(a, post))
    if fits:
        play.publish(post)
    else:
        assert kind(play.error_of(lambda: play.publish(post))) == "Rejected"
    assert len(play.shown()) == int(fits)


def longest(case: Case) -> int:
    limits: Limits = Play(case).do(lambda a: a.limits())
    return limits.words([each.mime for each in case.post.media])


async def _measured(adapter: Adapter, post: Post) -> tuple[Problem, ...]:
    return adapter.measure(post, await adapter.limits())
