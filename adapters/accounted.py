"""Which posts of an account are accounted for, on networks where only their words and moments tell posts apart."""

import json

from adapters.contract import Memo

_MARK = "channel:last_mark"
_MOST = 50
"""More than an account posts while two clocks may differ."""


def note_out(memo: Memo, number: str) -> None:
    """Keep which posts are accounted for: a look for a lost one that says the same must not take one of them for it."""
    others = [each for each in known(memo.read(_MARK)) if each != number]
    memo.note(_MARK, json.dumps(" ".join([*others, number][-_MOST:])))


def known(mark: str | None) -> list[str]:
    """List the posts a mark accounts for."""
    return (mark or "").strip('"').split()
