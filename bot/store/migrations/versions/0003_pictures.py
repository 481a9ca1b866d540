"""Prints of pictures: which file a picture became for which network, or why it became none."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_MOMENT = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the one table."""
    op.create_table(
        "picture",
        sa.Column("url", _NAME, primary_key=True),
        sa.Column("wanted", sa.Text, primary_key=True),
        sa.Column("source_sha", sa.Text, nullable=False, server_default=""),
        sa.Column("sha", sa.Text, nullable=False, server_default=""),
        sa.Column("mime", sa.Text, nullable=False, server_default=""),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
        sa.Column("width", sa.Integer, nullable=False, server_default="0"),
        sa.Column("height", sa.Integer, nullable=False, server_default="0"),
        sa.Column("why", sa.Text, nullable=False, server_default=""),
        sa.Column("until_at", _MOMENT, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("picture_until", "picture", ["until_at"])
