"""A hundred sign-ins a second, each with another name and from another address of loopback, while stories go out.

Run by itself as `python -m tests.bench.flood PORT SECONDS`, so that asking costs the measuring process nothing.
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.bench.idle import cpu_seconds
from tests.bench.latency import EVERY, NETWORKS, hurried, posts, taken
from tests.e2e.kit import newsroom, outside, wait_for

_STORIES = 12
_EACH_SECOND = 100
_ADDRESSES = 250


def flooded(folder: Path) -> dict[str, Any]:
    """From the feed's changed answer to the last of five networks, with nobody at the door and with a flood at it."""
    said = dict[str, Any]()
    for name, is_flooded in (("quiet", False), ("flooded", True)):
        place = folder / name
        place.mkdir()
        said[name] = _published(place, is_flooded=is_flooded)
    return {"login_flood": said}


def _published(folder: Path, *, is_flooded: bool) -> dict[str, Any]:
    with outside(stories=_STORIES, every=EVERY) as world:
        newsroom(folder, world, networks=NETWORKS)
        port = json.loads((folder / "jarshy.yaml").read_text("utf-8"))["listen"].rpartition(":")[2]
        with hurried(folder) as process:
            wait_for(lambda: posts(world))
            before = cpu_seconds(process.pid)
            run = [sys.executable, "-m", "tests.bench.flood", port, str(_STORIES * EVERY)]
            flood = subprocess.Popen(run, stdout=subprocess.PIPE, text=True) if is_flooded else None
            wait_for(lambda: len(posts(world)) == len(NETWORKS) * _STORIES, seconds=180)
            spent = cpu_seconds(process.pid) - before
            answers = json.loads(flood.communicate()[0]) if flood else {}
        return taken(world, _STORIES) | {"daemon_cpu_s": round(spent, 1)} | answers


async def ask(port: int, seconds: float) -> dict[str, Any]:
    """Ask, and count what is answered; nobody waits for an answer before asking again.

    Over bare sockets that are kept: a client library would cost the machine more than the daemon does.
    """
    answers, took, clock = Counter[str](), list[float](), asyncio.get_running_loop()
    idle: list[list[_Line]] = [[] for _ in range(_ADDRESSES)]

    async def one(n: int) -> None:
        began, mine = clock.time(), idle[n % _ADDRESSES]
        try:
            line = mine.pop() if mine else await _line(port, n % _ADDRESSES)
            answers[await _asked(line, port, n)] += 1
            mine.append(line)
        except (OSError, asyncio.IncompleteReadError) as e:
            answers[type(e).__name__] += 1
        took.append(clock.time() - began)

    began = clock.time()
    async with asyncio.TaskGroup() as asking:
        for n in range(int(seconds * _EACH_SECOND)):
            await asyncio.sleep(max(0, began + n / _EACH_SECOND - clock.time()))
            asking.create_task(one(n))
        lasted = clock.time() - began
    late, all_asked = sorted(took)[int(len(took) * 0.95)], int(seconds * _EACH_SECOND)
    return {"asked_a_second": round(all_asked / lasted), "answers": dict(answers), "answer_p95_ms": round(late * 1000)}


_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _line(port: int, number: int) -> _Line:
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(f"127.1.0.{number + 1}", 0))


async def _asked(line: _Line, port: int, n: int) -> str:
    """Send a form, and read the whole answer; returns its status."""
    body = f"name=guess{n}&password=no+password+of+anybody"
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = line
    writer.write(f"{head}{body}".encode())
    told = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(each for each in told.lower().split("\r\n") if each.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return told.split(" ", 2)[1]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(ask(int(sys.argv[1]), float(sys.argv[2])))))
