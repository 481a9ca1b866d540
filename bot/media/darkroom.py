"""Makes pictures in a process of their own: what one breaks or overfills is that process, never the daemon."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import structlog

from adapters.contract import Pictures
from bot.media.prints import Focus, Print, Unusable, receive, said_wanted, send
from bot.media.slides import Size, Slide, Theme, said_drawing

__all__ = ["Darkroom"]

log = structlog.get_logger()
_ROOT = Path(__file__).parents[2]
Answer = tuple[dict[str, Any], list[bytes]]


class Darkroom:
    """Starts its process at the first picture and uses it again; use it as `with`.

    `patience`: seconds for one picture, its process's start included.
    """

    def __init__(self, *, patience: float = 10.0) -> None:
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        # One thread of its own: pictures come one after the other, and a slow one keeps nobody else's work waiting.
        self._hands = ThreadPoolExecutor(1, thread_name_prefix="darkroom")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._hands.shutdown()
        self._end()

    async def develop(self, content: bytes, wanted: Sequence[Pictures], focus: Focus | None = None) -> Sequence[Print]:
        """Make a print for each of `wanted`, in order. Raises Unusable."""
        asked = {"wanted": [said_wanted(each) for each in wanted], "focus": focus}
        head, contents = await self._turn(asked, content)
        return [Print(**told, content=each) for told, each in zip(head["prints"], contents, strict=True)]

    async def draw(self, slide: Slide, theme: Theme, size: Size) -> bytes:
        """Draw a card as a PNG. Raises Unusable."""
        _, contents = await self._turn(said_drawing(slide, theme, size), slide.photo)
        return contents[0]

    async def _turn(self, head: dict[str, Any], content: bytes) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._hands, self._served, head, content)

    def _served(self, head: dict[str, Any], content: bytes) -> Answer:
        process = self._process if self._process and self._process.poll() is None else self._start()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(self._patience, give_up)
        watch.start()
        try:
            answer = _ask(process, head, content)
        finally:
            watch.cancel()
        if answer is not None:
            return answer
        self._end()
        log.warning("pictures' process ended", code=process.returncode, was_too_slow=late.is_set())
        if late.is_set():
            raise Unusable(f"the picture could not be opened within {self._patience:g} seconds", may_pass=True)
        raise Unusable("the picture could not be opened without harm", may_pass=True)

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        command = [sys.executable, "-m", "bot.media.worker"]
        # It gets no environment of ours: whoever breaks into it with a picture finds no secret there.
        way = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=way, cwd=_ROOT
            )
        except OSError as e:
            raise Unusable("this machine could not start what opens pictures", may_pass=True) from e
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # what was still to be written is of no use to anybody
        process.wait()


def _ask(process: subprocess.Popen[bytes], head: dict[str, Any], content: bytes) -> Answer | None:
    """Have one picture made; None: the process died of it. Raises Unusable."""
    assert process.stdin
    assert process.stdout
    try:
        send(process.stdin, head, content)
        answer = receive(process.stdout)
    except OSError:
        return None
    if answer and "unusable" in answer[0]:
        raise Unusable(answer[0]["unusable"])
    return answer
