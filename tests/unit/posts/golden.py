"""The posts an editor wrote of eight articles for six networks, beside those the shipped templates make.

`python -m tests.unit.posts.golden` (`make golden`) prints each that differs, and fails below MUST.
"""

import sys
from dataclasses import dataclass

from adapters.contract import Post
from bot.posts.markup import Styled, parse, tidy
from tests.unit.posts.newsroom import NAMES, NETWORKS, WORDING, article, plain, post_of

MUST = {"x": 7, "facebook": 8, "mastodon": 8, "threads": 8, "bluesky": 8, "telegram": 2, "linkedin": 5}
"""How many of the eight come out word for word; what no rule reaches is merged, reordered or chosen for its weight."""
EVERY = [(name, network) for network in NETWORKS for name in NAMES]


@dataclass(frozen=True)
class Golden:
    """One written post beside the made one."""

    name: str
    network: str
    made: Post
    wanted: Styled

    @property
    def is_alike(self) -> bool:
        """Word for word, and on Telegram with the same bold words and links."""
        return plain(self.made.text) == plain(self.wanted.text) and marks(self.made, self.network) == self.wanted.marks


def golden(name: str, network: str, kind: str = "golden") -> Golden:
    """Make the post of an article, and read the one that was written (`kind`: or made by the wording's own sketch)."""
    return Golden(name, network, made(name, network), tidy(parse(WORDING[kind][name][network])))


def made(name: str, network: str) -> Post:
    """What the shipped template makes: on Telegram with the photo, where there is one."""
    story = article(name)
    is_photo = network == "telegram" and bool(story.photo and story.photo.credit)
    form = {True: "photo", False: "text" if network == "telegram" else "card"}[is_photo]
    return post_of(story, network, form=form, is_correction=name == "en-corrected", uploads_photo=is_photo)


def marks(post: Post, network: str) -> tuple[object, ...]:
    """The marks a template asks for; addresses and hashtags are marked by rule."""
    shown = ("bold", "link") if network == "telegram" else ()
    return tuple(mark for mark in post.marks if mark.kind in shown)


def main() -> int:
    """Print what differs, the count, and whether it is enough."""
    every = [golden(name, network) for name, network in EVERY]
    for each in every:
        if not each.is_alike:
            print(f"--- {each.name}, {each.network}: as written by hand\n{each.wanted.text}")
            print(f"--- closest by template\n{each.made.text}\n")
    alike = {network: sum(each.is_alike for each in every if each.network == network) for network in NETWORKS}
    short = [network for network, most in MUST.items() if alike[network] < most]
    said = ", ".join(f"{network} {count}" for network, count in alike.items())
    print(f"{sum(alike.values())} of {len(every)} word for word ({said}); at least {sum(MUST.values())} must be")
    if short:
        print(f"too few: {', '.join(short)}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
