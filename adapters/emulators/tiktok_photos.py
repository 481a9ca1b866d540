"""TikTok's photos from the other side: what may be named, what comes of fetching it, and the list of public posts.

https://developers.tiktok.com/doc/content-posting-api-reference-photo-post
"""

from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any
from urllib.parse import urlsplit

from adapters.emulators.kit import Shown, Upload
from adapters.emulators.pictures import picture
from adapters.emulators.tiktok_tasks import MB, Creator, No, respected, units

Json = dict[str, Any]

_MOST, _HEAVIEST = 35, 20 * MB
_SHORT, _LONG = 1080, 1920
_TITLE, _DESCRIPTION = 90, 4000
_LISTED, _SIGNS = 20, 150
_BODY = {"media_type", "post_mode", "post_info", "source_info"}
_SOURCE = {"source", "photo_cover_index", "photo_images"}
_TOGGLES = {"disable_comment", "auto_add_music", "brand_content_toggle", "brand_organic_toggle"}
_DIRECT = {"privacy_level", *_TOGGLES}
_FIELDS = {"id", "title", "video_description", "create_time", "share_url", "duration"}


def named(body: Json, *, creator: Creator, hosts: set[str] | None) -> tuple[Json, list[str], bool]:
    """Check a request; returns what is said, where the photos are, and whether it is for a draft."""
    told, source = dict(body.get("post_info") or {}), dict(body.get("source_info") or {})
    is_draft = body.get("post_mode") == "MEDIA_UPLOAD"
    if set(body) != _BODY or body["media_type"] != "PHOTO" or body["post_mode"] not in ("MEDIA_UPLOAD", "DIRECT_POST"):
        raise No(400, "invalid_param")
    if ("video.upload" if is_draft else "video.publish") not in creator.scopes:
        raise No(401, "scope_not_authorized")
    # What is left out of a direct post is refused, and not taken for a no.
    if set(told) - {"title", "description", *_DIRECT} or (not is_draft and not told.keys() >= _DIRECT):
        raise No(400, "invalid_param")
    if units(told.get("title", "")) > _TITLE or units(told.get("description", "")) > _DESCRIPTION:
        raise No(400, "invalid_param", "title or description is too long")
    urls = _addresses(source)
    if not is_draft and told["privacy_level"] not in creator.options:
        raise No(403, "privacy_level_option_mismatch")
    if not is_draft:
        respected(told | {"disable_duet": True, "disable_stitch": True}, creator)  # photos have neither
    if hosts is not None and any(urlsplit(each).hostname not in hosts for each in urls):
        raise No(403, "url_ownership_unverified")
    return told, urls, is_draft


def _addresses(source: Json) -> list[str]:
    urls = source.get("photo_images")
    if set(source) != _SOURCE or source["source"] != "PULL_FROM_URL" or not isinstance(urls, list):
        raise No(400, "invalid_param")
    if not 1 <= len(urls) <= _MOST or not all(str(each).startswith("https://") for each in urls):
        raise No(400, "invalid_param", "photo_images: 1 to 35 addresses under https")
    if source["photo_cover_index"] not in range(len(urls)):
        raise No(400, "invalid_param", "photo_cover_index")
    return [str(each) for each in urls]


def fetched(urls: Iterable[str], fetch: Callable[[str], Upload | None]) -> tuple[list[Upload], str]:
    """Fetch the photos; returns them, and what it fails for. An address that leads elsewhere has nothing to fetch."""
    files = [fetch(each) for each in urls]
    found = [each for each in files if each is not None]
    if len(found) < len(files):
        return [], "photo_pull_failed"
    for each in found:
        shown = picture(each.content)
        if shown is None or shown.mime not in ("image/jpeg", "image/webp"):
            return [], "file_format_check_failed"
        sides = sorted((shown.width, shown.height))
        if len(each.content) > _HEAVIEST or sides[0] > _SHORT or sides[1] > _LONG:
            return [], "picture_size_check_failed"
    return found, ""


def listed(posts: Sequence[Shown], films: Set[str], asked: Json, fields: str) -> Json:
    """Write the newest posts, with no more than the beginning of their words."""
    most, names = asked.get("max_count", 10), set(fields.split(","))
    if not isinstance(most, int) or not 1 <= most <= _LISTED or not names <= _FIELDS:
        raise No(400, "invalid_params")
    newest = sorted(posts, key=lambda each: each.at, reverse=True)
    return {
        "videos": [
            {name: value for name, value in _row(each, films).items() if name in names} for each in newest[:most]
        ],
        "cursor": int(newest[-1].at.timestamp() * 1000) if newest else 0,
        "has_more": len(newest) > most,
    }


def _row(post: Shown, films: Set[str]) -> Json:
    kind = "video" if post.id in films else "photo"
    return {
        "id": post.id,
        "title": post.text[:_SIGNS],
        "video_description": post.text[:_SIGNS],
        "create_time": int(post.at.timestamp()),
        "share_url": f"https://www.tiktok.com/{post.handle}/{kind}/{post.id}?utm_source=demo",
        "duration": 0,
    }
