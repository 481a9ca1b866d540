"""A page of everything the macros draw, for tests and eyes; it is served by nobody."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from starlette.requests import Request

from bot.desk.paper import sheets, theme_of
from bot.model import State
from tests.unit.small_newsroom import START, Clock

ZONE = "Asia/Almaty"
_PAGE = (Path(__file__).parent / "gallery.html").read_text("utf-8")
_HEADLINES = (
    "The port of Kuryk opens on Monday",
    "Қазақстан ғарыш орталығында жасалған алғашқы жерсерік ұшырылды",
    "Правительство объявило о строительстве высокоскоростной железнодорожной магистрали Алматы — Астана",
)


@dataclass(frozen=True, slots=True)
class Reader:
    name: str = "aigul"
    language: str = "en"
    has_shortcuts: bool = True


@dataclass(frozen=True, slots=True)
class Newsroom:
    clock: Clock
    newsroom: str = "The Steppe Courier"
    zone: str = ZONE


@dataclass(frozen=True, slots=True)
class Here:
    """One request, as a view sees it."""

    request: Request
    person: Reader = Reader()
    desk: Newsroom = Newsroom(Clock())


def asked(path: str = "/", **headers: str) -> Request:
    """Make the request of a browser."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": path, "headers": sent, "query_string": b""})


def draw(language: str = "en", *, theme: str = "auto", told: str = "Approved.") -> str:
    """Write the page of everything."""
    here = Here(asked(cookie=f"theme={theme}"), Reader(language=language))
    return (
        sheets(language, ZONE, here.desk.clock)
        .from_string(_PAGE)
        .render(
            here=here,
            theme=theme_of(here),
            told=told,
            states=list(State),
            headlines=_HEADLINES,
            later=START + timedelta(hours=2),
            earlier=START - timedelta(days=1),
            counts={"queue": 12, "approvals": 3},
        )
    )
