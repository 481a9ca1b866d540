"""What a story's change means for deliveries: what waits is written anew, what became known catches up."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.articles.photo import file_of
from bot.articles.wordlists import NO_LISTS, WordLists, is_solemn
from bot.audit.rows import Action
from bot.model import Article, Change, Channel, Delivery, Kind, Reason, State
from bot.posts.fields import is_archive
from bot.rules.alert_facts import wish_too_late
from bot.rules.approval import asked, is_called_wrong, thawed
from bot.rules.described import goes_bare, looked_at_anew, of_another_photo
from bot.rules.pace import lives_until
from bot.rules.plan import FILTERS, Arrival, filtered, in_lane, plan, redated
from bot.rules.standing import ANNOUNCES, BY_HAND, REPEATABLE, is_undecided
from bot.rules.wishes import granted, wishes
from bot.store.alerts import Cause, open_alert
from bot.store.audit import JARSHY
from bot.store.deliveries import about, alert_revised, get, move
from bot.store.schema import delivery, delivery_story
from bot.store.spending import charge, forgive
from bot.store.stories import article_of, changed_since, revisions_of
from bot.tongue import phrase

_WAITS = (State.DUE, State.HELD)
_MAY_BE_OUT = (State.DONE, State.SENDING, State.UNKNOWN)
_FOLLOWERS = sa.select(delivery.c.id).where(delivery.c.parent == sa.bindparam("which")).order_by(delivery.c.id)


def of_story(db: sa.Connection, story: str) -> list[Delivery]:
    """List every delivery of a story, by number."""
    ids = db.scalars(sa.select(delivery_story.c.delivery).where(delivery_story.c.story == story))
    found = (get(db, each) for each in sorted(ids))
    return [each for each in found if each is not None]


def waiting_of(db: sa.Connection, story: str) -> list[Delivery]:
    """List a story's deliveries whose words may still change: due, or held for a person, and surely not out."""
    return [each for each in of_story(db, story) if each.kind in ANNOUNCES and is_waiting(each)]


def is_waiting(stands: Delivery) -> bool:
    """Whether a delivery is surely not out and may still go."""
    return stands.state in _WAITS and not is_undecided(stands)


def may_be_out(stands: Delivery) -> bool:
    """Whether readers may see what a delivery sent: it is out, or nobody knows that it is not."""
    return stands.state in _MAY_BE_OUT or is_undecided(stands)


def conclude(
    db: sa.Connection,
    stands: Delivery,
    now: datetime,
    *,
    actor: str = JARSHY,
    who: Channel | None = None,
    **facts: Any,
) -> Delivery:
    """Store an outcome that became known, grant what people wished meanwhile, and take up what the article changed.

    A changed article is a row of its own in the log: first what came of the try, then why the post is another. `who`:
    the channel, whose filters are asked again.
    """
    verb, wisher = next((each for each in wishes(stands.wish) if each[0] != "mark"), ("", ""))
    if stands.state is State.DONE and verb:
        fact = wish_too_late(stands, about(db, stands), verb=verb, actor=wisher)
        open_alert(db, Cause.WISH_TOO_LATE, f"delivery:{stands.id}", now, what=fact.what, fix=fact.fix)
    if not may_be_out(stands):
        forgive(db, stands.id)
    elif stands.reason is Reason.FOUND and (price := facts.get("price")):
        charge(db, stands.id, price)
    frozen, stands = stands, granted(stands)
    if any(verb == "mark" for verb, _ in wishes(frozen.wish)) and is_waiting(stands):
        article = article_of(db, stands.story)
        stands = in_lane(stands, article, who, now) if article else stands
    if frozen.reason is Reason.RESOLVED_ABSENT and stands.reason is not frozen.reason:
        move(db, frozen, now, actor=actor, **facts)  # that somebody looked is more than what they wished before
        facts = {}
    came = _as_frozen(stands, frozen)
    move(db, came, now, actor=actor, **facts)
    if stands.state is State.CANCELLED:
        drop_followers(db, stands, now, NEVER_OUT, actor)
    if stands.state is State.EXPIRED:
        drop_late(db, stands, now)
    if stands.kind is Kind.DELETE and stands.state is State.DONE and (taken := get(db, stands.parent or 0)):
        drop_followers(db, taken, now, phrase(f"delivery {taken.id}, which it belongs to, was taken down"), actor)
    fresh = _barred_since(db, stands, who) or caught_up(db, stands)
    if fresh != came:
        move(db, fresh, now, action=Action.DELIVERY_THAWED)
    return fresh


