"""How long posts take to write and to look over: 200 articles for five networks, one process."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.articles.typography import whole
from bot.delivery.composing import Composer
from bot.model import Channel, Policy
from bot.networks import adapters
from bot.posts.compose import CannotCompose
from bot.store.templates import InUse
from tests.unit.posts.newsroom import LISTS, NAMES, NETWORKS, NOW, ZONE, article
from tests.unit.small_newsroom import wording

_ARTICLES = 200


def writing(folder: Path) -> dict[str, Any]:
    """Render and check as the daemon does, each article anew, counted by each network's own measure.

    Photos are left out: fetching and opening them is measured by itself.
    """
    told = [whole(article(name)) for name in NAMES]
    stories = [replace(told[n % len(told)], title=f"{told[n % len(told)].title} {n}") for n in range(_ARTICLES)]
    kinds = {name: kind for name, kind in adapters().items() if name in NETWORKS}
    composer = Composer(Policy(newsroom="Paper", zone=ZONE), kinds, _NoPhotos(), LISTS)
    channels = [Channel(id=name, account=name, network=name, form=kind.spec.form) for name, kind in kinds.items()]
    words = {name: InUse(name, 1, text) for name, text in wording().items()}
    began, spent, held = time.monotonic(), time.process_time(), 0
    for story in stories:
        for who in channels:
            try:
                composer.sketch(story, words[who.network], who, kinds[who.network].spec.limits, NOW)
            except CannotCompose:
                held += 1
    took = {"wall": round(time.monotonic() - began, 2), "cpu": round(time.process_time() - spent, 2)}
    return {f"write_{_ARTICLES}_articles_for_{len(kinds)}_networks_s": took | {"held": held}}


class _NoPhotos:
    async def prepare(self, article: Any, wanted: Any, *, photo: Any = None) -> Any:
        raise AssertionError("a sketch fetches nothing")

    async def portrait(self, url: Any, wanted: Any) -> Any:
        raise AssertionError("a sketch fetches nothing")

    def bind(self, post: Any) -> Any:
        return post
