"""A page of everything the macros draw, for tests and eyes; it is served by nobody."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request

from bot.actions.door import Doorkeeper
from bot.actions.proving import Prover
from bot.actions.room import Room
from bot.actions.staff import Person
from bot.alerts.errands import Errands
from bot.desk.app import as_seen_by
from bot.desk.changes import Changes
from bot.desk.here import Desk, Here
from bot.desk.languages import Manner
from bot.desk.paper import place, sheets, theme_of
from bot.model import State
from tests.unit.engine import POLICY
from tests.unit.small_newsroom import START, Clock

ZONE = "Asia/Almaty"
_PAGE = (Path(__file__).parent / "gallery.html").read_text("utf-8")
_HEADLINES = (
    "The port of Kuryk opens on Monday",
    "Қазақстан ғарыш орталығында жасалған алғашқы жерсерік ұшырылды",
    "Правительство объявило о строительстве высокоскоростной железнодорожной магистрали Алматы — Астана",
)


def here(request: Request, *, zone: str = ZONE, clock: Clock | None = None, **person: Any) -> Here:
    """Make what a view is given, for a page that asks its room for nothing."""
    desk = Desk(
        room=lambda actor: Room(None, clock or Clock(), {}, None, actor),
        adapter=lambda who: None,
        policy=lambda: replace(POLICY, zone=zone),
        clock=clock or Clock(),
        connect=lambda: None,
        door=Doorkeeper(clock or Clock()),
        prover=Prover(lambda: None),
        changes=Changes("a1b2"),
        begin=Errands().begin,
        address="http://127.0.0.1:8090",
    )
    return as_seen_by(Person(**{"name": "aigul", **person}), request, desk)


def asked(path: str = "/", *, query: str = "", method: str = "GET", **headers: str) -> Request:
    """Make the request of a browser."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "desk", **headers}.items()]
    return Request({"type": "http", "method": method, "path": path, "headers": sent, "query_string": query.encode()})


def draw(language: str = "en", *, theme: str = "auto", told: str = "Approved.") -> str:
    """Write the page of everything."""
    known = {
        "told": told,
        "states": list(State),
        "headlines": _HEADLINES,
        "later": START + timedelta(hours=2),
        "earlier": START - timedelta(days=1),
        "counts": {"queue": 12, "approvals": 3},
    }
    return write(_PAGE, asked(cookie=f"theme={theme}"), known, language=language)


def write(source: str, request: Request, known: dict[str, Any], **person: Any) -> str:
    """Write a page from the source of its template."""
    seen = here(request, **person)
    around = {"here": seen, "theme": theme_of(seen), "place": place(request), "told": "", "is_unkept": False}
    sheet = sheets(Manner(seen.person.language, ZONE, seen.desk.clock)).from_string(source)
    return sheet.render(around | known)
