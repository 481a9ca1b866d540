"""A day of paid posts: what was spent is what the network's meter says, whatever got lost on the way."""

import json
from pathlib import Path
from typing import Any

from tests.simulation.oracle import wrongs
from tests.simulation.runs import LOST, history

DAY: dict[str, Any] = {"networks": ("x",), "stories": 8, "chaos": 0.3, "faults": (*LOST, "drop_before")}


PHOTOS = DAY | {"form": "photo", "described": True}


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


def test_descriptions_of_pictures_are_in_the_log_whether_or_not_a_post_came_of_them(folder: Path) -> None:
    told = []
    for seed in range(4):
        lived = history(seed, PHOTOS | {"budget": "0.27", "crash": seed > 1}, folder)
        assert not wrongs(lived), f"seed {seed}"
        told += [row for each in lived.audit if (row := json.loads(each.row)).get("fee") == "description"]
    assert {"price" in row for row in told} == {True, False}, "no description's answer came, or none got lost"
