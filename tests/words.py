"""Bring new sentences of the desk into its lists of words, and take out what nothing says any more.

Run as `make words`; then write what is missing. The lists are sorted, and hold no dates or line numbers, so that two
people who each add sentences seldom meet.

The desk's own sentences stand in gettext's calls. Those it shares with the command line are read where they stand: the
tables of the rules, and what is given to `say`, `phrase`, `Fact` and `RefusedVerb`, where an f-string's expressions
become the places of a template: f"there is no story {story}" is "there is no story {story}".
"""

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
from io import BytesIO
from pathlib import Path
from pkgutil import iter_modules

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

import adapters
from bot.articles import same
from bot.audit import words as rows
from bot.audit.rows import Action
from bot.desk.languages import ENGLISH, LANGUAGES, WORDS
from bot.model import Change, Reason, State
from bot.posts.filters import FILTERS
from bot.posts.filters import Kind as ValueKind
from bot.rules import sentences
from bot.rules.alert_cases import CASES
from bot.rules.alerts import Cause
from bot.rules.staff import Kind as Invitation
from bot.rules.staff import Role
from bot.store import templates
from bot.tongue import is_known_again, without_commands

FOREIGN = [each for each in LANGUAGES if each != ENGLISH]
Said = str | tuple[str, ...]
_BOT = Path(__file__).parents[1] / "bot"
_DESK = _BOT / "desk"
_METHODS = [("**.py", "python"), ("look/**.html", "jinja2")]
_FIRST, _SECOND = slice(0, 1), slice(1, 2)
_ERRORS = ("BadNote", "NoPhoto", "NoProof", "Refused", "Unreachable", "Unusable")
_MARKS = {
    **dict.fromkeys(("say", "phrase", "RefusedVerb", "Fault", *_ERRORS), _FIRST),
    **dict.fromkeys(("TemplateProblem", "CannotCompose"), _SECOND),
    "Fact": slice(0, 2),
}
"""What is given words, and which of its arguments are such."""
_CLAUSES = frozenset(
    {"_no_picture", "_no_such", "_unknown", "_why", "_wrong_argument", "_wrong_opening", "unfit_address", "unfit_size"}
)
"""Functions that give back, or yield, a clause of what is wrong."""
_WISHES = ("cancel", "hold", "mark", "undo")
_SCOPES = ("audit", "newsroom", "disk", "log")
"""What alerts are about and no row of the log begins with."""
_ORIGINS = (templates.SHIPPED, templates.FILE, templates.PERSON)
_DEFECTS = "flaws_of_"
"""The files that yield what is wrong with a post."""
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
    for text, where in (*_of_tables(), *_of_source()):
        found.setdefault(text, where)
    return found


def _of_tables() -> Iterator[tuple[str, str]]:
    where = "bot/rules/sentences.py"
    yield from ((says.stands, where) for says in sentences.SENTENCES.values())
    yield from ((each, where) for table in (sentences.GOES, sentences.DONE) for each in table.values())
    yield from ((each, where) for table in (sentences.WISHED, sentences.INSTEAD) for each in table.values())
    yield from ((each, where) for each in (sentences.GOES_OUT, sentences.DRAFTED.stands))
    yield from ((each, "bot/audit/words.py") for each in _of_rows())
    yield from of_networks()
    takes = {" or ".join(sorted(each.takes)) for each in FILTERS.values()}
    yield from ((each, "bot/posts/filters.py") for each in sorted({*takes, *map(str, ValueKind)}))
    for case in CASES.values():
        yield from ((each, "bot/rules/alert_cases.py") for each in (case.one, case.we, case.on_desk or case.you))


def of_networks() -> Iterator[tuple[str, str]]:
    """List what adapters say of their own: `SAID` of their files, and the names of a channel's settings."""
    for each in iter_modules(adapters.__path__):
        module = import_module(f"adapters.{each.name}")
        kinds = [
            kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__
        ]
        places = [name for kind in kinds for name in getattr(getattr(kind, "Settings", None), "model_fields", ())]
        yield from ((text, f"adapters/{each.name}.py") for text in (*getattr(module, "SAID", ()), *places))


def _of_rows() -> Iterator[str]:
    """List what a row of the audit log may hold beside the sentences that others put there."""
    groups = dict.fromkeys(each.partition(".")[0] for each in Action)
    closed = (Reason, Cause, Change, Invitation, _ORIGINS)
    yield from (*rows.WORDS.values(), *map(rows.named, (*Action, *groups)), *map(str, (*State, *Role)))
    yield from (rows.coded(each) for some in closed for each in some)
    yield from (*(rule for rule, _ in same.RULES), *_WISHES, *_SCOPES)


def _of_source() -> Iterator[tuple[str, str]]:
    # Nobody reads the words of `commands` on the desk.
    paths = [each for each in sorted(_BOT.rglob("*.py")) if _BOT / "commands" not in each.parents]
    nodes = [(path, each) for path in paths for each in ast.walk(ast.parse(path.read_text("utf-8")))]
    marks = _MARKS | {each.name: _FIRST for _, each in nodes if isinstance(each, ast.ClassDef) and _is_refusal(each)}
    for path, each in nodes:
        for text in _marked(each, marks, is_defects=path.name.startswith(_DEFECTS)):
            yield text, f"{path.relative_to(_BOT.parent)}:{getattr(each, 'lineno', 0)}"


def _is_refusal(kind: ast.ClassDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "RefusedVerb" for each in kind.bases)


def _marked(node: ast.AST, marks: Mapping[str, slice], *, is_defects: bool) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in marks:
            for text in (text for each in args[marks[name]] for text in _templates(each)):
                # Pages have buttons, so a refusal is said without what could be typed instead.
                said = without_commands(text) if name not in _MARKS or name == "RefusedVerb" else text
                if said and (name == "say" or is_known_again(said)):
                    yield said
        case ast.Yield(value=ast.Tuple(elts=[_, said])) if is_defects:
            yield from _templates(said)
        case ast.keyword(arg="why", value=said):
            yield from filter(is_known_again, filter(None, _templates(said)))
        case ast.FunctionDef(name=name, body=body) if name in _CLAUSES:
            given = (each for one in body for each in ast.walk(one) if isinstance(each, ast.Return | ast.Yield))
            for each in given:
                if each.value is not None:
                    yield from filter(is_known_again, filter(None, _templates(each.value)))


def _templates(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield _template(values)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_templates(one), *_templates(other))


def _template(values: list[ast.expr]) -> str:
    names: dict[str, str] = {}
    pieces = []
    for each in values:
        match each:
            case ast.Constant(value=str(text)):
                pieces.append(text)
            case ast.FormattedValue(value=value):
                name, same = _name(value), ast.dump(value)
                while names.setdefault(name, same) != same:
                    name += "2"
                pieces.append(f"{{{name}}}")
    return "".join(pieces)


def _name(value: ast.expr) -> str:
    """Name a place by the last name of what fills it."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Call(func=ast.Attribute(attr="join")):
            return "list"
        case ast.Call(func=func):
            return _name(func)
        case ast.Subscript(value=inner) | ast.BinOp(left=inner) | ast.Await(value=inner):
            return _name(inner)
    return "more"


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
