"""The place emulated networks fetch media from in a rehearsal: in memory, at an address that is nobody's."""

from collections.abc import Sequence

from adapters.contract import Clock
from bot.media.places import Lying, Window

__all__ = ["Hall"]

_ADDRESS = "https://media.rehearsal.example"


class Hall:
    """A place for files that the site and the networks see."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: dict[str, tuple[Lying, str, bytes]] = {}

    def window(self) -> Window:
        """Open it to the newsroom."""
        return Window(place=self, address=_ADDRESS, key=self._clock.token_bytes(32))

    def at(self, url: str) -> tuple[str, bytes] | None:
        """Tell what lies at an address: its type and its bytes."""
        found = self._files.get(url.removeprefix(f"{_ADDRESS}/"))
        return found and found[1:]

    async def put(self, name: str, content: bytes, mime: str) -> None:
        """Keep a file."""
        self._files[name] = Lying(name, self._clock.now()), mime, content

    async def listed(self) -> Sequence[Lying]:
        """List the files."""
        return [each for each, _, _ in self._files.values()]

    async def remove(self, name: str) -> None:
        """Let a file go."""
        self._files.pop(name, None)
