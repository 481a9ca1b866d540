"""A Telegram channel through a bot's eyes: which chat it is, how far it has come, and whether a post is out there.

A bot can list nothing. But a channel's message numbers only grow, so a post stands behind the number that was newest
when it was sent; and a bot may forward a message whose number it knows, and the copy tells its words and its date.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from adapters.contract import (
    Asked,
    AuthFailed,
    Clock,
    Identity,
    Json,
    Mark,
    Memo,
    NotYet,
    OutcomeUnknown,
    PublishError,
    Receipt,
    Rejected,
    Scope,
    Session,
)
from adapters.http import Http, T, Visible
from adapters.telegram_answers import (
    CannotForward,
    Copy,
    Gone,
    Protected,
    Upgraded,
    bot,
    chat_found,
    copied,
    missing_rights,
    result,
    sort,
)
from adapters.text import fold_address, same_words

Words = tuple[str, tuple[Mark, ...]]
"""The words of a post as they are sent, and their marks."""

END_AFTER = 10
"""Numbers in a row without a message that mean the end of the chat."""
# About 20 messages a minute may be sent to one group (Telegram's bot FAQ, read 2026-11-22).
_MOST_COPIES = 20
_PAUSE = timedelta(seconds=60)
_DATES_MAY_DIFFER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat: its number, kind, public name ("" if it has none) and its pinned message's number (0 without one)."""

    id: int
    type: str
    username: str
    pinned: int
    title: str = ""

    def receipt(self, number: int) -> Receipt:
        """Tell where readers see a message."""
        url = None
        if self.username:
            url = f"https://t.me/{self.username}/{number}"
        elif str(self.id).startswith("-100"):
            url = f"https://t.me/c/{str(self.id)[4:]}/{number}"
        return Receipt(str(number), url, mark=str(number))

    def refuse_elsewhere(self, receipt: Receipt) -> None:
        """Refuse to touch a post of another chat: under its number another message may stand in this one."""
        if receipt.url is not None and receipt.url != self.receipt(int(receipt.id)).url:
            raise Rejected(f"it is in another chat than the settings name now: do it by hand at {receipt.url}")


@dataclass(frozen=True, slots=True)
class Bot:
    """One token at a Bot API server."""

    api: str
    session: Session
    http: Http
    clock: Clock

    async def call(self, method: str, *, read: Callable[[Any], T], visible: Visible | None = None, **parts: Any) -> T:
        """Send once; `parts` are httpx's."""
        return await self.http.json("POST", visible=visible, **self._how(method, read), **parts)

    async def ask(self, method: str, request: Json, *, read: Callable[[Any], T]) -> T:
        """Send what harms nobody twice."""
        return await self.http.repeatable("POST", sleep=self.clock.sleep, json=request, **self._how(method, read))

    async def chat(self, where: str) -> Chat:
        """Ask which chat a name or number means."""
        return Chat(**await self.ask("getChat", {"chat_id": _chat_id(where)}, read=chat_found))

    async def identity(self, chat: str, scratch: str) -> Identity:
        """Ask for the bot's name and its rights in both chats.

        Readers see the chat's title; its picture lies at an address that holds the bot's token, and is not told.
        """
        me, here = await self.ask("getMe", {}, read=bot), await self.chat(chat)
        missing = await self._missing_rights(here, me)
        if scratch:
            try:
                there = await self.chat(scratch)
                missing += tuple(f"scratch_chat: {m}" for m in await self._missing_rights(there, me))
            except PublishError as e:
                missing += (f"scratch_chat: {e.detail}",)
        return Identity(str(me["id"]), f"@{me['username']}", missing, here.title)

    async def _missing_rights(self, chat: Chat, me: Json) -> tuple[str, ...]:
        if chat.type == "private":
            return ()
        request = {"chat_id": chat.id, "user_id": me["id"]}
        return await self.ask("getChatMember", request, read=partial(missing_rights, kind=chat.type))

    def _how(self, method: str, read: Callable[[Any], T]) -> Json:
        token = self.session.tokens.get("token", "")
        url = f"{self.api}/bot{token}/{method}"
        return {"url": url, "what": f"Telegram {method}", "read": read, "sort": sort, "secrets": (token,)}


