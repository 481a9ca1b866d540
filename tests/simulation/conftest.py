"""Tells at the end of a run how many histories were lived through."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.simulation.runs import template

LIVED: Counter[str] = Counter()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the empty, migrated database that each history copies; in memory where the machine has room."""
    made = tmp_path_factory.mktemp("histories")
    template(made)
    return made


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In one of several worker processes: send the count home."""
    if (sent := getattr(session.config, "workeroutput", None)) is not None:
        sent["lived"] = dict(LIVED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Count what a worker process lived through."""
    LIVED.update(getattr(node, "workeroutput", {}).get("lived", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if LIVED:
        told = ", ".join(f"{count} {kind}" for kind, count in LIVED.items())
        terminalreporter.write_line(f"simulation: {sum(LIVED.values())} histories ({told})")
