"""What one cause holds by the dozen, such as a flood: seen on one page, then let go or ended together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import several
from bot.actions.health import health
from bot.actions.reading import Told, one, title
from bot.actions.room import RefusedVerb
from bot.actions.several import TOGETHER, Came, Heap
from bot.desk.here import UNREAD, Here, Right, Way, form, sentence, whole
from bot.desk.paper import manner_of, render
from bot.desk.rows import can_edit, lines
from bot.model import Reason, State

MOST = 200
"""How many posts stand on the page at once: each is a field of its form."""
_PLACE = "/queue/held/{reason}"
_POST = "post-"
_DONE = ("go", "wait", "end")
"""What an address says was done, each with the number of posts."""


@dataclass(frozen=True, slots=True)
class Pile:
    """A heap as a page names it: in a sentence, and where it is decided on."""

    said: str
    address: str


def piles(here: Here, found: Iterable[Heap]) -> list[Pile]:
    """Name heaps."""
    return [Pile(_said(here, each), address(each.reason, each.source)) for each in found]


def address(reason: Reason, source: str) -> str:
    """Write the address of the page on which a heap is decided on."""
    return _at(reason) + _of(source)


async def page(request: Request, here: Here) -> Response:
    """Show all that is held for one cause."""
    said = {name: whole(request.query_params.get(name, "")) for name in _DONE}
    return await _shown(here, _told(here, {name: count for name, count in said.items() if count is not None}))


async def release(request: Request, here: Here) -> Response:
    """Let the chosen posts go on."""
    came = await several.release(here.room, await _chosen(request))
    stand = [each for each in came.values() if not isinstance(each, str)]
    asked = sum(each.state is State.HELD for each in stand)
    went = len(stand) - asked
    return await _answered(here, came, ({"go": went} if went or not asked else {}) | ({"wait": asked} if asked else {}))


async def cancel(request: Request, here: Here) -> Response:
    """Never send the chosen posts."""
    came = await several.cancel(here.room, await _chosen(request))
    return await _answered(here, came, {"end": sum(not isinstance(each, str) for each in came.values())})


async def _answered(here: Here, came: Came, done: Mapping[str, int]) -> Response:
    """Lead back to the page, which says what was `done`; where any was left as it was, show it at once with why."""
    if any(isinstance(each, str) for each in came.values()):
        return await _shown(here, _told(here, done), came)
    return RedirectResponse(_at(_reason(here)) + _of(_source(here), done), 303)


def _told(here: Here, done: Mapping[str, int]) -> str:
    """Say of how many posts what was done."""
    ngettext, number = here.t.ngettext, manner_of(here).number
    says = {
        "go": lambda n: ngettext("%(number)s post goes on.", "%(number)s posts go on.", n),
        "wait": lambda n: ngettext("%(number)s post waits for approval.", "%(number)s posts wait for approval.", n),
        "end": lambda n: ngettext("%(number)s post is never sent.", "%(number)s posts are never sent.", n),
    }
    return " ".join(says[name](count) % {"number": number(count)} for name, count in done.items())


async def _shown(here: Here, told: str = "", came: Came | None = None) -> Response:
    reason, source = _reason(here), _source(here)
    found = await several.held(here.room, reason, source=source)
    stands = await health(here.room)
    return render(
        here,
        "held.html",
        told=told,
        lines=await lines(here, found[:MOST], is_hushed=bool(stands.hushed_by)),
        more=len(found[MOST:]),
        left=[await _left(here, which, why) for which, why in (came or {}).items() if isinstance(why, str)],
        heading=_said(here, Heap(reason, source or "", len(found))) if found else here.t.gettext("Nothing is held so."),
        slow=[*_slow(here, found[:MOST]), *_hushed(here, stands.hushed_by)],
        can_edit=can_edit(here),
        at=_at(reason),
        asked=_of(source),
    )


def _at(reason: Reason) -> str:
    return f"/queue/held/{reason}"


def _source(here: Here) -> str | None:
    """Read which source is asked for; "" is that of posts of no story, None is every one."""
    return here.request.query_params.get("source")


def _of(source: str | None, done: Mapping[str, int] | None = None) -> str:
    """Write which source is asked for, as `_source` reads it, and what was done."""
    said = {**({} if source is None else {"source": source}), **(done or {})}
    return f"?{urlencode(said)}" if said else ""


def _reason(here: Here) -> Reason:
    said = here.request.path_params["reason"]
    if said not in TOGETHER:
        raise HTTPException(404)
    return Reason(said)


async def _chosen(request: Request) -> dict[int, int]:
    """Read which posts were ticked, each with its `moves` as the page had them."""
    fields = await form(request)
    pairs = [(whole(name.removeprefix(_POST)), whole(v)) for name, v in fields.items() if name.startswith(_POST)]
    if any(each is None for pair in pairs for each in pair):
        raise RefusedVerb(UNREAD)
    return {which: moves for which, moves in pairs if which is not None and moves is not None}


async def _left(here: Here, which: int, why: str) -> str:
    """Say which post was left as it was, and why."""
    told = await one(here.room, which)
    named = f"{title(told)} ({told.delivery.channel})" if told else str(which)
    return f"{named}: {sentence(why, here.tongue)}"


def _slow(here: Here, found: Iterable[Told]) -> list[str]:
    """Say where more would go out than a channel can send before they expire."""
    many = here.t.gettext("%(channel)s can send about %(fits)s of these %(count)s before they expire (%(expiry)s).")
    number, span = manner_of(here).number, here.tongue.span
    return [
        many
        % {
            "channel": each.channel.id,
            "fits": number(each.fits),
            "count": number(each.count),
            "expiry": span(each.channel.expiry),
        }
        for each in several.too_many(here.room.channels, found)
    ]


def _hushed(here: Here, by: str) -> list[str]:
    """Say that what is let go now is held once more, while everything but breaking news is hushed."""
    if not by:
        return []
    return [
        here.t.gettext("Everything but breaking news is hushed: what is let go here waits for a word of its own again.")
    ]


def _said(here: Here, heap: Heap) -> str:
    """Say how many posts are held for what, and of which source."""
    n, ngettext = heap.count, here.t.ngettext
    match heap.reason:
        case Reason.FLOOD:
            said = ngettext(
                "%(number)s post came at once with far more than usual",
                "%(number)s posts came at once, far more than usual",
                n,
            )
        case Reason.GAVE_UP:
            said = ngettext("%(number)s post failed again and again", "%(number)s posts failed again and again", n)
        case Reason.TEMPLATE:
            said = ngettext(
                "%(number)s post has a template that cannot be used",
                "%(number)s posts have a template that cannot be used",
                n,
            )
        case Reason.BY_PERSON:
            said = ngettext("%(number)s post was held back by hand", "%(number)s posts were held back by hand", n)
        case Reason.NO_FILM:
            said = ngettext("%(number)s post has no film", "%(number)s posts have no film", n)
        case Reason.NO_PLACE:
            said = ngettext(
                "%(number)s post has a picture that its network could fetch from nowhere",
                "%(number)s posts have pictures that their networks could fetch from nowhere",
                n,
            )
        case Reason.BUDGET:
            said = ngettext("%(number)s post is beyond its budget", "%(number)s posts are beyond their budgets", n)
        case _:
            said = ngettext(
                "%(number)s post has a photo that nobody described",
                "%(number)s posts have photos that nobody described",
                n,
            )
    told = said % {"number": manner_of(here).number(n)}
    return f"{told} ({heap.source})" if heap.source else told


WAYS = (
    Way("GET", _PLACE, page, Right.LOOK),
    Way("POST", _PLACE + "/release", release, Right.EDIT),
    Way("POST", _PLACE + "/cancel", cancel, Right.EDIT),
)
