"""What a page knows beside a post that is shown as its network would: whose it is there, and what stands with it."""

from bot.actions import access
from bot.desk.here import Here
from bot.desk.pictures import portrait_at
from bot.desk.previews import TO_BE_PLACED, Told
from bot.model import Channel

__all__ = ["told_of"]


async def told_of(here: Here, who: Channel, *, photo: str = "", notes: tuple[str, ...] = ()) -> Told:
    """Read how readers see a channel. Where that is not known, the page's own question for the picture finds it out."""
    face = await access.face_of(here.room, who)
    return Told(
        newsroom=here.desk.newsroom,
        handle=face.handle,
        name=face.name,
        portrait=portrait_at(who.id) if face.avatar or face.is_due else "",
        photo=photo,
        notes=notes,
        placed=here.tongue.say(TO_BE_PLACED),
    )
