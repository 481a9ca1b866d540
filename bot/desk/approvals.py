"""The page of what waits for approval: look, approve, reject with a reason, and think again."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.contract import Limits, Post
from bot.actions import approvals as desk_work
from bot.actions import deliveries, reading, wording
from bot.actions.approvals import Shown
from bot.actions.measuring import caveats
from bot.actions.offering import has_approval, is_to_approve, is_to_correct
from bot.actions.reading import Told
from bot.actions.room import RefusedVerb
from bot.actions.said import CORRECTED
from bot.actions.said import said as story_said
from bot.actions.staff import Role
from bot.desk.faces import told_of
from bot.desk.here import Here, Right, Way, form, sentence, whole
from bot.desk.paper import render
from bot.desk.pictures import story_at
from bot.desk.previews import Preview, preview
from bot.desk.rows import can_approve
from bot.model import Channel, Reason, State

_PLACE = "/approvals"


async def page(request: Request, here: Here) -> Response:
    """Show what waits, one of it open."""
    which, done, was = (_number(request, name) for name in ("open", "done", "was"))
    return await _shown(here, which, done=done, was=was, read=request.query_params.get("read", ""))


async def approve(request: Request, here: Here) -> Response:
    """Let a post go out as it was shown."""
    which, fields = which_of(request), await form(request)
    after = await _after(here, which)
    try:
        if not fields.get("shown"):
            raise RefusedVerb(here.t.gettext("Look at the post first: it can only be approved as it was shown."))
        await deliveries.approve(here.room, which, shown=fields["shown"])
    except RefusedVerb as e:
        return await _shown(here, which, status=409, told=sentence(e, here.tongue), about=which)
    return RedirectResponse(address(open=after, done=which), 303)


async def reject_page(request: Request, here: Here) -> Response:
    """Ask why."""
    return await _asked_why(here, which_of(request))


async def reject(request: Request, here: Here) -> Response:
    """Never send a post, and keep the reason for colleagues."""
    which, why = which_of(request), (await form(request)).get("why", "")
    after = await _after(here, which)
    if not why.strip():
        return await _asked_why(here, which, said=here.t.gettext("Write why, for colleagues."))
    try:
        await deliveries.reject(here.room, which, why)
    except RefusedVerb as e:
        return await _carried(here, which, why, said=sentence(e, here.tongue))
    return RedirectResponse(address(open=after, done=which), 303)


async def undo(request: Request, here: Here) -> Response:
    """Take a decision back; with a reason to reject, lead on to where that is said."""
    which, why = which_of(request), (await form(request)).get("why", "").strip()
    try:
        await deliveries.undo(here.room, which)
    except RefusedVerb as e:
        if why:
            return await _carried(here, which, why)
        said = sentence(e, here.tongue)
        return await _shown(here, _number(request, "open"), status=409, told=said, about=which)
    return await _carried(here, which, why) if why else RedirectResponse(address(open=which, done=which), 303)


async def _shown(
    here: Here,
    which: int,
    *,
    done: int = 0,
    was: int = 0,
    read: str = "",
    status: int = 200,
    told: str = "",
    about: int = 0,
) -> Response:
    """Show the list with one delivery open: the one asked for where it waits, else the first.

    `done`: the one just decided on, `was`: the same, told of already. `read`: digest of what an open page shows.
    `about`: the one of which `told` says that it was too late.
    """
    board = await desk_work.board(here.room, also=done or was)
    ids = [each.delivery.id for each in board.waiting]
    chosen = which if which in ids else next(iter(ids), 0)
    may_approve = can_approve(here)
    # Of what does not wait any more, such as what a colleague decided meanwhile, the page says how it stands.
    gone = done or (which if which and which not in ids else 0)
    told = told or (await _standing(here, gone) if gone else "")
    opened = await desk_work.opened(here.room, chosen) if chosen else None
    digest = opened.shown.digest if opened and opened.shown else ""
    if read and chosen == which and read != digest:
        told = here.t.gettext("The text changed while you looked at it: read it again.")
    mine = next((each.told.delivery.id for each in board.decided if each.is_mine), 0)
    return render(
        here,
        "approvals.html",
        status=status,
        told=told,
        board=board,
        opened=opened,
        preview=await _looks(here, opened.told, opened.shown) if opened else None,
        beside=[(each.told, await _looks(here, each.told, each.shown)) for each in opened.elsewhere] if opened else [],
        live=address(open=chosen, was=done or was, read=digest),
        undoable=mine,
        undo=f"{_PLACE}/{mine}/undo" if done and done == mine and may_approve else "",
        look_at=f"/articles/posts/{about}" if about and about not in ids else "",
        can_approve=may_approve,
        can_edit=here.person.role is not Role.VIEWER,
        title=reading.title,
        now=here.desk.clock.now(),
    )


async def _standing(here: Here, which: int) -> str:
    """Say how a delivery stands after a decision, or that there is none."""
    gettext, told = here.t.gettext, await reading.one(here.room, which)
    if told is None:
        return gettext("There is no delivery %(number)s.") % {"number": which}
    stands, named = told.delivery, {"title": reading.title(told), "channel": told.delivery.channel}
    if stands.wish:
        return f"{named['title']}: {told.said(here.tongue)}"
    match stands.state, stands.reason:
        case State.DUE, Reason.APPROVED:
            return gettext("Approved for %(channel)s: %(title)s") % named
        case State.CANCELLED, Reason.REJECTED:
            return gettext("Rejected for %(channel)s: %(title)s") % named
        case State.HELD, Reason.APPROVAL:
            return gettext("Waits for approval again on %(channel)s: %(title)s") % named
    return f"{named['title']}: {told.said(here.tongue)}"


async def _asked_why(here: Here, which: int, *, why: str = "", said: str = "") -> Response:
    found = await desk_work.changeable(here.room, which, here.tongue)
    return render(
        here,
        "approvals_reject.html",
        status=422 if said else 200,
        opened=found,
        title=reading.title(found.told),
        why=why,
        said=said,
    )


async def _carried(here: Here, which: int, why: str, *, said: str = "") -> Response:
    """Carry a reason to where it is still of use: a rejection while the post waits, a correction once it is out."""
    found = await desk_work.opened(here.room, which)
    if is_to_approve(found.told.delivery):
        return await _asked_why(here, which, why=why, said=said)
    return render(
        here,
        "approvals_late.html",
        status=409,
        opened=found,
        title=reading.title(found.told),
        why=why,
        may_undo=has_approval(found.told.delivery),
        note=story_said(found.told.article, CORRECTED) if found.told.article and is_to_correct(found.told) else None,
    )


async def _looks(here: Here, told: Told, shown: Shown | None) -> Preview | None:
    return await drawn(here, told, shown.channel, shown.post, shown.limits, notes=shown.notes) if shown else None


async def drawn(
    here: Here, told: Told, who: Channel, post: Post, limits: Limits, *, notes: tuple[str, ...] = ()
) -> Preview:
    """Draw a delivery's post as its network would show it."""
    adapter = here.desk.adapter(who)
    photo = story_at(told.delivery.story) if told.article and told.article.photo else ""
    said = tuple(sentence(each, here.tongue) for each in (*notes, *caveats(adapter, post)))
    return preview(who, post, adapter, limits, await told_of(here, who, photo=photo, notes=said))


