"""What tries cost, and which deliveries a person lets go beyond their channel's budget."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0013"
_PAID = sa.text("cost > 0")


def upgrade() -> None:
    """Add the columns; what was spent before is not known, and counts for nothing."""
    cost = sa.Column("cost", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, server_default="0")
    op.add_column("attempt", cost)
    op.create_index("attempt_paid", "attempt", ["intent_at"], sqlite_where=_PAID, postgresql_where=_PAID)
    op.add_column("delivery", sa.Column("may_overspend", sa.Integer, nullable=False, server_default="0"))
