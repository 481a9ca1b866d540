"""Where each kind of trouble is seen to: the very thing its alert is of, and what the button there is called."""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from bot.actions import shelf
from bot.actions.health import Trouble
from bot.actions.offering import is_to_approve
from bot.desk.heaps import address
from bot.desk.here import Here
from bot.model import Reason


class Place(NamedTuple):
    """An address, and the name of the button that leads there."""

    address: str
    label: str


def place_of(here: Here, trouble: Trouble) -> Place | None:
    """Name where one trouble is seen to; None where the desk has nothing to press."""
    gettext, name = here.t.gettext, trouble.name
    match trouble.about, trouble.cause:
        case (("delivery" | "deliveries"), cause):
            return _of_a_post(here, trouble, is_of_article=cause == "story_revised" or trouble.about == "deliveries")
        case "source", "source_flood":
            return Place(address(Reason.FLOOD, name), gettext("Look and decide"))
        case "source", "source_gap":
            return Place("/articles", gettext("To the articles"))
        case (("channel" | "source"), "gone_waits") | ("newsroom", "nothing_posted") | (_, "database_restored"):
            listed = trouble.about == "channel"
            return Place("/queue" + (f"?{urlencode({'channel': name})}" if listed else ""), gettext("To the queue"))
        case "source", _:
            return Place(f"/channels#source-{quote(name)}", gettext("To the source"))
        case "channel", _ if name in here.room.channels:
            return Place(_channel(name), gettext("To the channel"))
        case "account", _:
            first = next((each.id for each in here.room.channels.values() if each.account == name), "")
            return Place(_channel(first) if first else "/channels", gettext("To the channel"))
        case "template", _ if shelf.users(here.room.channels.values(), name):
            return Place(f"/templates/{quote(name, safe='')}", gettext("To the template"))
        case "template", _:  # no channel would use it, so it may have no page
            return Place("/templates", gettext("To the templates"))
        case "settings", _:
            return Place("/audit?action=settings", gettext("To the audit log"))
        case _, "clock_off":  # until the clock is set, channels may be paused there
            return Place("/queue#channels", gettext("To the queue"))
        case _, "disk_low":
            return None
        case "audit", _:
            return Place("/audit#prove", gettext("To the audit log"))
    return Place("/channels", gettext("To the channels"))


def _of_a_post(here: Here, trouble: Trouble, *, is_of_article: bool) -> Place:
    gettext, post = here.t.gettext, trouble.post
    if post is None:
        return Place("/queue", gettext("To the queue"))
    if is_of_article and post.story:
        return Place(f"/articles/{quote(post.story)}", gettext("To the article"))
    if is_to_approve(post):
        return Place(f"/approvals?open={post.id}", gettext("Look and approve"))
    return Place(f"/articles/posts/{post.id}", gettext("To the post"))


def _channel(name: str) -> str:
    return f"/channels/{quote(name, safe='')}"
