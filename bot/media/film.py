"""A film as stills, and as what ffmpeg is asked for: the same stills give the same bytes with one ffmpeg. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from bot.tongue import phrase

__all__ = [
    "FIRST",
    "HEIGHT",
    "LONGEST",
    "MADE",
    "MISSING",
    "RECIPE",
    "SHORTEST",
    "WIDTH",
    "Progress",
    "Still",
    "command",
    "command_for_first",
    "length",
    "seen",
]

WIDTH, HEIGHT = 1080, 1920
SHORTEST, LONGEST = 12.0, 30.0
"""Seconds: shorter cannot be read, and longer nobody watches of stills."""
MADE, FIRST = "film.mp4", "first.png"
_WIPE = 0.6
_FRAMES = 25
MISSING = phrase("ffmpeg is missing on this machine: pip install 'jarshy[video]' brings it")
RECIPE = 1
"""Raised with every change below, so that no film made by an older recipe passes for one of this."""
_PICTURE = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high", "-pix_fmt", "yuv420p"),
    # A keyframe each two seconds; no threads beyond two, because their number changes the bytes.
    *("-g", "50", "-threads", "2"),
)
_SOUND = ("-c:a", "aac", "-b:a", "96k", "-ar", "48000")
_PLAIN = ("-movflags", "+faststart", "-map_metadata", "-1", "-fflags", "+bitexact")
_SILENCE = ("-f", "lavfi", "-i", "anullsrc=channel_layout=stereo:sample_rate=48000")


@dataclass(frozen=True, slots=True)
class Still:
    """One picture of a film, as a PNG of WIDTH x HEIGHT, and how many seconds pass until the next one begins."""

    content: bytes = field(repr=False)
    seconds: float


Progress = Callable[[int], None]
"""Told the percentage that is done, as it grows."""


def length(seconds: Iterable[float]) -> float:
    """Tell how many seconds a film takes, in whole frames."""
    return round(sum(seconds) * _FRAMES) / _FRAMES


def command(ffmpeg: str, folder: Path, stills: Sequence[Still], *, frames: int = _FRAMES) -> list[str]:
    """Write the call that makes MADE of 0.png and so on, telling its progress on its output.

    `frames`: how many a second.
    """
    shown = [part for n in range(len(stills)) for part in ("-threads", "1", "-i", str(folder / f"{n}.png"))]
    return [
        *(
            ffmpeg,
            "-hide_banner",
            "-nostdin",
            "-loglevel",
            "error",
            "-progress",
            "pipe:1",
            "-filter_complex_threads",
            "1",
        ),
        *(*shown, *_SILENCE),
        *("-filter_complex", _woven([each.seconds for each in stills], frames)),
        *("-map", "[film]", "-map", f"{len(stills)}:a", "-t", f"{_total(stills):g}"),
        *(*_PICTURE, *_SOUND, *_PLAIN, str(folder / MADE)),
    ]


def command_for_first(ffmpeg: str, folder: Path) -> list[str]:
    """Write the call that makes FIRST of MADE."""
    quiet = (ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error")
    return [*quiet, "-threads", "1", "-i", str(folder / MADE), "-frames:v", "1", str(folder / FIRST)]


def _woven(seconds: Sequence[float], frames: int) -> str:
    """Write how stills become one picture: each is opened once and held, and the next one wipes it away.

    Words that fade into other words cannot be read, and what stands on both, such as a name, stands still so.
    """
    held = [
        # The loop filter decodes a still once; `-loop 1` does so for each frame, at three times the cost.
        f"[{n}]format=yuv420p,loop=loop=-1:size=1,fps={frames},trim=duration={each + _WIPE:g},"
        f"setpts=PTS-STARTPTS,settb=1/{frames}[s{n}]"
        for n, each in enumerate(seconds)
    ]
    before, wipes = "s0", list[str]()
    for n, begins in enumerate(accumulate(seconds[:-1]), start=1):
        wipes.append(f"[{before}][s{n}]xfade=transition=smoothleft:duration={_WIPE:g}:offset={begins:g}[x{n}]")
        before = f"x{n}"
    return ";".join([*held, *wipes, f"[{before}]null[film]"])


def seen(line: str, stills: Sequence[Still]) -> int | None:
    """Read a line of ffmpeg's progress: the percentage that is done, in tens; None where it tells no time."""
    name, _, said = line.strip().partition("=")
    if name != "out_time_us" or not said.isdigit():
        return None
    return min(int(int(said) / 100_000 / _total(stills)), 10) * 10


def _total(stills: Sequence[Still]) -> float:
    return length(each.seconds for each in stills)
