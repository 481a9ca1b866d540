"""What one post remembers between tries: steps are stored at once, notes with the intent or at the turn's end."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from adapters.contract import Clock
from bot.delivery.place import Place, are_two
from bot.store.turns import Job, Kept, Notes
from bot.vault import CannotOpen, Steps

log = structlog.get_logger()

Keep = Callable[[Notes], Awaitable[None]]
"""Stores the answer of a step, renewing lease and send-by. Raises LostFence."""
_FACT = "channel:"
_WHERE = "where"
"""Under what a memo knows the place of its handles: kept with the first of them, or with the intent."""
_UNFETCHED = "unfetched"
"""Under what it knows the addresses its network could not fetch the post's media from."""


def opened(kept: Mapping[str, Kept], steps: Steps, key: str) -> dict[str, tuple[str, datetime | None]]:
    """Read what is remembered of the delivery with `key`; a secret that no key of ours opens is not remembered."""
    known = {}
    for name, (value, until, is_secret) in kept.items():
        try:
            known[name] = (steps.open(key, name, value) if is_secret else value, until)
        except CannotOpen as e:  # steps are harmless when repeated
            log.warning("step begun anew", step=name, said=str(e))
    return known


class TurnMemo:
    """The contract's Memo for one turn; secrets are sealed before they are stored."""

    def __init__(self, job: Job, digest: str, clock: Clock, keep: Keep, steps: Steps) -> None:
        self._job, self._clock, self._keep, self._steps = job, clock, keep, steps
        mine = {name: kept for (of, name), kept in job.memo.items() if of == digest}
        self._known = opened(mine, steps, job.delivery.key)
        self._known |= {name: (value, None) for name, value in job.facts.items()}
        self._stands = dict(job.facts)
        """The facts that are stored as they were last noted."""
        self._noted: dict[str, tuple[str, datetime | None, bool]] = {}

    def of_another(self, digest: str) -> "TurnMemo":
        """Begin the memo of another post of this turn's delivery; what was noted of the channel stays."""
        other = TurnMemo(self._job, digest, self._clock, self._keep, self._steps)
        other._stands = {}
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
        told = self._steps.seal(self._job.delivery.key, name, value) if secret else value
        where = {_WHERE: self._noted.pop(_WHERE)} if _WHERE in self._noted else {}
        await self._keep(where | {name: (told, until, secret)})
        return value

    def note(self, name: str, value: str) -> None:
        """Overwrite; stored with the intent, or when the turn ends."""
        self._known[name] = (value, None)
        if self._stands.get(name) == value:
            return
        self._stands.pop(name, None)
        self._noted[name] = (value, None, False)

    def read(self, name: str) -> str | None:
        """Return what was stored or noted and still lives."""
        value, until = self._known.get(name, (None, None))
        return None if until is not None and until <= self._clock.now() else value

    async def forget(self, name: str) -> None:
        """Drop a handle the network no longer knows."""
        for of in (self._known, self._noted, self._stands):
            of.pop(name, None)
        await self._keep({name: ("null", self._clock.now(), False)})

    def is_of(self, place: Place) -> bool:
        """Tell whether the post was prepared or sent for this very place, as far as is known."""
        return not are_two(tuple(json.loads(self.read(_WHERE) or "[]")), place)

    async def begin_at(self, place: Place) -> None:
        """Note where the post is prepared from now on; what was prepared for another place serves nothing here."""
        if not self.is_of(place):
            told = {name: ("null", self._clock.now(), False) for name in self._known if not name.startswith(_FACT)}
            for name in told:
                self._known.pop(name)
                self._noted.pop(name, None)
            await self._keep(told)
        self.note(_WHERE, json.dumps(place))

    @property
    def unfetched(self) -> frozenset[str]:
        """The addresses the network could not fetch the post's media from in an earlier try."""
        return frozenset(json.loads(self.read(_UNFETCHED) or "[]"))

    def note_unfetched(self, addresses: Iterable[str]) -> None:
        """Note the addresses the post's media had when the network could not fetch one of them."""
        self.note(_UNFETCHED, json.dumps(sorted(self.unfetched.union(addresses))))

    def take_notes(self) -> Notes:
        """Hand over what was noted since the last time, to be stored in the caller's transaction."""
        noted, self._noted = self._noted, {}
        return noted

    def put_back(self, notes: Notes) -> None:
        """Have what was noted of the channel stored later: the transaction that was to store it was undone.

        What was noted of the try is not: it told of a call that is not made now.
        """
        self._noted = {name: kept for name, kept in notes.items() if name.startswith(_FACT)} | self._noted
