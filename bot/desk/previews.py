"""How a post looks on its network, as facts a page can draw: nothing here is HTML, and nothing is fetched."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import regex

from adapters.contract import Adapter, Limits, Mark, Media, Post, Problem
from bot.actions.measuring import Count, count
from bot.desk.pictures import film_at, kept_at
from bot.desk.sent import Sent, read
from bot.model import Channel
from bot.posts.price import Price, priced
from bot.tongue import phrase

__all__ = ["Face", "Part", "Preview", "Segment", "Shot", "Told", "Unfolded", "preview"]

_OWN = Path(__file__).parent / "look" / "previews"
_LOOKS = frozenset(each.stem for each in _OWN.glob("[!_]*.html")) - {"other", "preview"}
"""The networks that look like themselves; the others look plain."""
_HUES = 8
TO_BE_PLACED = phrase("(its public address, which is made when the post is sent)")
_MOST_SHOWN = 4
"""Pictures that networks show at once; the others are counted."""


@dataclass(frozen=True, slots=True)
class Face:
    """Who posts. `hue`: one of eight colours, always the same for a name."""

    name: str
    handle: str
    initials: str
    hue: int
    portrait: str = ""
    """Where its picture is served, if there may be one; the initials stay beneath."""

    @property
    def username(self) -> str:
        """The name of networks that show the handle alone, without its sign; where that is not known, the other."""
        return self.handle[1:] if self.handle.startswith("@") else self.name


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of words of one look; `href` is empty where they lead nowhere that is safe to open."""

    text: str
    kind: str = ""
    """"link", "tag", "mention", or "" for plain words."""
    is_bold: bool = False
    is_italic: bool = False
    href: str = ""

    @property
    def scheme(self) -> str:
        """The "https://" of words that are the very address they lead to, which some networks leave out; else ""."""
        before, colon, _ = self.text.partition("://")
        return before + colon if self.kind == "link" and " " not in self.text else ""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: where it is served, its size where it is known, and what describes it."""

    src: str
    width: int = 0
    height: int = 0
    alt: str = ""
    film: str = ""
    """Where the film is served of which this is the first picture."""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The card under, or over, the words. `is_drawn_there`: the network makes it from the page, maybe otherwise."""

    href: str
    host: str
    title: str
    description: str
    shot: Shot | None
    is_drawn_there: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One request by the name of its step, as JSON a person can read."""

    name: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a page knows beside the post itself, to be shown with it."""

    newsroom: str
    handle: str = ""
    """Whom the network takes the account for: "@paper" where accounts have such names there, else a name itself."""
    name: str = ""
    """The name readers see over its posts; "" while nobody told it."""
    portrait: str = ""
    """Where the picture beside its posts is served, if there may be one."""
    photo: str = ""
    """Where the article's own picture is served, for cards that networks draw."""
    title: str = ""
    """The network as people write it; "" takes the adapter's."""
    notes: tuple[str, ...] = ()
    """Sentences for the editor."""
    placed: str = TO_BE_PLACED
    """What stands in a request in place of an address that is not made before the post is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One post as its network shows it, what it uses of its room, what it costs, and the requests themselves."""

    channel: str
    network: str
    look: str
    """Which page template draws it: a network's own, or "other"."""
    title: str
    face: Face
    heading: str
    segments: tuple[Segment, ...]
    card: Unfolded | None
    shots: tuple[Shot, ...]
    more_shots: int
    takes_alt: bool
    tags: tuple[str, ...]
    lang: str
    answers: str
    """The post it replies to, "" for none."""
    count: Count
    price: Price | None
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """The words as one text."""
        return "".join(each.text for each in self.segments)

    def undrawn(self) -> "Preview":
        """Show what is drawn of the words by what it will say: nothing is drawn while somebody types."""
        return replace(self, shots=tuple(replace(each, src="", film="") for each in self.shots))


