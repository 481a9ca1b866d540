"""The command secret rotate: the key that seals stored sign-ins is replaced, and everything is sealed anew.

The new key is stored above the old one first, then everything is sealed anew in one transaction: wherever it is cut
off, one of the keys opens each secret. A daemon at work reads the keys anew each time.
"""

import base64
from pathlib import Path

from rich.text import Text

from bot.commands import show
from bot.commands.barrier import DEGRADED
from bot.commands.office import Office, open_office
from bot.keys import KEY, CannotStart, vault
from bot.store import sealed
from bot.store.sealed import Anew, Place
from bot.vault import CannotOpen, Vault

_BYTES, _NONCE = 32, 12


async def rotate(path: Path, who: str) -> int:
    """Replace the key; 0 done, 3 done but for sessions that no key opens."""
    with open_office(path) as office:
        vault(office.settings)  # what is there now must serve
        older = office.settings.secret(KEY).split()
        if office.settings.secrets.is_ours(KEY):
            _write(office, [base64.b64encode(office.clock.token_bytes(_BYTES)).decode(), *older])
        elif len(older) == 1:
            place = office.settings.secrets.place(KEY)
            said = "put a new key (`openssl rand -base64 32`) on a line above the old one there, then run this again"
            raise CannotStart(f"{KEY} comes from {place}, which is not Jarshy's to change: {said}")
        found = await _seal_anew(office, vault(office.settings), who)
        on = show.paper()
        on.print(Text(f"The newest {KEY} seals everything now: {found.count} sealed anew. Keep a copy of it."))
        on.print(Text("The old key stays below it, as copies of the database made until now open with it alone;"))
        on.print(Text("once you need none of those, `jarshy secret rotate --forget` drops it."))
        for account in found.lost:
            on.print(Text(f"No key opens what is kept of account {account}: connect or set it anew", "yellow"))
        return DEGRADED if found.lost else 0


async def forget(path: Path) -> int:
    """Drop every key but the newest, once that has sealed everything."""
    with open_office(path) as office:
        newest, *older = office.settings.secret(KEY).split()
        if not office.settings.secrets.is_ours(KEY):
            place = office.settings.secrets.place(KEY)
            raise CannotStart(f"{KEY} comes from {place}, which is not Jarshy's to change: drop its older lines there")
        if older and not await _is_current(office, Vault(base64.b64decode(newest))):
            raise CannotStart(
                f"Something still needs an older {KEY}: run `jarshy secret rotate` first. Nothing was done"
            )
        _write(office, [newest])
        show.paper().print(Text(f"{KEY} has one key now; {len(older)} dropped."))
        return 0


async def _seal_anew(office: Office, keys: Vault, who: str) -> Anew:
    def anew(blob: bytes, place: Place) -> bytes | None:
        try:
            plain = keys.open(blob, bound_to=place)
        except CannotOpen:
            return None
        return keys.seal(plain, bound_to=place, nonce=office.clock.token_bytes(_NONCE))

    return await office.store.write(sealed.seal_anew, anew, office.clock.now(), actor=office.room(who).actor)


async def _is_current(office: Office, newest: Vault) -> bool:
    return all(newest.is_current(each) for each in await office.store.write(sealed.all_sealed))


def _write(office: Office, keys: list[str]) -> None:
    try:
        office.settings.secrets.put(KEY, "\n".join(keys))
    except OSError as e:
        folder = office.settings.secrets.folder
        raise CannotStart(f"the secret {KEY} cannot be written to {folder}: {e.strerror}") from e
