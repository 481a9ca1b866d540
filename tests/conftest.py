"""No test reaches a network: whatever would leave this machine is refused, and fails the test that tried."""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import pytest

from tests.browsers import NONE_HERE as NO_BROWSER
from tests.browsers import NOT_BUNDLED
from tests.postgres import NONE_HERE
from tests.storage import NONE_HERE as NO_STORAGE

pytest_plugins = ["pytester"]


class Reached(Exception):
    """A test tried to leave this machine."""


class Border:
    """Watches every connection and look-up of this process, through Python's own audit events."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    def __call__(self, event: str, told: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            self._check(event, told[1])
        elif event == "socket.getaddrinfo" and not is_number(told[0]):
            self._check(event, (told[0],))

    def _check(self, event: str, address: Any) -> None:
        if not isinstance(address, tuple) or is_here(address[0]):
            return  # a path is a socket of this machine
        self.tried.append(f"{event} {address[0]}")
        raise Reached(f"a test may not reach {address[0]}")


def is_here(host: object) -> bool:
    """Whether a host is this machine itself, or none at all."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ip_address(str(name)).is_loopback
    except ValueError:
        return False


def is_number(host: object) -> bool:
    """Whether a host is an address in any spelling (127.1, 0x7f000001): reading it asks nobody."""
    if not isinstance(host, str):
        return False
    with suppress(ValueError):
        return bool(ip_address(host.partition("%")[0]))
    with suppress(OSError, UnicodeError):
        return bool(socket.inet_aton(host))
    return False


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what a machine without PostgreSQL or a browser left untested."""
    skipped = [str(each.longrepr) for each in terminalreporter.stats.get("skipped", [])]
    for what, why in (
        ("on PostgreSQL", NONE_HERE),
        ("of the desk in a browser", NO_BROWSER),
        ("of its scripts", NOT_BUNDLED),
        ("of S3-compatible storage", NO_STORAGE),
    ):
        if many := sum(why in each for each in skipped):
            terminalreporter.write_line(f"NOT TESTED: {many} tests {what}; {why}", red=True)
    left = [each for each in terminalreporter.stats.get("deselected", []) if each.get_closest_marker("long")]
    if left:
        terminalreporter.write_line(f"left out: {len(left)} long tests; `make proof` runs them")


_BORDER = Border()
sys.addaudithook(_BORDER)


@pytest.fixture
def border() -> Border:
    """The guard itself, for the test of it."""
    return _BORDER


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have two processes more than there are cores: tests of processes and browsers mostly wait for others."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 2


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look no more for garbage among the thousands of tests themselves: that was a tenth of the time of each."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Begin each test with a clean record."""
    _BORDER.tried.clear()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that tried, also where the code under test swallowed the refusal."""
    try:
        return (yield)
    finally:
        if _BORDER.tried:
            pytest.fail(f"the test tried to reach a network: {', '.join(_BORDER.tried)}")
