"""Knows C2SP signed notes: a text, and below it the names of those who signed it. https://c2sp.org/signed-note

Keys are Ed25519 (signature type 0x01). Signatures of keys we do not know are passed over, so that others may sign too.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.audit.origin import is_name

_ED25519 = b"\x01"
_ID, _SIGNATURE, _PUBLIC = 4, 64, 32
_DASH = "— "
_MOST_SIGNATURES = 64


class BadNote(Exception):
    """The text is no signed note, or is not signed by whom it should be."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Whom we believe: a name and a public key."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Tell the four bytes that stand before each signature of this key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID]

    def __str__(self) -> str:
        """Write the verifier key as C2SP does: name, id and key, for others to keep."""
        return f"{self.name}+{self.id.hex()}+{_encoded(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, said: str) -> Self:
        """Read a verifier key. Raises BadNote."""
        name, _, rest = said.strip().partition("+")
        id, _, key = rest.partition("+")
        raw = decoded(key)
        if not is_name(name) or len(raw) != 1 + _PUBLIC or not raw.startswith(_ED25519):
            raise BadNote("this is no Ed25519 verifier key: it reads NAME+ID+KEY, as `jarshy audit verify` shows it")
        found = cls(name, raw[1:])
        if found.id.hex() != id:
            raise BadNote("the parts of this verifier key do not belong together: copy it anew")
        return found

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature of the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class Signer:
    """Signs in one name. `seed` is 32 unpredictable bytes."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not is_name(name):
            raise ValueError("a signer's name has no spaces and no plus")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Make a signed note of a text that ends with a line break."""
        if not text.endswith("\n") or not _is_clean(text):
            raise ValueError("a note is lines of text without control characters")
        who = self.verifier
        return f"{text}\n{_DASH}{who.name} {_encoded(who.id + self._key.sign(text.encode()))}\n"


def open_note(note: str, known: Iterable[Verifier]) -> str:
    """Return the text of a note that a known key has signed. Raises BadNote: nothing of it is to be believed."""
    text, signatures = _parts(note)
    keys = {(each.name, each.id): each for each in known}
    is_signed = False
    for name, raw in signatures:
        who = keys.get((name, raw[:_ID]))
        if who is None:
            continue
        if len(raw) != _ID + _SIGNATURE or not who.signed(text, raw[_ID:]):
            raise BadNote(f"the signature of {name} does not fit the text: one of them was changed")
        is_signed = True
    if not is_signed:
        raise BadNote("none of the keys we know has signed it")
    return text


def text_of(note: str) -> str:
    """Return the text of a note whoever has signed it. Raises BadNote where it is none."""
    return _parts(note)[0]


def decoded(said: str) -> bytes:
    """Read base64. Raises BadNote."""
    try:
        return base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError) as e:
        raise BadNote(f"{said[:20]!r} is no base64") from e


def _parts(note: str) -> tuple[str, Sequence[tuple[str, bytes]]]:
    text, blank, below = note.rpartition("\n\n")
    if not blank or not below.endswith("\n") or not _is_clean(note):
        raise BadNote("it is no signed note: a text, an empty line, and signatures")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise BadNote("it carries too many signatures")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, _, said = line.removeprefix(_DASH).partition(" ")
    raw = decoded(said) if line.startswith(_DASH) and is_name(name) else b""
    if len(raw) <= _ID:
        raise BadNote(f"{line[:40]!r} is no signature")
    return name, raw


def _is_clean(text: str) -> bool:
    return all(sign >= " " or sign == "\n" for sign in text)


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
