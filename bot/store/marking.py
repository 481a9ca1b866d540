"""What a person says about a story, and what it means for its posts that have not gone out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.articles.photo import file_of, told_by_person
from bot.articles.wordlists import WordLists, is_solemn
from bot.audit.rows import Action
from bot.model import Article, Channel, Delivery, Flags, Reason, State
from bot.posts.fields import is_archive
from bot.rules.approval import asked, given_way, is_called_wrong, let_on, thawed
from bot.rules.described import described
from bot.rules.pace import lives_until
from bot.rules.persons import name_of
from bot.rules.plan import in_lane
from bot.rules.standing import ANNOUNCES, BY_HAND, is_undecided
from bot.store.audit import tell
from bot.store.people import OUT, AskAgain, RefusedVerb, put, wish
from bot.store.revising import of_story, waiting_of
from bot.store.stories import article_of, set_flags
from bot.tongue import phrase


def mark(
    db: sa.Connection,
    story: str,
    change: Callable[[Article], Flags],
    now: datetime,
    *,
    channels: Mapping[str, Channel],
    zone: str,
    lists: WordLists,
    actor: str,
    said: str,
    rewritten: str = "",
    is_again: bool = False,
    calls_wrong: bool = False,
    points_only: bool = False,
) -> Flags | None:
    """Store what a person says about a story. What waits is composed anew; an approval dies with its post.

    None: it was said before, and nothing was changed.

    `rewritten`: the network a text was written for, or given back to its template: it takes the place of words by hand,
    but only with `is_again` (AskAgain).

    `calls_wrong`: a correction was said with it. `points_only`: nothing but what of its photo stays in sight.

    Marked solemn, it waits for approval where a channel asks for it; marked not solemn, it goes on. With something in
    it called wrong, it waits for approval everywhere, until its source says something new.
    """
    article = article_of(db, story)
    if article is None:
        raise RefusedVerb(f"there is no story {story}")
    flags = _of_its_photo(change(article), article)
    if flags.correction != article.flags.correction or calls_wrong:
        # Also in the same words once more: what the source said since is called wrong too.
        flags = replace(flags, wrong_until=article.revision if flags.correction else 0)
    if rewritten and not is_again:
        _keep_what_is_by_hand([each for each in waiting_of(db, story) if _is_on(each, channels, rewritten)])
    set_flags(db, story, flags)
    tell(db, Action.STORY_MARKED, now, actor=actor, story=story, said=said)
    if points_only and flags == article.flags:
        return None  # no approval is lost for it
    marked = replace(article, flags=flags)
    for waiting in waiting_of(db, story):
        who = channels.get(waiting.channel)
        fresh = _sped_up(waiting, who, marked, now, zone=zone)
        if _is_on(waiting, channels, rewritten):
            fresh = given_way(fresh)
        if who and told_by_person(marked) and not is_archive(marked, now):
            fresh = described(fresh, actor, now, lives=lives_until(who, now, zone=zone) - now)
        if who:
            fresh = _asked(fresh, who, marked, now, lists=lists, actor=actor)
        if flags.focus != article.flags.focus and _is_cut_by_now(fresh):
            fresh = replace(fresh, detail=_CUT_AS_BEFORE)
        put(db, fresh, now, actor, action=Action.DELIVERY_THAWED)
    for other in of_story(db, story):
        may_be_out = other.state in OUT or is_undecided(other)
        if other.kind in ANNOUNCES and may_be_out:
            wish(db, other, "mark", now, actor)
    return flags


def _is_cut_by_now(fresh: Delivery) -> bool:
    """Whether somebody is asked about words by hand whose picture was made already; another hold stays what it is."""
    is_asked = (fresh.state, fresh.reason) == (State.HELD, Reason.APPROVAL)
    return is_asked and fresh.template == BY_HAND and fresh.post is not None and bool(fresh.post.media)


_CUT_AS_BEFORE = phrase(
    "somebody said what of the photo stays in sight after its post was written by hand: its picture is cut as before, "
    "and anew only with words for the whole network, which take the place of these"
)
"""The detail of a hold of words by hand whose picture was made before the mark."""


def _is_on(stands: Delivery, channels: Mapping[str, Channel], network: str) -> bool:
    who = channels.get(stands.channel)
    return who is not None and who.network == network


def _keep_what_is_by_hand(replaced: list[Delivery]) -> None:
    """Ask before a text for a network takes the place of words that somebody wrote for one post."""
    by_hand = next((each for each in replaced if each.template == BY_HAND), None)
    if by_hand is not None:
        author = name_of(by_hand.author)
        raise AskAgain(f"{author} wrote the post on {by_hand.channel} by hand", "`--again` puts this text in its place")


def _of_its_photo(flags: Flags, article: Article) -> Flags:
    """Note which photo a new description is of, and which one a new point lies on."""
    if flags.alt and not flags.alt_of:
        if article.photo is None:
            raise RefusedVerb(f"story {article.story} has no photo to describe")
        flags = replace(flags, alt_of=file_of(article.photo))
    if flags.focus and not flags.focus_of:
        if article.photo is None:
            raise RefusedVerb(f"story {article.story} has no photo to cut")
        flags = replace(flags, focus_of=file_of(article.photo))
    return flags


def _sped_up(waiting: Delivery, who: Channel | None, marked: Article, now: datetime, *, zone: str) -> Delivery:
    """Write what waits anew, and send it now where it is breaking news from here on."""
    fresh = thawed(in_lane(waiting, marked, who, now))
    if fresh.is_breaking and waiting.reason is Reason.HUSHED:  # a hush lets breaking news through
        lives = lives_until(who, now, zone=zone) if who else now
        fresh = replace(fresh, due_at=max(now, fresh.due_at), expires_at=max(fresh.expires_at, lives))
        if fresh.reason is Reason.HUSHED:
            fresh = replace(fresh, state=State.DUE, reason=Reason.BREAKING, detail="")
    return fresh


def _asked(fresh: Delivery, who: Channel, marked: Article, now: datetime, *, lists: WordLists, actor: str) -> Delivery:
    mourns, is_wrong = is_solemn(marked, lists), is_called_wrong(marked)
    if not mourns and not is_wrong:
        return let_on(fresh, who, actor, now)
    return asked(fresh, who, is_solemn=mourns, is_wrong=is_wrong)
