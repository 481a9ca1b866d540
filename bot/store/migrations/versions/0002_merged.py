"""Keeps merged entries in their own words, which paragraphs a source repeats, and what pages said."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
_MOMENT = _WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add three tables."""
    op.create_table(
        "merged",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("story", sa.Text, sa.ForeignKey("story.id"), nullable=False),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("merged_story", "merged", ["story"])
    op.create_table(
        "paragraph",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("hash", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("story", sa.Text, sa.ForeignKey("story.id"), primary_key=True),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "page",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("url", _NAME, primary_key=True),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sqlite_strict=True,
    )
