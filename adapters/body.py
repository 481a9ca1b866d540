"""Fill the places a pure `body` leaves open, and reckon what a post carries against what a network takes."""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from adapters.contract import Films, Limits, Media, NotSent, PictureRefused, Pictures, Post, Problem, Rejected

Count = tuple[str, int, int]
"""What is counted, how much of it there is, and how much there may be."""


def fill(node: Any, read_memo: Callable[[str], str | None]) -> Any:
    """Put the parsed value of each memo where `{"$memo": name}` stands; `{"$media": sha256}` stays for the upload.

    Raises NotSent for a memo nobody has written: this happens before anything is sent.
    """
    match node:
        case {"$memo": str(name), **others} if not others:
            return _value(name, read_memo(name))
        case dict():
            return {key: fill(value, read_memo) for key, value in node.items()}
        case list():
            return [fill(value, read_memo) for value in node]
    return node


def bytes_of(media: Media) -> bytes:
    """Read a picture. Raises NotSent where its bytes are not at hand."""
    try:
        if media.open is None:
            raise FileNotFoundError
        with media.open() as file:
            return file.read()
    except OSError as e:
        raise NotSent(f"the picture {media.sha256} is not at hand", is_outage=False) from e


def form(part: dict[str, Any], name: str, media: Media, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Write a part of `body` as httpx's multipart request: `name` is the file's field, other values are texts or JSON.

    Raises NotSent where the picture's bytes are not at hand.
    """
    rest = {k: v if isinstance(v, str) else json.dumps(v) for k, v in part.items() if k != name}
    file = (f"picture.{media.mime.rpartition('/')[2]}", bytes_of(media), media.mime)
    # Parted by a mark made of what is in it, not by chance: the same request is the same bytes.
    mark = hashlib.sha256(f"{media.sha256} {json.dumps(rest, sort_keys=True)}".encode()).hexdigest()
    kind = {"content-type": f"multipart/form-data; boundary={mark}"}
    return {"data": rest, "files": {name: file}, "headers": {**(headers or {}), **kind}}


@contextmanager
def uploading() -> Iterator[None]:
    """Tell a no to a picture from a no to its post. Raises PictureRefused."""
    try:
        yield
    except Rejected as e:
        raise PictureRefused(e.detail) from e


def carried(post: Post, limits: Limits) -> list[Count]:
    """Count what a post carries beside its words: how many pictures, and each of them, a card's own among them."""
    counts = [("media", len(post.media), limits.media)]
    for media in post.media:
        if limits.alt is not None:
            counts.append(("alt", len(media.alt), limits.alt))
        if limits.films and media.mime.startswith("video/"):
            counts += _film(media, limits.films)
        else:
            counts += _picture("picture", media, limits.pictures)
    if post.card and post.card.thumb:
        counts += _picture("thumb", post.card.thumb, limits.thumb)
    return counts


def problems(counts: Iterable[Count]) -> tuple[Problem, ...]:
    """Name what there is too much of."""
    return tuple(Problem(*count) for count in counts if count[1] > count[2])


def _picture(name: str, media: Media, takes: Pictures | None) -> list[Count]:
    if takes is None:
        return []
    counts = [
        (f"{name}_bytes", media.size, takes.size),
        (f"{name}_side", max(media.width, media.height), takes.side),
        (f"{name}_format", int(media.mime not in takes.mimes), 0),
    ]
    if takes.area is not None:
        counts.append((f"{name}_area", media.width * media.height, takes.area))
    return counts


def _film(media: Media, takes: Films) -> list[Count]:
    """Count a film; its seconds are whole ones, rounded to the worse."""
    return [
        ("film_bytes", media.size, takes.size),
        ("film_seconds", math.ceil(media.seconds), math.floor(takes.longest)),
        ("film_seconds_missing", math.ceil(takes.shortest - media.seconds), 0),
        ("film_format", int(media.mime != "video/mp4"), 0),
    ]


def _value(name: str, text: str | None) -> Any:
    if text is None:
        raise NotSent(f"nothing was prepared under the name {name!r}", is_outage=False)
    try:
        return json.loads(text)
    except ValueError:
        raise NotSent(f"what was prepared under the name {name!r} is not JSON", is_outage=False) from None
