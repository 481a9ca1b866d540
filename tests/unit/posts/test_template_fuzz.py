"""Templates by chance: none escapes, none prints or computes without bound. JARSHY_FUZZ says how many (`make fuzz`)."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import jinja2
import pytest

from bot.posts.fields import FIELDS
from bot.posts.filters import FILTERS, Day, Kind, Names, Passage
from bot.posts.grammar import MOST_NODES
from bot.posts.pointing import TemplateProblem
from bot.posts.template import LONGEST, MOST_PRINTED, Template, TemplateError, compile
from tests.unit.posts.template_maker import Maker

COUNT = int(os.environ.get("JARSHY_FUZZ", "1500"))
MOST_CALLS = 150_000
"""Python calls for reading, checking and rendering one template, the story being of 500 sentences."""
CANARY = "k4n4r1"
ALLOWED = frozenset(
    {"Template", "Output", "TemplateData", "Name", "Filter", "Const", "If", "Not", "And", "Or", "Compare", "Operand"}
)
ESCAPED = (
    "<class",
    "<function",
    "<built-in",
    "<bound",
    "TemplateReference",
    "object at 0x",
    "jinja2",
    "Undefined",
    CANARY,
)


class Secretive(str):
    secret = CANARY
    __slots__ = ()

    def __format__(self, how: str) -> str:
        return CANARY

    def __mod__(self, other: object) -> str:
        return CANARY


@dataclass(frozen=True)
class Sentences(Passage):
    secret: str = CANARY


def values(sentences: int) -> dict[str, object]:
    """Something for every field, with a secret beside it that no template may reach."""
    text = Secretive("Tea, <b>milk</b> & salt, which the town of Taraz likes: " * 2)
    long = Secretive("Nine berths, ten cranes, and a pier stand there. " * sentences)
    of_kind: dict[Kind, object] = {
        Kind.TEXT: text,
        Kind.PASSAGE: Sentences(tuple(f"Pier {n} has {n} berths, said the port." for n in range(sentences))),
        Kind.TAGS: tuple(f"tag {n}" for n in range(40)),
        Kind.NAMES: Names(("Aigul", "Bota", "Daniyar")),
        Kind.DAY: Day(datetime(2026, 11, 25, tzinfo=UTC), "en"),
        Kind.FLAG: True,
    }
    return {name: of_kind[kind] for name, kind in FIELDS.items()} | {
        "lead": long,
        "language": "en",
        "url": "https://a.example/",
    }


SHORT, LONG = values(3), values(500)


class Watch:
    """Counts Python calls, and hears what reaches out of the process; the interpreter's hook cannot be taken back."""

    def __init__(self) -> None:
        self.calls, self.heard, self._is_on = 0, list[str](), False
        sys.addaudithook(self._hear)

    def run(self, work: Callable[[], Any]) -> Any:
        self.calls, self.heard, self._is_on = 0, [], True
        before = sys.getprofile()
        sys.setprofile(self._count)
        try:
            return work()
        finally:
            sys.setprofile(before)
            self._is_on = False

    def _count(self, frame: FrameType, event: str, argument: object) -> None:
        self.calls += event in ("call", "c_call")

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._is_on and event.partition(".")[0] in (
            "open",
            "import",
            "os",
            "subprocess",
            "socket",
            "ctypes",
            "exec",
        ):
            self.heard.append(event)


WATCH = Watch()


def unknown_parts(text: str) -> set[str]:
    """What of a template the language does not have, told by a parser that knows nothing of our rules."""
    tree = jinja2.Environment().parse(text)
    found, count, waiting = set[str](), 0, [tree]
    while waiting:
        node: Any = waiting.pop()
        count += 1
        waiting += node.iter_child_nodes()
        kind = type(node).__name__
        is_known = (
            kind in ALLOWED and (kind != "Name" or node.name in FIELDS) and (kind != "Filter" or node.name in FILTERS)
        )
        found |= set() if is_known else {kind}
    return found | ({"too many nodes"} if count > MOST_NODES else set())


def reached_out(text: str, words: str) -> list[str]:
    """What rendered words show of the inside."""
    return [sign for sign in ESCAPED if sign in words and sign not in text]


def accepted(text: str) -> Template | None:
    """The template, or None where it is refused with sentences and places."""
    found: tuple[TemplateProblem, ...] = ()
    try:
        return compile(text, name="any")
    except TemplateError as e:
        found = e.problems
    assert found, text
    assert all(problem.sentence and problem.line >= 1 and problem.column >= 0 for problem in found), text
    return None


def rendered(made: Template, fields: dict[str, object]) -> str:
    """The words, or none where they would be too many."""
    try:
        return made.render(fields).text
    except jinja2.TemplateRuntimeError as e:
        said = str(e)
    assert "prints more than" in said
    return ""


def test_no_template_escapes_or_goes_beyond_its_bounds() -> None:
    maker, taken, most_calls, longest = Maker(1), 0, 0, 0
    rendered(compile("{{ title | shorten(40) }}{{ lead | sentences(2) }}", name="warm"), LONG)
    for n in range(COUNT):
        text = maker.template()
        made = WATCH.run(lambda text=text: accepted(text))
        most_calls = max(most_calls, WATCH.calls)
        if made is None:
            continue
        taken += 1
        assert len(text) <= LONGEST
        assert not unknown_parts(text), f"template {n}: {text}"
        words = WATCH.run(lambda made=made, n=n: rendered(made, SHORT if n % 25 else LONG))
        most_calls, longest = max(most_calls, WATCH.calls), max(longest, len(words))
        assert not WATCH.heard, f"template {n} reached out ({WATCH.heard}): {text}"
        assert not reached_out(text, words), f"template {n}: {text}"
        assert len(words) <= MOST_PRINTED, f"template {n}: {text}"
        assert most_calls <= MOST_CALLS, f"template {n}, {most_calls} calls: {text}"
    print(f"{COUNT} templates, {taken} accepted, {most_calls} calls at most, {longest} characters at most")
    # A fuzz of nothing but refusals, or of none, would prove nothing.
    assert COUNT * 0.3 < taken < COUNT * 0.8


@pytest.mark.parametrize(
    "text",
    [
        "{{ story.secret }}",
        "{{ title.__class__ }}",
        "{{ title.format }}",
        "{{ title | attr('secret') }}",
        "{{ range }}",
    ],
)
def test_the_fuzz_would_see_an_escape_if_nothing_were_checked(text: str) -> None:
    words = jinja2.Environment().from_string(text).render(SHORT)
    assert reached_out(text, words)
    assert unknown_parts(text)
    assert accepted(text) is None


def test_what_prints_without_end_is_stopped() -> None:
    made = accepted("{{ lead }}" * 60)
    assert made is not None
    with pytest.raises(jinja2.TemplateRuntimeError, match="prints more than 200000 characters"):
        made.render(LONG)
