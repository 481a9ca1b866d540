"""What is done from a row or to a channel: each act leads back to where it was pressed and says how things stand."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import deliveries, hushed, newsroom
from bot.actions.moments import moment
from bot.actions.room import AskAgain, RefusedVerb
from bot.desk.here import UNREAD, Here, Right, View, Way, form, own_path, sentence, whole
from bot.desk.paper import render
from bot.desk.rows import said_of
from bot.model import Delivery, State

_MINUTES = len("2026-12-01T18:30")
"""Browsers may add seconds."""


async def move(request: Request, here: Here) -> Response:
    """Let a delivery go out at another time."""
    fields, which = await form(request), request.path_params["which"]
    await deliveries.move(here.room, which, _moment(here, fields.get("at", "")))
    return await _stands(here, which)


async def is_out(request: Request, here: Here) -> Response:
    """Take a person's word that a post is out, at the address they saw it at."""
    fields, which = await form(request), request.path_params["which"]
    await deliveries.resolve(here.room, which, sent=fields.get("address", "").strip())
    return await _stands(here, which)


async def is_not_out(request: Request, here: Here) -> Response:
    """Take a person's word that a post is not out, which sends it."""
    fields, which = await form(request), request.path_params["which"]
    if "tried" not in fields:
        raise RefusedVerb(UNREAD)
    await deliveries.resolve(here.room, which, sent=None, tried=fields["tried"])
    return await _stands(here, which)


async def release(request: Request, here: Here) -> Response:
    """Let a delivery go out that stands as the row had it."""
    fields, which = await form(request), request.path_params["which"]
    if (seen := whole(fields.get("seen", ""))) is None:
        raise RefusedVerb(UNREAD)
    await deliveries.release(here.room, which, seen=seen)
    return await _stands(here, which)


async def release_story(request: Request, here: Here) -> Response:
    """Let all posts of a story go out that a hush kept back."""
    done = await hushed.release(here.room, request.path_params["story"], await _chosen(request))
    asked = sum(each.state is State.HELD for each in done)
    told = here.t.ngettext(
        "%(number)s post of this story goes on.", "%(number)s posts of this story go on.", len(done) - asked
    ) % {"number": len(done) - asked}
    waits = here.t.ngettext(
        "%(number)s post of it waits for approval.", "%(number)s posts of it wait for approval.", asked
    ) % {"number": asked}
    return await _done(here, " ".join([*([told] if asked < len(done) else []), *([waits] if asked else [])]))


async def cancel_story(request: Request, here: Here) -> Response:
    """Never send the posts of a story that a hush kept back."""
    done = len(await hushed.cancel(here.room, request.path_params["story"], await _chosen(request)))
    told = here.t.ngettext("%(number)s post is never sent.", "%(number)s posts are never sent.", done)
    return await _done(here, told % {"number": done})


async def repost(request: Request, here: Here) -> Response:
    """Post the story of a post that is out once more."""
    fields, which = await form(request), request.path_params["which"]
    try:
        again = await deliveries.repost(here.room, which, is_again="again" in fields)
    except AskAgain as e:
        asks = here.t.gettext("%(said)s Tick the box beside the button to post it once more.")
        raise RefusedVerb(asks % {"said": sentence(e.said, here.tongue)}) from e
    return await _stands(here, again.id)


async def pause(request: Request, here: Here) -> Response:
    """Stop a channel until a moment, or until somebody resumes it."""
    fields, channel = await form(request), request.path_params["channel"]
    until = _moment(here, fields["until"]) if fields.get("until", "").strip() else None
    await newsroom.pause(here.room, channel, until=until)
    return await _done(here, here.t.gettext("Channel %(channel)s is paused.") % {"channel": channel})


async def resume(request: Request, here: Here) -> Response:
    """Let a paused channel go on."""
    channel = request.path_params["channel"]
    await newsroom.resume(here.room, channel)
    return await _done(here, here.t.gettext("Channel %(channel)s goes on.") % {"channel": channel})


async def hush(request: Request, here: Here) -> Response:
    """Let nothing but breaking news out."""
    await newsroom.hush(here.room)
    return await _done(here, here.t.gettext("Nothing but breaking news goes out now."))


