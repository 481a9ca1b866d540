"""The Bot API from the other side, from its contract sheet."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from typing_extensions import override

from adapters.emulators.kit import Asked, Network, Reply, World, reply
from adapters.emulators.telegram_arguments import METHODS, arguments, caption, no, photo, text, truth, yes
from adapters.emulators.telegram_chats import RIGHTS, Bot, Chat, Message, Photo, administrator, as_json, full_chat, show
from adapters.emulators.telegram_text import Entity, Refused, found_by_itself

Json = dict[str, Any]

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class _TooFast(Exception):
    """A chat gets more than it may; `seconds` until its minute is over."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class TelegramNetwork(Network):
    """Bots and channels; no key, no duplicate detection whatsoever."""

    name = "telegram"
    title = "Telegram"
    visible: ClassVar = frozenset({"sendMessage", "sendPhoto", "sendMediaGroup"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.bots: dict[str, Bot] = {}
        self.chats: dict[str, Chat] = {}
        """By "@name" or number."""
        self.photos: dict[str, Photo] = {}
        """By their handles."""
        self._updates: list[Json] = []

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        bot = self.bots.setdefault(credentials["token"], Bot(credentials["token"]))
        if not re.fullmatch(r"@\w+|-?\d+", settings["chat"]):
            return  # no chat can have such a name, so it stays unknown, as on the real network
        self._chat(settings["chat"]).members[bot.id] = set(RIGHTS)
        if scratch := settings.get("scratch_chat"):
            self._chat(scratch).members[bot.id] = set(RIGHTS)
            self.world.hidden.add((self.name, self._chat(scratch).place))

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        settings = {
            "chat": f"@demo_newsroom{n or ''}",
            "scratch_chat": str(-1009000000000 - n),
            "api": "https://telegram.example",
        }
        return settings, {"token": f"{7000000000 + n}:{'demo-token-of-nobody-' + str(n):-<35}"}

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        chat = self.chats.get(settings["chat"])
        return chat.place if chat else settings["chat"]

    @override
    def editor_posts(self, place: str, text: str) -> str:
        chat = self.chats[place]
        message = self._add(chat, Message(0, None, self.world.moment(), text, found_by_itself(text, [])))
        self._updates.append({"update_id": len(self._updates) + 1, "channel_post": as_json(chat, message)})
        self.world.posts[(self.name, chat.place, str(message.id))] = show(chat, message, self.pages)
        return str(message.id)

    @override
    def call(self, asked: Asked) -> str:
        method = asked.path.rpartition("/")[2]
        return METHODS.get(method.lower(), method)

    @override
    def answer(self, asked: Asked) -> Reply:
        rest = asked.path.removeprefix("/bot")
        token, _, method = rest.partition("/")
        if rest == asked.path or not method:
            return no(404, "Not Found")
        if token.startswith("0") or len(token) > 80 or ":" not in token:
            return no(401, "Unauthorized: invalid token specified")
        bot = self.bots.get(token)
        if bot is None or bot.is_dead:
            return no(401, "Unauthorized")
        name = METHODS.get(method.lower())
        if name is None:
            return no(404, "Not Found: method not found")
        try:
            return yes(getattr(self, f"_{name}")(bot, arguments(asked)))
        except _TooFast as e:
            return self.refuse(e.seconds)
        except Refused as e:
            return no(403 if str(e).startswith("bot ") else 400, str(e))

    @override
    def refuse(self, seconds: int) -> Reply:
        said = f"Too Many Requests: retry after {seconds}"
        body = {"ok": False, "error_code": 429, "description": said, "parameters": {"retry_after": seconds}}
        return reply(429, body, retry_after=str(seconds))

    @override
    def break_down(self) -> Reply:
        return no(500, "Internal Server Error: restart")

    @override
    def revoke(self, asked: Asked) -> None:
        bot = self.bots.get(asked.path.removeprefix("/bot").partition("/")[0])
        if bot:
            bot.is_dead = True

    @override
    def restore(self) -> None:
        for bot in self.bots.values():
            bot.is_dead = False

    def _chat(self, name: str) -> Chat:
        if name not in self.chats:
            username = name.removeprefix("@") if name.startswith("@") else ""
            number = -1001000000000 - len(self.chats) if username else int(name)
            self.chats[name] = self.chats[str(number)] = Chat(
                number, username, username.replace("_", " ").title() or "Private channel"
            )
        return self.chats[name]

    def _add(self, chat: Chat, message: Message) -> Message:
        chat.last += 1
        added = replace(message, id=chat.last)
        chat.messages[added.id] = added
        return added

    def _known(self, bot: Bot, named: Any) -> Chat:
        """Find a chat the bot may look into."""
        chat = self.chats.get(str(named))
        if chat is None:
            raise Refused("chat not found")
        if bot.id in chat.kicked:
            raise Refused("bot was kicked from the channel chat")
        if bot.id not in chat.members:
            raise Refused("bot is not a member of the channel chat")
        return chat

    def _writable(self, bot: Bot, args: Json) -> Chat:
        chat = self._known(bot, args.get("chat_id"))
        if "can_post_messages" not in chat.members[bot.id]:
            raise Refused("need administrator rights in the channel chat")
        return chat

    def _publish(self, chat: Chat, message: Message) -> Json:
        added = self._add(chat, message)
        self.create(show(chat, added, self.pages))
        return as_json(chat, added)

    def _count(self, chat: Chat) -> None:
        if not chat.pace.take(self.world.moment()):
            raise _TooFast(chat.pace.seconds(self.world.moment()))

    def _getMe(self, bot: Bot, args: Json) -> Json:
        return bot.user | {"can_join_groups": True, "can_read_all_group_messages": False}

    def _getChat(self, bot: Bot, args: Json) -> Json:
        return full_chat(self._known(bot, args.get("chat_id")))

    def _getChatMember(self, bot: Bot, args: Json) -> Json:
        rights = self._known(bot, args.get("chat_id")).members.get(int(args["user_id"]))
        if rights is None:
            raise Refused("user not found")
        return administrator(bot, rights)

    def _getUpdates(self, bot: Bot, args: Json) -> list[Json]:
        # A bot is never told of its own posts; only what people wrote is kept here (telegram-bot-api Client.cpp).
        return [u for u in self._updates if u["update_id"] >= int(args.get("offset", 0))]

    def _draft(self, bot: Bot, chat: Chat, args: Json, text: str, entities: list[Entity]) -> Message:
        parent = int((args.get("reply_parameters") or {}).get("message_id", 0))
        if parent and parent not in chat.messages and not args["reply_parameters"].get("allow_sending_without_reply"):
            raise Refused("message to be replied not found")
        self._count(chat)
        return Message(
            id=0,
            author=bot.id,
            at=self.world.moment(),
            text=text,
            entities=entities,
            preview=args.get("link_preview_options") or {},
            markup=args.get("reply_markup"),
            reply_to=parent or None,
            is_silent=truth(args.get("disable_notification")),
            is_protected=truth(args.get("protect_content")),
        )

    def _sendMessage(self, bot: Bot, args: Json) -> Json:
        chat = self._writable(bot, args)
        return self._publish(chat, self._draft(bot, chat, args, *text(args)))

    def _photo(self, given: Any, args: Json) -> Photo:
        return photo(given, args, self.photos, self.world.keep)

    def _sendPhoto(self, bot: Bot, args: Json) -> Json:
        chat = self._writable(bot, args)
        draft = self._draft(bot, chat, args, *caption(args))
        return self._publish(chat, replace(draft, photo=self._photo(args.get("photo"), args)))

    def _sendMediaGroup(self, bot: Bot, args: Json) -> list[Json]:
        chat, media = self._writable(bot, args), args.get("media") or []
        if len(media) < 2:
            raise Refused("there must be at least 2 messages in an album" if media else "there are no messages to send")
        if len(media) > 10:
            raise Refused("too many messages to send as an album")
        drafts = []
        for one in media:
            draft = self._draft(bot, chat, args, *caption(one))
            drafts.append(replace(draft, photo=self._photo(one.get("media"), args), group=f"album{chat.last + 1}"))
        return [self._publish(chat, draft) for draft in drafts]

    def _own(self, bot: Bot, args: Json, verb: str) -> tuple[Chat, Message]:
        chat = self._known(bot, args.get("chat_id"))
        message = chat.messages.get(int(args.get("message_id", 0)))
        if message is None:
            raise Refused(f"message to {verb} not found")
        if message.author != bot.id and f"can_{verb}_messages" not in chat.members[bot.id]:
            raise Refused(f"message can't be {verb.rstrip('e')}ed")
        return chat, message

    def _editMessageText(self, bot: Bot, args: Json) -> Json:
        return self._edit(bot, args, "text", text)

    def _editMessageCaption(self, bot: Bot, args: Json) -> Json:
        return self._edit(bot, args, "caption", caption)

    def _edit(self, bot: Bot, args: Json, kind: str, read: Callable[[Json], tuple[str, list[Entity]]]) -> Json:
        chat, old = self._own(bot, args, "edit")
        if (old.photo is not None) is not (kind == "caption"):
            raise Refused(f"there is no {kind} in the message to edit")
        words, entities = read(args)
        preview = {} if old.photo else args.get("link_preview_options") or {}
        new = replace(old, text=words, entities=entities, preview=preview, markup=args.get("reply_markup"))
        if new == old:
            raise Refused(_SAME)
        new = replace(new, edited_at=self.world.moment())
        chat.messages[new.id] = new
        self.edit(show(chat, new, self.pages))
        return as_json(chat, new)

    def _deleteMessage(self, bot: Bot, args: Json) -> bool:
        chat, message = self._own(bot, args, "delete")
        del chat.messages[message.id]
        self.remove(chat.place, str(message.id))
        return True

    def _deleteMessages(self, bot: Bot, args: Json) -> bool:
        chat = self._known(bot, args.get("chat_id"))
        for number in args.get("message_ids") or []:
            if int(number) in chat.messages:
                self._deleteMessage(bot, args | {"message_id": number})
        return True

    def _forwardMessage(self, bot: Bot, args: Json) -> Json:
        return self._again(bot, args, "forward")

    def _copyMessage(self, bot: Bot, args: Json) -> Json:
        return {"message_id": self._again(bot, args, "copy")["message_id"]}

    def _again(self, bot: Bot, args: Json, verb: str) -> Json:
        target, source = self._writable(bot, args), self._known(bot, args.get("from_chat_id"))
        message = source.messages.get(int(args["message_id"]))
        if message is None or not self.reads(source.place, str(message.id)):
            raise Refused(f"message to {verb} not found")
        if source.is_protected or message.is_protected:
            done = {"forward": "forwarded", "copy": "copied"}[verb]
            raise Refused(f"message has protected content and can't be {done}")
        self._count(target)
        origin: Json = {"type": "channel", "chat": source.brief, "message_id": message.id}
        origin["date"] = int(message.at.timestamp())
        silent = truth(args.get("disable_notification"))
        copy = replace(message, at=self.world.moment(), author=bot.id, is_silent=silent, reply_to=None, edited_at=None)
        return self._publish(target, replace(copy, origin=origin if verb == "forward" else None))

    def _pinChatMessage(self, bot: Bot, args: Json) -> bool:
        chat = self._known(bot, args.get("chat_id"))
        if "can_edit_messages" not in chat.members[bot.id]:
            raise Refused("not enough rights to manage pinned messages in the chat")
        if int(args["message_id"]) not in chat.messages:
            raise Refused("message to pin not found")
        chat.pinned = int(args["message_id"])
        return True
