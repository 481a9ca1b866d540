"""What a poll of an unchanged feed costs: many feeds on loopback, asked by the daemon's own poller and guarded client.

Run as `python -m tests.bench.polling` it is the site: a process of its own, so that its cost is not counted.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.fetch import Fetcher
from bot.model import Source
from bot.sources.feed import Poller
from bot.store.engine import Store, engine_for
from bot.store.migrate import bring_up
from bot.store.sources import set_up_sources, unread
from bot.wiring import in_thread

T = TypeVar("T")
_FEEDS, _ROUNDS = 200, 5
_EVERY = timedelta(seconds=60)
_ETAG = '"unchanged"'
_BODY = b'{"version": "https://jsonfeed.org/version/1.1", "title": "Quiet", "items": []}'


class _Clock:
    """A clock that only moves when the next round is due."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def token_bytes(self, n: int) -> bytes:
        return bytes(n)


def polling(folder: Path) -> dict[str, Any]:
    """Poll every feed once for its words, then again and again without news."""
    with _site() as port:
        spent, wall = asyncio.run(_polled(folder / "jarshy.db", port))
    polls = _FEEDS * _ROUNDS
    return {"unchanged_feeds_polled": {"per_core_s": round(polls / spent), "per_wall_s": round(polls / wall)}}


async def _polled(path: Path, port: int) -> tuple[float, float]:
    listed = [Source(id=f"feed-{n}", url=f"http://127.0.0.1:{port}/{n}", poll=_EVERY) for n in range(_FEEDS)]
    clock = _Clock()
    async with _store(path) as store, Fetcher(newsroom="Bench", allow=frozenset({f"127.0.0.1:{port}"})) as web:
        await store.write(set_up_sources, listed, clock.now())
        poller = Poller(store, clock, web, listed=listed, channels=(), aside=in_thread, zone="UTC")
        await poller.poll_due()
        spent, wall = time.process_time(), time.perf_counter()
        for _ in range(_ROUNDS):
            clock.time += _EVERY
            await poller.poll_due()
        took = time.process_time() - spent, time.perf_counter() - wall
        if late := await store.write(unread, [each.id for each in listed], clock.now()):
            raise RuntimeError(f"{len(late)} feeds were not read: {late[0].why}")
        return took


@asynccontextmanager
async def _store(path: Path) -> AsyncIterator[Store]:
    bring_up(path)
    with ThreadPoolExecutor(1) as writer:

        def run(work: Callable[[], T]) -> Any:
            return asyncio.get_running_loop().run_in_executor(writer, work)

        yield Store(engine_for(lambda: path), run)


@contextmanager
def _site() -> Iterator[int]:
    run = [sys.executable, "-m", "tests.bench.polling"]
    with subprocess.Popen(run, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def _serve() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b"if-none-match" in asked:
            head, body = "304 Not Modified", b""
        else:
            head, body = f"200 OK\r\nContent-Type: application/feed+json\r\nContent-Length: {len(_BODY)}", _BODY
        writer.write(f"HTTP/1.1 {head}\r\nETag: {_ETAG}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
