"""Who plays in a rehearsal: invented accounts at emulated networks, in the places of a newsroom's own."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adapters.contract import Adapter
from bot.model import Account, Channel
from bot.ports import Newsroom
from bot.rehearsal.reckoning import Place

if TYPE_CHECKING:
    from adapters.emulators.kit import Network, World

Kinds = Mapping[str, type[Adapter]]
_WELCOME = "Good morning! This post was written by hand, before Jarshy began."


class CannotRehearse(Exception):
    """There is nothing to rehearse with; the text is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The newsroom with its stand-ins: `secrets` by account, `places` of the channels in the ledgers."""

    newsroom: Newsroom
    networks: Mapping[str, "Network"]
    secrets: Mapping[str, Mapping[str, str]]
    places: Mapping[str, Place]


def troupe(newsroom: Newsroom, networks: Mapping[str, "type[Network]"], kinds: Kinds) -> Newsroom:
    """Give a newsroom that has no channels one demo account and channel on every network."""
    if newsroom.channels:
        return newsroom
    specs = {name: kinds[name].spec for name in networks}
    accounts = tuple(Account(id=name, network=name) for name in specs)
    channels = tuple(
        Channel(id=name, account=name, network=name, form=spec.form, rates=spec.rates) for name, spec in specs.items()
    )
    return replace(newsroom, accounts=accounts, channels=channels)


def cast(newsroom: Newsroom, kinds: Kinds, networks: Mapping[str, "type[Network]"], world: "World") -> Cast:
    """Open an invented account at the emulated network for each account of the newsroom. Raises CannotRehearse."""
    used = {each.network for each in newsroom.accounts}
    if lacking := sorted(used - set(networks)):
        raise CannotRehearse(f"There is no emulated network to rehearse with for {', '.join(lacking)}.")
    stages = {name: made(world) for name, made in networks.items() if name in used}
    turn: Counter[str] = Counter()
    settings: dict[str, dict[str, str]] = {}
    secrets: dict[str, Mapping[str, str]] = {}
    for each in newsroom.accounts:
        invented, secrets[each.id] = networks[each.network].newcomer(turn[each.network])
        settings[each.id] = invented | dict(each.settings)
        turn[each.network] += 1
    channels, places = [], {}
    for one in newsroom.channels:
        stage, keys = stages[one.network], secrets[one.account]
        place = settings[one.account] | dict(one.place)
        stage.admit(place, keys)
        where = stage.place(place, keys)
        if "newest_post" in kinds[one.network].Settings.model_fields:
            # Where only what stands behind a known post can be found again, there has to be one.
            place["newest_post"] = stage.editor_posts(where, _WELCOME)
        channels.append(replace(one, place=tuple(place.items())))
        places[one.id] = (one.network, where)
    accounts = tuple(replace(each, settings=()) for each in newsroom.accounts)
    # Nobody is woken by a rehearsal.
    played = replace(newsroom, accounts=accounts, channels=tuple(channels), alert_channels=())
    return Cast(played, stages, secrets, places)
