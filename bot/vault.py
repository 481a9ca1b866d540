"""Seals secrets for storage so that a stolen, changed or exchanged row opens for nobody."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# version (1), key id (4), nonce (12), then AES-GCM's ciphertext with its tag (16 more than the plain bytes).
_VERSION = b"\x01"
_KEY_ID, _NONCE = 4, 12
_HEAD = len(_VERSION) + _KEY_ID + _NONCE


class CannotOpen(Exception):
    """The bytes were sealed for something else, by a key that is gone, or have been changed."""


class Seals(Protocol):
    """What seals and opens, with the keys there are."""

    def seal(self, plain: bytes, *, bound_to: tuple[str, ...], nonce: bytes) -> bytes:
        """Seal for one place."""
        ...

    def open(self, blob: bytes, *, bound_to: tuple[str, ...]) -> bytes:
        """Open what was sealed for this very place; raises CannotOpen."""
        ...


class Vault:
    """Seals with its first key, opens with any; keep old keys behind the newest until everything is sealed anew.

    Keys are 32 unpredictable bytes. `bound_to` names the place of a secret ("session", account, field): a blob that
    was moved to another place does not open there.
    """

    def __init__(self, newest: bytes, *older: bytes) -> None:
        keys = [newest, *older]
        if any(len(key) != 32 for key in keys):
            raise ValueError("a key of the vault has 32 bytes")
        # Where two keys share an id, each is tried: four bytes may meet.
        self._keys = [(_key_id(key), AESGCM(key)) for key in keys]

    def seal(self, plain: bytes, *, bound_to: tuple[str, ...], nonce: bytes) -> bytes:
        """Seal with the newest key. `nonce` is 12 bytes from the clock's `token_bytes`, never used twice."""
        if len(nonce) != _NONCE:
            raise ValueError("a nonce has 12 bytes")
        id, newest = self._keys[0]
        head = _VERSION + id + nonce
        return head + newest.encrypt(nonce, plain, _bound(bound_to))

    def open(self, blob: bytes, *, bound_to: tuple[str, ...]) -> bytes:
        """Return what was sealed for this very place; raises CannotOpen."""
        head, sealed = blob[:_HEAD], blob[_HEAD:]
        id, nonce = head[len(_VERSION) : -_NONCE], head[-_NONCE:]
        for known, key in self._keys if head.startswith(_VERSION) else ():
            if known == id:
                with suppress(InvalidTag):
                    return key.decrypt(nonce, sealed, _bound(bound_to))
        raise CannotOpen("A stored secret cannot be opened: another key sealed it, or it was moved or changed")

    def is_current(self, blob: bytes) -> bool:
        """Whether the newest key has sealed this; what is not current is to be sealed anew."""
        return blob.startswith(_VERSION + self._keys[0][0])


class Steps:
    """Seals what a try remembers in secret, as text: for one delivery, by its key, and one step. `draw`: chance."""

    def __init__(self, vault: Seals, draw: Callable[[int], bytes]) -> None:
        self._vault, self._draw = vault, draw

    def seal(self, key: str, name: str, value: str) -> str:
        """Seal what a step answered."""
        return b64encode(
            self._vault.seal(value.encode(), bound_to=("step", key, name), nonce=self._draw(_NONCE))
        ).decode()

    def open(self, key: str, name: str, sealed: str) -> str:
        """Open it again. Raises CannotOpen."""
        try:
            told = b64decode(sealed, validate=True)
        except ValueError as e:
            raise CannotOpen("what a step kept as a secret is not sealed") from e
        return self._vault.open(told, bound_to=("step", key, name)).decode()


def _key_id(key: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"jarshy vault key id\x00" + key)
    return digest.finalize()[:_KEY_ID]


def _bound(bound_to: tuple[str, ...]) -> bytes:
    # Each part with its length: ("ab", "c") and ("a", "bc") are two places.
    parts = [part.encode() for part in bound_to]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
