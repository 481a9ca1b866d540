"""One delivery: its post as readers have it or would get it, what followed it, and what can be done with it."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import deliveries, log, posts, reading
from bot.actions.health import health
from bot.actions.log import Asked
from bot.actions.posts import Look, Verb
from bot.actions.room import RefusedVerb, WordsChanged
from bot.desk.approvals import drawn, weighed
from bot.desk.here import Here, Right, Way, form, sentence
from bot.desk.paper import render
from bot.desk.rows import can_edit, lines, said_after
from bot.model import Kind

_PLACE = "/articles/posts/{which:number}"
_ROWS = 40


def kinds(here: Here) -> dict[str, str]:
    """Name what a delivery does to its channel."""
    gettext = here.t.gettext
    return {
        Kind.POST: gettext("post"),
        Kind.PART: gettext("further post"),
        Kind.EDIT: gettext("change of the text"),
        Kind.REPLY: gettext("reply"),
        Kind.DELETE: gettext("removal"),
        Kind.REPOST: gettext("post, once more"),
        Kind.TEST: gettext("test"),
    }


async def page(request: Request, here: Here) -> Response:
    """Show one delivery."""
    found = await _look(here)
    which, shown = found.told.delivery.id, found.shown
    (line,) = await lines(here, [found.told], is_hushed=bool((await health(here.room)).hushed_by))
    return render(
        here,
        "post.html",
        told=await said_after(here),
        look=found,
        kinds=kinds(here),
        title=reading.title(found.told),
        line=line,
        preview=await drawn(here, found.told, shown.channel, shown.post, shown.limits) if shown else None,
        happened=await log.rows(here.room, Asked(delivery=which), most=_ROWS, tongue=here.tongue),
        can_edit=can_edit(here),
        live=f"/articles/posts/{which}",
    )


async def text_page(request: Request, here: Here) -> Response:
    """Show the words of a post that is out, to be changed there."""
    found = await _look(here)
    if Verb.EDIT_POST not in found.verbs:
        raise RefusedVerb(
            here.t.gettext("This post cannot be changed from here. %(why)s") % {"why": found.told.said(here.tongue)}
        )
    return await _reworded(here, found, found.shown.post.text if found.shown else "", found.words)


async def measure(request: Request, here: Here) -> Response:
    """Show what typed words would become; nothing is kept."""
    text, loaded = await _typed(request)
    return await _reworded(here, await _look(here), text, loaded)


async def keep(request: Request, here: Here) -> Response:
    """Change the words of a post that is out. What cannot be kept stays on the page, with the reason."""
    which, (text, loaded) = request.path_params["which"], await _typed(request)
    try:
        stands = await deliveries.edit_post(here.room, which, text, loaded=loaded)
    except WordsChanged:
        found = await _look(here)
        return await _reworded(here, found, text, found.words, status=409, is_late=True)
    except RefusedVerb as e:
        return await _reworded(here, await _look(here), text, loaded, status=422, said=sentence(e, here.tongue))
    return RedirectResponse(f"/articles/posts/{which}?after={stands.id}&kept=out-{which}&kept=text-{which}", 303)


async def out_meanwhile(here: Here, which: int, text: str) -> Response | None:
    """Carry words for a post that went out before they were kept to where it is changed; None where it cannot be."""
    found = await posts.look(here.room, which)
    if found is None or Verb.EDIT_POST not in found.verbs:
        return None
    return await _reworded(here, found, text, found.words, status=409, came_late=True)


async def _reworded(
    here: Here,
    found: Look,
    text: str,
    loaded: str,
    *,
    status: int = 200,
    said: str = "",
    is_late: bool = False,
    came_late: bool = False,
) -> Response:
    """Show words, and the post they would become; `loaded`: a name of those they are to take the place of.

    `is_late`: somebody changed it since it was opened; `came_late`: it went out since.
    """
    shows, faults = await weighed(here, found.told, text)
    return render(
        here,
        "post_text.html",
        status=status,
        look=found,
        title=reading.title(found.told),
        preview=shows,
        faults=faults,
        text=text,
        loaded=loaded,
        said=said,
        is_late=is_late,
        came_late=came_late,
        how_it_stands=found.told.said(here.tongue),
    )


async def _look(here: Here) -> Look:
    """Read the delivery a page is about."""
    found = await posts.look(here.room, here.request.path_params["which"])
    if found is None:
        raise HTTPException(404)
    return found


async def _typed(request: Request) -> tuple[str, str]:
    """Read what was typed, its lines ended as ours are, and what it is to take the place of."""
    fields = await form(request)
    return fields.get("text", "").replace("\r\n", "\n"), fields.get("loaded", "")


WAYS = (
    Way("GET", _PLACE, page, Right.LOOK),
    Way("GET", _PLACE + "/text", text_page, Right.EDIT),
    Way("POST", _PLACE + "/text", keep, Right.EDIT),
    Way("POST", _PLACE + "/text/measure", measure, Right.EDIT),
)
