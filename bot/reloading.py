"""Reads the settings anew while the daemon runs: all of them are good and taken, or the old ones stay."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import fields, replace
from typing import Any

import structlog

from bot import logs
from bot.daemon import Daemon
from bot.keys import AUDIT_KEY, CannotStart, advised, asked, secrets_of
from bot.model import Account, Channel, Source
from bot.ports import Newsroom, Ports
from bot.posts.template import TemplateError
from bot.posts.template import compile as compile_template
from bot.rules.alert_facts import settings_refused
from bot.store import listing
from bot.store.accounts import AnotherNetwork
from bot.store.engine import StoreUnavailable
from bot.store.templates import serving
from bot.tongue import phrase
from bot.wiring import newsroom, open_ports, templates
from config.settings import NoSecret, Settings, SettingsError

log = structlog.get_logger()


class Refused(Exception):
    """The settings cannot be taken now; the sentence says why. Nothing has changed."""


class Reloader:
    """Has a daemon go on by the settings as they are now.

    `again` reads them, `doors` is closed after the daemon, `taken` is told of new ones.
    """

    def __init__(
        self,
        daemon: Daemon,
        settings: Settings,
        again: Callable[[], Settings],
        doors: AsyncExitStack,
        *,
        taken: Callable[[Settings], None] = lambda new: None,
    ) -> None:
        self._daemon, self._settings, self._again, self._doors, self._taken = daemon, settings, again, doors, taken
        self._open: AsyncExitStack | None = None
        self._behind: list[tuple[AsyncExitStack, list[asyncio.Task[None]]]] = []
        """Ways to the outside that only turns in flight may still use, and these turns."""

    @property
    def settings(self) -> Settings:
        """What the daemon goes by now."""
        return self._settings

    async def serve(self, rung: asyncio.Event) -> None:
        """Reload each time it rings, for ever."""
        while True:
            await rung.wait()
            rung.clear()
            await self.reload()

    async def reload(self) -> None:
        """Take the settings as they are now, or keep the old ones and say why; the log and the audit log tell."""
        await self._close_behind()
        try:
            said = await self._take()
        except Refused as e:
            await self._refuse(str(e))
        except Exception as e:  # barrier: what breaks on new settings must not end the daemon that runs on old ones
            log.exception("reload broke")
            await self._refuse(f"reading them broke with {type(e).__name__}; the daemon's log has more")
        else:
            log.info("settings loaded", said=said)

    async def _take(self) -> str:
        daemon, old = self._daemon, self._settings
        try:
            new = self._again()
            # Before anything of the new settings is used: what they call secret must not stand in the log either.
            logs.set_up(lambda: [*secrets_of(old), *secrets_of(new), *daemon.accounts.tokens()])
            _refuse_fixed(old, new)
            room = newsroom(new)
            said = "; ".join(changes(old, new, daemon.newsroom, room)) or phrase("nothing changed")
            _refuse_secrets(new)
            await self._refuse_templates(new)
            stack = AsyncExitStack()
            await self._doors.enter_async_context(stack)
            ports = await stack.enter_async_context(open_ports(new, daemon.ports.clock, daemon.ports.store))
            in_flight = await self._change(room, ports, stack, said)
        except SettingsError as e:
            raise Refused(_first(e)) from e
        except (CannotStart, NoSecret, AnotherNetwork) as e:
            raise Refused(str(e)) from e
        except StoreUnavailable as e:
            raise Refused(f"the database refused ({e})") from e
        if self._open is not None:
            self._behind.append((self._open, in_flight))
        self._open, self._settings = stack, new
        self._taken(new)
        return said

    async def _change(self, room: Newsroom, ports: Ports, stack: AsyncExitStack, said: str) -> list[asyncio.Task[None]]:
        # Pictures are made by the process that does it already: it knows nothing of settings.
        was = self._daemon.ports
        kept = replace(ports, develop=was.develop, draw=was.draw, cutting=was.cutting, posted=was.posted)
        try:
            return await self._daemon.change(room, kept, said=said)
        except BaseException:
            await stack.aclose()
            raise

    async def _refuse_templates(self, new: Settings) -> None:
        files = templates(new)
        known = {name: text for named in files.values() for name, text in named.items()}
        stored = await self._daemon.ports.store.write(serving)
        before = {each.id: each.template for each in self._settings.channels}
        for who in new.channels:
            if not who.template or who.template == before.get(who.id):
                continue  # what was not changed here is told of by its own alert
            if who.template not in known and who.template not in stored:
                raise Refused(f"there is no {new.templates}/{who.template}.html, which channel {who.id} asks for")
            if who.template in known:
                _refuse_template(known[who.template], new, who)

    async def _refuse(self, why: str) -> None:
        log.error("settings refused", said=why, fix=settings_refused(why).fix)
        try:
            await self._daemon.ports.store.write(listing.refuse, self._daemon.clock.now(), why=why)
        except StoreUnavailable as e:
            log.error("database refused", said=str(e), fix="free disk space; see `jarshy check`")

    async def _close_behind(self) -> None:
        ended = [stack for stack, tasks in self._behind if all(task.done() for task in tasks)]
        self._behind = [each for each in self._behind if each[0] not in ended]
        for stack in ended:
            await stack.aclose()


def changes(old: Settings, new: Settings, was: Newsroom, now: Newsroom) -> list[str]:
    """Name what changed, by ids and keys; never a value, since some are secret."""
    kinds = (("source", old.sources, new.sources), ("account", old.accounts, new.accounts))
    told = [each for kind, a, b in kinds for each in _by_id(kind, a, b)]
    for id in old.credentials.keys() & new.credentials.keys():
        if old.credentials[id] != new.credentials[id]:
            told.append(phrase(f"account {id}: credentials"))
    told += _by_id("channel", old.channels, new.channels)
    pairs = (("newsroom", old.policy, new.policy), ("keep", old.keep, new.keep), ("cards", old.theme, new.theme))
    for name, a, b in pairs:
        told += [f"{name}: {', '.join(keys)}"] if (keys := _differing(a, b)) else []
    if old.secrets.folder != new.secrets.folder:
        told.append("secrets")
    if was.lists != now.lists:
        told.append("words")
    if old.public != new.public:
        told.append("media")
    blocks = {"sources", "accounts", "channels", "credentials", "policy", "keep", "theme", "secrets", "words", "public"}
    return told + [name for name in _differing(old, new) if name not in blocks]


def _by_id(
    kind: str, old: Iterable[Source | Account | Channel], new: Iterable[Source | Account | Channel]
) -> list[str]:
    before, after = _named(old), _named(new)
    told = [_ADDED[kind].format(id=id) for id in after if id not in before]
    told += [_REMOVED[kind].format(id=id) for id in before if id not in after]
    both = ((id, _differing(before[id], after[id])) for id in before if id in after)
    return told + [_OTHER[kind].format(id=id, keys=", ".join(keys)) for id, keys in both if keys]


_ADDED = {
    "source": phrase("source {id} added"),
    "account": phrase("account {id} added"),
    "channel": phrase("channel {id} added"),
}
_REMOVED = {
    "source": phrase("source {id} removed"),
    "account": phrase("account {id} removed"),
    "channel": phrase("channel {id} removed"),
}
_OTHER = {
    "source": phrase("source {id}: {keys}"),
    "account": phrase("account {id}: {keys}"),
    "channel": phrase("channel {id}: {keys}"),
}


def _named(some: Iterable[Source | Account | Channel]) -> Mapping[str, Source | Account | Channel]:
    return {each.id: each for each in some}


def _differing(old: Any, new: Any) -> list[str]:
    return [each.name for each in fields(old) if getattr(old, each.name) != getattr(new, each.name)]


def _refuse_fixed(old: Settings, new: Settings) -> None:
    """Refuse what only a start can change."""
    for name in ("store", "listen", "desk"):
        if getattr(old, name) != getattr(new, name):
            raise Refused(f"`{name}` cannot change while the daemon runs: put it back, or restart the daemon")


def _refuse_secrets(new: Settings) -> None:
    for name in asked(new):
        try:
            new.secret(name)
        except NoSecret as e:
            if not _may_be_missing(name, new):
                raise Refused(advised(name, e)) from e


def _may_be_missing(name: str, new: Settings) -> bool:
    """Whether the daemon does without a secret: without the key of the audit log it does not seal it."""
    return name == AUDIT_KEY and not new.secrets.has(name)


def _refuse_template(text: str, new: Settings, who: Channel) -> None:
    try:
        compile_template(text, name=who.template)
    except TemplateError as e:
        first = e.problems[0]
        place = f"{new.templates}/{who.template}.html:{first.line}:{first.column}"
        raise Refused(f"{place}: {first.sentence}") from e


def _first(error: SettingsError) -> str:
    more = len(error.problems) - 1
    return error.problems[0] + (f" (and {more} more)" if more else "")
