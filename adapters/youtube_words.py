"""What a video on YouTube says, and how YouTube counts it. Pure."""

from adapters.body import problems
from adapters.contract import Limits, Media, Post, Problem, Rejected
from adapters.text import plain, utf8, utf16

TITLE, _TAGS = 100, 500
_TAKEN = str.maketrans("<>", "\N{FULLWIDTH LESS-THAN SIGN}\N{FULLWIDTH GREATER-THAN SIGN}")
"""Neither may stand in a title, a description or a tag: https://developers.google.com/youtube/v3/docs/videos#snippet.title
(sheet of 2026-11-22, 3). By Unicode these are the same signs in another width, so they read and sound the same; the
quotation marks ‹ and › would say less."""


def description(post: Post) -> str:
    """Write the words under a video, the article's address among them: by it a video is found again."""
    return plain(post.text, post.marks, post.card.url if post.card else "").translate(_TAKEN)


def title(post: Post) -> str:
    """Write the title: the post's own in full, else the headline or first line, cut at a word where it is too long."""
    return _title(post).translate(_TAKEN)


def _title(post: Post) -> str:
    if post.title:
        return post.title
    words = (post.card.title if post.card else "") or post.text.strip().partition("\n")[0].strip()
    if utf16(words) <= TITLE:
        return words
    cut = words
    while utf16(cut) >= TITLE:
        cut = cut[:-1]
    return f"{cut.rpartition(' ')[0].rstrip(' ,;:–—-') or cut}…"


def tags(post: Post) -> list[str]:
    """Take the first tags YouTube has room for; one with a space counts with quotation marks, and commas count."""
    found: list[str] = []
    left = _TAGS + 1
    for tag in (each.translate(_TAKEN) for each in post.tags if each.strip()):
        cost = len(tag) + 2 * (" " in tag) + 1
        if cost <= left:
            found.append(tag)
            left -= cost
    return found


def measure(post: Post, limits: Limits) -> tuple[Problem, ...]:
    """Count bytes of the description, the title as it is cut, and the film."""
    words = (description(post), title(post))
    counts = [
        ("text", utf8(words[0]), limits.text),
        ("title", utf16(words[1]), TITLE),
        ("media", len(post.media), limits.media),
    ]
    for each in post.media if limits.films else ():
        counts.append(("media_format", int(not each.mime.startswith("video/")), 0))
        if limits.films:
            counts.append(("film_bytes", each.size, limits.films.size))
            counts.append(("film_seconds", round(each.seconds), round(limits.films.longest)))
    return problems(counts)


def film(post: Post) -> Media:
    """Take a post's film. Raises Rejected where it has none, or anything beside it."""
    if post.parent:
        raise Rejected("a video cannot answer another one")
    if len(post.media) != 1 or not post.media[0].mime.startswith("video/"):
        raise Rejected("YouTube takes one film and nothing else")
    return post.media[0]
