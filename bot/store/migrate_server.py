"""The tables on a PostgreSQL server: looked at by every start, made and changed by `jarshy migrate` alone."""

import sqlalchemy as sa

from adapters.contract import Clock
from bot.store.engine import unavailable
from bot.store.migrate import LATEST, BadDatabase, refuse_newer, upgrade
from bot.store.place import Server
from bot.store.postgres import engine_on, only_one

_OLDEST = (13,)
"""The first version that can tell which transactions are under way as `Store.stamp` asks it."""
_OURS = "Jarshy"
"""Said of Alembic's table, which other programs have too."""


def look(server: Server) -> None:
    """Make sure that a server's database is this version's. Raises BadDatabase or StoreUnavailable."""
    engine = engine_on(server)
    try:
        with engine.begin() as db:
            version = _version(db, server)
    except sa.exc.DBAPIError as e:
        raise unavailable(e) from e
    finally:
        engine.dispose()
    if version != LATEST:
        stands = f"has tables of version {version}, this Jarshy needs {LATEST}" if version else "has no tables yet"
        raise BadDatabase(f"{server} {stands}: run `jarshy migrate`")


async def migrate(server: Server, clock: Clock, *, to: str = LATEST) -> tuple[str, str]:
    """Bring a server's database to version `to`, in one transaction; tell the versions before and after."""
    async with only_one(server, clock) as engine:
        try:
            with engine.begin() as db:
                before = _version(db, server)
                if before != to:
                    upgrade(db, to)
                    db.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{_OURS}'")
        except sa.exc.DBAPIError as e:
            raise unavailable(e) from e
    return before, to


def _version(db: sa.Connection, server: Server) -> str:
    """Read of which version the tables are; "": there are none. Raises BadDatabase where they cannot be ours."""
    if (db.dialect.server_version_info or _OLDEST) < _OLDEST:
        raise BadDatabase(
            f"{server} runs PostgreSQL {db.scalar(sa.text('SHOW server_version'))}: Jarshy needs 13 or newer"
        )
    if (encoding := db.scalar(sa.text("SHOW server_encoding"))) != "UTF8":
        raise BadDatabase(f"{server} keeps text as {encoding}, not as UTF8: make a database with ENCODING 'UTF8'")
    look = sa.inspect(db)
    if not (tables := look.get_table_names()):
        return ""
    if "alembic_version" not in tables or look.get_table_comment("alembic_version")["text"] != _OURS:
        raise BadDatabase(f"{server} holds tables of another program: give Jarshy a database or a schema of its own")
    version = str(db.scalar(sa.text("SELECT version_num FROM alembic_version")))
    refuse_newer(server, version)
    return version
