"""The title over a video, its tags, and what YouTube takes nowhere; what stands under it: test_golden_shown.py."""

import unicodedata
from dataclasses import replace

import pytest

from adapters.contract import Post
from adapters.youtube import Youtube
from adapters.youtube_words import description, tags, title
from bot.posts.compose import compose
from tests.unit.posts.newsroom import LISTS, NOW, ZONE, article, template


def made(name: str, **changes: str) -> Post:
    spec = Youtube.spec
    return compose(
        replace(article(name), **changes),
        template("youtube"),
        measure=Youtube.measure,
        limits=spec.limits,
        target=spec.target,
        form="video",
        network="youtube",
        now=NOW,
        zone=ZONE,
        lists=LISTS,
        tags_beside=spec.tags_beside,
        is_correction=name == "en-corrected",
        uploads_photo=True,
    )


def test_a_long_headline_is_cut_where_it_still_says_the_same_and_tags_stand_beside() -> None:
    post = made("en-business", title="Aktau port wins a loan to double its grain capacity " + "in a very big way " * 4)
    assert len(post.title) <= 100
    assert post.title.startswith("Aktau port wins a loan")
    assert post.tags[:2] == ("Aktau", "GrainExports")


def test_signs_youtube_takes_nowhere_are_written_as_the_same_signs_in_another_width() -> None:
    post = made("en-business", title="Inflation > 10%, growth < 3%")
    assert title(post) == "Inflation ＞ 10%, growth ＜ 3%"
    assert unicodedata.normalize("NFKC", title(post)) == "Inflation > 10%, growth < 3%"
    assert "Inflation > 10%" in post.title  # what was approved stays what it is; the request alone is written so
    words = replace(post, text="a < b > c", marks=(), card=None, tags=("x<y",))
    assert (description(words), tags(words)) == ("a ＜ b ＞ c", ["x＜y"])
    assert not Youtube.measure(post, Youtube.spec.limits)


@pytest.mark.parametrize(
    ("post", "wanted"),
    [
        (Post("First line\nSecond"), "First line"),
        (Post("x " * 80), "x " * 48 + "x…"),
        (Post("ж" * 120), "ж" * 99 + "…"),
        (Post("words", title="A title of its own"), "A title of its own"),
    ],
)
def test_words_of_a_person_get_a_title_from_their_first_line(post: Post, wanted: str) -> None:
    assert title(post) == wanted


def test_tags_are_taken_while_there_is_room() -> None:
    words = replace(Post("x"), tags=("two words", "a" * 489, "b", " ", "c<d"))
    snippet = Youtube.__new__(Youtube)
    snippet.settings = Youtube.Settings()
    assert snippet.body(words)["session"]["snippet"]["tags"] == ["two words", "b", "c＜d"]
