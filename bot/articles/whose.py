"""Whose a picture is, by every word that is said of it; and whether the newsroom bars them from social networks."""

import unicodedata
from collections.abc import Sequence

from bot.articles.photo import may_be_same
from bot.articles.typed import holds, typed
from bot.model import Photo
from bot.tongue import phrase

__all__ = ["UNNAMED", "barred", "sounding", "why_barred", "why_stays", "words_of"]

UNNAMED = phrase(
    "it has no credit of its own, and another photo of its story, which may be the same, is barred from social networks"
)
_MOST = 4000
"""Signs: a credit stands in far fewer, and what is kept with each post should be little."""


def words_of(photo: Photo, *more: str) -> str:
    """Join what is said of whose a photo is; `more`: what its file says."""
    lines = (photo.credit, *more, photo.beside, photo.caption, photo.alt)
    return "\n".join(dict.fromkeys(line for line in lines if line))[:_MOST]


def why_barred(whose: str, words: Sequence[str]) -> str:
    """Say that a picture never leaves, as part of a sentence; "" where nothing bars it."""
    name = barred(whose, words)
    return (
        phrase(f"its credit, its file or the words near it name {name}, which the newsroom bars from social networks")
        if name
        else ""
    )


def why_stays(photo: Photo, photos: Sequence[Photo], words: Sequence[str]) -> str:
    """Say why one of a story's `photos` never leaves; "" where nothing said of them keeps it.

    Of two addresses that call a picture the same, what is said of one is said of both. And where a photo is barred, one
    of which nobody says whose it is may be that very photo, cut or made smaller, at another address.
    """
    for each in (photo, *(one for one in photos if may_be_same(photo, one))):
        if why := why_barred(words_of(each), words):
            return why
    is_unnamed = not photo.credit and any(barred(words_of(each), words) for each in photos)
    return UNNAMED if is_unnamed else ""


def barred(whose: str, words: Sequence[str]) -> str:
    """Find which of the newsroom's barred words stands in what is said of a picture; "" where none does.

    Whatever the case and the script: TASS is ТАСС, and so is AP typed with the Cyrillic А and Р.
    """
    if not words or not whose:
        return ""
    # A sign that nobody sees may stand within a name, or part it from the next word.
    readings = [_readings(each) for each in dict.fromkeys((_seen(whose), _seen(whose, parts=" ")))]
    return next((word.removesuffix("*") for word in words if any(_stands(word, each) for each in readings)), "")


def sounding(text: str) -> str:
    """Write a text as it sounds, in small Latin letters, so that one name is found in several scripts."""
    return _readings(_seen(text))[0]


def _stands(word: str, readings: tuple[str, str]) -> bool:
    return any(holds(text, each) for text, each in zip(readings, _readings(_seen(word)), strict=True))


def _seen(text: str, *, parts: str = "") -> str:
    """Leave out what is not seen, such as zero-width spaces and marks of direction."""
    return "".join(parts if unicodedata.category(sign) == "Cf" else sign for sign in text)


def _readings(text: str) -> tuple[str, str]:
    """Write a text in Latin letters twice: by what its Cyrillic ones sound like, and by what they look like."""
    # Names of agencies' files join words by "_", which counts as a letter elsewhere.
    plain = unicodedata.normalize("NFKC", text).replace("_", " ")
    return _sounding(plain), _sounding(plain.translate(_LOOKS))


def _sounding(text: str) -> str:
    """Write a text as it sounds: of the many ways to spell a Cyrillic letter in Latin ones, one."""
    return typed(text).translate(_SOUNDS).replace("kh", "h").replace("y", "i").replace("q", "k")


_SOUNDS = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцыэіәғқңөұүһ", "abvgdeziiklmnoprstufhcyeiagknouuh", strict=True))
    | {"ё": "e", "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": None, "ь": None}
    # The Latin letters of Kazakh.
    | dict(zip("äáğñńöóşūüúıі", "aagnnoosuuuii", strict=True))
)
# Capitals alone: "ар" is a word in other languages.
_LOOKS = str.maketrans("АВЕКМНОРСТУХІҮҺ", "ABEKMHOPCTYXIYH")
