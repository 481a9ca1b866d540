"""The command auth: the owner of an account is sent to the network's consent page, and its answer is waited for.

Nothing is opened by force: the address is printed, so that it works over SSH. What comes back arrives on this machine,
or is pasted.
"""

import asyncio
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text
from starlette.requests import Request
from starlette.responses import HTMLResponse

from adapters.consent import is_answer
from adapters.contract import Adapter, Consent, PublishError
from bot.actions.connecting import Connected, Question, account_named, connect, question, unguessable
from bot.commands import show
from bot.commands.barrier import DEGRADED
from bot.commands.office import Office, open_office
from bot.daemon import Daemon
from bot.keys import CannotStart
from bot.pages import serving
from bot.store import accounts
from bot.wiring import newsroom

_PORT = 8917
_PATIENCE = 600.0
"""Seconds a person has to answer."""
_PAGE = "<!doctype html><meta charset=utf-8><title>Jarshy</title><p>"
_OTHER = f"{_PAGE}Jarshy waits here for the answer to another question. Nothing was taken from this one."
_NO_ANSWER = (
    "That is neither a code nor an address that answers this question (its `state` is not ours), so it was left. "
    "Paste the right one, or answer in the browser: the wait goes on."
)
_HEARD = f"{_PAGE}Jarshy has your answer: the terminal says what came of it. You can close this page."


@dataclass(frozen=True, slots=True)
class Way:
    """How the answer comes back. `port`: of this machine, 0 where it does not matter; `redirect`: a registered page."""

    port: int = 0
    redirect: str = ""
    opens: bool = False
    also: tuple[str, ...] = ()
    """Rights to ask for beside those that every post needs."""


async def auth(path: Path, name: str, who: str, way: Way) -> int:
    """Connect an account; 0 it serves, 3 it serves with something to look at."""
    with open_office(path) as office:
        settings = office.settings
        through = account_named(name, settings.accounts, (*settings.channels, *settings.alert_channels))
        async with _newsroom(office, who) as daemon:
            room = office.room(who)
            state = unguessable(room)
            try:
                adapter = daemon.accounts.plain(through)
                _refuse_copied(adapter, settings.credentials[through.account])
                async with _answers(adapter.consent(), way, adapter.spec.title, state) as (redirect, answer):
                    asked = question(room, through, adapter, state=state, redirect=redirect, also=way.also)
                    _explain(show.paper(), asked, way)
                    said = await answer()
                # Behind the block: what is raised within it comes wrapped in a group.
                if not said:
                    raise CannotStart(f"Nothing came back within {_PATIENCE / 60:.0f} minutes. Nothing was stored")
                found = await connect(room, daemon.accounts, asked, said)
            except PublishError as e:
                again = f"`jarshy auth {through.account}` asks anew"
                raise CannotStart(
                    f"{e.detail.rstrip('.')}. Nothing was stored, and what served before serves on; {again}"
                ) from e
        return _tell(show.paper(), found, asked.title)


def _refuse_copied(adapter: Adapter, credentials: Mapping[str, str]) -> None:
    if type(adapter).consent is Adapter.consent:
        put = " and ".join(f"`jarshy secret set {name}`" for name in credentials.values())
        raise CannotStart(
            f"{adapter.spec.title} asks nobody for consent: what signs in there is copied, with {put}; "
            "then `jarshy check` tries it"
        )


@asynccontextmanager
async def _newsroom(office: Office, who: str) -> AsyncIterator[Daemon]:
    settings = office.settings
    await office.store.write(accounts.set_up, settings.accounts, settings.channels)
    async with office.ports(who) as ports:
        yield Daemon(newsroom(settings), ports)


@asynccontextmanager
async def _answers(
    consent: Consent, way: Way, title: str, state: str
) -> AsyncIterator[tuple[str, Callable[[], Awaitable[str]]]]:
    """Give the address people are sent back to, and what waits for them there and at the keyboard.

    What does not answer the question with our `state` is told so, and the wait goes on: anybody may knock at a port.
    """
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def take(said: str) -> bool:
        is_ours = is_answer(said, state=state)
        if is_ours and not came.done():
            came.set_result(said)
        return is_ours

    async def page(request: Request) -> HTMLResponse:
        is_ours = take(str(request.url))
        headers = {"cache-control": "no-store"}
        return HTMLResponse(_HEARD if is_ours else _OTHER, status_code=200 if is_ours else 400, headers=headers)

    async def answer() -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await came
        except TimeoutError:
            return ""

    with _keyboard(take):
        if way.redirect:
            yield way.redirect, answer
            return
        door = _door(consent, way, title)
        async with serving({"/": page}, door, desk=None):
            yield f"http://127.0.0.1:{door.getsockname()[1]}/", answer


def _door(consent: Consent, way: Way, title: str) -> socket.socket:
    """Open the port people are sent back to. Raises CannotStart."""
    if not consent.local:
        said = (
            "register a page of your site there, name it here (`--redirect https://...`), and paste where people end up"
        )
        raise CannotStart(
            f"{title} sends people only to an address under https that is registered with the app: {said}"
        )
    port = way.port or (0 if consent.local == "any port" else _PORT)
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as e:
        raise CannotStart(f"Port {port} of this machine cannot be used ({e.strerror}): --port names another") from e


@contextmanager
def _keyboard(take: Callable[[str], bool]) -> Iterator[None]:
    """Take a line that is pasted for the answer; no thread waits for it, so that nothing has to be stopped."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        line = sys.stdin.readline()
        if not line:
            loop.remove_reader(sys.stdin)  # its end: only the browser can answer now
        elif line.strip() and not take(line):
            show.paper().print(Text(_NO_ANSWER, "yellow"))

    try:
        loop.add_reader(sys.stdin, read)
    except (OSError, ValueError):  # a file, or nothing
        yield
        return
    try:
        yield
    finally:
        loop.remove_reader(sys.stdin)


def _explain(on: Console, asked: Question, way: Way) -> None:
    account, title = asked.who.account, asked.title
    on.print(Text(f"Open this address in a browser that is signed in to {title} as the owner of account {account}:"))
    # As it is: a line broken by us could not be copied.
    print(f"\n{asked.address}\n")  # noqa: T201
    on.print(Text(f"It asks whether your app may: {', '.join(asked.consent.rights)}"))
    for line in _then(asked, way):
        on.print(Text(line))
    if way.opens:
        webbrowser.open(asked.address)


def _then(asked: Question, way: Way) -> list[str]:
    if way.redirect:
        leads = f"It then leads to {way.redirect}, whatever is to be seen there."
        return [leads, "Paste the address the browser stands at then, and press Enter. Ctrl-C stops."]
    known = "" if asked.consent.local == "any port" else " (the app must list it as a redirect address)"
    leads = f"It then leads to {asked.redirect}, where Jarshy waits{known}."
    return [
        leads,
        "Where that page cannot be shown, as over SSH, paste its address here, and press Enter. Ctrl-C stops.",
    ]


def _tell(on: Console, found: Connected, title: str) -> int:
    on.print(Text(f"Connected: account {found.account} is {found.handle} on {title}. Kept sealed in the database."))
    if found.missing:
        on.print(Text(f"It lacks the right to: {', '.join(found.missing)}", "yellow"))
    if found.unsure:
        on.print(Text(f"Whom it speaks for could not be asked yet ({found.unsure}): `jarshy check` asks", "yellow"))
    return DEGRADED if found.missing or found.unsure else 0
