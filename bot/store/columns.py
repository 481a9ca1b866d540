"""Column types that both SQLite's STRICT tables and PostgreSQL take."""

import hashlib
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

import sqlalchemy as sa

_DIGITS = 6
_LONG = 500
"""Characters; four bytes each at the most."""


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


class Money(sa.types.TypeDecorator[Decimal]):
    """US dollars as whole millionths of one, so that sums are exact; less than that is rounded up."""

    impl = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        """Write."""
        return None if value is None else int(value.scaleb(_DIGITS).to_integral_value(ROUND_CEILING))

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        """Read; a server's sums are no integers."""
        return None if value is None else Decimal(int(value)).scaleb(-_DIGITS)


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


class Named(sa.types.TypeDecorator[str]):
    """A text of any length to find things by, such as an address; one too long for an index is folded.

    PostgreSQL's index takes 2,700 bytes. It sorts by the signs' numbers there, as SQLite does, for questions by range.
    """

    impl = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Write, and ask."""
        if value is None or len(value) <= _LONG:
            return value
        return f"{value[:_LONG]}…{hashlib.sha256(value.encode(errors='replace')).hexdigest()}"


Whole = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A whole number that may be large; as a single primary key it counts up by itself."""
