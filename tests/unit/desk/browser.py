"""A browser without a screen: it keeps cookies, and says where a request comes from as browsers do."""

import asyncio
from typing import Any

import httpx

from bot.desk.app import pages
from bot.desk.changes import Changes
from bot.desk.here import Desk
from bot.desk.routes import ROUTES
from tests.unit.engine import Desk as Newsroom
from tests.unit.engine import Fake

ADDRESS = "http://127.0.0.1:8090"


def desk(newsroom: Newsroom, *, address: str = ADDRESS) -> Desk:
    """Make what the pages share over a newsroom."""
    return Desk(
        room=newsroom.room,
        adapter=lambda who: Fake(Fake.Settings(**dict(who.place)), None, newsroom.wire, newsroom.clock),  # type: ignore[arg-type]
        policy=lambda: newsroom.policy,
        clock=newsroom.clock,
        changes=Changes("a1b2"),
        address=address,
    )


class Browser:
    """One person's browser, at the desk of a newsroom."""

    def __init__(
        self, newsroom: Newsroom, *, address: str = ADDRESS, host: str = "127.0.0.1", ways: Any = ROUTES
    ) -> None:
        self.desk = desk(newsroom, address=address)
        self.app = pages(self.desk, host=host, ways=ways)
        self.address, self.cookies = address, httpx.Cookies()

    def ask(self, method: str, path: str, *, like: str | None = "same-origin", **how: Any) -> httpx.Response:
        """Send one request; `like`: what the browser says of the site it comes from."""
        headers = {**({"sec-fetch-site": like} if like else {}), **how.pop("headers", {})}

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.address, cookies=self.cookies) as client:
                answer = await client.request(method, path, headers=headers, **how)
                self.cookies = client.cookies
                return answer

        return asyncio.run(go())

    def get(self, path: str, **how: Any) -> httpx.Response:
        """Open a page."""
        return self.ask("GET", path, **how)

    def post(self, path: str, how: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """Send a form."""
        return self.ask("POST", path, data=how or {}, **more)
