"""A person's words with fewer of their pictures: they name whose those are that are left. Pure."""

from dataclasses import replace

from adapters.contract import Media, Post
from bot.delivery.by_hand import hand_written
from bot.posts.fields import credits_of
from bot.posts.shown import bare
from bot.posts.words import words_of
from bot.tongue import phrase

__all__ = ["still_named", "with_fewer"]


def with_fewer(post: Post, kept: tuple[Media, ...], *, address: str) -> Post:
    """Take pictures off a post whose words are a person's; `kept` stay.

    Of its words only the list of credits changes, and only where it stands as templates write it: how else a person
    names somebody is theirs, and `still_named` tells.
    """
    was, owed = credits_of(each.credit for each in post.media), credits_of(each.credit for each in kept)
    card = replace(post.card, thumb=None) if post.card and not kept else post.card
    fewer = replace(post, media=kept, card=card)
    if was == owed or post.text.count(was) != 1:
        return fewer
    label = words_of(post.lang).photo
    old, new = (was, owed) if owed else (label + was, "")
    return hand_written(fewer, post.text.replace(old, new), language=post.lang, address=address)


def still_named(was: Post, now: Post) -> str:
    """Say whom the words of a post name whose photo it shows no more; "" where they name nobody so."""
    owed = {each.credit for each in now.media}
    gone = dict.fromkeys(each.credit for each in was.media if each.credit and each.credit not in owed)
    # One name may stand within another that is shown.
    left = bare(now.text)
    for each in sorted(owed, key=len, reverse=True):
        left = left.replace(bare(each), " ") if each else left
    names = ", ".join(each for each in gone if bare(each) in left)
    return phrase(f"its words still name {names}") if names else ""
