"""Headlines as people type them, to find stories by."""

import json

import sqlalchemy as sa
from alembic import op

from bot.articles.typed import typed

revision = "0012"
down_revision = "0011"
_MOST = 500
_AT_ONCE = 1000


def upgrade() -> None:
    """Add the column, fill it from the articles, and index it beside the moment by which the newest are found."""
    op.add_column("story", sa.Column("sought", sa.Text, nullable=False, server_default=""))
    db = op.get_bind()
    story = sa.table("story", sa.column("id"), sa.column("article"), sa.column("sought"))
    put = story.update().where(story.c.id == sa.bindparam("which")).values(sought=sa.bindparam("headline"))
    last = ""
    while rows := db.execute(
        sa.select(story.c.id, story.c.article).where(story.c.id > last).order_by(story.c.id).limit(_AT_ONCE)
    ).all():
        db.execute(put, [{"which": row.id, "headline": _sought(row.article)} for row in rows])
        last = rows[-1].id
    op.create_index("story_sought", "story", ["seen_at", "sought", "id"])


def _sought(article: str) -> str:
    return typed(json.loads(article).get("title", ""))[:_MOST]
