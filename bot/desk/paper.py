"""What pages are written on: the page templates, in a person's language, by the newsroom's clock.

A page template extends `base.html` and fills its block "body". The macros of `_macros.html` are at hand everywhere as
`ui`, without an import, as are `here`, `asset`, `_` and the filters. Where htmx asks for a part of a page, it gets the
block that is named as the element to be filled (`<section id="rows">` with `{% block rows %}`), or else the body; so
nothing a block needs may be set outside of it.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.desk.agents import known_as
from bot.desk.assets import shelf
from bot.desk.here import Here
from bot.desk.languages import LANGUAGES, Manner, language_of, words_of
from bot.desk.measures import measures
from bot.desk.tongues import tongue_of

LOOK = Path(__file__).parent / "look"
THEMES = ("auto", "light", "dark")
_BODY = "body"
_PLAIN = " =:/'<>"
"""What may stand in a data: address as it is, between double quotes."""
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")
_POST = re.compile(r"\((https?://([^/\s()<>]+)[^\s()<>]*)\)")
"""The address of a post within a sentence."""


def render(
    here: Here, name: str, *, status: int = 200, told: str | Markup = "", block: str = "", **context: object
) -> HTMLResponse:
    """Write a page, or the part of it that htmx asks for; `told` is a notice to be read out.

    `block` forces one block of the page, for an answer that is no page.
    """
    sheet = sheets(manner_of(here)).get_template(name)
    known: dict[str, object] = {"here": here, "theme": theme_of(here), "place": place(here.request), "told": told}
    known["is_unkept"] = status >= 400  # what was sent stands in its fields, and nowhere else
    known |= context
    part = block or _part(here.request, sheet)
    if not part:
        return HTMLResponse(sheet.render(known), status)
    text = "".join(sheet.blocks[part](sheet.new_context(known)))
    if told:
        text += sheet.environment.get_template("told.html").render(known)
    return HTMLResponse(text, status)


def manner_of(here: Here) -> Manner:
    """Tell how figures and moments are written for whoever asks."""
    return Manner(language_of(here.person, here.request), here.desk.zone, here.desk.clock)


def is_partial(request: Request) -> bool:
    """Tell whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def place(request: Request) -> str:
    """Write the address to come back to; the first page's where this one was no page to be opened."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}" if request.method == "GET" else "/"


def theme_of(here: Here) -> str:
    """Tell which colours a reader chose; "auto" leaves it to the device."""
    chosen = here.request.cookies.get("theme", "")
    return chosen if chosen in THEMES else THEMES[0]


def problem(
    here: Here, code: int, said: str, *, then: str = "", number: str = "", place: tuple[str, str] | None = None
) -> HTMLResponse:
    """Say what went wrong and what to do: as a page, or as a notice beside a page that stays as it is.

    `number` finds it in the log; `place`: the address and the name of a page where something can be done about it.
    """
    gettext = here.t.gettext
    headings = {
        401: gettext("You are signed out"),
        403: gettext("Not allowed"),
        404: gettext("No such page"),
        409: gettext("Not done"),
        500: gettext("This page broke"),
        503: gettext("The database refused"),
    }
    heading = headings.get(code, gettext("Not done"))
    facts: dict[str, Any] = {"heading": heading, "said": said, "then": then, "number": number, "led": place}
    if "HX-Request" not in here.request.headers:
        return render(here, "problem.html", status=code, **facts)
    part = render(here, "problem.html", status=code, block="fragment", **facts)
    part.headers.update({"HX-Retarget": "#told", "HX-Reswap": "innerHTML"})
    return part


class _Flush(FileSystemLoader):
    """Reads page templates without their indents, which say something to whoever writes them and to no browser."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        text, path, is_current = super().get_source(environment, template)
        return _INDENT.sub("", text), path, is_current


def _part(request: Request, sheet: Template) -> str:
    """Name the block htmx asks for; "" is the whole page."""
    if not is_partial(request):
        return ""
    # htmx writes a target as tag#id.
    wanted = request.headers.get("HX-Target", "").rpartition("#")[2]
    return wanted if wanted in sheet.blocks else _BODY


@lru_cache(maxsize=16)
def sheets(manner: Manner) -> Environment:
    """Open the page templates in a language, for a newsroom's zone."""
    found = Environment(
        loader=_Flush(LOOK),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    words = words_of(manner.language)
    found.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    found.filters |= {
        "moment": manner.moment,
        "exactly": manner.exactly,
        "ago": manner.ago,
        "number": manner.number,
        "span": manner.span,
        "money": manner.money,
        "coded": _coded,
        "known_as": known_as,
        "recalled": tongue_of(manner.language).recall,
    }
    found.globals |= {"asset": shelf().address, "language": manner.language, "languages": LANGUAGES, "manner": manner}
    found.globals["icon"] = "data:image/svg+xml," + quote((LOOK / "icon.svg").read_text("utf-8").strip(), _PLAIN)
    found.globals["measures"] = measures(words.gettext)
    found.globals["ui"] = found.get_template("_macros.html").module
    return found


def _coded(sentence: str) -> Markup:
    """Show what stands between backticks as code, and an address in brackets as a link that shows where it leads."""
    told = str(escape(sentence))
    if "`" in told:
        told = _CODE.sub(r"<code>\1</code>", told)
    if "(http" in told:
        told = _POST.sub(r'(<a href="\1">\2</a>)', told)
    return Markup(told)  # escaped before anything was put in
