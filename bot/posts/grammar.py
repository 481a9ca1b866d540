"""What a template may say: walks the parsed template and names everything else, with its line."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from jinja2 import nodes

from bot.posts.fields import FIELDS
from bot.posts.filters import FILTERS, Kind
from bot.posts.markup import ADDRESS, ANY_VALUE, faults
from bot.posts.pointing import TemplateProblem
from bot.tongue import phrase

__all__ = ["DEEPEST", "MOST_NODES", "problems"]

DEEPEST = 8
"""Ifs within ifs, or terms within terms; no default goes beyond 3."""
MOST_NODES = 500
"""Pieces of a template: fields, filters, conditions, stretches of text; the longest default has under 60."""

_TAG = re.compile(r"</?\w*")
_OPERATORS = {"eq": "==", "ne": "!=", "in": "in", "notin": "not in"}
_SIGNS = {"gt": ">", "gteq": ">=", "lt": "<", "lteq": "<="}
_LISTS = phrase("lists print themselves: {{ tags | hashtags(3) }}, {{ authors | byline }}")
_PLAIN = phrase("write the text itself into the template")
_NO_PARTS = phrase("fields have no parts, only filters: {{ title | upper }}")
_ASK = phrase("write {% if is_solemn %}...{% else %}...{% endif %} around it")
_THERE_ARE = phrase("there are fields, filters and {% if %}")
_NO_SUMS = phrase("there is no reckoning; sentences(2) and shorten(110) take their number as it stands")
_CALLED: Mapping[str, tuple[str, str, str]] = {
    # node: what it is called, what to write instead, the piece of the text that shows it
    "For": ("{% for %}", _LISTS, "for"),
    "Assign": ("{% set %}", _PLAIN, "set"),
    "AssignBlock": ("{% set %}", _PLAIN, "set"),
    "Include": ("{% include %}", _PLAIN, "include"),
    "Import": ("{% import %}", _PLAIN, "import"),
    "FromImport": ("{% from %}", _PLAIN, "from"),
    "Extends": ("{% extends %}", _PLAIN, "extends"),
    "Block": ("{% block %}", _PLAIN, "block"),
    "Macro": ("{% macro %}", _PLAIN, "macro"),
    "CallBlock": ("{% call %}", _PLAIN, "call"),
    "FilterBlock": ("{% filter %}", phrase("put the filter behind the field: {{ title | upper }}"), "filter"),
    "With": ("{% with %}", _PLAIN, "with"),
    "Scope": ("{% autoescape %}", phrase("every field is made safe by itself"), "autoescape"),
    "Call": (
        phrase("calling something with ( )"),
        phrase("only filters take brackets: {{ story | sentences(2) }}"),
        "(",
    ),
    "Getattr": (phrase("a dot after a name"), _NO_PARTS, "."),
    "Getitem": (phrase("[ ] after a name"), _NO_PARTS, "["),
    "CondExpr": (phrase("an if inside {{ }}"), _ASK, "if"),
    "And": (phrase("`and` inside {{ }}"), _ASK, "and"),
    "Not": (phrase("`not` inside {{ }}"), _ASK, "not"),
    "Compare": (phrase("comparing inside {{ }}"), _ASK, ""),
    "Test": ("is ...", phrase("ask for the field itself: {% if dek %}"), "is"),
    "Concat": ("~", phrase("write the parts beside each other: {{ mark }}{{ title }}"), "~"),
    "Const": (phrase("a fixed word inside {{ }}"), phrase("write it outside of {{ }}"), ""),
    "TemplateData": (phrase("a fixed word inside {{ }}"), phrase("write it outside of {{ }}"), ""),
    "List": (phrase("a list"), _LISTS, "["),
    "Tuple": (phrase("a list"), _LISTS, ","),
    "Dict": (phrase("a list"), _LISTS, "{"),
    "Mul": ("*", _NO_SUMS, "*"),
    "Add": ("+", _NO_SUMS, "+"),
    "Sub": ("-", _NO_SUMS, "-"),
    "Neg": ("-", _NO_SUMS, "-"),
    "Pos": ("+", _NO_SUMS, "+"),
    "Div": ("/", _NO_SUMS, "/"),
    "FloorDiv": ("//", _NO_SUMS, "//"),
    "Mod": ("%", _NO_SUMS, "%"),
    "Pow": ("**", _NO_SUMS, "**"),
}


def problems(tree: nodes.Template) -> tuple[TemplateProblem, ...]:
    """Name everything in a template that the language does not have; empty means it may be compiled."""
    if _is_many(tree):
        return (TemplateProblem(1, f"more than {MOST_NODES} fields, filters and conditions: this is no template"),)
    return tuple(sorted(set(_block(tree.body, depth=0))))


def only_grows(tree: nodes.Template) -> bool:
    """Whether passages are printed only, and nothing is chosen by them: no condition, "or", or comparing filter."""
    printed = sum(_is_passage(node) for output in tree.find_all(nodes.Output) for node in map(_bared, output.nodes))
    return printed == sum(_is_passage(node) for node in tree.find_all(nodes.Name))


def _bared(node: nodes.Node) -> nodes.Node:
    """Take filters off an expression, but for the one that may drop what it is given."""
    while isinstance(node, nodes.Filter) and node.node is not None and node.name != "unless_same_as_title":
        node = node.node
    return node


def _is_passage(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and FIELDS.get(node.name) is Kind.PASSAGE


def _is_many(tree: nodes.Template) -> bool:
    """Count without recursion: what is counted may be nested deeper than Python calls."""
    waiting, count = list[nodes.Node]([tree]), 0
    while waiting and count <= MOST_NODES:
        count += 1
        waiting += waiting.pop().iter_child_nodes()
    return count > MOST_NODES


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
            yield TemplateProblem(
                node.lineno, "yes-or-no fields are asked, not printed: {% if is_solemn %}", _name(node)
            )
        elif kind is Kind.TAGS:
            yield TemplateProblem(node.lineno, "tags are printed with a filter: {{ tags | hashtags(3) }}", _name(node))


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
                    yield TemplateProblem(
                        node.lineno, f"conditions compare with {allowed} only", _SIGNS.get(operand.op, "")
                    )
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
            return None, [_unknown(phrase("field"), node, FIELDS)]
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
        return None, [*found, _unknown(phrase("filter"), node, FILTERS)]
    if kind is not None and kind not in rule.takes:
        takes = " or ".join(sorted(rule.takes))
        found = [*found, TemplateProblem(node.lineno, f"{node.name} works on {takes}, and this is {kind}", node.name)]
    if why := _wrong_argument(node, rule.argument):
        found = [*found, TemplateProblem(node.lineno, why, node.name)]
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
        tag = _TAG.match(source, at)
        yield TemplateProblem(lines[part] + source.count("\n", starts[part], at), why, tag[0] if tag else "<")


def _unknown(what: str, node: nodes.Name | nodes.Filter, known: Iterable[str]) -> TemplateProblem:
    name, close = node.name, get_close_matches(node.name, known, n=1)
    if close:
        return TemplateProblem(node.lineno, f"there is no {what} {name}: did you mean {close[0]}?", name)
    return TemplateProblem(node.lineno, f"there is no {what} {name}; there are {', '.join(known)}", name)


def _name(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""


def _too_deep(node: nodes.Node) -> TemplateProblem:
    return TemplateProblem(node.lineno, f"more than {DEEPEST} terms inside each other")


def _not_ours(node: nodes.Node) -> TemplateProblem:
    kind = type(node).__name__
    what, instead, at = _CALLED.get(kind, (kind.lower(), _THERE_ARE, ""))
    if isinstance(node, nodes.Const):
        at = str(node.value)
    # The parser gives some nodes no line, but always their parts.
    lines = (each.lineno for each in (node, *node.iter_child_nodes()) if each.lineno)
    return TemplateProblem(next(lines, 1), f"{what} is not part of the template language: {instead}", at)
