"""The simulated newsroom: its settings, and the person who approves, edits, cancels and resolves through `actions`."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

import bot.actions.deliveries as verbs
import bot.actions.newsroom as newsroom_verbs
from adapters.contract import Rate, Scope
from bot.actions.room import RefusedVerb, Room
from bot.delivery.composing import Composer, usual
from bot.media.photos import Photos
from bot.media.studio import Studio
from bot.model import Account, Budget, Channel, Policy, Source
from bot.networks import adapters, emulators
from bot.ports import Newsroom
from bot.store import templates
from bot.store.engine import Store
from bot.store.schema import channel, delivery, delivery_story
from tests.simulation import world as outside

if TYPE_CHECKING:
    from tests.simulation.sim import Plan, Sim

KINDS, NETWORKS = adapters(), emulators()
"""Every network there is: a new one has its place in the histories as soon as it has its entry points."""
FIVE = ("bluesky", "facebook", "mastodon", "telegram", "x")
"""The networks there were before the others: seeds that failed then are drawn from these."""
TEMPLATES = {
    path.stem: path.read_text() for path in sorted((Path(__file__).parents[2] / "config" / "templates").glob("*.html"))
}
EDITED = {name: text.replace("{{ mark }}", "{{ mark }}News: ", 1) for name, text in TEMPLATES.items()}
GAP = timedelta(seconds=30)
QUIET = (time(11, 2), time(11, 9))
"""Bluesky's quiet hours in busy histories, which begin at 11:00 in the newsroom."""
POLICY = Policy(newsroom="The Steppe Courier", zone="Asia/Almaty")


CROWD = {"telegram-1": (0, 0), "telegram-2": (1, 0), "telegram-3": (2, 0), "telegram-4": (3, 1), "telegram-5": (4, 1)}
"""Channel -> (its chat, its bot): two bots of one app that post to five chats."""
RATES = (Rate(3, timedelta(minutes=5)), Rate(8, timedelta(minutes=10), Scope.APP))
"""What the network allows each bot of the crowd, and both together."""


def newsroom(
    plan: "Plan",
) -> tuple[Newsroom, dict[str, Mapping[str, str]], dict[str, tuple[dict[str, str], dict[str, str]]]]:
    """One source, and one account and channel for each network, both named after it; or the crowd."""
    accounts, channels, credentials, places = {}, [], {}, {}
    for name, (chat, who) in CROWD.items() if plan.crowd else [(name, (0, 0)) for name in plan.networks]:
        network = name.partition("-")[0]
        settings, secrets = NETWORKS[network].newcomer(chat)[0], NETWORKS[network].newcomer(who)[1]
        if not plan.scratch:
            settings.pop("scratch_chat", None)
        if network == "tiktok" and (
            plan.busy or plan.stories > 5
        ):  # no more than five drafts wait in its app until somebody publishes them
            settings["mode"] = "direct"
        owner = f"{network}-bot-{who}" if plan.crowd else name
        accounts[owner] = Account(id=owner, network=network, app="bots" if plan.crowd else "")
        # What goes out at once there is approved by a person, as the settings would have it.
        approval = (plan.approval and name == "mastodon") or settings.get("mode") == "direct"
        channels.append(
            Channel(
                id=name,
                account=owner,
                network=network,
                place=tuple((settings | plan.place).items()),
                form=plan.form or KINDS[network].spec.form,
                gap=GAP,
                quiet_hours=QUIET if plan.busy and name == "bluesky" else None,
                approval="always" if approval else "never",
                send_window=timedelta(seconds=60 if plan.thinks else 0),
                rates=RATES if plan.crowd else KINDS[network].spec.rates,
                budget=Budget(day=Decimal(plan.budget), near="unlinked") if plan.budget and network == "x" else None,
            )
        )
        credentials[owner] = secrets
        places[name] = (settings, secrets)
    # Everything the site has is news to this newsroom: the first run is tested elsewhere.
    source = Source(id="main", url=outside.FEED, poll=timedelta(seconds=60), backfill=100)
    made = Newsroom(policy=POLICY, sources=(source,), accounts=tuple(accounts.values()), channels=tuple(channels))
    return made, credentials, places


HURRY = timedelta(seconds=40)
"""For how long the person calls a story breaking."""


