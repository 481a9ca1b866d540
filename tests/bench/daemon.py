"""The daemon as `jarshy run` starts it, but polling at every tick: `python -m tests.bench.daemon FILE`."""

import asyncio
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot import logs
from bot.clock import SystemClock
from bot.commands import start
from bot.networks import adapters
from bot.process import run
from bot.wiring import networks
from config.settings import load


def main(path: Path) -> None:
    """Run until SIGTERM. No settings file may ask for such haste, nor let so much out at the first poll."""
    settings = load(path, {}, networks=networks(adapters()))
    hurried = tuple(replace(each, poll=timedelta(milliseconds=1), backfill=1000) for each in settings.sources)
    logs.set_up()
    # What a network lets an account send in a while is pacing as well, and off here.
    unpaced = tuple(replace(each, rates=()) for each in settings.channels)
    hurried_settings = replace(settings, sources=hurried, channels=unpaced)
    start.settle()
    asyncio.run(run(hurried_settings, SystemClock(), lambda: hurried_settings))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
