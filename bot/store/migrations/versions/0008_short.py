"""What was shortened because its time was over, and since when the settings have a channel."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
_MOMENT = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_WHOLE = "is_short = 0"
_WORDED = "is_short = 0 AND (state = 'done' OR state = 'cancelled')"


def upgrade() -> None:
    """Add the columns, and the indices by which a day's pruning finds its rows."""
    for table in ("story", "revision", "delivery"):
        op.add_column(table, sa.Column("is_short", sa.Integer, nullable=False, server_default="0"))
    op.add_column("channel", sa.Column("listed_at", _MOMENT))
    for name, table, column, where in (
        ("story_whole", "story", "seen_at", _WHOLE),
        ("revision_whole", "revision", "seen_at", _WHOLE),
        ("delivery_worded", "delivery", "moved_at", _WORDED),
        ("attempt_told", "attempt", "started_at", "content <> ''"),
    ):
        op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
