"""Whether a post is out on Telegram, where a bot can list nothing: copy the next numbers into a scratch chat.

A channel's message numbers only grow, so a post stands behind the number that was newest when it was sent. A bot may
forward a message whose number it knows, and the copy tells its words and its date.
"""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from adapters.contract import Asked, AuthFailed, Json, Mark, NotYet, OutcomeUnknown, Post, PublishError, Rejected, Scope
from adapters.telegram_answers import CannotForward, Gone, Protected, copied, result
from adapters.text import fold_address, same_words


class Call(Protocol):
    """The adapter's way of calling a method."""

    def __call__(self, method: str, request: Json, *, read: Callable[[Any], Any]) -> Awaitable[Any]:
        """Send once."""
        ...


END_AFTER = 10
"""Numbers in a row without a message that mean the end of the chat."""
# About 20 messages a minute may be sent to one group (Telegram's bot FAQ, read 2026-11-22).
_MOST_COPIES = 20
_PAUSE = timedelta(seconds=60)
_DATES_MAY_DIFFER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """`found` is the post's number, None if the chat ends without it; `newest` the highest number with a message."""

    found: int | None
    newest: int


async def probe(
    call: Call, post: Post, asked: Asked, *, chat: int, scratch: str | int, after: int, note: Callable[[int], None]
) -> Seen:
    """Look at the messages behind `after` until the post or the chat's end is seen; `note` is told how far it got.

    Raises NotYet where there is more to look at than one look may, OutcomeUnknown where forwarding is impossible, or
    where our words stand there at another time: either this machine's clock is wrong, or they are somebody's own.
    """
    newest, number, missing, copies, doubtful = after, after, 0, 0, 0
    while missing < END_AFTER:
        number += 1
        if copies == _MOST_COPIES:
            raise NotYet(f"looked at the channel's posts up to {newest}; going on", retry_after=_PAUSE)
        try:
            copy = await _copy(call, chat, scratch, number)
        except Gone:
            missing += 1
            continue
        except CannotForward:
            copy = None  # a service message: there, and not ours
        copies += copy is not None
        missing, newest = 0, number
        if copy and _is_ours(copy, post):
            if _is_of_then(copy, asked):
                return Seen(number, newest)
            doubtful = doubtful or number
        if not doubtful:  # else the next look must come by it again
            note(number)
    if doubtful:
        raise OutcomeUnknown(f"message {doubtful} has these very words, but another time than we sent ours at")
    return Seen(None, newest)


async def _copy(call: Call, chat: int, scratch: str | int, number: int) -> Json:
    request = {"chat_id": scratch, "from_chat_id": chat, "message_id": number, "disable_notification": True}
    try:
        copy: Json = await call("forwardMessage", request, read=copied)
    except (Gone, CannotForward):
        raise
    except Protected as e:
        raise OutcomeUnknown(f"the channel forbids forwarding, so it cannot be looked at: {e.detail}") from e
    except Rejected as e:
        raise OutcomeUnknown(f"the channel cannot be looked at: {e.detail}") from e
    except AuthFailed as e:
        if e.scope is Scope.ACCOUNT:
            raise
        raise OutcomeUnknown(f"the scratch chat or the channel cannot be used: {e.detail}") from e
    with contextlib.suppress(PublishError):  # a copy left behind in the scratch chat harms nobody
        await call("deleteMessage", {"chat_id": scratch, "message_id": copy["number"]}, read=result)
    return copy


def _is_of_then(copy: Json, asked: Asked) -> bool:
    """Whether it was sent when we sent, by this machine's clock."""
    early, late = asked.first - _DATES_MAY_DIFFER, asked.last + _DATES_MAY_DIFFER
    return copy["sent"] is None or early.timestamp() <= copy["sent"] <= late.timestamp()


def _is_ours(copy: Json, post: Post) -> bool:
    """Same words, same links: an editor's own post of the same story has other words."""
    shown = {fold_address(link) for link in copy["links"]}
    return same_words(copy["text"], post.text) and shown == {fold_address(m.value) for m in _links(post.marks)}


def _links(marks: tuple[Mark, ...]) -> list[Mark]:
    return [m for m in marks if m.kind == "link" and m.start < m.end]
