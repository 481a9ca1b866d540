"""The first page: what goes out next and what needs a person."""

from starlette.requests import Request
from starlette.responses import Response

from bot.desk.here import Here, Right, Way
from bot.desk.paper import render


async def page(request: Request, here: Here) -> Response:
    """Show the day."""
    return render(here, "today.html")


WAYS = (Way("GET", "/", page, Right.LOOK),)
