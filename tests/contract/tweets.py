"""Texts of every kind a newsroom or its worst day may post, made from a seed: the same seed gives the same texts."""

import unicodedata
from collections.abc import Callable, Iterator
from random import Random


def _parts(*lines: str) -> list[str]:
    return " ".join(lines).split()


_WORDS = _parts(
    "the Railway opens in a June port, loan of said: “Stop!” he’s naïve café C++ #1 No.5 3.14 10:30 A&B R&D AT&T 50%",
    "Порт получил кредит — на развитие, «Самрук» ё щ №7 млн. т.е. г.Астана поезд.Завтра Қазақстан әкімі ұлттық өңір",
    "теңге ₸ € $ £ • … → ½ ² ™ © ® ° ‰ § ¶ Node.js file.txt v2.0 e.g. U.S. a.m. Inc.The",
)
_NAMES = _parts(
    "kazinform astana-times my_site example x t a1 münchen éclair пример ああ 한국 123 www xn--ls8h -bad bad- _u Ɵab",
    "a-name-of-exactly-sixty-three-letters-which-is-all-a-label-may-be longer" + "x" * 63,
)
_ENDINGS = _parts(
    "com kz ru org net co uk io рф қаз みんな 中国 info museum COM Kz xn--p1ai invalid x aero app news бг"
)
_PATHS = _parts(
    "/ /a /2026/11/port-wins /Primer_(film) /(a(b)c) /((x)) /a.html /a. /a, /~m+%ff-,.;x /путь/ /é/ü /?q=1 ?a=b&c=d",
    "?x. #frag /#!/a /@user/ /@u /a–b /a—b /a|b :8080 :80/x :x /a?b=(c) /a;b! /a' /a* ?q=é /$1 /[x] /a@b //",
    "/a,(b) (b) ,(c) /(b),(c)d",
)
_EMOJI = _parts(
    "😀 ❤ ❤️ ❤︎ ☺ ☺️ © ©️ ®️ ™️ ♾️ 👍🏽 👍 🏽 👩‍💻 👩🏿‍💻 👨‍👩‍👧‍👦 👨‍❤️‍👨 👁️‍🗨️ 👁‍🗨 🏳️‍🌈 🏴‍☠️ 🇰🇿 🇷🇺 🇰 🇰🇰🇿 🇰🇿🇷 1️⃣ 1⃣ #️⃣ *⃣ 1️ 🤵‍♂️ 🏃‍♀️",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ⚡️ ☕️ ✅️ ❗️ 🕴🏽",
    "🏃‍♀ 🏃🏽‍♂️ 🐦‍🔥 🫠 🥲 🧑‍🚀 👩‍🍕 ☝🏽 ☝️🏽 ✌️ ⛹🏽‍♀️ ⛹️‍♀️ 🕵️‍♂️ 🧑🏻‍🤝‍🧑🏿 🀄 🅰️ 〰️ ㊗️ ▶️ ⏏ \ufe0f \u200d 👩‍ 😀️ 🚄",
)
_OTHER = _parts("日本語です 中国語 한국어 テスト עברית العربية پاکستان हिन्दी ไทย Ελληνικά ქართული ﷽ ａｂｃ ﬁ Å")
_GLUE = [
    *"    \n(/-_@#)»'~!+$\\*|`=\"。、！…—｡\u3000\u2028\u00a0\u00ad\u200b\u200d\u200e\u200f",
    *"\u202a\u202c\u2066\u2069\ufeff\uffff",
    *("", "\n\n", ", ", ". ", ".", ": ", "&amp;#8217;", "<b>"),
]


def tweets(count: int, seed: int = 280) -> Iterator[str]:
    """Make texts of up to thirty parts."""
    chance = Random(seed)
    for _ in range(count):
        yield "".join(part for _ in range(chance.randint(1, chance.choice((2, 6, 14)))) for part in _pair(chance))


def _pair(chance: Random) -> tuple[str, str]:
    kinds: list[Callable[[Random], str]] = [_word, _word, _word, _address, _bare, _emoji, _tagged, _other, _split]
    return chance.choice(kinds)(chance), chance.choice(_GLUE)


def _word(chance: Random) -> str:
    return chance.choice(_WORDS)


def _bare(chance: Random) -> str:
    names = [chance.choice(_NAMES) for _ in range(chance.choice((1, 1, 2, 3)))]
    return ".".join([*names, chance.choice(_ENDINGS)])


def _address(chance: Random) -> str:
    scheme = chance.choice(("https://", "https://", "http://", "HTTP://", "https://www.", "ftp://", "http:/", "//", ""))
    name = "t.co" if chance.random() < 0.05 else _bare(chance)
    slug = "".join(chance.choices("abcXYZ019", k=chance.choice((5, 10, 41)))) if name == "t.co" else ""
    return scheme + name + (f"/{slug}" if slug else "") + "".join(chance.choices(_PATHS, k=chance.choice((0, 1, 1, 2))))


def _emoji(chance: Random) -> str:
    return "".join(chance.choices(_EMOJI, k=chance.choice((1, 1, 2, 3))))


def _tagged(chance: Random) -> str:
    sign = chance.choice(("@", "#", "$", "＠", "＃", "me@", "a.b@"))
    return sign + chance.choice((_word, _bare, _other))(chance)


def _other(chance: Random) -> str:
    return chance.choice(_OTHER)


def _split(chance: Random) -> str:
    """Write a word as macOS writes file names: each accent behind its letter."""
    return unicodedata.normalize("NFD", chance.choice((_word, _bare, _address))(chance))