async def weighed(here: Here, told: Told, text: str) -> tuple[Preview | None, list[str]]:
    """Draw the post other words would make of a delivery, and say what keeps them from being kept."""
    try:
        made = await wording.drafted(here.room, told.delivery.id, text)
    except RefusedVerb as e:  # its channel left the settings, or its film is still being made
        return None, [here.tongue.recall(str(e))]
    seen = told.delivery
    soft = (*(each.sentence for each in made.defects if not each.is_hard), wording.unsaid(seen, made.post))
    faults = [here.tongue.recall(each.sentence) for each in made.defects if each.is_hard]
    shows = await drawn(here, told, made.channel, made.post, made.limits, notes=tuple(filter(None, soft)))
    return shows.undrawn() if wording.is_redrawn(seen) else shows, faults


async def _after(here: Here, which: int) -> int:
    """Name what is to be looked at once `which` is decided: the next one, else the one before."""
    ids = [each.delivery.id for each in (await desk_work.board(here.room)).waiting]
    at = ids.index(which) if which in ids else -1
    return next(iter([*ids[at + 1 :], *reversed(ids[: max(at, 0)])]), 0)


def which_of(request: Request) -> int:
    """Read the delivery a page is about from its address."""
    return int(request.path_params["which"])


def address(**asked: int | str) -> str:
    """Write the page's address: `open`, `done` and `was` name deliveries, `read` what is shown, `kept` a draft."""
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"{_PLACE}?{said}" if said else _PLACE


def _number(request: Request, name: str) -> int:
    said = request.query_params.get(name, "")
    return whole(said) or 0


WAYS = (
    Way("GET", _PLACE, page, Right.LOOK),
    Way("POST", _PLACE + "/{which:number}/approve", approve, Right.APPROVE),
    Way("GET", _PLACE + "/{which:number}/reject", reject_page, Right.APPROVE),
    Way("POST", _PLACE + "/{which:number}/reject", reject, Right.APPROVE),
    Way("POST", _PLACE + "/{which:number}/undo", undo, Right.APPROVE),
)
