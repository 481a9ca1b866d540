"""Reads a YAML 1.2 file into plain values and remembers the line of every key."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Where = tuple[str | int, ...]
"""The keys that lead to a value, from the top."""

_CORE = "tag:yaml.org,2002:"
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Unreadable(Exception):
    """The file cannot be read as YAML; `line` is 0 where none is to blame."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True, slots=True)
class Lines:
    """The line, counted from 1, on which each key or list entry stands."""

    known: dict[Where, int] = field(default_factory=dict)

    def of(self, where: Where) -> int:
        """Tell the line of a key, or of the nearest block around it that stands in the file; 1 for the whole file."""
        while where and where not in self.known:
            where = where[:-1]
        return self.known.get(where, 1)


def read(path: Path) -> tuple[dict[str, Any], Lines]:
    """Read a file whose top is a block of keys; raises Unreadable.

    YAML 1.2, so that `no` stays a word and 22:00 is no number. A number that would be written otherwise (007, 1.10)
    stays text as well: it may be a network's name for a place.
    """
    yaml = YAML()
    yaml.composer.warn_double_anchors = False  # its warning shows an excerpt of the file
    try:
        top = yaml.compose(path.read_text(encoding="utf-8"))
    except FileNotFoundError as e:
        raise Unreadable("there is no such file") from e
    except (OSError, UnicodeDecodeError) as e:
        raise Unreadable("cannot be read as UTF-8 text") from e
    except MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        raise Unreadable(_told(e), mark.line + 1 if mark else 0) from e
    except YAMLError as e:
        raise Unreadable("is not YAML") from e
    lines = Lines()
    plain = _Plain(lines).of(top, ()) if top else None
    if not isinstance(plain, dict | None):
        raise Unreadable("must be a block of keys, such as newsroom, sources and channels", 1)
    return plain or {}, lines


def _told(error: MarkedYAMLError) -> str:
    # Only the parser's short problem, never its excerpt: that may show a password somebody has put there.
    problem = str(error.problem or "").split("\n")[0]
    if "\\t" in problem:
        return "has a tab here; YAML is indented with spaces"
    return f"is not YAML here: {problem}" if problem else "is not YAML here"


@dataclass(slots=True)
class _Plain:
    """Turns the parser's nodes into Python's own values, noting lines on the way."""

    lines: Lines
    inside: set[int] = field(default_factory=set)

    def of(self, node: Node, where: Where) -> Any:
        line = node.start_mark.line + 1
        if id(node) in self.inside:
            raise Unreadable("refers to itself here", line)
        self.inside.add(id(node))
        try:
            match node:
                case MappingNode(tag="tag:yaml.org,2002:map"):
                    return self._block(node, where)
                case SequenceNode(tag="tag:yaml.org,2002:seq"):
                    return [self._noted(one, (*where, at), one) for at, one in enumerate(node.value)]
                case ScalarNode() if str(node.tag).startswith(_CORE):
                    return _scalar(node)
                case _:
                    raise Unreadable("has a tag here; only plain values are read", line)
        finally:
            self.inside.discard(id(node))

    def _block(self, node: MappingNode, where: Where) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                raise Unreadable("has a block or list here where a key should be", line)
            name = str(key.value)
            if name in plain:
                raise Unreadable(f"{'.'.join(map(str, (*where, name)))} stands here a second time", line)
            plain[name] = self._noted(value, (*where, name), key)
        return plain

    def _noted(self, value: Node, where: Where, stands_at: Node) -> Any:
        self.lines.known[where] = stands_at.start_mark.line + 1
        return self.of(value, where)


def _scalar(node: ScalarNode) -> str | int | bool | None:
    text = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return int(text) if re.fullmatch(r"0|-?[1-9]\d{0,18}", text) else text
