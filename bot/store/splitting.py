"""Undoes a merge: an entry that was taken for a known story becomes a story of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.articles.address import guid_key, url_key
from bot.articles.change import change
from bot.articles.wordlists import WordLists
from bot.audit.rows import Action
from bot.model import Article, Change, Channel, Delivery, Reason, Source, State
from bot.rules.lost import since_copy
from bot.rules.plan import Arrival
from bot.store.audit import tell
from bot.store.deliveries import move
from bot.store.identities import see, take_names
from bot.store.intake import story_id
from bot.store.people import RefusedVerb
from bot.store.planning import plan_story
from bot.store.restoring import lost_time
from bot.store.revising import is_waiting, may_be_out, of_story, take_up
from bot.store.stories import (
    Merged,
    add_story,
    article_of,
    forget_merged,
    merged_into,
    revise,
    revisions_of,
)
from bot.tongue import phrase


def split(
    db: sa.Connection,
    story: str,
    address: str | None,
    listed: Sequence[Source],
    channels: Sequence[Channel],
    now: datetime,
    *,
    zone: str,
    lists: WordLists,
    actor: str,
) -> Article:
    """Make a story of the entry that came under `address`, and plan it where its source is listened to.

    None: of the only entry there is. The old story gets back the words it has without the entry.
    """
    known = article_of(db, story)
    if known is None:
        raise RefusedVerb(f"there is no story {story}")
    entry = _entry(db, story, address)
    source = next((each for each in listed if each.id == entry.article.source), None)
    if source is None:
        raise RefusedVerb(f"its source {entry.article.source} has left the settings, so no channel would get it")
    told = revisions_of(db, story)
    words = next((each for each in told if _is_of(each, entry.article)), entry.article)
    own = next((each for each in told if not _is_of(each, entry.article)), known)
    apart = replace(words, story=story_id(db, words), revision=1)
    add_story(db, apart, now)
    if not take_names(db, apart, own, now):
        raise RefusedVerb(
            "the two entries have the same guid and address, so nothing tells them apart at the next poll"
        )
    forget_merged(db, entry.id)
    tell(db, Action.STORY_SPLIT, now, actor=actor, story=story, into=apart.story, url=apart.url, rule=entry.rule)
    facts = {"source": apart.source, "url": apart.url, "title": apart.title}
    tell(db, Action.STORY_SEEN, now, actor=actor, story=apart.story, **facts)
    if _is_of(known, entry.article):
        _give_back(db, known, own, now, channels, lists)
    lost = lost_time(db)
    copied_at = since_copy(apart, lost, now, is_first_look=lost is not None and entry.seen_at <= lost.restored_at)
    plan_story(db, apart, channels, Arrival(source, now, zone=zone, lists=lists, copied_at=copied_at))
    _hold_what_is_out(db, story, apart, now)
    see(db, source.id, [apart.story], now, is_whole=False)
    return apart


def _entry(db: sa.Connection, story: str, address: str | None) -> Merged:
    found = merged_into(db, story)
    if not found:
        none = phrase(f"no other entry was taken for story {story}, or none that is still kept (`keep: bodies`)")
        raise RefusedVerb(f"{none}, so there is nothing to split")
    fits = [each for each in found if address is None or url_key(each.article.url) == url_key(address)]
    if not fits or (address is None and len(found) > 1):
        entries = "\n".join(f"  {each.article.url}  {each.article.title} ({each.rule})" for each in found)
        raise RefusedVerb(f"say which entry is a story of its own, by its address:\n{entries}")
    return fits[-1]


def _is_of(article: Article, entry: Article) -> bool:
    """Whether a revision came from an entry: the names are the same."""
    names = (entry.source, guid_key(entry.guid), url_key(entry.url))
    return (article.source, guid_key(article.guid), url_key(article.url)) == names


def _give_back(
    db: sa.Connection, known: Article, own: Article, now: datetime, channels: Sequence[Channel], lists: WordLists
) -> None:
    """Give the story the newest words it had that were not the entry's."""
    after = replace(own, story=known.story, revision=known.revision + 1, flags=known.flags)
    kind, why = change(known, after)
    revise(db, after, now, change=kind, why=why)
    tell(
        db,
        Action.STORY_REVISED,
        now,
        story=known.story,
        revision=after.revision,
        change=str(kind),
        why=why,
        source=after.source,
    )
    # However alike the two are: what waits must not go out under the other's address, and what is out is told.
    split_kind = Change.SIGNIFICANT if kind is Change.TRIVIAL else kind
    take_up(db, after, now, split_kind, why or "it was split from another entry", channels=channels, lists=lists)


def _hold_what_is_out(db: sa.Connection, story: str, apart: Article, now: datetime) -> None:
    """Have a person look where the entry's words are out, or may be, as those of the story it was taken for."""
    shown = {each.channel for each in of_story(db, story) if may_be_out(each) and _shows(each, apart.url)}
    for each in of_story(db, apart.story):
        if each.channel in shown and is_waiting(each):
            why = phrase(f"its words are out here already, as story {story}")
            move(db, replace(each, state=State.HELD, reason=Reason.APPROVAL, detail=why), now)


def _shows(stands: Delivery, url: str) -> bool:
    post = stands.post
    if post is None:
        return False
    if not post.text:  # its words are no longer kept
        return True
    return url in post.text or bool(post.card and post.card.url == url) or any(m.value == url for m in post.marks)
