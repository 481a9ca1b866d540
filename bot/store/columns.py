"""Column types that both SQLite's STRICT tables and PostgreSQL take."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime as whole milliseconds since 1970: STRICT tables know no DATETIME."""

    impl = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Write; a naive datetime is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment without its zone")
        return round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Read."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


class Flag(sa.types.TypeDecorator[bool]):
    """A truth as 0 or 1: STRICT tables know no BOOLEAN."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Any) -> int | None:
        """Write."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Any) -> bool | None:
        """Read."""
        return None if value is None else bool(value)


Whole = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A whole number that may be large; as a single primary key it counts up by itself."""
