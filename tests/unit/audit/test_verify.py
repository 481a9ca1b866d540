"""The first bad row is named, with what is wrong with it; who is not to blame is not named."""

from dataclasses import replace

import pytest

from bot.audit.checkpoints import Checkpoint, opened
from bot.audit.verify import Fault, Outside
from tests.unit.audit.forging import HONEST, KEY, ROWS, THIEF, WITNESSED, Log, checked, numbered, row, seal

AT = HONEST.rows[0][1] - 1
ROW = HONEST.rows


def rows(*changed):
    return replace(HONEST, rows=tuple(changed))


def but(n, new):
    return rows(*ROW[: n - 1], new, *ROW[n:])


@pytest.mark.parametrize(
    ("log", "first", "last", "at", "what"),
    [
        (but(5, (*ROW[4][:-1], row(5, "else")[-1])), 5, 5, AT + 5, "was changed: its content is not what was sealed"),
        (but(5, (*ROW[4][:-1], b"{}")), 5, 5, None, "was changed: its content is not what was sealed"),
        (
            but(5, (*ROW[4][:2], "cli:bob", *ROW[4][3:])),
            5,
            5,
            AT + 5,
            "was changed: its actor in the table is not what",
        ),
        (but(5, (5, 1, "me", *ROW[4][3:])), 5, 5, 1, "was changed: its time and actor in the table is not what"),
        (rows(*ROW[:4], *ROW[5:]), 5, 5, None, "is missing: row 6 comes in its place"),
        (rows(*ROW[:7], *ROW[8:]), 8, 8, None, "is missing: row 9 comes in its place"),
        (rows(*ROW[1:]), 1, 1, None, "is missing: row 2 comes in its place"),
        (rows(*numbered((*ROW[:4], *ROW[5:]))), 5, 5, None, "is missing, and the rows after it were moved up"),
        (rows(*numbered((*ROW[:4], row(9, "new"), *ROW[4:]))), 5, 5, AT + 9, "was put in later"),
        (rows((0, *row(9, "new")[1:]), *ROW), 0, 0, AT + 9, "was put in later"),
        (rows(*numbered((*ROW[:2], ROW[5], *ROW[3:5], ROW[2], *ROW[6:]))), 3, 3, AT + 6, "changed places with row 6"),
        (but(ROWS, (99, *ROW[-1][1:])), ROWS, ROWS, AT + ROWS, "carries the number 99 now"),
        (rows(*ROW[:-1]), ROWS, ROWS, None, "is missing: a stored checkpoint covers 24 rows"),
        (rows(*ROW[:-2]), 23, 24, None, "are missing: a stored checkpoint covers 24 rows"),
        (rows(), 1, 8, None, "are missing: a stored checkpoint covers 8 rows"),
    ],
)
def test_the_first_bad_row_is_named(log, first, last, at, what):
    for outside in ((), (WITNESSED,)):
        fault = checked(log, *outside).faults[0]
        assert (fault.first, fault.last, fault.at) == (first, last, at)
        assert fault.what.startswith(what)


def test_of_two_bad_rows_the_first_is_named():
    log = rows(*ROW[:2], (*ROW[2][:-1], b"{}"), ROW[3], (5, 1, *ROW[4][2:]), *ROW[5:])
    assert checked(log).faults[0].first == 3
    log = rows(*ROW[:2], (3, 1, *ROW[2][2:]), ROW[3], (*ROW[4][:-1], b"{}"), *ROW[5:])
    assert checked(log).faults[0].first == 3


def sealed(n, **changed):
    return replace(
        HONEST, seals=tuple(replace(each, **changed) if m == n else each for m, each in enumerate(HONEST.seals))
    )


