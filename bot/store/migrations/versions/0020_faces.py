"""How readers see a channel on its network: whom it is taken for, where the picture lies, and when to ask again."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the columns; what they hold is asked for when somebody looks."""
    for name in ("handle", "shown_name", "avatar", "stands_for"):
        op.add_column("channel", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("channel", sa.Column("ask_face_at", sa.BigInteger().with_variant(sa.Integer, "sqlite")))
