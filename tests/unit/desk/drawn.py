"""Previews as pages draw them, for tests of their templates alone."""

from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html

import bot.desk
from bot.desk.previews import Preview

LOOK = Path(bot.desk.__file__).parent / "look"


def environment() -> Environment:
    """Make what pages are drawn with, in English."""
    loader = FileSystemLoader(LOOK)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"])
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined] # of the extension
    made.filters |= {
        "number": lambda n: f"{n:,}",
        "money": lambda amount: f"${amount:.3f}" if amount % Decimal("0.01") else f"${amount:.2f}",
    }
    return made


def drawn(shown: Preview) -> str:
    """Draw a preview as HTML."""
    return environment().get_template("previews/preview.html").render(preview=shown)


def read(shown: Preview) -> html.HtmlElement:
    """Draw a preview and read it as a browser does."""
    return html.fromstring(drawn(shown))


def words_of(shown: Preview) -> str:
    """Tell the words a reader of the preview sees."""
    (words,) = read(shown).find_class("words")
    return str(words.text_content())
