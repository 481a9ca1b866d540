"""What a post on a Facebook page consists of: the words, a link or pictures, and what the page will not take."""

from itertools import count

from adapters.body import carried, problems
from adapters.contract import Json, Limits, Media, Post, Problem
from adapters.text import plain


def message(post: Post) -> str:
    """Write the plain words; where pictures take the place of the link's card, its address stands in the words."""
    return plain(post.text, post.marks, post.card.url if post.card and post.media else "")


def feed(post: Post, *, published: bool) -> Json:
    """Write the post: a message without words is left out, as Facebook refuses an empty one (code 197)."""
    made: Json = {"message": message(post)} if message(post).strip() else {}
    if post.media:  # never beside a link, which would be dropped without a word
        made["attached_media"] = [{"media_fbid": {"$memo": name}} for name in photos(post)]
    elif post.card:
        made["link"] = post.card.url
    return made | {"published": published}


def photos(post: Post) -> dict[str, Json]:
    """Write the uploads by step name: pictures nobody sees until a post takes them. Values are those of a form."""
    return {f"photo{n}": _photo(media) for n, media in zip(count(1), post.media, strict=False)}


def _photo(media: Media) -> Json:
    described = {"alt_text_custom": media.alt} if media.alt.strip() else {}
    return {"source": {"$media": media.sha256}, "published": "false"} | described


def measure(post: Post, limits: Limits) -> tuple[Problem, ...]:
    """Count the words that are sent, and the pictures."""
    return problems([("text", len(message(post)), limits.text), *carried(post, limits)])
