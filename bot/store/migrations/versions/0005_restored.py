"""Databases brought back from a copy: when, and what may have gone out since the copy was made."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
_MOMENT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table and the marks on deliveries and sources."""
    op.create_table(
        "restoring",
        sa.Column("id", _MOMENT, primary_key=True, nullable=False),
        sa.Column("copied_at", _MOMENT, nullable=False),
        sa.Column("restored_at", _MOMENT, nullable=False),
        sqlite_strict=True,
    )
    op.add_column("source", sa.Column("copied_at", _MOMENT))
    op.add_column("delivery", sa.Column("copied_at", _MOMENT))
    copied = sa.text("copied_at IS NOT NULL")
    op.create_index("delivery_copied", "delivery", ["state"], sqlite_where=copied, postgresql_where=copied)
