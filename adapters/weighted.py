"""How X counts a text and which addresses it sees in it: https://docs.x.com/fundamentals/counting-characters."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter

import regex

_LINK = 23
# Configuration 3 of the counting rules, https://github.com/twitter/twitter-text/tree/master/config (read 2026-11-22).
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
# A sign with one behind it that may make them one emoji.
_JOINED = re.compile("(?s:.)(?=[\u200d\u20e3\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0067])")
_NEWEST_EMOJI = 11
_KEY, _PICTURED, _TINTS = "\u20e3", "\ufe0f", "🏻🏼🏽🏾🏿"
# "Show it as a picture" costs nothing behind a sign from before Unicode 6.0, even one that always is a picture.
_OLD_SIGN = re.compile(
    "(?![\u23e9-\u23ec\u23f0\u23f3\u26ce\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2795-\u2797\u27b0\u27bf])"
    "[\u00a9-\u3299\U0001f004\U0001f21a\U0001f22f]$"
)
# Where the library's table is not Unicode's of that year: the tuxedo's two, the eye in a bubble, infinity.
_KNOWN_TOO = {f"\U0001f935{tint}\u200d{sex}\ufe0f" for tint in ("", *_TINTS) for sex in "♂♀"} | {"👁\u200d🗨"}
_IN_PARTS = {"👁\ufe0f\u200d🗨\ufe0f", "♾\ufe0f"}
_LONGEST_ADDRESS = 4096
_LONGEST_LABEL = 63
_LONGEST_SLUG = 40


def weighted(text: str, *, version: int = 3) -> int:
    """Count what X counts: an address 23, an emoji 2, most alphabets 1, everything else 2.

    As X's own library (3.1.0) does, never fewer, but for the few domain endings that came or went since 2020.
    `version` 2 is the configuration before 3, where each part of an emoji counts.
    """
    composed = unicodedata.normalize("NFC", text)
    total, done = 0, 0
    for start, address in _addresses(composed):
        total += _LINK + _words(composed[done:start], version)
        done = start + len(address)
    return total + _words(composed[done:], version)


def addresses_in(text: str) -> list[str]:
    """List what X makes a link of: addresses with a scheme, and bare names such as Kazinform.kz."""
    return [address for _, address in _addresses(text)]


def _words(text: str, version: int) -> int:
    parts = len(text) + len(_HEAVY.findall(text))
    if version < 3 or not _JOINED.search(text):
        return parts  # A sign that is an emoji alone weighs 2 anyway.
    return parts - sum(len(emoji) + len(_HEAVY.findall(emoji)) - 2 for emoji in _emoji_in(text))


def _emoji_in(text: str) -> Iterator[str]:
    """Yield the emoji made of several signs, the longest at each place."""
    known, longest = _emoji()
    found = _JOINED.search(text)
    while found:
        at = found.start()
        size = next((n for n in range(longest.get(text[at], 1), 1, -1) if text[at : at + n] in known), 1)
        if size > 1:
            yield text[at : at + size]
        found = _JOINED.search(text, at + size)


@cache
def _emoji() -> tuple[frozenset[str], dict[str, int]]:
    """Give the emoji of several signs that X's library (3.1.0) counts as one, and how long one that begins so may be.

    A newer one is counted in parts: X does not say how new its own table is, and a text counted too long goes out.
    """
    from emoji import EMOJI_DATA, STATUS  # Some 20 ms that only a text with such emoji should pay.

    old = {signs: facts["status"] for signs, facts in EMOJI_DATA.items() if facts["E"] <= _NEWEST_EMOJI}
    whole = {signs for signs, status in old.items() if len(signs) > 1 and status == STATUS["fully_qualified"]}
    keys = {signs for signs in old if signs[-1] == _KEY}
    pictured = {sign + _PICTURED for sign in old if EMOJI_DATA[sign].get("variant") and _OLD_SIGN.match(sign)}
    tinted = {base + _PICTURED + tint for base in old for tint in _TINTS if {base + tint, base + _PICTURED} <= whole}
    known = frozenset(whole | keys | pictured | tinted | _KNOWN_TOO) - _IN_PARTS
    return known, {signs[0]: len(signs) for signs in sorted(known, key=len)}


def _addresses(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each address begins and what of it counts as the address."""
    if "." not in text:
        return
    patterns = _patterns()
    if not patterns.hint.search(text):
        return
    for found in patterns.address.finditer(text):
        if found["address"] is None or not _is_possible(found, patterns):
            continue
        if found["scheme"]:
            address = _without_rest(found["address"])
            if address:
                yield found.start("address"), address
        elif found["before"] not in {"-", "_", ".", "/"}:
            yield from _bare(found, patterns)


def _bare(found: "regex.Match[str]", patterns: "_Patterns") -> Iterator[tuple[int, str]]:
    """Yield the Latin names in an address without a scheme; the last one takes the path along."""
    names = list(patterns.latin.finditer(found["domain"]))
    for name in names[:-1]:
        yield found.start("domain") + name.start(), name[0]
    if names:
        rest = found["address"].removeprefix(found["domain"]) if found["path"] else ""
        yield found.start("domain") + names[-1].start(), names[-1][0] + rest


