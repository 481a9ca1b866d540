"""Notes, checkpoints and proofs are read and written as C2SP says."""

import base64

import pytest

from bot.audit.checkpoints import Checkpoint, opened
from bot.audit.notes import BadNote, Signer, Verifier, open_note
from bot.audit.origin import is_name, usual
from bot.audit.proof import Proof

# The example of https://c2sp.org/signed-note, read 2026-12-01.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
TEXT = "This is an example message.\n"
NOTE = (
    f"{TEXT}\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The example of https://c2sp.org/tlog-checkpoint, read 2026-12-01; its key is not published.
CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
OURS = Signer("courier.example/log", bytes(range(32)))
OTHERS = Signer("witness.example", bytes(32))
STANDS = Checkpoint("courier.example/log", 7, bytes(32))


def test_the_example_of_the_specification_is_opened_with_its_key():
    key = Verifier.parse(VKEY)
    assert str(key) == VKEY
    assert open_note(NOTE, [key]) == TEXT


def test_what_we_sign_is_opened_by_our_verifier_key():
    note = OURS.sign(STANDS.text)
    assert opened(note, [OURS.verifier.public]) == STANDS
    assert open_note(note, [Verifier.parse(str(OURS.verifier))]) == STANDS.text


def test_signatures_of_others_are_passed_over_wherever_they_stand():
    text, _, ours = OURS.sign(STANDS.text).rpartition("\n\n")
    theirs = OTHERS.sign(STANDS.text).rpartition("\n\n")[2]
    for below in (ours + theirs, theirs + ours, theirs * 15 + ours):
        assert opened(f"{text}\n\n{below}", [OURS.verifier.public]) == STANDS
    with pytest.raises(BadNote, match="none of the keys"):
        opened(f"{text}\n\n{theirs}", [OURS.verifier.public])


def test_a_false_signature_of_a_key_we_know_spoils_the_whole_note():
    text, _, ours = OURS.sign(STANDS.text).rpartition("\n\n")
    false = OURS.sign("another\n").rpartition("\n\n")[2]
    for below in (false, ours + false, false + ours):
        with pytest.raises(BadNote, match="does not fit"):
            open_note(f"{text}\n\n{below}", [OURS.verifier])


@pytest.mark.parametrize("change", [("7", "8"), ("AAA", "BAA"), ("courier", "c0urier")])
def test_a_changed_checkpoint_is_not_believed(change):
    with pytest.raises(BadNote):
        opened(OURS.sign(STANDS.text).replace(*change, 1), [OURS.verifier.public])


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        f"{TEXT}\n",
        NOTE.removesuffix("\n"),
        NOTE.replace("—", "-"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("message", "mess\tage"),
        NOTE.replace("Uw2", "U!w2"),
        NOTE.replace("example.com/foo", "example.com/f+o"),
        TEXT + "\n" + NOTE.rpartition("\n\n")[2] * 65,
        f"{TEXT}\n— example.com/foo {base64.b64encode(b'1234').decode()}\n",
    ],
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(BadNote):
        open_note(note, [Verifier.parse(VKEY)])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com",
        VKEY.replace("530d", "530e"),
        VKEY[:-1],
        VKEY.replace("Aeky", "Aekz"),
        VKEY.replace("+Ae", "+Be"),
    ],
)
def test_what_is_no_verifier_key_is_refused(vkey):
    with pytest.raises(BadNote):
        Verifier.parse(vkey)


def test_the_example_checkpoint_of_the_specification_is_read():
    stands = opened(CHECKPOINT, ())
    assert (stands.origin, stands.size) == ("example.com/behind-the-sofa", 20852163)
    assert CHECKPOINT.startswith(stands.text)


def test_lines_after_the_third_are_other_peoples():
    assert Checkpoint.parse(STANDS.text + "extension\n") == STANDS


@pytest.mark.parametrize(
    "said", ["", "a\n", "a\n1\n", "a\n01\n" + "A" * 43 + "=\n", "a\n-1\n" + "A" * 43 + "=\n", "a\n1\nAA==\n"]
)
def test_what_is_no_checkpoint_is_refused(said):
    with pytest.raises(BadNote):
        Checkpoint.parse(said)


def test_a_proof_is_read_as_it_was_written():
    for path in ((), (bytes(32), bytes(range(32)))):
        proof = Proof(b'{"v":1}', 3, path, OURS.sign(STANDS.text))
        assert Proof.parse(str(proof)) == proof


@pytest.mark.parametrize(
    "change", [("@v1", "@v2"), ("index 3", "index 03"), ("index", "place"), ("index 3", "index x")]
)
def test_what_is_no_proof_is_refused(change):
    with pytest.raises(BadNote):
        Proof.parse(str(Proof(b"{}", 3, (), OURS.sign(STANDS.text))).replace(*change))


@pytest.mark.parametrize(
    ("newsroom", "origin"),
    [
        ("The Steppe Courier", "jarshy.local/the-steppe-courier"),
        ("Дала + Жаршы", "jarshy.local/дала-жаршы"),
        ("+++", "jarshy.local"),
    ],
)
def test_a_log_is_called_after_its_newsroom_unless_it_has_a_name(newsroom, origin):
    assert usual(newsroom) == origin
    assert is_name(origin)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\u2009b", "a\nb"])
def test_a_name_that_would_break_a_note_is_refused(name):
    assert not is_name(name)
    with pytest.raises(ValueError, match="no spaces"):
        Signer(name, bytes(32))


@pytest.mark.parametrize("text", ["no line end", "a\x00\n", "a\tb\n"])
def test_what_could_not_be_read_again_is_not_signed(text):
    with pytest.raises(ValueError, match="lines of text"):
        OURS.sign(text)