def preview(who: Channel, post: Post, adapter: Adapter, limits: Limits, told: Told) -> Preview:
    """Show a post as it would be sent now; the adapter needs no session."""
    sent = read(who.network, adapter.body(post), post)
    described = sent.alts or ("",) * len(post.media)
    return Preview(
        channel=who.id,
        network=who.network,
        look=who.network if who.network in _LOOKS else "other",
        title=told.title or adapter.spec.title,
        face=_face(told, who.id),
        heading=sent.title or post.title,
        segments=tuple(_segments(sent.text, sent.marks)),
        card=_unfolded(sent, told.photo),
        shots=tuple(_kept(each, alt) for each, alt in zip(post.media, described, strict=True))[:_MOST_SHOWN],
        more_shots=max(0, len(post.media) - _MOST_SHOWN),
        takes_alt=limits.alt is not None,
        tags=sent.tags,
        lang=sent.lang or post.lang,
        answers=(post.parent.url or post.parent.id) if post.parent else "",
        count=count(adapter.measure, post, limits),
        price=priced(adapter, post),
        problems=adapter.measure(post, limits),
        notes=told.notes,
        parts=tuple(Part(name, _pretty(each)) for name, each in adapter.body(_placed(post, adapter, told)).items()),
    )


def _placed(post: Post, adapter: Adapter, told: Told) -> Post:
    """Name what will stand where a network is told from where to fetch; what is approved has no such address."""
    spec = adapter.spec
    if not spec.fetches:
        return post
    media = tuple(
        each
        if each.url or (each.mime.startswith("video/") and not spec.fetches_films)
        else replace(each, url=told.placed)
        for each in post.media
    )
    return replace(post, media=media)


def _face(told: Told, channel: str) -> Face:
    name, handle = told.name or told.newsroom, told.handle if told.handle.startswith("@") else channel
    drawn = int.from_bytes(hashlib.sha256(name.encode()).digest()[:2])
    initials = "".join(regex.findall(r"\b\w", name)[:2]).upper()
    return Face(name, handle, initials, drawn % _HUES, told.portrait)


def _segments(text: str, marks: Sequence[Mark]) -> Iterator[Segment]:
    """Cut words where a mark begins or ends; every character comes out once, in order."""
    inside = [replace(each, start=max(0, each.start), end=min(len(text), each.end)) for each in marks]
    cuts = sorted({0, len(text), *(at for each in inside if each.start < each.end for at in (each.start, each.end))})
    for start, end in pairwise(cuts):
        here = [each for each in inside if each.start <= start and end <= each.end]
        yield _segment(text[start:end], here)


def _segment(words: str, marks: Sequence[Mark]) -> Segment:
    leading = next((each for each in marks if each.kind in ("link", "tag", "mention")), None)
    kinds = {each.kind for each in marks}
    return Segment(
        words,
        kind=leading.kind if leading else "",
        is_bold="bold" in kinds,
        is_italic="italic" in kinds,
        href=_web(leading.value) if leading and leading.kind == "link" else "",
    )


def _unfolded(sent: Sent, photo: str) -> Unfolded | None:
    card = sent.card
    if card is None:
        return None
    shot = _kept(card.thumb, "") if card.thumb else Shot(photo) if photo and sent.is_card_drawn else None
    host = _host(card.url)
    return Unfolded(_web(card.url), host, card.title or host, card.description, shot, sent.is_card_drawn)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _kept(media: Media, alt: str) -> Shot:
    film = film_at(media.sha256) if media.mime.startswith("video/") else ""
    return Shot(kept_at(media.sha256), media.width, media.height, alt, film, round(media.seconds))


def _web(address: str) -> str:
    """Pass an address a browser may be sent to; anything else, such as a script, becomes none."""
    try:
        return address if urlsplit(address).scheme.lower() in ("http", "https") else ""
    except ValueError:
        return ""


def _pretty(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, indent=2)
