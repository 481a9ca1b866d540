"""Checkpoints of the audit log: what it was, signed, so that a change of it shows."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the one table; the rows before it are sealed by the daemon's first housekeeping."""
    op.create_table(
        "checkpoint",
        sa.Column("size", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signer", sa.Text, nullable=False),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
