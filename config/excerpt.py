"""Shows the line of a mistake, with everything struck out that may be a secret somebody has put there."""

import re
from collections.abc import Container, Iterator

from bot.posts.pointing import TemplateProblem, shown
from config.lines import Lines, Piece, Where

_FREE = frozenset({"sources", "accounts", "channels", "sections", "tags"})
"""Blocks whose keys people name themselves."""
_LEAD = re.compile(r"[ ]*(?:- )?([A-Za-z_][\w-]*):(?:[ ]+(?=\S)|$)")


def excerpt(lines: Lines, at: int, plain: Container[str]) -> str:
    """Show a line and below it a caret under the place; empty where the line has nothing to show.

    `plain` are the keys whose values may be shown; of everything else stars are left.
    """
    start = lines.text.rfind("\n", 0, at) + 1
    end = lines.text.find("\n", at)
    row = lines.text[start:end] if end >= 0 else lines.text[start:]
    pieces = [one for one in lines.pieces if one.start < start + len(row) and one.end > start]
    masked = _masked(row, start, pieces or list(_guessed(row, start)), plain)
    if not re.search(r"\w", masked):
        return ""
    line, caret = shown(masked, TemplateProblem(1, "", column=at - start + 1))
    return f"  {line}\n  {caret}"


def spoken(where: Where) -> str:
    """Say in one word where in the file something stands; what is no proper key may be a secret, and becomes stars."""
    names = [step if is_proper(where[: n + 1]) else "***" for n, step in enumerate(where) if isinstance(step, str)]
    return ".".join(names)


def is_proper(where: Where) -> bool:
    """Whether the last step of a place is a key that may be said."""
    key = str(where[-1])
    shape = r"[a-z][a-z_]{0,31}" if "credentials" in where[:-1] else r"<<|\w[\w &'.-]{0,63}"
    return bool(re.fullmatch(shape, key)) and not _looks_secret(key)


def _masked(row: str, start: int, pieces: list[Piece], plain: Container[str]) -> str:
    canvas = [sign if sign.isspace() else "*" for sign in row]
    taken = [False] * len(row)
    for piece in pieces:
        first, last = max(0, piece.start - start), min(len(row), piece.end - start)
        taken[first:last] = [True] * (last - first)
        if _may_be_shown(piece, row[first:last], plain):
            canvas[first:last] = row[first:last]
    for n, sign in enumerate(row):
        if sign == "#" and not taken[n] and (n == 0 or row[n - 1].isspace()):
            # A comment may keep the last token; nothing is wrong in it.
            return "".join(canvas[:n])
        if sign in "{}[],:-?" and not taken[n]:
            canvas[n] = sign
    return "".join(canvas)


def _may_be_shown(piece: Piece, text: str, plain: Container[str]) -> bool:
    if piece.is_key:
        # A tag or anchor belongs to the piece, and is as good a place for a secret as any.
        return is_proper(piece.where) and text.strip("'\"") == piece.where[-1]
    named = [step for n, step in enumerate(piece.where) if isinstance(step, str) and not _is_free(piece.where[:n])]
    return text.isprintable() and all(step in plain for step in named) and not _looks_secret(text)


def _is_free(around: Where) -> bool:
    return bool(around) and around[-1] in _FREE


def _looks_secret(text: str) -> bool:
    """Whether nobody would make up a word of the text: it is long, and mixed as only machines and passwords mix."""
    if "://" in text and re.search(r"[@?#]", text):
        return True
    if re.search(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", text):
        return True
    if any(_count(r"[0-9]", run) > 2 < _count(r"[A-Za-z]", run) for run in re.findall(r"[A-Za-z0-9]{16,}", text)):
        return True
    words = re.findall(r"[^\s\"'{}\[\],]{16,}", text)
    return any(_is_mixed(word) or (len(word) >= 32 and "://" not in word) for word in words)


def _count(signs: str, text: str) -> int:
    return len(re.findall(signs, text))


def _is_mixed(word: str) -> bool:
    return all(re.search(signs, word) for signs in (r"[0-9]", r"[a-z]", r"[A-Z]"))


def _guessed(row: str, start: int) -> Iterator[Piece]:
    """Take a line the parser gave up on for a key and a value."""
    found = _LEAD.match(row)
    if not found:
        return
    where: Where = (found[1],)
    yield Piece(where, start + found.start(1), start + found.end(1), is_key=True)
    if found.end() < len(row) and not re.search(r"[{]|:(\s|$)", row[found.end() :]):
        yield Piece(where, start + found.end(), start + len(row), is_key=False)
