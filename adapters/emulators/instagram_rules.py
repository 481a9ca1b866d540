"""What Instagram takes, as its contract sheet has it: calls, parameters, captions, quotas."""

import re
from dataclasses import dataclass

from adapters.emulators.facebook_graph import No
from adapters.emulators.kit import Asked, Bucket, Reply, reply

_LONGEST, MOST_TAGS, _MOST_MENTIONS, MOST_ITEMS = 2200, 30, 20, 10
MOST_POSTS = 50
_TAG, _MENTION = re.compile(r"#\w+"), re.compile(r"(?<![\w.])@\w[\w.]*")
METRICS = frozenset({"reach", "views", "likes", "comments", "saved", "shares", "total_interactions"})
SCOPES = frozenset(
    {"instagram_basic", "instagram_content_publish", "pages_read_engagement", "pages_show_list"}
    | {"instagram_manage_insights", "instagram_manage_contents"}
)
CREATE = frozenset(
    {"media_type", "image_url", "video_url", "upload_type", "caption", "alt_text", "is_carousel_item", "children"}
    | {"share_to_feed", "cover_url", "thumb_offset", "location_id", "user_tags", "collaborators", "is_ai_generated"}
)
CALLS = (
    ("POST", r"(\d+)/media", "container"),
    ("POST", r"(\d+)/media_publish", "publish"),
    ("GET", r"(\d+)/media", "list"),
    ("GET", r"(\d+)/content_publishing_limit", "quota"),
    ("GET", r"(\d+)/insights", "insights"),
    ("GET", r"debug_token", "debugToken"),
    ("GET", r"me", "me"),
    ("GET", r"dialog/oauth", "authorize"),
    ("GET", r"oauth/access_token", "accessToken"),
    ("GET", r"me/accounts", "accounts"),
    ("DELETE", r"(\d+)", "delete"),
    ("GET", r"(\d+)", "status"),
)


@dataclass
class Account:
    """One professional account, linked to a page."""

    id: str
    page: str
    username: str
    calls: Bucket
    is_linked: bool = True
    """It is a professional account, and linked to the page."""

    @property
    def title(self) -> str:
        """The name readers see first."""
        return self.username.replace(".", " ").title()


def judge(caption: str) -> None:
    """Refuse a caption that holds too much."""
    tags, mentions = len(_TAG.findall(caption)), len(_MENTION.findall(caption))
    if len(caption) > _LONGEST or tags > MOST_TAGS or mentions > _MOST_MENTIONS:
        raise No("The caption is too long, or has too many hashtags or mentions", 36004, 2207010)


def text_of(asked: Asked) -> str:
    """Read the token, of the kind "Bearer" or, for uploads, "OAuth"."""
    return asked.headers.get("authorization", "").partition(" ")[2]


def not_uploaded(kind: str, said: str) -> Reply:
    """Refuse bytes, in the words of the host for uploads."""
    return reply(400, {"debug_info": {"retriable": False, "type": kind, "message": said}})
