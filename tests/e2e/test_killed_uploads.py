"""A real daemon, really killed after each exchange of an upload: the next one brings what is lacking, and no more."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

from adapters.emulators.kit import Asked, Network, Reply, World
from adapters.emulators.tiktok import TiktokNetwork
from adapters.emulators.youtube import YoutubeNetwork
from bot.commands.setup import init
from tests.contract.pictures import film
from tests.e2e.forked import ROOT, Process, environ, start
from tests.e2e.kit import free_port, wait_for
from tests.e2e.outside import Hurried, story

SPEED = 20.0

PIECES = {
    "youtube": (YoutubeNetwork, film(3 * 256 * 1024 + 1000), ["session", "chunk", "chunk", "chunk", "upload"]),
    "tiktok": (TiktokNetwork, film(20_001_000), ["draft", "chunk", "upload", "status"]),
}
PLACES = {
    "youtube": lambda base: {"base": base, "oauth": base, "chunk": 256},
    "tiktok": lambda base: {"base": base},
}


class Deadly:
    """A network on loopback, in a thread, beside a site with one story; whoever asks is killed before it is told."""

    def __init__(self, kind: type[Network]) -> None:
        self.began, self.kills = time.time(), list[str]()
        clock = Hurried(SPEED, self.began)
        self.kill: Callable[[], None] = lambda: None
        world, deadly = World(clock.now, clock.sleep), self

        class Kills(kind):  # type: ignore[misc, valid-type]  # mypy knows no bases that are values
            async def _exchange(self, asked: Asked) -> Reply:
                reply: Reply = await super()._exchange(asked)
                if deadly.kills and self.call(asked) == deadly.kills[0]:
                    deadly.kills.pop(0)
                    deadly.kill()
                return reply

        self.world, self.network = world, Kills(world)
        self.settings, self.secrets = kind.newcomer(0)
        self.network.admit(self.settings, self.secrets)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": []}
        feed["items"] = [story(1, clock.now(), self.base)]
        self.app = Starlette(
            routes=[
                Route("/feed.json", lambda request: JSONResponse(feed, media_type="application/feed+json")),
                Route("/2026/{rest:path}", lambda request: PlainTextResponse("a story"), methods=["GET", "HEAD"]),
                Mount("/", app=self.network),
            ]
        )


@contextmanager
def served(kind: type[Network]) -> Iterator[Deadly]:
    """Serve a network until the block ends."""
    made = Deadly(kind)
    server = uvicorn.Server(uvicorn.Config(made.app, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [made.door]})
    thread.start()
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join()
        made.door.close()


def newsroom(folder: Path, there: Deadly, name: str) -> None:
    """Write settings and secrets of a newsroom with one channel of films."""
    written: dict[str, Any] = {
        "newsroom": {"name": "The Steppe Courier", "zone": "Asia/Almaty"},
        "listen": f"127.0.0.1:{free_port()}",
        "allow_hosts": [there.base.removeprefix("http://")],
        "sources": {"main": {"url": f"{there.base}/feed.json", "poll": "10s", "backfill": 20}},
        "accounts": {"acme": {"network": name, "credentials": {key: key.upper() for key in there.secrets}}},
        "channels": {"films": {"account": "acme", **there.settings, **PLACES[name](there.base)}},
    }
    (folder / "jarshy.yaml").write_text(json.dumps(written))
    init(folder / "jarshy.yaml")
    for secret, value in there.secrets.items():
        (folder / "secrets" / secret.upper()).touch(mode=0o600)
        (folder / "secrets" / secret.upper()).write_text(value)


def filmed(folder: Path, content: bytes) -> None:
    """Put an ffmpeg there to which every film is the same."""
    (folder / "film.mp4").write_bytes(content)
    program = folder / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nfor last; do :; done\n{shutil.which("cp")} "{folder}/film.mp4" "$last"\n')
    program.chmod(0o755)


def states(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "jarshy.db")) as db:
        return [state for (state,) in db.execute("SELECT state FROM delivery")]


def daemon(folder: Path, there: Deadly) -> AbstractContextManager[Process]:
    said = [str(each) for each in (folder / "jarshy.yaml", SPEED, there.began)]
    path = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    return start(ROOT / "tests/e2e/hurried.py", *said, cwd=folder, env=environ(folder) | path)


# What it proves in process is in tests/simulation/test_uploads.py.
@pytest.mark.long
@pytest.mark.parametrize("name", ["youtube", "tiktok"])
def test_killed_after_each_exchange_of_an_upload_the_film_is_out_once_and_no_byte_goes_twice(
    name: str, tmp_path: Path
) -> None:
    kind, made, calls = PIECES[name]
    assert made.open
    with served(kind) as there:
        newsroom(tmp_path, there, name)
        filmed(tmp_path, made.open().read())
        there.kills, ended = list(calls), list[int]()
        while there.kills:
            with daemon(tmp_path, there) as process:
                there.kill = process.kill
                ended.append(process.wait(timeout=30))
        with daemon(tmp_path, there):
            wait_for(lambda: states(tmp_path) == ["done"])
    assert ended == [-signal.SIGKILL] * len(calls)
    assert sum(len(each.asked.raw) for each in there.world.ledger if each.call in ("chunk", "upload")) == made.size
    assert [shown.media for shown in there.world.posts.values()] == [((made.sha256, ""),)]
