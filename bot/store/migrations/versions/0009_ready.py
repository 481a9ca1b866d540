"""A channel's due deliveries in the order in which they go out, so that the next claim does not sort all that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "delivery_ready",
        "delivery",
        [
            "channel",
            sa.text("(kind NOT IN ('edit','delete'))"),
            sa.text("is_breaking DESC"),
            sa.text("coalesce(published_at, created_at)"),
            "id",
            "due_at",
        ],
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
