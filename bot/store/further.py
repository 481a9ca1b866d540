"""What people have said further of a story that is out: a correction on each channel, or the same post again."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.articles.wordlists import WordLists, is_solemn
from bot.audit.rows import Action
from bot.model import Article, Change, Channel, Delivery, Kind, Reason, State
from bot.rules.approval import CALLED_WRONG, CORRECTED, CORRECTION, CORRECTS, asked, is_called_wrong, thawed
from bot.rules.pace import lives_until
from bot.rules.persons import signed
from bot.store.audit import tell
from bot.store.changing import following
from bot.store.deliveries import add, get, move
from bot.store.people import AskAgain, RefusedVerb, refuse_outdated, wish
from bot.store.revising import is_waiting, may_be_out, of_story
from bot.store.stories import article_of, changed_since, set_flags
from bot.tongue import phrase

_SHOWS = (Kind.POST, Kind.REPOST)
AGAIN = timedelta(hours=24)
"""How long after a repost another one looks like a colleague's same idea."""
_OVER = (State.DONE, State.CANCELLED, State.EXPIRED)


def correct(
    db: sa.Connection,
    story: str,
    note: str,
    channels: Mapping[str, Channel],
    now: datetime,
    *,
    replying: Collection[str],
    is_again: bool,
    check: Callable[[Article], None],
    actor: str,
) -> list[Delivery]:
    """Plan a correction, held for approval, on each channel that has or may have the story; return them.

    `replying`: the channels whose network lets a post answer another. A correction that still waits is written anew
    with the new note; one that is out already is followed by another only with `is_again`.
    `check`: refuses where the story is not as the person saw it.
    """
    article = article_of(db, story)
    if article is None:
        raise RefusedVerb(f"there is no story {story}")
    check(article)
    told = of_story(db, story)
    wrong = _latest(each for each in told if each.kind in _SHOWS and _is_up(each, told) and each.channel in channels)
    if not wrong:
        raise RefusedVerb("this story is out on no channel, so there is nothing to correct; its feed brings the change")
    before = {name: [each for each in told if each.kind in CORRECTS and each.channel == name] for name in wrong}
    done = sorted(name for name, some in before.items() if any(may_be_out(each) for each in some))
    if done and not is_again:
        raise AskAgain(f"a correction is out already on {', '.join(done)}", "`--again` adds another one")
    flags = signed(article.flags, CORRECTED, actor)
    set_flags(db, story, replace(flags, correction=note, wrong_until=article.revision))
    tell(db, Action.STORY_MARKED, now, actor=actor, story=story, said=phrase(f"corrected: {note}"))
    _stop_the_error(db, [each for each in told if each.kind in _SHOWS], now, actor)
    planned = []
    for name, out in sorted(wrong.items()):
        waiting = next((each for each in before[name] if is_waiting(each)), None)
        if waiting is not None:
            planned.append(_anew(db, waiting, now, actor))
        else:
            kind = Kind.REPLY if name in replying and out.reason is not Reason.RESOLVED_SENT else Kind.PART
            planned.append(_follow(db, out, kind, now, actor))
    return planned


def repost(
    db: sa.Connection,
    which: int,
    who: Channel,
    now: datetime,
    *,
    is_again: bool,
    zone: str,
    lists: WordLists,
    actor: str,
) -> Delivery:
    """Plan the story of a post that is out once more on its channel, written anew.

    Raises AskAgain where that was done a short while ago, unless `is_again`.
    """
    out = get(db, which)
    if out is None or out.kind not in _SHOWS or out.state is not State.DONE or not out.story:
        raise RefusedVerb(
            f"delivery {which} is no post that is out, so it cannot go out again; `why {which}` says more"
        )
    others = reposts(db, out)
    if waiting := next((each for each in others if each.state not in _OVER), None):
        raise RefusedVerb(f"delivery {waiting.id} posts this story again already; `why {waiting.id}` says when")
    if (lately := next((each for each in others if is_recent(each, now)), None)) and not is_again:
        raise AskAgain(
            f"delivery {lately.id} posted this story again within the last day",
            f"`repost {which} --again` posts it once more",
        )
    refuse_outdated(db, out, now, verb="repost")
    changed = changed_since(db, out.story, 1)
    if changed is not None and changed.kind is Change.RETRACTION:
        raise RefusedVerb("the newsroom withdrew this article, so it is not posted again")
    again = _next(db, out, Kind.REPOST, now)
    again = replace(again, state=State.DUE, reason=Reason.APPROVED, detail=actor, parent=None)
    if article := article_of(db, out.story):
        again = asked(again, who, is_solemn=is_solemn(article, lists), is_wrong=is_called_wrong(article))
    return add(db, replace(again, expires_at=lives_until(who, now, zone=zone)), now, actor=actor)


def reposts(db: sa.Connection, out: Delivery) -> list[Delivery]:
    """List how often a post's story was posted again on its channel, by number."""
    told = of_story(db, out.story) if out.story else []
    return [each for each in told if each.kind is Kind.REPOST and each.channel == out.channel]


def is_recent(again: Delivery, now: datetime) -> bool:
    """Whether a repost went out so lately that another one is asked about."""
    return again.state is State.DONE and again.moved_at is not None and again.moved_at > now - AGAIN


def _stop_the_error(db: sa.Connection, told: Iterable[Delivery], now: datetime, actor: str) -> None:
    """Have a person look at what may still go out with the story: it may say what was wrong.

    A note brings no page back, so how often it was found gone still counts; what is held for a reason stays so.
    """
    for each in told:
        if may_be_out(each) and each.state is not State.DONE:
            wish(db, each, "mark", now, actor)
        if not is_waiting(each):
            continue
        anew = replace(thawed(each), gone_looks=each.gone_looks)
        if each.state is State.DUE:
            anew = replace(anew, state=State.HELD, reason=Reason.APPROVAL, detail=CALLED_WRONG)
        move(db, anew, now, actor=actor, action=Action.DELIVERY_THAWED)


def _latest(found: Iterable[Delivery]) -> dict[str, Delivery]:
    """Choose one post a channel: the latest that is surely out, else the latest that may be."""
    ranked = sorted(found, key=lambda each: each.state is State.DONE)
    return {each.channel: each for each in ranked}


def _is_up(stands: Delivery, told: list[Delivery]) -> bool:
    taken_down = any(
        each.kind is Kind.DELETE and each.parent == stands.id and each.state is State.DONE for each in told
    )
    return may_be_out(stands) and not taken_down


def _anew(db: sa.Connection, waiting: Delivery, now: datetime, actor: str) -> Delivery:
    loose = replace(waiting, post=None, digest="", template="", approved="")
    asks = replace(loose, state=State.HELD, reason=Reason.APPROVAL, detail=CORRECTION)
    move(db, asks, now, actor=actor, action=Action.DELIVERY_THAWED)
    return asks


def _follow(db: sa.Connection, out: Delivery, kind: Kind, now: datetime, actor: str) -> Delivery:
    planned = replace(_next(db, out, kind, now), state=State.HELD, reason=Reason.APPROVAL, detail=CORRECTION)
    return add(db, planned, now, actor=actor)


def _next(db: sa.Connection, out: Delivery, kind: Kind, now: datetime) -> Delivery:
    article = article_of(db, out.story)
    return replace(following(db, out, kind, now), revision=article.revision if article else out.revision)
