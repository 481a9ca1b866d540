"""Patterns that are compiled when the first text is held against them: a start must not wait for all of them."""

from typing import Any, cast

import regex


def late(pattern: str, flags: int = 0) -> "regex.Pattern[str]":
    """Give what `regex.compile` would, without compiling it yet."""
    return cast("regex.Pattern[str]", _Late(pattern, flags))


class _Late:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Kept on this object, so that it is asked for each method once.
        found = self.__dict__[name] = getattr(regex.compile(self.pattern, self._flags), name)
        return found
