"""Runs a folder's tests on both databases: its conftest.py imports what stands here."""

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.unit.engine import ON

KINDS = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def database_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of database a test runs on; `@pytest.mark.on("sqlite")` keeps a test to one of them."""
    if request.param == "postgresql":
        postgres.needed(postgres.server())
    ON["kind"] = request.param
    yield request.param
    ON["kind"] = "sqlite"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test once for each kind it is not kept from."""
    if "database_kind" in metafunc.fixturenames:
        kept = metafunc.definition.get_closest_marker("on")
        metafunc.parametrize("database_kind", kept.args if kept else KINDS, indirect=True)
