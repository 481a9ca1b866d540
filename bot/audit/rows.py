"""Knows what an audit row is: a closed list of actions, and the exact bytes that are stored and later proved."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

VERSION = 1


class Action(StrEnum):
    """What happened; the closed list."""

    STORY_SEEN = "story.seen"
    STORY_MERGED = "story.merged"
    STORY_SPLIT = "story.split"
    STORY_REVISED = "story.revised"
    STORY_RETRACTED = "story.retracted"
    STORY_MARKED = "story.marked"
    DELIVERY_PLANNED = "delivery.planned"
    DELIVERY_MOVED = "delivery.moved"
    DELIVERY_INTENDED = "delivery.intended"
    DELIVERY_WISHED = "delivery.wished"
    DELIVERY_THAWED = "delivery.thawed"
    DELIVERY_FROZEN = "delivery.frozen"
    CHANNEL_PAUSED = "channel.paused"
    CHANNEL_RESUMED = "channel.resumed"
    CHANNEL_HUSHED = "channel.hushed"
    CHANNEL_UNHUSHED = "channel.unhushed"
    CHANNEL_STOPPED = "channel.stopped"
    CHANNEL_STARTED = "channel.started"
    CHANNEL_UNANSWERED = "channel.unanswered"
    CHANNEL_ANSWERED = "channel.answered"
    CHANNEL_CHARGED = "channel.charged"
    CHANNEL_LOST = "channel.lost"
    ACCOUNT_STOPPED = "account.stopped"
    ACCOUNT_STARTED = "account.started"
    SESSION_RENEWED = "account.renewed"
    ACCOUNT_CONNECTED = "account.connected"
    KEY_REPLACED = "key.replaced"
    SOURCE_FAILED = "source.failed"
    SOURCE_RECOVERED = "source.recovered"
    SOURCE_MOVED = "source.moved"
    SOURCE_ODD = "source.odd"
    TEMPLATE_STORED = "template.stored"
    TEMPLATE_ROLLED_BACK = "template.rolled_back"
    TEMPLATE_RETIRED = "template.retired"
    PERSON_INVITED = "person.invited"
    PERSON_CHANGED = "person.changed"
    PERSON_ENDED = "person.ended"
    PERSON_SIGNED_IN = "person.signed_in"
    PERSON_SIGNED_OUT = "person.signed_out"
    TEMPLATE_EXAMPLE_ADDED = "template.example_added"
    TEMPLATE_EXAMPLE_REMOVED = "template.example_removed"
    ALERT_OPENED = "alert.opened"
    ALERT_CLOSED = "alert.closed"
    ALERT_HURRIED = "alert.hurried"
    DAEMON_STARTED = "daemon.started"
    DAEMON_STOPPED = "daemon.stopped"
    CLOCK_SET = "clock.set"
    DATABASE_RESTORED = "database.restored"
    STORE_PRUNED = "store.pruned"
    SETTINGS_LOADED = "settings.loaded"
    SETTINGS_REFUSED = "settings.refused"
    LEFT_FORGOTTEN = "settings.forgotten"


def canonical(row: Mapping[str, Any]) -> bytes:
    """Write a row as its one possible JSON: sorted keys, no spaces, UTF-8, whole numbers only.

    Raises TypeError for what has no single spelling (floats, dates): the caller turns moments into milliseconds.
    """
    _refuse_floats(row)
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def milliseconds(moment: datetime) -> int:
    """Turn an aware moment into whole milliseconds since 1970, as the database keeps it."""
    return round(moment.timestamp() * 1000)


def _refuse_floats(node: Any) -> None:
    match node:
        case float():
            raise TypeError("a float has no canonical spelling")
        case Mapping():
            for value in node.values():
                _refuse_floats(value)
        case list() | tuple():
            for value in node:
                _refuse_floats(value)
