"""HTML as feeds carry it -> plain blocks of text, pictures and captions, in reading order."""

import unicodedata
from dataclasses import dataclass
from html import unescape
from typing import Any, Literal

import regex
from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from bot.articles.clean import announces_correction, correction_of
from bot.articles.late import late

Kind = Literal["text", "quote", "heading", "caption", "image"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or one picture: `text` is then its alt text, `url` its address as written, `focus` as in Photo.

    `is_other`: the picture is an icon by its own size, or leads to another page, as advertisements do.
    """

    kind: Kind
    text: str
    url: str = ""
    focus: tuple[float, float] | None = None
    is_other: bool = False


def blocks(fragment: str) -> tuple[Block, ...]:
    """Read a fragment of HTML; embeds, scripts, hidden and struck-out words are left behind."""
    source = _PROLOG.sub("", _UNPRINTABLE.sub(" ", fragment)).strip()
    if not source:
        return ()
    if not _BLOCK_TAG.search(source):
        source = _BLANK_LINE.sub("<br><br>", _set_off(source))
    try:
        body = document_fromstring(f"<html><body>{source}</body></html>", parser=_parser())
    except (etree.LxmlError, ValueError):
        return ()  # nothing but comments or broken signs: there is no text to find
    _strip(body)
    return _Reader().read(body)


def plain_blocks(text: str) -> tuple[Block, ...]:
    """Read text without markup: blank lines part the paragraphs, and a correction begins one of its own."""
    lines = (tidy(part) for part in _BLANK_LINE.split(_set_off(text)))
    return tuple(Block("text", part) for part in lines if part)


def _set_off(text: str) -> str:
    """Put blank lines around each line that begins a correction, and what it runs on in.

    Only behind a line that ends as sentences do: elsewhere it is a word of a text that was wrapped.
    """
    lines, set_off, is_within, ended = text.split("\n"), list[str](), False, False
    for line in lines:
        bare = line.strip()
        if ended and _may_correct(bare) and correction_of(headline(bare)):
            set_off.append("")
            is_within = True
        set_off.append(line)
        ended = bare.endswith(_ENDS)
        if is_within and (ended or not bare):
            set_off.append("")
            is_within = False
    return "\n".join(set_off)


_ENDS = (".", "!", "?", "…", "»", "”")


def _may_correct(line: str) -> bool:
    """Whether a line begins with a capital, behind a tag and a bracket: most lines are told so without reading them."""
    start = line[:80]
    first = next((sign for sign in start[start.find(">") + 1 if start[:1] == "<" else 0 :] if sign.isalpha()), "")
    return first.isupper()


def headline(text: str) -> str:
    """Clean one line that may hold tags and entities, such as a title, a name or a tag.

    Only tags that HTML knows are taken for markup, so that "Vec<T>" and "a < b" stay.
    """
    once = _INLINE_TAG.sub("", _LINE_TAG.sub(" ", text))
    return tidy(_INLINE_TAG.sub("", _LINE_TAG.sub(" ", decoded(once))))


def decoded(text: str) -> str:
    """Decode entities, also those that were escaped twice ("&amp;#8217;"); a bare "&" stays."""
    for _ in range(2):
        text = _ENTITY.sub(lambda found: unescape(found[0]), text)
    return text


def tidy(text: str) -> str:
    """Fold spaces, drop invisible signs, compose letters (NFC).

    A single no-break space stays where it holds words together ("31 400"), but not between two sentences, where only
    word processors put it.
    """
    text = _INVISIBLE.sub("", _UNPRINTABLE.sub(" ", text))
    text = _SPACES.sub(lambda found: found[0] if found[0] in _NO_BREAK else " ", text)
    text = _STRAY_NO_BREAK.sub(" ", text)
    if _MAY_BE_GLUED.search(text):
        text = _ANY_WORD.sub(_unglued, text)
    return unicodedata.normalize("NFC", text).strip()


def _unglued(found: "regex.Match[str]") -> str:
    word = str(found[0])
    return word if "/" in word or "@" in word else str(_GLUED.sub(" ", word))


_NO_BREAK = ("\u00a0", "\u202f")
_PROLOG = late(r"<\?xml[^>]*>|<!DOCTYPE[^>]*>", regex.I)
# Surrogates and control signs cannot be written into XML, a database or a request; U+FFFD is a letter lost before us.
_UNPRINTABLE = late(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|\p{Cs}")
# The joiner U+200D and the selectors stay: they hold emoji together.
_INVISIBLE = late(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffd]")
_SPACES = late(r"\s+")
_STRAY_NO_BREAK = late(r"(?<=\p{Ll}{3}[.!?…][»”\"]?)\u00a0(?=\p{Lu})")
# Sites that join the lines of a summary lose the space ("in April.Previously, he"); addresses are left alone.
_MAY_BE_GLUED = late(r"[\p{Ll}\d)][.!?]\p{Lu}")
_ANY_WORD = late(r"\S++")
_GLUED = late(r"(?<=(?:\p{Ll}{2}|\d{2}|\))[.!?])(?=\p{Lu}\p{Ll}*(?:[,’']|$))")
_BLANK_LINE = late(r"\n[ \t\r]*\n\s*")
_ENTITY = late(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INLINE_TAG = late(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|img|ins|mark|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)"
    r"(?:\s[^<>]*)?/?>|<!--.{0,500}?-->",
    regex.I | regex.S,
)
_LINE_TAG = late(r"</?(?:br|p|div|h[1-6]|li|ul|ol|blockquote)(?:\s[^<>]*)?/?>", regex.I)
_BLOCK_TAG = late(r"<(?:p|div|br|li|h[1-6]|blockquote|table|section|article|pre)\b", regex.I)

_LEFT_BEHIND = frozenset(
    {"script", "style", "iframe", "object", "embed", "video", "audio", "noscript", "form", "button", "input", "select"}
    | {"textarea", "svg", "canvas", "template", "head", "title", "nav", "aside", "del", "s", "strike", "pre"}
)
_EMBEDS = late(
    r"\b(?:twitter-tweet|instagram-media|fb-post|tiktok-embed|telegram-post|sharedaddy|jp-relatedposts|addtoany\w*|"
    r"social-share|share-buttons|related-posts|related-articles|newsletter\w*|sr-only|screen-reader-text|feedflare)\b"
)
_HIDDEN = late(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.I)
_CAPTION_CLASS = late(r"\b(?:wp-caption-text|(?:image|photo|img)-?(?:caption|credit))\b", regex.I)
_TAGS: dict[str, Kind] = {
    **dict.fromkeys(("p", "div", "ul", "ol", "li", "table", "tr", "td", "th", "dl", "dt", "dd", "pre", "hr"), "text"),
    **dict.fromkeys(("section", "article", "header", "footer", "figure", "body", "main", "center"), "text"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "blockquote": "quote",
    "figcaption": "caption",
}
_RAISED = dict(zip("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", strict=True))
_LOWERED = dict(zip("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋", strict=True))
_POSITION = late(r"(?:object-position:|^)\s*(100|\d{1,2}(?:\.\d+)?)%\s+(100|\d{1,2}(?:\.\d+)?)%", regex.I)
_ADDRESSES = ("src", "data-src", "data-lazy-src", "data-original", "data-image")


def _parser() -> Any:
    return HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)


def _strip(body: Any) -> None:
    for element in list(body.iter()):
        if element.getparent() is None or not _is_left_behind(element):
            continue
        if element.tag == "aside" and (correction := _corrects(element)):
            element.clear(keep_tail=True)
            element.tag, element.text = "p", correction
        else:
            element.drop_tree()


def _is_left_behind(element: Any) -> bool:
    # A raised link is a footnote mark: "billion<sup>1</sup>" must not become another number.
    return bool(
        element.tag in _LEFT_BEHIND
        or _is_hidden(element)
        or _EMBEDS.search(element.get("class") or "")
        or (element.tag == "sup" and element.find(".//a") is not None)
    )


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _corrects(aside: Any) -> str:
    """Write in a line what a site sets beside the text, where it is the text's correction; "" where it is not.

    A box about corrections in general has links, lists or a heading in the plural.
    """
    if any(part is not aside and (part.tag in _OF_PAGES or _is_left_behind(part)) for part in aside.iter()):
        return ""
    if _EMBEDS.search(aside.get("class") or "") or _is_hidden(aside):
        return ""
    said = [told for part in aside.itertext() if (told := tidy(part))]
    if not said or _OF_MANY.match(said[0]):
        return ""
    if said[1:] and announces_correction(said[0]):
        return f"{said[0].rstrip(':')}: {' '.join(said[1:])}"
    line = " ".join(said)
    return line if correction_of(line) else ""


_OF_PAGES = frozenset({"a", "ul", "ol"})
_OF_MANY = late(r"(?:corrections|clarifications|исправления|уточнения|поправки|түзетулер)\b", regex.I)


class _Reader:
    """Walks a tree once, without recursion: feeds nest a hundred thousand tags when they are broken."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._words: list[str] = []
        self._open: list[Kind] = ["text"]

    def read(self, body: Any) -> tuple[Block, ...]:
        for event, element in etree.iterwalk(body, events=("start", "end")):
            if event == "start":
                self._enter(element)
            else:
                self._leave(element)
        self._flush()
        return tuple(self._found)

    def _enter(self, element: Any) -> None:
        kind = _kind(element)
        if kind:
            self._flush()
            # Paragraphs within a quotation or a caption belong to it.
            self._open.append(self._open[-1] if kind == "text" else kind)
        elif element.tag == "br":
            self._words.append("\n")
        elif element.tag == "img":
            self._picture(element)
        elif element.tag == "q":
            self._words.append("“")
        self._words.append(_shifted(element))

    def _leave(self, element: Any) -> None:
        if _kind(element):
            self._flush()
            self._open.pop()
        elif element.tag == "q":
            self._words.append("”")
        tail, parent = str(element.tail or ""), element.getparent()
        is_set = parent is not None and parent.tag == "pre"
        self._words.append(tail if is_set else tail.replace("\n", " "))

    def _picture(self, image: Any) -> None:
        alt = headline(image.get("alt") or "")
        if regex.search(r"\b(?:emoji|wp-smiley)\b", image.get("class") or ""):
            self._words.append(alt)
            return
        address = next((url for name in _ADDRESSES if (url := image.get(name) or "") and "data:" not in url[:5]), "")
        if address and not _is_pixel(image):
            self._flush()
            is_other = _is_icon(image) or _leads_away(image)
            self._found.append(Block("image", alt, address.strip(), _focus(image), is_other))

    def _flush(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        self._found.extend(Block(self._open[-1], line) for line in _lines(text))


def _kind(element: Any) -> Kind | None:
    if _CAPTION_CLASS.search(element.get("class") or ""):
        return "caption"
    return _TAGS.get(element.tag)


def _shifted(element: Any) -> str:
    """Keep raised and lowered figures what they are: 10⁶ is not 106."""
    text = str(element.text or "")
    table = {"sup": _RAISED, "sub": _LOWERED}.get(element.tag, {})
    if table and text.strip() and all(sign in table for sign in text.strip()):
        return "".join(table[sign] for sign in text.strip())
    # Line ends of the source are spaces; the ones that count come from <br>.
    return text.replace("\n", " ") if element.tag != "pre" else text


def _focus(image: Any) -> tuple[float, float] | None:
    """Read the point an editor chose to stay in sight: WordPress writes it into the picture's style."""
    said = image.get("data-object-position") or image.get("style") or ""
    found = _POSITION.search(said) if isinstance(said, str) else None
    return (float(found[1]) / 100, float(found[2]) / 100) if found else None


def _is_pixel(image: Any) -> bool:
    return any(regex.fullmatch(r"\s*[012](?:px)?\s*", image.get(side) or "") for side in ("width", "height"))


def _is_icon(image: Any) -> bool:
    return any(regex.fullmatch(r"\s*\d{1,2}(?:px)?\s*", image.get(side) or "") for side in ("width", "height")) or any(
        regex.search(r"\b(?:avatar|icon|logo)\b", each.get("class") or "", regex.I)
        for each in (image, image.getparent())
        if each is not None
    )


def _leads_away(image: Any) -> bool:
    """Whether a picture stands in a link that leads elsewhere than to its own file in full size."""
    link = next((each for each in image.iterancestors("a") if each.get("href")), None)
    return link is not None and not _PICTURE_FILE.search(link.get("href"))


_PICTURE_FILE = late(r"\.(?:jpe?g|png|webp|gif|avif)(?:\?|#|$)", regex.I)


def _lines(text: str) -> list[str]:
    """Part a block at its <br>, unless the next line goes on in small letters: that was only wrapped."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = tidy(decoded(part))
        if line and lines and line[0].islower() and lines[-1]:
            lines[-1] += " " + line
        else:
            lines.append(line)
    # A line of stars or dashes parts sections, and a bare address is a link that lost its words.
    return [
        line for line in lines if regex.search(r"[\p{L}\p{N}]", line) and not regex.fullmatch(r"https?://\S+", line)
    ]
