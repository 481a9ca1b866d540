"""What it costs to open a camera's JPEG once and prepare it for five networks, in the darkroom's own process."""

import asyncio
import io
import json
import os
import random
import time
from pathlib import Path
from typing import Any

from PIL import Image

from adapters.contract import Pictures
from bot.media.darkroom import Darkroom

_TICKS = os.sysconf("SC_CLK_TCK")
FIVE = (
    Pictures(size=10_000_000, side=5000),  # Telegram
    Pictures(size=5_000_000, side=4096),  # X
    Pictures(size=4_000_000, side=4096),  # Facebook
    Pictures(size=16_000_000, side=8000, area=33_177_600),  # Mastodon
    Pictures(size=1_000_000, side=2000),  # Bluesky's card
)


def opening(folder: Path) -> dict[str, Any]:
    """Open a 24-megapixel JPEG twice: the first time pays for the process, the second is what each picture costs."""
    content = camera()
    with Darkroom() as room:
        first, _ = _opened(room, content)
        before = _seconds(_pid(room))
        wall, sizes = _opened(room, content)
        spent, most = _seconds(_pid(room)) - before, _peak(_pid(room))
    figures = {"first_ms": first, "wall_ms": wall, "cpu_s": round(spent, 2), "peak_memory_mb": most}
    return {"picture_for_five_networks": figures | {"came_kb": len(content) // 1000, "prints_kb": sizes}}


def camera() -> bytes:
    """Make 24 million pixels with detail at every scale, as a photo has."""
    chance = random.Random(1)
    image = Image.new("RGB", (6000, 4000))
    for width, share in ((6, 0.6), (60, 0.35), (600, 0.25), (3000, 0.12)):
        height = width * 2 // 3
        grain = Image.frombytes("RGB", (width, height), chance.randbytes(width * height * 3))
        image = Image.blend(image, grain.resize(image.size, Image.Resampling.BICUBIC), share)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=93)
    return out.getvalue()


def _opened(room: Darkroom, content: bytes) -> tuple[int, list[int]]:
    began = time.perf_counter()
    prints = asyncio.run(room.develop(content, FIVE))
    return round((time.perf_counter() - began) * 1000), [len(each.content) // 1000 for each in prints]


def _pid(room: Darkroom) -> int:
    assert room._process
    return room._process.pid


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _peak(pid: int) -> int:
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 // 1_000_000


if __name__ == "__main__":
    print(json.dumps(opening(Path()), indent=1))
