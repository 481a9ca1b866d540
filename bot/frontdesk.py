"""SHELL. The editors' desk over a daemon. Whoever imports this imports the desk with all it stands on."""

from dataclasses import replace

from starlette.types import ASGIApp

from adapters.contract import Adapter
from bot.actions.door import Doorkeeper
from bot.actions.proving import Prover
from bot.actions.room import Room
from bot.daemon import Daemon
from bot.desk.app import pages
from bot.desk.changes import Changes
from bot.desk.here import Desk
from bot.model import Channel, Policy
from bot.networks import unplugged


def desk(daemon: Daemon, changes: Changes, listen: tuple[str, int], address: str) -> ASGIApp:
    """Make the desk; what the settings rule follows the daemon's reloads."""

    def room(actor: str) -> Room:
        return replace(daemon.room, actor=actor, nudge=daemon.wake_due)

    def adapter(who: Channel) -> Adapter:
        account = next(each for each in daemon.newsroom.accounts if each.id == who.account)
        return unplugged(daemon.ports.kinds[who.network], account, who, daemon.clock)

    def policy() -> Policy:
        return daemon.newsroom.policy

    made = Desk(
        room=room,
        adapter=adapter,
        connect=lambda: daemon.accounts,
        prover=Prover(lambda: daemon.ports.seal),
        policy=policy,
        clock=daemon.clock,
        door=Doorkeeper(daemon.clock),
        changes=changes,
        address=address,
        begin=daemon.errands.begin,
        sinks=lambda: daemon.alerts.sinks,
    )
    return pages(made, host=listen[0])
