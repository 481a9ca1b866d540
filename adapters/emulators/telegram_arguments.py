"""What a Bot API call brings: the method, arguments in any encoding, texts within the limits, photos.

Words of refusals are the server's (tdlib/td, tdlib/telegram-bot-api).
"""

import json
from collections.abc import Callable
from typing import Any

from adapters.emulators.kit import Asked, Reply, Upload, reply
from adapters.emulators.pictures import picture
from adapters.emulators.telegram_chats import Photo
from adapters.emulators.telegram_text import Entity, Refused, check, found_by_itself, parse_html, trim

Json = dict[str, Any]

METHODS = {
    name.lower(): name
    for name in (
        *("getMe", "getChat", "getChatMember", "getUpdates", "sendMessage", "sendPhoto", "sendMediaGroup"),
        *("editMessageText", "editMessageCaption", "deleteMessage", "deleteMessages"),
        *("forwardMessage", "copyMessage", "pinChatMessage"),
    )
}
"""The methods that are emulated, by their names in lower case."""
_TEXT, _CAPTION = 4096, 1024
"""Longest text and caption after parsing, in code points (td MessageContent.cpp)."""
_RAW = 32768
"""Longest `text` argument before parsing, in bytes (telegram-bot-api Client.cpp)."""
_PHOTO = 10_000_000
"""Largest photo by multipart, in bytes (Bot API, sendPhoto)."""
_SIDES, _RATIO = 10_000, 20
"""The most of a photo's width and height together, in pixels, and of one to the other (Bot API, sendPhoto)."""
_EXTENSIONS = (".jpg", ".jpeg", ".gif", ".png", ".tif", ".bmp")
_NESTED = frozenset(
    {"reply_markup", "link_preview_options", "entities", "caption_entities", "media", "reply_parameters", "message_ids"}
)


def arguments(asked: Asked) -> Json:
    """Read a call's arguments; outside JSON, nested ones are JSON texts."""
    found: Json = {**asked.query, **asked.body}
    for name, value in found.items():
        if name in _NESTED and isinstance(value, str):
            try:
                found[name] = json.loads(value)
            except ValueError:
                raise Refused(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return found


def text(args: Json) -> tuple[str, list[Entity]]:
    """Take the words of a message."""
    given = str(args.get("text") or "")
    if not given:
        raise Refused("message text is empty")
    if len(given.encode(errors="surrogatepass")) > _RAW:
        raise Refused("text is too long")
    words, entities = _parsed(given, args.get("parse_mode"), args.get("entities"))
    if not words:
        raise Refused("text must be non-empty")
    if len(words) > _TEXT:
        raise Refused("message is too long")
    return words, entities


def caption(args: Json) -> tuple[str, list[Entity]]:
    """Take the words under a photo."""
    words, entities = _parsed(str(args.get("caption") or ""), args.get("parse_mode"), args.get("caption_entities"))
    if len(words) > _CAPTION:
        raise Refused("message caption is too long")
    return words, entities


def photo(given: Any, args: Json, known: dict[str, Photo], keep: Callable[[Upload], str]) -> Photo:
    """Take a photo: an upload (also as "attach://name"), an address, or the handle of one of the known."""
    if isinstance(given, str) and given.startswith("attach://"):
        given = args.get(given.removeprefix("attach://"))
    if isinstance(given, Upload):
        width, height = _looked_at(given)
        name = keep(given)
        return known.setdefault(f"photo-{name}", Photo(f"photo-{name}", name, width, height, len(given.content)))
    if isinstance(given, str) and given.startswith(("http://", "https://")):
        return Photo(given, "")
    if given not in known:
        raise Refused("wrong file identifier/HTTP URL specified" if given else "there is no photo in the request")
    return known[given]


def truth(given: Any) -> bool:
    """Read a claim as the server does."""
    return given is True or str(given).lower() in ("true", "yes", "1")


def yes(result: Any) -> Reply:
    """Answer with a result."""
    return reply(200, {"ok": True, "result": result})


def no(status: int, description: str) -> Reply:
    """Refuse; a 400 and a 403 name themselves before the words."""
    prefix = {400: "Bad Request: ", 403: "Forbidden: "}.get(status, "")
    return reply(status, {"ok": False, "error_code": status, "description": prefix + description})


def _parsed(given: str, mode: Any, entities: Any) -> tuple[str, list[Entity]]:
    try:
        given.encode()
    except UnicodeEncodeError:
        raise Refused("strings must be encoded in UTF-8") from None
    if mode and str(mode).lower() != "html":
        # The real server also reads Markdown; nothing of ours may send it, so here it is refused.
        raise Refused("unsupported parse_mode")
    words, marked = parse_html(given) if mode else (given, check(given, entities or []))
    words, marked = trim(words, marked)
    return words, found_by_itself(words, marked)


def _looked_at(file: Upload) -> tuple[int, int]:
    """Check an uploaded photo by what is in it; returns its width and height."""
    if not file.content:
        raise Refused("file must be non-empty")
    if len(file.content) > _PHOTO:
        raise Refused(f"file of size {len(file.content)} bytes is too big for a photo")
    if not file.name.lower().endswith(_EXTENSIONS):
        raise Refused("photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp")
    found = picture(file.content)
    if found is None or found.mime == "image/webp":
        raise Refused("IMAGE_PROCESS_FAILED")
    short, long = sorted((found.width, found.height))
    if short < 1 or short + long > _SIDES or long > _RATIO * short:
        raise Refused("PHOTO_INVALID_DIMENSIONS")
    return found.width, found.height
