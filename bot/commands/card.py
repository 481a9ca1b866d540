"""The command card: what the newsroom's cards look like, as a picture file; nothing is posted."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.commands import show
from bot.commands.barrier import FAILED
from bot.commands.office import settings_at
from bot.commands.options import SETTINGS
from bot.media.darkroom import Darkroom
from bot.media.prints import Unusable
from bot.media.slides import PORTRAIT, TALL, WIDE, Slide, Theme

SHAPES = {"upright": PORTRAIT, "tall": TALL, "wide": WIDE}


def card(path: Path, slide: Slide, *, shape: str, photo: Path | None, out: Path) -> int:
    """Draw a card by the settings and write it to `out`; `photo`: a picture file that is to stand on it.

    Where there are no settings yet, and none were named, the built-in look is shown.
    """
    on, size = show.paper(), SHAPES[shape]
    is_bare = path == SETTINGS and not path.exists()
    theme = Theme(name="Your newsroom") if is_bare else settings_at(path)[0].theme
    try:
        if photo is not None:
            slide = replace(slide, photo=photo.read_bytes())
        with Darkroom() as room:
            out.write_bytes(asyncio.run(room.draw(slide, theme, size)))
    except Unusable as e:
        on.print(f"No card: {e}.")
        return FAILED
    except OSError as e:
        on.print(f"No card: {e.filename} could not be read or written ({e.strerror}).")
        return FAILED
    on.print(f"{out}: {size[0]} x {size[1]} pixels")
    if is_bare:
        on.print(f"There is no {path} here, so this is the built-in look: `cards:` in the settings gives it yours.")
    return 0
