"""Finds secrets by name: in the environment, else in a folder of files only their owner can read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "JARSHY_SECRET_"
NAME = re.compile(r"[A-Z][A-Z0-9_]*")


class NoSecret(Exception):
    """A secret cannot be had; the sentence names it, and never says a value."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where this newsroom's secrets lie. The environment wins, then what a service manager hands over, then the folder.

    A manager (systemd's LoadCredential, a container's secrets) names its folder in CREDENTIALS_DIRECTORY, as one that
    only we can look into: the files' own modes say nothing there.
    """

    folder: Path
    environ: Mapping[str, str] = field(repr=False)

    def secret(self, name: str) -> str:
        """Return a secret without the line end an editor has put behind it; raises NoSecret."""
        if not NAME.fullmatch(name):
            # What is no name may be a value that stands in a name's place.
            raise NoSecret("A secret is asked for by something that is no name (capitals, digits and _)")
        value = self.environ.get(PREFIX + name) or self._from_file(name)
        if not (value := value.strip()):
            raise NoSecret(f"The secret {name} is empty")
        return value

    def _from_file(self, name: str) -> str:
        handed = self._handed(name)
        path = handed or self.folder / name
        try:
            mode = path.stat().st_mode
            if mode & 0o077 and handed is None:
                raise NoSecret(f"The secret file {name} can be read by others than its owner: chmod 600 {path}")
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as e:
            raise NoSecret(f"The secret {name} is missing: set {PREFIX}{name}, or write it to {path}") from e
        except (OSError, UnicodeDecodeError) as e:
            raise NoSecret(f"The secret file {name} cannot be read") from e

    def _handed(self, name: str) -> Path | None:
        """Find a secret the service manager handed over, alone or out of a whole folder of them."""
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        if not folder:
            return None
        return next((path for each in (PREFIX + name, name) if (path := Path(folder) / each).is_file()), None)
