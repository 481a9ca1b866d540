"""What a picture's file says of whose it is."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"


def upgrade() -> None:
    """Add the column; of the pictures there are nobody has read it, so that each is fetched once more."""
    op.add_column("picture", sa.Column("said", sa.Text, nullable=True))
