"""What each sink was told, and how often an alert came before its end was told."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
_MOMENT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the column and the table."""
    _add_times()
    op.create_index("alert_untold", "alert", ["cause", "scope"], **_only("is_recovery_told = 0"))
    op.create_table(
        "alert_told",
        sa.Column("id", _MOMENT, primary_key=True),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("sink", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("is_over", sa.Integer, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False, server_default="[]"),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("why", sa.Text, nullable=False, server_default=""),
        sa.Column("told_at", _MOMENT),
        sa.Column("gave_up_at", _MOMENT),
        sqlite_strict=True,
    )
    op.create_index("alert_told_due", "alert_told", ["due_at"], **_only("told_at IS NULL AND gave_up_at IS NULL"))


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def _add_times() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.add_column("alert", sa.Column("times", sa.Integer, nullable=False, server_default="1"))
        return
    # Made anew: SQLite would write an added column behind the constraints, and no two files would have one schema.
    op.drop_index("alert_open", "alert")
    op.rename_table("alert", "alert_before")
    op.create_table(
        "alert",
        sa.Column("id", _MOMENT, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("cause", "scope", "what")),
        sa.Column("fix", sa.Text, nullable=False, server_default=""),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT),
        sa.Column("is_entry_told", sa.Integer, nullable=False, server_default="0"),
        sa.Column("is_recovery_told", sa.Integer, nullable=False, server_default="0"),
        sa.Column("times", sa.Integer, nullable=False, server_default="1"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO alert (id, cause, scope, what, fix, opened_at, closed_at, is_entry_told, is_recovery_told) "
        "SELECT id, cause, scope, what, fix, opened_at, closed_at, is_entry_told, is_recovery_told FROM alert_before"
    )
    op.drop_table("alert_before")
    op.create_index("alert_open", "alert", ["cause", "scope"], unique=True, sqlite_where=sa.text("closed_at IS NULL"))
