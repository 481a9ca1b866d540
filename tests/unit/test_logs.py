"""No secret is in any line of the log, however it is spelled there, and also after it was changed."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import structlog

from bot import logs

SECRET = 'tok:en+/ "of" nobody'


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What was written to standard error; the log of the test run itself is put back."""
    kept = (logging.root.handlers, logging.root.level, sys.excepthook)
    yield lambda: capsys.readouterr().err
    logging.root.handlers, level, sys.excepthook = kept
    logging.root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "spelled", [SECRET, quote(SECRET), quote(SECRET, safe=""), json.dumps(SECRET)[1:-1], quote(SECRET).lower()]
)
def test_a_secret_is_struck_out_however_it_is_spelled(spelled: str, written: Callable[[], str]) -> None:
    logs.set_up(lambda: [SECRET])
    structlog.get_logger().warning("asked", url=f"https://net.example/bot{spelled}/send")
    logging.getLogger("some.package").warning("asked for %s", spelled)
    said = written()
    assert said.count("***") == 2
    assert spelled not in said
    assert "nobody" not in said


def test_a_secret_is_struck_out_of_tracebacks(written: Callable[[], str]) -> None:
    logs.set_up(lambda: [SECRET])
    try:
        raise RuntimeError(f"sent {SECRET}")
    except RuntimeError as e:
        structlog.get_logger().exception("failed")
        sys.excepthook(type(e), e, e.__traceback__)
    said = written()
    assert said.count("RuntimeError: sent ***") == 2
    assert "nobody" not in said


def test_a_secret_that_was_changed_is_struck_out_like_the_one_before(written: Callable[[], str]) -> None:
    current = ["first-secret"]
    logs.set_up(lambda: current)
    structlog.get_logger().warning("begun")
    current[:] = ["second-secret"]
    structlog.get_logger().warning("both", one="first-secret", two="second-secret")
    assert "-secret" not in written()


def test_what_is_too_short_to_be_a_secret_leaves_the_log_readable(written: Callable[[], str]) -> None:
    logs.set_up(lambda: ["a", ""])
    structlog.get_logger().warning("a channel was paused")
    assert "a channel was paused" in written()
