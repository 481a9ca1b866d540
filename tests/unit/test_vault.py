"""What the vault seals opens only with its key, at its place, unchanged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.keys import Anew
from bot.vault import CannotOpen, Vault
from config.settings import NoSecret

OLD, NEW, OTHER = (bytes([n]) * 32 for n in (1, 2, 3))
NONCE = bytes(range(12))
PLACE = ("session", "tg", "token")
places = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), max_size=4).map(tuple)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), places, st.binary(min_size=12, max_size=12))
def test_what_was_sealed_opens_at_its_place(plain: bytes, place: tuple[str, ...], nonce: bytes) -> None:
    vault = Vault(NEW)
    blob = vault.seal(plain, bound_to=place, nonce=nonce)
    assert vault.open(blob, bound_to=place) == plain


@settings(max_examples=60, deadline=None)
@given(places, places)
def test_a_blob_that_was_moved_does_not_open(here: tuple[str, ...], there: tuple[str, ...]) -> None:
    vault = Vault(NEW)
    blob = vault.seal(b"word", bound_to=here, nonce=NONCE)
    if here != there:
        with pytest.raises(CannotOpen):
            vault.open(blob, bound_to=there)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a",), ("a", "")),
        ((), ("",)),
        (("a", "b"), ("b", "a")),
        (("a\x00b",), ("a", "b")),
        (("\u00e9",), ("e\u0301",)),
    ],
)
def test_places_that_look_alike_are_two(here: tuple[str, ...], there: tuple[str, ...]) -> None:
    blob = Vault(NEW).seal(b"word", bound_to=here, nonce=NONCE)
    with pytest.raises(CannotOpen):
        Vault(NEW).open(blob, bound_to=there)


def test_every_single_changed_bit_is_noticed() -> None:
    vault = Vault(NEW, OLD)
    blob = vault.seal(b"word", bound_to=PLACE, nonce=NONCE)
    for at in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(CannotOpen):
            vault.open(bytes(changed), bound_to=PLACE)


def test_every_cut_or_longer_blob_is_noticed() -> None:
    vault = Vault(NEW)
    blob = vault.seal(b"word", bound_to=PLACE, nonce=NONCE)
    for other in [blob[:end] for end in range(len(blob))] + [blob + b"\x00", b"\x00" + blob]:
        with pytest.raises(CannotOpen):
            vault.open(other, bound_to=PLACE)


def test_an_old_key_opens_and_the_newest_seals() -> None:
    blob = Vault(OLD).seal(b"word", bound_to=PLACE, nonce=NONCE)
    rotated = Vault(NEW, OLD)
    assert rotated.open(blob, bound_to=PLACE) == b"word"
    assert not rotated.is_current(blob)
    anew = rotated.seal(b"word", bound_to=PLACE, nonce=NONCE)
    assert rotated.is_current(anew)
    assert Vault(NEW).open(anew, bound_to=PLACE) == b"word"
    with pytest.raises(CannotOpen):
        Vault(OLD).open(anew, bound_to=PLACE)


def test_a_strange_key_opens_nothing() -> None:
    blob = Vault(NEW).seal(b"word", bound_to=PLACE, nonce=NONCE)
    with pytest.raises(CannotOpen):
        Vault(OTHER, OLD).open(blob, bound_to=PLACE)


def test_a_blob_shows_neither_words_nor_key_nor_place() -> None:
    blob = Vault(NEW).seal(b"the secret word", bound_to=PLACE, nonce=NONCE)
    assert b"secret" not in blob
    assert NEW[:4] not in blob
    assert b"session" not in blob
    with pytest.raises(CannotOpen) as caught:
        Vault(NEW).open(blob, bound_to=("elsewhere",))
    assert "elsewhere" not in str(caught.value)


@pytest.mark.parametrize("key", [b"", b"x" * 31, b"x" * 33, b"x" * 16])
def test_a_key_has_its_full_length(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(key)
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(NEW, key)


@pytest.mark.parametrize("nonce", [b"", b"x" * 11, b"x" * 13])
def test_a_nonce_has_its_full_length(nonce: bytes) -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        Vault(NEW).seal(b"word", bound_to=PLACE, nonce=nonce)


def test_replaced_keys_serve_at_once_and_keys_that_are_gone_go_on_sealing():
    keys = [Vault(b"a" * 32)]

    def read():
        if not keys:
            raise NoSecret("gone")
        return keys[-1]

    anew = Anew(read)
    where = ("acme", "session")
    first = anew.seal(b"one", bound_to=where, nonce=b"n" * 12)
    keys.append(Vault(b"b" * 32, b"a" * 32))
    assert anew.open(first, bound_to=where) == b"one"
    assert keys[-1].is_current(anew.seal(b"two", bound_to=where, nonce=b"m" * 12))
    newest = keys[-1]
    keys.clear()
    assert newest.is_current(anew.seal(b"three", bound_to=where, nonce=b"o" * 12))
