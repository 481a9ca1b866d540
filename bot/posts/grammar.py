"""What a template may say: walks the parsed template and names everything else, with its line."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from jinja2 import nodes

from bot.posts.fields import FIELDS
from bot.posts.filters import FILTERS, Kind
from bot.posts.markup import ADDRESS, ANY_VALUE, faults

__all__ = ["DEEPEST", "TemplateProblem", "problems"]

DEEPEST = 8
"""Ifs within ifs, or terms within terms; no default goes beyond 3."""

_OPERATORS = {"eq": "==", "ne": "!=", "in": "in", "notin": "not in"}
_CALLED = {
    "For": "{% for %}",
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "Include": "{% include %}",
    "Import": "{% import %}",
    "FromImport": "{% from %}",
    "Extends": "{% extends %}",
    "Block": "{% block %}",
    "Macro": "{% macro %}",
    "CallBlock": "{% call %}",
    "FilterBlock": "{% filter %}",
    "With": "{% with %}",
    "Call": "calling something with ( )",
    "Getattr": "a dot after a name",
    "Getitem": "[ ] after a name",
    "CondExpr": "an if inside {{ }}",
    "Test": "is ...",
    "Concat": "~",
    "Const": "a fixed word inside {{ }}",
}


@dataclass(frozen=True, slots=True, order=True)
class TemplateProblem:
    """One thing an editor must mend, and the line it stands in (from 1)."""

    line: int
    sentence: str


def problems(tree: nodes.Template) -> tuple[TemplateProblem, ...]:
    """Name everything in a template that the language does not have; empty means it may be compiled."""
    return tuple(sorted(set(_block(tree.body, depth=0))))


def _block(body: list[nodes.Node], *, depth: int) -> Iterator[TemplateProblem]:
    """One branch: its markup must be balanced by itself, so that no condition can leave a tag open."""
    run = list[nodes.Node]()
    for node in body:
        match node:
            case nodes.Output():
                run += node.nodes
                yield from _expressions(node)
            case nodes.If():
                # A condition may stand between tags and inside them, only its own branches must be balanced.
                run.append(node)
                yield from _if(node, depth=depth + 1)
            case _:
                yield _not_ours(node)
    yield from _markup(run)


def _if(node: nodes.If, *, depth: int) -> Iterator[TemplateProblem]:
    if depth > DEEPEST:
        yield TemplateProblem(node.lineno, f"more than {DEEPEST} conditions inside each other")
        return
    yield from _condition(node.test, depth=0)
    yield from _block(node.body, depth=depth)
    for other in node.elif_:
        yield from _if(other, depth=depth)
    yield from _block(node.else_, depth=depth)


def _expressions(output: nodes.Output) -> Iterator[TemplateProblem]:
    for node in output.nodes:
        if isinstance(node, nodes.TemplateData):
            continue
        kind, found = _kind(node, depth=0)
        yield from found
        if kind is Kind.FLAG:
            yield TemplateProblem(node.lineno, "yes-or-no fields are asked, not printed: {% if is_solemn %}")
        elif kind is Kind.TAGS:
            yield TemplateProblem(node.lineno, "tags are printed with a filter: {{ tags | hashtags(3) }}")


def _condition(node: nodes.Node, *, depth: int) -> Iterator[TemplateProblem]:
    if depth > DEEPEST:
        yield _too_deep(node)
        return
    match node:
        case nodes.Not():
            yield from _condition(node.node, depth=depth + 1)
        case nodes.And() | nodes.Or():
            yield from _condition(node.left, depth=depth + 1)
            yield from _condition(node.right, depth=depth + 1)
        case nodes.Compare():
            for side in [node.expr, *(operand.expr for operand in node.ops)]:
                if not isinstance(side, nodes.Const):
                    yield from _kind(side, depth=depth + 1)[1]
            for operand in node.ops:
                if operand.op not in _OPERATORS:
                    allowed = ", ".join(_OPERATORS.values())
                    yield TemplateProblem(node.lineno, f"conditions compare with {allowed} only")
        case _:
            yield from _kind(node, depth=depth)[1]


def _kind(node: nodes.Node, *, depth: int) -> tuple[Kind | None, list[TemplateProblem]]:
    """What an expression gives; None where it gives nothing we know, and then why."""
    if depth > DEEPEST:
        return None, [_too_deep(node)]
    match node:
        case nodes.Name() if node.name in FIELDS:
            return FIELDS[node.name], []
        case nodes.Name():
            return None, [TemplateProblem(node.lineno, f"there is no field {node.name}{_like(node.name, FIELDS)}")]
        case nodes.Or():
            (left, wrong), (right, more) = (_kind(side, depth=depth + 1) for side in (node.left, node.right))
            return (left if left == right else Kind.TEXT), wrong + more
        case nodes.Filter() if node.node is not None:
            kind, found = _kind(node.node, depth=depth + 1)
            return _filtered(node, kind, found)
        case _:
            return None, [_not_ours(node)]


def _filtered(
    node: nodes.Filter, kind: Kind | None, found: list[TemplateProblem]
) -> tuple[Kind | None, list[TemplateProblem]]:
    rule = FILTERS.get(node.name)
    if rule is None:
        why = f"there is no filter {node.name}{_like(node.name, FILTERS)}"
        return None, [*found, TemplateProblem(node.lineno, why)]
    if kind is not None and kind not in rule.takes:
        takes = " or ".join(sorted(rule.takes))
        found = [*found, TemplateProblem(node.lineno, f"{node.name} works on {takes}, and this is {kind}")]
    if why := _wrong_argument(node, rule.argument):
        found = [*found, TemplateProblem(node.lineno, why)]
    return rule.gives, found


def _wrong_argument(node: nodes.Filter, argument: range | tuple[str, ...] | None) -> str:
    if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > 1:
        return f"{node.name} is told at most one thing in its brackets"
    given = node.args[0].value if node.args and isinstance(node.args[0], nodes.Const) else None
    if argument is None:
        return f"{node.name} takes nothing in brackets" if node.args else ""
    if isinstance(argument, range):
        is_fit = isinstance(given, int) and not isinstance(given, bool) and given in argument
        return "" if is_fit else f"{node.name} needs a number from {argument.start} to {argument.stop - 1} in brackets"
    choices = " or ".join(f'"{word}"' for word in argument)
    return "" if given in argument else f"{node.name} needs {choices} in brackets"


def _markup(run: list[nodes.Node]) -> Iterator[TemplateProblem]:
    source, starts, lines = "", list[int](), list[int]()
    for node in run:
        starts.append(len(source))
        lines.append(node.lineno)
        if isinstance(node, nodes.TemplateData):
            source += node.data
        else:
            source += ADDRESS if isinstance(node, nodes.Name) and node.name == "url" else ANY_VALUE
    for at, why in faults(source):
        part = bisect_right(starts, at) - 1
        yield TemplateProblem(lines[part] + source.count("\n", starts[part], at), why)


def _like(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f": did you mean {close[0]}?" if close else ""


def _too_deep(node: nodes.Node) -> TemplateProblem:
    return TemplateProblem(node.lineno, f"more than {DEEPEST} terms inside each other")


def _not_ours(node: nodes.Node) -> TemplateProblem:
    what = _CALLED.get(type(node).__name__, f"{type(node).__name__.lower()}")
    return TemplateProblem(node.lineno, f"{what} is not part of the template language")
