"""Brings a database file to this version's tables."""

import sqlalchemy as sa

from bot.store.schema import APPEND_ONLY, meta


def create(engine: sa.Engine) -> None:
    """Make every table in an empty database."""
    with engine.begin() as db:
        meta.create_all(db)
        for trigger in APPEND_ONLY:
            db.exec_driver_sql(trigger)
