"""Who wrote a post by hand, since when a channel is hushed, and what templates must give."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
_MOMENT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("delivery", sa.Column("author", sa.Text, nullable=False, server_default=""))
    op.add_column("channel", sa.Column("hushed_at", _MOMENT))
    op.add_column("channel", sa.Column("hushed_by", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "template_example",
        sa.Column("id", _MOMENT, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("template", "channel", "article", "text", "author")),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("stored_at", _MOMENT, nullable=False),
        sqlite_strict=True,
    )
