"""What readers get of a request, read out of its body: the words, their marks, the card, what describes the pictures.

Read from the body and not from the post, so that a preview shows what is sent. Pure.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from adapters.contract import Card, Json, Mark, Post
from bot.posts.markup import Styled, mark_words, spans

__all__ = ["Sent", "read"]

_HASHTAG = re.compile(r"\{hashtag\|\\#\|([^}]+)\}")
_MORE = re.compile(r"""[.,;:!?)'"…]*[^\s<>«»“”.,;:!?)'"…]""")
_ENTITIES = {"bold": "bold", "italic": "italic", "text_link": "link"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One post as its request says it. `title`: what stands over the words; `tags`: those beside them."""

    text: str
    marks: tuple[Mark, ...] = ()
    lang: str = ""
    card: Card | None = None
    is_card_drawn: bool = False
    """The network draws the card itself, from the page; what stands on ours is the article's."""
    alts: tuple[str, ...] = ()
    """What describes each picture; none at all where the network takes no description."""
    tags: tuple[str, ...] = ()
    title: str = ""


def read(network: str, body: dict[str, Json], post: Post) -> Sent:
    """Read a network's request; of one we do not know, the post itself is shown."""
    return _READERS.get(network, _as_it_is)(body, post)


def _telegram(body: dict[str, Json], post: Post) -> Sent:
    (message,) = body.values()
    text = str(message.get("text", message.get("caption", "")))
    given: list[Json] = message.get("entities") or message.get("caption_entities") or []
    marks = tuple(_entity(text, each) for each in given if each["type"] in _ENTITIES)
    address = message.get("link_preview_options", {}).get("url", "")
    return Sent(text, _marked(text, post, marks), card=_card(post, address), is_card_drawn=True)


def _mastodon(body: dict[str, Json], post: Post) -> Sent:
    status = body["status"]
    text = str(status["status"])
    marks = _marked(text, post)
    return Sent(
        text,
        marks,
        lang=str(status["language"]),
        card=_card(post, next(_links(marks), "")),
        is_card_drawn=True,
        alts=tuple(str(part.get("description", "")) for part in body.values() if "file" in part),
    )


def _bluesky(body: dict[str, Json], post: Post) -> Sent:
    record = body["putRecord"]["record"]
    text, embed = str(record["text"]), record.get("embed", {})
    external = embed.get("external")
    card = external and Card(external["uri"], external["title"], external["description"])
    if card and post.card and "thumb" in external:
        card = replace(card, thumb=post.card.thumb)
    return Sent(
        text,
        tuple(_facet(text, each) for each in record.get("facets", ())),
        lang=str(next(iter(record["langs"]), "")),
        card=card,
        alts=tuple(str(each["alt"]) for each in embed.get("images", ())),
        tags=tuple(record.get("tags", ())),
    )


def _x(body: dict[str, Json], post: Post) -> Sent:
    text = str(body["tweet"]["text"])
    described = {part["id"]["$memo"]: part["metadata"]["alt_text"]["text"] for part in body.values() if "id" in part}
    pictures = body["tweet"].get("media", {}).get("media_ids", ())
    alts = tuple(str(described.get(each["$memo"], "")) for each in pictures)
    marks = _marked(text, post)
    *_, last = ("", *_links(marks))
    return Sent(text, marks, card=_card(post, last), is_card_drawn=True, alts=alts)


def _facebook(body: dict[str, Json], post: Post) -> Sent:
    feed = body.get("draft") or body["post"]
    text = str(feed.get("message", ""))
    alts = tuple(str(part.get("alt_text_custom", "")) for part in body.values() if "source" in part)
    return Sent(text, _marked(text, post), card=_card(post, feed.get("link", "")), is_card_drawn=True, alts=alts)


def _threads(body: dict[str, Json], post: Post) -> Sent:
    said = body["container"]
    text = str(said.get("text", ""))
    marks = mark_words(Styled(text, ()), address="").marks if _is_glued(text, post) else _marked(text, post)
    address = said.get("link_attachment") or next(_links(marks), "")
    return Sent(text, marks, card=_card(post, address), is_card_drawn=True, alts=_alts(body), tags=_topic(said))


def _instagram(body: dict[str, Json], post: Post) -> Sent:
    text = str(body["container"].get("caption", ""))
    tags = tuple(each for each in _marked(text, post) if each.kind == "tag")  # nobody can tap a link there
    return Sent(text, tags, alts=_alts(body))


def _alts(body: dict[str, Json]) -> tuple[str, ...]:
    """Read what describes each picture of a container, or of the items it is made of."""
    files = [part for part in body.values() if {"image_url", "video_url", "upload_type"} & part.keys()]
    return tuple(str(part.get("alt_text", "")) for part in files)


def _topic(said: Json) -> tuple[str, ...]:
    return (str(said["topic_tag"]),) if "topic_tag" in said else ()


def _linkedin(body: dict[str, Json], post: Post) -> Sent:
    request = body["post"]
    little = str(request["commentary"])
    text, tags = _plain(_HASHTAG.sub(r"#\1", little)), {_plain(each) for each in _HASHTAG.findall(little)}
    content = request.get("content", {})
    article, media = content.get("article"), content.get("media")
    marks = tuple(each for each in _marked(text, post) if each.kind != "tag" or each.value in tags)
    card = article and Card(article["source"], article["title"], article.get("description", ""))
    if card and post.card and "thumbnail" in article:
        card = replace(card, thumb=post.card.thumb)
    shown = [media] if media else content.get("multiImage", {}).get("images", ())
    return Sent(
        text,
        marks,
        # Without an article of ours LinkedIn unfolds the first address in the words as it likes.
        card=card or _card(post, next(_links(marks), "")),
        is_card_drawn=not article,
        alts=tuple(str(each.get("altText", "")) for each in shown),
    )


def _plain(little: str) -> str:
    """Read little text, where a backslash makes any sign a plain one."""
    return re.sub(r"\\(.)", r"\1", little, flags=re.DOTALL)


def _tiktok(body: dict[str, Json], post: Post) -> Sent:
    said = next(iter(body.values()))["post_info"]
    text = str(said["description"] if "description" in said else said["title"])
    return Sent(text, _marked(text, post))


def _youtube(body: dict[str, Json], post: Post) -> Sent:
    snippet = body["session"]["snippet"]
    text, lang = str(snippet["description"]), str(snippet.get("defaultLanguage", ""))
    return Sent(text, _marked(text, post), lang, tags=tuple(snippet["tags"]), title=str(snippet["title"]))


def _as_it_is(body: dict[str, Json], post: Post) -> Sent:
    return Sent(
        post.text, post.marks, post.lang, post.card, alts=tuple(each.alt for each in post.media), tags=post.tags
    )


_READERS: dict[str, Callable[[dict[str, Json], Post], Sent]] = {
    "bluesky": _bluesky,
    "facebook": _facebook,
    "instagram": _instagram,
    "linkedin": _linkedin,
    "mastodon": _mastodon,
    "telegram": _telegram,
    "threads": _threads,
    "tiktok": _tiktok,
    "x": _x,
    "youtube": _youtube,
}


def _card(post: Post, address: str) -> Card | None:
    """Draw what an address unfolds to; pictures take the card's place, and of other pages we know the address alone."""
    if not address or post.media:
        return None
    if post.card and post.card.url == address:
        return replace(post.card, thumb=None)
    return Card(address, "")


def _links(marks: tuple[Mark, ...]) -> Iterator[str]:
    return (each.value for each in marks if each.kind == "link")


def _entity(text: str, said: Json) -> Mark:
    """Read a mark that counts in UTF-16 units."""
    units, first = text.encode("utf-16-le"), said["offset"]
    start, end = (len(units[: 2 * at].decode("utf-16-le")) for at in (first, first + said["length"]))
    return Mark(start, end, _ENTITIES[said["type"]], said.get("url", ""))  # type: ignore[arg-type] # one of its kinds


def _facet(text: str, said: Json) -> Mark:
    """Read a mark that counts in UTF-8 bytes."""
    units, feature = text.encode(), said["features"][0]
    start, end = (len(units[: said["index"][at]].decode()) for at in ("byteStart", "byteEnd"))
    kind = feature["$type"].partition("#")[2]
    return Mark(start, end, kind, feature.get("uri") or feature.get("tag") or feature.get("did") or "")


def _is_glued(text: str, post: Post) -> bool:
    """Whether more follows the post's own address than ends a sentence: Threads takes that for a part of it."""
    own = _own(post)
    return any(_MORE.match(text, end) for _, end in spans(text, own))


def _own(post: Post) -> str:
    links = (each.value for each in post.marks if each.kind == "link")
    return post.card.url if post.card else next(links, "")


def _marked(text: str, post: Post, marks: tuple[Mark, ...] = ()) -> tuple[Mark, ...]:
    """Mark addresses and hashtags too, as networks do by themselves: the post's own address to its last character."""
    return mark_words(Styled(text, marks), address=_own(post)).marks
