"""Previews as pages draw them."""

from pathlib import Path

from lxml import html

import bot.desk
from bot.desk.languages import Manner
from bot.desk.paper import sheets
from bot.desk.previews import Preview
from tests.unit.small_newsroom import Clock

LOOK = Path(bot.desk.__file__).parent / "look"
_CLOCK = Clock()


def drawn(shown: Preview, language: str = "en") -> str:
    """Draw a preview as HTML."""
    return sheets(Manner(language, "Asia/Almaty", _CLOCK)).get_template("previews/preview.html").render(preview=shown)


def read(shown: Preview) -> html.HtmlElement:
    """Draw a preview and read it as a browser does."""
    return html.fromstring(drawn(shown))


def words_of(shown: Preview) -> str:
    """Tell the words a reader of the preview sees."""
    (words,) = read(shown).find_class("words")
    return str(words.text_content())
