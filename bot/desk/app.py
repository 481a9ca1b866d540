"""The desk as one ASGI app: each way behind its right, and what goes wrong as a plain sentence."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from bot.actions import staff
from bot.actions.room import MaybeStored, RefusedVerb, StoreUnavailable
from bot.actions.staff import GUEST, Person, SignIn
from bot.desk import events, tokens
from bot.desk.entry import sign_in_address
from bot.desk.guards import MOST_BYTES, Guards
from bot.desk.here import Desk, Here, Right, Way, form, sentence
from bot.desk.languages import language_of, words_of
from bot.desk.paper import problem, render
from bot.desk.routes import ROUTES, may
from bot.desk.tongues import tongue_of

log = structlog.get_logger()
_WORTH_PACKING = 1000
"""Bytes; no page holds a secret that could be guessed from how well it packs."""
_SECRET = ("password", "old", "new", "again")
"""Fields that no page gives back; a form that has one is typed anew."""


def pages(desk: Desk, *, host: str = "127.0.0.1", ways: tuple[Way, ...] = ROUTES) -> ASGIApp:
    """Make the desk; `host` is what the daemon listens on."""
    routes = [Route(way.path, _answer(desk, way), methods=[way.method]) for way in ways]
    packed = Middleware(GZipMiddleware, minimum_size=_WORTH_PACKING)
    app = Starlette(routes=routes, middleware=[packed], exception_handlers={HTTPException: _refuse})
    app.state.desk = desk
    return Guards(app, address=desk.address, host=host)


def as_seen_by(person: Person, request: Request, desk: Desk, sign_in: SignIn | None = None) -> Here:
    """Put a request into a person's name and language."""
    language = language_of(person, request)
    return Here(
        request=request,
        person=person,
        room=desk.room(f"desk:{person.name}"),
        desk=desk,
        seen=desk.changes.mark,
        t=words_of(language),
        tongue=tongue_of(language),
        sign_in=sign_in,
    )


def _answer(desk: Desk, way: Way) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            here = request.state.here = await _here(desk, request)
            if way.right > Right.OPEN and not here.person.name:
                return await _signed_out(here)
            return await way.view(request, here) if may(here, way.right) else _not_allowed(here)
        except RefusedVerb as e:
            here = _seen(request)
            return problem(here, 409, sentence(e, here.tongue), place=_led_to(here))
        except StoreUnavailable as e:
            return _database_refused(_seen(request), e)
        except HTTPException:
            raise
        except Exception:  # barrier: one page that breaks must not take the daemon along
            number = desk.clock.token_bytes(4).hex()
            log.exception("page broke", number=number, path=way.path)
            return _broke(_seen(request), number)

    return answer


def _led_to(here: Here) -> tuple[str, str] | None:
    """Name the page of what an act was refused for, such as a post that is out by now; None where it has none."""
    path, of = here.request.url.path, here.request.path_params
    if path.startswith(("/queue/", "/approvals/", "/articles/posts/")) and "which" in of:
        return f"/articles/posts/{of['which']}", here.t.gettext("To the post")
    if path.startswith(("/queue/", "/articles/")) and "story" in of:
        return f"/articles/{quote(of['story'])}", here.t.gettext("To the article")
    return None


async def _here(desk: Desk, request: Request) -> Here:
    token = tokens.read(desk, request)
    found = await staff.whose(desk.room("desk:"), token)
    return as_seen_by(GUEST, request, desk) if found is None else as_seen_by(found[0], request, desk, found[1])


def _seen(request: Request) -> Here:
    """Tell who asked; where that is not known, because it broke or there is no such page, a guest."""
    return getattr(request.state, "here", None) or as_seen_by(GUEST, request, request.app.state.desk)


async def _signed_out(here: Here) -> Response:
    """Lead to the sign-in page; what was typed into a form stands on the answer, to be sent again."""
    request, gettext = here.request, here.t.gettext
    if request.headers.get("accept", "") == "text/event-stream":
        return events.signed_out()
    if "hx-request" in request.headers:
        said = gettext("Nothing was changed, and what you typed is still there.")
        return problem(here, 401, said, then=gettext("Sign in again in another tab, then press the button again here."))
    if request.method in ("GET", "HEAD"):
        return RedirectResponse(sign_in_address(request), 303)
    kept = await form(request)
    return render(here, "signed_out.html", status=401, kept=kept, can_repeat=not any(name in kept for name in _SECRET))


def _not_allowed(here: Here) -> Response:
    gettext, person = here.t.gettext, here.person
    said = gettext("Your role (%(role)s) does not allow this; nothing was changed.") % {
        "role": here.tongue.say(str(person.role))
    }
    then = gettext("Whoever keeps Jarshy running can change it: `jarshy people role %(name)s ROLE`.")
    return problem(here, 403, said, then=then % {"name": person.name})


def _database_refused(here: Here, error: StoreUnavailable) -> Response:
    gettext, why = here.t.gettext, here.tongue.recall(str(error))
    if isinstance(error, MaybeStored):
        said = gettext("The database was lost while it stored this, so it may or may not be done (%(why)s).")
        return problem(here, 503, said % {"why": why}, then=gettext("Look whether it was done before you do it again."))
    said = gettext("Nothing was changed: %(why)s.") % {"why": why}
    return problem(here, 503, said, then=gettext("Try again in a minute; if it stays so, tell whoever keeps Jarshy."))


def _broke(here: Here, number: str) -> Response:
    gettext = here.t.gettext
    said = gettext("What you asked for was not done, or not to its end.")
    then = gettext("Look whether it was done before you do it again, and tell whoever keeps Jarshy the number.")
    return problem(here, 500, said, then=then, number=number)


async def _refuse(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    if code == 405 and request.method == "GET":
        return RedirectResponse(_page_above(request), 303)
    here = _seen(request)
    gettext = here.t.gettext
    said = {
        400: gettext("The form could not be read; nothing was changed."),
        404: gettext("The address may be old."),
        405: gettext("This address does nothing by itself; nothing was changed."),
        413: gettext("This is larger than %(most)s KB and was not taken; nothing was changed.")
        % {"most": MOST_BYTES // 1024},
        415: gettext("The desk takes forms only, and no files; nothing was changed."),
    }
    then = gettext("Begin at the first page.")
    return problem(here, code, said.get(code, gettext("This cannot be done; nothing was changed.")), then=then)


def _page_above(request: Request) -> str:
    """Name the page on which a form stands whose address somebody opens.

    A form that was answered with a page leaves its own address in the browser, to be opened once more the next day.
    """
    path, query = request.scope["path"], f"?{request.url.query}" if request.url.query else ""
    while path := path.rpartition("/")[0]:
        asked = {**request.scope, "path": path}
        if any(each.matches(asked)[0] is Match.FULL for each in request.app.routes):
            return f"{quote(path)}{query}"
    return "/"
