"""Templates: checked whole before they are compiled, then rendered in a sandbox to words and marks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.posts.filters import FILTERS
from bot.posts.grammar import only_grows, problems
from bot.posts.markup import Styled, parse
from bot.posts.pointing import TemplateProblem, placed
from bot.posts.syntax import explained

__all__ = ["LONGEST", "MOST_PRINTED", "Template", "TemplateError", "TemplateProblem", "compile"]

LONGEST = 4_000
"""Characters of a template; the longest default has 600. Keeps the parser's own recursion and numbers small."""


MOST_PRINTED = 200_000
"""Characters one rendering may give; the longest post any network takes has 63,206."""


class TemplateError(Exception):
    """A template that cannot be used, with everything that is wrong in it."""

    def __init__(self, name: str, found: tuple[TemplateProblem, ...]) -> None:
        super().__init__(f"{name}: " + "; ".join(f"line {problem.line}: {problem.sentence}" for problem in found))
        self.name = name
        self.problems = found


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template; `text` is what the editor wrote."""

    name: str
    text: str
    _compiled: jinja2.Template = field(compare=False, repr=False)
    only_grows: bool = False
    """Whether more sentences of a passage can only add words, and one adds some wherever it is printed."""

    def render(self, fields: Mapping[str, object]) -> Styled:
        """Print the fields, each escaped, into the template.

        Raises jinja2.TemplateError when a field is missing or far too much is printed.
        """
        pieces, have = list[str](), 0
        for piece in self._compiled.generate(fields):
            pieces.append(piece)
            have += len(piece)
            if have > MOST_PRINTED:
                raise jinja2.TemplateRuntimeError(f"it prints more than {MOST_PRINTED} characters")
        return parse("".join(pieces))


def compile(text: str, *, name: str) -> Template:
    """Check a template and make it ready. Raises TemplateError with all problems at once."""
    if len(text) > LONGEST:
        raise TemplateError(name, (TemplateProblem(1, f"more than {LONGEST} characters: this is no template"),))
    if not text.strip():
        raise TemplateError(name, (TemplateProblem(1, "there is nothing in it, so its posts would have no words"),))
    env = _environment()
    try:
        tree = env.parse(text, name)
        found = problems(tree)
    except jinja2.TemplateSyntaxError as e:
        raise TemplateError(name, placed(text, (explained(text, e.lineno, e.message or ""),))) from e
    except RecursionError as e:
        raise TemplateError(name, (TemplateProblem(1, "nested too deep to be read"),)) from e
    if found:
        raise TemplateError(name, placed(text, found))
    return Template(name, text, env.from_string(tree), only_grows(tree))


def _environment() -> jinja2.Environment:
    env = ImmutableSandboxedEnvironment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    env.globals, env.tests = {}, {}
    env.filters = {name: jinja2.pass_context(_with_context(rule.run)) for name, rule in FILTERS.items()}
    return env


def _with_context(run: Any) -> Any:
    # Filters may be shared by environments, and pass_context marks the function it is given.
    return lambda context, *given: run(context, *given)
