"""Telegram channels, through the Bot API: https://core.telegram.org/bots/api."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters.body import fill, refuse_media
from adapters.contract import (
    Adapter,
    Asked,
    Identity,
    Intent,
    Json,
    Limits,
    Memo,
    NotYet,
    OutcomeUnknown,
    Post,
    Problem,
    PublishError,
    Receipt,
    Rejected,
    Spec,
)
from adapters.http import T, Visible
from adapters.telegram_answers import (
    Gone,
    NotModified,
    Upgraded,
    bot,
    chat_found,
    message_number,
    missing_rights,
    result,
    sort,
)
from adapters.telegram_find import probe
from adapters.text import entities, utf8, utf16


class Telegram(Adapter):
    """Posts as a bot that is an administrator of the channel."""

    class Settings(BaseModel):
        """One channel. The last two make a lost answer findable again."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        chat: str = Field(min_length=1, description="@name of the channel, or its number (-100...)")
        scratch_chat: str = Field("", description="a private chat of the bot's, where it may copy a post to look at it")
        newest_post: str = Field("", description="number or link of the channel's newest post when Jarshy was set up")
        api: str = Field("https://api.telegram.org", description="the Bot API server")

        @field_validator("newest_post")
        @classmethod
        def _number(cls, value: str) -> str:
            number = re.search(r"(\d+)/?$", value.split("?")[0])
            if value and not number:
                raise ValueError("must be a post's number or link")
            return number[1] if number else ""

    class Credentials(BaseModel):
        """The bot's token, as @BotFather gave it."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        token: str = Field(min_length=1, repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="telegram",
        title="Telegram",
        docs="https://core.telegram.org/bots/api#sendmessage",
        checked=date(2026, 11, 22),
        limits=Limits(text=4096, text_bytes=32768),
        target=550,
        # The server needs seconds; a request held up on its way may arrive later, and no key would catch its double.
        find_lag=timedelta(seconds=150),
        remarks={"find": "with a scratch chat", "edit": "text posts", "delete": "the bot's own posts"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write the one message: plain words with entities, so that nothing needs escaping."""
        card = {"url": post.card.url, "prefer_large_media": True, "show_above_text": True} if post.card else None
        message: Json = {
            "chat_id": {"$memo": "chat_id"},
            "text": post.text,
            "entities": entities(post.text, post.marks),
            "link_preview_options": card or {"is_disabled": True},
        }
        if post.parent:
            message["reply_parameters"] = {"message_id": int(post.parent.id)}
        if post.options.get("silent") == "true":
            message["disable_notification"] = True
        return {"sendMessage": message}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count UTF-16 units: never fewer than the code points the server counts."""
        counts = [("text", utf16(post.text), limits.text), ("media", len(post.media), limits.media)]
        if limits.text_bytes:
            counts.append(("text_bytes", utf8(post.text), limits.text_bytes))
        return tuple(Problem(*count) for count in counts if count[1] > count[2])

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Send the message; what it stands behind is remembered first, for `find`."""
        refuse_media(post, self.spec.title)
        chat = await self._chat(memo)
        self._note_baseline(memo, chat)
        content = fill(self.body(post), memo.read)
        visible = Visible(intent, content)
        try:
            number = await self._call("sendMessage", content["sendMessage"], read=message_number, visible=visible)
        except Upgraded as e:
            await self._move(memo, e)
            raise
        # Nothing in the chat is newer, whatever was believed before.
        memo.note("channel:last_mark", json.dumps(number))
        return _receipt(chat, number)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Copy what stands behind the mark into the scratch chat and compare; needs both to be known."""
        early = (
            asked.last + self.spec.find_lag - self.clock.now()
        )  # as the look begins: it may miss what arrives meanwhile
        mark = _int(asked.mark)
        if not self.settings.scratch_chat:
            raise OutcomeUnknown("Telegram tells a bot nothing of its posts: set scratch_chat to let Jarshy look")
        if not mark:
            raise OutcomeUnknown("no earlier post is known to look behind: set newest_post to the channel's newest")
        chat = await self._chat(memo)
        seen = await probe(
            self._call,
            post,
            asked,
            chat=chat["id"],
            scratch=_chat_id(self.settings.scratch_chat),
            after=max(mark, _int(memo.read("probed"))),
            note=lambda number: memo.note("probed", json.dumps(number)),
        )
        if seen.found:
            # Numbers of two chats cannot be compared: the settings may have named another one since it was sent.
            if memo.read("channel:mark_chat") == json.dumps(chat["id"]):
                memo.note("channel:last_mark", json.dumps(max(seen.found, _int(memo.read("channel:last_mark")))))
            return _receipt(chat, seen.found)
        if early > timedelta(0):
            raise NotYet("not in the channel so far; it may still arrive", retry_after=early)
        return None

    async def edit(self, receipt: Receipt, post: Post, *, memo: Memo) -> Receipt:
        """Change the words and the preview; `message is not modified` means that it already says so."""
        chat = await self._chat(memo)
        _refuse_elsewhere(receipt, chat)
        memo.note("chat_id", json.dumps(chat["id"]))
        message = fill(self.body(post), memo.read)["sendMessage"]
        request = {k: message[k] for k in ("chat_id", "text", "entities", "link_preview_options")}
        try:
            await self._call("editMessageText", request | {"message_id": int(receipt.id)}, read=result)
        except NotModified:
            return receipt
        except Upgraded as e:
            await self._move(memo, e)
            raise
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Delete the message; Telegram may refuse this after 48 hours."""
        chat = await self._read("getChat", {"chat_id": _chat_id(self.settings.chat)}, read=chat_found)
        _refuse_elsewhere(receipt, chat)
        try:
            request = {"chat_id": chat["id"], "message_id": int(receipt.id)}
            await self._call("deleteMessage", request, read=result)
        except Gone:
            return

    async def verify(self) -> Identity:
        """Ask for the bot's name and its rights in the channel, and whether it can use the scratch chat."""
        me = await self._read("getMe", {}, read=bot)
        missing = await self._missing_rights(self.settings.chat, me)
        if self.settings.scratch_chat:
            try:
                missing += tuple(
                    f"scratch_chat: {m}" for m in await self._missing_rights(self.settings.scratch_chat, me)
                )
            except PublishError as e:
                missing += (f"scratch_chat: {e.detail}",)
        return Identity(str(me["id"]), f"@{me['username']}", missing)

    async def _missing_rights(self, where: str, me: Json) -> tuple[str, ...]:
        chat = await self._read("getChat", {"chat_id": _chat_id(where)}, read=chat_found)
        if chat["type"] == "private":
            return ()
        request = {"chat_id": chat["id"], "user_id": me["id"]}
        return await self._read("getChatMember", request, read=partial(missing_rights, kind=chat["type"]))

    async def _chat(self, memo: Memo) -> Json:
        """Ask once per post which chat the settings mean."""
        moved = json.loads(memo.read("channel:moved") or "{}")
        where = moved.get(self.settings.chat, self.settings.chat)

        async def ask() -> str:
            return json.dumps(await self._read("getChat", {"chat_id": _chat_id(where)}, read=chat_found))

        try:
            chat: Json = json.loads(await memo.step("chat", ask))
        except Upgraded as e:
            await self._move(memo, e)
            raise
        return chat

    async def _move(self, memo: Memo, error: Upgraded) -> None:
        """Remember a group's new number; its messages count from one again."""
        await memo.forget("chat")
        memo.note("channel:moved", json.dumps({self.settings.chat: str(error.chat_id)}))

    def _note_baseline(self, memo: Memo, chat: Json) -> None:
        """Write down a number that is certainly in the chat already, so that `find` has where to start."""
        memo.note("chat_id", json.dumps(chat["id"]))
        is_same_chat = memo.read("channel:mark_chat") in (None, json.dumps(chat["id"]))
        mark = _int(memo.read("channel:last_mark")) if is_same_chat else 0
        # newest_post tells of the first chat only: whoever names another one may have left the old number standing.
        if not mark and is_same_chat and memo.read("channel:moved") is None:
            mark = _int(self.settings.newest_post)
        mark = max(mark, chat["pinned"])
        if mark or not is_same_chat:
            memo.note("channel:last_mark", json.dumps(mark))
        memo.note("channel:mark_chat", json.dumps(chat["id"]))

    async def _read(self, method: str, request: Json, *, read: Callable[[Any], T]) -> T:
        return await self.http.repeatable("POST", sleep=self.clock.sleep, json=request, **self._how(method, read))

    async def _call(self, method: str, request: Json, *, read: Callable[[Any], T], visible: Visible | None = None) -> T:
        return await self.http.json("POST", visible=visible, json=request, **self._how(method, read))

    def _how(self, method: str, read: Callable[[Any], T]) -> Json:
        token = self.session.tokens.get("token", "")
        url = f"{self.settings.api.rstrip('/')}/bot{token}/{method}"
        return {"url": url, "what": f"Telegram {method}", "read": read, "sort": sort, "secrets": (token,)}


def _receipt(chat: Json, number: int) -> Receipt:
    url = None
    if chat["username"]:
        url = f"https://t.me/{chat['username']}/{number}"
    elif str(chat["id"]).startswith("-100"):
        url = f"https://t.me/c/{str(chat['id'])[4:]}/{number}"
    return Receipt(str(number), url, mark=str(number))


def _refuse_elsewhere(receipt: Receipt, chat: Json) -> None:
    """Refuse to touch a post of another chat: under its number another message may stand in this one."""
    if receipt.url is not None and receipt.url != _receipt(chat, int(receipt.id)).url:
        raise Rejected(f"it is in another chat than the settings name now: do it by hand at {receipt.url}")


def _chat_id(where: str) -> str | int:
    return int(where) if re.fullmatch(r"-?\d+", where) else where


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
