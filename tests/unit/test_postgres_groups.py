"""A server that is lost under several transactions at once: each of them is told, and nothing of any happened."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.engine import Store, StoreUnavailable
from bot.store.migrate import create
from bot.store.place import Server
from bot.store.postgres import engine_on
from bot.store.schema import host
from bot.store.writer import Writer
from tests import postgres
from tests.postgres import cut


@pytest.fixture
def there() -> Server:
    """An empty schema."""
    return postgres.beside(postgres.needed(postgres.server()), "jarshy_groups")


@pytest.fixture
def engine(there: Server) -> Iterator[sa.Engine]:
    engine = engine_on(there)
    create(engine)
    yield engine
    engine.dispose()


def put(db: sa.Connection, name: str) -> str:
    db.execute(host.insert(), {"name": name})
    return name


def names(db: sa.Connection) -> list[str]:
    return sorted(db.scalars(sa.select(host.c.name)))


async def at_once(engine: sa.Engine, *asked: tuple[Any, ...]) -> list[Any]:
    with ThreadPoolExecutor(1) as thread:
        store = Store(engine, Writer(thread))
        return await asyncio.gather(*(store.write(ask, *said) for ask, *said in asked), return_exceptions=True)


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("is_used", [True, False])
def test_a_server_that_is_lost_under_a_group_is_told_to_all_of_it(
    engine: sa.Engine, there: Server, at: int, is_used: bool
) -> None:
    def lost(db: sa.Connection) -> None:
        cut(there)
        if is_used:
            put(db, "never")

    asked: list[tuple[Any, ...]] = [(put, "a"), (put, "b")]
    asked.insert(at, (lost,))
    assert [type(each) for each in asyncio.run(at_once(engine, *asked))] == [StoreUnavailable] * 3
    assert asyncio.run(at_once(engine, (names,), (put, "a"), (names,))) == [[], "a", ["a"]]


def test_one_that_is_refused_is_undone_alone(engine: sa.Engine) -> None:
    one, again, two = asyncio.run(at_once(engine, (put, "a"), (put, "a"), (put, "b")))
    assert (one, two) == ("a", "b")
    assert isinstance(again, sa.exc.IntegrityError)
    assert asyncio.run(at_once(engine, (names,))) == [["a", "b"]]
