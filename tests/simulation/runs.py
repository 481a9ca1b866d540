"""Kinds of histories: one for each crash or freeze point, and random ones drawn from seeds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.store.engine import engine_for
from bot.store.migrate import create
from tests.simulation.newsroom import NETWORKS
from tests.simulation.sim import History, Plan, Sim

VISIBLE = {name: f"{name}.{min(network.visible)}" for name, network in NETWORKS.items()} | {
    "telegram": "telegram.sendPhoto",  # a history's first story has a photo
    "bluesky": "bluesky.putRecord",
    "facebook": "facebook.flip",
}
"""The call that puts a post before readers; where a network has several, the one that histories use."""
FIRST = ("telegram", "mastodon", "bluesky")
"""The networks of the first histories: what once failed on them, and each mutant, is looked for there."""
LOST = ("accept_then_drop", "accept_then_500", "accept_late")
KINDS: dict[str, dict[str, Any]] = {
    "quiet": {},
    "crash": {"crash": True},
    "chaos": {"chaos": 0.3, "scratch": True},
    "lost answers": {"chaos": 0.3, "faults": LOST},
    "chaos and crash": {"chaos": 0.2, "crash": True},
    "busy": {"busy": True, "speaks": 0.05, "approval": True, "stories": 4, "edit_at": 60.0},
    "busy chaos": {
        "busy": True,
        "speaks": 0.02,
        "chaos": 0.15,
        "approval": True,
        "stories": 3,
        "crash": True,
        "scratch": True,
        "edit_at": 45.0,
    },
    "no keys": {"chaos": 0.3, "forgets_keys": True, "meddle": 0.05},
    "clock": {"chaos": 0.3, "faults": LOST, "forgets_keys": True, "scratch": True, "jumps": 3, "stories": 3},
    "clock and crash": {"chaos": 0.2, "forgets_keys": True, "scratch": True, "jumps": 2, "crash": True},
    "crowd": {"crowd": True, "chaos": 0.15, "stories": 3, "crash": True},
    "two and freeze": {"daemons": 2, "freeze": 0.02},
    "second thoughts": {
        "thinks": 0.05,
        "chaos": 0.15,
        "busy": True,
        "approval": True,
        "stories": 3,
        "crash": True,
        "scratch": True,
    },
    "breaking": {
        "hurries": 0.03,
        "thinks": 0.05,
        "chaos": 0.1,
        "busy": True,
        "approval": True,
        "stories": 4,
        "crash": True,
        "scratch": True,
    },
    "everything": {
        "daemons": 2,
        "freeze": 0.01,
        "chaos": 0.15,
        "crash": True,
        "busy": True,
        "stories": 3,
        "speaks": 0.02,
    },
}


def template(folder: Path) -> Path:
    """A migrated empty database to copy."""
    path = folder / "template.db"
    path.unlink(missing_ok=True)
    engine = engine_for(lambda: path)
    create(engine)
    engine.dispose()
    return path


def kind_of(seed: int) -> str:
    """The kind of a soak's history, as its number chooses it."""
    return list(KINDS)[seed % len(KINDS)]


def plan_of(seed: int, kind: dict[str, Any]) -> Plan:
    """The plan of a history of a kind; with `crash` it dies at two steps drawn from the seed."""
    chosen = dict(kind)
    if chosen.pop("crash", False):
        chosen["crash_at"] = (30 + seed * 37 % 400, 20 + seed * 53 % 260)
    return Plan(seed=seed, **chosen)


def history(seed: int, kind: dict[str, Any], folder: Path) -> History:
    """Live through one history of a kind."""
    return Sim(plan_of(seed, kind), folder / "history.db", folder / "template.db").run()


def points(fixed: dict[str, Any], kind: str, folder: Path, *, every: int = 1, start: int = 1) -> Iterator[History]:
    """One history for every step to crash at, or every crossing to freeze the first of two daemons at."""
    fixed = fixed | {"daemons": 2 if kind == "freeze" else 1}
    base = history(1, fixed, folder)
    yield base
    for n in range(start, (base.crossings if kind == "freeze" else base.steps) + 1, every):
        at: dict[str, Any] = {"freeze_at": n} if kind == "freeze" else {"crash_at": (n,)}
        yield history(1, fixed | at, folder)
