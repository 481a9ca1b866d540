"""A process that renews a session and uses it, once it is told to go: `renewing.py SETTINGS CHANNEL`."""

import asyncio
import sys
from pathlib import Path

from adapters.contract import PublishError
from bot.commands.office import open_office
from bot.daemon import Daemon
from bot.wiring import newsroom


async def renew(path: Path, channel: str) -> None:
    """Renew, use, and say what came of it."""
    with open_office(path) as office:
        async with office.ports() as ports:
            accounts = Daemon(newsroom(office.settings), ports).accounts
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            try:
                adapter = await accounts.adapter(office.channels[channel], renew=True)
                print((await adapter.verify()).handle, flush=True)
            except PublishError as e:
                print(f"{type(e).__name__}: {e.detail}", flush=True)


if __name__ == "__main__":
    asyncio.run(renew(Path(sys.argv[1]), sys.argv[2]))
