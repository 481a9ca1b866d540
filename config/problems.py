"""Says what is wrong with jarshy.yaml: each problem with its line, in plain words, never with a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from config.layout import AccountBlock, AlertBlock, ChannelBlock, DefaultsBlock, Layout, NewsroomBlock, SourceBlock
from config.lines import Lines, Where

_KINDS = {
    "bool_parsing": "must be true or false",
    "dict_type": "must be a block of keys",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "list_type": "must be a list, such as [one, two]",
    "missing": "is missing",
    "model_type": "must be a block of keys",
    "string_type": "must be text (in quotes, if it looks like a number)",
}


class SettingsError(Exception):
    """Everything that is wrong with the settings, one sentence each, in the order of the file."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Problems:
    """Gathers what is wrong with one file. `variables` holds what the environment has put in place of its values."""

    file: str
    lines: Lines
    variables: Mapping[Where, str] = field(default_factory=dict)
    found: set[tuple[int, str]] = field(default_factory=set)

    def add(self, where: Where, sentence: str, *, word: object = "", known: Iterable[str] = ()) -> None:
        """Blame the key at `where`; of the `known` words the one nearest to `word` is offered."""
        variable = next((name for at, name in self.variables.items() if where[: len(at)] == at), "")
        line = 0 if variable else self.lines.of(where)
        place = f"environment, {variable}" if variable else f"{self.file}:{line}"
        subject = ".".join(key for key in where if isinstance(key, str))
        near = get_close_matches(str(word), list(known), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        self.found.add((line, f"{place}: {subject} {sentence}{hint}"))

    def add_all(self, error: ValidationError, values: Mapping[str, Any]) -> None:
        """Translate what pydantic says about `values`."""
        for one in error.errors(include_url=False, include_input=False):
            where = tuple(step for step in one["loc"] if step != "[key]")
            match one["type"]:
                case "extra_forbidden":
                    self.add(where, "is not a known key", word=where[-1], known=_block(where[:-1]).model_fields)
                case "literal_error" | "enum":
                    self.add(where, told(one), word=_at(values, where), known=_words(one))
                case _:
                    self.add(where, told(one))

    def raise_any(self) -> None:
        """Raise SettingsError if anything was found."""
        if self.found:
            raise SettingsError(sentence for _, sentence in sorted(self.found))


def told(error: Any) -> str:
    """Say in plain words what one of pydantic's errors means, without the value it is about."""
    about = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(about["error"])
        case "literal_error" | "enum":
            return f"must be one of {', '.join(_words(error))}"
        case "too_short":
            return "must not be empty"
        case "greater_than_equal":
            return f"must be at least {about['ge']}"
        case "less_than_equal":
            return f"must be at most {about['le']}"
        case kind:
            return _KINDS.get(kind, "is not what this key takes")


def _words(error: Any) -> list[str]:
    expected: str = error["ctx"]["expected"]
    return expected.replace("'", "").replace(" or ", ", ").split(", ")


def _at(values: Any, where: Where) -> object:
    for step in where:
        values = values[step]
    return values


def _block(where: Where) -> type[BaseModel]:
    match where:
        case ("newsroom",):
            return NewsroomBlock
        case ("sources", _):
            return SourceBlock
        case ("accounts", _):
            return AccountBlock
        case ("channels", _):
            return ChannelBlock
        case ("alerts", _):
            return AlertBlock
        case ("defaults",):
            return DefaultsBlock
        case _:
            return Layout