def _as_frozen(stands: Delivery, frozen: Delivery) -> Delivery:
    """Leave a post that a person's mark has written anew as it was tried: why it is another is a row of its own."""
    if stands.digest or not frozen.digest or not is_waiting(stands):
        return stands
    return replace(stands, post=frozen.post, digest=frozen.digest, template=frozen.template, author=frozen.author)


NEVER_OUT = phrase("the post it belongs to will not go out")


def drop_followers(db: sa.Connection, gone: Delivery, now: datetime, why: str, actor: str) -> None:
    """Drop what waits for a post that will never be out, or is taken down, such as its correction."""
    for follower in followers(db, gone.id):
        if is_waiting(follower):
            over = replace(follower, state=State.CANCELLED, reason=Reason.SUPERSEDED, detail=why)
            move(db, over, now, actor=actor)


def drop_late(db: sa.Connection, gone: Delivery, now: datetime) -> None:
    """Drop what waits for a post that expired, unless it may have gone out with a database that was lost."""
    if gone.copied_at is None:
        drop_followers(db, gone, now, phrase("the post it belongs to did not go out in time"), JARSHY)


def followers(db: sa.Connection, which: int) -> list[Delivery]:
    """List what follows a delivery: its edits, replies, deletes, by number."""
    found = (get(db, each) for each in list(db.scalars(_FOLLOWERS, {"which": which})))
    return [each for each in found if each is not None]


def newer_change(db: sa.Connection, stands: Delivery) -> Delivery | None:
    """Find a later change of the same post, whose words are the newest anybody asked for; no draft nobody approved."""
    told = followers(db, stands.parent) if stands.parent is not None else []
    later = [each for each in told if each.kind in REPEATABLE and each.id > stands.id and not _is_draft(each)]
    return next((each for each in reversed(later) if each.state is not State.CANCELLED), None)


def _is_draft(each: Delivery) -> bool:
    return each.kind is Kind.EDIT and not each.approved and each.state in (State.HELD, State.EXPIRED)


def superseded(stands: Delivery, by: Delivery) -> Delivery:
    """Drop an edit whose post is changed, or taken down, by a later one."""
    verb = phrase("takes the post down") if by.kind is Kind.DELETE else phrase("changes the same post")
    return replace(
        stands, state=State.CANCELLED, reason=Reason.SUPERSEDED, detail=phrase(f"delivery {by.id} {verb}, and is newer")
    )


def _barred_since(db: sa.Connection, stands: Delivery, who: Channel | None) -> Delivery | None:
    """Skip a story that turned into what its channel bars while nobody could touch its delivery."""
    is_ours = stands.kind is Kind.POST and is_waiting(stands) and stands.template != BY_HAND
    if who is None or not is_ours or (after := article_of(db, stands.story)) is None:
        return None
    before = next((each for each in revisions_of(db, stands.story) if each.revision == stands.revision), None)
    bars = filtered(after, who) if before is not None and filtered(before, who) is None else None
    return replace(thawed(stands), state=State.SKIPPED, reason=bars[0], detail=bars[1]) if bars else None


def caught_up(db: sa.Connection, stands: Delivery) -> Delivery:
    """Write a delivery anew where its article changed for readers while nobody could touch it."""
    if stands.kind not in ANNOUNCES or not is_waiting(stands):
        return stands
    changed = changed_since(db, stands.story, stands.revision)
    if changed is None:
        return stands
    return revised(stands, changed.kind, changed.number)


def _by_photo(db: sa.Connection, stood: Delivery, fresh: Delivery, article: Article) -> Delivery:
    """Keep a person's word that a post goes without its photo while that is the photo it was said of."""
    if not goes_bare(fresh) or article.photo is None:
        return fresh
    before = next((each for each in revisions_of(db, article.story) if each.revision == stood.revision), None)
    is_same = before is not None and file_of(before.photo) == file_of(article.photo)
    return fresh if is_same else of_another_photo(fresh)


