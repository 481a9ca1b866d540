"""The first page: what goes out next and what needs a person."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.desk.here import Here, Right, Way


async def page(request: Request, here: Here) -> Response:
    """Show the day."""
    channels = "".join(f"<li>{escape(each)}" for each in here.room.channels)
    return HTMLResponse(f"<!doctype html><title>Today</title><h1>{escape(here.desk.newsroom)}</h1><ul>{channels}</ul>")


WAYS = (Way("GET", "/", page, Right.LOOK),)
