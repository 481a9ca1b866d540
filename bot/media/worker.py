"""The darkroom's own process: reads pictures on its input, writes prints and cards, within limits a bomb cannot pass.

Run as `python -m bot.media.worker` by `bot.media.darkroom`; ends when its input does.
"""

import resource
import signal
import sys
from typing import Any

from bot.media.develop import develop
from bot.media.prints import Unusable, receive, send, wanted_of
from bot.media.slides import drawing_of

MOST_MEMORY = 1_000_000_000
"""Bytes of address space: 50 million pixels in four colours, twice, and Pillow itself."""
_MOST_SECONDS = 20
"""Of processor time for one picture; the daemon's own patience is shorter, but it may be gone."""


def main() -> None:
    """Develop until nobody asks any more."""
    _forbid(resource.RLIMIT_AS, MOST_MEMORY)
    _forbid(resource.RLIMIT_FSIZE, 0)
    _forbid(resource.RLIMIT_CORE, 0)
    # Whoever stops the daemon stops all its processes at once, and posts on their way still want their pictures.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while message := receive(asked):
        head, contents = message
        used = resource.getrusage(resource.RUSAGE_SELF)
        _forbid(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + _MOST_SECONDS)
        try:
            told, made = _drawn(head, contents[0]) if "slide" in head else _developed(head, contents[0])
        except Unusable as e:
            send(answers, {"unusable": str(e)})
        else:
            send(answers, told, *made)


def _developed(head: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    prints = develop(content, [wanted_of(each) for each in head["wanted"]], head["focus"])
    told = [{"mime": p.mime, "width": p.width, "height": p.height, "why": p.why, "said": p.said} for p in prints]
    return {"prints": told}, [p.content for p in prints]


def _drawn(head: dict[str, Any], photo: bytes) -> tuple[dict[str, Any], list[bytes]]:
    from bot.media.cards import draw  # late: most newsrooms' pictures never need a font

    return {}, [draw(*drawing_of(head, photo))]


def _forbid(what: int, above: int) -> None:
    """Lower the limit that counts; the hard one stays, so that the next picture may have as much again."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (above if hard == resource.RLIM_INFINITY else min(above, hard), hard))


if __name__ == "__main__":
    main()
