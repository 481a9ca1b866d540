"""A browser without a screen: it keeps cookies, and says where a request comes from as browsers do."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from argon2 import PasswordHasher

from bot.actions.begin import Begin
from bot.actions.door import Doorkeeper
from bot.actions.proving import Prover
from bot.alerts.errands import Errands
from bot.desk.app import pages
from bot.desk.changes import Changes
from bot.desk.here import Desk, Way
from bot.desk.routes import ROUTES
from bot.sealing import Seal
from tests.unit.engine import Desk as Newsroom
from tests.unit.engine import Fake

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What a test need not wait for."""
ADDRESS = "http://127.0.0.1:8090"


def unsealed() -> Seal | None:
    """Sign nothing."""
    return None


def desk(
    newsroom: Newsroom,
    *,
    address: str = ADDRESS,
    door: Doorkeeper | None = None,
    seal: Callable[[], Seal | None] = unsealed,
    kind: type[Fake] = Fake,
    begin: Begin,
) -> Desk:
    """Make what the pages share over a newsroom."""
    return Desk(
        room=newsroom.room,
        adapter=lambda who: kind(kind.Settings(**dict(who.place)), None, newsroom.wire, newsroom.clock),  # type: ignore[arg-type]
        connect=lambda: newsroom.connect,
        prover=Prover(seal),
        policy=lambda: newsroom.policy,
        clock=newsroom.clock,
        door=door or Doorkeeper(newsroom.clock, CHEAP),
        changes=Changes("a1b2"),
        begin=begin,
        address=address,
    )


class Browser:
    """One person's browser, at the desk of a newsroom."""

    def __init__(
        self,
        newsroom: Newsroom,
        *,
        address: str = ADDRESS,
        host: str = "127.0.0.1",
        ways: tuple[Way, ...] = ROUTES,
        door: Doorkeeper | None = None,
        seal: Callable[[], Seal | None] = unsealed,
        kind: type[Fake] = Fake,
    ) -> None:
        self.newsroom, self.errands = newsroom, Errands()
        self.desk = desk(newsroom, address=address, door=door, seal=seal, kind=kind, begin=self._begin)
        self.app = pages(self.desk, host=host, ways=ways)
        self.address, self.cookies = address, httpx.Cookies()

    def ask(
        self, method: str, path: str, *, like: str | None = "same-origin", client: str = "127.0.0.1", **how: Any
    ) -> httpx.Response:
        """Send one request; `like`: what the browser says of the site it comes from, `client`: its address."""
        headers = {**({"sec-fetch-site": like} if like else {}), **how.pop("headers", {})}

        async def go() -> httpx.Response:
            transport, self.errands = httpx.ASGITransport(self.app, client=(client, 1)), Errands()
            there = httpx.AsyncClient(transport=transport, base_url=self.address, cookies=self.cookies)
            async with self.errands, there as asking:
                answer = await asking.request(method, path, headers=headers, **how)
                self.cookies = asking.cookies
                return answer

        return asyncio.run(go())

    def _begin(self, name: str, errand: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        return self.errands.begin(name, errand)  # each request has a loop of its own, and errands end with it

    def get(self, path: str, **how: Any) -> httpx.Response:
        """Open a page."""
        return self.ask("GET", path, **how)

    def post(self, path: str, how: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """Send a form."""
        return self.ask("POST", path, data=how or {}, **more)
