"""Channels and accounts: how they stand, what is set for them, what their rules do, and a test of the whole path."""

from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import access, trying
from bot.actions.access import Answer
from bot.actions.health import ChannelStands, health, person
from bot.actions.judging import ARTICLES, judge
from bot.actions.reading import title
from bot.actions.room import RefusedVerb, channel_of
from bot.actions.staff import Role
from bot.desk.channel_words import rules, settings, times
from bot.desk.here import Here, Right, Way, form
from bot.desk.paper import render
from bot.model import Channel, State

STAYS = timedelta(minutes=1)
"""How long readers see a test, where its network can take it down."""
_MAY_ASK = (Role.APPROVER, Role.ADMIN)
_SOON = timedelta(days=7)
"""Access that ends sooner is shown as something to see to."""


async def page(request: Request, here: Here) -> Response:
    """Show every channel, account and source."""
    return await _shown(here)


async def one(request: Request, here: Here) -> Response:
    """Show what is set for a channel."""
    return await _one(here, request.path_params["channel"])


async def verify(request: Request, here: Here) -> Response:
    """Ask a channel's network whom it takes us for; what was stopped goes on where it answers well."""
    found = await access.verify(here.room, here.desk.connect(), request.path_params["channel"])
    return await _shown(here, told=_answer(here, found))


async def judged(request: Request, here: Here) -> Response:
    """Show what a channel's rules do with the last articles."""
    who = channel_of(here.room, request.path_params["channel"])
    found = await judge(here.room, who.id)
    chosen = request.query_params.get("state", "")
    shown = [each for each in found if chosen in ("", each.kind)]
    sums = Counter(each.kind for each in found)
    known: dict[str, Any] = {"found": shown, "sums": sums, "chosen": chosen, "many": len(found)}
    return render(here, "channel_rules.html", who=who, most=ARTICLES, rules=rules(here, who), **known)


async def test(request: Request, here: Here) -> Response:
    """Post a marked test on a channel; where nobody but a person can take it down, that person must have said yes."""
    channel, fields = request.path_params["channel"], await form(request)
    if trying.stays_up(here.room, channel) and "sure" not in fields:
        raise RefusedVerb(
            here.t.gettext("Readers keep this test until you take it down yourself: tick that you want that")
        )
    planned = await trying.plan(here.room, channel, stays=STAYS)
    return RedirectResponse(_test_at(channel, planned.post.id), 303)


async def test_page(request: Request, here: Here) -> Response:
    """Show how a test stands."""
    return await _test(here, request.path_params["which"])


async def look_again(request: Request, here: Here) -> Response:
    """Look for a test as after a lost answer."""
    which, gettext = request.path_params["which"], here.t.gettext
    why = await trying.look_again(here.room, here.desk.connect(), which)
    if not why:
        return await _test(here, which, gettext("It is found by looking, as it would be after a lost answer."))
    said = gettext("It is not found by looking (%(why)s): an answer that gets lost there is for a person to settle.")
    return await _test(here, which, said % {"why": here.tongue.recall(why.rstrip("."))})


async def call_off(request: Request, here: Here) -> Response:
    """Never send a test that has not gone out."""
    which = request.path_params["which"]
    found = await trying.progress(here.room, which)
    stands = await trying.call_off(here.room, which)
    if stands.state is not State.CANCELLED:
        raise RefusedVerb(
            here.t.gettext("It is too late to call it off: %(how)s") % {"how": found.post.said(here.tongue)}
        )
    return await _test(here, which, here.t.gettext("The test is called off."))


async def _shown(here: Here, told: str = "") -> Response:
    stands = await health(here.room)
    now = here.desk.clock.now()
    accounts: dict[str, list[ChannelStands]] = {}
    for each in stands.channels:
        accounts.setdefault(each.now.channel.account, []).append(each)
    return render(
        here,
        "channels.html",
        told=told,
        health=stands,
        accounts=accounts,
        person=person,
        now=now,
        soon=now + _SOON,
        can_change=here.person.role is not Role.VIEWER,
        can_ask=here.person.role in _MAY_ASK,
    )


async def _one(here: Here, channel: str) -> Response:
    who = channel_of(here.room, channel)
    stands = await health(here.room)
    return render(
        here,
        "channel.html",
        who=who,
        stands=next(each for each in stands.channels if each.now.channel.id == channel),
        person=person,
        network=here.room.composer.title(who),
        settings=settings(here, who, here.room.composer.title(who)),
        rules=rules(here, who),
        times=times(here, who),
        stays_up=trying.stays_up(here.room, channel),
        stays=STAYS,
        can_change=here.person.role is not Role.VIEWER,
        can_ask=here.person.role in _MAY_ASK,
    )


async def _test(here: Here, which: int, told: str = "") -> Response:
    found = await trying.progress(here.room, which)
    channel: Channel | None = here.room.channels.get(found.post.delivery.channel)
    return render(
        here,
        "channel_test.html",
        told=told,
        found=found,
        who=channel,
        words=title(found.post),
        can_ask=here.person.role in _MAY_ASK and channel is not None,
        place_here=_test_at(found.post.delivery.channel, which),
    )


def _test_at(channel: str, which: int) -> str:
    return f"/channels/{quote(channel, safe='')}/tests/{which}"


def _answer(here: Here, found: Answer) -> str:
    gettext, about = here.t.gettext, {"account": found.account, "handle": found.handle}
    if found.refused:
        said = gettext("%(account)s: its network does not take us for anybody: %(why)s.")
        return said % {**about, "why": here.tongue.recall(found.refused.rstrip("."))}
    if found.missing:
        said = gettext("%(account)s is %(handle)s, but lacks the right to: %(rights)s.")
        return said % {**about, "rights": ", ".join(found.missing)}
    if found.started:
        return gettext("%(account)s is %(handle)s and lacks no right. What was stopped goes on.") % about
    if found.endless:
        said = gettext("%(account)s is %(handle)s; until when its access lasts cannot be asked: %(why)s.")
        return said % {**about, "why": here.tongue.recall(found.endless.rstrip("."))}
    return gettext("%(account)s is %(handle)s and lacks no right.") % about


_ONE = "/channels/{channel}"
_TEST = _ONE + "/tests/{which:number}"
WAYS = (
    Way("GET", "/channels", page, Right.LOOK),
    Way("GET", _ONE, one, Right.LOOK),
    Way("GET", _ONE + "/rules", judged, Right.LOOK),
    Way("POST", _ONE + "/verify", verify, Right.APPROVE),
    Way("POST", _ONE + "/test", test, Right.APPROVE),
    Way("GET", _TEST, test_page, Right.LOOK),
    Way("POST", _TEST + "/look", look_again, Right.APPROVE),
    Way("POST", _TEST + "/call-off", call_off, Right.APPROVE),
)
