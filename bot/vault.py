"""PURE. Seals and opens bytes."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotOpen(Exception):
    """Not sealed with this key, not bound to this place, or changed since."""


class Vault:
    """Seals with AES-256-GCM."""

    def __init__(self, key: bytes) -> None:
        self._key = AESGCM(key)

    def seal(self, plain: bytes, *, bound_to: tuple[str, ...], nonce: bytes) -> bytes:
        """Seal."""
        return nonce + self._key.encrypt(nonce, plain, "\0".join(bound_to).encode())

    def open(self, blob: bytes, *, bound_to: tuple[str, ...]) -> bytes:
        """Open."""
        try:
            return self._key.decrypt(blob[:12], blob[12:], "\0".join(bound_to).encode())
        except InvalidTag as e:
            raise CannotOpen("wrong key or changed") from e
