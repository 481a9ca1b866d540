"""How long a story takes from the feed's changed answer to the last of its networks, one story at a time."""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.kit import Outside, environ, newsroom, outside, wait_for
from tests.e2e.outside import KINDS

EVERY = 3.2
"""Seconds between two stories: Telegram takes twenty a minute in one chat."""
NETWORKS = tuple(KINDS)
_FIRST = ("telegram", "mastodon", "bluesky")
"""Those the daemon began with; what was asked for is asked of them."""
_STORIES = 21


def latency(folder: Path) -> dict[str, Any]:
    """From the feed's changed answer to the last acceptance, by three networks and by five."""
    kinds = {"three": _FIRST, "five": NETWORKS}
    return {f"feed_to_last_of_{count}_ms": _measured(folder / count, names) for count, names in kinds.items()}


def _measured(folder: Path, networks: tuple[str, ...]) -> dict[str, int]:
    folder.mkdir()
    with outside(stories=_STORIES, every=EVERY) as world:
        newsroom(folder, world, networks=networks)
        with hurried(folder):
            wait_for(lambda: len(posts(world)) == len(networks) * _STORIES, seconds=120)
        return taken(world, _STORIES)


def taken(world: Outside, stories: int) -> dict[str, int]:
    """Sum up how long stories took."""
    shown: dict[int, float] = {}
    for poll in world.read("/polls"):
        shown.setdefault(poll["stories"], poll["at"])
    last: dict[int, float] = {}
    for post in posts(world):
        number = int(post["text"].split("Story")[1].split("x")[0])
        last[number] = max(last.get(number, 0), post["at"])
    # Story n came with the first answer that held n + 1 of them; the very first also pays for signing in.
    took = sorted(last[n] - shown[n + 1] for n in range(1, stories) if n + 1 in shown)
    named = {"median": statistics.median(took), "p95": took[int(len(took) * 0.95)]}
    return {"stories": len(took)} | {k: round(v * 1000) for k, v in named.items()}


def posts(world: Outside) -> list[Any]:
    """What readers got, each post once: a draft counts when it is shown."""
    return list({(each["network"], each["id"]): each for each in world.read("/ledger")}.values())


@contextmanager
def hurried(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the daemon with polls at every tick, and no pacing."""
    run = [sys.executable, "-m", "tests.bench.daemon", str(folder / "jarshy.yaml")]
    with subprocess.Popen(run, cwd=folder, env=environ(folder), stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
