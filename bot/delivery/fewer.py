"""A person's words with fewer of their pictures: they name whose those are that are left. Pure."""

from collections.abc import Iterable
from dataclasses import replace

import regex

from adapters.contract import Media, Post
from bot.articles.late import late
from bot.articles.whose import sounding
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
    """Say whom the words of a post name whose photo it shows no more; "" where they name nobody so.

    In whatever case and script, with the agency or without, and by a surname alone: who is asked once too often loses
    less than who is named for another's photo.
    """
    line = words_of(now.lang).photo + credits_of(each.credit for each in now.media)
    said = "\n".join("" if each == line else each for each in now.text.split("\n"))
    owed, left, named = _names(now.media), sounding(bare(said)), list[str]()
    gone = _names(was.media) - owed
    # One name may stand within another: the longer one is read first.
    for each in sorted(owed | gone, key=lambda name: (-len(name), name)):
        left, count = _written(each).subn(" ", left)
        named += [each] if count and each in gone else []
    surnames = (_PERSON.fullmatch(each) for each in sorted(gone) if not _NOBODY.search(each))
    named += dict.fromkeys(one["last"] for one in surnames if one and _written(one["last"]).search(left))
    names = ", ".join(named)
    return phrase(f"its words still name {names}") if names else ""


def _names(shown: Iterable[Media]) -> set[str]:
    """List everybody who is credited: each credit as it stands, and each of those it names."""
    credits = {each.credit for each in shown}
    return {name for credit in credits for one in (credit, *_BETWEEN.split(credit)) if (name := one.strip(" ."))}


def _written(name: str) -> "regex.Pattern[str]":
    """Match a name in a text as it sounds; a word of some length may end as cases have it."""
    words = sounding(name).split()
    long = _LONG - (len(words) > 1)
    words = [regex.escape(each) if len(each) < long else _bent(each) for each in words]
    together = r"\s+".join(words)
    return regex.compile(rf"(?<!\w){together}(?!\w)")


def _bent(word: str) -> str:
    return rf"{regex.escape(_VOWEL.sub('', word))}[aeiou]?(?:{_ENDINGS})?"


_BETWEEN = late(r"\s*[/;,|©&()—–·•:]\s*|\s+(?:-|for|via|and|и|для|және)\s+")
# Agencies, and what pictures and their makers are called: a surname is none of these.
_NOBODY = late(
    r"(?<!\w)(?:\p{Lu}{2,}|(?i:photos?|images?|pictures?|press|office|service|news|media|agency|pool|cent(?:er|re)"
    r"|times|фото|сурет|служба|агентство|агенттігі|қызметі|новости|медиа))(?!\w)"
)
_PERSON = late(r"(?:\p{Lu}\S*\s+){1,2}(?P<last>\p{Lu}\S{3,})")
_LONG = 4
_VOWEL = late(r"(?:aia|ii|oi|ei|[aeiou])$")
# Of Russian and Kazakh names, as they sound; what makes another name of one, as -ov does, is none of them.
_ENDINGS = "i|oi|iu|aia|ogo|ego|omu|emu|om|em|im|am|ah|ami|[ndt]?in|[ndt]i|[gkn][ae]|[dt][ae]|[dtn][ae]n|[mbp]en"
