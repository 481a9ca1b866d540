"""Where emulated networks fetch media from that fetch them by themselves: the shelf, under an address of its own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.contract import Adapter, Post, Receipt
from bot.media.shelf import Shelf

if TYPE_CHECKING:
    from adapters.emulators.kit import Upload

__all__ = ["addressed", "window"]

_ADDRESS = "https://media.jarshy.example/"


def window(shelf: Shelf) -> "Callable[[str], Upload | None]":
    """Serve what lies on a shelf."""
    from adapters.emulators.kit import Upload  # late: the daemon at its work has no use for it

    def fetch(url: str) -> Upload | None:
        name = url.removeprefix(_ADDRESS)
        content = shelf.get(name) if name != url else None
        return Upload(name, "application/octet-stream", content) if content else None

    return fetch


def addressed(kinds: Mapping[str, type[Adapter]]) -> dict[str, type[Adapter]]:
    """Let posts tell networks that fetch by themselves where their media lie."""
    return {name: _showing(kind) if kind.spec.fetches else kind for name, kind in kinds.items()}


def _showing(kind: type[Adapter]) -> type[Adapter]:
    async def publish(self: Adapter, post: Post, **more: Any) -> Receipt:
        media = tuple(replace(each, url=f"{_ADDRESS}{each.sha256}") for each in post.media)
        return await kind.publish(self, replace(post, media=media), **more)

    return type(kind.__name__, (kind,), {"publish": publish})
