"""The first page: what needs a person, what goes out next, and whether everything is well."""

from starlette.requests import Request
from starlette.responses import Response

from bot.actions import hushed, reading, several, spending
from bot.actions.health import health, person, troubles
from bot.actions.offering import needs_person, waits_for_approval
from bot.desk.heaps import piles
from bot.desk.here import Here, Right, Way
from bot.desk.paper import manner_of, render
from bot.desk.places import place_of
from bot.desk.rows import can_edit, lines, said_after

NEXT = 10
"""How many of the next posts are shown."""
PEOPLE = 20
"""How many of what needs a person; the queue has them all."""
_FLOOD = "source_flood"


async def page(request: Request, here: Here) -> Response:
    """Show the day."""
    found = await reading.queue(here.room, sinks=here.desk.sinks())
    stands, wrong = await health(here.room), await troubles(here.room, here.tongue)
    everything, listed = (*found.people, *found.coming), here.room.channels
    unapproved = [each for each in everything if waits_for_approval(each)]
    kept, heaps = hushed.kept(everything, listed), several.heaps(everything, listed)
    by_story = {each.id for story in kept for each in story.posts}
    people = [
        each
        for each in everything
        if needs_person(each)
        and each not in unapproved
        and each.delivery.id not in by_story
        and not several.lies_in(each, heaps, listed)
    ]
    coming = [each for each in everything if not needs_person(each)]
    is_hushed = bool(stands.hushed_by)
    today = spending.due_today(here.room, coming)
    prices = await reading.prices(here.room, here.desk.adapter, today)
    costs = await spending.forecasts(here.room, today, prices)
    told_of = {each.name for each in wrong if each.cause == _FLOOD}
    return render(
        here,
        "today.html",
        told=await said_after(here),
        unapproved=len(unapproved),
        dropped_at=min((each.delivery.expires_at for each in unapproved), default=None),
        kept=kept[:PEOPLE],
        # Of a flood its alert tells, with the same button.
        piles=piles(here, (each for each in heaps if each.reason != "flood" or each.source not in told_of)),
        can_edit=can_edit(here),
        people=await lines(here, people[:PEOPLE], is_hushed=is_hushed),
        people_more=len(people[PEOPLE:]) + sum(len(each.posts) for each in kept[PEOPLE:]),
        coming=await lines(here, coming[:NEXT], is_hushed=is_hushed),
        coming_more=len(coming[NEXT:]),
        costs=[(spending.said(each, here.tongue, manner_of(here).money), each.is_short) for each in costs],
        deaf=found.deaf,
        troubles=[(each, place_of(here, each)) for each in wrong],
        health=stands,
        person=person,
        now=here.desk.clock.now(),
    )


WAYS = (Way("GET", "/", page, Right.LOOK),)
