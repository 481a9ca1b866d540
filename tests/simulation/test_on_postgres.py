"""A smoke of the simulation on a PostgreSQL server: crashes, lost answers, and two daemons that share a database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.migrate import create
from bot.store.postgres import engine_on
from tests import postgres
from tests.simulation.conftest import LIVED
from tests.simulation.oracle import wrongs
from tests.simulation.runs import KINDS, history
from tests.simulation.sim import ENGINES, History


@pytest.fixture(scope="module")
def _on_a_server() -> Iterator[None]:
    """Have the histories live on a server instead of a file."""
    files, there = list(ENGINES), postgres.beside(postgres.needed(postgres.server()), "jarshy_simulated")
    ENGINES[:] = [engine_on(there) for _ in files]
    create(ENGINES[0])
    yield
    for each in ENGINES:
        each.dispose()
    ENGINES[:] = files


def lived(kind: str, seed: int, folder: Path, **more: Any) -> History:
    postgres.empty(ENGINES[0])
    LIVED[f"{kind} on PostgreSQL"] += 1
    return history(seed, KINDS[kind] | more, folder)


@pytest.mark.usefixtures("_on_a_server")
@pytest.mark.long
@pytest.mark.parametrize("kind", ["chaos and crash", "busy chaos"])
def test_random_histories_keep_the_promises_on_a_server(kind: str, folder: Path) -> None:
    for seed in range(20 if kind == "chaos and crash" else 6):
        assert not wrongs(lived(kind, seed, folder)), f"{kind}, seed {seed}"


@pytest.mark.usefixtures("_on_a_server")
def test_two_daemons_on_one_server_keep_the_promises(folder: Path) -> None:
    frozen = 0
    for seed in range(5):
        found = lived("two and freeze", seed, folder, freeze=0.05)
        assert not wrongs(found), f"seed {seed}"
        frozen += found.frozen
    assert frozen
