"""The stream that tells open pages when something has changed, so that they fetch their rows anew."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.desk.changes import Changes
from bot.desk.here import Here, Right, Way

BEAT = 15.0
"""Seconds between signs of life, without which proxies take a stream for dead."""
LONGEST = 600.0
"""Seconds after which a browser has to come again, so that whoever was signed out hears no more."""
_RETRY_MS = 3000
_TYPE = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def events(request: Request, here: Here) -> Response:
    """Open the stream of one page; it begins with what the page has missed."""
    seen = request.headers.get("Last-Event-ID") or request.query_params.get("seen", "")
    return StreamingResponse(stream(here.desk.changes, seen), headers=_HEADERS, media_type=_TYPE)


async def stream(changes: Changes, seen: str) -> AsyncIterator[str]:
    """Write "changed" whenever the mark differs from the one `seen` last, for ten minutes."""
    yield f"retry: {_RETRY_MS}\n{_said('here')}"
    loop = asyncio.get_running_loop()
    ends = loop.time() + LONGEST
    while loop.time() < ends:
        try:
            async with asyncio.timeout(BEAT):
                mark = await changes.after(seen)
        except TimeoutError:
            yield ": still here\n\n"
            continue
        if mark is None:
            return
        seen = mark
        yield f"id: {seen}\n{_said('changed')}"


def signed_out() -> Response:
    """Tell whoever is signed out just that, as a page's script hears it: it could not tell a refusal from an outage."""
    return Response(_said("signed-out"), headers=_HEADERS, media_type=_TYPE)


def _said(event: str) -> str:
    return f"event: {event}\ndata: {event}\n\n"


WAYS = (Way("GET", "/events", events, Right.LOOK),)