async def unhush(request: Request, here: Here) -> Response:
    """End a hush; what piled up waits, each for a word of its own."""
    waits = len(await newsroom.unhush(here.room))
    told = here.t.ngettext(
        "The hush is over. %(number)s post piled up and waits for your word.",
        "The hush is over. %(number)s posts piled up, and each waits for your word.",
        waits,
    )
    return await _done(here, told % {"number": waits} if waits else here.t.gettext("The hush is over."))


async def _chosen(request: Request) -> dict[int, int]:
    """Read which deliveries a form means, each with its `moves` as the page had them: "12:3 14:2"."""
    pairs = [each.partition(":")[::2] for each in (await form(request)).get("posts", "").split()]
    numbers = [(whole(which), whole(moves)) for which, moves in pairs]
    if any(each is None for pair in numbers for each in pair):
        raise RefusedVerb(UNREAD)
    return {which: moves for which, moves in numbers if which is not None and moves is not None}


def _moment(here: Here, said: str) -> datetime:
    return moment(said[:_MINUTES], here.desk.zone, here.desk.clock.now())


async def tell_now(request: Request, here: Here) -> Response:
    """Have alerts told again to where they did not arrive."""
    sink = (await form(request)).get("sink", "")
    done = await newsroom.tell_now(here.room, sink)
    told = here.t.ngettext(
        "%(number)s alert is told to %(sink)s again now. If that fails too, it stands here again with why.",
        "%(number)s alerts are told to %(sink)s again now. If that fails too, it stands here again with why.",
        done,
    )
    return await _done(here, told % {"number": done, "sink": sink})


def _simply(verb: Callable[..., Awaitable[Delivery]]) -> View:
    """Make a view of a verb that needs nothing but the delivery."""

    async def view(request: Request, here: Here) -> Response:
        stands = await verb(here.room, request.path_params["which"])
        return await _stands(here, stands.id)

    return view


async def _stands(here: Here, which: int) -> Response:
    return await _done(here, await said_of(here, which), which)


async def _done(here: Here, told: str, which: int = 0) -> Response:
    """Say how it stands: as a notice where htmx asked, after which rows fetch themselves; else on the page before."""
    if "HX-Request" not in here.request.headers:
        return RedirectResponse(_back(await form(here.request), which), 303)
    answer = render(here, "queue.html", block="said", words=told)
    answer.headers.update({"HX-Retarget": "#told", "HX-Reswap": "innerHTML", "HX-Trigger": "changed"})
    return answer


def _back(fields: Mapping[str, str], which: int) -> str:
    place = own_path(fields.get("back", ""))
    return f"{place}{'&' if '?' in place else '?'}after={which}" if which else place


_VERBS = {
    "hold": deliveries.hold,
    "cancel": deliveries.cancel,
    "delete-post": deliveries.delete_post,
}
WAYS = (
    *(Way("POST", f"/queue/{{which:number}}/{name}", _simply(verb), Right.EDIT) for name, verb in _VERBS.items()),
    Way("POST", "/queue/{which:number}/undo", _simply(deliveries.undo_rejection), Right.APPROVE),
    Way("POST", "/queue/{which:number}/move", move, Right.EDIT),
    Way("POST", "/queue/{which:number}/out", is_out, Right.EDIT),
    Way("POST", "/queue/{which:number}/not-out", is_not_out, Right.EDIT),
    Way("POST", "/queue/{which:number}/release", release, Right.EDIT),
    Way("POST", "/queue/{which:number}/repost", repost, Right.EDIT),
    Way("POST", "/queue/channel/{channel}/pause", pause, Right.EDIT),
    Way("POST", "/queue/channel/{channel}/resume", resume, Right.EDIT),
    Way("POST", "/queue/story/{story}/release", release_story, Right.EDIT),
    Way("POST", "/queue/story/{story}/cancel", cancel_story, Right.EDIT),
    Way("POST", "/queue/hush", hush, Right.EDIT),
    Way("POST", "/queue/unhush", unhush, Right.EDIT),
    Way("POST", "/alerts/again", tell_now, Right.EDIT),
)
