"""Bring new sentences of the desk into its lists of words, and take out what nothing says any more.

Run as `make words`; then write what is missing. The lists are sorted, and hold no dates or line numbers, so that two
people who each add sentences seldom meet.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from bot.desk.languages import ENGLISH, LANGUAGES, WORDS

FOREIGN = [each for each in LANGUAGES if each != ENGLISH]
Said = str | tuple[str, ...]
_DESK = Path(__file__).parents[1] / "bot/desk"
_METHODS = [("**.py", "python"), ("look/**.html", "jinja2")]
_HEAD = """# The words of the desk. `make words` brings new ones in from the pages.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def wanted() -> dict[Said, str]:
    """List every sentence the desk says, and where it first stands."""
    found: dict[Said, str] = {}
    for file, line, said, _, _ in extract_from_dir(_DESK, _METHODS, options_map={"look/**.html": {"silent": "false"}}):
        found.setdefault(said, f"{file}:{line}")
    return found


def catalog(language: str) -> Catalog:
    """Read a language's list."""
    with (WORDS / f"{language}.po").open("rb") as f:
        return read_po(f, locale=language, abort_invalid=True)


def renewed(language: str) -> str:
    """Write a language's list as it should be."""
    have, new = {each.id: each.string for each in catalog(language) if each.id}, Catalog(locale=language)
    for said in wanted():
        new.add(said, have.get(said, ""))
    written = BytesIO()
    write_po(written, new, width=0, omit_header=True, sort_output=True)
    head = _HEAD.format(language=language, plural=get_plural(language).plural_forms)
    return f"{head}\n{written.getvalue().decode().strip()}\n"


if __name__ == "__main__":
    for each in FOREIGN:
        (WORDS / f"{each}.po").write_text(renewed(each), "utf-8")
        missing = [
            said.id
            for said in catalog(each)
            if said.id and not all([said.string] if isinstance(said.string, str) else said.string)
        ]
        print(f"{each}: {len(missing)} to write {missing}")
