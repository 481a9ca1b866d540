"""What holds of every post, whatever the article, the network and the room there is."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.contract import Limits, Post
from bot.model import Article, Reason
from bot.posts.choose import is_balanced
from bot.posts.compose import CannotCompose
from bot.posts.fields import composed
from bot.posts.frozen import dump, load
from tests.unit.posts.newsroom import NAMES, NETWORKS, NOW, article, flagged, measure, plain, post_of, sent_at, tried

ENDS = (".", "!", "?", "…", ".”", ".»", ".)", "!”", "?”")
BOILERPLATE = re.compile(r"(?i)read more|sign up|subscribe|photo:|фото:|click|подробнее|толығырақ|appeared first on")
RESIDUE = re.compile(r"&\w+;|<\w|</|\{\{|\}\}|\{%|None|undefined|\\n")
MARKS = re.compile(r"^(?:CORRECTION|BREAKING|СРОЧНО|ШҰҒЫЛ|Мұрағаттан, 2025 жылғы желтоқсан): ")


def blocks(post: Post) -> list[str]:
    """The paragraphs of prose: without headline, address and hashtags."""
    shown = [plain(post.text[mark.start : mark.end]) for mark in post.marks if mark.kind == "link"]
    lines = [MARKS.sub("", line) for line in plain(post.text).split("\n")]
    return [line for line in lines if line and line not in shown and not line.startswith("#")]


def source_of(story: Article) -> str:
    return "\n".join([story.title, f"{story.title}.", story.dek, *story.paragraphs, story.flags.correction])


@given(
    name=st.sampled_from(NAMES),
    network=st.sampled_from(list(NETWORKS)),
    form=st.sampled_from(["card", "text"]),
    room=st.integers(50, 5000),
    target=st.integers(50, 5000),
    is_urgent=st.booleans(),
)
@example("en-politics", "bluesky", "text", 300, 280, False)
@settings(max_examples=120, deadline=None)
def test_a_post_fits_and_says_only_what_the_article_says(
    name: str, network: str, form: str, room: int, target: int, is_urgent: bool
) -> None:
    story = article(name)
    if is_urgent:
        story = flagged(story, breaking_until=sent_at(story) + timedelta(hours=1))
    limits = replace(NETWORKS[network][0], text=room)
    post = tried(story, network, form=form, limits=limits, target=target)
    if isinstance(post, CannotCompose):
        assert post.reason is Reason.TOO_LONG
        assert room < 300
        return
    assert measure(post, limits) == ()
    assert is_balanced(post.text)
    assert not RESIDUE.search(post.text)
    assert not BOILERPLATE.search(post.text)
    assert post.text == post.text.strip()
    assert "  " not in post.text
    assert "\n\n\n" not in post.text
    source = plain(source_of(story))
    for block in blocks(post):
        assert block.endswith(ENDS) or block.rstrip("…") in source
        for part in re.split(r"(?<=[.!?]) (?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])", plain(block)):
            assert part.rstrip("….") in source
    for mark in post.marks:
        assert 0 <= mark.start < mark.end <= len(post.text)
        if mark.kind == "tag":
            assert post.text[mark.start : mark.end] == f"#{mark.value}"
    assert load(dump(post)) == post


@given(st.sampled_from(NAMES), st.sampled_from(list(NETWORKS)), st.integers(50, 900))
@settings(max_examples=60, deadline=None)
def test_more_room_never_takes_words_away(name: str, network: str, target: int) -> None:
    limits = replace(NETWORKS[network][0], text=1000)
    shorter = post_of(article(name), network, limits=limits, target=target)
    longer = post_of(article(name), network, limits=limits, target=target + 100)
    assert len(longer.text) >= len(shorter.text)


@given(
    title=st.text(min_size=1, max_size=80),
    dek=st.text(max_size=80),
    lead=st.text(max_size=200),
    tag=st.text(max_size=20),
)
@settings(max_examples=80, deadline=None)
def test_no_text_of_a_feed_breaks_a_template_or_becomes_markup(title: str, dek: str, lead: str, tag: str) -> None:
    story = Article(title=title, url="https://a.example/1", dek=dek, paragraphs=(lead,), tags=(tag,))
    for network in NETWORKS:
        post = tried(replace(story, published=NOW), network, limits=Limits(text=4000))
        if isinstance(post, CannotCompose):
            assert post.reason in (Reason.MISSING_FIELD, Reason.TEMPLATE, Reason.DEFECT)
            assert not composed(story).title or post.reason is not Reason.MISSING_FIELD
            continue
        assert [mark.kind for mark in post.marks].count("bold") <= (network == "telegram")
        post.text.encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_solemn_post_and_a_correction_have_no_hashtag_anywhere(name: str) -> None:
    solemn = flagged(article(name), is_solemn=True, correction="It is 180, not 810.")
    for network in NETWORKS:
        for post in (post_of(solemn, network), post_of(solemn, network, is_correction=True)):
            assert "#" not in post.text
            assert post.tags == ()
