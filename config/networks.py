"""Checks what belongs to the networks: their keys at accounts and channels, secrets by name, no place twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from config.blocks import PLAIN
from config.layout import FORMS, AccountBlock, ChannelBlock
from config.lines import Where
from config.problems import Problems, told_with, words

Block = Mapping[str, Any]


class Network(NamedTuple):
    """What the settings must know of a network: its keys at a channel, its secrets, what a channel may leave out.

    `forms`: what its posts may be. `charges`: whether it may ask for money. `describes`: whether a photo on it carries
    alternative text.
    """

    settings: type[BaseModel]
    credentials: type[BaseModel]
    defaults: Mapping[str, object] = {}
    forms: tuple[str, ...] = FORMS
    charges: bool = False
    describes: bool = True


Networks = Mapping[str, Network]


def check(values: Block, networks: Networks, problems: Problems) -> None:
    """Find what only the networks, and the file as a whole, can tell; `values` may have any shape."""
    _Check(values, networks, problems).run()


def plain(networks: Networks) -> frozenset[str]:
    """Name the keys whose values may be shown to anybody."""
    shown = {key for each in networks.values() for key in each.settings.model_fields}
    return (PLAIN | shown) - {key for each in networks.values() for key in each.credentials.model_fields}


def theirs(block: Block, ours: type[BaseModel]) -> dict[str, str]:
    """Pick the keys of an account or channel that belong to its network, as text: so they are stored."""
    return {key: _spelled(value) for key, value in block.items() if key not in ours.model_fields}


@dataclass(frozen=True, slots=True)
class _Check:
    values: Block
    networks: Networks
    problems: Problems

    def run(self) -> None:
        for id, account in self._blocks("accounts"):
            self._account(("accounts", id), account)
        apps = {str(account.get("app", "")) for _, account in self._blocks("accounts")}
        for id, _ in self._blocks("apps"):
            if id not in apps:
                self.problems.add(("apps", id), "is the app of no account", word=id, known=sorted(apps))
        places: dict[object, str] = {}
        for id, channel in self._blocks("channels"):
            self._sources(("channels", id, "sources"), channel.get("sources"))
            place = self._place(id, channel)
            first = places.setdefault(place, id) if place else id
            if first != id:
                self.problems.add_key(("channels", id), f"posts to the same place as channels.{first}")

    def _blocks(self, name: str) -> Iterator[tuple[str, Block]]:
        blocks = self.values.get(name)
        for id, block in blocks.items() if isinstance(blocks, dict) else ():
            if isinstance(block, dict):
                yield id, block

    def _names(self, name: str) -> list[str]:
        """List the names in a block, whatever stands under them."""
        blocks = self.values.get(name)
        return list(blocks) if isinstance(blocks, dict) else []

    def _account(self, where: Where, account: Block) -> None:
        network = account.get("network")
        if not isinstance(network, str):
            return
        if network not in self.networks:
            self.problems.add((*where, "network"), "is not a known network", word=network, known=self.networks)
            return
        credentials = self.networks[network].credentials
        self._keys(where, account, AccountBlock, self.networks[network])
        given = account.get("credentials", {})
        if isinstance(given, dict):
            self._credentials((*where, "credentials"), given, credentials)

    def _credentials(self, where: Where, given: Block, credentials: type[BaseModel]) -> None:
        known = credentials.model_fields
        for name in given:
            if name not in known:
                self.problems.add_key((*where, name), "is not a known key", known=known)
        for name, one in known.items():
            if one.is_required() and name not in given:
                self.problems.add((*where, name), "is missing")

    def _keys(self, where: Where, block: Block, ours: type[BaseModel], network: Network) -> None:
        known = [*ours.model_fields, *network.settings.model_fields]
        for key, value in block.items():
            if key in network.credentials.model_fields and key not in known:
                sentence = "is a secret: write its name under the account's credentials, and the secret into a file"
                self.problems.add_key((*where, key), sentence)
            elif key not in known:
                self.problems.add_key((*where, key), "is not a known key", known=known)
            elif key not in ours.model_fields and not isinstance(value, str | int):
                self.problems.add((*where, key), "must be one value: text in quotes, a whole number, true or false")

    def _sources(self, where: Where, names: object) -> None:
        known = self._names("sources")
        # Where the sources themselves cannot be read, that has been said.
        for at, name in enumerate(names if known and isinstance(names, list) else ()):
            if name not in known:
                self.problems.add((*where, at), "names no source", word=name, known=known)

    def _form(self, where: Where, form: object, network: Network) -> None:
        if isinstance(form, str) and form in FORMS and form not in network.forms:
            self.problems.add(where, f"cannot be {form} on this network, but {' or '.join(network.forms)}")

    def _alerts(self, id: str, network: Network) -> None:
        """Refuse alerts to a channel whose network takes no words alone."""
        listed = self.values.get("alerts")
        for at, each in enumerate(listed if isinstance(listed, list) and "text" not in network.forms else ()):
            if isinstance(each, dict) and each.get("channel") == id:
                self.problems.add(
                    ("alerts", at, "channel"), "cannot get alerts: its network takes no post of words alone"
                )

    def _place(self, id: str, channel: Block) -> object:
        """Check a channel's settings as its adapter will; return what makes its place, None where that is unclear."""
        accounts, known = dict(self._blocks("accounts")), self._names("accounts")
        name = channel.get("account")
        if isinstance(name, str) and name not in known and isinstance(self.values.get("accounts", {}), dict):
            self.problems.add(("channels", id, "account"), "names no account", word=name, known=known)
        if not isinstance(name, str) or name not in accounts:
            return None
        network = accounts[name].get("network")
        if not isinstance(network, str) or network not in self.networks:
            return None
        self._keys(("channels", id), channel, ChannelBlock, self.networks[network])
        self._form(("channels", id, "form"), channel.get("form"), self.networks[network])
        self._alerts(id, self.networks[network])
        self._useless(id, channel, network)
        settings = self.networks[network].settings
        there, here = theirs(accounts[name], AccountBlock), theirs(channel, ChannelBlock)
        given = {key: value for key, value in (there | here).items() if key in settings.model_fields}
        try:
            made = settings.model_validate(given)
        except ValidationError as e:
            for one in e.errors(include_url=False, include_input=False):
                is_account_wide = bool(one["loc"]) and one["loc"][0] in there.keys() - here.keys()
                stands_at = ("accounts", name) if is_account_wide else ("channels", id)
                word = given.get(str(one["loc"][0])) if one["loc"] else ""
                self.problems.add((*stands_at, *one["loc"]), told_with(one, settings), word=word, known=words(one))
            return None
        # Of the network's settings those that must be given name the place; the rest are choices, such as who may see
        # a post. Names are compared without case, as most networks do.
        required = (key for key, one in settings.model_fields.items() if one.is_required())
        return network, _who(name, accounts[name]), tuple(str(getattr(made, key)).casefold() for key in required)

    def _useless(self, id: str, channel: Block, network: str) -> None:
        """Refuse what a network has nothing for: whoever set it relies on it."""
        if "budget" in channel and not self.networks[network].charges:
            self.problems.add_key(("channels", id, "budget"), f"has nothing to count: {network} asks for no money")
        if channel.get("alt_text", "optional") != "optional" and not self.networks[network].describes:
            said = f"has nothing to ask for: {network} carries no alternative text"
            self.problems.add_key(("channels", id, "alt_text"), said)


def _who(name: str, account: Block) -> object:
    """Tell an account by its secrets, where it has any: two accounts with the same ones would post twice."""
    credentials = account.get("credentials")
    return tuple(sorted(map(str, credentials.items()))) if isinstance(credentials, dict) and credentials else name


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
