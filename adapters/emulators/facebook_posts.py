"""What a Facebook page has: posts, drafts and pictures, how they are listed and what readers see."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from adapters.emulators.facebook_graph import App, moment
from adapters.emulators.kit import Bucket, Mark, Shown

Json = dict[str, Any]
Pages = dict[str, tuple[str, str]]

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»”']")
_TAG = re.compile(r"(?<![\w/&#])#(\w*[^\W\d]\w*)")
_MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass
class Photo:
    """One uploaded picture; `used` by a post, or waiting for one."""

    id: str
    sha256: str
    alt: str
    is_used: bool = False


@dataclass
class PagePost:
    """One post or draft."""

    id: str
    at: datetime
    message: str
    link: str
    is_published: bool
    photos: tuple[Photo, ...] = ()
    app: App | None = None
    """The app that made it; None for a person."""
    edited_at: datetime | None = None


@dataclass
class Page:
    """One page."""

    id: str
    name: str
    calls: Bucket
    username: str = ""
    posts: dict[str, PagePost] = field(default_factory=dict)
    photos: dict[str, Photo] = field(default_factory=dict)

    def fields(self, *, can_post: bool, portrait: str) -> Json:
        """Write the page as a token sees it."""
        link = f"https://www.facebook.com/{self.username or self.id}"
        username = self.username or None
        about = {"id": self.id, "name": self.name, "category": "Newspaper", "username": username}
        picture = {"data": {"url": portrait, "is_silhouette": False}}
        return about | {"link": link, "can_post": can_post, "picture": picture}

    def latest(self) -> PagePost | None:
        """Find the newest post that is out."""
        out = [post for post in self.posts.values() if post.is_published]
        return max(out, key=lambda post: (post.at, post.id), default=None)


def sniff(content: bytes) -> str:
    """Tell what a picture is by its first bytes; "" for what pages do not take."""
    return next((mime for magic, mime in _MAGIC.items() if content.startswith(magic)), "")


def post_fields(post: PagePost, page: Page) -> Json:
    """Write a post; `permalink_url` of a draft leads nowhere for readers."""
    target = {"unshimmed_url": post.link, "media_type": "link"} if post.link else None
    shown = [{"media_type": "photo"}] if post.photos else [target] if target else []
    return {
        "id": post.id,
        "message": post.message or None,
        "created_time": moment(post.at),
        "updated_time": moment(post.edited_at or post.at),
        "is_published": post.is_published,
        "is_hidden": False,
        "permalink_url": f"https://www.facebook.com/{page.id}/posts/{post.id.partition('_')[2]}",
        "attachments": {"data": shown} if shown else None,
        "from": {"id": page.id, "name": page.name},
    }


def slightly_shuffled(posts: list[PagePost]) -> list[PagePost]:
    """List newest first, but change each second pair of neighbours: the list is ranked, and not by time alone."""
    found = sorted(posts, key=lambda post: (post.at, post.id), reverse=True)
    for n in range(1, len(found) - 1, 4):
        found[n], found[n + 1] = found[n + 1], found[n]
    return found


def marks(text: str) -> tuple[Mark, ...]:
    """Find what Facebook makes a link in plain words: addresses and tags."""
    links = [(m.start(), m.end(), "link", m[0]) for m in _ADDRESS.finditer(text)]
    tags = [(m.start(), m.end(), "tag", m[1]) for m in _TAG.finditer(text)]
    ordered = sorted(links + [tag for tag in tags if not any(a <= tag[0] < b for a, b, _, _ in links)])
    assert all(one[1] <= other[0] for one, other in pairwise(ordered))
    return tuple(ordered)


def show(post: PagePost, page: Page, pages: Pages) -> Shown:
    """Tell what a reader sees; a link whose page cannot be read unfolds to its host only."""
    title, description = pages.get(post.link, (urlsplit(post.link).hostname or post.link, ""))
    return Shown(
        network="facebook",
        place=page.id,
        id=post.id,
        author=page.name,
        handle=f"@{page.username}" if page.username else page.id,
        text=post.message,
        marks=marks(post.message),
        card=(post.link, title, description) if post.link and not post.photos else None,
        at=post.at,
        edited_at=post.edited_at,
        media=tuple((photo.sha256, photo.alt) for photo in post.photos),
    )
