"""The first schema: every table, partial index and trigger, written out so that later changes cannot reach back."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
_MOMENT = _WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_JARSHY = 0x4A525348
"""Marks the file as ours: "JRSH"."""


def upgrade() -> None:
    """Make everything in an empty database."""
    on_a_file = op.get_bind().dialect.name == "sqlite"
    if on_a_file:
        op.execute(f"PRAGMA application_id = {_JARSHY}")
    for part in (_sources, _stories, _accounts, _channels, _deliveries, _attempts, _rest):
        part()
    for statement in _append_only_file() if on_a_file else _APPEND_ONLY_SERVER:
        op.execute(statement)


def _append_only_file() -> Iterator[str]:
    for name, verb, when in (
        ("update", "UPDATE", ""),
        ("delete", "DELETE", ""),
        # REPLACE removes a row without any DELETE trigger, so a number that is taken is refused at the door.
        ("replace", "INSERT", "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"),
    ):
        yield (
            f"CREATE TRIGGER audit_refuses_{name} BEFORE {verb} ON audit {when} "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )


_APPEND_ONLY_SERVER = (
    "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE integrity_constraint_violation USING MESSAGE = 'the audit log is append-only'; END $$",
    "CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
    # A sequence leaves out the numbers of what was rolled back; the log's have no holes, as on a file.
    "CREATE FUNCTION audit_counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "NEW.id := (SELECT coalesce(max(id), 0) + 1 FROM audit); RETURN NEW; END $$",
    "CREATE TRIGGER audit_counts BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_counts()",
)


def _sources() -> None:
    _table(
        "source",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False, server_default=""),
        sa.Column("etag", sa.Text, nullable=False, server_default=""),
        sa.Column("modified", sa.Text, nullable=False, server_default=""),
        sa.Column("body_sha", sa.Text, nullable=False, server_default=""),
        sa.Column("polled_at", _MOMENT),
        sa.Column("next_poll_at", _MOMENT),
        sa.Column("leased_until", _MOMENT),
        sa.Column("first_read_at", _MOMENT),
        sa.Column("last_new_at", _MOMENT),
        sa.Column("failing_since", _MOMENT),
        sa.Column("failing_why", sa.Text, nullable=False, server_default=""),
        sa.Column("fails", sa.Integer, nullable=False, server_default="0"),
        sa.Column("new_counts", sa.Text, nullable=False, server_default="[]"),
        sa.Column("retired_at", _MOMENT),
    )
    _table(
        "host",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("wait_until", _MOMENT),
    )


def _stories() -> None:
    _table(
        "story",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("flags", sa.Text, nullable=False, server_default="{}"),
        sa.Column("published_at", _MOMENT),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("revised_at", _MOMENT),
        sa.Column("gone_at", _MOMENT),
    )
    _index("story_seen", "story", ["seen_at"])
    _table(
        "revision",
        sa.Column("story", sa.Text, sa.ForeignKey("story.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False, server_default=""),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )
    _table(
        "identity",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("value", _NAME, primary_key=True),
        sa.Column("story", sa.Text, sa.ForeignKey("story.id"), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )
    _index("identity_story", "identity", ["story"])
    _table(
        "sighting",
        sa.Column("story", sa.Text, sa.ForeignKey("story.id"), primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("is_in_feed", sa.Integer, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )
    _index("sighting_source", "sighting", ["source", "is_in_feed"])
    _table(
        "oddity",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("sentence", _NAME, primary_key=True),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )


def _accounts() -> None:
    _table(
        "app",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("tat", _MOMENT),
        sa.Column("wait_until", _MOMENT),
    )
    _table(
        "account",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("network", sa.Text, nullable=False, server_default=""),
        sa.Column("app", sa.Text, nullable=False, server_default=""),
        sa.Column("subject", sa.Text, nullable=False, server_default=""),
        sa.Column("tat", _MOMENT),
        sa.Column("wait_until", _MOMENT),
        sa.Column("stopped_at", _MOMENT),
        sa.Column("stopped_why", sa.Text, nullable=False, server_default=""),
        sa.Column("probe_at", _MOMENT),
        sa.Column("probes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("expires_at", _MOMENT),
        sa.Column("limits", sa.Text, nullable=False, server_default=""),
        sa.Column("limits_until", _MOMENT),
        sa.Column("retired_at", _MOMENT),
    )


def _channels() -> None:
    _table(
        "channel",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("wake_at", _MOMENT),
        sa.Column("leased_until", _MOMENT),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("tat", _MOMENT),
        sa.Column("day", sa.Text, nullable=False, server_default=""),
        sa.Column("sent_today", sa.Integer, nullable=False, server_default="0"),
        sa.Column("wait_until", _MOMENT),
        sa.Column("paused_at", _MOMENT),
        sa.Column("paused_until", _MOMENT),
        sa.Column("paused_by", sa.Text, nullable=False, server_default=""),
        sa.Column("stopped_at", _MOMENT),
        sa.Column("stopped_why", sa.Text, nullable=False, server_default=""),
        sa.Column("probe_at", _MOMENT),
        sa.Column("probes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("fails", sa.Integer, nullable=False, server_default="0"),
        sa.Column("open_until", _MOMENT),
        sa.Column("retired_at", _MOMENT),
    )
    _index("channel_wake", "channel", ["wake_at"])
    _table(
        "channel_fact",
        sa.Column("channel", sa.Text, sa.ForeignKey("channel.id"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _deliveries() -> None:
    _table(
        "delivery",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("channel", sa.Text, sa.ForeignKey("channel.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, server_default="0"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("is_breaking", sa.Integer, nullable=False, server_default="0"),
        sa.Column("published_at", _MOMENT),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("looks", sa.Integer, nullable=False, server_default="0"),
        sa.Column("renewals", sa.Integer, nullable=False, server_default="0"),
        sa.Column("intent_at", _MOMENT),
        sa.Column("last_at", _MOMENT),
        sa.Column("mark", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
        sa.Column("template", sa.Text, nullable=False, server_default=""),
        sa.Column("post", sa.Text),
        sa.Column("digest", sa.Text, nullable=False, server_default=""),
        sa.Column("approved", sa.Text, nullable=False, server_default=""),
        sa.Column("receipt", sa.Text),
        sa.Column("parent", _WHOLE, sa.ForeignKey("delivery.id")),
        sa.Column("wish", sa.Text, nullable=False, server_default=""),
        sa.Column("gone_looks", sa.Integer, nullable=False, server_default="0"),
        sa.Column("moves", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("moved_at", _MOMENT, nullable=False),
    )
    _index("delivery_channel_moved", "delivery", ["channel", "moved_at"])
    # Terms joined by OR: SQLite proves a partial index only from one of its own terms, never from a list.
    _index("delivery_expiring", "delivery", ["expires_at"], where="state = 'due' OR state = 'held'")
    _index("delivery_follows", "delivery", ["parent"], where="parent IS NOT NULL")
    still_open = "state = 'due' OR state = 'sending' OR state = 'unknown'"
    _index("delivery_open", "delivery", ["channel", "state", "due_at"], where=still_open)
    _table(
        "delivery_story",
        sa.Column("delivery", _WHOLE, sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("story", sa.Text, sa.ForeignKey("story.id"), primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.UniqueConstraint("story", "channel", "kind", "number"),
    )


def _attempts() -> None:
    _table(
        "attempt",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("delivery", _WHOLE, sa.ForeignKey("delivery.id"), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("intent_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("outcome", sa.Text, nullable=False, server_default=""),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("content", sa.Text, nullable=False, server_default=""),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    )
    _index("attempt_delivery", "attempt", ["delivery"])
    _table(
        "memo",
        sa.Column("delivery", _WHOLE, sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("until_at", _MOMENT),
        sa.Column("is_secret", sa.Integer, nullable=False, server_default="0"),
    )


def _rest() -> None:
    _table(
        "template",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("is_in_use", sa.Integer, nullable=False),
        sa.Column("stored_at", _MOMENT, nullable=False),
    )
    _table(
        "secret",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("stored_at", _MOMENT, nullable=False),
    )
    _table(
        "alert",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("fix", sa.Text, nullable=False, server_default=""),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT),
        sa.Column("is_entry_told", sa.Integer, nullable=False, server_default="0"),
        sa.Column("is_recovery_told", sa.Integer, nullable=False, server_default="0"),
    )
    _index("alert_open", "alert", ["cause", "scope"], unique=True, where="closed_at IS NULL")
    _table(
        "audit",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("story", sa.Text),
        sa.Column("delivery", _WHOLE),
        sa.Column("channel", sa.Text),
        sa.Column("row", sa.LargeBinary, nullable=False),
    )
    _index("audit_delivery", "audit", ["delivery", "id"])
    _index("audit_story", "audit", ["story", "id"])


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sqlite_strict=True)


def _index(name: str, table: str, columns: list[str], *, unique: bool = False, where: str = "") -> None:
    only: dict[str, Any] = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}
    op.create_index(name, table, columns, unique=unique, **only)
