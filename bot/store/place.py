"""Where a newsroom's database is: a file, or a database of a PostgreSQL server by its address."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_SCHEMES = ("postgresql", "postgres")


class NoPassword(Exception):
    """The password of a server cannot be had; the sentence says what helps."""


@dataclass(frozen=True, slots=True)
class Server:
    """A database of a PostgreSQL server. `str` names it without what may be secret."""

    address: str = field(repr=False)
    """As libpq reads it; may carry a password where the environment gave it."""
    password: Callable[[], str] | None = field(default=None, repr=False)
    """Reads the password anew for each connection, or raises NoPassword; None: the address, or ~/.pgpass, has it."""

    def __str__(self) -> str:
        """Write the address without password and parameters."""
        parts = urlsplit(self.address)
        who, has_name, where = parts.netloc.rpartition("@")
        return f"{parts.scheme}://{who.partition(':')[0]}{'@' if has_name else ''}{where}{parts.path}"


Place = Path | Server


def place_of(said: str, home: Path, password: Callable[[], str] | None = None) -> Place:
    """Read what `store` says in the settings that lie in `home`."""
    return Server(said, password) if "://" in said else home / said


def is_place(said: str) -> bool:
    """Whether `store` can say this: a file's path, or the address of a PostgreSQL database by its name."""
    if "://" not in said:
        return True
    parts = _parts(said)
    return parts is not None and parts.scheme in _SCHEMES and len(parts.path) > 1


def passwords_in(place: Place | str) -> list[str]:
    """List the passwords an address carries, as they are written and as they are meant."""
    parts = None if isinstance(place, Path) else _parts(place if isinstance(place, str) else place.address)
    if parts is None or not parts.scheme:
        return []
    found = parse_qs(parts.query).get("password", [])
    written = parts.netloc.rpartition("@")[0].partition(":")[2]
    return [*found, *filter(None, {written, unquote(written)})]


def folder_of(place: Place, home: Path) -> Path:
    """Name the folder for what lies beside the database: that of its file, else that of the settings."""
    return place.parent if isinstance(place, Path) else home


def _parts(said: str) -> SplitResult | None:
    try:
        return urlsplit(said)
    except ValueError:
        return None
