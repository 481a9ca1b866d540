"""Which language a text is written in: the declared one, unless its letters say otherwise."""

from functools import lru_cache

import regex

_LETTER, _CODE = regex.compile(r"\p{L}"), regex.compile(r"[a-z]{2,3}")
_KAZAKH = frozenset("әғқңөұүһі")
# Turkish shares ğ and ş, German ä and ü, Spanish ñ: only both kinds together are the Latin Kazakh of the 2021 draft.
_LATIN_KAZAKH = (frozenset("ğş"), frozenset("ñūä"))
_KAZAKH_SHARE = 0.015
_ENOUGH = 200
"""Letters after which the absence of Kazakh ones means something."""
_IN_CYRILLIC = frozenset(
    ("ru", "kk", "ky", "uk", "be", "bg", "sr", "mk", "mn", "tg", "tt", "ba", "cv", "os", "uz", "az")
)
_IN_LATIN_TOO = frozenset(("kk", "sr", "uz", "az", "mn", "tg", "ky", "tt"))
_IN_LATIN = frozenset(
    {"en", "de", "fr", "es", "it", "pt", "nl", "tr", "pl", "cs", "sk", "sv", "da", "no", "nb", "nn", "fi", "et", "lv"}
    | {"lt", "hu", "ro", "hr", "sl", "sq", "id", "ms", "vi"}
)


@lru_cache(maxsize=256)  # the posts of one story share their sentences
def language(text: str, *declared: str) -> str:
    """Name the language of `text` ("ru-RU" -> "ru"), trusting the first of `declared` that its letters allow.

    Feeds often declare what the publishing system came with, mostly "en-US". Without a usable declaration the script
    decides among Kazakh, Russian and English; "und" where it is none of theirs.
    """
    letters = _LETTER.findall(text.casefold())
    cyrillic = [letter for letter in letters if "\u0400" <= letter <= "\u052f"]
    latin = [letter for letter in letters if letter < "\u0250"]
    by_script = _by_script(letters, cyrillic, latin)
    for name in declared:
        base = name.strip().casefold().replace("_", "-").partition("-")[0]
        if _CODE.fullmatch(base) and not _contradicts(base, by_script, cyrillic):
            return base
    return by_script


def _by_script(letters: list[str], cyrillic: list[str], latin: list[str]) -> str:
    if not letters:
        return "und"
    if 2 * len(cyrillic) >= len(letters):
        kazakh = sum(letter in _KAZAKH for letter in cyrillic)
        return "kk" if kazakh > _KAZAKH_SHARE * len(cyrillic) else "ru"
    if 2 * len(latin) < len(letters):
        return "und"
    present = set(latin)
    return "kk" if all(present & kind for kind in _LATIN_KAZAKH) and "ə" not in letters else "en"


def _contradicts(base: str, by_script: str, cyrillic: list[str]) -> bool:
    if base in ("ru", "kk") and by_script in ("ru", "kk"):
        # A short Kazakh line may hold none of its own letters; a Russian one holds none of them ever.
        return base != by_script and (base == "ru" or len(cyrillic) >= _ENOUGH)
    if by_script in ("ru", "kk") and cyrillic:
        return base not in _IN_CYRILLIC
    if by_script == "und":
        return base in _IN_LATIN or base in _IN_CYRILLIC
    return base in _IN_CYRILLIC and base not in _IN_LATIN_TOO
