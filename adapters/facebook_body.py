"""What a post on a Facebook page consists of: the words, a link or pictures, and what the page will not take."""

import mimetypes
from itertools import count
from typing import Any

from adapters.contract import Json, Limits, Media, NotSent, Post, Problem
from adapters.text import plain


def message(post: Post) -> str:
    """Write the plain words; where pictures take the place of the link's card, its address stands in the words."""
    return plain(post.text, post.marks, post.card.url if post.card and post.media else "")


def feed(post: Post, *, published: bool) -> Json:
    """Write the post: a message without words is left out, as Facebook refuses an empty one (code 197)."""
    made: Json = {"message": message(post)} if message(post).strip() else {}
    if post.media:  # never beside a link, which would be dropped without a word
        made["attached_media"] = [{"media_fbid": {"$memo": name}} for name in photos(post)]
    elif post.card:
        made["link"] = post.card.url
    return made | {"published": published}


def photos(post: Post) -> dict[str, Json]:
    """Write the uploads by step name: pictures nobody sees until a post takes them. Values are those of a form."""
    return {f"photo{n}": _photo(media) for n, media in zip(count(1), post.media, strict=False)}


def _photo(media: Media) -> Json:
    described = {"alt_text_custom": media.alt} if media.alt.strip() else {}
    return {"source": {"$media": media.sha256}, "published": "false"} | described


def form(media: Media, part: Json) -> Json:
    """Return the parts of the upload's multipart request. Raises NotSent where the picture's bytes are not at hand."""
    if media.open is None:
        raise NotSent(f"the picture {media.sha256} is not at hand")
    with media.open() as file:
        content = file.read()
    name = f"{media.sha256[:16]}{mimetypes.guess_extension(media.mime) or ''}"
    return {
        "files": {"source": (name, content, media.mime)},
        "data": {key: value for key, value in part.items() if key != "source"},
    }


def measure(post: Post, limits: Limits) -> tuple[Problem, ...]:
    """Count the words that are sent, and the pictures."""
    counts: list[tuple[str, int, int]] = [
        ("text", len(message(post)), limits.text),
        ("media", len(post.media), limits.media),
    ]
    for each in post.media:
        counts += _of_picture(each, limits)
    return tuple(Problem(*one) for one in counts if one[1] > one[2])


def _of_picture(media: Media, limits: Limits) -> list[tuple[str, Any, Any]]:
    found = [] if limits.alt is None else [("alt", len(media.alt), limits.alt)]
    if takes := limits.pictures:
        found += [
            ("picture_bytes", media.size, takes.size),
            ("picture_side", max(media.width, media.height), takes.side),
        ]
        found += [("picture_format", int(media.mime not in takes.mimes), 0)]
    return found
