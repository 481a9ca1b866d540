"""How networks count and mark text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

import regex

from adapters.contract import Json, Mark

_ADDRESS = regex.compile(r"https?://\S*", regex.IGNORECASE)
# Deliberately narrow: what lies outside counts in full, so a text is never counted too short.
_PLAIN_ADDRESS = regex.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::[0-9]+)?"
    r"(?:/(?:[a-z0-9/_~%&=?#.+-]*[a-z0-9/_=&#-])?|\?[a-z0-9/_~%&=.+-]*[a-z0-9/_=&-])?",
    regex.IGNORECASE,
)
_GLUED = regex.compile(r"[\p{L}\p{N}_@＠$#＃]")
_MENTION = regex.compile(r"(?<![=/\p{L}\p{N}_])(@[a-z0-9_]+)@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", regex.IGNORECASE)
_SENTENCE_ENDS = ".,;:!?)»”\"'"
_GOES_ON = regex.compile(r"[\w/%&=#?-]")
_CHARACTER = regex.compile(r"\X")
# Letters of our languages without those that combine, and the marks of their texts; what is left out is only dearer.
_PLAIN = re.compile(
    "[\n -~\u00a0\u00ab\u00bb\u00c0-\u024f\u0400-\u0482\u048a-\u052f\u2010-\u201f\u2026\u202f\u20b8\u2116]*"
)
_LONGEST_TAG = 64
_LONGEST_TAG_BYTES = 640


def utf16(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8(text: str) -> int:
    """Count UTF-8 bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def graphemes(text: str) -> int:
    """Count characters as a reader sees them."""
    return len(text) if is_plain(text) else len(_CHARACTER.findall(text))


def is_plain(text: str) -> bool:
    """Tell at little cost that every sign stands for itself: none joins another, and none is an emoji."""
    return _PLAIN.fullmatch(text) is not None


