"""Pictures, cards and films of a rehearsal, made in this very process: the site draws its own, and none can harm."""

import subprocess
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from adapters.contract import Pictures
from bot.media import film
from bot.media.cutting import found_ffmpeg
from bot.media.film import FIRST, MADE, MISSING, Progress, Still
from bot.media.prints import Focus, Print, Unusable
from bot.media.slides import Size, Slide, Theme

__all__ = ["SmallFilms", "develop", "draw"]

_SIZE = (360, 640)
_FRAMES = 2
"""A second: with a ninth of the pixels a film costs a thirtieth of a real one."""
_PATIENCE = 60.0


async def develop(content: bytes, wanted: Sequence[Pictures], focus: Focus | None) -> Sequence[Print]:
    """Make prints of a picture. Raises Unusable."""
    from bot.media import develop  # late: Pillow is for those who show pictures

    return develop.develop(content, wanted, focus)


async def draw(slide: Slide, theme: Theme, size: Size) -> bytes:
    """Draw a card. Raises Unusable."""
    return _drawn(slide, theme, size)


@lru_cache(maxsize=64)
def _drawn(slide: Slide, theme: Theme, size: Size) -> bytes:
    from bot.media import cards  # late: as above

    return cards.draw(slide, theme, size)


class SmallFilms:
    """Makes films as the daemon does, but small, slow and while everything waits: time is virtual here."""

    def missing(self) -> str:
        """Say what this machine lacks to make films, as the daemon would; "" where it lacks nothing."""
        return "" if found_ffmpeg() else MISSING

    async def cut(self, stills: Sequence[Still], progress: Progress) -> bytes:
        """Make an MP4. Raises Unusable."""
        return _cut(tuple(stills))

    async def first(self, content: bytes) -> bytes:
        """Take the first picture of a film. Raises Unusable."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / MADE).write_bytes(content)
            return _made(film.command_for_first(_ffmpeg(), Path(folder)), Path(folder) / FIRST)


@lru_cache(maxsize=32)
def _cut(stills: tuple[Still, ...]) -> bytes:
    from PIL import Image  # late: as above

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n, each in enumerate(stills):
            (folder / f"{n}.png").write_bytes(each.content)
            with Image.open(folder / f"{n}.png") as image:
                image.resize(_SIZE, reducing_gap=2.0).save(folder / f"{n}.png", compress_level=1)
        return _made(film.command(_ffmpeg(), folder, stills, frames=_FRAMES), folder / MADE)


def _ffmpeg() -> str:
    if found := found_ffmpeg():
        return found
    raise Unusable(MISSING)


def _made(call: list[str], made: Path) -> bytes:
    try:
        subprocess.run(call, check=True, capture_output=True, timeout=_PATIENCE)
        return made.read_bytes()
    except (OSError, subprocess.SubprocessError) as e:
        raise Unusable(f"the film could not be made ({type(e).__name__})") from e
