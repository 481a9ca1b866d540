"""`make demo` as a stranger meets it: served in a terminal until Ctrl-C, and one line where a piece is missing."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from bot.commands.rehearse import PORT, _is_free
from bot.networks import emulators
from tests.e2e.kit import ROOT
from tests.e2e.terminal import at_terminal

MAKE = shutil.which("make") or ""
pytestmark = pytest.mark.skipif(not MAKE, reason="NO make HERE: the Makefile's own words are not tested")
BIN = Path(sys.executable).parent
_OLD = """[ "$1" = --version ] && echo "Python 3.9.18" && exit 0
exit 1
"""
_BARE = """case "$2" in *venv*) exit 1;; esac
exit 0
"""


@pytest.mark.long
@pytest.mark.skipif(not emulators(), reason="JARSHY IS NOT INSTALLED HERE, so no network can be rehearsed")
@pytest.mark.skipif(not _is_free(PORT), reason=f"SOMEBODY LISTENS AT {PORT}, where the demo shows its timelines")
def test_in_a_terminal_make_demo_shows_the_timelines_until_ctrl_c(tmp_path: Path) -> None:
    said = [MAKE, "--no-print-directory", "-C", str(ROOT), "-o", ".venv/.ready", f"BIN={BIN}", "demo"]
    with at_terminal(tmp_path, said, TERM="xterm") as person:
        person.until(f"What readers see: http://127.0.0.1:{PORT} (Ctrl-C ends)")
        person.until("accounted for 120 of 120: ")
        page = timelines()
        assert "Steppe" in page
        assert page.count("<article") > 50
        assert person.process.poll() is None, "it is served until somebody ends it"
        person.presses_ctrl_c()
    assert "duplicates 0, lost 0" in person.seen
    assert "Traceback" not in person.seen


def timelines() -> str:
    """Read the page as a browser would: the server may need a moment after it was announced."""
    end = time.monotonic() + 30
    while True:
        try:
            with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{PORT}/", timeout=30) as answer:
                return str(answer.read().decode())
        except OSError:
            assert time.monotonic() < end, "nobody serves the timelines"
            time.sleep(0.1)


@pytest.mark.parametrize("goal", ["demo", "test"])
@pytest.mark.parametrize(
    ("python", "said"),
    [
        (None, "Python 3.11 or newer is missing: install it from your system's packages or python.org"),
        (_OLD, "Python 3.9.18 is too old: Jarshy needs Python 3.11 or newer (make PYTHON=python3.12 ...)"),
        (_BARE, "Python's venv module is missing: apt install python3-venv (or install uv)"),
    ],
    ids=["no Python", "an old one", "one without venv"],
)
def test_one_line_says_which_piece_is_missing_and_how_to_get_it(
    goal: str, python: str | None, said: str, tmp_path: Path
) -> None:
    ran = made(tmp_path, goal, python)
    assert ran.returncode == 2
    assert [line for line in ran.stdout.splitlines() if line] == [said]
    assert [line for line in ran.stderr.splitlines() if not line.startswith("make: ***")] == []
    assert not (tmp_path / ".venv").exists()


def test_tests_need_git_and_say_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    ran = made(tmp_path, "unit", None, "-o", ".venv/.ready")
    assert (ran.returncode, ran.stdout) == (
        2,
        "git is missing, which tests need: install it from your system's packages\n",
    )


def test_a_lock_needs_uv_and_says_where_it_comes_from(tmp_path: Path) -> None:
    assert made(tmp_path, "lock", None).stdout == "make lock needs uv: pip install uv\n"


@pytest.mark.parametrize("poor", [(), ("bot/rules",), ("adapters", "bot/articles")])
def test_coverage_fails_where_one_room_has_too_little_of_it(poor: tuple[str, ...], tmp_path: Path) -> None:
    cases = "".join(f"*--include={room}/*) echo 94.9; exit 2;; " for room in poor)
    stub = tmp_path / "coverage"
    stub.write_text(f'#!/bin/sh\ncase "$*" in run*) exit 0;; {cases}*--fail-under=95) echo 97.1;; esac\n')
    stub.chmod(0o755)
    said = [MAKE, "--no-print-directory", "-o", ".venv/.ready", f"BIN={tmp_path}", "coverage"]
    ran = subprocess.run(said, cwd=ROOT, text=True, capture_output=True)
    *rooms, last = [*ran.stdout.splitlines(), ""][: 6 if poor else None]
    assert [line.split() for line in rooms] == [
        [room, "94.9" if room in poor else "97.1", "%"]
        for room in ("adapters", "bot/delivery", "bot/rules", "bot/posts", "bot/articles")
    ]
    assert last == (f"less than 95 % covered: {' '.join(poor)}" if poor else "")
    assert ran.returncode == (2 if poor else 0)


def made(folder: Path, goal: str, python: str | None, *options: str) -> subprocess.CompletedProcess[str]:
    """Make a goal in a fresh folder, on a machine that has this Python (none at all: None) and nothing else."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    tools = folder / "tools"
    tools.mkdir()
    if python is not None:
        (tools / "python3").write_text(f"#!/bin/sh\n{python}")
        (tools / "python3").chmod(0o755)
    without = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    how = {"cwd": folder, "env": without | {"PATH": str(tools)}, "text": True, "capture_output": True}
    return subprocess.run([MAKE, "--no-print-directory", *options, goal], **how)
