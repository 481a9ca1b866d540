"""Pictures for a newsroom that has none to show: a steppe under a sky, the same for the same address each time."""

import colorsys
import hashlib
import random
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

__all__ = ["drawn"]

_WIDTH, _HEIGHT = 1280, 853
_HORIZON = 500
_HILLS = 4

Colour = tuple[int, int, int]


@lru_cache(maxsize=64)
def drawn(address: str) -> bytes:
    """Draw a landscape as a JPEG."""
    from PIL import Image, ImageDraw  # late: Pillow is for those who show pictures

    chance = random.Random(hashlib.sha256(address.encode()).digest())
    image = Image.new("RGB", (_WIDTH, _HEIGHT))
    draw, hue = ImageDraw.Draw(image), chance.random()
    for y in range(_HEIGHT):
        far = min(y / _HORIZON, 1.0)
        draw.line((0, y, _WIDTH, y), _colour(hue, 0.55 - 0.4 * far, 0.75 + 0.23 * far))
    across, size = chance.randint(200, _WIDTH - 200), chance.randint(45, 80)
    high = chance.randint(140, 360)
    draw.ellipse((across - size, high - size, across + size, high + size), _colour(0.13, 0.25, 1.0))
    for n in range(_HILLS):
        _hill(draw, chance, _HORIZON + n * 85, _colour(hue + 0.45, 0.3 + 0.1 * n, 0.62 - 0.12 * n))
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _hill(draw: "ImageDraw", chance: random.Random, top: int, colour: Colour) -> None:
    points = [(x, top + chance.randint(-45, 45)) for x in range(0, _WIDTH + 160, 160)]
    draw.polygon([(0, _HEIGHT), *points, (_WIDTH, _HEIGHT)], colour)


def _colour(hue: float, depth: float, light: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, depth, light)
    return round(red * 255), round(green * 255), round(blue * 255)
