"""Web addresses: made whole, and folded to keys that only serve to compare."""

from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

import regex


def absolute(base: str, address: str) -> str:
    """Complete an address from the page it stands on; "" for everything that is not http or https."""
    try:
        # The hostname is read too: it raises where brackets or ports are broken.
        complete = urljoin(base, address.strip().replace(" ", "%20"))
        parts = urlsplit(complete)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return ""
    return complete if is_web else ""


def url_key(url: str) -> str:
    """Fold the spellings of one address (trackers, amp, scheme, www, slash, fragment, case); never for publishing.

    "" for what names no single story: a front page, or no web address at all.
    """
    if not absolute("", url):
        return ""
    parts = urlsplit(url.strip())
    host = regex.sub(r"^(?:(?:www\d?|m|mobile|amp)\.)+", "", (parts.hostname or "").rstrip("."))
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    path = _AMP_PATH.sub("", _INDEX.sub("/", regex.sub(r"/{2,}", "/", unquote(parts.path))))
    path = path.removeprefix("/amp").rstrip("/") if path.startswith("/amp/") else path.rstrip("/")
    if "-" in path:
        path = path.casefold()  # a slug reads the same in any case, an opaque id such as /p/AbC does not
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query) if not _TRACKER.fullmatch(pair[0])))
    return f"{host}{port}{path}?{query}".rstrip("?") if path or query else ""


def guid_key(guid: str) -> str:
    """Fold a source's own name of a story: many sites rename them all when they move to https or drop "www."."""
    return str(regex.sub(r"^https?://(?:www\.)?", "", guid.strip()))


def fragment(url: str) -> str:
    """Return what follows "#": some diaries give every entry of a day the day's address and its own fragment."""
    return url.partition("#")[2]


# Campaign and click marks in wide use; "ref" and "source" name where a reader came from.
_TRACKER = regex.compile(
    r"utm_\w+|fbclid|gclid|dclid|yclid|ysclid|gbraid|wbraid|msclkid|twclid|ttclid|igshid|igsh|mc_[ce]id|_openstat|_ga|_gl"
    r"|ref|ref_src|ref_url|source|cmp|cmpid|ncid|ito|icid|spm|si|s_kwcid|vero_id|wickedid|oly_\w+_id|__s|mkt_tok|at_\w+"
    r"|amp|outputtype|output|rss",
    regex.I,
)
_INDEX = regex.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", regex.I)
_AMP_PATH = regex.compile(r"(?:/amp/?|(?<=\.)amp\.(?=html?))$|\.amp(?=\.html?$)", regex.I)
