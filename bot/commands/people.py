"""The commands around people: who may use the desk, and the addresses by which they get in."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.text import Text

from bot.actions import staff
from bot.actions.staff import Invited, Person, SignIn
from bot.commands import show
from bot.commands.office import Office, open_office
from bot.keys import CannotStart

_WHEN = "%-d %B, %H:%M"


async def list_all(path: Path, *, is_json: bool) -> int:
    """List everybody, with what holds for them."""
    with open_office(path) as office:
        room = office.room("")
        found, browsers = await staff.everybody(room), await staff.sign_ins(room)
        if is_json:
            show.as_json([asdict(each) for each in found])
            return 0
        on = show.paper()
        for each in found:
            stands = _stands(each, [one for one in browsers if one.person == each.name], office.zone)
            on.print(Text.assemble((each.name, "bold"), f"  {each.role}  ", (stands, "dim")))
        if not found:
            on.print("Nobody yet: `jarshy people invite NAME --role admin` takes the first one on.")
    return 0


async def invite(path: Path, who: str, name: str, role: str) -> int:
    """Take a person on, and print the address."""
    with open_office(path) as office:
        desk = _desk(office)
        invited = await staff.invite(office.room(who), name, role)
        _tell(desk, invited, f"{invited.person.name} is taken on as {invited.person.role}.")
    return 0


async def reset(path: Path, who: str, name: str) -> int:
    """Let a person choose a new password, and print the address."""
    with open_office(path) as office:
        desk = _desk(office)
        invited = await staff.reset(office.room(who), name)
        _tell(desk, invited, f"{invited.person.name} is signed out everywhere, and the old password opens nothing.")
    return 0


async def set_role(path: Path, who: str, name: str, role: str) -> int:
    """Give a person another role."""
    with open_office(path) as office:
        now = await staff.set_role(office.room(who), name, role)
        show.paper().print(Text(f"{now.name} is {now.role} from the next click on."))
    return 0


async def end(path: Path, who: str, name: str) -> int:
    """Let a person in no more."""
    with open_office(path) as office:
        ended = await staff.end(office.room(who), name)
        show.paper().print(Text(f"{ended} is signed out and cannot sign in any more; `people invite` takes them back."))
    return 0


async def sessions(path: Path, name: str, *, is_json: bool) -> int:
    """List the browsers that are signed in."""
    with open_office(path) as office:
        found = await staff.sign_ins(office.room(""), name)
        if is_json:
            show.as_json([asdict(each) for each in found])
            return 0
        on = show.paper()
        for each in found:
            on.print(Text.assemble((each.person, "bold"), f"  {_used(each, office.zone)}"))
        if not found:
            on.print("Nobody is signed in.")
    return 0


async def revoke(path: Path, who: str, name: str) -> int:
    """Sign a person out everywhere."""
    with open_office(path) as office:
        ended = await staff.sign_out(office.room(who), name)
        browsers = "1 browser" if ended == 1 else f"{ended} browsers"
        show.paper().print(Text(f"Signed out in {browsers}; `people reset {name}` ends the password too."))
    return 0


def _desk(office: Office) -> str:
    if office.settings.desk is None:
        raise CannotStart("the desk is not served (`desk: {serve: false}` in the settings): nobody could sign in there")
    return office.settings.desk


def _tell(desk: str, invited: Invited, what: str) -> None:
    on = show.paper()
    on.print(Text(f"{what} Give them this address to choose a password; it works once, for 24 hours:"))
    on.print(Text(f"  {desk}/welcome/{invited.token}"))


def _stands(person: Person, browsers: list[SignIn], zone: str) -> str:
    if person.ended_at is not None:
        return f"left {_moment(person.ended_at, zone)}"
    if not person.has_password:
        return f"has chosen no password yet; `people reset {person.name}` makes a new address"
    seen = max((each.seen_at for each in browsers), default=None)
    return f"signed in, last seen {_moment(seen, zone)}" if seen else "not signed in"


def _used(each: SignIn, zone: str) -> str:
    since, seen = _moment(each.made_at, zone), _moment(each.seen_at, zone)
    return f"since {since}, last seen {seen}, from {each.address or '?'}, {each.agent or 'no name'}"


def _moment(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime(_WHEN)
