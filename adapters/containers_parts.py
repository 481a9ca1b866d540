"""What a post is made of where containers become posts, and what a memo keeps of them."""

import json
from collections.abc import Iterable

from adapters.contract import Json, Media, Memo, NotSent, PictureRefused, PublishError
from adapters.resumable import mark

_MOST_TROUBLED = 2
_MOST_PLACES = 3


def parts(files: list[Json], words: Json) -> dict[str, Json]:
    """Write the containers of a post that is made of files, or of words alone, and the call that publishes it."""
    publish: Json = {"creation_id": {"$memo": "container"}}
    if len(files) == 1:
        return {"container": files[0] | words, "publish": publish}
    items = {f"item{n}": file | {"is_carousel_item": "true"} for n, file in enumerate(files, 1)}
    whole: Json = {"media_type": "CAROUSEL", "children": {"$memo": "children"}}
    return items | {"container": whole | words, "publish": publish}


def note_addresses(memo: Memo, files: Iterable[Media]) -> None:
    """Keep where the files lie: trouble with them at addresses they never had before is counted anew."""
    if not (there := [file.url for file in files if file.url]):
        return
    now, known = mark(" ".join(there)), list[str](json.loads(memo.read("addresses") or "[]"))
    if now in known:
        return
    if 0 < len(known) < _MOST_PLACES:
        memo.note("troubled", "0")
    memo.note("addresses", json.dumps([*known, now]))


def troubled(memo: Memo, trouble: NotSent) -> PublishError:
    """Take trouble with a file for passing once; after that the post goes without it."""
    times = json.loads(memo.read("troubled") or "0") + 1
    memo.note("troubled", json.dumps(times))
    return trouble if times < _MOST_TROUBLED else PictureRefused(trouble.detail)


async def forget(memo: Memo) -> None:
    """Drop every handle: the next try makes all of them anew."""
    held = ["container", *(f"item{n}" for n in range(1, 21))]
    for name in held:
        if memo.read(name) is not None:
            await memo.forget(name)


def is_film(file: Media) -> bool:
    """Tell a film from a picture."""
    return file.mime.startswith("video/")


def addressed(files: list[Media], title: str) -> None:
    """Raise NotSent where the network could not fetch a file by itself."""
    for file in files:
        if not file.url:
            raise NotSent(f"{file.sha256} has no public address, and {title} fetches by itself", is_outage=False)
