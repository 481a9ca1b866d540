"""Checks a `.tlog-proof` offline as a stranger would, from C2SP's pages alone: it knows nothing of this project.

    python independent.py PROOF VKEY        writes the proven bytes

https://c2sp.org/tlog-proof https://c2sp.org/tlog-checkpoint https://c2sp.org/signed-note (read 2026-12-01), RFC 6962.
"""

import base64
import hashlib
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class NotProven(Exception):
    """The proof does not hold."""


def proven(proof: str, vkey: str) -> bytes:
    """Return the bytes of the entry, if the log of this key has it. Raises NotProven."""
    lines = proof.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise NotProven("another format")
    entry = base64.b64decode(word(lines.pop(0), "extra"), validate=True)
    index = int(word(lines.pop(0), "index"))
    end = lines.index("")
    path = [base64.b64decode(line, validate=True) for line in lines[:end]]
    size, root = opened("\n".join(lines[end + 1 :]), vkey)
    if index >= size or climb(entry, index, size, path) != root:
        raise NotProven("the path does not lead to the signed root")
    return entry


def word(line: str, name: str) -> str:
    first, _, rest = line.partition(" ")
    if first != name:
        raise NotProven(f"no {name}")
    return rest


def opened(note: str, vkey: str) -> tuple[int, bytes]:
    """Check the checkpoint's signature; return the tree's size and root."""
    name, id, key = vkey.split("+", 2)
    kind_and_public = base64.b64decode(key, validate=True)
    expected = hashlib.sha256(name.encode() + b"\n" + kind_and_public).digest()[:4]
    if kind_and_public[0] != 1 or expected.hex() != id:
        raise NotProven("no Ed25519 key")
    text, _, below = note.rpartition("\n\n")
    text += "\n"
    for line in below.splitlines():
        dash, who, said = line.split(" ")
        raw = base64.b64decode(said, validate=True)
        if dash == "—" and who == name and raw[:4] == expected:
            try:
                Ed25519PublicKey.from_public_bytes(kind_and_public[1:]).verify(raw[4:], text.encode())
            except InvalidSignature as e:
                raise NotProven("the signature is false") from e
            origin, size, root, *_ = text.split("\n")
            if origin != name:
                raise NotProven("another log")
            return int(size), base64.b64decode(root, validate=True)
    raise NotProven("not signed by this key")


def climb(entry: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Compute the root from a leaf and its path, as RFC 6962 2.1.1 lays trees out: left subtrees are full."""
    if size == 1:
        if path:
            raise NotProven("the path is too long")
        return hashlib.sha256(b"\x00" + entry).digest()
    if not path:
        raise NotProven("the path is too short")
    full = 1
    while full * 2 < size:
        full *= 2
    *rest, beside = path
    if index < full:
        return hashlib.sha256(b"\x01" + climb(entry, index, full, rest) + beside).digest()
    return hashlib.sha256(b"\x01" + beside + climb(entry, index - full, size - full, rest)).digest()


if __name__ == "__main__":
    sys.stdout.buffer.write(proven(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]))
