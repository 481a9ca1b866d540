"""What a person does to a post that could not be sent: other words, and on it goes."""

from bot.actions.deliveries import edit, release
from bot.actions.room import Room
from bot.model import Delivery, Reason


async def mend(room: Room, which: int, text: str) -> Delivery:
    """Put other words in place of those that could not be sent, and release it.

    What was approved were other words: then it waits for approval once more.
    """
    edited = await edit(room, which, text)
    return edited if edited.reason is Reason.APPROVAL else await release(room, which)
