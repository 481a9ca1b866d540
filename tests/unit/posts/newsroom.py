"""The invented newsroom's eight articles, the posts an editor wants of them, and how seven networks count."""

import json
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import regex

from adapters.contract import Limits, Post, Problem
from bot.articles.wordlists import word_lists
from bot.model import Article, Flags, Photo
from bot.posts.compose import CannotCompose, compose
from bot.posts.template import Template, compile
from config.words import lists

ROOT = Path(__file__).parents[3]
WORDING = json.loads((ROOT / "tests/data/wording.json").read_text(encoding="utf-8"))
LISTS = word_lists(lists())
ZONE = "Asia/Almaty"
NETWORKS = {
    # network: (limits, target), as the wording's table of networks has them
    "x": (Limits(text=280, link_cost=23), 250),
    "facebook": (Limits(text=63_206), 250),
    "telegram": (Limits(text=4096), 550),
    "mastodon": (Limits(text=500, link_cost=23), 400),
    "threads": (Limits(text=500), 280),
    "bluesky": (Limits(text=300, text_bytes=3000), 280),
    "linkedin": (Limits(text=3000), 600),
}


def measure(post: Post, limits: Limits) -> tuple[Problem, ...]:
    """Count graphemes and bytes; addresses at their fixed cost, where there is one."""
    text = post.text
    most = limits.text if limits.caption is None or not post.media else limits.caption
    if limits.link_cost is not None:
        text = regex.sub(r"https?://\S+", "x" * limits.link_cost, text)
    have, size = len(regex.findall(r"\X", text)), len(text.encode())
    found = [Problem("text", have, most)] if have > most else []
    if limits.text_bytes and size > limits.text_bytes:
        found.append(Problem("text bytes", size, limits.text_bytes))
    return tuple(found)


def template(network: str) -> Template:
    return compile((ROOT / f"config/templates/{network}.html").read_text(encoding="utf-8"), name=network)


def article(name: str) -> Article:
    raw = next(raw for raw in WORDING["articles"] if raw["id"] == name)
    year, month, day = map(int, raw["published"].split("-"))
    return Article(
        title=raw["title"],
        url=raw["url"],
        dek=raw["dek"],
        paragraphs=tuple(raw["body"]),
        authors=(raw["authors"],),
        section=raw["section"],
        tags=tuple(raw["tags"]),
        language=raw["language"],
        published=datetime(year, month, day, 9, tzinfo=timezone(timedelta(hours=5))),
        photo=Photo("https://steppecourier.example/p.jpg", raw["alt"], raw["caption"], raw["credit"]),
        flags=Flags(correction=raw.get("correction", "")),
    )


NAMES = tuple(raw["id"] for raw in WORDING["articles"])
NOW = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=5)))


def sent_at(story: Article) -> datetime:
    """Two minutes after it appeared; the archive story, which an editor brings back, now."""
    assert story.published
    return NOW if story.published.year == 2025 else story.published + timedelta(minutes=2)


def post_of(
    story: Article,
    network: str,
    *,
    form: str = "card",
    limits: Limits | None = None,
    target: int | None = None,
    now: datetime | None = None,
    is_correction: bool = False,
    uploads_photo: bool = False,
    words: Template | None = None,
) -> Post:
    usual, aim = NETWORKS[network]
    return compose(
        story,
        words or template(network),
        measure=measure,
        limits=limits or usual,
        target=target or aim,
        tags_beside=3 if network == "bluesky" else 0,
        form=form,
        network=network,
        now=now or sent_at(story),
        zone=ZONE,
        lists=LISTS,
        is_correction=is_correction,
        uploads_photo=uploads_photo,
    )


def tried(
    story: Article, network: str, *, form: str = "card", limits: Limits, target: int = 280, **more: Any
) -> Post | CannotCompose:
    """A post, or why there is none."""
    try:
        photo = form == "photo"
        return post_of(story, network, form=form, limits=limits, target=target, uploads_photo=photo, **more)
    except CannotCompose as e:
        return e


def flagged(story: Article, **flags: object) -> Article:
    return replace(story, flags=replace(story.flags, **flags))  # type: ignore[arg-type]


def plain(text: str) -> str:
    """NFC with ordinary spaces: putting non-breaking ones in is typography, not wording."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ")
