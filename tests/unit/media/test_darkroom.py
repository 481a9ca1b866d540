"""The process that opens pictures: it is used again, and it alone dies of what harms it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest

from adapters.contract import Pictures
from bot.media.darkroom import Darkroom
from bot.media.develop import develop
from bot.media.prints import Unusable, receive
from tests.unit.media import pictures
from tests.unit.media.pictures import header_only, photo, signed, written

WANTED = [Pictures(size=1_000_000, side=2000), Pictures(size=60_000, side=800)]
GOOD = written(photo())


def pid(room: Darkroom) -> int:
    assert room._process
    return room._process.pid


def test_a_picture_comes_out_as_it_would_here_and_the_process_serves_again() -> None:
    with Darkroom() as room:
        assert tuple(asyncio.run(room.develop(GOOD, WANTED))) == develop(GOOD, WANTED)
        first = pid(room)
        os.kill(first, signal.SIGTERM)  # as a service manager does to all at once, while posts are still on their way
        with pytest.raises(Unusable, match="900 megapixels"):
            asyncio.run(room.develop(header_only(30000, 30000), WANTED))
        assert tuple(asyncio.run(room.develop(pictures.rotated(), WANTED))) == develop(pictures.rotated(), WANTED)
        told = asyncio.run(room.develop(signed("Reuters"), WANTED))
        assert {each.said for each in told} == {"Reuters"}
        assert pid(room) == first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_what_kills_the_process_costs_one_picture_and_not_the_next() -> None:
    with Darkroom() as room:
        asyncio.run(room.develop(GOOD, WANTED))
        os.kill(pid(room), signal.SIGKILL)
        assert room._process
        room._process.wait()
        assert tuple(asyncio.run(room.develop(GOOD, WANTED))) == develop(GOOD, WANTED)


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with Darkroom(patience=0.0) as room, pytest.raises(Unusable, match="could not be opened within 0 seconds"):
        asyncio.run(room.develop(GOOD, WANTED))


def test_two_at_once_get_their_own_prints() -> None:
    async def both(room: Darkroom) -> list[object]:
        one, two = room.develop(GOOD, WANTED[:1]), room.develop(pictures.rotated(), WANTED[:1])
        return [(made[0].width, made[0].height) for made in await asyncio.gather(one, two)]

    with Darkroom() as room:
        assert asyncio.run(both(room)) == [(900, 600), (600, 900)]


def test_the_process_is_told_no_secret_of_the_daemons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARSHY_SECRET_TOKEN", "hush")
    with Darkroom() as room:
        asyncio.run(room.develop(GOOD, WANTED))
        with open(f"/proc/{pid(room)}/environ", "rb") as environment:
            assert b"hush" not in environment.read()


@pytest.mark.skipif(sys.platform != "linux", reason="limits are read from /proc")
def test_the_process_may_take_no_more_than_its_share() -> None:
    with Darkroom() as room:
        asyncio.run(room.develop(GOOD, WANTED))
        with open(f"/proc/{pid(room)}/limits") as limits:
            soft = {line[:25].strip(): line[26:46].strip() for line in limits}
    assert soft["Max address space"] == "1000000000"
    assert soft["Max file size"] == "0"
    assert int(soft["Max cpu time"]) < 60


@pytest.mark.parametrize(
    "said", [b"", b"\x00" * 5, b"\xff" * 12, b"\x00\x00\x00\x02" + bytes(8) + b"no", b"\x00\x00\x00\x09"]
)
def test_a_process_that_makes_no_sense_is_taken_for_dead(said: bytes) -> None:
    assert receive(BytesIO(said)) is None


def test_the_daemon_itself_never_loads_what_opens_pictures() -> None:
    asked = "import sys, bot.process, bot.commands.app; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_a_daemon_that_is_killed_leaves_no_process_behind() -> None:
    code = (
        "import asyncio, sys, time\n"
        "from adapters.contract import Pictures\n"
        "from bot.media.darkroom import Darkroom\n"
        "room = Darkroom()\n"
        "content = sys.stdin.buffer.read()\n"
        "asyncio.run(room.develop(content, [Pictures(size=10**6, side=900)]))\n"
        "print(room._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as daemon:
        assert daemon.stdin
        assert daemon.stdout
        daemon.stdin.write(GOOD)
        daemon.stdin.close()
        worker = int(daemon.stdout.readline())
        daemon.kill()
    ends = time.monotonic() + 10
    while is_running(worker):
        assert time.monotonic() < ends


def is_running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