def _is_possible(found: "regex.Match[str]", patterns: "_Patterns") -> bool:
    domain = found["domain"]
    if domain.startswith("xn--") and not patterns.latin.search(domain):
        return False
    if not all(_label_length(label) <= _LONGEST_LABEL for label in domain.split(".")):
        return False
    units = len(found["address"].encode("utf-16-le", "surrogatepass")) // 2
    return units + len(found["scheme"] or "https://") <= _LONGEST_ADDRESS


def _label_length(label: str) -> int:
    if len(label) > _LONGEST_LABEL:
        return len(label)
    parts = re.split("[\u3002\uff0e\uff61]", label)
    coded = (len(part) if part.isascii() else 4 + len(part.encode("punycode")) for part in parts)
    return sum(coded) + len(parts) - 1


def _without_rest(address: str) -> str:
    """Cut an address of X's shortener behind its slug, or return "" if it cannot be one of them."""
    short = _SHORTENED.match(address)
    if short is None:
        return address
    return short[0] if len(short["slug"]) <= _LONGEST_SLUG else ""


class _Patterns:
    """What an address looks like; made once, because the list of top-level domains takes some milliseconds."""

    def __init__(self) -> None:
        # Not `re`: before Python 3.11.5 (Debian 12 has 3.11.2) it goes back into what a possessive group has taken
        # (https://github.com/python/cpython/issues/106052), and finds other addresses than X does.
        top = rf"(?:(?:{_any_of(_top_level_domains())})(?![0-9A-Za-z@+\-])|(?i:xn--)[-0-9A-Za-z]++)"
        self.hint = regex.compile(rf"\.{top}")
        self.latin = regex.compile(rf"(?:[-0-9A-Za-z{_LATIN}]++\.)+{top}")
        self.address = regex.compile(
            # Their library sees an emoji as two halves, and the first may stand before an address.
            rf"(?P<before>[^0-9A-Za-z@＠$#＃{_BROKEN}]|^|(?=[\U00010000-\U0010ffff]))"
            rf"(?:(?P<address>(?P<scheme>{_SCHEME})?(?P<domain>(?:{_SUBDOMAIN})*{_LABEL}{top})"
            rf"(?::[0-9]++)?(?P<path>{_PATH})?(?:{_QUERY})?)"
            # Where none begins, none begins further on in the same name: without this, long words would take for ever.
            rf"|(?:(?:{_SIGN}|[-_])(?!{_SCHEME}))++(?!\.)"
            rf"|{_SIGN}(?!{_SCHEME})(?:(?:{_SIGN}|(?<={_SIGN})(?:\.|-++)(?={_SIGN}))(?!{_SCHEME}))*+)"
        )


def _any_of(names: set[str]) -> str:
    """Write an alternation in any case, the longest first, sorted by the first letter: that is ten times as fast."""
    ordered = sorted(names, key=lambda name: (name[0], -len(name), name))
    return "|".join(
        f"[{first}{first.upper()}](?i:{'|'.join(re.escape(name[1:]) for name in group)})"
        for first, group in groupby(ordered, key=itemgetter(0))
    )


@cache
def _patterns() -> _Patterns:
    return _Patterns()


def _top_level_domains() -> set[str]:
    """Read the endings of all public suffixes: the part of the list that ICANN's zones make up."""
    listed = (files("publicsuffixlist") / "public_suffix_list.dat").read_text(encoding="utf-8")
    official = listed.partition("===END ICANN DOMAINS===")[0]
    rules = (line.split()[0] for line in official.splitlines() if line.strip() and not line.startswith("//"))
    return {rule.rpartition(".")[2].lower() for rule in rules}


# The parts of an address as twitter-text's conformance files show them.
_BROKEN = "\ufeff\ufffe\uffff"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SPACES = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SIGN = rf"[^!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~${_BROKEN}{_DIRECTIONS}{_SPACES}]"
_LABEL = rf"{_SIGN}++(?:-++{_SIGN}++)*+\."
_SUBDOMAIN = rf"{_SIGN}++(?:[-_]++{_SIGN}++)*+\."
_SCHEME = "(?i:https?)://"
_LATIN = "À-ÖØ-öø-ɏɓɔɖɗəɛɣɨɯɲʉʋʻ\u0300-\u036fḀ-ỿ"
_CLOSER = rf"0-9A-Za-z{_LATIN}\u0400-\u04ff+=_#/\-"
_INNER = rf"[{_CLOSER}!*';:,.$%\[\]–~@|&]"
_BRACKETS = rf"\((?:{_INNER}++|{_INNER}*+\({_INNER}++\){_INNER}*+)\)"
_PATH = rf"/(?:(?:[!*';:,.$%\[\]–~@|&]|{_BRACKETS})*+[{_CLOSER}]++)*+(?:{_BRACKETS})*+"
_QUERY = r"\?(?:[!?*'@();:+$%\[\].,~|]*+[0-9A-Za-z\-_&=#/]++)++"
_SHORTENED = regex.compile(rf"(?i:https?://t\.co/(?P<slug>[a-z0-9]+))(?:{_QUERY})?")
