"""A daemon as a whole makes a film beside its turns, sends it, and after a stop begins it anew."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.daemon import Daemon
from bot.model import Account, Channel, Policy, Source
from bot.ports import Newsroom, Ports
from bot.store import deliveries
from bot.vault import Vault
from tests.unit.delivery.test_films import Filming
from tests.unit.engine import TEMPLATE, Wire
from tests.unit.media.test_studio import Hands
from tests.unit.small_newsroom import Clock, Site, aside, undeveloped, work


def newsroom(hands: Hands, clock: Clock, wire: Wire) -> Daemon:
    ports = Ports(
        store=hands.store,
        clock=clock,
        vault=Vault(bytes(32)),
        web=Site(),
        http=lambda account: wire,  # type: ignore[arg-type, return-value]  # the fake network's own way
        aside=aside,
        develop=undeveloped,
        draw=hands.draw,
        cutting=hands,
        shelf=hands.shelf,
        credentials=lambda account: {"token": "t"},
        kinds={"fake": Filming},
        templates=lambda: {"shipped": {"fake": TEMPLATE}},
    )
    who = Channel(id="tv", account="tv", network="fake", place=(("chat", "c"),), form="video", gap=timedelta(0))
    source = Source(id="main", url="https://paper.example/feed", backfill=20)
    policy = Policy(newsroom="Paper", zone="Asia/Almaty")
    account = Account(id="tv", network="fake")
    return Daemon(Newsroom(policy=policy, sources=(source,), accounts=(account,), channels=(who,)), ports)


def test_a_film_is_made_beside_the_turns_and_a_stop_in_between_loses_nothing(tmp_path: Path) -> None:
    async def play() -> None:
        hands, clock, wire = Hands(tmp_path), Clock(), Wire()

        async def stands() -> Any:
            found = await hands.store.write(deliveries.get, 1)
            assert found
            return str(found.state), str(found.reason), found.tries

        async with newsroom(hands, clock, wire) as daemon:
            await work(daemon)
            assert (await stands(), daemon.films.is_busy(), hands.cuts) == (("due", "filming", 0), True, 1)
            await daemon.stop(0.0)
        clock.passed += 11
        hands.go_on.set()
        async with newsroom(hands, clock, wire) as daemon:
            await work(daemon)
            assert (await stands(), daemon.films.is_busy(), hands.cuts) == (("due", "filming", 0), False, 2)
            clock.passed += 11
            await work(daemon)
            assert (await stands(), len(wire.shown), hands.cuts) == (("done", "sent", 0), 1, 2)
            await daemon.stop(0.0)

    asyncio.run(play())
