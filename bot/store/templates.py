"""Templates in the database: every version with its author, and which one is in use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.model import Channel
from bot.rules.alert_facts import template_refused, template_waits
from bot.store.alerts import Cause, close_alert, open_alerts, tell_anew
from bot.store.audit import JARSHY, tell
from bot.store.people import RefusedVerb
from bot.store.schema import alert, template
from bot.tongue import phrase

SHIPPED = "shipped"
FILE = "file"
PERSON = "person"
"""Where a version comes from: with Jarshy, from a file beside the settings, or from a person through a command."""
_USED = sa.select(template).where(template.c.name == sa.bindparam("called"), sa.text("is_in_use = 1"))
_IN_USE = sa.select(template).where(
    template.c.name.in_(sa.bindparam("called", expanding=True)), sa.text("is_in_use = 1")
)
_LATEST = sa.select(sa.func.max(template.c.version)).where(template.c.name == sa.bindparam("called"))
_CAUSES = (Cause.TEMPLATE_WAITS, Cause.TEMPLATE_REFUSED)
_TOLD = (
    sa.select(alert.c.what)
    .where(alert.c.scope == sa.bindparam("where"), sa.text("closed_at IS NULL"))
    .order_by(alert.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class InUse:
    """The template a post is composed with; `label` names it and its version."""

    name: str
    version: int
    text: str
    broken: str = ""
    """Why there is no such template to use, where a channel asks for one of its own."""

    @property
    def label(self) -> str:
        """Name and version, as stored with the post."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a template, as it was stored; numbers count from 1 for each name."""

    name: str
    version: int
    text: str
    author: str
    origin: str
    is_in_use: bool
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A text a person wants in use. `over`: the version it was judged against; `again`: the version it repeats."""

    name: str
    text: str
    origin: str
    over: int
    again: int | None = None


class Overtaken(RefusedVerb):
    """Somebody else changed a template since a draft was made; `used`: what is in use now."""

    def __init__(self, name: str, used: Version | None) -> None:
        none = phrase("nothing is in use")
        by = phrase(f"version {used.version} by {used.author} is in use") if used is not None else none
        super().__init__(phrase(f"somebody changed template {name} meanwhile ({by}); look at it, then try again"))
        self.name, self.used = name, used


def names_for(who: Channel, language: str) -> tuple[str, ...]:
    """Name the templates a channel may use, the first that exists wins: its own alone, else language, else network."""
    return (who.template,) if who.template else (f"{who.network}.{language}", who.network)


def template_for(db: sa.Connection, who: Channel, language: str) -> InUse:
    """Find the template in use: the channel's own, or its network's in that language, or its network's.

    Nothing takes the place of a channel's own: its posts wait until it can be used.
    """
    names = names_for(who, language)
    there = {row.name: row for row in db.execute(_IN_USE, {"called": list(names)})}
    if (row := next((there[name] for name in names if name in there), None)) is not None:
        return InUse(row.name, row.version, row.text)
    if who.template:
        return InUse(who.template, 0, "", broken=_why_not(db, who.template))
    return InUse(who.network, 0, "")


def _why_not(db: sa.Connection, name: str) -> str:
    told = db.scalar(_TOLD, {"where": f"template:{name}"}) or ""
    why = told.partition(f": {name}: ")[2]
    return f"{name}.html, {why}" if why else f"there is no template {name}"


def serving(db: sa.Connection) -> dict[str, Version]:
    """List what is in use, by name."""
    rows = db.execute(sa.select(template).where(sa.text("is_in_use = 1")).order_by(template.c.name))
    return {row.name: Version(*row) for row in rows}


def history(db: sa.Connection, name: str) -> list[Version]:
    """List all versions of a template, the newest first."""
    rows = db.execute(sa.select(template).where(template.c.name == name).order_by(template.c.version.desc()))
    return [Version(*row) for row in rows]


def waiting(versions: Iterable[Version]) -> Version | None:
    """Find the file's version that waits behind one a person put in use; `versions` as `history` lists them.

    A person's word passes over every version that was there before it.
    """
    found = list(versions)
    newest = next((each for each in found if each.origin == FILE), None)
    return newest if newest is not None and is_behind(found, newest.text) else None


def is_behind(versions: Iterable[Version], text: str) -> bool:
    """Whether a file that says `text` waits, or will, for a person to choose between it and what is in use."""
    found = list(versions)
    used = next((each for each in found if each.is_in_use), None)
    newest = next((each for each in found if each.origin == FILE), None)
    if used is None or used.origin != PERSON or used.text == text:
        return False
    return newest is None or newest.text != text or newest.version > used.version


def take_up(
    db: sa.Connection, files: Mapping[str, Mapping[str, str]], wrong: Mapping[str, str], now: datetime
) -> list[str]:
    """Bring the database to what template files say now; return the names whose file waits behind a person's version.

    `files`: origin -> (name -> text), all that there are; `wrong`: which of those beside the settings cannot be used.
    """
    retire(db, {name: origin for origin, texts in files.items() for name in texts}, now)
    waits = list[str]()
    for origin, texts in files.items():
        good = {name: text for name, text in texts.items() if origin == SHIPPED or name not in wrong}
        waits += offer(db, good, now, origin=origin)
    refuse(db, wrong, now)
    return waits


def retire(db: sa.Connection, named: Mapping[str, str], now: datetime) -> None:
    """Take out of use what came from a file that is gone; `named`: template -> where a file of that name lies now.

    What a person saved stays; a shipped one is taken up again by `offer`.
    """
    for each in serving(db).values():
        is_gone = {FILE: named.get(each.name) != FILE, SHIPPED: each.name not in named}
        if is_gone.get(each.origin, False):
            which = (template.c.name == each.name, template.c.version == each.version)
            db.execute(template.update().where(*which).values(is_in_use=False))
            tell(db, Action.TEMPLATE_RETIRED, now, template=each.name, version=each.version)
    for told in open_alerts(db):
        # Of a file that is gone there is nothing to mend and nothing to choose.
        if told.cause in _CAUSES and named.get(told.scope.partition(":")[2]) != FILE:
            close_alert(db, told.cause, told.scope, now)


def refuse(db: sa.Connection, wrong: Mapping[str, str], now: datetime) -> None:
    """Tell of template files that cannot be used; `wrong`: template -> why. What was in use stays."""
    for name, why in wrong.items():
        is_new = db.execute(_USED, {"called": name}).first() is None
        fact = template_refused(name, why, is_new=is_new)
        tell_anew(db, Cause.TEMPLATE_REFUSED, f"template:{name}", now, what=fact.what, fix=fact.fix)


def offer(db: sa.Connection, texts: Mapping[str, str], now: datetime, *, origin: str) -> list[str]:
    """Store what template files say now; return the names whose file waits behind a person's version.

    A changed file takes the place of a version that came from a file or was shipped, never of one a person saved.
    """
    waits = []
    for name, text in texts.items():
        if origin == FILE:
            close_alert(db, Cause.TEMPLATE_REFUSED, f"template:{name}", now)
        row = db.execute(_USED, {"called": name}).first()
        used = Version(*row) if row is not None else None
        if used is not None and used.origin != SHIPPED and origin == SHIPPED:
            continue
        if used is not None and used.text == text:
            close_alert(db, Cause.TEMPLATE_WAITS, f"template:{name}", now)
        elif used is not None and used.origin == PERSON:
            waits += [name] if _waits(db, used, text, now) else []
        else:
            _store(db, name, text, now, origin=origin, is_in_use=True)
            close_alert(db, Cause.TEMPLATE_WAITS, f"template:{name}", now)
    return waits


def put(db: sa.Connection, drafts: Iterable[Draft], now: datetime, *, actor: str) -> list[int]:
    """Put a person's texts in use, all or none; return the numbers of the new versions.

    Raises Overtaken where somebody else changed a template since it was judged.
    """
    stored = []
    for draft in drafts:
        row = db.execute(_USED, {"called": draft.name}).first()
        if (row.version if row is not None else 0) != draft.over:
            raise Overtaken(draft.name, Version(*row) if row is not None else None)
        text, origin, again = draft.text, draft.origin, draft.again
        stored.append(_store(db, draft.name, text, now, origin=origin, is_in_use=True, actor=actor, again=again))
        close_alert(db, Cause.TEMPLATE_WAITS, f"template:{draft.name}", now)
        if origin == FILE:
            close_alert(db, Cause.TEMPLATE_REFUSED, f"template:{draft.name}", now)
    return stored


def _waits(db: sa.Connection, used: Version, text: str, now: datetime) -> bool:
    """Keep a file's text beside what a person put in use, and tell of both; no, where that person knew it already."""
    known = history(db, used.name)
    newest = next((each for each in known if each.origin == FILE), None)
    if newest is None or newest.text != text:
        _store(db, used.name, text, now, origin=FILE, is_in_use=False)
        known = history(db, used.name)
    here = waiting(known)
    if here is None:
        close_alert(db, Cause.TEMPLATE_WAITS, f"template:{used.name}", now)
        return False
    fact = template_waits(used.name, version=here.version, used=used.version, author=used.author)
    tell_anew(db, Cause.TEMPLATE_WAITS, f"template:{used.name}", now, what=fact.what, fix=fact.fix)
    return True


def _store(
    db: sa.Connection,
    name: str,
    text: str,
    now: datetime,
    *,
    origin: str,
    is_in_use: bool,
    actor: str = JARSHY,
    again: int | None = None,
) -> int:
    version = int(db.scalar(_LATEST, {"called": name}) or 0) + 1
    if is_in_use:
        db.execute(template.update().where(template.c.name == name).values(is_in_use=False))
    values = {"name": name, "version": version, "text": text, "author": actor, "origin": origin}
    db.execute(template.insert(), values | {"is_in_use": is_in_use, "stored_at": now})
    action = Action.TEMPLATE_STORED if again is None else Action.TEMPLATE_ROLLED_BACK
    stands = phrase("and is in use") if is_in_use else phrase("and waits")
    said = {"template": name, "version": version, "origin": origin, "stands": stands, "again": again, "text": text}
    tell(db, action, now, actor=actor, **said)
    return version
