"""A film for tests that are not about films: there at once, on every machine, and always the same."""

from collections.abc import Sequence

from bot.media.film import Progress, Still

FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"a film of no pictures " * 200


class Reel:
    """Takes every film for made."""

    def missing(self) -> str:
        """Lack nothing."""
        return ""

    async def cut(self, stills: Sequence[Still], progress: Progress) -> bytes:
        """Give the one film there is, told apart by its stills."""
        return FILM + b"".join(each.content[-40:] for each in stills)

    async def first(self, content: bytes) -> bytes:
        """Take any bytes for a picture."""
        return content