def mastodon_length(text: str, link_cost: int | None) -> int:
    """Count as Mastodon does: an address costs `link_cost`, a mention goes without its host, the rest is graphemes.

    None counts everything in full and in code points, as GoToSocial does: never fewer than any server of the family.
    https://docs.joinmastodon.org/user/posting/#length
    """
    if link_cost is None:
        return len(text)
    total, done = 0, 0
    for found in _ADDRESS.finditer(text):
        total += _words_length(text[done : found.start()]) + _address_length(text, found.start(), found[0], link_cost)
        done = found.end()
    return total + _words_length(text[done:])


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts have the same letters and digits, whatever a network did to spaces and signs."""
    if _essence(one) or _essence(other):
        return _essence(one) == _essence(other)
    return one.split() == other.split()


def _essence(text: str) -> str:
    return str(regex.sub(r"[^\p{L}\p{N}]", "", unicodedata.normalize("NFKC", text))).casefold()


def addresses(text: str) -> list[str]:
    """List the addresses written out in a text, without the punctuation that ends a sentence."""
    return [found.rstrip(_SENTENCE_ENDS) for found in _ADDRESS.findall(text)]


def fold_address(address: str) -> str:
    """Fold what a network may change in an address: the case of its host, percent signs, a slash at its end."""
    parts = urlsplit(unquote(address))
    return (
        parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl().rstrip("/" + _SENTENCE_ENDS)
    )


def spoken(text: str) -> str:
    """Return the words without written-out addresses and without the hosts of mentions."""
    return str(_MENTION.sub(r"\1", _ADDRESS.sub(" ", text)))


def plain(text: str, marks: Iterable[Mark], card_url: str = "") -> str:
    """Write out, for networks without marks, each address the words only hide; other text stays as it is."""
    return spelled_out(text, marks, card_url)[0]


def spelled_out(text: str, marks: Iterable[Mark], card_url: str = "") -> tuple[str, tuple[Mark, ...]]:
    """Do as `plain`, and tell where the other marks then stand; one that an address was written into is left out."""
    known = tuple(_inside(text, marks))
    hidden = [m for m in known if m.kind == "link" and not _shows(text, m.value)]
    kept = [m for m in known if m not in hidden and not any(m.start < h.end < m.end for h in hidden)]
    for mark in reversed(hidden):
        written = f" ({mark.value})"
        text = f"{text[: mark.end]}{written}{text[mark.end :]}"
        kept = [_moved(m, len(written)) if m.start >= mark.end else m for m in kept]
    return (f"{text}\n\n{card_url}" if card_url and not _shows(text, card_url) else text), tuple(kept)


def _moved(mark: Mark, by: int) -> Mark:
    return Mark(mark.start + by, mark.end + by, mark.kind, mark.value)


def linked(text: str, marks: tuple[Mark, ...], address: str) -> tuple[str, tuple[Mark, ...]]:
    """Write an address out under the words, as a link, unless they show it or lead there: where no card will."""
    if not address or _shows(text, address) or any(m.value == address for m in _inside(text, marks)):
        return text, marks
    whole = f"{text}\n\n{address}".lstrip()
    return whole, (*marks, Mark(len(whole) - len(address), len(whole), "link", address))


def entities(text: str, marks: Iterable[Mark]) -> list[Json]:
    """Write marks as Telegram's entities, in UTF-16 units: https://core.telegram.org/bots/api#messageentity.

    Tags and addresses in words need none: Telegram finds them itself.
    """
    kinds = {"bold": "bold", "italic": "italic", "link": "text_link"}
    return [
        {"type": kinds[m.kind], "offset": utf16(text[: m.start]), "length": utf16(text[m.start : m.end])}
        | ({"url": m.value} if m.kind == "link" else {})
        for m in _inside(text, marks)
        if m.kind in kinds
    ]


def facets(text: str, marks: Iterable[Mark]) -> list[Json]:
    """Write links and tags as Bluesky's facets, in UTF-8 bytes: https://docs.bsky.app/docs/advanced-guides/post-richtext.

    The network checks no ranges and wants no overlap, so of two that overlap the first stands.
    """
    made: list[Json] = []
    end = 0
    for mark in _inside(text, marks):
        feature = _feature(mark)
        if feature and mark.start >= end:
            index = {"byteStart": utf8(text[: mark.start]), "byteEnd": utf8(text[: mark.end])}
            made.append({"index": index, "features": [feature]})
            end = mark.end
    return made


def _feature(mark: Mark) -> Json | None:
    kind = f"app.bsky.richtext.facet#{mark.kind}"
    match mark.kind:
        case "link":
            return {"$type": kind, "uri": mark.value}
        case "tag":
            tag = sky_tag(mark.value)
            return {"$type": kind, "tag": tag} if tag else None
        case "mention":
            return {"$type": kind, "did": mark.value}
    return None


def sky_tag(tag: str) -> str:
    """Return a tag as Bluesky takes it (bare, at most 64 graphemes and 640 bytes), or "" if it would not."""
    bare = tag.lstrip("#＃")
    return bare if graphemes(bare) <= _LONGEST_TAG and utf8(bare) <= _LONGEST_TAG_BYTES else ""


def _inside(text: str, marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield marks by place, cut to the text; what marks nothing is left out."""
    for m in sorted(marks, key=lambda m: (m.start, m.end)):
        start, end = max(m.start, 0), min(m.end, len(text))
        if start < end:
            yield Mark(start, end, m.kind, m.value)


def _shows(text: str, address: str) -> bool:
    """Tell whether `address` stands in the words, and not only as the beginning of a longer one."""
    at = text.find(address)
    while at >= 0:
        if not _GOES_ON.match(text, at + len(address)):
            return True
        at = text.find(address, at + 1)
    return False


def _words_length(text: str) -> int:
    return graphemes(_MENTION.sub(r"\1", text))


def _address_length(text: str, start: int, found: str, link_cost: int) -> int:
    sure = _PLAIN_ADDRESS.match(found)
    if sure is None or (start and _GLUED.match(text[start - 1])):
        return max(graphemes(found), link_cost)
    return link_cost + graphemes(found[sure.end() :])