async def person(sim: "Sim", clock: outside.Clock) -> bool:
    """Let the person look at the queue and act; True when nothing waits for anybody."""
    from tests.simulation.sim import ENGINES

    with ENGINES[0].begin() as db:
        joined = sa.select(delivery, delivery_story.c.story).join(delivery_story)
        rows = db.execute(joined).all()
    room = _room(sim, clock)
    if sim.is_edited():
        await room.store.write(templates.offer, EDITED, clock.now(), origin="file")
    # Who never stops changing a story keeps it from going out for ever; people go home.
    speaks = sim.plan.speaks if sim.time() < 3600 else 0.0
    waits = False
    if sim.plan.thinks:
        waits = await _think_again(sim, clock, room, rows)
    for row in rows:
        may_hurry = sim.plan.hurries and row.state in ("due", "held") and sim.time() < 3600
        if may_hurry and sim.whim.random() < sim.plan.hurries:
            await _try(newsroom_verbs.mark(room, row.story, breaking_for=HURRY))
        match row.state, row.reason:
            case "held", ("undecidable" | "restored" | "unshown" | "worked_on"):
                waits = True
                await _resolve(sim, room, row)
            case "held", "approval":
                waits = True
                if sim.waited(row) > 20:
                    await _try(verbs.approve(room, row.id))
            case "due", _:
                waits = True
                if sim.whim.random() < speaks:
                    await _try(newsroom_verbs.mark(room, row.story, solemn=sim.whim.random() < 0.7))
                if sim.chance.random() < (sim.plan.meddle or 0.02 * sim.plan.busy):
                    await _interfere(sim, room, row)
            case (("sending" | "unknown"), _):
                waits = True
                if sim.plan.busy and sim.chance.random() < 0.02:
                    await _try(verbs.cancel(room, row.id))
            case "done", _ if row.kind == "post" and sim.whim.random() < speaks:
                note = f"Words of a correction about story {row.story}."
                await _try(newsroom_verbs.correct(room, row.story, note))
            case "held", "hushed":
                waits = True
                await _try(verbs.release(room, row.id))
            case "held", "budget" if sim.waited(row) > 600:
                waits = True
                await _try(verbs.release(room, row.id))
            case "held", "budget":
                waits = True
            case "held", "by_person":
                waits = True
                await _try(verbs.release(room, row.id))
    sim.restore()
    expected = len(sim.places) * len({row.story for row in rows})
    return not waits and bool(rows) and len(rows) >= expected


def _room(sim: "Sim", clock: outside.Clock) -> Room:
    from tests.simulation.sim import ENGINES

    async def inline(run: Any) -> Any:
        return run()

    channels = {each.id: each for each in sim.newsroom.channels}
    store, hands = Store(ENGINES[0], inline), outside.Ports(outside.Crossings(), may_freeze=False)
    web, wishes = outside.Web(sim.site, hands), usual(sim.newsroom.channels, KINDS)
    photos = Photos(store, clock, web, develop=hands.develop, shelf=sim.shelf, usual=wishes)
    drawing = {"draw": hands.draw, "develop": hands.develop, "cutting": hands}
    studio = Studio(store, clock, sim.shelf, theme=sim.newsroom.theme, **drawing)
    return Room(store, clock, channels, Composer(POLICY, KINDS, photos, draws=studio), actor="cli:aigul")


async def _think_again(sim: "Sim", clock: outside.Clock, room: Room, rows: Sequence[Any]) -> bool:
    """Let the person hush, move, reject and undo; True while a hush is on."""
    thoughts, thinks = sim.thoughts, sim.plan.thinks if sim.time() < 3600 else 0.0
    from tests.simulation.sim import ENGINES

    with ENGINES[0].begin() as db:
        is_hushed = bool(db.scalar(sa.select(channel.c.hushed_at).where(channel.c.hushed_at.is_not(None))))
    if is_hushed and (not thinks or thoughts.random() < 0.2):
        await _try(newsroom_verbs.unhush(room))
    elif thoughts.random() < thinks / 4:
        await _try(newsroom_verbs.hush(room))
    for row in rows:
        if row.state not in ("due", "held", "sending", "unknown") or thoughts.random() >= thinks:
            continue
        match thoughts.randrange(4):
            case 0:
                later = timedelta(seconds=thoughts.uniform(0, 900))
                await _try(verbs.move(room, row.id, clock.now() + later))
            case 1 if (row.state, row.reason) == ("held", "approval"):
                await _try(verbs.reject(room, row.id, "not today"))
            case _:
                await _try(verbs.undo(room, row.id))
    return is_hushed


async def _resolve(sim: "Sim", room: Room, row: Any) -> None:
    """Look at the timeline, a while later, and tell the truth."""
    if sim.waited(row) < max(60, sim.plan.late + 40):
        return
    sim.world.settle()
    network, place = sim.places[row.channel]
    story = _named(row)
    found = [shown for shown in sim.world.timeline(network, place) if story in shown.text]
    sent = f"https://{network}.example/{found[0].id}" if found else None
    await _try(verbs.resolve(room, row.id, sent=sent))


async def _interfere(sim: "Sim", room: Room, row: Any) -> None:
    match sim.chance.randrange(3):
        case 0:
            await _try(verbs.cancel(room, row.id))
        case 1:
            await _try(verbs.hold(room, row.id))
        case 2:
            await _try(verbs.edit(room, row.id, _by_hand(row)))


async def _try(verb: Any) -> None:
    try:
        await verb
    except RefusedVerb:
        return


def _named(row: Any) -> str:
    """The word that names a story in every text about it."""
    if row.post and "Words of a person" in row.post:
        return _by_hand(row)
    if row.post and "Words of a correction" in row.post:
        return f"Words of a correction about story {row.story}."
    start = row.post.index("Story")
    return str(row.post[start : row.post.index("x", start) + 1])


def _by_hand(row: Any) -> str:
    """What the person writes in place of a delivery's words: of its own for each, as networks refuse repetitions."""
    about = f"story {row.story}" if row.kind == "post" else f"{row.kind} {row.number} of story {row.story}"
    return f"Words of a person about {about}."
