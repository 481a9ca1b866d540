"""What Telegram's answers mean: its refusals, row by row, and the few fields Jarshy reads.

Codes decide first, then words: the Bot API has no finer code than 400. Words are the server's own
(github.com/tdlib/telegram-bot-api, read 2026-11-22), compared in lower case.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.contract import AuthFailed, Json, NotSent, NotYet, PictureRefused, PublishError, Rejected, Scope
from adapters.http import Answer


class Gone(Rejected):
    """There is no message under this number."""


class NotModified(Rejected):
    """The message already says exactly this."""


class CannotForward(Rejected):
    """There is a message under this number, of a kind that cannot be forwarded."""


class Protected(Rejected):
    """The chat forbids forwarding."""


class Upgraded(NotSent):
    """The group has become a supergroup and has a new number: `chat_id`."""

    is_outage = False

    chat_id: int = 0


# The chat itself or the bot's rights there: nothing will be taken until a person acts.
_CHANNEL = (
    "chat not found",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "channel_private",
    "peer_id_invalid",
    "user_banned_in_channel",
    "need administrator rights",
    "have no write access",
    "not enough rights",
    "bot is not a member",
    "bot was kicked",
    "group chat was deleted",
    "group is deactivated",
)

_BY_WORDS: tuple[tuple[type[Rejected], tuple[str, ...]], ...] = (
    (NotModified, ("message is not modified",)),
    (Protected, ("message has protected content", "chat_forwards_restricted")),
    (CannotForward, ("message can't be forwarded",)),
    (Gone, ("message to edit not found", "message to delete not found", "message to forward not found")),
    (Gone, ("message_id_invalid",)),
    # An editor must act; listed so that nobody thinks they were forgotten.
    (Rejected, ("can't parse entities", "message is too long", "message caption is too long", "text is too long")),
    (Rejected, ("text must be non-empty", "message text is empty", "reply markup is too long", "button_url_invalid")),
    (Rejected, ("unsupported parse_mode", "message can't be edited", "message can't be deleted")),
    (Rejected, ("wrong http url specified", "failed to get http url content", "wrong type of the web page content")),
    (PictureRefused, ("wrong file identifier/http url", "photo_invalid_dimensions", "photo has unsupported extension")),
    (PictureRefused, ("too big for a photo", "image_process_failed", "file must be non-empty")),
    (Rejected, ("can't use the media of the specified type in the album", "message to be replied not found")),
)


def sort(answer: Answer) -> PublishError | None:
    """Read a refusal; None for what says nothing certain (5xx)."""
    match answer.status:
        case 429:
            return NotYet(answer.said, scope=Scope.CHANNEL, retry_after=_wait(answer))
        case 404 if "method not found" in answer.said.lower():
            return Rejected(answer.said)
        case 401 | 404 | 409:  # a dead token, a malformed one, a second program using it
            return AuthFailed(answer.said, scope=Scope.ACCOUNT)
        case 403:
            return AuthFailed(answer.said, scope=Scope.CHANNEL)
        case 413:  # only a picture makes a request so large
            return PictureRefused(answer.said)
        case 400:
            return _upgraded(answer) or _by_words(answer)
    return None


def result(answer: Any) -> Any:
    """Read any success; raises where it is none, so that the answer counts as unreadable."""
    if answer["ok"] is not True:
        raise ValueError("not ok")
    return answer["result"]


def message_number(answer: Any) -> int:
    """Read the number of a message just sent. Zero would be one put off until later, and ours never is."""
    number = int(result(answer)["message_id"])
    if number <= 0:
        raise ValueError(number)
    return number


def bot(answer: Any) -> Json:
    """Read whom the token belongs to."""
    found = result(answer)
    return {"id": int(found["id"]), "username": str(found["username"])}


def chat_found(answer: Any) -> Json:
    """Read a chat's number, kind, title and public name, and the number of its pinned message (0 without one)."""
    found = result(answer)
    return {
        "id": int(found["id"]),
        "title": str(found.get("title") or ""),
        "type": str(found.get("type", "channel")),
        "username": str(found.get("username") or ""),
        "pinned": int((found.get("pinned_message") or {}).get("message_id", 0)),
    }


def missing_rights(answer: Any, *, kind: str) -> tuple[str, ...]:
    """Read what a bot lacks for posting in a chat of this kind, in Telegram's words."""
    member = result(answer)
    match kind, member["status"]:
        case _, "creator":
            return ()
        case "channel", "administrator":
            return () if member.get("can_post_messages") else ("can_post_messages",)
        case "channel", _:
            return ("administrator",)
        case _, "restricted" if not member.get("can_send_messages"):
            return ("can_send_messages",)
        case _, "left" | "kicked":
            return ("member",)
    return ()


@dataclass(frozen=True, slots=True)
class Copy:
    """A forwarded copy: its number, its words and the links they hide, and when the original was sent (Unix time)."""

    number: int
    text: str
    links: tuple[str, ...]
    sent: int | None


def copied(answer: Any) -> Copy:
    """Read a forwarded copy; under a picture the words are its caption."""
    found = result(answer)
    sent = (found.get("forward_origin") or {}).get("date")
    entities = found.get("entities") or found.get("caption_entities") or ()
    return Copy(
        number=int(found["message_id"]),
        text=str(found.get("text") or found.get("caption") or ""),
        links=tuple(str(e["url"]) for e in entities if e["type"] == "text_link"),
        sent=None if sent is None else int(sent),
    )


def _wait(answer: Answer) -> timedelta:
    wait = _parameter(answer, "retry_after")
    # One second more: the number is rounded down.
    return timedelta(seconds=min(wait, 604_800) + 1) if wait else answer.wait()


def _upgraded(answer: Answer) -> Upgraded | None:
    chat_id = _parameter(answer, "migrate_to_chat_id")
    if not chat_id:
        return None
    error = Upgraded(answer.said, scope=Scope.CHANNEL)
    error.chat_id = chat_id
    return error


def _by_words(answer: Answer) -> PublishError:
    words = answer.said.lower()
    if any(row in words for row in _CHANNEL):
        return AuthFailed(answer.said, scope=Scope.CHANNEL)
    for error, rows in _BY_WORDS:
        if any(row in words for row in rows):
            return error(answer.said)
    return Rejected(answer.said)


def _parameter(answer: Answer, name: str) -> int:
    parameters = answer.body.get("parameters")
    value = parameters.get(name) if isinstance(parameters, dict) else None
    return value if isinstance(value, int) else 0
