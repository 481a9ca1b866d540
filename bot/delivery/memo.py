"""What one post remembers between tries: steps are stored at once, notes with the intent or at the turn's end."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from adapters.contract import Clock
from bot.store.turns import Job, Notes

Keep = Callable[[Notes], Awaitable[None]]
"""Stores the answer of a step, renewing lease and send-by. Raises LostFence."""
_FACT = "channel:"


class TurnMemo:
    """The contract's Memo for one turn."""

    def __init__(self, job: Job, digest: str, clock: Clock, keep: Keep) -> None:
        self._job, self._clock, self._keep = job, clock, keep
        self._known: dict[str, tuple[str, datetime | None]] = {
            name: kept for (of, name), kept in job.memo.items() if of == digest
        }
        self._known |= {name: (value, None) for name, value in job.facts.items()}
        self._noted: dict[str, tuple[str, datetime | None, bool]] = {}

    def of_another(self, digest: str) -> "TurnMemo":
        """Begin the memo of another post of this turn's delivery; what was noted of the channel stays."""
        other = TurnMemo(self._job, digest, self._clock, self._keep)
        for name, (value, _, _) in self._noted.items():
            if name.startswith(_FACT):
                other.note(name, value)
        return other

    async def step(
        self,
        name: str,
        run: Callable[[], Awaitable[str]],
        *,
        lives: timedelta | None = None,
        secret: bool = False,
    ) -> str:
        """Run once, store the answer, return it; run again when `lives` has passed."""
        known = self.read(name)
        if known is not None:
            return known
        value = await run()
        until = None if lives is None else self._clock.now() + lives
        self._known[name] = (value, until)
        await self._keep({name: (value, until, secret)})
        return value

    def note(self, name: str, value: str) -> None:
        """Overwrite; stored with the intent, or when the turn ends."""
        self._known[name] = (value, None)
        self._noted[name] = (value, None, False)

    def read(self, name: str) -> str | None:
        """Return what was stored or noted and still lives."""
        value, until = self._known.get(name, (None, None))
        return None if until is not None and until <= self._clock.now() else value

    async def forget(self, name: str) -> None:
        """Drop a handle the network no longer knows."""
        self._known.pop(name, None)
        self._noted.pop(name, None)
        await self._keep({name: ("null", self._clock.now(), False)})

    def take_notes(self) -> Notes:
        """Hand over what was noted since the last time, to be stored in the caller's transaction."""
        noted, self._noted = self._noted, {}
        return noted
