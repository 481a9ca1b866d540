"""HTML of articles, made fit to be shown on our own pages: words, emphasis, lists and links that leave the desk."""

from urllib.parse import urlsplit

import nh3
from markupsafe import Markup

__all__ = ["clean"]

_TAGS = frozenset(
    {"p", "br", "b", "strong", "i", "em", "blockquote", "ul", "ol", "li", "a", "figure", "figcaption", "sub", "sup"}
)


def clean(html: str) -> Markup:
    """Take out of an article's HTML all that acts, loads or looks like ours.

    No attribute but a language and a web address stays (so no `hx-*`, `style`, `class`, `id`), and no picture: those
    come through our own address only.
    """
    return Markup(_CLEANER.clean(html))


def _leads_out(tag: str, attribute: str, value: str) -> str | None:
    if attribute != "href":
        return value
    # An address without a host would lead into the desk.
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return None
    return value if parts.scheme.lower() in ("http", "https") and parts.netloc else None


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"},
    attributes={"a": {"href"}, "*": {"lang"}},
    attribute_filter=_leads_out,
    link_rel="noopener noreferrer nofollow",
)
