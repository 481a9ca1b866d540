"""Gives a text its language's own signs, once, when it comes in: quotation marks, apostrophes, dashes, fixed spaces.

Letters and digits stay what they are; only a letter of another alphabet that stands alone in a word is put right.
Addresses, handles and hashtags are left alone. English, Russian and Kazakh only: other languages have other rules.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import regex

from bot.articles.late import late
from bot.model import Article

__all__ = ["typeset", "typeset_headline", "whole"]


@dataclass(frozen=True, slots=True)
class _House:
    """One language's signs."""

    outer: tuple[str, str]
    inner: tuple[str, str]
    dash: str
    keeps_quotes: bool
    """Whether typographic quotation marks stay as the newsroom chose them, and only typewriter ones are set."""
    units: "regex.Pattern[str]"
    """A space behind a number, or before a dash, that must not break."""


def whole(article: Article) -> Article:
    """Set every text of an article that a post may show."""
    language = article.language
    return replace(
        article,
        title=typeset_headline(article.title, language),
        dek=typeset(article.dek, language),
        paragraphs=tuple(typeset(one, language) for one in article.paragraphs),
        correction=typeset(article.correction, language),
    )


def typeset(text: str, language: str) -> str:
    """Set one paragraph; setting it again changes nothing."""
    house = _HOUSES.get(language.partition("-")[0].lower())
    return _apart(text, lambda bare: _dashed(_set(bare, house), house)) if house else text


def typeset_headline(text: str, language: str) -> str:
    """Set a headline: quotation marks and spaces only, everything else stays as the newsroom wrote it."""
    house = _HOUSES.get(language.partition("-")[0].lower())
    return _apart(text, lambda bare: _set(bare, house)) if house else text


def _set(text: str, house: _House) -> str:
    text = _MIXED.sub(lambda found: _one_alphabet(found[0], kazakh=house is _KAZAKH), text)
    text = _quoted(_LOOSE.sub("", text), house)
    text = _single(_LOOSE.sub("", text))
    return str(house.units.sub("\u00a0", text))


def _dashed(text: str, house: _House) -> str:
    # A house that writes a spaced en dash keeps writing it.
    dash = "–" if " – " in text.replace("\u00a0", " ") and house is _ENGLISH else house.dash
    return str(house.units.sub("\u00a0", _HYPHEN.sub(f" {dash} ", text)))


def _apart(text: str, change: Callable[[str], str]) -> str:
    """Change everything but addresses, handles and hashtags, which one sign stands for meanwhile."""
    if _STAND_IN in text:
        return text
    kept: list[str] = _FIXED.findall(text)
    parts = iter(kept)
    changed = change(_FIXED.sub(_STAND_IN, text))
    return str(regex.sub(_STAND_IN, lambda found: next(parts), changed))


def _quoted(text: str, house: _House) -> str:
    """Set double quotation marks by how deep they stand; a text in which they do not pair stays as it is."""
    marks, opened = list[tuple[int, str]](), list[tuple[int, str]]()
    for found in _DOUBLE.finditer(text):
        at, sign = found.start(), found[0]
        if _closes(text, at, sign, opened):
            start, opener = opened.pop()
            if not _pair(opener, sign):
                return text
            is_typed = '"' in (opener, sign)
            left, right = house.inner if opened else house.outer
            if is_typed or not house.keeps_quotes:
                marks += [(start, left), (at, right)]
        elif sign in "»”" or (sign == '"' and not _may_open(text, at)):
            if sign == '"' and text[at - 1 : at].isdigit():
                continue  # 7" is seven inches
            return text
        else:
            opened.append((at, sign))
    if opened:
        return text
    signs = list(text)
    for at, sign in marks:
        signs[at] = sign
    return "".join(signs)


def _closes(text: str, at: int, sign: str, opened: list[tuple[int, str]]) -> bool:
    if not opened:
        return False
    if sign in "»”":
        return True
    if sign == "“":
        return opened[-1][1] == "„"
    return sign == '"' and (opened[-1][1] == '"' or not _may_open(text, at)) and not _must_open(text, at)


def _pair(opener: str, closer: str) -> bool:
    return closer in {"«": "»", "“": "”", "„": "“”", '"': '"'}[opener]


