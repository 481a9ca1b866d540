"""The suite's own guard: no test reaches a network."""

import sys
from typing import Any

import pytest

from tests.conftest import Border, Reached

FAKE = object()


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("socket.connect", (FAKE, ("203.0.113.7", 443))),
        ("socket.connect", (FAKE, ("2001:db8::7", 443, 0, 0))),
        ("socket.connect", (FAKE, ("news.example", 80))),
        ("socket.sendto", (FAKE, ("203.0.113.7", 53))),
        ("socket.getaddrinfo", ("news.example", 443, 0, 0, 0)),
        ("socket.getaddrinfo", (b"news.example", 443, 0, 0, 0)),
    ],
)
def test_what_would_leave_this_machine_is_refused_and_remembered(
    event: str, told: tuple[Any, ...], border: Border
) -> None:
    with pytest.raises(Reached):
        sys.audit(event, *told)
    assert len(border.tried) == 1
    border.tried.clear()


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("socket.connect", (FAKE, ("127.0.0.1", 8090))),
        ("socket.connect", (FAKE, ("::1", 8090, 0, 0))),
        ("socket.connect", (FAKE, "/run/some.socket")),
        ("socket.getaddrinfo", ("localhost", 80, 0, 0, 0)),
        ("socket.getaddrinfo", (None, 80, 0, 0, 0)),
    ],
)
def test_this_machine_itself_may_be_reached(event: str, told: tuple[Any, ...], border: Border) -> None:
    sys.audit(event, *told)
    assert border.tried == []


def test_a_swallowed_refusal_still_fails_the_test(pytester: pytest.Pytester, border: Border) -> None:
    pytester.makeconftest("from tests.conftest import *")
    pytester.makepyfile(
        """
        import contextlib, sys

        def test_swallows():
            with contextlib.suppress(Exception):
                sys.audit("socket.connect", object(), ("203.0.113.7", 443))
        """
    )
    pytester.runpytest_inprocess("-p", "no:randomly").assert_outcomes(failed=1)
    border.tried.clear()  # the inner run was guarded by the same border
