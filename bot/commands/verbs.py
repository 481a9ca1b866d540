"""Commands that act: each is one verb of `bot.actions`, then the sentence that holds now."""

import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.text import Text

from bot.actions import deliveries, newsroom, reading
from bot.actions.moments import moment
from bot.actions.room import RefusedVerb, Room, compose_for, load
from bot.actions.wording import unsaid
from bot.commands import show
from bot.commands.office import Office, open_office
from bot.model import Delivery, Kind, State
from bot.posts.frozen import digest
from bot.rules.standing import BY_HAND
from bot.store import accounts
from bot.store.lock import holder
from bot.tongue import span
from config.values import Duration

_LEADS_ON = (State.DUE, State.SENDING, State.UNKNOWN)
_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)


async def act(path: Path, who: str, which: int, verb: Callable[[Room, int], Awaitable[Delivery]]) -> int:
    """Do one verb to one delivery, and say how it stands now."""
    with open_office(path) as office:
        room = office.room(who)
        await _tell(office, room, await verb(room, which))
    return 0


async def post(path: Path, who: str, channel: str, text: str, *, at: str, is_again: bool) -> int:
    """Post a person's own words on a channel."""
    with open_office(path) as office:
        await ensure(office)
        room = office.room(who)
        then = moment(at, office.zone, office.clock.now(), is_to_come=True) if at else None
        await _tell(office, room, await deliveries.post(room, channel, _words(text), at=then, is_again=is_again))
    return 0


async def _tell(office: Office, room: Room, stands: Delivery) -> None:
    told = await reading.one(room, stands.id)
    on = show.paper()
    if stands.wish:
        on.print(f"It may already be out; what was asked for is done if it is not. `jarshy why {stands.id}` will tell.")
    if told is not None:
        show.deliveries(on, [told])
    if stands.post is not None and stands.kind is not Kind.DELETE:
        show.post(on, stands.post)
        if stands.template == BY_HAND and (said := unsaid(stands, stands.post)):
            on.print(Text(f"       {said}"))
    if stands.state in _LEADS_ON:
        tell_idle(on, office)


async def tell_again(path: Path, who: str, sink: str) -> int:
    """Have alerts told again to where they did not arrive."""
    with open_office(path) as office:
        done, on = await newsroom.tell_now(office.room(who), sink), show.paper()
        on.print(f"{done} alert{'' if done == 1 else 's'} told to {sink} again at the daemon's next look.")
        tell_idle(on, office)
    return 0


async def approve(path: Path, who: str, which: int, *, is_sure: bool) -> int:
    """Show a post as it would go out, ask on a terminal, and let exactly that go out."""
    if is_sure or not sys.stdin.isatty():
        return await act(path, who, which, deliveries.approve)
    with open_office(path) as office:
        written, _ = await compose_for(office.room(who), *await load(office.room(who), which))
        on = show.paper()
        show.post(on, written.post)
        if written.remark:
            on.print(f"       {written.remark}")
    if not typer.confirm(f"Approve delivery {which} as it reads here?"):
        return 1
    seen = digest(written.post)
    return await act(path, who, which, lambda room, it: deliveries.approve(room, it, shown=seen))


async def reject(path: Path, who: str, which: int, why: str) -> int:
    """Never send a post that waits for approval."""
    return await act(path, who, which, lambda room, it: deliveries.reject(room, it, why))


async def move(path: Path, who: str, which: int, to: str) -> int:
    """Let a post go out at another time, by the newsroom's clock."""

    async def verb(room: Room, it: int) -> Delivery:
        at = moment(to, room.composer.zone, room.clock.now(), is_to_come=True)
        return await deliveries.move(room, it, at)

    return await act(path, who, which, verb)


async def edit(path: Path, who: str, which: int, text: str) -> int:
    """Put other words in place of a post that waits."""
    return await act(path, who, which, lambda room, it: deliveries.edit(room, it, _words(text)))


async def edit_post(path: Path, who: str, which: int, text: str) -> int:
    """Change a post that is out."""
    return await act(path, who, which, lambda room, it: deliveries.edit_post(room, it, _words(text)))


async def resolve(path: Path, who: str, which: int, *, sent: str | None) -> int:
    """Say what a look at the network showed."""
    return await act(path, who, which, lambda room, it: deliveries.resolve(room, it, sent=sent))


