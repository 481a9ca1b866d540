"""Talks to an emulated Bot API through aiogram, and writes as JSON what aiogram made of each answer.

Run by a Python that has aiogram, which is not ours: `python aiogram_says.py SERVER TOKEN CHAT PICTURE`.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InputMediaPhoto, LinkPreviewOptions, ReplyParameters

_MOST = 60
"""So many posts in a row are more than any chat takes."""


async def talk(server: str, token: str, chat: str, picture: bytes) -> dict[str, Any]:
    """Ask for all that our adapter asks for."""
    api = TelegramAPIServer.from_base(server)
    said: dict[str, Any] = {}
    async with (
        Bot(token, AiohttpSession(api=api)) as bot,
        Bot(f"{token[:10]}:nobody", AiohttpSession(api=api)) as wrong,
    ):
        me, there = await bot.get_me(), await bot.get_chat(chat)
        said["access"] = [me.is_bot, f"@{there.username}", there.type]
        said["an administrator lacks"] = await lacking(bot, chat, me.id)

        large = LinkPreviewOptions(url="https://courier.example/1", prefer_large_media=True, show_above_text=True)
        text = '<b>Railway</b> opens <a href="https://courier.example/1">on Monday</a>'
        post = await bot.send_message(chat, text, parse_mode="HTML", link_preview_options=large)
        marks = [(each.type, each.extract_from(post.text)) for each in post.entities]
        said["post"] = [post.text, marks, post.link_preview_options.prefer_large_media, post.chat.id == there.id]
        answer = await bot.send_message(
            chat, "Corrected.", reply_parameters=ReplyParameters(message_id=post.message_id)
        )
        said["reply"] = [answer.reply_to_message.message_id == post.message_id, answer.message_id > post.message_id]

        file = BufferedInputFile(picture, "photo.jpg")
        shown = await bot.send_photo(chat, file, caption="A crane.", show_caption_above_media=False)
        again = await bot.send_photo(chat, shown.photo[-1].file_id, caption="By its handle.")
        album = await bot.send_media_group(
            chat, [InputMediaPhoto(media=file, caption="1"), InputMediaPhoto(media=file)]
        )
        said["photos"] = [
            shown.caption,
            len(shown.photo) > 0,
            again.caption,
            len({one.media_group_id for one in album}),
        ]

        changed = await bot.edit_message_text("Railway opens on Tuesday", chat_id=chat, message_id=post.message_id)
        captioned = await bot.edit_message_caption(chat_id=chat, message_id=shown.message_id, caption="Two cranes.")
        said["changed"] = [changed.text, changed.edit_date is not None, captioned.caption]
        said["deleted"] = await bot.delete_message(chat, answer.message_id)

        said["same"] = await refusal(
            bot.edit_message_caption(chat_id=chat, message_id=shown.message_id, caption="Two cranes.")
        )
        said["gone"] = await refusal(bot.delete_message(chat, answer.message_id))
        said["nowhere"] = await refusal(bot.send_message("@nobody_is_here", "Hello"))
        said["too long"] = await refusal(bot.send_message(chat, "a" * 4097))
        said["empty"] = await refusal(bot.send_message(chat, " "))
        said["wrong token"] = await refusal(wrong.get_me())
        said["too fast"] = [await too_fast(bot, chat)]
    return said


async def lacking(bot: Bot, chat: str, number: int) -> list[str]:
    """Name what aiogram misses in the answer about an administrator."""
    try:
        member = await bot.get_chat_member(chat, number)
    except exceptions.ClientDecodeError as e:
        named = [each["loc"] for each in e.original.errors() if "ChatMemberAdministrator" in each["loc"]]
        return sorted(str(where[-1]) for where in named)
    return [] if member.can_post_messages else ["can_post_messages"]


async def refusal(call: Any) -> list[str]:
    """Tell as which error aiogram reads a refusal, and its words."""
    try:
        await call
    except exceptions.TelegramAPIError as e:
        return [type(e).__name__, e.message]
    return []


async def too_fast(bot: Bot, chat: str) -> bool:
    """Post until the chat takes no more; tell whether it says for how long."""
    for n in range(_MOST):
        try:
            await bot.send_message(chat, f"Post {n}")
        except exceptions.TelegramRetryAfter as e:
            return e.retry_after > 0
    return False


if __name__ == "__main__":
    *where, picture = sys.argv[1:]
    print(json.dumps(asyncio.run(talk(*where, Path(picture).read_bytes()))))
