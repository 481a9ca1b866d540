"""The command migrate: brings the database to this version's tables."""

from pathlib import Path

from bot.clock import SystemClock
from bot.commands import show
from bot.commands.office import settings_at
from bot.store.migrate import migrate as bring


async def migrate(path: Path) -> int:
    """Make or change the tables, while nobody works on them, and say what was done."""
    settings, _ = settings_at(path)
    before, after, copy = await bring(settings.store, SystemClock())
    on = show.paper()
    if before == after:
        on.print(f"{settings.store} is up to date (version {after}): nothing was changed.")
    elif before:
        kept = f"; as it was before, it stands at {copy}" if copy else ""
        on.print(f"{settings.store} was brought from version {before} to {after}{kept}.")
    else:
        on.print(f"{settings.store} has its tables now (version {after}).")
    return 0
