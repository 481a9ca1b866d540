"""Telegram channels, through the Bot API: https://core.telegram.org/bots/api."""

import json
import re
from datetime import date, timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters.body import carried, fill, form, problems
from adapters.contract import (
    Adapter,
    Api,
    Asked,
    Identity,
    Intent,
    Json,
    Limits,
    Mark,
    Memo,
    NotYet,
    Pictures,
    Post,
    Problem,
    Receipt,
    Rejected,
    Spec,
)
from adapters.http import Visible
from adapters.telegram_answers import Gone, NotModified, Upgraded, message_number, result
from adapters.telegram_chat import Bot, Channel
from adapters.text import entities, linked, utf8, utf16

_MOST_RATIO = 20


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
        api=Api("Bot API"),
        limits=Limits(
            text=4096,
            text_bytes=32768,
            caption=1024,
            media=1,  # an album is several messages, and a loss in the middle of one is not handled yet
            # 10 MB; width and height together at most 10000: https://core.telegram.org/bots/api#sendphoto.
            pictures=Pictures(size=10_000_000, side=5000),
        ),
        target=550,
        # The server needs seconds; a request held up on its way may arrive later, and no key would catch its double.
        find_lag=timedelta(seconds=150),
        form="photo",
        remarks={"find": "with a scratch chat", "delete": "the bot's own posts"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write the one message: plain words with entities, so that nothing needs escaping."""
        message: Json = {"chat_id": {"$memo": "chat_id"}} | (_photo(post) if post.media else _words(post))
        if post.parent:
            message["reply_parameters"] = {"message_id": int(post.parent.id)}
        if post.options.get("silent") == "true":
            message["disable_notification"] = True
        return {"sendPhoto" if post.media else "sendMessage": message}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count UTF-16 units: never fewer than the code points the server counts."""
        sent = _caption(post)[0] if post.media else post.text
        most = limits.words([each.mime for each in post.media])
        counts = [("text", utf16(sent), most), *carried(post, limits)]
        if limits.text_bytes:
            counts.append(("text_bytes", utf8(sent), limits.text_bytes))
        for media in post.media:
            short, long = sorted((max(media.width, 1), max(media.height, 1)))
            counts.append(("picture_ratio", -(-long // short), _MOST_RATIO))
        return problems(counts)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Send the message, its picture within; what it stands behind is remembered first, for `find`."""
        chat = await self._channel.known(memo)
        self._channel.note_baseline(memo, chat)
        ((method, message),) = (content := fill(self.body(post), memo.read)).items()
        parts = form(message, "photo", post.media[0]) if post.media else {"json": message}
        visible = Visible(intent, content)
        try:
            number = await self._bot.call(method, read=message_number, visible=visible, **parts)
        except Upgraded as e:
            await self._channel.move(memo, e)
            raise
        # Nothing in the chat is newer, whatever was believed before.
        memo.note("channel:last_mark", json.dumps(number))
        return chat.receipt(number)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Copy what stands behind the mark into the scratch chat and compare; needs both to be known."""
        # As the look begins: it may miss what arrives meanwhile.
        early = asked.last + self.spec.find_lag - self.clock.now()
        sent = _caption(post) if post.media else (post.text, post.marks)
        if found := await self._channel.search(sent, memo, asked):
            return found
        if early > timedelta(0):
            raise NotYet("not in the channel so far; it may still arrive", retry_after=early)
        return None

    async def edit(self, receipt: Receipt, post: Post, *, memo: Memo) -> Receipt:
        """Change the words and the preview; `message is not modified` means that it already says so."""
        chat = await self._channel.known(memo)
        chat.refuse_elsewhere(receipt)
        memo.note("chat_id", json.dumps(chat.id))
        ((_, message),) = fill(self.body(post), memo.read).items()
        method = "editMessageCaption" if post.media else "editMessageText"
        kept = ("chat_id", "text", "entities", "link_preview_options", "caption", "caption_entities")
        request = {k: message[k] for k in kept if k in message} | {"message_id": int(receipt.id)}
        try:
            await self._bot.call(method, read=result, json=request)
        except NotModified:
            return receipt
        except Upgraded as e:
            await self._channel.move(memo, e)
            raise
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Delete the message; Telegram may refuse this after 48 hours."""
        chat = await self._bot.chat(self.settings.chat)
        chat.refuse_elsewhere(receipt)
        try:
            await self._bot.call("deleteMessage", read=result, json={"chat_id": chat.id, "message_id": int(receipt.id)})
        except Gone:
            return

    async def verify(self) -> Identity:
        """Ask for the bot's name and its rights in the channel, and whether it can use the scratch chat."""
        return await self._bot.identity(self.settings.chat, self.settings.scratch_chat)

    @property
    def _bot(self) -> Bot:
        return Bot(self.settings.api.rstrip("/"), self.session, self.http, self.clock)

    @property
    def _channel(self) -> Channel:
        settings = self.settings
        return Channel(self._bot, settings.chat, settings.scratch_chat, settings.newest_post)


def _words(post: Post) -> Json:
    card = {"url": post.card.url, "prefer_large_media": True, "show_above_text": True} if post.card else None
    return {
        "text": post.text,
        "entities": entities(post.text, post.marks),
        "link_preview_options": card or {"is_disabled": True},
    }


def _photo(post: Post) -> Json:
    if len(post.media) > 1:
        raise Rejected("one picture is all that a post on Telegram may carry here")
    text, marks = _caption(post)
    return {
        "photo": {"$media": post.media[0].sha256},
        "caption": text,
        "caption_entities": entities(text, marks),
    }


def _caption(post: Post) -> tuple[str, tuple[Mark, ...]]:
    """Write the words under a picture, which no link can unfold under: so an address must stand in them."""
    return linked(post.text, post.marks, post.card.url if post.card else "")
