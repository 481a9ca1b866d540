"""The same daemon on a PostgreSQL server: made ready by one command, alone, and alive when the server comes back."""

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from bot.store.lock import holder
from bot.store.place import Server
from tests import postgres
from tests.e2e.kit import THREE, Newsroom, Outside, newsroom, outside, wait_for

PASSWORD = "correct-horse-battery"


@dataclass
class OnServer(Newsroom):
    """A newsroom whose database is elsewhere."""

    there: Server = field(default_factory=lambda: Server(""))

    def holder(self) -> int | None:
        found = holder(self.there)
        return found.pid if found else None

    def done(self) -> int:
        with psycopg.connect(self.there.address) as db:
            row = db.execute("SELECT count(*) FROM delivery WHERE state = 'done'").fetchone()
            return row[0] if row else 0


@pytest.fixture
def cluster() -> postgres.Cluster:
    return postgres.needed(postgres.cluster())


@pytest.fixture
def paper(cluster: postgres.Cluster, tmp_path: Path) -> Iterator[OnServer]:
    there = postgres.schema(cluster.address, "jarshy_paper")
    with outside(stories=3, every=4) as world:
        yield on_server(tmp_path, world, there, networks=("mastodon",))


def on_server(folder: Path, world: Outside, there: Server, *, networks: tuple[str, ...] = THREE) -> OnServer:
    """Write the settings of a newsroom whose database is `there`."""
    said = {"store": there.address, "store_password": "DATABASE_PASSWORD"}
    made = newsroom(folder, world, more=json.dumps(said), networks=networks)
    (folder / "secrets" / "DATABASE_PASSWORD").touch(mode=0o600)
    (folder / "secrets" / "DATABASE_PASSWORD").write_text(PASSWORD)
    return OnServer(made.folder, made.secrets, there)


def test_a_newsroom_lives_on_a_server_through_its_restart(paper: OnServer, cluster: postgres.Cluster) -> None:
    refused = paper.jarshy("run")
    assert refused.returncode == 1
    assert refused.stderr == "postgresql://postgres@/postgres has no tables yet: run `jarshy migrate`\n"
    assert "has its tables now" in paper.jarshy("migrate").stdout
    assert "nothing was changed" in paper.jarshy("migrate").stdout
    with paper.daemon() as process:
        wait_for(lambda: paper.done() >= 1)
        for second in (paper.jarshy("run"), paper.jarshy("migrate")):
            assert second.returncode == 1
            assert f"process {process.pid} on " in second.stderr
        assert f"process {process.pid} on " in paper.jarshy("queue").stdout
        cluster.stop()
        lost = paper.jarshy("queue")
        cluster.start()
        wait_for(lambda: paper.done() == 3)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert lost.returncode == 1
    assert "The database refused (connection" in lost.stderr
    assert "nothing was changed" in lost.stderr
    assert "Traceback" not in said + lost.stderr
    assert PASSWORD not in said + lost.stderr + lost.stdout
    last = json.loads(paper.jarshy("audit", "list", "--last", "1", "--json").stdout)
    assert last[0]["action"] == "daemon.stopped"
    assert not (paper.folder / "jarshy.db").exists()


def test_a_password_in_the_settings_is_refused_and_one_in_the_environment_serves_unseen(paper: OnServer) -> None:
    written = paper.there.address.replace("postgres@", f"postgres:{PASSWORD}@")
    served = paper.jarshy("migrate", JARSHY_STORE=written)
    assert (served.returncode, served.stderr) == (0, "")
    said = json.loads((paper.folder / "jarshy.yaml").read_text())
    (paper.folder / "jarshy.yaml").write_text(json.dumps(said | {"store": written}))
    refused = paper.jarshy("queue")
    assert refused.returncode == 1
    assert "store must not carry a password in this file; name its secret with store_password" in refused.stderr
    assert PASSWORD not in served.stdout + refused.stderr + refused.stdout
