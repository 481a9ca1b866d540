"""`make soak N=1000`: that many random histories more, from where the last soak ended; figures go to docs/design.md."""

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import structlog

from tests.simulation.oracle import wrongs
from tests.simulation.runs import KINDS, history, kind_of, plan_of, template
from tests.simulation.sim import networks_of

NOTES = Path(__file__).parents[2] / "docs" / "design.md"
_DONE = re.compile(r"seeds \d+\.\.(\d+)")


def live(first: int, count: int) -> list[str]:
    """Live through `count` seeds, each with the kind its number chooses; says which failed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    failed = []
    with tempfile.TemporaryDirectory() as made:
        template(Path(made))
        for seed in range(first, first + count):
            kind = kind_of(seed)
            if found := wrongs(history(seed, KINDS[kind], Path(made))):
                failed.append(f'("{kind}", {seed}): {found[0]}')
    return failed


def drawn(seeds: Iterable[int]) -> Counter[str]:
    """Count in how many histories each network has a channel."""
    return Counter(name for seed in seeds for name in networks_of(plan_of(seed, KINDS[kind_of(seed)])))


def main(count: int) -> int:
    """Soak, and append what came of it."""
    before = [int(last) for last in _DONE.findall(NOTES.read_text())]
    first, start = max(before, default=9999) + 1, time.monotonic()
    batches = [(at, min(50, first + count - at)) for at in range(first, first + count, 50)]
    failed: list[str] = []
    with ProcessPoolExecutor(2) as pool:
        for done, found in enumerate(pool.map(live, *zip(*batches, strict=True)), 1):
            failed += found
            for each in found:
                print("\n" + each)
            print(f"\r{min(done * 50, count)} of {count} histories, {len(failed)} failed", end="", flush=True)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    took = time.monotonic() - start
    among = drawn(range(first, first + count))
    line = (
        f"- {datetime.now(UTC):%Y-%m-%d} `make soak N={count}` at {commit.stdout.strip()}: "
        f"seeds {first}..{first + count - 1}, "
        f"{len(failed)} failed, each of {len(among)} networks in {min(among.values())} or more, "
        f"{count / took:.1f} histories a second on two cores"
    )
    NOTES.write_text(NOTES.read_text().rstrip("\n") + "\n" + "\n".join([line, *(f"  - {f}" for f in failed)]) + "\n")
    print("\n" + line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
