"""The world beside the daemon, served on loopback by a process of its own: a site with a feed, and five networks.

Run as `python -m tests.e2e.outside SPEED BEGAN STORIES EVERY FAR`; it says its port first. It must outlive every
daemon, so it shares nothing with them but the clock: `SPEED` seconds pass in it for each second on the wall since
`BEGAN`. An exchange with a network takes up to `FAR` seconds on the wall for each way.
"""

import asyncio
import os
import random
import socket
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from adapters.emulators.bluesky import BlueskyNetwork
from adapters.emulators.facebook import FacebookNetwork
from adapters.emulators.kit import Network, World
from adapters.emulators.mastodon import MastodonNetwork
from adapters.emulators.telegram import TelegramNetwork
from adapters.emulators.timelines import Timelines
from adapters.emulators.x import XNetwork

KINDS: dict[str, type[Network]] = {
    "bluesky": BlueskyNetwork,
    "mastodon": MastodonNetwork,
    "telegram": TelegramNetwork,
    "facebook": FacebookNetwork,
    "x": XNetwork,
}
_ADDRESS = {"telegram": "api", "mastodon": "server", "bluesky": "server", "facebook": "base", "x": "base"}
"""What the setting is called that says where a network is."""
_TOWNS = ("Aktau", "Balqash", "Semey", "Taraz", "Oskemen", "Turkistan")


class Distant:
    """A network some way off: a request takes a moment to arrive, and its answer another to come back."""

    def __init__(self, app: Any, chance: random.Random, most: float) -> None:
        self.app, self.chance, self.most = app, chance, most

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def travel(message: Any) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(self.chance.uniform(0, self.most))
            await send(message)

        await asyncio.sleep(self.chance.uniform(0, self.most) / 2)
        await self.app(scope, receive, travel)


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


def build(port: int, clock: Hurried, *, stories: int, every: float, far: float) -> Starlette:
    """Serve the feed, the article pages, the networks, `/ledger` (what readers ever got) and `/polls` (when asked)."""
    world = World(clock.now, clock.sleep)
    networks = [kind(world) for kind in KINDS.values()]
    # Where it begins later than now, the feed stays empty until then.
    base, start = f"http://127.0.0.1:{port}", max(clock.now(), datetime.fromtimestamp(clock.began, UTC))
    places, polls = set(), list[dict[str, float]]()
    for network in networks:
        settings, secrets = newcomer(network.name, base)
        network.portrait = f"{base}/portrait.jpg"
        network.admit(settings, secrets)
        places.add((network.name, network.place(settings, secrets)))

    async def feed(request: Request) -> Response:
        ages = [(n, start + timedelta(seconds=n * every)) for n in range(stories)]
        shown = [story(n, at, base) for n, at in reversed(ages) if at <= clock.now()]
        polls.append({"at": time.time(), "stories": len(shown)})
        about = {"version": "https://jsonfeed.org/version/1.1", "title": "The Steppe Courier"}
        return JSONResponse(about | {"items": shown}, media_type="application/feed+json")

    async def page(request: Request) -> Response:
        return PlainTextResponse("a story")

    async def ledger(request: Request) -> Response:
        world.settle()
        made = [
            {"network": e.network, "act": e.act, "id": e.post_id, "text": e.shown.text, "at": e.at.timestamp()}
            for e in world.ledger
            if e.shown and (e.network, e.place) in places
        ]
        return JSONResponse(made)

    async def portrait(request: Request) -> Response:
        from tests.contract.pictures import drawn  # late: few ever ask, and it is heavy

        return Response(drawn(3, size=(240, 240)), media_type="image/jpeg")

    async def asked(request: Request) -> Response:
        return JSONResponse(polls)

    chance = random.Random(1)
    mounts = [Mount(f"/{network.name}", app=Distant(network, chance, far)) for network in networks]
    routes = [Route("/feed.json", feed), Route("/2026/{rest:path}", page, methods=["GET", "HEAD"])]
    return Starlette(
        routes=[
            *routes,
            *(Route("/ledger", ledger), Route("/polls", asked), Route("/portrait.jpg", portrait)),
            *mounts,
            Mount("/", app=Timelines(world)),
        ]
    )


def newcomer(name: str, base: str) -> tuple[dict[str, str], dict[str, str]]:
    """An account's settings and secrets, with the network's address on loopback."""
    settings, secrets = KINDS[name].newcomer(0)
    return settings | {_ADDRESS[name]: f"{base}/{name}"}, secrets


async def serve(speed: float, began: float, stories: int, every: float, far: float) -> None:
    """Answer until killed."""
    door = socket.create_server(("127.0.0.1", 0))
    port = door.getsockname()[1]
    print(port, flush=True)
    app = build(port, Hurried(speed, began), stories=stories, every=every, far=far)
    config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none")
    await uvicorn.Server(config).serve(sockets=[door])


if __name__ == "__main__":
    _speed, _began, _stories, _every, _far = sys.argv[1:]
    asyncio.run(serve(float(_speed), float(_began), int(_stories), float(_every), float(_far)))
