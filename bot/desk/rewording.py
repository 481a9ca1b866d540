"""The page that changes the words of one post before it leaves: measured and checked while somebody types."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import approvals as desk_work
from bot.actions import deliveries, reading
from bot.actions.approvals import Opened
from bot.actions.offering import Offer, offers
from bot.actions.room import RefusedVerb, WordsChanged
from bot.desk.approvals import address, weighed, which_of
from bot.desk.here import Here, Right, Way, form, sentence
from bot.desk.paper import render
from bot.desk.posts import out_meanwhile
from bot.model import State

_PLACE = "/approvals/{which:number}/text"


async def page(request: Request, here: Here) -> Response:
    """Show a post's words, to be changed."""
    found = await desk_work.changeable(here.room, which_of(request), here.tongue)
    text, loaded = (found.shown.post.text, found.shown.digest) if found.shown else (found.rest, "")
    return await _shown(here, found, text, loaded)


async def measure(request: Request, here: Here) -> Response:
    """Show what typed words would become; nothing is kept."""
    text, loaded = await _typed(request)
    return await _shown(here, await desk_work.changeable(here.room, which_of(request), here.tongue), text, loaded)


async def keep(request: Request, here: Here) -> Response:
    """Put other words in place of a post's. What cannot be kept stays on the page, with the reason."""
    which = which_of(request)
    text, loaded = await _typed(request)
    is_to_go = _is_to_go(await desk_work.opened(here.room, which))
    try:
        verb = deliveries.mend if is_to_go else deliveries.edit
        await verb(here.room, which, text, loaded=loaded)
    except WordsChanged:
        if (late := await out_meanwhile(here, which, text)) is not None:
            return late
        found = await desk_work.opened(here.room, which)
        theirs = found.shown.digest if found.shown else ""
        return await _shown(here, found, text, theirs, status=409, is_late=True)
    except RefusedVerb as e:
        if (late := await out_meanwhile(here, which, text)) is not None:
            return late
        found = await desk_work.opened(here.room, which)
        status = 409 if _is_gone(found) else 422
        return await _shown(here, found, text, loaded, status=status, said=sentence(e, here.tongue))
    kept = f"text-{which}"
    to_go = f"/articles/posts/{which}?after={which}&kept={kept}"
    return RedirectResponse(to_go if is_to_go else address(open=which, kept=kept), 303)


def _is_gone(found: Opened) -> bool:
    """Whether a delivery waits for nobody's words any more: it is out, may be, or never will be."""
    return found.told.delivery.state not in (State.DUE, State.HELD)


def _is_to_go(found: Opened) -> bool:
    """Whether other words are all that a delivery waits for, so that it goes on with them."""
    return Offer.WORDS in offers(found.told.delivery)


async def _shown(
    here: Here, found: Opened, text: str, loaded: str, *, status: int = 200, said: str = "", is_late: bool = False
) -> Response:
    """Show the words, and what they would become. `loaded`: digest of the post they are to take the place of."""
    preview, faults = await weighed(here, found.told, text)
    return render(
        here,
        "approvals_text.html",
        status=status,
        opened=found,
        title=reading.title(found.told),
        preview=preview,
        faults=faults,
        text=text,
        loaded=loaded,
        said=said,
        is_late=is_late,
        is_to_go=_is_to_go(found),
        is_gone=_is_gone(found),
    )


async def _typed(request: Request) -> tuple[str, str]:
    """Read what was typed, and what it is to take the place of."""
    fields = await form(request)
    return fields.get("text", ""), fields.get("loaded", "")


WAYS = (
    Way("GET", _PLACE, page, Right.EDIT),
    Way("POST", _PLACE, keep, Right.EDIT),
    Way("POST", _PLACE + "/measure", measure, Right.EDIT),
)