@pytest.mark.parametrize("changed", [{"leaves": bytes(32)}, {"leaves": b""}, {"leaves": b"x"}, {"peaks": b""}])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_rows_are_not_blamed_for_what_was_changed_beside_them(n, changed):
    check = checked(sealed(n, **changed), WITNESSED)
    assert [(fault.first, check.rows, check.sealed) for fault in check.faults] == [(None, ROWS, ROWS)]
    assert "beside it was changed" in check.faults[0].what


@pytest.mark.parametrize("note", ["", "nonsense", seal(ROW, THIEF)[0].note, HONEST.seals[1].note])
def test_a_later_checkpoint_proves_what_one_with_a_spoilt_signature_does_not(note):
    check = checked(sealed(0, note=note))
    assert [(fault.first, check.sealed) for fault in check.faults] == [(None, ROWS)]


def test_a_checkpoint_of_ours_over_other_rows_does_not_prove_these():
    other = KEY.signer.sign(Checkpoint("courier.example/log", 8, bytes(32)).text)
    fault = checked(sealed(0, note=other)).faults[0]
    assert (fault.first, fault.last) == (1, 8)
    assert fault.what.startswith("are not as they were sealed, or some of them")


def test_a_stretch_nobody_we_know_has_signed_is_named_as_a_whole():
    new = (*ROW[:8], *(row(n, "rewritten") for n in range(9, ROWS + 1)))
    log = Log(new, (HONEST.seals[0], *seal(new, THIEF)[1:]))
    check = checked(log)
    assert [fault.first for fault in check.faults] == [None, 9]
    assert (check.faults[1].last, check.is_over) == (ROWS, True)
    # Who believes nobody in particular believes that one too.
    assert not checked(log, publics=()).faults
    assert checked(log, WITNESSED, publics=()).faults == [
        Fault("are not those that the checkpoint in elsewhere was made for: history was rewritten", 1, ROWS)
    ]


def test_a_rewritten_stretch_under_a_spoilt_signature_is_found_by_the_next_good_one():
    new = (row(1, "rewritten"), *ROW[1:])
    log = Log(new, (seal(new, THIEF)[0], *HONEST.seals[1:]))
    assert (checked(log).faults[-1].first, checked(log).faults[-1].last) == (1, 19)


def test_several_checkpoints_from_elsewhere_narrow_down_where_history_was_rewritten():
    earlier = Outside("the first", opened(HONEST.seals[0].note, KEY.publics))
    new = (*ROW[:10], *(row(n, "rewritten") for n in range(11, ROWS + 1)))
    fault = checked(Log(new, seal(new)), earlier, WITNESSED).faults[0]
    assert (fault.first, fault.last) == (9, ROWS)
    assert checked(Log(ROW, seal(ROW)), earlier, WITNESSED).faults == []


def test_a_log_that_ends_too_soon_is_found_by_a_checkpoint_from_elsewhere_only():
    log = Log(ROW[:10], HONEST.seals[:1])
    assert not checked(log).faults
    assert checked(log, WITNESSED).faults == [Fault("are missing: the checkpoint in elsewhere covers them", 11, ROWS)]


def test_rows_that_are_not_sealed_yet_are_told_apart():
    check = checked(Log(ROW, HONEST.seals[:2]), WITNESSED)
    assert (check.faults, check.rows, check.sealed) == ([], ROWS, 19)
    gap = checked(Log((*ROW[:20], *ROW[21:]), HONEST.seals[:2]))
    assert (gap.faults[0].first, gap.faults[0].what) == (21, "is missing: row 22 comes in its place")
    column = checked(Log((*ROW[:20], (21, 1, *ROW[20][2:])), HONEST.seals[:2]))
    assert column.faults[0].first == 21
    nothing = checked(Log((*ROW[:20], (*ROW[20][:-1], b"{")), HONEST.seals[:2]))
    assert nothing.faults[0].what == "has a content that is no row of the log"


def test_an_empty_log_is_whole():
    assert not checked(Log((), ())).faults
    assert not checked(Log((), ()), Outside("elsewhere", Checkpoint("x", 0, b""))).is_over
