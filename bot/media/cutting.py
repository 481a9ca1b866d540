"""Makes films in a process of their own, one after the other: what a film breaks or overfills is that process."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self

import structlog

from bot.media import film, leash
from bot.media.film import MISSING, Progress, Still
from bot.media.prints import Unusable
from bot.media.shelf import Shelf
from bot.tongue import phrase

__all__ = ["CuttingRoom", "found_ffmpeg"]

log = structlog.get_logger()
Command = Callable[[str, Path], list[str]]
"""Writes a call, given ffmpeg and a folder."""
MOST_MEMORY = 1_200_000_000
"""Bytes of address space; a film takes 700 million, of which half are really used."""
_MOST_SECONDS = 120
"""Of processor time; a film of 30 s takes 15."""
_LARGEST = 50_000_000
_WHERE = re.compile(r"\[[^]]* @ 0x[0-9a-f]+\] ?|" + re.escape("file:"))
_SAID = 300
"""Signs of what ffmpeg said last."""


def found_ffmpeg() -> str | None:
    """Find what makes films: the machine's own ffmpeg, else the one of jarshy[video]; looked for anew each time."""
    if own := shutil.which("ffmpeg"):
        return own
    if find_spec("imageio_ffmpeg") is None:
        return None
    try:
        ours: str = import_module("imageio_ffmpeg").get_ffmpeg_exe()
    except RuntimeError:  # the wheel of a machine for which it has no program
        return None
    return ours


class CuttingRoom:
    """Makes films on a bench of its shelf; use it as `with`, which leaves no process behind.

    `patience`: seconds for one film. `ffmpeg` finds the program.
    """

    def __init__(
        self, shelf: Shelf, *, patience: float = 120.0, ffmpeg: Callable[[], str | None] = found_ffmpeg
    ) -> None:
        self._shelf, self._patience, self._ffmpeg = shelf, patience, ffmpeg
        self._process: subprocess.Popen[str] | None = None
        self._is_closed = False
        self._hands = ThreadPoolExecutor(1, thread_name_prefix="films")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._is_closed = True
        if process := self._process:
            _kill(process)
        self._hands.shutdown(cancel_futures=True)

    def missing(self) -> str:
        """Say what this machine lacks to make films, and the command that mends it; "" where it lacks nothing."""
        return "" if self._ffmpeg() else MISSING

    async def cut(self, stills: Sequence[Still], progress: Progress) -> bytes:
        """Make an MP4 of stills. Raises Unusable."""
        return await asyncio.get_running_loop().run_in_executor(self._hands, self._cut, stills, progress)

    async def first(self, content: bytes) -> bytes:
        """Take the first picture of a film, as a PNG. Raises Unusable."""
        return await asyncio.get_running_loop().run_in_executor(self._hands, self._first, content)

    def _cut(self, stills: Sequence[Still], progress: Progress) -> bytes:
        files = {f"{n}.png": each.content for n, each in enumerate(stills)}
        return self._at_bench(files, partial(film.command, stills=stills), film.MADE, _teller(progress, stills))

    def _first(self, content: bytes) -> bytes:
        return self._at_bench({film.MADE: content}, film.command_for_first, film.FIRST, lambda line: None)

    def _at_bench(
        self, files: Mapping[str, bytes], command: Command, wanted: str, told: Callable[[str], None]
    ) -> bytes:
        """Have ffmpeg make a file of others. Raises Unusable."""
        if (ffmpeg := self._ffmpeg()) is None:
            raise Unusable(MISSING, may_pass=True)
        try:
            with self._shelf.bench() as bench:
                for name, content in files.items():
                    (bench / name).write_bytes(content)
                said, made = self._run(command(ffmpeg, bench), bench, told), bench / wanted
                if said or not made.exists() or not made.stat().st_size:
                    raise Unusable(
                        phrase(f"ffmpeg could not make the film ({said or 'it made nothing'})"), may_pass=True
                    )
                return made.read_bytes()
        except OSError as e:
            log.error("film not kept", said=str(e), fix="see that the folder media/ can be written to and has room")
            raise Unusable(phrase(f"the film could not be made here ({e.strerror})"), may_pass=True) from e

    def _run(self, command: list[str], bench: Path, told: Callable[[str], None]) -> str:
        """Run ffmpeg to its end; return what it said where it ended badly. Raises Unusable where it takes too long."""
        late = threading.Event()
        with (bench / "said").open("wb") as said, self._started(command, bench, said) as process:

            def give_up() -> None:
                late.set()
                _kill(process)

            watch = threading.Timer(self._patience, give_up)
            watch.start()
            try:
                assert process.stdout
                for line in process.stdout:
                    told(line)
                # Only now may its input end: the leash takes that for our own end.
                process.wait()
            finally:
                watch.cancel()
                self._process = None
        if late.is_set():
            raise Unusable(phrase(f"the film was not made within {self._patience:g} seconds"), may_pass=True)
        return "" if process.returncode == 0 else _said(bench / "said", process.returncode)

    def _started(self, command: list[str], bench: Path, said: IO[bytes]) -> "subprocess.Popen[str]":
        limits = map(str, (MOST_MEMORY, _MOST_SECONDS, _LARGEST))
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(leash.__file__)), *limits, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            # None of ours: whoever breaks into it with a picture finds no secret there. One heap for all threads: each
            # further one would take 64 MB of the address space.
            env={"MALLOC_ARENA_MAX": "1"},
            cwd=bench,
            start_new_session=True,
            text=True,
        )
        if self._is_closed:
            _kill(self._process)
        return self._process


def _kill(process: "subprocess.Popen[str]") -> None:
    """End ffmpeg together with its leash."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _teller(progress: Progress, stills: Sequence[Still]) -> Callable[[str], None]:
    """Hear ffmpeg's lines, and tell each step forward once."""
    last = -1

    def hear(line: str) -> None:
        nonlocal last
        done = film.seen(line, stills)
        if done is not None and done > last:
            last = done
            progress(done)

    return hear


def _said(words: Path, code: int) -> str:
    """Name why ffmpeg ended: its own first complaint, of which all others follow, or by which signal."""
    lines = words.read_text(errors="replace").strip().splitlines()
    if lines:
        return _WHERE.sub("", lines[0])[:_SAID].strip()
    return "it was killed" if code < 0 or code > 128 else f"it ended with {code}"
