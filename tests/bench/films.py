"""What a film of 15 seconds costs: three drawn slides, made by ffmpeg in a process of its own."""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.media.cutting import CuttingRoom
from bot.media.darkroom import Darkroom
from bot.media.film import Still
from bot.media.shelf import Shelf
from bot.media.slides import TALL, Theme
from tests.bench.pictures import slides

_SECONDS = 5.0


def filming(folder: Path) -> dict[str, Any]:
    """Make a film from the drawing of its slides to its last byte, where nothing else was ever measured."""
    run = [sys.executable, "-m", "tests.bench.films"]
    made: dict[str, Any] = json.loads(subprocess.run(run, check=True, capture_output=True).stdout)
    return made


def _measured(folder: Path) -> dict[str, Any]:
    began = time.perf_counter()
    with Darkroom() as darkroom:
        drawn = [asyncio.run(darkroom.draw(each, Theme(name="The Steppe Courier"), TALL)) for each in slides()]
    with CuttingRoom(Shelf(folder)) as room:
        film = asyncio.run(room.cut([Still(each, _SECONDS) for each in drawn], lambda done: None))
    wall, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {"wall_s": round(wall, 1), "cpu_s": round(used.ru_utime + used.ru_stime, 2)}
    return {"film_of_15_s": figures | {"peak_memory_mb": used.ru_maxrss * 1024 // 1_000_000, "kb": len(film) // 1000}}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(_measured(Path(folder)), indent=1))
