"""Finds secrets by name: in the environment, else in a folder of files only their owner can read."""

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "JARSHY_SECRET_"
NAME = re.compile(r"[A-Z][A-Z0-9_]*")


class NoSecret(Exception):
    """A secret cannot be had; the sentence names it, and never says a value."""


class Missing(NoSecret):
    """Nobody has put the secret anywhere."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where this newsroom's secrets lie. The environment wins, then what a service manager hands over, then the folder.

    A manager (systemd's LoadCredential, a container's secrets) names its folder in CREDENTIALS_DIRECTORY, as one that
    only we can look into: the files' own modes say nothing there.
    """

    folder: Path
    environ: Mapping[str, str] = field(repr=False)

    def has(self, name: str) -> bool:
        """Whether there is a secret of this name at all, good or bad."""
        return bool(self.environ.get(PREFIX + name)) or (self.folder / name).exists()

    def secret(self, name: str) -> str:
        """Return a secret without the line end an editor has put behind it; raises NoSecret."""
        if not NAME.fullmatch(name):
            # What is no name may be a value that stands in a name's place.
            raise NoSecret("A secret is asked for by something that is no name (capitals, digits and _)")
        value = self.environ.get(PREFIX + name) or self._from_file(name)
        if not (value := value.strip()):
            raise NoSecret(f"The secret {name} is empty")
        return value

    def place(self, name: str) -> str:
        """Tell where a secret comes from, if there is one."""
        return f"${PREFIX}{name}" if self.environ.get(PREFIX + name) else str(self.folder / name)

    def is_ours(self, name: str) -> bool:
        """Whether a secret stands in the folder, where it can be written, and nowhere that wins over it."""
        return not self.environ.get(PREFIX + name) and self._handed(name) is None

    def names(self) -> list[str]:
        """List what lies in the folder under a secret's name."""
        with suppress(OSError):
            return sorted(each.name for each in self.folder.iterdir() if NAME.fullmatch(each.name))
        return []

    def loose(self) -> list[str]:
        """Say of the folder and of each file in it when others than their owner can get at them."""
        told = []
        with suppress(OSError):
            if self.folder.stat().st_mode & 0o022:
                told.append(f"Others can change what lies in {self.folder}: chmod 700 {self.folder}")
            for name in self.names():
                if (self.folder / name).stat().st_mode & 0o077:
                    told.append(_open_to_others(name, self.folder / name))
        return told

    def put(self, name: str, value: str) -> Path:
        """Write a secret into a file that only its owner can read; a reader meets the old or the new one whole.

        Raises NoSecret for what is no name or empty, OSError where the file cannot be made."""
        if not NAME.fullmatch(name):
            # It may be the secret itself, which then stands in the shell's history already.
            raise NoSecret("That is no name of a secret: capitals, digits and _, such as TELEGRAM_TOKEN")
        if not (value := value.strip()):
            raise NoSecret(f"Nothing came for the secret {name}; nothing was written")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".new")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{value}\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(made, self.folder / name)
            _sync(self.folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(made)
            raise
        return self.folder / name

    def _from_file(self, name: str) -> str:
        handed = self._handed(name)
        path = handed or self.folder / name
        try:
            mode = path.stat().st_mode
            if mode & 0o077 and handed is None:
                raise NoSecret(_open_to_others(name, path))
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as e:
            raise Missing(f"The secret {name} is missing: set {PREFIX}{name}, or write it to {path}") from e
        except (OSError, UnicodeDecodeError) as e:
            raise NoSecret(f"The secret file {name} cannot be read") from e

    def _handed(self, name: str) -> Path | None:
        """Find a secret the service manager handed over, alone or out of a whole folder of them."""
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        if not folder:
            return None
        return next((path for each in (PREFIX + name, name) if (path := Path(folder) / each).is_file()), None)


def _sync(folder: Path) -> None:
    """Make sure that a new name outlives a power cut: what is sealed with a key must not be stored before the key."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _open_to_others(name: str, path: Path) -> str:
    return f"The secret file {name} can be read by others than its owner: chmod 600 {path}"
