"""The desk as one ASGI app: each way behind its right, and what goes wrong as a plain sentence."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.actions.room import RefusedVerb, StoreUnavailable
from bot.actions.staff import GUEST, Person
from bot.desk.guards import MOST_BYTES, Guards
from bot.desk.here import Desk, Here, Right, Way
from bot.desk.languages import language_of, words_of
from bot.desk.paper import problem
from bot.desk.routes import ROUTES, may

log = structlog.get_logger()
_SAID = {
    400: "The form could not be read; nothing was changed. Go back, open the page anew and try again.",
    404: "There is no such page. The address may be old: begin at the first page.",
    405: "This address does nothing by itself; nothing was changed. Begin at the first page.",
    413: f"This is larger than {MOST_BYTES // 1024} KB and was not taken; nothing was changed.",
    415: "The desk takes forms only, and no files; nothing was changed.",
}


def pages(desk: Desk, *, host: str = "127.0.0.1", ways: tuple[Way, ...] = ROUTES) -> ASGIApp:
    """Make the desk; `host` is what the daemon listens on."""
    routes = [Route(way.path, _answer(desk, way), methods=[way.method]) for way in ways]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refuse})
    app.state.desk = desk
    return Guards(app, address=desk.address, host=host)


def _answer(desk: Desk, way: Way) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            here = request.state.here = await _here(desk, request)
            if way.right > Right.OPEN and not here.person.name:
                return _signed_out(request)
            if not may(here, way.right):
                said = f"Your role ({here.person.role}) does not allow this; nothing was changed."
                return told(request, 403, f"{said} An admin can change it: jarshy people role {here.person.name} ROLE.")
            return await way.view(request, here)
        except RefusedVerb as e:
            return told(request, 409, f"This was not done: {e}.")
        except StoreUnavailable as e:
            return told(request, 503, f"The database refused ({e}); nothing was changed. Try again in a minute.")
        except HTTPException:
            raise
        except Exception:  # barrier: one page that breaks must not take the daemon along
            number = desk.clock.token_bytes(4).hex()
            log.exception("page broke", number=number, path=way.path)
            return told(request, 500, f"This page broke; whoever keeps Jarshy finds why in its log under {number}.")

    return answer


async def _here(desk: Desk, request: Request) -> Here:
    return as_seen_by(GUEST, request, desk)


def as_seen_by(person: Person, request: Request, desk: Desk) -> Here:
    """Put a request into a person's name and language."""
    words = words_of(language_of(person, request))
    return Here(
        request=request,
        person=person,
        room=desk.room(f"desk:{person.name}"),
        desk=desk,
        seen=desk.changes.mark,
        t=words,
    )


def _signed_out(request: Request) -> Response:
    if request.method in ("GET", "HEAD") and "hx-request" not in request.headers:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(here, safe='/')}", 303)
    return told(request, 401, "You are signed out. Sign in again in another tab, then press the button again here.")


async def _refuse(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    return told(request, code, _SAID.get(code, "This cannot be done; nothing was changed."))


def told(request: Request, code: int, sentence: str) -> Response:
    """Say one sentence: as a page, or as a notice beside a page that stays as it is."""
    # Where there is no such page, nobody has asked yet who wants it.
    here = getattr(request.state, "here", None) or as_seen_by(GUEST, request, request.app.state.desk)
    return problem(here, code, sentence)
