"""Which block's keys stand where in jarshy.yaml, and which of their values may be shown to anybody."""

from pydantic import BaseModel

from config.cards import CardsBlock
from config.layout import (
    AccountBlock,
    AlertBlock,
    AppBlock,
    ChannelBlock,
    DefaultsBlock,
    DeskBlock,
    KeepBlock,
    Layout,
    NewsroomBlock,
    SourceBlock,
)
from config.public import MediaBlock, PublicBlock

_BLOCKS: dict[str, type[BaseModel]] = {
    "": Layout,
    "newsroom": NewsroomBlock,
    "sources": SourceBlock,
    "accounts": AccountBlock,
    "alerts": AlertBlock,
    "apps": AppBlock,
    "cards": CardsBlock,
    "channels": ChannelBlock,
    "defaults": DefaultsBlock,
    "desk": DeskBlock,
    "keep": KeepBlock,
    "media": MediaBlock,
    "media.public": PublicBlock,
}
_MAY_BE_SECRET = {"credentials", "proxy", "store", "webhook", "heartbeat_url", "command", "key", "key_id"}
PLAIN = frozenset(key for block in _BLOCKS.values() for key in block.model_fields) - _MAY_BE_SECRET
"""Our keys whose values may be shown to anybody."""


def block_at(where: tuple[str | int, ...]) -> type[BaseModel]:
    """Name the block whose keys stand at a place of the file."""
    return _BLOCKS.get(".".join(map(str, where))) or _BLOCKS.get(str(where[0]) if where else "", _BLOCKS[""])