@dataclass(frozen=True, slots=True)
class Channel:
    """The chat that the settings name; `scratch` and `newest` are "" where they were not set."""

    bot: Bot
    name: str
    scratch: str
    newest: str

    async def known(self, memo: Memo) -> Chat:
        """Ask once per post which chat the settings mean."""
        moved = json.loads(memo.read("channel:moved") or "{}")

        async def ask() -> str:
            return json.dumps(asdict(await self.bot.chat(moved.get(self.name, self.name))))

        try:
            return Chat(**json.loads(await memo.step("chat", ask)))
        except Upgraded as e:
            await self.move(memo, e)
            raise

    async def move(self, memo: Memo, error: Upgraded) -> None:
        """Remember a group's new number; its messages count from one again."""
        await memo.forget("chat")
        memo.note("channel:moved", json.dumps({self.name: str(error.chat_id)}))

    def note_baseline(self, memo: Memo, chat: Chat) -> None:
        """Write down a number that is certainly in the chat already, so that `find` has where to start."""
        memo.note("chat_id", json.dumps(chat.id))
        is_same_chat = memo.read("channel:mark_chat") in (None, json.dumps(chat.id))
        mark = _int(memo.read("channel:last_mark")) if is_same_chat else 0
        # newest_post tells of the first chat only: whoever names another one may have left the old number standing.
        if not mark and is_same_chat and memo.read("channel:moved") is None:
            mark = _int(self.newest)
        mark = max(mark, chat.pinned)
        if mark or not is_same_chat:
            memo.note("channel:last_mark", json.dumps(mark))
        memo.note("channel:mark_chat", json.dumps(chat.id))

    async def search(self, sent: Words, memo: Memo, asked: Asked) -> Receipt | None:
        """Look behind the mark for what was sent; None: the chat ends without it. Needs scratch chat and mark."""
        if not self.scratch:
            raise OutcomeUnknown("Telegram tells a bot nothing of its posts: set scratch_chat to let Jarshy look")
        mark = _int(asked.mark)
        if not mark:
            raise OutcomeUnknown("no earlier post is known to look behind: set newest_post to the channel's newest")
        chat = await self.known(memo)
        found = await self._probe(sent, memo, chat=chat, asked=asked, after=max(mark, _int(memo.read("probed"))))
        if found is None:
            return None
        # Numbers of two chats cannot be compared: the settings may have named another one since it was sent.
        if memo.read("channel:mark_chat") == json.dumps(chat.id):
            memo.note("channel:last_mark", json.dumps(max(found, _int(memo.read("channel:last_mark")))))
        return chat.receipt(found)

    async def _probe(self, sent: Words, memo: Memo, *, chat: Chat, asked: Asked, after: int) -> int | None:
        """Look at the messages behind `after` until the post or the chat's end is seen; how far it got is noted.

        Raises NotYet where there is more to look at than one look may, OutcomeUnknown where forwarding is impossible,
        or where our words stand there at another time: either this machine's clock is wrong, or they are somebody's
        own.
        """
        newest, number, missing, copies, doubtful = after, after, 0, 0, 0
        while missing < END_AFTER:
            number += 1
            if copies == _MOST_COPIES:
                raise NotYet(f"looked at the channel's posts up to {newest}; going on", retry_after=_PAUSE)
            try:
                copy = await self._copy(chat, number)
            except Gone:
                missing += 1
                continue
            except CannotForward:
                copy = None  # a service message: there, and not ours
            copies += copy is not None
            missing, newest = 0, number
            if copy and _says(copy, sent):
                if _is_of_then(copy, asked):
                    return number
                doubtful = doubtful or number
            if not doubtful:  # else the next look must come by it again
                memo.note("probed", json.dumps(number))
        if doubtful:
            raise OutcomeUnknown(f"message {doubtful} has these very words, but another time than we sent ours at")
        return None

    async def _copy(self, chat: Chat, number: int) -> Copy:
        scratch = _chat_id(self.scratch)
        request = {"chat_id": scratch, "from_chat_id": chat.id, "message_id": number, "disable_notification": True}
        try:
            copy = await self.bot.call("forwardMessage", json=request, read=copied)
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
            await self.bot.call("deleteMessage", json={"chat_id": scratch, "message_id": copy.number}, read=result)
        return copy


def _is_of_then(copy: Copy, asked: Asked) -> bool:
    """Whether it was sent when we sent, by this machine's clock."""
    early, late = asked.first - _DATES_MAY_DIFFER, asked.last + _DATES_MAY_DIFFER
    return copy.sent is None or early.timestamp() <= copy.sent <= late.timestamp()


def _says(copy: Copy, sent: Words) -> bool:
    """Same words, same links: an editor's own post of the same story has other words."""
    text, marks = sent
    return same_words(copy.text, text) and _folded(copy.links) == _folded(m.value for m in _links(marks))


def _links(marks: Iterable[Mark]) -> list[Mark]:
    return [m for m in marks if m.kind == "link" and m.start < m.end]


def _folded(addresses: Iterable[str]) -> set[str]:
    return {fold_address(address) for address in addresses}


def _chat_id(where: str) -> str | int:
    return int(where) if re.fullmatch(r"-?\d+", where) else where


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
