"""A person's own page: language, keys, password, and the browsers that are signed in."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import staff
from bot.actions.door import NotLetIn, TooManyTries
from bot.actions.room import RefusedVerb
from bot.desk.entry import said
from bot.desk.here import Here, Right, Way, form
from bot.desk.paper import render


async def page(request: Request, here: Here) -> Response:
    """Show it."""
    return await _shown(here)


async def likes(request: Request, here: Here) -> Response:
    """Keep the language, and whether single keys are commands."""
    fields = await form(request)
    has_shortcuts = "shortcuts" in fields
    await staff.prefer(here.room, here.person.name, language=fields.get("language", ""), has_shortcuts=has_shortcuts)
    return RedirectResponse("/me", 303)


async def password(request: Request, here: Here) -> Response:
    """Change the password; every other browser is signed out."""
    fields = await form(request)
    assert here.sign_in
    try:
        if fields.get("new", "") != fields.get("again", ""):
            raise RefusedVerb(here.t.gettext("The two passwords differ: type the same one twice."))
        await here.desk.door.change_password(here.room, here.sign_in, fields.get("old", ""), fields.get("new", ""))
    except RefusedVerb as e:
        return await _shown(here, status=429 if isinstance(e, TooManyTries) else 422, why=_said(here, e))
    return await _shown(here, is_changed=True)


async def end_one(request: Request, here: Here) -> Response:
    """Sign one browser out."""
    which = request.path_params["which"]
    if not await staff.sign_out(here.room, here.person.name, only=which):
        raise RefusedVerb(here.t.gettext("That browser is signed out already."))
    is_this = here.sign_in is not None and here.sign_in.id == which
    return RedirectResponse("/sign-in" if is_this else "/me", 303)


async def end_others(request: Request, here: Here) -> Response:
    """Sign every browser out but this one."""
    assert here.sign_in
    await staff.sign_out(here.room, here.person.name, but=here.sign_in.id)
    return RedirectResponse("/me", 303)


def _said(here: Here, error: RefusedVerb) -> str:
    return here.t.gettext("The password now is another one.") if isinstance(error, NotLetIn) else said(here, error)


async def _shown(here: Here, *, status: int = 200, why: str = "", is_changed: bool = False) -> Response:
    browsers = await staff.sign_ins(here.room, here.person.name)
    gettext = here.t.gettext
    roles = {
        "viewer": gettext("viewer (looks)"),
        "editor": gettext("editor (changes)"),
        "approver": gettext("approver (approves)"),
        "admin": gettext("admin (runs it)"),
    }
    return render(here, "me.html", status=status, browsers=browsers, said=why, is_changed=is_changed, roles=roles)


WAYS = (
    Way("GET", "/me", page, Right.LOOK),
    Way("POST", "/me/likes", likes, Right.LOOK),
    Way("POST", "/me/password", password, Right.LOOK),
    Way("POST", "/me/browsers/others/end", end_others, Right.LOOK),
    Way("POST", "/me/browsers/{which:number}/end", end_one, Right.LOOK),
)
