"""Where a feed says it has moved for good, and since when a channel's network does not answer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
_MOMENT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("source", sa.Column("target", sa.Text, nullable=False, server_default=""))
    op.add_column("source", sa.Column("target_polls", sa.Integer, nullable=False, server_default="0"))
    op.add_column("source", sa.Column("target_since", _MOMENT))
    op.add_column("source", sa.Column("moved_to", sa.Text, nullable=False, server_default=""))
    op.add_column("channel", sa.Column("failing_since", _MOMENT))
    op.add_column("channel", sa.Column("failing_why", sa.Text, nullable=False, server_default=""))
