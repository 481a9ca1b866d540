"""The photos among the pictures a feed offers, each with the words that belong to it and to no other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import regex

from bot.articles.address import absolute
from bot.articles.clean import credit_of
from bot.articles.html import Block, headline
from bot.articles.late import late
from bot.model import Article, Photo


@dataclass(frozen=True, slots=True)
class Offer:
    """A picture that is offered; `width` 0 is unknown.

    `is_other`: it may be the same as another in a size of its own, or no part of the story, so it stands for the story
    where nothing else does, and never beside another.
    """

    url: str
    width: int = 0
    is_thumbnail: bool = False
    alt: str = ""
    caption: str = ""
    credit: str = ""
    focus: tuple[float, float] | None = None
    beside: str = ""
    """What else stands near it and may say whose it is."""
    is_other: bool = False


MOST = 10
"""Photos kept of a story: what the carousels of most networks take."""


def photos_of(
    offers: Sequence[Offer], content: Sequence[Block], credits: Sequence[str], *, base: str
) -> tuple[Photo, ...]:
    """Find a story's photos: the lead is the widest the feed names, else the first in the text, else a thumbnail.

    After it come those the feed names, then those in the text, each once whatever its sizes. `credits` are credit
    lines found in the text; they are the lead's credit only where there is one picture they can mean. Where they may
    mean another, they stand among what may say whose it is.
    """
    inside = _inside(content, base)
    full = sorted((offer for offer in offers if not offer.is_thumbnail), key=lambda offer: -offer.width)
    thumbs = [offer for offer in offers if offer.is_thumbnail and not 0 < offer.width < _SMALLEST]
    candidates = [offer for offer in (*full, *inside, *thumbs) if _is_picture(absolute(base, offer.url))]
    if not candidates:
        return ()
    named = [offer for offer in offers if not offer.is_thumbnail]
    beside = [
        offer
        for offer in (*named, *inside)
        if not offer.is_other and not 0 < offer.width < _SMALLEST and _is_picture(absolute(base, offer.url))
    ]
    called = {
        id(each): _called(absolute(base, each.url), width=each.width, credit=each.credit) for each in (*offers, *inside)
    }
    chosen, known = list[Offer](), set[str]()
    for offer in (candidates[0], *beside):
        names = called[id(offer)].names
        if not names & known:
            chosen.append(offer)
        known |= names
    stand = {id(each) for each in chosen}
    others = [each for each in (*offers, *inside) if id(each) not in stand]
    return tuple(
        _photo(
            offer,
            next((one for one in inside if called[id(offer)].is_same(called[id(one)])), None),
            inside,
            credits,
            *(one for one in others if called[id(offer)].may_be(called[id(one)])),
            base=base,
            is_only=len(chosen) == 1,
        )
        for offer in chosen[:MOST]
    )


class _Called(NamedTuple):
    """What a picture is called."""

    names: set[str]
    bare: str
    is_credited: bool

    def is_same(self, other: "_Called") -> bool:
        """Whether the other is this picture once more: its words are this one's."""
        return not self.names.isdisjoint(other.names)

    def may_be(self, other: "_Called") -> bool:
        """Whether the other may be this picture once more: its words bar it, and describe or credit nothing."""
        return self.is_same(other) or (not self.is_credited and self.bare != "" and self.bare == other.bare)


def _called(url: str, *, width: int = 0, credit: str = "") -> _Called:
    return _Called(names_of(url, width), _bare(url), bool(credit))


def _photo(
    chosen: Offer,
    twin: Offer | None,
    inside: Sequence[Offer],
    credits: Sequence[str],
    *like: Offer,
    base: str,
    is_only: bool,
) -> Photo:
    """Put the words to a picture that are said of it; what is said of those `like` it counts for whose it is."""
    url = absolute(base, chosen.url)
    credit, caption = _parted(chosen.caption or (twin.caption if twin else ""))
    is_meant = is_only and (not inside or (len(inside) == 1 and twin is not None))
    by_line = credits[0] if len(set(credits)) == 1 and is_meant else ""
    alt = _alt(chosen.alt) or (_alt(twin.alt) if twin else "")
    focus = chosen.focus or (twin.focus if twin else None)
    photo = Photo(url, alt, caption, headline(chosen.credit) or credit or by_line, focus)
    near = [each for one in (chosen, twin, *like) if one for each in (one.beside, one.credit, one.caption, one.alt)]
    return _said_beside(photo, *near, *credits)


