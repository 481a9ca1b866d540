"""The cookie that says which browser this is. It holds a random token and nothing else."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.actions.staff import LONGEST
from bot.desk.here import Desk


def name_of(desk: Desk) -> str:
    """Name the cookie: by https only this very host may set it; else it carries the port, as cookies know none."""
    return "__Host-jarshy" if desk.is_secure else f"jarshy-{urlsplit(desk.address).port or 80}"


def read(desk: Desk, request: Request) -> str:
    """Read the token a browser shows; "" where it shows none."""
    return request.cookies.get(name_of(desk), "")


def give(desk: Desk, answer: Response, token: str) -> None:
    """Have a browser keep a token; scripts cannot read it, and other sites' forms do not carry it."""
    lives = int(LONGEST.total_seconds())
    answer.set_cookie(
        name_of(desk), token, max_age=lives, path="/", secure=desk.is_secure, httponly=True, samesite="lax"
    )


def take(desk: Desk, answer: Response) -> None:
    """Have a browser forget its token, and what it keeps of our pages."""
    answer.delete_cookie(name_of(desk), path="/", secure=desk.is_secure, httponly=True, samesite="lax")
    answer.headers["clear-site-data"] = '"cache"'
