"""SHELL. The pages a daemon serves: how it is, and whether what comes in now would go out in time."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.daemon import TICKS, Daemon
from bot.keys import CannotStart
from bot.store import alerts, housekeeping
from bot.store.engine import StoreUnavailable
from bot.store.migrate import LATEST

Page = Callable[[Request], Awaitable[Response]]
_LATE = timedelta(minutes=2)
"""Twice as long as the rarest tick may take to come."""


def door_at(listen: tuple[str, int]) -> socket.socket:
    """Open the address pages are served at. Raises CannotStart."""
    family = socket.AF_INET6 if ":" in listen[0] else socket.AF_INET
    try:
        door = socket.create_server(listen, family=family)
        # asyncio does it for sockets of a named protocol only; without it every page waits 40 ms for its second part.
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return door
    except OSError as e:
        said = os.strerror(e.errno) if e.errno else e
        raise CannotStart(f"{address(listen)} cannot be served ({said}): change `listen` in the settings") from e


def address(listen: tuple[str, int]) -> str:
    """Write where the health page is."""
    return f"http://{listen[0]}:{listen[1]}/healthz"


@asynccontextmanager
async def serving(pages: Mapping[str, Page], door: socket.socket, *, desk: ASGIApp | None) -> AsyncIterator[None]:
    """Serve pages by their path, and the desk at every other path, while the block lasts."""
    routes: list[BaseRoute] = [Route(path, page) for path, page in pages.items()]
    app = Starlette(routes=[*routes, Mount("/", desk)] if desk else routes)
    server = _Server(
        # Of what strangers send to the port nobody needs to know.
        uvicorn.Config(
            app,
            log_config=None,
            log_level="error",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
            server_header=False,
        )
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets=[door]))
        try:
            yield
        finally:
            server.should_exit = True


def healthz(daemon: Daemon) -> Page:
    """Make the page that says whether the ticks come."""
    started = daemon.ports.clock.now()

    async def answer(request: Request) -> JSONResponse:
        """Answer 200 while the ticks come, 503 when one has not come for minutes; alerts do not make it unhealthy."""
        stuck = daemon.stuck()
        try:
            opened = len(await daemon.ports.store.write(alerts.open_alerts))
        except StoreUnavailable as e:
            return JSONResponse({"status": "stuck", "stuck": ["database"], "said": str(e)}, status_code=503)
        said = {"status": "stuck" if stuck else "degraded" if opened else "ok", "stuck": stuck, "alerts": opened}
        last = {name: daemon.ticked.get(name, started).isoformat() for name in TICKS}
        told = said | {"since": started.isoformat(), "ticked": last}
        return JSONResponse(told, status_code=503 if stuck else 200)

    return answer


def readyz(daemon: Daemon) -> Page:
    """Make the page that says whether news would go out."""
    started = daemon.ports.clock.now()

    async def answer(request: Request) -> JSONResponse:
        """Answer 200 while what comes in now would go out in time, else 503 and everything that is in the way.

        The key needs no question: without it the daemon does not start.
        """
        missing = [f"the tick {name} is late" for name in _overdue(daemon, started, _LATE)]
        if "housekeep" not in daemon.ticked:
            missing.append("the first housekeeping has not ended yet")
        try:
            found = await daemon.ports.store.write(housekeeping.touch)
            if found != LATEST:
                missing.append(f"the database has tables of version {found}, this Jarshy needs {LATEST}")
        except StoreUnavailable as e:
            missing.append(f"the database cannot be written: {e}")
        return JSONResponse({"ready": not missing, "missing": missing}, status_code=503 if missing else 200)

    return answer


class Later:
    """An app that is made when it is first asked for, or told to be: what it imports would hold up the first poll."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._making: asyncio.Task[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        await (await self.made())(scope, receive, send)

    async def made(self) -> ASGIApp:
        """Make the app, off the event loop, unless it is made."""
        self._making = self._making or asyncio.create_task(asyncio.to_thread(self._make))
        # Shielded: whoever asked first may go away, others wait for the same.
        return await asyncio.shield(self._making)


def _overdue(daemon: Daemon, started: datetime, most: timedelta) -> list[str]:
    now = daemon.ports.clock.now()
    # abs: a tick that lies ahead is from before the clock was set back.
    return [name for name in TICKS if abs(now - daemon.ticked.get(name, started)) > most]


class _Server(uvicorn.Server):
    """uvicorn without its own ears for signals: `run` listens."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield
