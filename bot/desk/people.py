"""Who works here, for whoever runs it: roles, and the browsers that are signed in, which can be signed out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import staff
from bot.actions.room import RefusedVerb
from bot.desk.here import Here, Right, Way
from bot.desk.paper import render


async def page(request: Request, here: Here) -> Response:
    """Show everybody who may come in."""
    people = [each for each in await staff.everybody(here.room) if each.ended_at is None]
    browsers = await staff.sign_ins(here.room)
    shown = [(each, [one for one in browsers if one.person == each.name]) for each in people]
    return render(here, "people.html", people=shown)


async def sign_out(request: Request, here: Here) -> Response:
    """Sign a person out everywhere."""
    name = request.path_params["name"]
    if not await staff.sign_out(here.room, name):
        raise RefusedVerb(here.t.gettext("%(name)s is signed in nowhere any more") % {"name": name})
    return RedirectResponse("/people", 303)


WAYS = (
    Way("GET", "/people", page, Right.RUN),
    Way("POST", "/people/{name}/sign-out", sign_out, Right.RUN),
)
