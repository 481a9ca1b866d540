"""What `check` and `doctor` find and how they write it: one line each, and the worst of them is the exit code."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from adapters.contract import PublishError
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.office import Office
from bot.daemon import Daemon
from bot.model import Channel
from bot.wiring import CannotStart, vault
from config.settings import NoSecret

_SIGNS = {0: ("ok ", "green"), DEGRADED: ("!  ", "yellow"), FAILED: ("no ", "bold red")}
MARKS = {0: "ok", DEGRADED: "look", FAILED: "no"}
"""The same marks for programs."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `code`: 0 in order, 3 something does not work, 1 nothing can run."""

    what: str
    said: str
    code: int = 0


class Report:
    """What was found so far, written at once where there is a paper."""

    def __init__(self, on: Console | None) -> None:
        self._on = on
        self.found: list[Finding] = []

    def add(self, what: str, said: str, code: int = 0) -> None:
        """Keep and write one line."""
        self.take(Finding(what, said, code))

    def take(self, found: Finding) -> None:
        """Keep and write a finding."""
        self.found.append(found)
        if self._on is not None:
            sign, style = _SIGNS[found.code]
            self._on.print(Text.assemble((sign, style), (f"{found.what}: ", "bold"), found.said))

    @property
    def counts(self) -> Mapping[int, int]:
        """How many lines there are of each kind."""
        return {code: sum(each.code == code for each in self.found) for code in _SIGNS}

    @property
    def worst(self) -> int:
        """The exit code."""
        return FAILED if self.counts[FAILED] else DEGRADED if self.counts[DEGRADED] else 0


def look_at_secrets(office: Office, report: Report) -> None:
    """Look whether the key and every secret of the settings can be had, and by nobody else."""
    settings = office.settings
    try:
        vault(settings)
        report.add("key", "seals stored sign-ins, readable by its owner alone")
    except NoSecret as e:
        report.add("key", f"{e}; `jarshy init` makes one", FAILED)
    except CannotStart as e:
        report.add("key", str(e), FAILED)
    asked = [(f"of account {id}", name) for id, named in settings.credentials.items() for name in named.values()]
    asked += [("for readers of /metrics", settings.metrics_token)] if settings.metrics_token else []
    for whose, name in asked:
        try:
            settings.secret(name)
            report.add("secret", f"{name} {whose}")
        except NoSecret as e:
            report.add("secret", str(e), DEGRADED)
    folder = settings.secrets.folder
    if folder.is_dir() and folder.stat().st_mode & 0o022:
        said = f"{folder} can be changed by others than its owner, who may put secrets of their own there"
        report.add("secret", f"{said}: chmod 700 {folder}", DEGRADED)


async def look_at_account(daemon: Daemon, who: Channel) -> Finding:
    """Ask an account's network whom it takes us for, and which rights are missing; posts nothing."""
    try:
        identity = await (await daemon.accounts.adapter(who)).verify()
    except PublishError as e:
        return Finding("account", f"{who.account}: {e.detail}", DEGRADED)
    if identity.missing:
        rights = ", ".join(identity.missing)
        return Finding("account", f"{who.account}: is {identity.handle}, but lacks the right to: {rights}", DEGRADED)
    return Finding("account", f"{who.account}: is {identity.handle}")


def by_account(office: Office, report: Report) -> dict[str, Channel]:
    """Choose the channel each account is asked through; an account without one is told of."""
    through = {each.account: each for each in reversed(office.settings.channels)}
    for account in office.settings.accounts:
        if account.id not in through:
            report.add("account", f"{account.id}: no channel uses it, so it was not asked")
    return through
