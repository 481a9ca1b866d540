"""LinkedIn's little text as readers see it: what is reserved and not escaped cuts the post short, without a word.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

import re
from itertools import pairwise

from adapters.emulators.kit import Mark

_RESERVED = "\\|{}@[]()<>#*_~"
_PLAIN = rf"(?:\\.|[^{re.escape(_RESERVED)}])"
_TOKEN = re.compile(
    rf"(?P<escaped>\\[{re.escape(_RESERVED)}])"
    rf"|\{{hashtag\|\\?[#＃]\|(?P<template>{_PLAIN}+)\}}"
    rf"|@\[(?P<name>{_PLAIN}+)\]\((?P<urn>urn:li:(?:organization|person):[\w-]+)\)"
    rf"|#(?P<tag>[^\W_]+)"
    rf"|(?P<plain>[^{re.escape(_RESERVED)}])",
    re.DOTALL,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"«»“”]+")
_ENDS = ".,;:!?…'"


def read_little(commentary: str) -> tuple[str, tuple[Mark, ...]]:
    """Tell what readers see of a commentary: its words up to the first reserved sign that means nothing."""
    text, tags, at = "", [], 0
    while found := _TOKEN.match(commentary, at):
        at, start = found.end(), len(text)
        if tag := found["template"] or found["tag"]:
            bare = _bare(tag)
            text += f"#{bare}"
            tags.append((start, len(text), "tag", bare))
        elif found["name"]:
            text += _bare(found["name"])
            tags.append((start, len(text), "mention", found["urn"]))
        else:
            text += found[0][-1]
    return text, _marks(text, tags)


def units(text: str) -> int:
    """Count as Java does, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bare(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _marks(text: str, known: list[Mark]) -> tuple[Mark, ...]:
    found = [(m.start(), _address(m[0])) for m in _ADDRESS.finditer(text)]
    links = [(at, at + len(address), "link", address) for at, address in found]
    free = [one for one in known if not any(a <= one[0] < b for a, b, _, _ in links)]
    ordered = sorted(links + free)
    assert all(one[1] <= other[0] for one, other in pairwise(ordered))
    return tuple(ordered)


def _address(found: str) -> str:
    """Cut off the punctuation of the sentence, and a bracket that was opened before the address."""
    while found[-1] in _ENDS or (found[-1] == ")" and found.count(")") > found.count("(")):
        found = found[:-1]
    return found
