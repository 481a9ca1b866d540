"""Reads the lists that editors tune: those shipped in config/words/, and a newsroom's own beside its settings."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from config.problems import Problems

KEYS = ("solemn", "not_solemn", "tags", "no_tags")
SHIPPED = Path(__file__).parent / "words"


def lists(own: Path | None = None) -> list[tuple[str, Mapping[str, object]]]:
    """Read every file as (language, its block), the shipped ones first. Raises SettingsError with every problem."""
    return _shipped() + [(path.stem, _block(path)) for path in (_files(own) if own else ())]


@cache
def _shipped() -> list[tuple[str, Mapping[str, object]]]:
    return [(path.stem, _block(path)) for path in _files(SHIPPED)]


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.yaml"))


def _block(path: Path) -> Mapping[str, object]:
    values, problems = Problems.reading(path, KEYS)
    for key, value in values.items():
        if key not in KEYS:
            problems.add_key((key,), "is not a known key", known=KEYS)
        elif key == "tags":
            _check_tags(value, problems)
        elif not isinstance(value, list) or not all(isinstance(one, str | int) and str(one).strip() for one in value):
            problems.add((key,), "must be a list of words, such as [one, two]")
    problems.raise_any()
    return values


def _check_tags(value: object, problems: Problems) -> None:
    if not isinstance(value, dict):
        problems.add(("tags",), "must be a block: the source's tag, a colon, the hashtag")
        return
    for tag, word in value.items():
        if not isinstance(word, str) or not word.lstrip("#").isidentifier():
            problems.add(("tags", tag), "must be one hashtag of letters and digits that begins with a letter")
