"""Takes turns on channels: one at a time, each under a lease, whatever goes wrong in it."""

from collections.abc import Mapping

import structlog

from adapters.contract import (
    Clock,
)
from bot.delivery.composing import Composer
from bot.delivery.last_look import Look
from bot.delivery.left import Left
from bot.delivery.ports import Connect, Posted, Show, not_counted, nowhere
from bot.delivery.turn import Turn
from bot.model import Channel, Policy
from bot.store import turns
from bot.store.engine import Store, StoreUnavailable
from bot.store.turns import Job, LostFence

log = structlog.get_logger()


class Worker:
    """Works one channel at a time; any number of workers may share a store.

    `left`: what is known of calls that an earlier worker of this process made.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        policy: Policy,
        *,
        channels: Mapping[str, Channel],
        connect: Connect,
        compose: Composer,
        look: Look,
        left: Left | None = None,
        posted: Posted = not_counted,
        show: Show = nowhere,
    ) -> None:
        self.store, self.clock, self.policy = store, clock, policy
        self.channels, self.connect, self.compose, self.look = channels, connect, compose, look
        self.left, self.posted = Left(policy.send_by) if left is None else left, posted
        self.show = show

    async def work_channel(self, channel_id: str) -> bool:
        """Take one turn on a due channel; True: call again."""
        send_by = self.clock.monotonic() + self.policy.send_by.total_seconds()
        who = self.channels.get(channel_id)
        if who is None:
            return False
        try:
            job = await self.store.write(
                turns.take, who, self.clock.now(), policy=self.policy, lists=self.compose.lists
            )
            if job is None:
                return False
            await self._turn(job, send_by)
        except StoreUnavailable as e:  # the channel's lease brings it back
            log.error("database refused", channel=channel_id, said=str(e), fix=f"{e.fix}; see `jarshy check`")
            return False
        except Exception:  # barrier: what breaks one channel must not end the others, which share a TaskGroup
            log.exception("channel failed", channel=channel_id)
            return False
        return True

    async def _turn(self, job: Job, send_by: float) -> None:
        try:
            await Turn(self, job, send_by).run()
        except LostFence:
            log.warning("channel taken by another run", channel=job.run.channel.id, fence=job.run.fence)
            await self.store.write(turns.told_lost, job.run, self.clock.now())
