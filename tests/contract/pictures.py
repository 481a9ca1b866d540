"""Small real pictures and a film, and what the kit's post becomes when it carries them."""

import hashlib
from dataclasses import replace
from functools import cache, partial
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from adapters.contract import Adapter, Media, Post
from adapters.emulators.kit import Upload

_SITE = "https://files.courier.example/"
SIZE = (384, 256)
"""Wide enough for the network that wants most: Instagram takes none under 320 pixels."""


@cache
def drawn(n: int = 1, kind: str = "JPEG", size: tuple[int, int] = SIZE) -> bytes:
    """Draw the n-th picture: a sun over hills, each in its own light."""
    image = Image.new("RGB", size, (40 * n % 256, 120, 190))
    draw = ImageDraw.Draw(image)
    draw.ellipse((10 + n, 8, 34 + n, 32), fill=(250, 220, 90))
    draw.polygon((0, size[1], size[0] // 2, size[1] // 2, *size), fill=(60, 110, 60))
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def media(content: bytes, mime: str = "image/jpeg", **more: Any) -> Media:
    """Name a picture by its content, its bytes within reach and at a public address."""
    with Image.open(BytesIO(content)) as image:
        width, height = image.size
    sha256 = hashlib.sha256(content).hexdigest()
    known = {"width": width, "height": height, "open": partial(BytesIO, content), "url": f"{_SITE}{sha256}"}
    return Media(sha256, mime, len(content), **(known | more))


def served(url: str) -> Upload | None:
    """Fetch a picture of the kit's from its public address, as a network does by itself."""
    return _shelf().get(url.removeprefix(_SITE))


@cache
def _shelf() -> dict[str, Upload]:
    every = [(n, kind) for n in range(36) for kind in ("JPEG", "PNG")]
    made = [Upload(f"{n}.{kind.lower()}", f"image/{kind.lower()}", drawn(n, kind)) for n, kind in every]
    return {hashlib.sha256(each.content).hexdigest(): each for each in made}


def picture(n: int = 1, mimes: tuple[str, ...] = ("image/jpeg", "image/png")) -> Media:
    """Take the n-th picture with its description; every second one is a PNG, where that is taken."""
    kind = "JPEG" if n % 2 or "image/png" not in mimes else "PNG"
    alt = f"Пойыз & a train <no. {n}> leaves the station 🚉"
    return media(drawn(n, kind), f"image/{kind.lower()}", alt=alt)


def film(size: int = 6000, n: int = 1) -> Media:
    """Take the n-th film: the head of an MP4, and as many bytes as asked for."""
    content = (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes([n]) * size)[:size]
    sha256 = hashlib.sha256(content).hexdigest()
    return Media(sha256, "video/mp4", size, 1080, 1920, 15.0, open=partial(BytesIO, content))


def forms(adapter: type[Adapter], post: Post) -> dict[str, Post]:
    """Make a post of every form a network takes pictures in: one, as many as it takes, and one on a card."""
    limits = adapter.spec.limits
    takes = limits.pictures or limits.thumb
    picture_of = partial(picture, mimes=takes.mimes) if takes else picture
    made = {}
    if limits.media and limits.pictures:
        made["photo"] = replace(post, media=(picture_of(),))
    if limits.media > 1 and limits.pictures:
        made["album"] = replace(post, media=tuple(picture_of(n) for n in range(1, limits.media + 1)))
    if limits.thumb and post.card:
        made["thumb"] = replace(post, card=replace(post.card, thumb=picture()))
    return made
