"""Knows where in a template's text a problem lies, so that an editor sees it at a glance."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

__all__ = ["TemplateProblem", "placed", "shown"]

_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_WIDEST = 100
"""Signs of a line that are shown: a longer one would wrap, and its caret point at nothing."""


@dataclass(frozen=True, slots=True, order=True)
class TemplateProblem:
    """One thing an editor must mend, and where: line and column from 1, column 0 where it is not known.

    `at` is the piece of text that is meant; `placed` finds its column.
    """

    line: int
    sentence: str
    at: str = ""
    column: int = 0


def placed(text: str, found: Iterable[TemplateProblem]) -> tuple[TemplateProblem, ...]:
    """Find each problem's column, and put them in the order of reading."""
    lines, starts = _lines(text)
    spans = [match.span() for match in _CODE.finditer("\n".join(lines))]
    done = {each if each.column else replace(each, column=_column(each, lines, starts, spans)) for each in found}
    return tuple(sorted(done, key=lambda each: (each.line, each.column, each.sentence)))


def shown(text: str, problem: TemplateProblem) -> tuple[str, str]:
    """Show the line a problem is in, and below it a caret under the place; each is empty where it is not known."""
    lines, _ = _lines(text)
    line = lines[problem.line - 1].expandtabs(1).rstrip() if 1 <= problem.line <= len(lines) else ""
    if not problem.column:
        return (line if len(line) <= _WIDEST else line[:_WIDEST] + "…"), ""
    before = problem.column - 1
    start = max(0, before - _WIDEST // 2) if len(line) > _WIDEST else 0
    head, tail = ("…" if start else ""), ("…" if len(line) > start + _WIDEST else "")
    width = max(1, min(len(problem.at), len(line) - before))
    return head + line[start : start + _WIDEST] + tail, " " * (len(head) + before - start) + "^" * width


def _lines(text: str) -> tuple[list[str], list[int]]:
    lines = re.split(r"\r\n|\r|\n", text)
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    return lines, starts


def _column(problem: TemplateProblem, lines: list[str], starts: list[int], spans: list[tuple[int, int]]) -> int:
    """Names are looked for in {{ }} and {% %} only, markup outside of them only."""
    at = problem.at
    if not at or not 1 <= problem.line <= len(lines):
        return 0
    is_markup = at.startswith("<")
    head, tail = ("(?<!\\w)" if at[0].isalnum() else ""), ("(?!\\w)" if at[-1].isalnum() and not is_markup else "")
    for match in re.finditer(head + re.escape(at) + tail, lines[problem.line - 1]):
        start = starts[problem.line - 1] + match.start()
        is_code = any(first <= start < last for first, last in spans)
        if is_code is not is_markup:
            return match.start() + 1
    return 0
