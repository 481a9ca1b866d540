"""The keys and secrets a newsroom works with: what each is for, and what is said where one is missing or no good."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from adapters.contract import AuthFailed, Scope
from bot.audit.checkpoints import CHECKPOINT
from bot.audit.notes import BadNote, Signer, Verifier
from bot.audit.sealing import Key
from bot.sealing import Seal
from bot.store.place import passwords_in
from bot.vault import Vault
from config.secrets import NAME, Missing
from config.settings import NoSecret, Settings

KEY = "VAULT_KEY"
"""The secret that seals sessions: 32 bytes as base64, the newest on the first line, older ones below."""
AUDIT_KEY = "AUDIT_KEY"
"""The secret that signs the audit log: 32 bytes as base64; below it older ones, or the verifier keys of such."""
NOT_SEALED = "checkpoints of the audit log are not signed, as there is no AUDIT_KEY"
MAKE_ONE = "`jarshy init` makes one and keeps the rest"


class CannotStart(Exception):
    """Something outside is in the way; the sentence says what, and what helps."""


def vault(settings: Settings) -> Vault:
    """Open the vault with the key file. Raises NoSecret where there is none, CannotStart where it holds no key."""
    try:
        return Vault(*(base64.b64decode(line, validate=True) for line in settings.secret(KEY).split()))
    except (binascii.Error, ValueError) as e:
        raise CannotStart(f"The secret {KEY} is no key: put the one back that `jarshy init` made") from e


class Anew:
    """The vault with its keys as they are now, so that a key that was replaced serves at once.

    Keys that cannot be read any more go on sealing: what a network gave just now must not be lost for that.
    """

    def __init__(self, read: Callable[[], Vault]) -> None:
        self._read, self._last = read, read()

    def seal(self, plain: bytes, *, bound_to: tuple[str, ...], nonce: bytes) -> bytes:
        """Seal with the newest key."""
        return self._now().seal(plain, bound_to=bound_to, nonce=nonce)

    def open(self, blob: bytes, *, bound_to: tuple[str, ...]) -> bytes:
        """Open with any; raises CannotOpen."""
        return self._now().open(blob, bound_to=bound_to)

    def _now(self) -> Vault:
        with suppress(NoSecret, CannotStart):
            self._last = self._read()
        return self._last


def naming(settings: Settings) -> bytes:
    """Draw from the vault's newest key what public files are named with. Raises NoSecret."""
    newest = settings.secret(KEY).split()[0]
    return hmac.new(newest.encode(), b"names of public files", hashlib.sha256).digest()


def seal(settings: Settings) -> Seal | None:
    """Make what signs the audit log; None without its key. Raises NoSecret or CannotStart where the key is no good."""
    if not settings.secrets.has(AUDIT_KEY):
        return None
    newest, *older = settings.secret(AUDIT_KEY).split()
    try:
        key = Key(Signer(settings.origin, _seed(newest)), tuple(_public(settings.origin, each) for each in older))
    except (BadNote, ValueError) as e:
        raise CannotStart(f"The secret {AUDIT_KEY} is no key: put the one back that `jarshy init` made") from e
    return Seal(key=key, beside=settings.beside / CHECKPOINT)


def _public(origin: str, said: str) -> bytes:
    """Read the public half of an older key: from the key itself, or from what verifies it."""
    with suppress(ValueError):
        return Signer(origin, _seed(said)).verifier.public
    return Verifier.parse(said).public


def _seed(said: str) -> bytes:
    return base64.b64decode(said, validate=True)


def credentials(settings: Settings, account: str) -> dict[str, str]:
    """Read an account's secrets anew, so that a changed one serves at once. Raises AuthFailed."""
    try:
        return {field: settings.secret(name) for field, name in settings.credentials.get(account, {}).items()}
    except NoSecret as e:
        raise AuthFailed(str(e), scope=Scope.ACCOUNT) from e


def metrics_token(settings: Settings) -> str | None:
    """Read anew what a reader of the metrics must show; None: nothing; "": it is missing, so nobody can."""
    try:
        return settings.secret(settings.metrics_token) if settings.metrics_token else None
    except NoSecret:
        return ""  # `check` and `doctor` tell


def asked(settings: Settings) -> dict[str, list[str]]:
    """Name every secret the settings ask for, and what each is for."""
    found: dict[str, list[str]] = {KEY: ["seals stored sign-ins"], AUDIT_KEY: ["signs the audit log"]}
    for account, named in settings.credentials.items():
        for field, name in named.items():
            found.setdefault(name, []).append(f"{field} of account {account}")
    if settings.store_password:
        found.setdefault(settings.store_password, []).append("opens the database")
    if settings.metrics_token:
        found.setdefault(settings.metrics_token, []).append("shown by readers of the metrics")
    if settings.public is not None and settings.public.bucket:
        found.setdefault(settings.public.key_id, []).append("the id of the storage's access key")
        found.setdefault(settings.public.key, []).append("the storage's access key")
    for sink in settings.alerts:
        for name in sink.secrets:
            found.setdefault(name, []).append(f"of the alerts' {sink.kind}")
    if NAME.fullmatch(settings.heartbeat_url):
        found.setdefault(settings.heartbeat_url, []).append("the heartbeat's address")
    return found


def advised(name: str, error: NoSecret) -> str:
    """Say what is wrong with a secret, and which command puts it in place where it is missing."""
    command = "jarshy init" if name in (KEY, AUDIT_KEY) else f"jarshy secret set {name}"
    return f"{error}; `{command}` does it" if isinstance(error, Missing) else str(error)


def secrets_of(settings: Settings) -> list[str]:
    """List every secret there is, to keep them out of the log."""
    found = [*_of_address(settings.proxy or ""), *passwords_in(settings.store)]
    for name in sorted(asked(settings)):
        try:
            found += [settings.secret(name), *settings.secret(name).split()]
        except NoSecret:
            continue  # what is missing cannot leak; `check` tells
    return found


def _of_address(address: str) -> list[str]:
    """List what is secret in a proxy's address: the whole, its password, and both as its header says them."""
    parts = urlsplit(address)
    if not parts.password:
        return [address]
    user, password = unquote(parts.username or ""), unquote(parts.password)
    return [address, parts.password, password, base64.b64encode(f"{user}:{password}".encode()).decode()]
