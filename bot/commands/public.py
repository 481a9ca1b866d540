"""What `check` and `doctor` say of the place networks fetch media from: proved by fetching, or missing."""

from urllib.parse import urlsplit

from adapters.contract import Spec
from bot.commands.barrier import DEGRADED
from bot.commands.findings import Finding
from bot.commands.office import Office
from bot.daemon import Daemon
from bot.model import Channel
from bot.tongue import span

_WHAT = "media"


async def look_at_public(office: Office, daemon: Daemon) -> list[Finding]:
    """Prove the place, or name the channels that lack one."""
    settings, kinds = office.settings, office.kinds
    if settings.public is None:
        specs = ((who, kinds[who.network].spec) for who in settings.channels)
        return [Finding(_WHAT, _lacking(who, spec), DEGRADED) for who, spec in specs if fetches(who, spec)]
    address = settings.public.address
    if why := await daemon.public.prove():
        return [Finding(_WHAT, f"networks cannot fetch pictures: {why}", DEGRADED)]
    said = f"a picture was laid at {address}, fetched from there and taken away"
    if urlsplit(address).netloc.lower() in settings.allow_hosts:
        said += "; as allow_hosts names the host it may be private, and whether networks reach it was not proved"
        return [Finding(_WHAT, said, is_note=True)]
    return [Finding(_WHAT, f"{said}; files go {span(settings.public.keep)} after they were last needed")]


def fetches(who: Channel, spec: Spec) -> bool:
    """Whether a channel's network fetches by itself what its posts show."""
    if not spec.fetches or not spec.limits.media:
        return False
    return spec.fetches_films if who.form == "video" else who.form == "photo" or spec.limits.least > 0


def _lacking(who: Channel, spec: Spec) -> str:
    rest = "all other stories wait for a person" if spec.limits.least else "all other posts go without their photo"
    lacks = f"{spec.title} fetches pictures by itself, and `media: public:` in the settings names no place for them"
    return f"channel {who.id}: {lacks}; stories whose own picture fits as it lies on the site go out, {rest}"