def joined(photo: Photo | None, other: Photo | None) -> Photo | None:
    """Take the first of two photos of one story; what the other says of the same picture counts for whose it is."""
    if photo is None or other is None or not may_be_same(photo, other):
        return photo or other
    return _said_beside(photo, other.credit, other.beside, other.caption, other.alt)


def is_same(url: str, other: str) -> bool:
    """Whether two addresses show one picture, as far as addresses tell."""
    return bool(names_of(url) & names_of(other))


def may_be_same(photo: Photo, other: Photo) -> bool:
    """Whether what is said of another picture may bar a photo: without a credit of its own, also by any file's name."""
    return _called(photo.url, credit=photo.credit).may_be(_called(other.url))


def names_of(url: str, width: int = 0) -> set[str]:
    """Name a picture by where it lies without its size, and by its file unless many others are called so."""
    place, file = _place(url, width), _file(url)
    return {place, file} if file and place.endswith("?") else {place}


def name_of(url: str) -> str:
    """Tell by which of its names a picture is remembered: it stays where the picture is moved or cut."""
    return min(names_of(url) - {_place(url)}, default=_place(url))


def _place(url: str, width: int = 0) -> str:
    where, asked = (unquote(each) for each in url.partition("#")[0].partition("?")[::2])
    place = str(_SIZE.sub("", where.rpartition(".")[0] if "." in where.rpartition("/")[2] else where))
    rest = "&".join(sorted(each for each in asked.split("&") if each and not _SIZING.match(each)))
    if width:
        place, rest = (regex.sub(rf"(?<!\d){width}(?!\d)", "", each) for each in (place, rest))
    return f"{_FOLDED.sub('', place.partition('://')[2])}?{rest}".casefold()


def _file(url: str) -> str:
    """Name a picture by its file, whatever its size: WordPress adds "-1024x683"; "" where any may be called so."""
    name = _bare(url)
    return name if regex.search(r"\p{L}", name) and not _ANY_FILE.fullmatch(name) else ""


def _bare(url: str) -> str:
    file = regex.sub(r"\.\w+$", "", unquote(urlsplit(url).path).rpartition("/")[2])
    return str(_SIZE.sub("", file)).casefold()


def file_of(photo: Photo | None) -> str:
    """Name a photo by where it lies, whatever its size; stricter than `is_same`, as folders may share a file's name."""
    return regex.sub(r"-\d+x\d+(?=\.\w+(?:\?|$))", "", photo.url) if photo else ""


def told_by_person(article: Article) -> str:
    """Tell what the photo an article has now shows, in a person's words; "" where nobody described this one."""
    return article.flags.alt if article.flags.alt_of == file_of(article.photo) else ""


def pointed(article: Article) -> tuple[float, float] | None:
    """Tell which point of the photo an article has now a person named to stay in sight."""
    flags, photo = article.flags, article.photo
    return flags.focus if photo is not None and flags.focus_of == file_of(photo) else None


def framed(article: Article) -> Photo | None:
    """Take the photo an article has now, around the point a person named of this one, else the one its source names."""
    photo, point = article.photo, pointed(article)
    return replace(photo, focus=point) if photo and point is not None else photo


def _said_beside(photo: Photo, *lines: str) -> Photo:
    """Keep with a photo what is said near it and stands in none of its fields; its alternative text has no credit."""
    known = (photo.credit, photo.caption, photo.alt, *photo.beside.split("\n"))
    parts = (each for line in lines for part in line.split("\n") for each in _parted(part))
    told = [each for each in parts if each and not is_file_name(each)]
    new = [each for each in dict.fromkeys(told) if not any(_stands_in(each, one) for one in known)]
    return replace(photo, beside="\n".join(filter(None, (photo.beside, *new)))[:_MOST_BESIDE])


