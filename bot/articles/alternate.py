"""A site's page: which feeds it names in its head."""

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from bot.articles.address import absolute

_KINDS = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}


def alternates(markup: bytes, url: str) -> tuple[str, ...]:
    """List the addresses of the feeds a page names, in its own order, those of comments last.

    `url` is where the page was found. Takes a second for hostile megabytes: call it beside the event loop, with a limit
    of bytes and a deadline.
    """
    try:
        root = document_fromstring(markup, parser=HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.LxmlError, ValueError, LookupError):
        return ()
    base = absolute(url, next(iter(root.xpath("//base/@href")), "")) or url
    found: dict[str, bool] = {}
    for link in root.iter("link"):
        rel, kind = (link.get("rel") or "").lower().split(), (link.get("type") or "").partition(";")[0].strip().lower()
        address = absolute(base, link.get("href") or "")
        if "alternate" in rel and kind in _KINDS and address:
            found.setdefault(address, "comment" in f"{address} {link.get('title') or ''}".lower())
    return tuple(sorted(found, key=lambda each: found[each]))
