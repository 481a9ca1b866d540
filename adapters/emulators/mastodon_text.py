"""How Mastodon reads text: what it counts, and the HTML it makes."""

import html
import re
from collections.abc import Iterator

import regex

from adapters.emulators.kit import Mark

# An address in capitals is one too: https://github.com/mastodon/mastodon/blob/main/config/initializers/twitter_regex.rb
_PART = re.compile(
    r"(?P<link>https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]»”])"
    r"|(?P<mention>(?<![\w/])@\w+(?:@[\w.-]*\w)?)"
    r"|(?P<tag>(?<![\w&/])#(?=\w*[^\W\d_])\w+)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"\Ahttps?://(?:www\.)?")
"""What is left out of an address at its beginning; of one in capitals nothing is (Mastodon's text formatter)."""
_SHOWN = 30
"""Characters of an address that stay visible (Mastodon's link text)."""


def length(text: str, link: int = 23) -> int:
    """Count as the server does: grapheme clusters, a link as `link`, a mention without its host."""
    shortened = re.sub(r"https?://\S+", "x" * link, text, flags=re.IGNORECASE)
    shortened = re.sub(r"(?<![\w/])(@\w+)@[\w.-]*\w", r"\1", shortened)
    return len(regex.findall(r"\X", shortened))


def marks(text: str) -> tuple[Mark, ...]:
    """Tell what a reader sees as links, in code points."""
    return tuple((m.start(), m.end(), _kind(m), m.group().lstrip("#")) for m in _PART.finditer(text))


def content(text: str, host: str) -> str:
    """Write the HTML of a status."""
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n"))
    return "".join(f"<p>{'<br />'.join(_line(s, host) for s in p.split(chr(10)))}</p>" for p in paragraphs if p)


def _kind(match: re.Match[str]) -> str:
    return match.lastgroup or ""


def _line(text: str, host: str) -> str:
    return "".join(_pieces(text, host))


def _pieces(text: str, host: str) -> Iterator[str]:
    at = 0
    for match in _PART.finditer(text):
        yield html.escape(text[at : match.start()])
        yield _linked(match, host)
        at = match.end()
    yield html.escape(text[at:])


def _linked(match: re.Match[str], host: str) -> str:
    words = html.escape(match.group())
    match _kind(match):
        case "tag":
            name = words.removeprefix("#")
            return f'<a href="{host}/tags/{name}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'
        case "mention":
            return f'<span class="h-card">{words}</span>'
    address = match.group()
    rest = _HIDDEN.sub("", address)
    prefix = address.removesuffix(rest)
    shown, hidden = html.escape(rest[:_SHOWN]), html.escape(rest[_SHOWN:])
    kind = "ellipsis" if hidden else ""
    return (
        f'<a href="{words}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{prefix}</span><span class="{kind}">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )
