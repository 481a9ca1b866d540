"""Checks and names the ways by which alerts reach people."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from config.layout import AlertBlock
from config.problems import Problems
from config.secrets import NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkSettings:
    """One sink. `to` is an address, the name of a secret or a channel; what it was told is kept under its `name`."""

    kind: Literal["webhook", "command", "channel", "apprise"]
    name: str
    to: str = field(default="", repr=False)
    secret: str = ""
    argv: tuple[str, ...] = ()
    is_witness: bool = False
    """Is given each checkpoint of the audit log too."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets it needs."""
        return tuple(each for each in (self.to, self.secret) if self.kind != "channel" and NAME.fullmatch(each))


def sinks(blocks: Iterable[AlertBlock]) -> tuple[SinkSettings, ...]:
    """Name what the settings list; a second one of a name is numbered."""
    seen: Counter[str] = Counter()
    found = []
    for each in blocks:
        kind, about, facts = _facts(each)
        seen[about] += 1
        name = f"{about} ({seen[about]})" if seen[about] > 1 else about
        found.append(SinkSettings(kind=kind, name=name, is_witness=each.witness, **facts))
    return tuple(found)


def check_channels(values: Mapping[str, Any], problems: Problems) -> None:
    """Find alerts that are to go to a channel there is not; `values` may have any shape."""
    listed, channels = values.get("alerts"), values.get("channels")
    known = list(channels) if isinstance(channels, dict) else []
    for at, each in enumerate(listed if isinstance(listed, list) else ()):
        name = each.get("channel") if isinstance(each, dict) else None
        if isinstance(name, str) and name not in known:
            problems.add(("alerts", at, "channel"), "names no channel", word=name, known=known)


def _facts(block: AlertBlock) -> tuple[Literal["webhook", "command", "channel", "apprise"], str, dict[str, Any]]:
    if block.webhook is not None:
        place = block.webhook if NAME.fullmatch(block.webhook) else urlsplit(block.webhook).hostname
        return "webhook", f"webhook {place}", {"to": block.webhook, "secret": block.secret}
    if block.command is not None:
        return "command", f"command {block.command[0].rpartition('/')[2]}", {"argv": tuple(block.command)}
    if block.channel is not None:
        return "channel", f"channel {block.channel}", {"to": block.channel}
    return "apprise", f"apprise {block.apprise}", {"to": block.apprise}
