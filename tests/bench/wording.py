"""The time machine over 200 stories on every network."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.actions.trial import tried
from bot.articles.typography import whole
from bot.delivery.composing import Composer
from bot.model import Channel, Policy
from bot.networks import adapters
from bot.store.templates import Version
from bot.store.trials import Past
from tests.unit.posts.newsroom import LISTS, NAMES, NETWORKS, NOW, ZONE, article
from tests.unit.small_newsroom import wording

_ARTICLES = 200
_TIMES = 40


def machine(folder: Path) -> dict[str, Any]:
    """Try new words of every template at once, and of one; then once more, when the posts as they are now are known."""
    told = [whole(article(name)) for name in NAMES]
    stories = [(replace(told[n % len(told)], title=f"{told[n % len(told)].title} {n}"), NOW) for n in range(_ARTICLES)]
    kinds = {name: kind for name, kind in adapters().items() if name in NETWORKS}
    composer = Composer(Policy(newsroom="Paper", zone=ZONE), kinds, _NoPhotos(), LISTS)
    channels = {name: Channel(id=name, account=name, network=name, form=kind.spec.form) for name, kind in kinds.items()}
    texts = {name: text for name, text in wording().items() if name in kinds}
    past = Past(tuple(stories), {name: _shipped(name, text) for name, text in texts.items()}, {})

    def took(word: str, *names: str) -> dict[str, float]:
        began, spent = time.monotonic(), time.process_time()
        tried(past, composer, channels, {name: f"{word}: {texts[name]}" for name in names})
        return {"wall": round(time.monotonic() - began, 2), "cpu": round(time.process_time() - spent, 2)}

    first, again, single = took("One", *texts), took("Two", *texts), took("Three", next(iter(texts)))
    name = f"time_machine_{_ARTICLES}_articles"
    return {f"{name}_{len(kinds)}_networks_s": {"first": first, "again": again}, f"{name}_one_network_s": single}


def _shipped(name: str, text: str) -> Version:
    return Version(name, 1, text, "jarshy", "shipped", True, NOW)


class _NoPhotos:
    async def prepare(self, article: Any, wanted: Any) -> Any:
        raise AssertionError("a sketch fetches nothing")

    def bind(self, post: Any) -> Any:
        return post
