"""Runs the daemon on a hurried clock, in place of `jarshy run`.

Run as `hurried.py SETTINGS SPEED BEGAN`: `SPEED` seconds pass in it for each second on the wall since `BEGAN`.
"""

import asyncio
import sys
from pathlib import Path

from bot import logs
from bot.networks import adapters
from bot.process import run
from bot.wiring import networks
from config.settings import load
from tests.e2e.outside import Hurried


def main(path: Path, clock: Hurried) -> None:
    """Run until a signal ends it."""
    settings = load(path, {}, networks=networks(adapters()))
    logs.set_up()
    asyncio.run(run(settings, clock, lambda: settings))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Hurried(float(sys.argv[2]), float(sys.argv[3])))
