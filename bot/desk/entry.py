"""The way in and out: sign in, choose a password behind a one-time address, sign out."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import staff
from bot.actions.door import Caller, NotLetIn, TooManyTries
from bot.actions.room import RefusedVerb
from bot.desk import tokens
from bot.desk.here import Here, Right, Way, form, own_path, sentence
from bot.desk.languages import language_of
from bot.desk.paper import render


async def sign_in_page(request: Request, here: Here) -> Response:
    """Ask for name and password."""
    after = own_path(request.query_params.get("next", ""))
    if here.person.name:
        return RedirectResponse(after, 303)
    return render(here, "sign_in.html", typed="", next=after, said="")


async def sign_in(request: Request, here: Here) -> Response:
    """Let a person in, and lead them to the page they asked for."""
    fields = await form(request)
    name, after = fields.get("name", "").strip(), own_path(fields.get("next", ""))
    try:
        _, token = await here.desk.door.sign_in(here.room, name, fields.get("password", ""), caller(here))
    except RefusedVerb as e:
        return _refused(render(here, "sign_in.html", status=_code(e), typed=name, next=after, said=said(here, e)), e)
    return _welcome(here, after, token)


async def welcome_page(request: Request, here: Here) -> Response:
    """Ask whoever opens a one-time address for a password."""
    opened = await staff.invitation(here.room, request.path_params["token"])
    return render(here, "welcome.html", opened=opened, typed="", said="")


async def welcome(request: Request, here: Here) -> Response:
    """Take the password, and let the person in."""
    token, fields = request.path_params["token"], await form(request)
    opened = await staff.invitation(here.room, token)
    name, password = fields.get("name", "").strip(), fields.get("password", "")
    try:
        if password != fields.get("again", ""):
            raise RefusedVerb(here.t.gettext("The two passwords differ: type the same one twice."))
        _, given = await here.desk.door.accept(here.room, token, name, password, caller=caller(here))
    except RefusedVerb as e:
        page = render(here, "welcome.html", status=_code(e), opened=opened, typed=name, said=said(here, e))
        return _refused(page, e)
    return _welcome(here, "/", given)


async def sign_out(request: Request, here: Here) -> Response:
    """End this browser's sign-in."""
    if here.sign_in is not None:
        await staff.sign_out(here.room, here.person.name, only=here.sign_in.id)
    answer = RedirectResponse("/sign-in", 303)
    tokens.take(here.desk, answer)
    return answer


def caller(here: Here) -> Caller:
    """Tell where a try to come in comes from."""
    request = here.request
    address = request.client.host if request.client else ""
    agent, language = request.headers.get("user-agent", ""), language_of(here.person, request)
    return Caller(address, agent, tokens.read(here.desk, request), language)


def said(here: Here, error: RefusedVerb) -> str:
    """Write why somebody was not let in, which tells nothing of whether a name exists."""
    match error:
        case TooManyTries():
            told = here.t.ngettext(
                "Too many tries; again in %(seconds)s second.",
                "Too many tries; again in %(seconds)s seconds.",
                error.seconds,
            )
            return told % {"seconds": error.seconds}
        case NotLetIn():
            return here.t.gettext("Name or password is wrong.")
    return sentence(error, here.tongue)


def sign_in_address(request: Request) -> str:
    """Write where to sign in and come back from."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(asked, safe='/')}"


def _welcome(here: Here, after: str, token: str) -> Response:
    answer = RedirectResponse(after, 303)
    tokens.give(here.desk, answer, token)
    return answer


def _code(error: RefusedVerb) -> int:
    return 429 if isinstance(error, TooManyTries) else 422


def _refused(page: Response, error: RefusedVerb) -> Response:
    if isinstance(error, TooManyTries):
        page.headers["retry-after"] = str(error.seconds)
    return page


WAYS = (
    Way("GET", "/sign-in", sign_in_page, Right.OPEN),
    Way("POST", "/sign-in", sign_in, Right.OPEN),
    Way("GET", "/welcome/{token}", welcome_page, Right.OPEN),
    Way("POST", "/welcome/{token}", welcome, Right.OPEN),
    Way("POST", "/sign-out", sign_out, Right.LOOK),
)
