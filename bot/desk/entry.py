"""The way in: sign in, choose a password after an invitation, sign out."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.desk.here import Here, Right, Way


async def sign_in_page(request: Request, here: Here) -> Response:
    """Ask for name and password."""
    return HTMLResponse("<!doctype html><title>Sign in</title><h1>Sign in</h1>")


WAYS = (Way("GET", "/sign-in", sign_in_page, Right.OPEN),)
