"""Films: the same bytes each time, made in a process that may be slow, refuse or be killed, and never half."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.media.cutting import CuttingRoom, found_ffmpeg
from bot.media.film import HEIGHT, WIDTH, Still
from bot.media.prints import Unusable
from bot.media.shelf import Shelf
from tests.unit.media.pictures import written
from tests.unit.media.test_darkroom import is_running


def still(colour: str, seconds: float = 0.2) -> Still:
    return Still(written(Image.new("RGB", (WIDTH, HEIGHT), colour), "PNG"), seconds)


SHORT = (still("navy"), still("white"))
LEFT_OVER = ".bench-left"


def program(folder: Path, said: str) -> Path:
    """Put a program of our own in ffmpeg's place; `$film` is where the film is to lie."""
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\nfor film; do :; done\n{said}\n")
    path.chmod(0o700)
    return path


def room_of(folder: Path, said: str = "", **more: float) -> CuttingRoom:
    if not said:
        return CuttingRoom(Shelf(folder / "media"))
    return CuttingRoom(Shelf(folder / "media"), ffmpeg=lambda: str(program(folder, said)), **more)


def cut(room: CuttingRoom, stills: Sequence[Still] = SHORT) -> tuple[bytes, list[int]]:
    told = list[int]()
    return asyncio.run(room.cut(stills, told.append)), told


def test_a_film_is_what_networks_take_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    with room_of(tmp_path) as room:
        film, told = cut(room)
        assert cut(room)[0] == film
        first = Image.open(BytesIO(asyncio.run(room.first(film))))
    assert (first.size, max(first.getpixel((540, 960))[:2]) < 20) == ((WIDTH, HEIGHT), True)  # navy
    assert told == sorted(told)
    assert told[-1] == 100
    assert film.index(b"moov") < film.index(b"mdat")  # a network reads what it is before all of it has come
    assert list((tmp_path / "media").iterdir()) == []
    path = tmp_path / "film.mp4"
    path.write_bytes(film)
    ffmpeg = found_ffmpeg()
    assert ffmpeg
    seen = subprocess.run([ffmpeg, "-hide_banner", "-i", str(path)], capture_output=True, text=True, check=False).stderr
    assert re.search(r"Video: h264 \(High\).*yuv420p.*1080x1920.*25 fps", seen)
    assert re.search(r"Audio: aac \(LC\).*48000 Hz, stereo", seen)
    assert "Duration: 00:00:00.4" in seen
    assert "creation_time" not in seen


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("echo '[png @ 0x55] no such picture' >&2; exit 1", "ffmpeg could not make the film (no such picture)"),
        ("echo half > $film; echo No space left on device >&2; exit 228", "(No space left on device)"),
        ("echo half > $film; kill -9 $$", "(it was killed)"),
        (": > $film", "(it made nothing)"),
    ],
)
def test_what_ffmpeg_does_not_finish_is_a_sentence_and_no_film(tmp_path: Path, said: str, why: str) -> None:
    with room_of(tmp_path, said) as room, pytest.raises(Unusable, match=re.escape(why)):
        cut(room)
    assert list((tmp_path / "media").iterdir()) == []


def test_a_real_ffmpeg_refuses_what_is_no_picture(tmp_path: Path) -> None:
    with room_of(tmp_path) as room, pytest.raises(Unusable, match="ffmpeg could not make the film"):
        cut(room, [Still(b"no picture", 1.0)])


def test_a_folder_that_takes_nothing_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file in its place")
    with room_of(tmp_path) as room, pytest.raises(Unusable, match="the film could not be made here"):
        cut(room)


def test_without_ffmpeg_the_one_command_is_named(tmp_path: Path) -> None:
    with CuttingRoom(Shelf(tmp_path), ffmpeg=lambda: None) as room:
        assert "pip install 'jarshy[video]'" in room.missing()
        with pytest.raises(Unusable, match="ffmpeg is missing on this machine"):
            cut(room)


def test_a_film_that_takes_too_long_is_given_up_with_its_program(tmp_path: Path) -> None:
    said = f"echo $$ > {tmp_path}/pid; exec sleep 60"
    for patience in (0.3, 3.0, 15.0):  # on a busy machine a program may take that long to begin
        with room_of(tmp_path, said, patience=patience) as room, pytest.raises(Unusable, match="not made within"):
            cut(room)
        if (tmp_path / "pid").exists():
            break
    assert not is_running(int((tmp_path / "pid").read_text()))


def test_closing_the_room_ends_what_is_being_made(tmp_path: Path) -> None:
    async def leave() -> None:
        begun = asyncio.Event()
        said = f"echo $$ > {tmp_path}/pid; echo out_time_us=400000; exec sleep 60"
        loop = asyncio.get_running_loop()
        with room_of(tmp_path, said) as room:
            making = asyncio.create_task(room.cut(SHORT, lambda _: loop.call_soon_threadsafe(begun.set)))
            await begun.wait()
        with pytest.raises(Unusable, match="it was killed"):
            await making

    asyncio.run(leave())
    assert not is_running(int((tmp_path / "pid").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="limits are read from /proc")
def test_the_program_has_its_share_and_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARSHY_SECRET_TOKEN", "hush")
    with room_of(tmp_path, "cat /proc/self/limits /proc/self/environ > $film") as room:
        told = cut(room)[0].decode()
    limits = {line[:25].strip(): line[26:46].strip() for line in told.splitlines()}
    assert limits["Max address space"] == "1200000000"
    assert limits["Max cpu time"] == "120"
    assert limits["Max file size"] == "50000000"
    assert "hush" not in told


def test_a_daemon_that_is_killed_leaves_no_program_behind(tmp_path: Path) -> None:
    code = (
        "import asyncio\n"
        "from pathlib import Path\n"
        "from tests.unit.media.test_cutting import SHORT, room_of\n"
        f"room = room_of(Path({str(tmp_path)!r}), 'echo $$ > {tmp_path}/pid; echo out_time_us=1; exec sleep 60')\n"
        "asyncio.run(room.cut(SHORT, lambda done: print(done, flush=True)))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout
        assert daemon.stdout.readline() == b"0\n"
        daemon.send_signal(signal.SIGKILL)
    program, ends = int((tmp_path / "pid").read_text()), time.monotonic() + 10
    while is_running(program):
        assert time.monotonic() < ends


def test_what_a_killed_daemon_left_on_the_bench_is_pruned(tmp_path: Path) -> None:
    shelf, now = Shelf(tmp_path), datetime.now(UTC)
    (tmp_path / LEFT_OVER).mkdir()
    (tmp_path / LEFT_OVER / "film.mp4").write_bytes(b"half")
    long_ago = (now - timedelta(days=2)).timestamp()
    os.utime(tmp_path / LEFT_OVER, (long_ago, long_ago))
    prune = partial(shelf.prune, (), now, lives=timedelta(days=1))
    with shelf.bench() as bench:
        assert prune() == 1
        assert list(tmp_path.iterdir()) == [bench]
