"""Pictures on our own pages: those Jarshy keeps, and the article's own; never an address somebody hands in."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.actions.pictures import NoPicture, kept, of_channel, of_story, whole_film
from bot.desk.here import Here, Right, Way

__all__ = ["WAYS", "film", "film_at", "kept_at", "picture", "portrait_at", "story_at"]

# Should anything ever pass for a page here, it can do nothing.
_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox"}
_NOTHING = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
"""One pixel one sees through."""
_FOR_EVER = "private, max-age=31536000, immutable"
_FOR_MINUTES = "private, max-age=600"


def kept_at(sha256: str) -> str:
    """Write where a picture of a post is served."""
    return f"/picture?sha256={quote(sha256, safe='')}"


def film_at(sha256: str) -> str:
    """Write where a film of a post is served."""
    return f"/film?sha256={quote(sha256, safe='')}"


def story_at(story: str) -> str:
    """Write where a story's own picture is served."""
    return f"/picture?story={quote(story, safe='')}"


def portrait_at(channel: str) -> str:
    """Write where the picture is served that stands beside a channel's posts."""
    return f"/picture?channel={quote(channel, safe='')}"


async def picture(request: Request, here: Here) -> Response:
    """Serve a picture by its hash, a story's own, or a channel's; there is no way to ask for an address."""
    sha256, story, channel = (request.query_params.get(name, "") for name in ("sha256", "story", "channel"))
    if channel:
        return await _portrait(here, channel)
    try:
        found = await (kept(here.room, sha256) if sha256 else of_story(here.room, story))
    except NoPicture as e:
        return PlainTextResponse(str(e), 404, _HEADERS | {"Cache-Control": "no-store"})
    caching = _FOR_EVER if sha256 else _FOR_MINUTES
    return Response(found.content, media_type=found.mime, headers=_HEADERS | {"Cache-Control": caching})


async def _portrait(here: Here, channel: str) -> Response:
    """Serve what stands beside a channel's posts; a picture of nothing lets the initials beneath be seen."""
    try:
        found = await of_channel(here.room, here.desk.connect(), channel, begin=here.desk.begin)
    except NoPicture:
        return Response(_NOTHING, media_type="image/gif", headers=_HEADERS | {"Cache-Control": "no-store"})
    return Response(found.content, media_type=found.mime, headers=_HEADERS | {"Cache-Control": _FOR_MINUTES})


async def film(request: Request, here: Here) -> Response:
    """Serve a film by its hash, to be saved and watched: no page of ours plays it."""
    try:
        found = await whole_film(here.room, request.query_params.get("sha256", ""))
    except NoPicture as e:
        return PlainTextResponse(str(e), 404, _HEADERS | {"Cache-Control": "no-store"})
    saved = {"Content-Disposition": 'attachment; filename="jarshy.mp4"', "Cache-Control": _FOR_EVER}
    return Response(found.content, media_type=found.mime, headers=_HEADERS | saved)


WAYS = (Way("GET", "/picture", picture, Right.LOOK), Way("GET", "/film", film, Right.LOOK))
