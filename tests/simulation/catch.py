"""Looks for a history that shows a broken promise; run on a copy of the tree with one safeguard taken out."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from tests.simulation.oracle import wrongs
from tests.simulation.runs import history, template

MOST = 400


def variants(plan: dict[str, Any], search: str, near: int) -> Iterator[dict[str, Any]]:
    """The plan itself, or it with a crash, a freeze or a seed at each number, beginning at `near` and going outward."""
    if not search:
        yield plan
        return
    name = {"crash": "crash_at", "freeze": "freeze_at", "seed": "seed"}[search]
    for n in range(MOST):
        number = near + (n + 1) // 2 * (-1 if n % 2 else 1)
        if number > 0:
            yield plan | {name: (number,) if search == "crash" else number}


def caught(plan: dict[str, Any], search: str, near: int, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The first variant that breaks a promise, and which; ({}, []) when none does."""
    template(folder)
    for each in variants(plan, search, near):
        chosen = {"seed": 1} | each
        if found := wrongs(history(chosen.pop("seed"), chosen, folder)):
            return each, found
    return {}, []


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as made:
        which, said = caught(json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(made))
    print(json.dumps({"plan": which, "wrong": said[:3]}))
