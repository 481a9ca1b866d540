"""A post by hand: a person's own words on a channel, of no article; measured while they are typed."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import deliveries
from bot.actions.measuring import caveats
from bot.actions.moments import moment
from bot.actions.own_words import own_words
from bot.actions.room import AskAgain, RefusedVerb
from bot.desk.faces import told_of
from bot.desk.here import UNREAD, Here, Right, Way, form, sentence
from bot.desk.paper import render
from bot.desk.previews import Preview, preview

_PLACE = "/articles/posts/new"
_MINUTES = len("2026-12-01T18:30")
"""Browsers may add seconds."""
_NUMBER_BYTES = 16
_LONGEST_NUMBER = 64


async def page(request: Request, here: Here) -> Response:
    """Show the form; `channel` may be chosen by the address."""
    return await _shown(here, {"channel": request.query_params.get("channel", "")})


async def measure(request: Request, here: Here) -> Response:
    """Show what typed words would become; nothing is kept."""
    return await _shown(here, await form(request))


async def send(request: Request, here: Here) -> Response:
    """Post the words now or at their time. What cannot be posted stays on the page, with the reason."""
    fields = await form(request)
    if not fields.get("form"):
        return await _shown(here, fields, status=422, said=sentence(RefusedVerb(UNREAD), here.tongue))
    try:
        at = fields.get("at", "").strip()[:_MINUTES]
        then = moment(at, here.desk.zone, here.desk.clock.now(), is_to_come=True) if at else None
    except RefusedVerb as e:
        return await _shown(here, fields, status=422, at_said=sentence(e, here.tongue))
    try:
        channel, text = fields.get("channel", ""), _text(fields)
        number, is_again = _number(here, fields), "again" in fields
        stands = await deliveries.post(here.room, channel, text, at=then, is_again=is_again, form=number)
    except AskAgain as e:
        again = here.t.gettext("%(said)s Tick the box below to post it once more.")
        said = again % {"said": sentence(e.said, here.tongue)}
        return await _shown(here, fields, status=409, said=said, is_repeated=True)
    except RefusedVerb as e:
        return await _shown(here, fields, status=422, said=sentence(e, here.tongue))
    kept = "kept=by-hand&kept=by-hand-channel&kept=by-hand-at"
    return RedirectResponse(f"/articles/posts/{stands.id}?after={stands.id}&{kept}", 303)


async def _shown(
    here: Here,
    fields: Mapping[str, str],
    *,
    status: int = 200,
    said: str = "",
    at_said: str = "",
    is_repeated: bool = False,
) -> Response:
    """Show the form as it was filled in; `said` and `at_said`: what is wrong with the words, or with the time."""
    channels = {each.id: here.room.composer.title(each) for each in here.room.channels.values()}
    chosen = fields.get("channel", "")
    chosen = chosen if chosen in channels else next(iter(channels), "")
    shows, faults = await _drawn(here, chosen, _text(fields)) if chosen else (None, [])
    return render(
        here,
        "by_hand.html",
        status=status,
        channels=channels,
        chosen=chosen,
        text=_text(fields),
        at=fields.get("at", "")[:_MINUTES],
        number=_number(here, fields),
        preview=shows,
        faults=faults,
        said=said,
        at_said=at_said,
        is_repeated=is_repeated or "again" in fields,
    )


async def _drawn(here: Here, channel: str, text: str) -> tuple[Preview, list[str]]:
    """Draw the post, with what an editor would change in it, and say what keeps it from being sent."""
    made = await own_words(here.room, channel, text)
    adapter = here.desk.adapter(made.channel)
    said = (*(each.sentence for each in made.defects if not each.is_hard), *caveats(adapter, made.post))
    notes = tuple(sentence(each, here.tongue) for each in said)
    faults = [here.tongue.recall(each.sentence) for each in made.defects if each.is_hard]
    shows = preview(made.channel, made.post, adapter, made.limits, await told_of(here, made.channel, notes=notes))
    return shows.undrawn(), faults


def _number(here: Here, fields: Mapping[str, str]) -> str:
    """Number a form: sent twice, it is one post."""
    return fields.get("form", "")[:_LONGEST_NUMBER] or here.desk.clock.token_bytes(_NUMBER_BYTES).hex()


def _text(fields: Mapping[str, str]) -> str:
    return fields.get("text", "").replace("\r\n", "\n")


WAYS = (
    Way("GET", _PLACE, page, Right.EDIT),
    Way("POST", _PLACE, send, Right.EDIT),
    Way("POST", _PLACE + "/measure", measure, Right.EDIT),
)
