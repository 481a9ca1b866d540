"""A person's words with fewer of their pictures: they name whose those are that are left. Pure."""

from dataclasses import replace

from adapters.contract import Media, Post
from bot.articles.typed import holds, typed, without
from bot.delivery.by_hand import hand_written
from bot.posts.fields import credits_of
from bot.posts.shown import bare
from bot.posts.words import words_of
from bot.tongue import phrase

__all__ = ["still_named", "with_fewer"]


def with_fewer(post: Post, kept: tuple[Media, ...], *, address: str) -> Post:
    """Take pictures off a post whose words are a person's; `kept` stay.

    Of its words only the list of credits changes, and only where it stands as templates write it, in a line of its own:
    how else a person names somebody is theirs, and `still_named` tells.
    """
    was, owed = credits_of(each.credit for each in post.media), credits_of(each.credit for each in kept)
    card = replace(post.card, thumb=None) if post.card and not kept else post.card
    fewer = replace(post, media=kept, card=card)
    label, lines = words_of(post.lang).photo, post.text.split("\n")
    if was == owed or lines.count(label + was) != 1:
        return fewer
    lines[lines.index(label + was)] = label + owed if owed else ""
    return hand_written(fewer, "\n".join(lines), language=post.lang, address=address)


def still_named(was: Post, now: Post) -> str:
    """Say whom the words of a post name whose photo it shows no more; "" where they name nobody so."""
    owed, left, named = {each.credit for each in now.media}, typed(bare(now.text)), list[str]()
    # One name may stand within another: the longer one is read first.
    for each in sorted({each.credit for each in was.media if each.credit}, key=lambda name: (-len(name), name)):
        if holds(left, each):
            left = without(left, each)
            named += [each] if each not in owed else []
    names = ", ".join(named)
    return phrase(f"its words still name {names}") if names else ""
