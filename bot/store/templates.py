"""Templates in the database: every version with its author, and which one is in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.model import Channel
from bot.store.alerts import Cause, close_alert, open_alert
from bot.store.audit import JARSHY, tell
from bot.store.schema import alert, template

SHIPPED = "shipped"
FILE = "file"
"""Where a template comes from: with Jarshy, or from beside the settings."""
_USED = sa.select(template).where(template.c.name == sa.bindparam("called"), sa.text("is_in_use = 1"))
_LATEST = sa.select(sa.func.max(template.c.version)).where(template.c.name == sa.bindparam("called"))
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


def template_for(db: sa.Connection, who: Channel, language: str) -> InUse:
    """Find the template in use: the channel's own, its network's in that language, its network's.

    Nothing takes the place of a channel's own: its posts wait until it can be used.
    """
    for name in (who.template, f"{who.network}.{language}", who.network):
        row = db.execute(_USED, {"called": name}).first() if name else None
        if row is not None:
            return InUse(row.name, row.version, row.text)
        if name and name == who.template:
            return InUse(name, 0, "", broken=_why_not(db, name))
    return InUse(who.network, 0, "")


def _why_not(db: sa.Connection, name: str) -> str:
    told = db.scalar(_TOLD, {"where": f"template:{name}"}) or ""
    why = told.partition(f": {name}: ")[2]
    return f"{name}.html, {why}" if why else f"there is no template {name}"


def retire(db: sa.Connection, named: Mapping[str, str], now: datetime) -> None:
    """Take out of use what came from a file that is gone; `named`: template -> where a file of that name lies now.

    What an editor saved stays; a shipped one is taken up again by `offer`.
    """
    for row in db.execute(sa.select(template).where(sa.text("is_in_use = 1"))).all():
        is_gone = {FILE: named.get(row.name) != FILE, SHIPPED: row.name not in named}
        if is_gone.get(row.origin, False):
            which = (template.c.name == row.name, template.c.version == row.version)
            db.execute(template.update().where(*which).values(is_in_use=False))
            tell(db, Action.TEMPLATE_RETIRED, now, template=row.name, version=row.version)


def refuse(db: sa.Connection, wrong: Mapping[str, str], now: datetime) -> None:
    """Tell of template files that cannot be used; `wrong`: template -> why. What was in use stays."""
    for name, why in wrong.items():
        is_new = db.execute(_USED, {"called": name}).first() is None
        stands = (
            "and there is no earlier version, so its posts are held" if is_new else "so the version before it stays"
        )
        what = f"the file of template {name} cannot be used, {stands}: {why}"
        open_alert(
            db, Cause.TEMPLATE_WAITS, f"template:{name}", now, what=what, fix="mend the file; `jarshy check` says where"
        )


def offer(db: sa.Connection, texts: Mapping[str, str], now: datetime, *, origin: str) -> list[str]:
    """Store what template files say now; return the names whose file waits behind a version from elsewhere.

    A changed file takes the place of a version that came from a file or was shipped, never of one an editor saved.
    """
    waiting = []
    for name, text in texts.items():
        used = db.execute(_USED, {"called": name}).first()
        if used is not None and used.text == text:
            close_alert(db, Cause.TEMPLATE_WAITS, f"template:{name}", now)
            continue
        if origin == SHIPPED and used is not None and used.origin != SHIPPED:
            continue
        takes_over = used is None or used.origin in (SHIPPED, origin)
        _store(db, name, text, now, origin=origin, takes_over=takes_over)
        if takes_over:
            close_alert(db, Cause.TEMPLATE_WAITS, f"template:{name}", now)
        if used is not None and not takes_over:
            waiting.append(name)
            what = f"the file of template {name} differs from version {used.version} in use, saved by {used.author}"
            open_alert(db, Cause.TEMPLATE_WAITS, f"template:{name}", now, what=what)
    return waiting


def _store(db: sa.Connection, name: str, text: str, now: datetime, *, origin: str, takes_over: bool) -> None:
    latest = db.scalar(_LATEST, {"called": name}) or 0
    known = sa.select(template.c.text).where(template.c.name == name, template.c.version == latest)
    if latest and not takes_over and db.scalar(known) == text:
        return
    if takes_over:
        db.execute(template.update().where(template.c.name == name).values(is_in_use=False))
    values = {"name": name, "version": latest + 1, "text": text, "author": JARSHY, "origin": origin}
    db.execute(template.insert(), values | {"is_in_use": takes_over, "stored_at": now})
    tell(db, Action.TEMPLATE_STORED, now, template=name, version=latest + 1, origin=origin, text=text)
