"""The first page: what needs a person, what goes out next, and whether everything is well."""

from starlette.requests import Request
from starlette.responses import Response

from bot.actions import hushed, reading, spending
from bot.actions.health import health, person, troubles
from bot.actions.offering import needs_person, waits_for_approval
from bot.desk.here import Here, Right, Way
from bot.desk.paper import manner_of, render
from bot.desk.rows import can_edit, lines, said_after

NEXT = 10
"""How many of the next posts are shown."""
PEOPLE = 20
"""How many of what needs a person; the queue has them all."""


async def page(request: Request, here: Here) -> Response:
    """Show the day."""
    found = await reading.queue(here.room, sinks=here.desk.sinks())
    stands = await health(here.room)
    everything = (*found.people, *found.coming)
    unapproved = [each for each in everything if waits_for_approval(each)]
    kept = hushed.kept(everything, here.room.channels)
    by_story = {each.id for story in kept for each in story.posts}
    people = [
        each
        for each in everything
        if needs_person(each) and each not in unapproved and each.delivery.id not in by_story
    ]
    coming = [each for each in everything if not needs_person(each)]
    is_hushed = bool(stands.hushed_by)
    today = spending.due_today(here.room, coming)
    prices = await reading.prices(here.room, here.desk.adapter, today)
    costs = await spending.forecasts(here.room, today, prices)
    return render(
        here,
        "today.html",
        told=await said_after(here),
        unapproved=len(unapproved),
        dropped_at=min((each.delivery.expires_at for each in unapproved), default=None),
        kept=kept[:PEOPLE],
        can_edit=can_edit(here),
        people=await lines(here, people[:PEOPLE], is_hushed=is_hushed),
        people_more=len(people[PEOPLE:]) + sum(len(each.posts) for each in kept[PEOPLE:]),
        coming=await lines(here, coming[:NEXT], is_hushed=is_hushed),
        coming_more=len(coming[NEXT:]),
        costs=[(spending.said(each, here.tongue, manner_of(here).money), each.is_short) for each in costs],
        deaf=found.deaf,
        troubles=await troubles(here.room, here.tongue),
        health=stands,
        person=person,
        places=_places(here),
        now=here.desk.clock.now(),
    )


def _places(here: Here) -> dict[str, tuple[str, str]]:
    """Say where each kind of trouble is seen to, and what leads there; the rest is seen to at channels."""
    gettext = here.t.gettext
    queue = ("/queue", gettext("To the queue"))
    articles = ("/articles", gettext("To the articles"))
    templates = ("/templates", gettext("To the templates"))
    audit = ("/audit", gettext("To the audit log"))
    return {
        "delivery_waits": queue,
        "nothing_posted": queue,
        "source_flood": queue,
        "gone_waits": queue,
        "story_revised": articles,
        "wish_too_late": articles,
        "source_gap": articles,
        "template_waits": templates,
        "template_refused": templates,
        "checkpoint_old": audit,
        "seal_fails": audit,
        "audit_broken": audit,
    }


WAYS = (Way("GET", "/", page, Right.LOOK),)
