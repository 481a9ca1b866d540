"""Who wrote a post by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"


def upgrade() -> None:
    """Add the column."""
    op.add_column("delivery", sa.Column("author", sa.Text, nullable=False, server_default=""))
