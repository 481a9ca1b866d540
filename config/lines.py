"""Reads a YAML 1.2 file into plain values and remembers where each key and value stands."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from config.mistakes import translated

Where = tuple[str | int, ...]
"""The keys that lead to a value, from the top."""

_CORE = "tag:yaml.org,2002:"
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_MOST = 100_000
"""Keys and entries; a few lines of references to references would otherwise fill the memory."""


class Unreadable(Exception):
    """The file cannot be read as YAML; `lines` and `at` say where, as far as it was read. None: nowhere in it."""

    def __init__(self, sentence: str, lines: "Lines | None" = None, at: int | None = None) -> None:
        super().__init__(sentence)
        self.lines = lines or Lines()
        self.at = at


class Piece(NamedTuple):
    """A key or a single value as the file has it; `start` and `end` are counted as in `Lines.text`."""

    where: Where
    start: int
    end: int
    is_key: bool


class Fault(NamedTuple):
    """Something that is no plain YAML, at a place of the file; what stands there is read as nothing."""

    where: Where
    at: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Where everything stands, as the number of characters before it; `of` and `place` turn that into lines."""

    text: str = ""
    keys: dict[Where, int] = field(default_factory=dict)
    values: dict[Where, int] = field(default_factory=dict)
    """Single values only: a block is best known by its key."""
    pieces: list[Piece] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[Where] = field(default_factory=set)
    """What could not be read for a fault; nothing more can be said about it."""

    def of(self, where: Where) -> int:
        """Find a value; else its key; else the nearest block around it that stands in the file; else the top."""
        return self.values[where] if where in self.values else self.of_key(where)

    def of_key(self, where: Where) -> int:
        """Find a key, or the nearest block around it that stands in the file; else the top."""
        while where and where not in self.keys:
            where = where[:-1]
        return self.keys.get(where, 0)

    def place(self, at: int) -> tuple[int, int]:
        """Tell line and column, counted from 1."""
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)


def read(path: Path) -> tuple[dict[str, Any], Lines]:
    """Read a file whose top is a block of keys; raises Unreadable.

    YAML 1.2, so that `no` stays a word and 22:00 is no number. A number that would be written otherwise (007, 1.10)
    stays text as well: it may be a network's name for a place.
    """
    lines = Lines(_text(path))
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # its warning shows an excerpt of the file
    try:
        top = yaml.compose(lines.text)
        plain = _Plain(lines).of(top, ()) if top else None
    except MarkedYAMLError as e:
        sentence, at = translated(e)
        raise Unreadable(sentence, lines, at) from e
    except ReaderError as e:
        raise Unreadable("here is a sign that no text has", lines, e.position) from e
    except YAMLError as e:
        raise Unreadable("this is not YAML", lines) from e
    except RecursionError as e:
        raise Unreadable("the blocks are nested too deep", lines) from e
    if not isinstance(plain, dict | None):
        raise Unreadable("the file must be a block of keys, such as newsroom, sources and channels", lines, 0)
    return plain or {}, lines


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        return _unmarked(content.decode())
    except FileNotFoundError as e:
        raise Unreadable("there is no such file") from e
    except UnicodeDecodeError as e:
        before = _unmarked(content[: e.start].decode())
        raise Unreadable("this is not UTF-8 text; save the file as UTF-8", Lines(before), len(before)) from e
    except OSError as e:
        raise Unreadable(f"the file cannot be read: {e.strerror}") from e


def _unmarked(text: str) -> str:
    """Drop what editors of text leave behind: a mark at the beginning, and other ends of lines."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


@dataclass(slots=True)
class _Plain:
    """Turns the parser's nodes into Python's own values, noting places on the way."""

    lines: Lines
    inside: set[int] = field(default_factory=set)

    def of(self, node: Node, where: Where) -> Any:
        if len(self.lines.keys) > _MOST:
            raise Unreadable("the file says more than can be meant", self.lines)
        if id(node) in self.inside:
            return self._unread(where, self.lines.of_key(where), "refers to itself")
        with self._within(node):
            match node:
                case MappingNode(tag="tag:yaml.org,2002:map"):
                    return self._block(node, where)
                case SequenceNode(tag="tag:yaml.org,2002:seq"):
                    return [self._noted(one, (*where, n), one) for n, one in enumerate(node.value)]
                case ScalarNode() if str(node.tag).startswith(_CORE):
                    return _scalar(node)
                case _:
                    return self._unread(where, node.start_mark.index, "has a tag (!); only plain values are read")

    @contextmanager
    def _within(self, node: Node) -> Iterator[None]:
        self.inside.add(id(node))
        yield
        self.inside.discard(id(node))

    def _block(self, node: MappingNode, where: Where) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in node.value:
            at = key.start_mark.index
            if not isinstance(key, ScalarNode):
                self._fault(where, at, "has a block or list where a key should be")
                continue
            name = str(key.value)
            if name in plain:
                line = self.lines.place(self.lines.keys[(*where, name)])[0]
                self._fault((*where, name), at, f"stands here a second time; the first is in line {line}")
                continue
            plain[name] = self._noted(value, (*where, name), key)
            if name == "<<":
                self._unread((*where, name), at, "is not read here: write the keys out")
        return plain

    def _noted(self, value: Node, where: Where, stands_at: Node) -> Any:
        start, end = stands_at.start_mark.index, stands_at.end_mark.index
        self.lines.keys[where] = start
        if stands_at is not value:
            self.lines.pieces.append(Piece(where, start, end, is_key=True))
        # What a reference means stands elsewhere, before its key.
        if isinstance(value, ScalarNode) and value.start_mark.index >= start:
            first, last = value.start_mark.index, value.end_mark.index
            self.lines.pieces.append(Piece(where, first, last, is_key=False))
            if first < last:
                self.lines.values[where] = first
        return self.of(value, where)

    def _unread(self, where: Where, at: int, sentence: str) -> None:
        self._fault(where, at, sentence)
        self.lines.unread.add(where)

    def _fault(self, where: Where, at: int, sentence: str) -> None:
        self.lines.faults.append(Fault(where, at, sentence))


def _scalar(node: ScalarNode) -> str | int | bool | None:
    text = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return int(text) if re.fullmatch(r"0|-?[1-9]\d{0,18}", text) else text
