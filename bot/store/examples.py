"""Examples kept with a template: an article as it was, and the exact text its post must have on a channel."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.model import Article
from bot.store.audit import tell
from bot.store.people import RefusedVerb
from bot.store.schema import template_example
from bot.store.stories import article_from, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One article and the text it must give; `id` counts from 1, 0 where it is not stored yet.

    `seen_at`: the moment as of which the post is written.
    """

    id: int = 0
    template: str
    channel: str
    article: Article
    text: str
    author: str
    seen_at: datetime
    stored_at: datetime


def add_example(db: sa.Connection, example: Example) -> int:
    """Keep an example; return its number. Raises RefusedVerb where the template has it already."""
    for each in examples(db, example.template):
        if (each.article.story, each.channel, each.text) == (example.article.story, example.channel, example.text):
            raise RefusedVerb(f"that is example {each.id} of template {each.template} already")
    names = ("template", "channel", "text", "author", "seen_at", "stored_at")
    values = {name: getattr(example, name) for name in names} | {"article": written(example.article)}
    number = db.execute(template_example.insert(), values).inserted_primary_key
    assert number is not None
    said = {"template": example.template, "channel": example.channel, "text": example.text, "example": number[0]}
    said["story"] = example.article.story
    tell(db, Action.TEMPLATE_EXAMPLE_ADDED, example.stored_at, actor=example.author, **said)
    return int(number[0])


def remove_example(db: sa.Connection, which: int, now: datetime, *, actor: str) -> Example:
    """Forget an example; return it. Raises RefusedVerb."""
    found = next((each for each in examples(db) if each.id == which), None)
    if found is None:
        raise RefusedVerb(f"there is no example {which}: `jarshy template example list` names those there are")
    db.execute(template_example.delete().where(template_example.c.id == which))
    said = {"template": found.template, "channel": found.channel, "text": found.text, "example": which}
    tell(db, Action.TEMPLATE_EXAMPLE_REMOVED, now, actor=actor, **said)
    return found


def examples(db: sa.Connection, name: str = "") -> list[Example]:
    """List the examples of a template, or all; oldest first."""
    chosen = sa.select(template_example).order_by(template_example.c.id)
    rows = db.execute(chosen.where(template_example.c.template == name) if name else chosen)
    return [
        Example(
            id=row.id,
            template=row.template,
            channel=row.channel,
            article=article_from(row.article),
            text=row.text,
            author=row.author,
            seen_at=row.seen_at,
            stored_at=row.stored_at,
        )
        for row in rows
    ]
