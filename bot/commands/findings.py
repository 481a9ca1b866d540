"""What `check` and `doctor` find and how they write it: one line each, and the worst of them is the exit code."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from adapters.contract import Adapter
from bot.actions import access
from bot.commands import show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.office import Office
from bot.daemon import Daemon
from bot.keys import AUDIT_KEY, KEY, MAKE_ONE, NOT_SEALED, CannotStart, advised, asked, seal, vault
from bot.media.cutting import found_ffmpeg
from bot.media.film import MISSING
from bot.model import Channel
from bot.store import telling
from config.settings import NoSecret

_SIGNS = {"ok": ("ok ", "green"), "note": ("-  ", "dim"), "look": ("!  ", "yellow"), "no": ("no ", "bold red")}
_MARKS = {0: "ok", DEGRADED: "look", FAILED: "no"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `code`: 0 in order, 3 something does not work, 1 nothing can run.

    `is_note`: it could not be judged, or is only to be known; neither well nor wrong.
    """

    what: str
    said: str
    code: int = 0
    is_note: bool = False

    @property
    def mark(self) -> str:
        """Name how it is, for programs too: ok, note, look or no."""
        return "note" if self.is_note else _MARKS[self.code]


class Report:
    """What was found so far, written at once where there is a paper."""

    def __init__(self, on: Console | None) -> None:
        self._on = on
        self.found: list[Finding] = []

    def add(self, what: str, said: str, code: int = 0) -> None:
        """Keep and write one line."""
        self.take(Finding(what, said, code))

    def note(self, what: str, said: str) -> None:
        """Keep and write one line that judges nothing."""
        self.take(Finding(what, said, is_note=True))

    def take(self, found: Finding) -> None:
        """Keep and write a finding."""
        self.found.append(found)
        if self._on is not None:
            sign, style = _SIGNS[found.mark]
            self._on.print(Text.assemble((sign, style), (f"{found.what}: ", "bold"), found.said))

    @property
    def counts(self) -> Mapping[int, int]:
        """How many lines there are of each kind."""
        return {code: sum(each.code == code and not each.is_note for each in self.found) for code in _MARKS}

    @property
    def worst(self) -> int:
        """The exit code."""
        return FAILED if self.counts[FAILED] else DEGRADED if self.counts[DEGRADED] else 0


def look_at_channels(office: Office, path: Path, report: Report) -> None:
    """Say where there is no channel: then nothing is posted, however well all the rest is."""
    if not office.settings.channels:
        said = f"none yet, so nothing is posted: {path} needs an account and a channel"
        report.add("channels", f"{said} (`jarshy networks` lists what there is)", DEGRADED)


def look_at_films(office: Office, report: Report) -> None:
    """Look whether this machine can make the films that channels post."""
    films = [each.id for each in office.settings.channels if each.form == "video"]
    if films and found_ffmpeg() is None:
        report.add("films", f"{MISSING}; until then what channel {films[0]} would post waits for a person", DEGRADED)
    elif films:
        report.add("films", "ffmpeg makes them")


def look_at_secrets(office: Office, report: Report) -> None:
    """Look whether the keys and every secret of the settings can be had, and by nobody else."""
    settings = office.settings
    try:
        vault(settings)
        report.add("key", "seals stored sign-ins")
    except NoSecret as e:
        report.add("key", advised(KEY, e), FAILED)
    except CannotStart as e:
        report.add("key", str(e), FAILED)
    try:
        ours = seal(settings)
        said = (f"sealed as {settings.origin}", 0) if ours else (f"{NOT_SEALED}; {MAKE_ONE}", DEGRADED)
        report.add("audit log", *said)
    except (NoSecret, CannotStart) as e:
        report.add("audit log", str(e), FAILED)
    told = set()
    for name, uses in asked(settings).items():
        try:
            settings.secret(name)
            if name not in (KEY, AUDIT_KEY):
                report.add("secret", f"{name}, {' and '.join(uses)}")
        except NoSecret as e:
            told.add(str(e))
            if name not in (KEY, AUDIT_KEY):
                report.add("secret", advised(name, e), DEGRADED)
    for sentence in settings.secrets.loose():
        if sentence not in told:
            report.add("secret", sentence, DEGRADED)


async def look_at_sinks(office: Office, report: Report) -> None:
    """Say which ways alerts have, and which of them lack something; nobody is told anything for it."""
    settings = office.settings
    deaf = {each.sink: each for each in await office.store.write(telling.deaf, [one.name for one in settings.alerts])}
    for each in settings.alerts:
        try:
            for name in each.secrets:
                settings.secret(name)
        except NoSecret as e:
            report.add("alerts", f"to {each.name}: {e}", DEGRADED)
            continue
        lacks = deaf.get(each.name)
        report.add(
            "alerts",
            f"to {show.deafness(lacks, office.zone)}" if lacks else f"to {each.name}",
            DEGRADED if lacks else 0,
        )
    if not settings.alerts:
        report.note(
            "alerts", "go to the log only; `alerts` in the settings may name a webhook, command, channel or apprise"
        )


async def look_at_account(office: Office, daemon: Daemon, who: Channel) -> Finding:
    """Ask an account's network whom it takes us for, and which rights are missing; posts nothing."""
    answer = await access.ask(daemon.accounts, who)
    said, code = f"{who.account}: is {answer.handle}", DEGRADED
    if answer.refused:
        # A sentence of our own names its command already.
        mend = _remedy(office, who) if answer.is_shut and "`jarshy " not in answer.refused else ""
        said = f"{who.account}: {answer.refused.rstrip('.')}{mend}"
    elif answer.missing:
        said = f"{said}, but lacks the right to: {', '.join(answer.missing)}"
    elif answer.endless:
        said = f"{said}, but until when its access lasts cannot be asked: {answer.endless}"
    else:
        code = 0
    return Finding("account", said, code)


def _remedy(office: Office, who: Channel) -> str:
    """Say which commands replace what signs an account in; "" where a secret is missing, which has its own line."""
    names = office.settings.credentials[who.account].values()
    try:
        for name in names:
            office.settings.secret(name)
    except NoSecret:
        return ""
    put = " or ".join(f"`jarshy secret set {name}`" for name in names)
    asks = office.kinds[who.network].consent is not Adapter.consent
    anew = f"`jarshy auth {who.account}` asks its owner anew, {put} replaces what was copied" if asks else put
    return f"; where that means a token or password that no longer serves: {anew}"


def by_account(office: Office, report: Report) -> dict[str, Channel]:
    """Choose the channel each account is asked through; an account without one is told of."""
    settings = office.settings
    through = {each.account: each for each in reversed((*settings.channels, *settings.alert_channels))}
    for account in settings.accounts:
        if account.id not in through:
            report.note("account", f"{account.id}: no channel uses it, so it was not asked")
    return through
