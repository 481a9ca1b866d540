"""How X reads and rewrites text: links by themselves, short addresses, escapes."""

import hashlib
import html
import re
from typing import Any, NamedTuple

from adapters.emulators.kit import Mark

_TOP = "com|org|net|info|io|kz|ru|uk|de|fr|kg|uz|tv|news|media|example"
_LINK = re.compile(
    r"(?<![\w@./#$-])(?:https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]»”…]"
    rf"|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_TOP})(?![\w@-])(?:/[\w/%&=#.?-]*[\w/=&#-])?)",
    re.IGNORECASE | re.ASCII,
)
_CASHTAG = re.compile(r"(?<![\w$])\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?![\w$])", re.IGNORECASE)
_OTHER = re.compile(r"(?P<mention>(?<![\w/@])@\w{1,15})|(?P<tag>(?<![\w&/])#(?=\w*[^\W\d_])\w+)")
_SHOWN = 27
"""Characters of an address that stay visible."""


class Link(NamedTuple):
    """One address in a text, in code points; `url` is where it leads."""

    start: int
    end: int
    url: str


def links(text: str) -> list[Link]:
    """Find every address, also one without a scheme."""
    return [Link(m.start(), m.end(), _whole(m.group())) for m in _LINK.finditer(text)]


def cashtags(text: str) -> int:
    """Count cashtags such as $ABC."""
    return len(_CASHTAG.findall(text))


def marks(text: str) -> tuple[Mark, ...]:
    """Tell what readers see as links, tags and mentions."""
    found: list[Mark] = [(start, end, "link", url) for start, end, url in links(text)]
    taken = [(start, end) for start, end, _, _ in found]
    for m in _OTHER.finditer(text):
        if not any(start <= m.start() < end for start, end in taken):
            found.append((m.start(), m.end(), m.lastgroup or "", m.group().lstrip("#")))
    return tuple(sorted(found))


def short(post_id: str, url: str) -> str:
    """Make the short address that stands in a post's text."""
    return f"https://t.co/{hashlib.sha256(f'{post_id} {url}'.encode()).hexdigest()[:10]}"


def rewritten(text: str, post_id: str, pictures: dict[str, str]) -> tuple[str, list[dict[str, Any]]]:
    """Write a text as the API shows it, escaped and with short addresses, and its `entities.urls`.

    `pictures`: page of a picture -> its media key; they follow the words under one short address.
    """
    out, urls, at = "", [], 0
    for link in links(text):
        out += html.escape(text[at : link.start], quote=False)
        urls.append(_entity(len(out), short(post_id, link.url), link.url))
        out, at = out + urls[-1]["url"], link.end
    out += html.escape(text[at:], quote=False)
    if pictures:
        page = next(iter(pictures))
        out += " " if out else ""
        urls += [_entity(len(out), short(post_id, page), page) | {"media_key": key} for key in pictures.values()]
        out += urls[-1]["url"]
    return out, urls


def _entity(start: int, short_url: str, url: str) -> dict[str, Any]:
    bare = url.partition("://")[2].removeprefix("www.")
    display = bare if len(bare) <= _SHOWN else f"{bare[: _SHOWN - 1]}…"
    end = start + len(short_url)
    return {"start": start, "end": end, "url": short_url, "expanded_url": url, "display_url": display}


def _whole(address: str) -> str:
    return address if "://" in address else f"http://{address}"
