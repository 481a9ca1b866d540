"""Who wrote a post by hand, and since when a channel is hushed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
_MOMENT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("delivery", sa.Column("author", sa.Text, nullable=False, server_default=""))
    op.add_column("channel", sa.Column("hushed_at", _MOMENT))
    op.add_column("channel", sa.Column("hushed_by", sa.Text, nullable=False, server_default=""))
