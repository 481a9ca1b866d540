"""A bucket, judged by a real server process with Amazon's own rules for keys and rights."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.contract import AuthFailed, NotSent
from bot.clock import SystemClock
from bot.fetch import Fetcher
from bot.media.places import Shut, Window
from bot.media.public import Public
from bot.store.engine import Store
from tests.e2e.kit import wait_for
from tests.storage import IS_HERE, NONE_HERE, Storage, storage
from tests.unit.engine import database, inline
from tests.unit.media.test_public import KEY, POST, SPEC

pytestmark = [pytest.mark.judge, pytest.mark.skipif(not IS_HERE, reason=NONE_HERE)]


@pytest.fixture(scope="module")
def there() -> Iterator[Storage]:
    with storage() as served:
        wait_for(served.is_up)
        served.furnish()
        yield served


def test_a_file_is_put_listed_and_removed(there: Storage) -> None:
    async def told() -> tuple[set[str], set[str]]:
        bucket = there.bucket()
        for _ in range(2):
            await bucket.put("port.jpg", b"a photo", "image/jpeg")
        before = {each.name for each in await bucket.listed()}
        for _ in range(2):
            await bucket.remove("port.jpg")
        return before, {each.name for each in await bucket.listed()}

    before, after = asyncio.run(told())  # others' files may lie there too
    assert before - after == {"port.jpg"}


@pytest.mark.parametrize(
    ("instead", "said", "needs_person"),
    [
        ({"keys": ("nobody", "wrong")}, "it refuses our keys, or they lack the right to it", True),
        ({"name": "nowhere"}, "there is no such bucket", True),
        ({"port": 1}, "it could not be reached, or failed", False),
    ],
)
def test_what_the_storage_refuses_is_told_without_its_keys(
    there: Storage, instead: dict[str, object], said: str, needs_person: bool
) -> None:
    bucket = there.bucket(**instead)
    with pytest.raises(Shut) as shut:
        asyncio.run(bucket.put("port.jpg", b"a photo", "image/jpeg"))
    name = instead.get("name", "courier")
    assert str(shut.value) == f"the storage (bucket {name}) takes nothing: {said}"
    assert shut.value.needs_person is needs_person


def test_a_picture_that_only_we_may_read_is_never_offered_to_a_network(there: Storage, tmp_path: Path) -> None:
    store = Store(database(tmp_path), inline)
    window = Window(place=there.bucket(), address=f"http://{there.host}/courier/social", key=KEY)

    async def show(window: Window) -> str:
        async with Fetcher(newsroom="x", allow=frozenset({there.host})) as web:
            public = Public(store, SystemClock(), web, window)
            with pytest.raises((NotSent, AuthFailed)) as refused:
                await public.show(POST, SPEC, None)
            return f"{refused.type.__name__}: {refused.value}; {await public.prove()}"

    said = f"{there.host} answers 403"
    assert (
        asyncio.run(show(window))
        == f"NotSent: networks cannot fetch its picture: {said}; {said}: let everybody read there"
    )
    locked = replace(window, place=there.bucket(keys=("nobody", "wrong")), lives=timedelta(0))
    assert asyncio.run(show(locked)).startswith(
        "AuthFailed: its picture cannot be laid where networks fetch it: the storage"
    )


def test_a_public_bucket_is_proved_and_serves_a_picture_as_what_it_is(there: Storage, tmp_path: Path) -> None:
    window = Window(place=there.bucket("open"), address=f"http://{there.host}/open/social", key=KEY)

    async def shown() -> None:
        async with Fetcher(newsroom="x", allow=frozenset({there.host})) as web:
            public = Public(Store(database(tmp_path), inline), SystemClock(), web, window)
            assert await public.prove() == ""
            [media] = (await public.show(POST, SPEC, None)).media
            came = await web.get(media.url, most=100, deadline=5)
            assert (came.status, came.headers["content-type"]) == (200, "image/jpeg")

    with there.open_to_all():
        asyncio.run(shown())