def _stands_in(line: str, known: str) -> bool:
    """Whether a line says nothing new; in its own capitals, as "АР" is an agency and "ар" a word."""
    return regex.search(rf"(?<!\w){regex.escape(line.strip(' .;,'))}(?!\w)", known) is not None


_MOST_BESIDE = 1000


_SMALLEST = 300
# What image servers and blog systems write of a size into an address.
_SIZE = late(
    r"[-_/]?\b\d{2,5}x\d{2,5}\b|-scaled\b|@[23]x|-e\d{9,14}\b"
    r"|-(?:superJumbo|jumbo|master\d+|articleLarge|mediumThreeByTwo\w*|mediumSquare\w*|threeByTwo\w*|thumb\w*)\b"
    r"|(?<=[/,_])(?:w|h|width|height|size)[_=:-]?\d{2,5}(?=[/,])|(?<=[,_])(?:w|h|width|height|size)[_=:-]?\d{2,5}$",
    regex.I,
)
_SIZING = late(
    r"(?:w|h|width|height|size|sz|resize|fit|crop|q|quality|dpr|auto|fm|format|ssl|strip|zoom|ixlib|itok|s|sig|sign\w*|token"
    r"|hash|hmac|policy|expires|x-amz-[\w-]+)=|(?:v|ver|t|ts|_)=\d+$",
    regex.I,
)
_ANY_FILE = late(
    r"(?:orig(?:inal)?|raw|public|image|img|photo|picture|pic|foto|фото|large|big|medium|small|full|master|default|main"
    r"|cover|preview|index|hero|lead|featured|banner|poster|share|social|square|wide|card|teaser|file|render|thumb\w*"
    r"|xs|sm|md|lg|x*l|og[-_]?image|lead[-_]?image|_?dsc[fn]?|pxl|unnamed|download|screenshot|\w*default|[a-z])"
    r"[-_ ]?\(?\d*\)?|[wh]\d+|\d+[wh]|\d+x\d+|[wh]\d+[wh]\d+"
)
_FOLDED = late(r"^(?:www\.|i\d\.wp\.com/)+", regex.I)
# Signs, counters and faces that blog systems put among the pictures.
_NO_PICTURE = late(
    r"\.svg$|/emoji/|/smilies/|gravatar\.com|feeds\.feedburner\.com|feedburner\.google|stats\.wordpress\.com"
    r"|pixel\.|/pixel|doubleclick\.|/counter|/_/stat",
    regex.I,
)
_FILE_NAME = late(
    r"^\S+\.(?:jpe?g|png|gif|webp|avif|heic)$|^(?:img|dsc|photo|image|screenshot)[-_ ]?\d[\d_ -]*$", regex.I
)


def _inside(content: Sequence[Block], base: str) -> list[Offer]:
    found: list[Offer] = []
    for block in content:
        if block.kind == "image":
            found.append(Offer(block.url, alt=block.text, focus=block.focus, is_other=block.is_other))
        elif block.kind == "caption" and found and not found[-1].caption:
            found[-1] = replace(found[-1], caption=block.text)
    return [offer for offer in found if _is_picture(absolute(base, offer.url))]


def _is_picture(url: str) -> bool:
    return bool(url) and not _NO_PICTURE.search(url.partition("?")[0])


def _parted(caption: str) -> tuple[str, str]:
    """Split a caption into credit and words; unlike a paragraph, it names an agency only to credit it."""
    line = headline(caption)
    credit, rest = credit_of(line)
    found = None if credit else _AGENCY.search(line)
    if found is None:
        return credit, rest
    return found["name"].strip(" .;,"), f"{line[: found.start()].rstrip()} {line[found.end() :].lstrip()}".strip()


_AGENCY = late(
    r"[(\[](?P<name>(?:AP|AFP|EPA|Reuters|REUTERS|Getty|TASS|ТАСС|РИА)\b[^()\[\]]*)[)\]]|©\s*(?P<name>[^©]+)$"
)


def _alt(text: str) -> str:
    """Leave only words that describe: no file name, no credit."""
    rest = credit_of(headline(text))[1]
    return "" if is_file_name(rest) else rest


def is_file_name(text: str) -> bool:
    """Whether an alternative text is only what a camera or program called the file."""
    return _FILE_NAME.match(text) is not None