async def repost(path: Path, who: str, which: int, *, is_sure: bool, is_again: bool) -> int:
    """Post a story again, once a person said so twice."""
    if not is_sure and not typer.confirm(f"Delivery {which} is a post that readers have seen. Post its story again?"):
        return 1
    return await act(path, who, which, lambda room, it: deliveries.repost(room, it, is_again=is_again))


async def correct(path: Path, who: str, said: str, note: str, *, is_again: bool) -> int:
    """Plan a correction of a story wherever it is out, and show what would be posted."""
    with open_office(path) as office:
        room = office.room(who)
        story = await reading.story_named(room, said)
        planned = await newsroom.correct(room, story, _words(note), is_again=is_again)
        on = show.paper()
        for each in planned:
            told = await reading.one(room, each.id)
            show.deliveries(on, [told] if told else [])
            try:
                show.post(on, (await compose_for(room, *await load(room, each.id)))[0].post)
            except RefusedVerb as e:
                on.print(f"       {e}")
    return 0


async def split(path: Path, who: str, said: str, address: str | None) -> int:
    """Make a story of its own of an entry that was taken for another story's."""
    with open_office(path) as office:
        room = office.room(who)
        apart = await newsroom.split(room, await reading.story_named(room, said), address)
        on = show.paper()
        on.print(f"{apart.title} ({apart.url}) is story {apart.story} now:")
        show.deliveries(on, await reading.told_of(room, apart.story))
        tell_idle(on, office)
    return 0


async def pause(path: Path, who: str, which: str, *, lasting: timedelta | None) -> int:
    """Stop a channel, or all, from sending anything new."""
    with open_office(path) as office:
        await ensure(office)
        until = office.clock.now() + lasting if lasting else None
        ids = await newsroom.pause(office.room(who), which, until=until)
        till = f"for {span(lasting)}" if lasting else "until `jarshy resume`"
        show.paper().print(
            f"Paused {till}: {', '.join(ids)}. Posts that may be out already are still looked for, and "
            "`edit-post` and `delete-post` still work.",
            soft_wrap=True,
        )
    return 0


async def resume(path: Path, who: str, which: str) -> int:
    """Let a paused channel, or all, go on."""
    with open_office(path) as office:
        await ensure(office)
        ids = await newsroom.resume(office.room(who), which)
        on = show.paper()
        on.print(f"Goes on: {', '.join(ids)}.")
        tell_idle(on, office)
    return 0


async def mark(
    path: Path,
    who: str,
    said: str,
    *,
    breaking_for: timedelta | None,
    solemn: bool | None,
    correction: str | None,
    is_still_valid: bool,
    text: tuple[str, str] | None,
    alt: str | None,
    focus: tuple[float, float] | tuple[()] | None,
    is_again: bool,
) -> int:
    """Say something about a story; what waits is written anew with it."""
    with open_office(path) as office:
        if text and text[0] not in office.kinds:
            raise RefusedVerb(f"there is no network {text[0]}; there are {', '.join(office.kinds)}")
        room = office.room(who)
        story = await reading.story_named(room, said)
        await newsroom.mark(
            room,
            story,
            breaking_for=breaking_for,
            solemn=solemn,
            correction=correction,
            is_still_valid=is_still_valid,
            text=text,
            alt=alt,
            focus=focus,
            is_again=is_again,
        )
        on = show.paper()
        told = await reading.told_of(room, story)
        show.deliveries(on, told)
        if any(each.delivery.state is State.DUE for each in told):
            tell_idle(on, office)
    return 0


def point(said: str) -> tuple[float, float] | tuple[()]:
    """Read a point of a photo; "" is none. Raises BadParameter."""
    if not said.strip():
        return ()
    try:
        x, y = (float(each) for each in said.split(","))
    except ValueError as e:
        raise typer.BadParameter(
            "must be two numbers from 0 to 1, from the left and from the top, such as 0.3,0.5"
        ) from e
    return x, y


def duration(said: str) -> timedelta:
    """Read a length of time as jarshy.yaml writes it. Raises BadParameter."""
    try:
        return _DURATION.validate_python(said)
    except ValidationError as e:
        raise typer.BadParameter("must be a duration, such as 60m, 2h or 1d") from e


async def ensure(office: Office) -> None:
    """See that every channel of the settings has its row."""
    # A channel that was added since the daemon last started has no row yet, and a pause of nothing would be a lie.
    await office.store.write(accounts.set_up, office.settings.accounts, office.settings.channels)


def _words(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def tell_idle(on: Console, office: Office) -> None:
    """Say that nothing goes out, where no daemon is at work."""
    if holder(office.settings.store) is None:
        show.daemon(on, None, office.zone)
