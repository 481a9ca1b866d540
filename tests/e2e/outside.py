"""The world beside the daemon, served on loopback by a process of its own: a site with a feed, and three networks.

Run as `python -m tests.e2e.outside PORT SPEED BEGAN STORIES EVERY`. It must outlive every daemon, so it shares nothing
with them but the clock: `SPEED` seconds pass in it for each second on the wall since `BEGAN`.
"""

import asyncio
import socket
import sys
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from adapters.emulators.bluesky import BlueskyNetwork
from adapters.emulators.kit import Network, World
from adapters.emulators.mastodon import MastodonNetwork
from adapters.emulators.telegram import TelegramNetwork
from adapters.emulators.timelines import Timelines

KINDS: dict[str, type[Network]] = {
    "bluesky": BlueskyNetwork,
    "mastodon": MastodonNetwork,
    "telegram": TelegramNetwork,
}
_TOWNS = ("Aktau", "Balqash", "Semey", "Taraz", "Oskemen", "Turkistan")


class Hurried:
    """A clock on which `speed` seconds pass for each second on the wall since `began`."""

    def __init__(self, speed: float, began: float) -> None:
        self.speed, self.began = speed, began

    def now(self) -> datetime:
        at = self.began + (time.time() - self.began) * self.speed
        return datetime.fromtimestamp(int(at * 1000) / 1000, UTC)

    def monotonic(self) -> float:
        return time.monotonic() * self.speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)

    def token_bytes(self, n: int) -> bytes:
        import os

        return os.urandom(n)


def story(n: int, at: datetime, base: str) -> dict[str, Any]:
    """One entry of the feed; the word Story<n>x names it in every text about it."""
    town = _TOWNS[n % len(_TOWNS)]
    words = f"{town} opens {40 + n} new schools this year, said official Story{n}x of the region on Sunday."
    more = f"The buildings of Story{n}x stand in {town} and take {n * 7} pupils each, according to the plan."
    return {
        "id": f"guid-{n}",
        "url": f"{base}/2026/11/story-{n}",
        "title": f"{town} gets {40 + n} schools for Story{n}x",
        "content_html": f"<p>{words}</p><p>{more}</p>",
        "date_published": at.isoformat(),
        "language": "en",
        "tags": ["schools", town],
    }


def build(port: int, clock: Hurried, *, stories: int, every: float) -> Starlette:
    """The feed, the article pages, the networks, and `/ledger` with everything readers ever got."""
    world = World(clock.now, clock.sleep)
    networks = [kind(world) for kind in KINDS.values()]
    base, start = f"http://127.0.0.1:{port}", clock.now()
    for network in networks:
        network.admit(*newcomer(network.name, base))

    async def feed(request: Request) -> Response:
        ages = [(n, start + timedelta(seconds=n * every)) for n in range(stories)]
        shown = [story(n, at, base) for n, at in reversed(ages) if at <= clock.now()]
        about = {"version": "https://jsonfeed.org/version/1.1", "title": "The Steppe Courier"}
        return JSONResponse(about | {"items": shown}, media_type="application/feed+json")

    async def page(request: Request) -> Response:
        return PlainTextResponse("a story")

    async def ledger(request: Request) -> Response:
        world.settle()
        made = [
            {"network": e.network, "act": e.act, "id": e.post_id, "text": e.shown.text}
            for e in world.ledger
            if e.act and e.shown
        ]
        return JSONResponse(made)

    mounts = [Mount(f"/{network.name}", app=network) for network in networks]
    routes = [Route("/feed.json", feed), Route("/2026/{rest:path}", page, methods=["GET", "HEAD"])]
    return Starlette(routes=[*routes, Route("/ledger", ledger), *mounts, Mount("/", app=Timelines(world))])


def newcomer(name: str, base: str) -> tuple[dict[str, str], dict[str, str]]:
    """An account's settings and secrets, with the network's address on loopback."""
    settings, secrets = KINDS[name].newcomer(0)
    server = "api" if name == "telegram" else "server"
    return settings | {server: f"{base}/{name}"}, secrets


def serve(port: int, speed: float, began: float, stories: int, every: float) -> Awaitable[None]:
    """Answer until killed."""
    app = build(port, Hurried(speed, began), stories=stories, every=every)
    config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none")
    return uvicorn.Server(config).serve(sockets=[socket.create_server(("127.0.0.1", port))])


if __name__ == "__main__":
    said = sys.argv[1:]
    asyncio.run(serve(int(said[0]), float(said[1]), float(said[2]), int(said[3]), float(said[4])))  # type: ignore[arg-type]
