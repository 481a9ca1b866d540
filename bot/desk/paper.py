"""What pages are written on: the page templates, in a person's language, by the newsroom's clock.

A page template extends `base.html` and fills its block "body". The macros of `_macros.html` are at hand everywhere as
`ui`, without an import, as are `here`, `asset`, `_` and the filters. Where htmx asks for a part of a page, it gets the
block that is named as the element to be filled (`<section id="rows">` with `{% block rows %}`), or else the body; so
nothing a block needs may be set outside of it.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from adapters.contract import Clock
from bot.desk.assets import shelf
from bot.desk.languages import ENGLISH, LANGUAGES, Manner, words_of

LOOK = Path(__file__).parent / "look"
THEMES = ("auto", "light", "dark")
_BODY = "body"
_CODE = re.compile(r"`([^`]+)`")


class Reader(Protocol):
    """Who reads a page; has the name "" while nobody is signed in."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def has_shortcuts(self) -> bool: ...  # noqa: D102


class Newsroom(Protocol):
    """Whose page it is."""

    @property
    def newsroom(self) -> str: ...  # noqa: D102
    @property
    def zone(self) -> str: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102


class Here(Protocol):
    """What a page is written for."""

    @property
    def request(self) -> Request: ...  # noqa: D102
    @property
    def person(self) -> Reader: ...  # noqa: D102
    @property
    def desk(self) -> Newsroom: ...  # noqa: D102


def render(
    here: Here, name: str, *, status: int = 200, told: str | Markup = "", block: str = "", **context: object
) -> HTMLResponse:
    """Write a page, or the part of it that htmx asks for; `told` is a notice to be read out.

    `block` forces one block of the page, for an answer that is no page.
    """
    sheet = sheets(language_of(here), here.desk.zone, here.desk.clock).get_template(name)
    known: dict[str, object] = {"here": here, "theme": theme_of(here), "told": told} | context
    part = block or _part(here.request, sheet)
    if not part:
        return HTMLResponse(sheet.render(known), status)
    text = "".join(sheet.blocks[part](sheet.new_context(known)))
    if told:
        text += sheet.environment.get_template("told.html").render(known)
    return HTMLResponse(text, status)


def is_partial(request: Request) -> bool:
    """Tell whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def theme_of(here: Here) -> str:
    """Tell which colours a reader chose; "auto" leaves it to the device."""
    chosen = here.request.cookies.get("theme", "")
    return chosen if chosen in THEMES else THEMES[0]


def language_of(here: Here) -> str:
    """Tell which language to write in: a person's own, or the browser's where nobody has signed in."""
    if here.person.name:
        return here.person.language if here.person.language in LANGUAGES else ENGLISH
    wanted = re.findall(r"(?:^|,)\s*([a-z]{2})", here.request.headers.get("Accept-Language", "").lower())
    return next((each for each in wanted if each in LANGUAGES), ENGLISH)


def _part(request: Request, sheet: Template) -> str:
    """Name the block htmx asks for; "" is the whole page."""
    if not is_partial(request):
        return ""
    # htmx writes a target as tag#id.
    wanted = request.headers.get("HX-Target", "").rpartition("#")[2]
    return wanted if wanted in sheet.blocks else _BODY


@lru_cache(maxsize=16)
def sheets(language: str, zone: str, clock: Clock) -> Environment:
    """Open the page templates in a language, for a newsroom's zone."""
    found = Environment(
        loader=FileSystemLoader(LOOK),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    words = words_of(language)
    found.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    manner = Manner(language, zone, clock)
    found.filters |= {
        "moment": manner.moment,
        "ago": manner.ago,
        "number": manner.number,
        "money": manner.money,
        "coded": _coded,
    }
    found.globals |= {"asset": shelf().address, "language": language, "languages": LANGUAGES, "manner": manner}
    found.globals["ui"] = found.get_template("_macros.html").module
    return found


def _coded(sentence: str) -> Markup:
    """Show what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(sentence))))  # escaped one call before
