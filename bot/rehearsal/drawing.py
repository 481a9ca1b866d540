"""Pictures for a newsroom that has none to show: somebody in a steppe, the same for the same address each time."""

import colorsys
import hashlib
import random
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

__all__ = ["drawn"]

_WIDTHS, _HEIGHT = (1280, 1280, 1960), 853
"""Some are wider than every network takes them, and none has its people in the middle."""
_HORIZON = 500
_HILLS = 4

Colour = tuple[int, int, int]


@lru_cache(maxsize=64)
def drawn(address: str) -> bytes:
    """Draw a landscape as a JPEG."""
    from PIL import Image, ImageDraw  # late: Pillow is for those who show pictures

    chance = random.Random(hashlib.sha256(address.encode()).digest())
    width, hue = chance.choice(_WIDTHS), chance.random()
    image = Image.new("RGB", (width, _HEIGHT))
    draw = ImageDraw.Draw(image)
    for y in range(_HEIGHT):
        far = min(y / _HORIZON, 1.0)
        draw.line((0, y, width, y), _colour(hue, 0.55 - 0.4 * far, 0.75 + 0.23 * far))
    across, size = chance.randint(200, width - 200), chance.randint(45, 80)
    high = chance.randint(140, 360)
    draw.ellipse((across - size, high - size, across + size, high + size), _colour(0.13, 0.25, 1.0))
    for n in range(_HILLS):
        _hill(draw, chance, _HORIZON + n * 85, _colour(hue + 0.45, 0.3 + 0.1 * n, 0.62 - 0.12 * n), width)
    _person(draw, chance, round(width * chance.choice((0.16, 0.25, 0.75, 0.84))))
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _hill(draw: "ImageDraw", chance: random.Random, top: int, colour: Colour, width: int) -> None:
    points = [(x, top + chance.randint(-45, 45)) for x in range(0, width + 160, 160)]
    draw.polygon([(0, _HEIGHT), *points, (width, _HEIGHT)], colour)


def _person(draw: "ImageDraw", chance: random.Random, x: int) -> None:
    """Draw somebody from the waist up, so that it shows where a picture is cut."""
    size, skin = chance.randint(95, 125), _colour(0.06, chance.uniform(0.35, 0.6), chance.uniform(0.6, 0.92))
    top = _HEIGHT - 5 * size
    coat, hair = _colour(chance.random(), 0.6, 0.55), _colour(0.07, 0.5, chance.uniform(0.1, 0.4))
    draw.rounded_rectangle((x - size * 1.3, top + size * 2.5, x + size * 1.3, _HEIGHT + size), size, coat)
    draw.rectangle((x - size * 0.3, top + size * 1.6, x + size * 0.3, top + size * 2.7), skin)
    draw.ellipse((x - size * 0.9, top - size * 0.2, x + size * 0.9, top + size * 1.8), hair)
    draw.ellipse((x - size * 0.75, top + size * 0.15, x + size * 0.75, top + size * 2.05), skin)
    for side in (-1, 1):
        eye = x + side * size * 0.3
        draw.ellipse((eye - 9, top + size - 9, eye + 9, top + size + 9), (30, 25, 25))
    draw.arc((x - size * 0.35, top + size * 1.1, x + size * 0.35, top + size * 1.7), 20, 160, (120, 40, 40), 7)


def _colour(hue: float, depth: float, light: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, depth, light)
    return round(red * 255), round(green * 255), round(blue * 255)
