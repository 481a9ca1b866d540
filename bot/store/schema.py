"""The tables. Columns that end in `_at` are moments; texts named after a type of the trade hold it as JSON."""

from typing import Any

import sqlalchemy as sa

from bot.store.columns import Flag, Moment, Money, Named, Whole

meta = sa.MetaData()
OPEN = "state = 'due' OR state = 'sending' OR state = 'unknown'"
"""Literals joined by OR: SQLite proves a partial index only from one of its own terms, never from a list or parameter.

https://sqlite.org/partialindex.html#queries_using_partial_indexes (read 2026-11-25)
"""
EXPIRING = "state = 'due' OR state = 'held'"
PAID = "cost > 0"
WORDED = "is_short = 0 AND (state = 'done' OR state = 'cancelled')"
"""Deliveries that nobody can send any more and whose posts still have their words."""


def _table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, meta, *columns, sqlite_strict=True)


def _only(where: str) -> dict[str, Any]:
    """Leave every other row out of an index; on a server too, see `migrate.create`.

    A word for PostgreSQL here would load all that SQLAlchemy knows of it at every start: 8 MB and 60 ms of its time.
    """
    return {"sqlite_where": sa.text(where)}


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    if default is None:
        return sa.Column(name, sa.Text, nullable=False)
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _key(name: str, *to: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *(sa.ForeignKey(each) for each in to), primary_key=True)


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, Named, primary_key=True)


