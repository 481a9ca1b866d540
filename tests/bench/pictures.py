"""What it costs to open a camera's JPEG once and prepare it for ten networks, and to draw cards, in the darkroom."""

import asyncio
import io
import json
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from adapters.contract import Pictures
from bot.media.darkroom import Darkroom
from bot.media.slides import TALL, Slide, Theme
from bot.rehearsal.drawing import drawn

_TICKS = os.sysconf("SC_CLK_TCK")
TEN = (
    Pictures(size=10_000_000, side=5000),  # Telegram
    Pictures(size=5_000_000, side=4096),  # X
    Pictures(size=4_000_000, side=4096),  # Facebook
    Pictures(size=16_000_000, side=8000, area=33_177_600),  # Mastodon
    Pictures(size=1_000_000, side=2000),  # Bluesky's card
    Pictures(size=8_000_000, side=1440, mimes=("image/jpeg",), narrowest=0.8, widest=1.25),  # Instagram, made to cut
    Pictures(size=8_000_000, side=1440, narrowest=0.1, widest=10),  # Threads
    Pictures(size=8_000_000, side=4096, area=36_152_319),  # LinkedIn
    Pictures(size=20_000_000, side=1080, mimes=("image/jpeg", "image/webp")),  # TikTok
    Pictures(size=2_000_000, side=1280, narrowest=1.7, widest=1.78),  # YouTube's thumbnail
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
    return {"picture_for_ten_networks": figures | {"came_kb": len(content) // 1000, "prints_kb": sizes}}


def cards(folder: Path) -> dict[str, Any]:
    """Draw the slides of a film: a photo with a headline, a sentence, and a closing card."""
    theme, told = Theme(name="The Steppe Courier", address="courier.example"), slides()
    with Darkroom() as room:
        _drawn(room, told[-1:], theme)
        before, began = _seconds(_pid(room)), time.perf_counter()
        made = _drawn(room, told, theme)
        wall, spent, most = time.perf_counter() - began, _seconds(_pid(room)) - before, _peak(_pid(room))
    figures = {"wall_ms": round(wall * 1000), "cpu_s": round(spent, 2), "peak_memory_mb": most}
    return {"three_tall_cards": figures | {"kb": [len(each) // 1000 for each in made]}}


def slides() -> tuple[Slide, ...]:
    """Write a film's slides: a photo with a headline, a sentence, and a closing card."""
    headline = "Aktau port wins 48.6 billion tenge loan to double grain capacity"
    photo = drawn("https://courier.example/port.jpg")
    return (
        Slide(kicker="Business", headline=headline, photo=photo, credit="Photo: Dina Omarova"),
        Slide(sentence="Construction starts in March and should finish by autumn 2028, the operator said on Monday."),
        Slide(is_closing=True),
    )


def _drawn(room: Darkroom, slides: Sequence[Slide], theme: Theme) -> list[bytes]:
    return [asyncio.run(room.draw(each, theme, TALL)) for each in slides]


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
    prints = asyncio.run(room.develop(content, TEN))
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
    print(json.dumps(opening(Path()) | cards(Path()), indent=1))
