"""What Threads takes as the words of a post, and how it counts them."""

from collections.abc import Collection, Mapping

import regex

from adapters.emulators.containers import addresses
from adapters.emulators.facebook_graph import No

_LONGEST, _MOST_LINKS, _LONGEST_TAG = 500, 5, 50


def judge(wants: Mapping[str, str], posts: Collection[str]) -> None:
    """Refuse what no post may say; `posts`: what may be answered. A link's attachment goes with words alone."""
    text, link, tag = str(wants.get("text", "")), wants.get("link_attachment"), wants.get("topic_tag")
    if link and wants.get("media_type") != "TEXT":
        raise No("(#100) link_attachment can only be used with text posts", 100)
    if length(text) > _LONGEST:
        raise No("(#100) Param text must be at most 500 characters long.", 100)
    if len({*(each for _, _, each in addresses(text)), *([link] if link else [])}) > _MOST_LINKS:
        raise No("THREADS_API__LINK_LIMIT_EXCEEDED", 100)
    if tag is not None and not (0 < len(tag) <= _LONGEST_TAG and not set(tag) & set(".&")):
        raise No("(#100) Param topic_tag must have 1 to 50 characters, without . and &", 100)
    if wants.get("reply_to_id") and wants["reply_to_id"] not in posts:
        raise No("(#100) Param reply_to_id is not a post", 100)


def length(text: str) -> int:
    """Count as Threads does: an emoji is as long as its UTF-8 bytes, everything else one a character."""
    return sum(len(each.encode()) if _is_emoji(each) else len(each) for each in regex.findall(r"\X", text))


def _is_emoji(sign: str) -> bool:
    return bool(regex.search(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3\ufe0f]", sign))
