"""Makes messages of alerts and tells them: to the log at once, to other sinks beside the ticks until they took them."""

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter

import structlog

from adapters.contract import Clock
from bot.alerts.errands import Errands
from bot.alerts.sink import DEADLINE, NotHeard, Sink
from bot.model import Policy
from bot.rules.alert_words import Words, checkpoint_words, words
from bot.rules.alerts import News
from bot.store import telling
from bot.store.engine import Store, StoreUnavailable
from bot.store.telling import GIVE_UP_AFTER, Message

log = structlog.get_logger()
LOG = "log"
"""The sink that is always there."""


class Witnesses:
    """Hands each checkpoint of the audit log to the sinks that are to keep it, by the way alerts go."""

    def __init__(self, store: Store, clock: Clock, *, newsroom: str, sinks: Sequence[str]) -> None:
        self._store, self._clock, self._newsroom, self._sinks = store, clock, newsroom, sinks

    async def __call__(self, note: str) -> None:
        """Store the note as a message; it is told with the next news, and again until each of them took it."""
        said = checkpoint_words(note, newsroom=self._newsroom)
        add = partial(telling.write_checkpoint, sinks=self._sinks, said=said, name=message_name(self._clock))
        try:
            await self._store.write(add, self._clock.now())
        except StoreUnavailable as e:
            # The next checkpoint stands for this one too.
            log.warning("checkpoint not handed on", said=str(e))


def message_name(clock: Clock) -> str:
    """Name a message as no other is named."""
    return f"msg_{clock.token_bytes(16).hex()}"


class Alerts:
    """Tells what the transactions opened and closed.

    A message is stored before it is told and struck off after, so that a crash tells it again rather than never.
    """

    def __init__(self, store: Store, clock: Clock, policy: Policy, *, sinks: Sequence[Sink], errands: Errands) -> None:
        self._store, self._clock, self._policy, self._errands = store, clock, policy, errands
        self._sinks = {each.name: each for each in sinks}

    @property
    def names(self) -> tuple[str, ...]:
        """Whom alerts are told beside the log."""
        return tuple(self._sinks)

    async def tell_new(self) -> None:
        """Tell what nobody was told yet, and again what a sink did not take."""
        due = await self._store.write(
            telling.write_news, self._clock.now(), sinks=(LOG, *self._sinks), write=self._words, name=self._name
        )
        for sink, some in groupby(sorted(due, key=attrgetter("sink")), key=attrgetter("sink")):
            if sink == LOG:
                await self._log(list(some))
            elif not self._errands.is_busy(sink):
                self._errands.start(sink, self._tell(self._sinks[sink], list(some)))

    def _words(self, news: News) -> Words:
        return words(news, newsroom=self._policy.newsroom, zone=self._policy.zone)

    def _name(self) -> str:
        return message_name(self._clock)

    async def _log(self, messages: list[Message]) -> None:
        for each in messages:
            facts = {"cause": str(each.cause), "scopes": list(each.scopes), "subject": each.subject}
            if each.is_over:
                log.warning("alert closed", **facts, said=each.text)
            else:
                log.error("alert opened", **facts, said=each.text)
            await self._store.write(telling.was_heard, each, self._clock.now())

    async def _tell(self, sink: Sink, messages: list[Message]) -> None:
        """Tell one after the other, up to the first that is not taken: the others are due again in a minute."""
        try:
            for each in messages:
                if why := await self._why_not_heard(sink, each):
                    await self._note_deaf(each, why)
                    return
                if await self._store.write(telling.was_heard, each, self._clock.now()):
                    log.warning("alert sink hears again", sink=sink.name)
        except StoreUnavailable as e:
            # Told again later: twice is better than never.
            log.warning("alert not struck off", sink=sink.name, said=str(e))

    async def _why_not_heard(self, sink: Sink, message: Message) -> str:
        try:
            async with asyncio.timeout(DEADLINE):
                await sink.tell(message)
        except NotHeard as e:
            return str(e)
        except TimeoutError:
            return f"it did not take a message within {DEADLINE:g} seconds"
        except Exception as e:  # barrier: what breaks one sink must not keep the others from being told
            log.exception("alert sink broke", sink=sink.name)
            return f"it broke with {type(e).__name__}; the log has more"
        return ""

    async def _note_deaf(self, message: Message, why: str) -> None:
        if await self._store.write(telling.was_not_heard, message, self._clock.now(), why=why):
            hours = GIVE_UP_AFTER.total_seconds() / 3600
            fix = "mend it in `alerts` of the settings; `jarshy check` names sinks that fail"
            log.error(
                "alert sink failed", sink=message.sink, said=why, again=f"each alert for {hours:g} hours", fix=fix
            )
