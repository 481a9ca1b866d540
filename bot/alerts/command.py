"""Tells alerts to a command: the message on its standard input, no shell, no secret in its environment."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress

from bot.alerts.sink import NotHeard
from bot.store.telling import Message


class Command:
    """Runs a command for each message; what it writes to standard error stands in the daemon's own."""

    def __init__(self, name: str, argv: Sequence[str], environ: Mapping[str, str]) -> None:
        self.name = name
        self._argv, self._environ = argv, environ

    async def tell(self, message: Message) -> None:
        """Run it to its end. Raises NotHeard; when cancelled, it and what it started are killed."""
        try:
            run = await asyncio.create_subprocess_exec(
                *self._argv, stdin=PIPE, stdout=DEVNULL, env=self._environ, start_new_session=True
            )
        except (OSError, ValueError) as e:
            raise NotHeard(f"{self._argv[0]} cannot be run: {getattr(e, 'strerror', None) or e}") from e
        try:
            await run.communicate(f"{message.subject}\n\n{message.text}\n".encode())
        finally:
            if run.returncode is None:
                # Its whole group: what it started must not live on.
                with suppress(ProcessLookupError):
                    os.killpg(run.pid, signal.SIGKILL)
                await run.wait()
        if run.returncode:
            raise NotHeard(f"{self._argv[0]} ended with {run.returncode}")
