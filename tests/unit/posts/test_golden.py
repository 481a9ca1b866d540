"""The posts an editor wrote for eight articles, against what the shipped templates make of them."""

from dataclasses import replace

import pytest

from adapters.contract import Post
from bot.posts.markup import Styled, parse, tidy
from tests.unit.posts.newsroom import NAMES, NETWORKS, WORDING, article, plain, post_of

# What no rule reaches: sentences merged, reordered or chosen for their weight (the wording's own list).
BY_HAND_ONLY = {
    ("en-politics", "telegram"),
    ("en-business", "telegram"),
    ("ru-accident", "telegram"),
    ("en-science", "telegram"),
    ("kk-sport", "telegram"),
    ("kk-city", "telegram"),
}
EVERY = [(name, network) for name in NAMES for network in NETWORKS]


def wanted(kind: str, name: str, network: str) -> Styled:
    """The written post as text and marks; its photo credit goes with an uploaded photo, which a card has not."""
    lines = WORDING[kind][name][network].split("\n")
    return tidy(parse("\n".join(line for line in lines if not line.startswith(("Photo: ", "Фото: ")))))


def styled(post: Post, network: str) -> tuple[str, tuple[object, ...]]:
    shown = ("bold", "link") if network == "telegram" else ()
    return plain(post.text), tuple(mark for mark in post.marks if mark.kind in shown)


@pytest.mark.parametrize(("name", "network"), EVERY)
def test_a_default_post_is_the_one_an_editor_would_send(name: str, network: str) -> None:
    post = post_of(article(name), network, is_correction=name == "en-corrected")
    kind = "mechanical" if (name, network) in BY_HAND_ONLY else "golden"
    best = wanted(kind, name, network)
    assert styled(post, network) == (plain(best.text), best.marks)


def test_eighteen_of_twenty_four_posts_need_no_hand() -> None:
    alike = 0
    for name, network in EVERY:
        post, best = (
            post_of(article(name), network, is_correction=name == "en-corrected"),
            wanted("golden", name, network),
        )
        alike += styled(post, network) == (plain(best.text), best.marks)
        if plain(post.text) != plain(best.text):
            print(f"\n--- {name} {network}\n{post.text}\n--- by hand\n{best.text}")
    assert alike == 18


def test_a_post_made_before_the_correction_says_what_the_article_said_then() -> None:
    now = article("en-corrected")
    lead = now.lead.replace("180", "810")
    then = replace(now, title=now.title.replace("180", "810"), paragraphs=(lead, *now.paragraphs[1:]))
    lines = WORDING["before_correction"]["telegram"].split("\n")
    best = tidy(parse("\n".join(line for line in lines if not line.startswith("Photo: "))))
    assert plain(post_of(then, "telegram").text) == plain(best.text)
