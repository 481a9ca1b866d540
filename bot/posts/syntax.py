"""Says in an editor's words why a text cannot be read as a template; the parser's own words are for programmers."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from bot.posts.pointing import TemplateProblem
from bot.tongue import phrase

__all__ = ["explained"]

_OPENERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENER = re.compile(r"\{\{|\{%|\{#")
_TAG = re.compile(r"\{%[-+]?\s*(\w+)")
_OURS = ("if", "elif", "else", "endif")
_NOTE = re.compile(r"\{#.*?#\}", re.DOTALL)
_GAP = re.compile(r"(?:\{\{|\||\band|\bor|\bnot)\s*(\}\})|(?:\{%-?\s*(?:el)?if|\band|\bor|\bnot)\s*(%\})")
_ALMOST = {"elseif": "elif", "elsif": "elif"}
_QUOTES = "“”„«»‘’"
_GOT = re.compile(r"got '([^']*)'|unexpected (?:char )?['\"](.*?)['\"](?:$| at|,)")
_AFTER = phrase("after a field come only | and a filter, such as {{ title | shorten(110) }}")
_NO_REASON = phrase("no reason given")
_SAID = {
    "end of print statement": phrase("something is missing before }}: name a field, or a filter after |"),
    "end of statement block": phrase(
        "something is missing before %}: {% if %} needs a field, such as {% if is_solemn %}"
    ),
    "end of template": phrase("something was opened here that is never closed"),
    "=": phrase("= alone compares nothing: write =="),
    "&": phrase("write `and` instead of &"),
    "!": phrase("write `not` instead of !"),
}


def explained(text: str, line: int, said: str) -> TemplateProblem:
    """Name the first thing that keeps a text from being read; `line` and `said` are the parser's."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    found = next(_unclosed(plain), None) or next(_unpaired(plain), None)
    if found is None:
        return _unreadable(line, said, plain.split("\n")[line - 1 : line])
    at, sentence, what = found
    start = plain.rfind("\n", 0, at) + 1
    return TemplateProblem(plain.count("\n", 0, at) + 1, sentence, what, at - start + 1)


def _unreadable(line: int, said: str, words: list[str]) -> TemplateProblem:
    match = _GOT.search(said)
    got = (match[1] or match[2] or "") if match else ""
    gap = _GAP.search(words[0]) if words and got.startswith("end of") else None
    if gap:
        return TemplateProblem(line, _SAID[got], gap[1] or gap[2], gap.start(1 if gap[1] else 2) + 1)
    if got in _SAID:
        return TemplateProblem(line, _SAID[got], "" if got.startswith("end of") else got)
    if got and got in _QUOTES:
        return TemplateProblem(line, f'inside {{{{ }}}} quotation marks are straight, "like this", and not {got}', got)
    if got:
        # Of brackets and numbers nobody says which: better no place than a wrong one.
        at = "" if got in ("integer", "float", *"()[]{}") else got
        named = phrase("a number") if got in ("integer", "float") else got
        return TemplateProblem(line, f"{named} cannot stand here: {_AFTER}", at)
    return TemplateProblem(line, f"this cannot be read ({said.rstrip('.') or _NO_REASON}); {_AFTER}")


_Found = tuple[int, str, str]


def _unclosed(text: str) -> Iterator[_Found]:
    """Find what is opened and not closed, or closed with the wrong sign."""
    at = 0
    while opened := _OPENER.search(text, at):
        closer = _OPENERS[opened[0]]
        end = text.find(closer, opened.end())
        again = _OPENER.search(text, opened.end(), end if end >= 0 else len(text))
        if opened[0] == "{#" and end >= 0:
            again = None  # whatever stands in a comment
        if end < 0 or again:
            opener = opened[0]
            yield opened.start(), phrase(f"{opener} is opened here and not closed: {closer} is missing"), opener
            return
        at = end + len(closer)


def _unpaired(text: str) -> Iterator[_Found]:
    """Find tags that are none of ours, and ifs that are not closed."""
    opened = list[tuple[int, bool]]()
    for tag in _TAG.finditer(_NOTE.sub(lambda note: "\0" * len(note[0]), text)):
        name, at = tag[1], tag.start(1)
        if name not in _OURS:
            yield at, _no_such(name), name
        elif name == "if":
            opened.append((tag.start(), False))
        elif not opened:
            yield at, phrase(f"{{% {name} %}} belongs to no {{% if %}}: none is open here"), name
        elif name == "endif":
            opened.pop()
        elif opened[-1][1]:
            yield at, phrase(f"{{% {name} %}} comes after the {{% else %}} of the same {{% if %}}"), name
        elif name == "else":
            opened[-1] = (opened[-1][0], True)
    if opened:
        yield opened[-1][0], phrase("{% if %} is opened here and never closed: {% endif %} is missing"), "{%"


def _no_such(name: str) -> str:
    if like := _like(name):
        return f"there is no {{% {name} %}}: did you mean {like}? There are {{% if %}}, elif, else and endif"
    return f"there is no {{% {name} %}}; there are {{% if %}}, elif, else and endif"


def _like(name: str) -> str:
    if name in _ALMOST or name.startswith("end"):
        return _ALMOST.get(name, "endif")
    return next(iter(get_close_matches(name, _OURS, n=1)), "")
