"""The time machine over 200 stories: on one network, on the seven that our wording was made for, on all there are."""

import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.contract import Adapter
from bot.actions.trial import tried
from bot.articles.typography import whole
from bot.delivery.composing import Composer
from bot.model import Article, Channel, Policy
from bot.networks import adapters
from bot.store.templates import Version
from bot.store.trials import Past
from tests.unit.posts.newsroom import LISTS, NAMES, NETWORKS, NOW, ZONE, article
from tests.unit.small_newsroom import wording

_STORIES = 200


def machine(folder: Path) -> dict[str, Any]:
    """Try new words on one network, on seven, on all; `opened` is done while people read, `asked` is waited for."""
    told = [whole(article(name)) for name in NAMES]
    stories = tuple(
        (replace(told[n % len(told)], title=f"{told[n % len(told)].title} {n}"), NOW) for n in range(_STORIES)
    )
    installed, words = adapters(), wording()
    return {
        f"time_machine_{_STORIES}_articles_{len(names)}_networks_s": _tried(
            stories, {name: installed[name] for name in names}, {name: words[name] for name in names}
        )
        for names in (("mastodon",), tuple(NETWORKS), tuple(installed))
    }


def _tried(
    stories: tuple[tuple[Article, datetime], ...], kinds: dict[str, type[Adapter]], texts: dict[str, str]
) -> dict[str, dict[str, float]]:
    composer = Composer(Policy(newsroom="Paper", zone=ZONE), kinds, _NoPhotos(), LISTS)
    channels = {name: Channel(id=name, account=name, network=name, form=kind.spec.form) for name, kind in kinds.items()}
    past = Past(stories, {name: _shipped(name, text) for name, text in texts.items()}, {})

    def took(word: str) -> dict[str, float]:
        began, spent = time.monotonic(), time.process_time()
        tried(past, composer, channels, {name: f"{word}{text}" for name, text in texts.items()})
        return {"wall": round(time.monotonic() - began, 2), "cpu": round(time.process_time() - spent, 2)}

    return {"opened": took(""), "asked": took("One: ")}


def _shipped(name: str, text: str) -> Version:
    return Version(name, 1, text, "jarshy", "shipped", True, NOW)


class _NoPhotos:
    async def prepare(self, article: Any, wanted: Any, *, photo: Any = None) -> Any:
        raise AssertionError("a sketch fetches nothing")

    async def portrait(self, url: Any, wanted: Any) -> Any:
        raise AssertionError("a sketch fetches nothing")

    def bind(self, post: Any) -> Any:
        return post
