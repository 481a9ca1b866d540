"""The files pages are dressed with: what `make desk` has bundled, and the plain style sheets where it has not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

STATIC = "/static/"
_LOOK = Path(__file__).parent / "look"
_DIST = Path(__file__).parent / "web" / "dist"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file a browser may have."""

    path: Path
    type: str
    is_named_by_content: bool
    """Whether other content would have another name, so that a browser may keep it for ever."""


class Shelf:
    """All files a browser may have, found once; nothing else in the folders can be asked for."""

    def __init__(self, look: Path = _LOOK, dist: Path = _DIST) -> None:
        built = _manifest(dist)
        plain = {each.name: each for each in sorted(look.iterdir()) if each.suffix in _TYPES}
        chunks = {each.name for each in dist.iterdir() if each.suffix in _TYPES} if built else set()
        self.files: Mapping[str, Asset] = MappingProxyType(
            {name: Asset(path, _TYPES[path.suffix], False) for name, path in plain.items()}
            | {name: Asset(dist / name, _TYPES[Path(name).suffix], True) for name in sorted(chunks)}
        )
        self._addresses = {name: f"{STATIC}{name}?v={_digest(path)}" for name, path in plain.items()}
        self._addresses |= {name: STATIC + hashed for name, hashed in built.items()}

    def address(self, name: str) -> str:
        """Say where a file is served; "" for one that only `make desk` brings, where it has not been run."""
        return self._addresses.get(name, "")


@lru_cache(maxsize=1)
def shelf() -> Shelf:
    """Find the files of this installation."""
    return Shelf()


def _manifest(dist: Path) -> dict[str, str]:
    """Read which bundled file has which name; {} where nothing is bundled."""
    try:
        text = (dist / "manifest.json").read_text("utf-8")
    except FileNotFoundError:
        return {}
    return {str(name): str(hashed) for name, hashed in json.loads(text).items()}


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:8]
