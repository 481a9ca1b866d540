"""What Telegram remembers: bots, channels and their messages, and how it writes them as JSON."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.kit import Bucket, Shown
from adapters.emulators.telegram_text import Entity, marks

Json = dict[str, Any]

RIGHTS = frozenset({"can_post_messages", "can_edit_messages", "can_delete_messages"})
"""What a bot needs in a channel for all it may be asked to do."""
_OTHER_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users"),
    *("can_post_stories", "can_edit_stories", "can_delete_stories"),
)


@dataclass
class Bot:
    """One token's owner."""

    token: str
    is_dead: bool = False

    @property
    def id(self) -> int:
        """The number before the colon."""
        return int(self.token.partition(":")[0])

    @property
    def user(self) -> Json:
        """The bot as a User."""
        return {"id": self.id, "is_bot": True, "first_name": "Jarshy", "username": f"jarshy{self.id}_bot"}


@dataclass(frozen=True)
class Photo:
    """One photo the server has: uploaded (`sha256`), or only an address; sent again by its handle."""

    handle: str
    sha256: str
    width: int = 1280
    height: int = 720
    size: int = 0

    @property
    def sizes(self) -> list[Json]:
        """The photo as it stands in a message."""
        known = {"file_size": self.size} if self.size else {}
        told = {"file_id": self.handle, "file_unique_id": self.handle, "width": self.width, "height": self.height}
        return [told | known]


@dataclass
class Message:
    """One message, by a bot or by a person (`author` None)."""

    id: int
    author: int | None
    at: datetime
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    preview: Json = field(default_factory=dict)
    markup: Json | None = None
    photo: Photo | None = None
    edited_at: datetime | None = None
    reply_to: int | None = None
    group: str = ""
    is_silent: bool = False
    is_protected: bool = False
    origin: Json | None = None


@dataclass
class Chat:
    """One channel. Message ids are shared by everybody who posts there."""

    id: int
    username: str = ""
    title: str = ""
    messages: dict[int, Message] = field(default_factory=dict)
    last: int = 100
    pinned: int | None = None
    is_protected: bool = False
    members: dict[int, set[str]] = field(default_factory=dict)
    """Bot -> its rights; a bot that is not here is no member."""
    kicked: set[int] = field(default_factory=set)
    pace: Bucket = field(default_factory=lambda: Bucket(20, timedelta(minutes=1)))
    """Telegram asks bots for at most 20 messages a minute to one group (its bot FAQ)."""

    @property
    def place(self) -> str:
        """The name under which its posts are shown."""
        return f"@{self.username}" if self.username else str(self.id)

    @property
    def brief(self) -> Json:
        """The chat as it stands in a message."""
        named = {"username": self.username} if self.username else {}
        return {"id": self.id, "title": self.title, "type": "channel"} | named


def full_chat(chat: Chat) -> Json:
    """Write the answer of getChat."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    found = chat.brief | {"accent_color_id": 0, "max_reaction_count": 11}
    found["accepted_gift_types"] = dict.fromkeys(gifts, False)
    if chat.is_protected:
        found["has_protected_content"] = True
    if chat.pinned in chat.messages:
        found["pinned_message"] = as_json(chat, chat.messages[chat.pinned])
    return found


def administrator(bot: Bot, rights: set[str]) -> Json:
    """Write the answer of getChatMember."""
    named = {right: right in rights for right in sorted(RIGHTS)}
    return {"status": "administrator", "user": bot.user} | dict.fromkeys(_OTHER_RIGHTS, False) | named


def as_json(chat: Chat, message: Message) -> Json:
    """Write a Message."""
    found: Json = {
        "message_id": message.id,
        "sender_chat": chat.brief,
        "chat": chat.brief,
        "date": int(message.at.timestamp()),
    }
    words, entities = ("caption", "caption_entities") if message.photo else ("text", "entities")
    if message.text:
        found[words] = message.text
    if message.entities:
        found[entities] = message.entities
    if message.photo:
        found["photo"] = message.photo.sizes
    answered = chat.messages.get(message.reply_to or 0)
    extra = {
        # Not what that one answers in turn.
        "reply_to_message": as_json(chat, replace(answered, reply_to=None)) if answered else None,
        "edit_date": int(message.edited_at.timestamp()) if message.edited_at else None,
        "link_preview_options": message.preview,
        "reply_markup": message.markup,
        "media_group_id": message.group,
        "has_protected_content": message.is_protected or chat.is_protected,
        "forward_origin": message.origin,
    }
    return found | {k: v for k, v in extra.items() if v}


def show(chat: Chat, message: Message, pages: dict[str, tuple[str, str]]) -> Shown:
    """Tell what a reader of the channel sees."""
    seen = marks(message.text, message.entities)
    options = {"silent": "true"} if message.is_silent else {}
    if message.photo or message.preview.get("show_above_text"):
        options["card above"] = "true"
    for row in (message.markup or {}).get("inline_keyboard", []):
        options |= {f"button {one['text']}": one.get("url", "") for one in row}
    return Shown(
        network="telegram",
        place=chat.place,
        id=str(message.id),
        author=chat.title,
        handle=chat.place,
        text=message.text,
        marks=seen,
        card=_card(message, [value for _, _, kind, value in seen if kind == "link"], pages),
        at=message.at,
        edited_at=message.edited_at,
        parent=str(message.reply_to) if message.reply_to else None,
        options=options,
        media=((message.photo.sha256, ""),) if message.photo else (),
    )


def _card(message: Message, links: list[str], pages: dict[str, tuple[str, str]]) -> tuple[str, str, str] | None:
    """Unfold the address asked for, else the first one in the text; a page unknown to the server shows nothing."""
    if message.photo or message.preview.get("is_disabled"):
        return None
    url = message.preview.get("url") or (links[0] if links else "")
    return (url, *pages[url]) if url in pages else None