source = _table(
    "source",
    _key("id"),
    _text("url", ""),
    _text("etag", ""),
    _text("modified", ""),
    _text("body_sha", ""),
    sa.Column("polled_at", Moment),  # when it last answered
    sa.Column("next_poll_at", Moment),
    sa.Column("leased_until", Moment),
    sa.Column("first_read_at", Moment),
    sa.Column("last_new_at", Moment),
    sa.Column("failing_since", Moment),
    _text("failing_why", ""),
    _count("fails"),
    _text("new_counts", "[]"),
    sa.Column("retired_at", Moment),
    sa.Column("copied_at", Moment),  # of the copy this was brought back from, until it was read whole once since
    _text("target", ""),  # where permanent redirects led at the last polls
    _count("target_polls"),
    sa.Column("target_since", Moment),
    _text("moved_to", ""),  # the address that is asked in place of `url`, once that was believed
)
host = _table("host", _key("name"), sa.Column("wait_until", Moment))
story = _table(
    "story",
    _key("id"),
    sa.Column("source", sa.Text, nullable=False),
    _text("url"),
    _count("revision"),
    _text("article"),
    _text("flags", "{}"),
    sa.Column("published_at", Moment),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("revised_at", Moment),
    sa.Column("gone_at", Moment),
    sa.Column("is_short", Flag, nullable=False, server_default="0"),  # its text was dropped but for the opening
    _text("sought", ""),  # its headline as people type it
)
sa.Index("story_seen", story.c.seen_at)
sa.Index("story_sought", story.c.seen_at, story.c.sought, story.c.id)
sa.Index("story_whole", story.c.seen_at, **_only("is_short = 0"))
revision = _table(
    "revision",
    _key("story", "story.id"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _text("article"),
    _text("change"),
    _text("why", ""),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("is_short", Flag, nullable=False, server_default="0"),
)
sa.Index("revision_whole", revision.c.seen_at, **_only("is_short = 0"))
identity = _table(
    "identity",
    _key("kind"),
    _key("source"),
    _name("value"),
    sa.Column("story", sa.Text, sa.ForeignKey("story.id"), nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)
sa.Index("identity_story", identity.c.story)
sighting = _table(  # which sources a story was seen in, and whether it still stood in the feed at the last poll
    "sighting",
    _key("story", "story.id"),
    _key("source"),
    sa.Column("is_in_feed", Flag, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)
sa.Index("sighting_source", sighting.c.source, sighting.c.is_in_feed)
oddity = _table(  # what was odd in a feed, written to the log once and not at each poll
    "oddity", _key("source"), _name("sentence"), sa.Column("seen_at", Moment, nullable=False)
)
merged = _table(  # entries that were taken for a known story, in their own words: what `split` makes a story of
    "merged",
    sa.Column("id", Whole, primary_key=True),
    sa.Column("story", sa.Text, sa.ForeignKey("story.id"), nullable=False),
    _text("article"),
    _text("rule"),
    sa.Column("seen_at", Moment, nullable=False),
)
sa.Index("merged_story", merged.c.story)
paragraph = _table(  # what stands in how many stories of a source, by hash: boilerplate shows by its repetition
    "paragraph",
    _key("source"),
    sa.Column("hash", Whole, primary_key=True, autoincrement=False),
    _key("story", "story.id"),
    sa.Column("seen_at", Moment, nullable=False),
)
page = _table(  # a story as its page filled it, for sources that are read so
    "page",
    _key("source"),
    _name("url"),
    _text("entry"),
    _text("article"),
    sa.Column("seen_at", Moment, nullable=False),
)
app = _table("app", _key("id"), sa.Column("tat", Moment), sa.Column("wait_until", Moment))
account = _table(
    "account",
    _key("id"),
    _text("network", ""),
    _text("app", ""),
    _text("subject", ""),  # nothing writes it any more: each channel has a `handle`
    sa.Column("tat", Moment),
    sa.Column("wait_until", Moment),
    sa.Column("stopped_at", Moment),
    _text("stopped_why", ""),
    sa.Column("probe_at", Moment),
    _count("probes"),
    sa.Column("expires_at", Moment),
    _text("limits", ""),
    sa.Column("limits_until", Moment),
    sa.Column("retired_at", Moment),
)
channel = _table(
    "channel",
    _key("id"),
    sa.Column("account", sa.Text, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("wake_at", Moment),
    sa.Column("leased_until", Moment),
    _count("fence"),
    sa.Column("tat", Moment),
    _text("day", ""),
    _count("sent_today"),
    sa.Column("wait_until", Moment),
    sa.Column("paused_at", Moment),
    sa.Column("paused_until", Moment),
    _text("paused_by", ""),
    sa.Column("stopped_at", Moment),
    _text("stopped_why", ""),
    sa.Column("probe_at", Moment),
    _count("probes"),
    _count("fails"),
    sa.Column("open_until", Moment),
    sa.Column("retired_at", Moment),
    sa.Column("failing_since", Moment),
    _text("failing_why", ""),
    sa.Column("listed_at", Moment),  # since when the settings have it: what was seen before is no news to it
    sa.Column("hushed_at", Moment),  # since when nothing but breaking news goes out
    _text("hushed_by", ""),
    _text("handle", ""),
    _text("shown_name", ""),
    _text("avatar", ""),
    _text("stands_for", ""),  # of which account and place these are told, by hash
    sa.Column("ask_face_at", Moment),
)
sa.Index("channel_wake", channel.c.wake_at)
channel_fact = _table("channel_fact", _key("channel", "channel.id"), _key("name"), _text("value"))
delivery = _table(
    "delivery",
    sa.Column("id", Whole, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("channel", sa.Text, sa.ForeignKey("channel.id"), nullable=False),
    _text("kind"),
    _count("number"),
    _text("state"),
    _text("reason"),
    _text("detail", ""),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("is_breaking", Flag, nullable=False, server_default="0"),
    sa.Column("published_at", Moment),
    _count("tries"),
    _count("looks"),
    _count("renewals"),
    sa.Column("intent_at", Moment),
    sa.Column("last_at", Moment),
    sa.Column("mark", sa.Text),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    _text("template", ""),
    sa.Column("post", sa.Text),
    _text("digest", ""),
    _text("approved", ""),
    sa.Column("receipt", sa.Text),
    sa.Column("parent", Whole, sa.ForeignKey("delivery.id")),
    _text("wish", ""),
    _count("gone_looks"),
    _count("moves"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("moved_at", Moment, nullable=False),
    sa.Column("copied_at", Moment),
    sa.Column("is_short", Flag, nullable=False, server_default="0"),  # its post was left without its words
    _text("author", ""),  # who wrote it by hand
    sa.Column("may_overspend", Flag, nullable=False, server_default="0"),
)
sa.Index(
    "delivery_open",
    delivery.c.channel,
    delivery.c.state,
    delivery.c.due_at,
    **_only(OPEN),
)
sa.Index(  # a channel's due deliveries in the order in which they go out: the next claim reads one of them
    "delivery_ready",
    delivery.c.channel,
    sa.text("(kind NOT IN ('edit','delete'))"),
    delivery.c.is_breaking.desc(),
    sa.func.coalesce(delivery.c.published_at, delivery.c.created_at),
    delivery.c.id,
    delivery.c.due_at,
    **_only("state = 'due'"),
)
sa.Index(
    "delivery_expiring",
    delivery.c.expires_at,
    **_only(EXPIRING),
)
sa.Index(
    "delivery_follows",
    delivery.c.parent,
    **_only("parent IS NOT NULL"),
)
sa.Index(
    "delivery_copied",
    delivery.c.state,
    **_only("copied_at IS NOT NULL"),
)
sa.Index("delivery_channel_moved", delivery.c.channel, delivery.c.moved_at)
sa.Index("delivery_worded", delivery.c.moved_at, **_only(WORDED))
delivery_story = _table(
    "delivery_story",
    sa.Column("delivery", Whole, sa.ForeignKey("delivery.id"), primary_key=True),
    _key("story", "story.id"),
    _text("channel"),
    _text("kind"),
    sa.Column("number", sa.Integer, nullable=False),
    # The first promise as a constraint: a channel gets a story's post once, whatever the revision.
    sa.UniqueConstraint("story", "channel", "kind", "number"),
)
attempt = _table(
    "attempt",
    sa.Column("id", Whole, primary_key=True),
    sa.Column("delivery", Whole, sa.ForeignKey("delivery.id"), nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("intent_at", Moment),
    sa.Column("ended_at", Moment),
    _text("outcome", ""),
    _text("detail", ""),
    _text("content", ""),
    _count("fence"),
    sa.Column("cost", Money, nullable=False, server_default="0"),  # what the network asks for it, unless it is not out
)
sa.Index("attempt_delivery", attempt.c.delivery)
sa.Index("attempt_paid", attempt.c.intent_at, **_only(PAID))
sa.Index("attempt_told", attempt.c.started_at, **_only("content <> ''"))
memo = _table(
    "memo",
    sa.Column("delivery", Whole, sa.ForeignKey("delivery.id"), primary_key=True),
    _key("digest"),  # of the frozen post: another post, a clean memo
    _key("name"),
    _text("value"),
    sa.Column("until_at", Moment),
    sa.Column("is_secret", Flag, nullable=False, server_default="0"),
)
template = _table(
    "template",
    _key("name"),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    _text("text"),
    _text("author"),
    _text("origin"),
    sa.Column("is_in_use", Flag, nullable=False),
    sa.Column("stored_at", Moment, nullable=False),
)
template_example = _table(  # what a template must give for an article as it was, on a channel
    "template_example",
    sa.Column("id", Whole, primary_key=True),
    _text("template"),
    _text("channel"),
    _text("article"),
    _text("text"),
    _text("author"),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("stored_at", Moment, nullable=False),
)
picture = _table(  # what a picture became for networks with the same wishes, or why it became nothing
    "picture",
    _name("url"),
    _key("wanted"),
    _text("source_sha", ""),
    _text("sha", ""),
    _text("mime", ""),
    _count("size"),
    _count("width"),
    _count("height"),
    _text("why", ""),
    sa.Column("until_at", Moment, nullable=False),
    sa.Column("said", sa.Text),  # what its file says of whose it is; NULL: nobody has read that
)
sa.Index("picture_until", picture.c.until_at)
secret = _table(
    "secret",
    _key("account"),
    _key("name"),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("stored_at", Moment, nullable=False),
)
alert = _table(
    "alert",
    sa.Column("id", Whole, primary_key=True),
    _text("cause"),
    _text("scope"),
    _text("what"),
    _text("fix", ""),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("is_entry_told", Flag, nullable=False, server_default="0"),
    sa.Column("is_recovery_told", Flag, nullable=False, server_default="0"),
    sa.Column("times", sa.Integer, nullable=False, server_default="1"),  # how often it came before its end was told
)
sa.Index("alert_untold", alert.c.cause, alert.c.scope, **_only("is_recovery_told = 0"))
sa.Index(
    "alert_open",
    alert.c.cause,
    alert.c.scope,
    unique=True,
    **_only("closed_at IS NULL"),
)
restoring = _table(  # each time this database was brought back from a copy of itself
    "restoring",
    sa.Column("id", Whole, primary_key=True),
    sa.Column("copied_at", Moment, nullable=False),
    sa.Column("restored_at", Moment, nullable=False),
)
alert_told = _table(  # one message for one sink; `message` is the same for all sinks and all tries
    "alert_told",
    sa.Column("id", Whole, primary_key=True),
    _text("message"),
    _text("sink"),
    _text("cause"),
    sa.Column("is_over", Flag, nullable=False),
    _text("scopes", "[]"),
    _text("subject"),
    _text("text"),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    _count("tries"),
    _text("why", ""),
    sa.Column("told_at", Moment),
    sa.Column("gave_up_at", Moment),
)
sa.Index("alert_told_due", alert_told.c.due_at, **_only("told_at IS NULL AND gave_up_at IS NULL"))
person = _table(
    "person",
    _key("name"),
    _text("role"),
    _text("password", ""),  # argon2id; "" until one was chosen, and of whoever left
    _text("language", "en"),
    sa.Column("has_shortcuts", Flag, nullable=False, server_default="1"),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
)
sign_in = _table(  # one browser of one person; who has the database cannot use it: `token` is the SHA-256 of what opens
    "sign_in",
    sa.Column("id", Whole, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, sa.ForeignKey("person.name"), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    _text("address", ""),
    _text("agent", ""),
)
sa.Index("sign_in_person", sign_in.c.person)
invitation = _table(  # a one-time address, by the SHA-256 of what stands in it; `person` is "" for the very first one
    "invitation",
    _key("token"),
    _text("person", ""),
    _text("kind"),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)
audit = _table(
    "audit",
    sa.Column("id", Whole, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    _text("actor"),
    _text("action"),
    sa.Column("story", sa.Text),
    sa.Column("delivery", Whole),
    sa.Column("channel", sa.Text),
    sa.Column("row", sa.LargeBinary, nullable=False),
)
checkpoint = _table(  # the audit log as it was, signed; `bot.audit.checkpoints.Sealed` says what is kept and why
    "checkpoint",
    sa.Column("size", Whole, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    _text("note"),
    _text("signer"),
    sa.Column("peaks", sa.LargeBinary, nullable=False),
    sa.Column("leaves", sa.LargeBinary, nullable=False),
)
sa.Index("audit_story", audit.c.story, audit.c.id)
sa.Index("audit_delivery", audit.c.delivery, audit.c.id)
sa.Index("audit_actor", audit.c.actor, audit.c.id)
sa.Index("audit_action", audit.c.action, audit.c.id)
sa.Index("audit_at", audit.c.at)
