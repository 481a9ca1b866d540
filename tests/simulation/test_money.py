"""A day of paid posts: what was spent is what the network's meter says, whatever got lost on the way."""

import json
from pathlib import Path
from typing import Any

from tests.simulation.oracle import wrongs
from tests.simulation.runs import LOST, history

DAY: dict[str, Any] = {"networks": ("x",), "stories": 8, "chaos": 0.3, "faults": (*LOST, "drop_before")}


def test_a_day_s_log_sums_up_to_the_network_s_meter(folder: Path) -> None:
    seen: set[str] = set()
    doubted = 0
    for seed in range(3):
        lived = history(seed, DAY | {"budget": "0.27", "crash": seed > 0}, folder)
        assert not wrongs(lived), f"seed {seed}"
        assert lived.meters["x"] > 0
        rows = [json.loads(told.row) for told in lived.audit]
        seen |= {row.get("reason", "") for row in rows}
        doubted += sum("most" in row for row in rows)
    assert {"sent", "found", "backoff", "unlinked", "budget", "released"} <= seen
    assert doubted, "no question's answer got lost"
