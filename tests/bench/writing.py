"""How long posts take to write and to look over: 200 articles for five networks, one process."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.articles.typography import whole
from tests.unit.posts.newsroom import NAMES, NETWORKS, article, post_of, template

_ARTICLES = 200


def writing(folder: Path) -> dict[str, Any]:
    """Render and check, each article anew as the daemon meets it."""
    told = [whole(article(name)) for name in NAMES]
    stories = [replace(told[n % len(told)], title=f"{told[n % len(told)].title} {n}") for n in range(_ARTICLES)]
    words = {network: template(network) for network in NETWORKS}
    began, spent = time.monotonic(), time.process_time()
    for story in stories:
        for network in NETWORKS:
            post_of(story, network, words=words[network])
    took = {"wall": round(time.monotonic() - began, 2), "cpu": round(time.process_time() - spent, 2)}
    return {"write_200_articles_for_5_networks_s": took}