def _may_open(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return (not before or before.isspace() or before in "([«“„—–-/‘'") and bool(after) and not after.isspace()


def _must_open(text: str, at: int) -> bool:
    after = text[at + 1 : at + 2]
    return _may_open(text, at) and (after.isalnum() or after == _STAND_IN)


def _single(text: str) -> str:
    text = _IN_WORD.sub("’", text)
    text = _SINGLE.sub(r"‘\1’", text)
    return str(_LEFT_OUT.sub("’", text))


def _one_alphabet(word: str, *, kazakh: bool) -> str:
    """Put the odd letter out of a word right, where it has a twin in the alphabet of all the others."""
    latin = [letter for letter in word if letter < "\u0300"]
    if len(latin) > len(word) - len(latin):
        twins, odd = _TO_LATIN, [letter for letter in word if letter >= "\u0300"]
        others = latin
    else:
        twins, odd = (_TO_KAZAKH if kazakh else _TO_CYRILLIC), latin
        others = [letter for letter in word if letter >= "\u0300"]
    is_sure = any(letter not in _AMBIGUOUS for letter in others)
    # A keyboard without і gives i throughout a word; other letters slip in once or twice.
    is_few = len(odd) <= max(1, len(word) // 3) or len(set(odd)) == 1
    is_slip = is_few and all(letter in twins for letter in odd)
    return (
        "".join(twins.get(letter, letter) if letter in odd else letter for letter in word)
        if is_sure and is_slip
        else word
    )


_STAND_IN = "\ue002"
_FIXED = late(
    r"(?:https?://|www\.)[^\s<>«»“”\"]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]+|(?<![\w&])[@#]\w+"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?![\w-])(?:/[^\s<>«»“”\"]*)?"
)
_DOUBLE = late(r"[«»“”„\"]")
# Signs that have lost their word: "word , word", "« word »".
_LOOSE = late(r"(?<=[\p{L}\d»”)])[ \u00a0]+(?=[,;](?:\s|$))|(?<=«)[ \u00a0]+|[ \u00a0]+(?=»)")
_IN_WORD = late(r"(?<=\p{L})['´`](?=\p{L})|(?<!\p{L})'(?=\d0s\b)")
_SINGLE = late(r"(?<![\p{L}\d'])'(?=\S)([^'‘\n]*[^\s'‘])'(?![\p{L}\d'])")
_LEFT_OUT = late(r"(?<=\p{L}s)'(?=[\s.,;:!?)]|$)")
_HYPHEN = late(r"(?<=[\p{L}\p{N}»”’)%\ue002.,!?])[ \u00a0]--?[ \u00a0](?=[\p{L}\p{N}«“‘(\ue002$€£₸\"])")
_MIXED = late(r"\b(?=\p{L}*\p{Script=Latin})(?=\p{L}*\p{Script=Cyrillic})\p{L}{3,}\b")

_CYRILLIC, _LATIN = "асеорхуАВСЕНКМОРТХ", "aceopxyABCEHKMOPTX"
_TO_CYRILLIC = dict(zip(_LATIN, _CYRILLIC, strict=True))
_TO_KAZAKH = _TO_CYRILLIC | dict(zip("iIhəƏɵ", "іІһәӘө", strict=True))
_TO_LATIN = dict(zip(_CYRILLIC + "іІ", _LATIN + "iI", strict=True))
_AMBIGUOUS = frozenset(_CYRILLIC + _LATIN + "іІiI")

_THOUSANDS = r"(?<=(?<![\d,.])\d{1,3}(?:[ \u00a0]\d{3})*)[ ](?=\d{3}(?![\d]))"
_ENGLISH = _House(
    outer=("“", "”"),
    inner=("‘", "’"),
    dash="—",
    keeps_quotes=False,
    units=regex.compile(r"(?<=\d) (?=(?:million|billion|trillion|percent)\b)"),
)
_RUSSIAN = _House(
    outer=("«", "»"),
    inner=("„", "“"),
    dash="—",
    keeps_quotes=False,
    units=regex.compile(
        rf"{_THOUSANDS}|(?<=\d) (?=(?:тыс|млн|млрд|трлн|км|кг|га|год|года|году|годов|лет|%|тенге|рубл|доллар|евро|"
        r"января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря))"
        r"|(?<=(?<![\p{L}\d’-])[вксуояиаВКСУОЯИА]) (?=[\p{L}\d«„])|(?<=№) (?=\d)|(?<=[^\s–—]) (?=[—–] )"
    ),
)
_KAZAKH = _House(
    outer=("«", "»"),
    inner=("“", "”"),
    dash="–",
    keeps_quotes=True,
    units=regex.compile(
        rf"{_THOUSANDS}|(?<=\d) (?=(?:мың|млн|млрд|трлн|км|кг|га|жыл|ж\.|%|пайыз|теңге|келі|доллар|рубл|евро))"
        r"|(?<=№) (?=\d)|(?<=[^\s–—]) (?=[—–] )"
    ),
)
_HOUSES = {"en": _ENGLISH, "ru": _RUSSIAN, "kk": _KAZAKH}