def take_up(
    db: sa.Connection,
    article: Article,
    now: datetime,
    kind: Change,
    why: str,
    *,
    channels: Iterable[Channel] = (),
    lists: WordLists = NO_LISTS,
) -> list[Delivery]:
    """Have what waits written anew after a revision readers would notice, and tell people of what is out."""
    by_id, mourns = {each.id: each for each in channels}, is_solemn(article, lists)
    moved = [
        _by_photo(db, waiting, revised(waiting, kind, article.revision), article)
        for waiting in waiting_of(db, article.story)
    ]
    is_wrong = is_called_wrong(article)
    moved = [
        asked(each, by_id[each.channel], is_solemn=mourns, is_wrong=is_wrong) if each.channel in by_id else each
        for each in moved
    ]
    for each in moved:
        move(db, each, now, action=Action.DELIVERY_THAWED)
    for each in of_story(db, article.story):
        if each.state is State.DONE:
            alert_revised(db, each, now, why=why)
    return moved


def refilter(
    db: sa.Connection, before: Article, after: Article, channels: Iterable[Channel], arrival: Arrival
) -> list[Delivery]:
    """Ask the channels' filters again where a revision answers them otherwise; tell what moved.

    What a person let go although a filter barred it goes on: the filter says of it what it said before.
    """
    by_id, moved = {each.id: each for each in channels}, []
    for each in of_story(db, after.story):
        who = by_id.get(each.channel)
        if who is None or each.kind is not Kind.POST:
            continue
        bars, barred = filtered(after, who), filtered(before, who) is not None
        if bars and not barred and is_waiting(each) and each.template != BY_HAND:
            moved.append(replace(thawed(each), state=State.SKIPPED, reason=bars[0], detail=bars[1]))
        elif barred and not bars and each.state is State.SKIPPED and each.reason in FILTERS:
            now = plan(after, who, arrival)
            anew = replace(each, state=now.state, reason=now.reason, detail=now.detail, revision=after.revision)
            moved.append(replace(anew, due_at=now.due_at, expires_at=now.expires_at, is_breaking=now.is_breaking))
    for each in moved:
        move(db, each, arrival.now)
    return moved


def look_anew(
    db: sa.Connection, before: Article, after: Article, channels: Iterable[Channel], arrival: Arrival, kind: Change
) -> list[Delivery]:
    """Have what waits for a photo's description written anew where a revision may have brought it; tell what moved.

    A story of months ago stays: nobody said that it still holds.
    """
    now, by_id = arrival.now, {each.id: each for each in channels}
    if (kind is Change.TRIVIAL and after.photo == before.photo) or is_archive(after, now):
        return []
    waiting = [each for each in waiting_of(db, after.story) if each.channel in by_id]
    ends = [lives_until(by_id[each.channel], now, zone=arrival.zone) for each in waiting]
    moved = [
        (each, looked_at_anew(each, after.revision, now, lives=end - now))
        for each, end in zip(waiting, ends, strict=True)
    ]
    anew = [fresh for stood, fresh in moved if fresh != stood]
    for each in anew:
        move(db, each, now, action=Action.DELIVERY_THAWED)
    return anew


def redate(
    db: sa.Connection,
    article: Article,
    channels: Iterable[Channel],
    now: datetime,
    *,
    zone: str,
    lists: WordLists = NO_LISTS,
) -> list[Delivery]:
    """Let an embargo move with the article's date: nothing may go out before it, or long after it was lifted."""
    by_id = {each.id: each for each in channels}
    waiting = [each for each in waiting_of(db, article.story) if each.channel in by_id]
    moved = [redated(each, article, by_id[each.channel], now, zone=zone, lists=lists) for each in waiting]
    for each in moved:
        move(db, each, now)
    return moved


def revised(stands: Delivery, kind: Change, number: int) -> Delivery:
    """Tell how a waiting delivery stands after revision `number` of its article.

    A person's words that are held for something else are of the revision they were: whoever releases them is asked.
    """
    fresh = thawed(stands, why=Reason.REVISED)
    if kind is Change.RETRACTION:
        return replace(fresh, state=State.HELD, reason=Reason.RETRACTED, detail="", revision=number)
    if fresh.template == BY_HAND and fresh.reason is not Reason.APPROVAL:
        return fresh
    return replace(fresh, revision=number)
