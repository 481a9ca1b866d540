"""Names every mistake in a settings file: where it stands, what is wrong, and what was probably meant."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ValidationError

from config.blocks import block_at
from config.excerpt import excerpt, spoken
from config.lines import Lines, Unreadable, Where, read
from config.values import Unknown

_KINDS = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "decimal_parsing": "must be a number",
    "dict_type": "must be a block of keys",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "list_type": "must be a list, such as [one, two]",
    "missing": "is missing",
    "model_type": "must be a block of keys",
    "string_too_short": "must not be empty",
    "string_type": "must be text (in quotes, if it looks like a number)",
}
_OTHER = "is not what this key takes"
_EMPTY = "is empty; fill it in, or leave the key out"


class SettingsError(Exception):
    """Everything that is wrong with the settings, one sentence each, in the order of the file.

    `shown` are the same sentences, each with its line of the file below it and a caret under the place.
    """

    def __init__(self, problems: Iterable[str], shown: Iterable[str] = ()) -> None:
        self.problems = tuple(problems)
        self.shown = tuple(shown) or self.problems
        super().__init__("\n".join(self.problems))


class _Problem(NamedTuple):
    at: int
    """How far into the file; -1: in the environment."""
    sentence: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Problems:
    """Gathers what is wrong with one file. `variables` holds what the environment has put in place of its values.

    Values stand in what is shown of the file only under the keys that are `plain`.
    """

    file: str
    lines: Lines
    plain: Container[str] = ()
    variables: dict[Where, str] = field(default_factory=dict)
    found: set[_Problem] = field(default_factory=set)

    @classmethod
    def reading(cls, path: Path, plain: Container[str]) -> tuple[dict[str, Any], Self]:
        """Read a file, and begin with what is no plain YAML in it; raises SettingsError where it cannot be read."""
        try:
            values, lines = read(path)
        except Unreadable as e:
            problems = cls(str(path), e.lines, plain)
            if e.at is None:
                problems.found.add(_Problem(0, f"{path}: {e}"))
            else:
                problems.blame(e.at, str(e))
            problems.raise_any()
        problems = cls(str(path), lines, plain)
        for where, at, sentence in lines.faults:
            problems.blame(at, f"{spoken(where)} {sentence}".strip())
        return values, problems

    def add(self, where: Where, sentence: str, *, word: object = "", known: Iterable[str] = ()) -> None:
        """Blame the value at `where`; of the `known` words the one nearest to `word` is offered."""
        self._add(where, self.lines.of(where), sentence + _hint(word, known))

    def add_key(self, where: Where, sentence: str, *, known: Iterable[str] = ()) -> None:
        """Blame the key at `where`; of the `known` keys the one nearest to it is offered."""
        self._add(where, self.lines.of_key(where), sentence + _hint(where[-1], known))

    def add_all(self, error: ValidationError, values: Mapping[str, Any]) -> None:
        """Translate what pydantic says about `values`."""
        for one in error.errors(include_url=False, include_input=False):
            where = tuple(step for step in one["loc"] if step != "[key]")
            if one["type"] == "extra_forbidden":
                self.add_key(where, "is not a known key", known=block_at(where[:-1]).model_fields)
            elif "[key]" in one["loc"]:
                self.add_key(where, told(one))
            else:
                value = _at(values, where)
                is_empty = value is None and one["type"].endswith("_type")
                self.add(where, _EMPTY if is_empty else told(one), word=value, known=words(one))

    def add_variable(self, name: str, sentence: str) -> None:
        """Blame a variable of the environment."""
        self.found.add(_Problem(-1, f"environment, {name}: {sentence}"))

    def blame(self, at: int, sentence: str) -> None:
        """Blame a place of the file."""
        line, column = self.lines.place(at)
        self.found.add(_Problem(at, f"{self.file}:{line}:{column}: {sentence}", excerpt(self.lines, at, self.plain)))

    def raise_any(self) -> None:
        """Raise SettingsError if anything was found."""
        if self.found:
            found = sorted(self.found)
            raise SettingsError(
                (one.sentence for one in found), (f"{one.sentence}\n{one.excerpt}".rstrip() for one in found)
            )

    def _add(self, where: Where, at: int, sentence: str) -> None:
        said = f"{spoken(where)} {sentence}"
        variable = next((name for key, name in self.variables.items() if where[: len(key)] == key), "")
        if variable:
            self.add_variable(variable, said)
        elif where[:1] and where[:1] not in self.lines.keys:
            # It is the file as a whole that lacks something: no line would show it.
            self.found.add(_Problem(0, f"{self.file}:1:1: {said}"))
        elif not any(where[: len(unread)] == unread for unread in self.lines.unread):
            self.blame(at, said)


def told(error: Any) -> str:
    """Say in plain words what one of pydantic's errors means, without the value it is about."""
    about = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(about["error"])
        case "literal_error" | "enum":
            return f"must be one of {', '.join(words(error))}"
        case "too_short":
            return "must not be empty"
        case "greater_than_equal":
            return f"must be at least {about['ge']}"
        case "less_than_equal":
            return f"must be at most {about['le']}"
        case kind:
            return _KINDS.get(kind, _OTHER)


def told_with(error: Any, model: type[BaseModel]) -> str:
    """Say what one of pydantic's errors means, and what belongs there where only the `model` says it."""
    sentence = told(error)
    described = model.model_fields[error["loc"][0]].description if error["loc"] else None
    return f"{sentence}: {described}" if described and sentence in (_OTHER, _KINDS["missing"]) else sentence


def words(error: Any) -> list[str]:
    """List what one of pydantic's errors would take, where it is one of a few words."""
    about = error.get("ctx", {})
    if isinstance(about.get("error"), Unknown):
        return list(about["error"].known)
    expected: str = about.get("expected", "") if error["type"] in ("literal_error", "enum") else ""
    return [word for word in expected.replace("'", "").replace(" or ", ", ").split(", ") if word]


def _hint(word: object, known: Iterable[str]) -> str:
    near = get_close_matches(str(word), list(known), n=1)
    return f' - did you mean "{near[0]}"?' if near else ""


def _at(values: Any, where: Where) -> object:
    for step in where:
        try:
            values = values[step]
        except (LookupError, TypeError):
            return ""
    return values
