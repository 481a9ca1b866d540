"""Whether there is a browser to test the desk with: Debian's Chromium, or the one JARSHY_CHROMIUM names."""

import os
import shutil
from typing import TypeVar

import pytest

T = TypeVar("T")
NONE_HERE = "no browser here: apt install chromium-headless-shell (or chromium), or set JARSHY_CHROMIUM"
NOT_BUNDLED = "no scripts here: run `make desk`"
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# The first draws the same pages without a window's own interface, for half the processor (2026-12-01, test_look.py).


def chromium() -> str | None:
    """Find a browser."""
    return os.environ.get("JARSHY_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


def needed(found: T | None, why: str) -> T:
    """Skip the test where something is missing, or fail it where there must be a browser."""
    if found is None and os.environ.get("JARSHY_MUST_HAVE_BROWSER"):
        pytest.fail(why)
    if found is None:
        pytest.skip(why)
    return found
