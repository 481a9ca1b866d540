"""What LinkedIn keeps: posts, pictures that are taken in slowly, and what of them readers see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from adapters.emulators.kit import Shown, Upload
from adapters.emulators.linkedin_oauth import No
from adapters.emulators.linkedin_text import read_little, units
from adapters.emulators.pictures import picture

Json = dict[str, Any]

_LONGEST, _LONGEST_ALT, _LARGEST = 3000, 4086, 36_152_320
_URL_LIVES = timedelta(hours=24)


@dataclass
class Image:
    """One picture: asked for, uploaded, then taken in."""

    urn: str
    owner: str
    key: str
    asked_at: datetime
    sha256: str = ""
    ready_at: datetime | None = None
    is_bad: bool = False

    def take(self, content: bytes, name: str, now: datetime, slowness: timedelta) -> None:
        """Take the bytes in; what is no picture shows later, as a failure."""
        if self.asked_at + _URL_LIVES <= now:
            raise No(403, "EXPIRED", "The upload URL has expired")
        seen = picture(content)
        self.sha256, self.ready_at = name, now + slowness
        self.is_bad = seen is None or seen.mime == "image/webp" or seen.width * seen.height >= _LARGEST

    def status(self, now: datetime) -> str:
        """Tell how far it is."""
        if self.ready_at is None:
            return "WAITING_UPLOAD"
        if now < self.ready_at:
            return "PROCESSING"
        return "PROCESSING_FAILED" if self.is_bad else "AVAILABLE"


@dataclass
class Share:
    """One post."""

    urn: str
    author: str
    at: datetime
    commentary: str
    content: Json
    images: tuple[tuple[str, str], ...] = ()
    """(SHA-256, description)"""
    thumb: str = ""
    edited_at: datetime | None = None

    def fields(self) -> Json:
        """Write the post as the API does; moments in milliseconds."""
        at = int(self.at.timestamp() * 1000)
        told: Json = {"id": self.urn, "author": self.author, "commentary": self.commentary, "createdAt": at}
        told |= {"publishedAt": at, "visibility": "PUBLIC", "lifecycleState": "PUBLISHED"}
        return told | ({"content": self.content} if self.content else {})

    def same(self, other: "Share") -> bool:
        """Tell whether LinkedIn takes one for a duplicate of the other (that words decide is a belief)."""
        mine, its = read_little(self.commentary)[0].strip(), read_little(other.commentary)[0].strip()
        if not mine:
            mine, its = self._source(), its or other._source()
        return self.author == other.author and mine == its != ""

    def _source(self) -> str:
        return str(self.content.get("article", {}).get("source", ""))


def urn_of(at: datetime, n: int) -> str:
    """Number a share as LinkedIn does: its milliseconds, then what tells those of one millisecond apart."""
    milliseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return f"urn:li:share:{(milliseconds << 22) | n}"


def compose(body: Mapping[str, Any], images: Mapping[str, Image], urn: str, now: datetime) -> Share:
    """Check a request for a post, and make it."""
    content, commentary = body.get("content") or {}, body.get("commentary")
    wanted = {"lifecycleState": "PUBLISHED", "visibility": "PUBLIC"}
    if any(body.get(name) != value for name, value in wanted.items()):
        raise No(422, "INVALID_VALUE", "lifecycleState must be PUBLISHED, visibility PUBLIC: drafts are not supported")
    if (body.get("distribution") or {}).get("feedDistribution") != "MAIN_FEED":
        raise No(422, "MISSING_FIELD", "ERROR :: /distribution :: field is required but not found")
    if not isinstance(commentary, str) or not (commentary.strip() or content):
        raise No(422, "MISSING_FIELD", "ERROR :: /commentary :: field is required but not found")
    check_length(commentary)
    share = Share(urn, str(body["author"]), now, commentary, dict(content))
    match content:
        case {"article": dict(article), **others} if not others:
            share.thumb = _article(article, images, share.author, now)
        case {"media": dict(one), **others} if not others:
            share.images = (_taken(one, images, share.author, now),)
        case {"multiImage": {"images": list(several)}, **others} if not others and 2 <= len(several) <= 20:
            share.images = tuple(_taken(each, images, share.author, now) for each in several)
        case _ if content:
            raise No(422, "INVALID_CONTENT", "content is no article, no media and no 2 to 20 images")
    return share


def check_length(commentary: str) -> None:
    """Refuse what is too long, counted with its escapes."""
    if units(commentary) > _LONGEST:
        raise No(422, "FIELD_LENGTH_TOO_LONG", f"ERROR :: /commentary :: length is greater than maximum of {_LONGEST}")


def show(share: Share, name: str, pages: Mapping[str, tuple[str, str]]) -> Shown:
    """Tell what a reader sees; without content the first address in the words unfolds, where its page is known."""
    text, marks = read_little(share.commentary)
    article = share.content.get("article")
    card = (article["source"], article["title"], article.get("description", "")) if article else None
    link = next((value for _, _, kind, value in marks if kind == "link"), "")
    if link in pages and not share.content:
        card = (link, *pages[link])
    return Shown(
        network="linkedin",
        place=share.author,
        id=share.urn,
        author=name,
        handle="",
        text=text,
        marks=marks,
        card=card,
        at=share.at,
        edited_at=share.edited_at,
        media=share.images,
        thumb=share.thumb,
    )


def _article(article: Json, images: Mapping[str, Image], owner: str, now: datetime) -> str:
    if urlsplit(str(article.get("source", ""))).scheme not in ("http", "https"):
        raise No(422, "INVALID_URL", "ERROR :: /content/article/source :: is not a valid URL")
    if not str(article.get("title") or "").strip():
        raise No(422, "MISSING_FIELD", "ERROR :: /content/article/title :: field is required but not found")
    return _taken({"id": article["thumbnail"]}, images, owner, now)[0] if "thumbnail" in article else ""


def _taken(said: Json, images: Mapping[str, Image], owner: str, now: datetime) -> tuple[str, str]:
    image, alt = images.get(str(said.get("id"))), str(said.get("altText", ""))
    if image is None or image.owner != owner:
        raise No(400, "INVALID_URN_ID", f"{said.get('id')} is no image of {owner}")
    if image.status(now) != "AVAILABLE":
        raise No(400, "MEDIA_NOT_AVAILABLE", f"{image.urn} is {image.status(now)}")
    if units(alt) > _LONGEST_ALT:
        raise No(422, "FIELD_LENGTH_TOO_LONG", "ERROR :: altText :: length is greater than maximum")
    return image.sha256, alt


def uploaded(content: bytes, mime: str) -> Upload:
    """Name a file as the world keeps it."""
    return Upload("picture", mime, content)
