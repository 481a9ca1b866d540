"""Knows what goes where and when: one decision for each article and channel. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.articles.typed import holds, typed
from bot.articles.wordlists import NO_LISTS, WordLists, is_solemn
from bot.model import Article, Channel, Delivery, Reason, Source, State
from bot.rules.approval import asked, asks
from bot.rules.pace import lives_until
from bot.tongue import phrase

VERSION = 4
"""Of these rules; stands in the audit row of every skip."""
EMBARGO_FROM = timedelta(minutes=10)
EMBARGO_MOST = timedelta(days=7)
AWAY_FROM = timedelta(days=7)
"""What we know of a feed is too old to tell news by from here on."""


FILTERS = frozenset({Reason.LANGUAGE, Reason.SECTION, Reason.TAG, Reason.KEYWORD})
"""What a channel's filters skip a story for."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Where a story's delivery to one channel begins, and why. `detail` names what the rule compared."""

    channel: str
    state: State
    reason: Reason
    due_at: datetime
    expires_at: datetime
    detail: str = ""
    is_breaking: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an article came: its source, and what the poll as a whole looked like.

    `is_backlog`: it was there before we first looked, or looked again after `away`.
    `is_flood`: far more stories came at once than ever do.
    """

    source: Source
    now: datetime
    is_backlog: bool = False
    away: timedelta | None = None
    is_flood: bool = False
    zone: str = "UTC"
    """The newsroom's, in which quiet hours are read."""
    lists: WordLists = NO_LISTS
    """The words that make a story solemn."""
    copied_at: datetime | None = None
    """Where the copy ends that the database was brought back from, if the story may have been posted since."""
    is_newer: bool = False
    """The channel is newer than the story."""


def plan(article: Article, channel: Channel, arrival: Arrival) -> Planned:
    """Decide where the delivery of `article` to a channel that listens to its source begins."""
    now = arrival.now
    breaking = article.flags.is_breaking(now)
    at, why_then = _when(article, channel, now, breaking=breaking)

    def stand(state: State, reason: Reason, detail: str = "") -> Planned:
        expires = lives_until(channel, max(at, now), zone=arrival.zone)
        return Planned(channel.id, state, reason, at, expires, detail, breaking)

    if arrival.is_backlog and arrival.away is not None:
        return stand(State.SKIPPED, Reason.LONG_AWAY, _age(arrival.away))
    if arrival.is_backlog:
        return stand(State.SKIPPED, Reason.FIRST_RUN)
    if arrival.is_newer:
        return stand(State.SKIPPED, Reason.FIRST_RUN, phrase("for this channel"))
    if said := filtered(article, channel):
        return stand(State.SKIPPED, *said)
    if article.published is not None and article.published < now - arrival.source.max_age:
        return stand(State.SKIPPED, Reason.TOO_OLD, _age(now - article.published))
    if article.published is not None and article.published > now + EMBARGO_MOST:
        return stand(State.HELD, Reason.FAR_FUTURE, article.published.date().isoformat())
    if arrival.copied_at is not None:
        return stand(State.UNKNOWN, Reason.RESTORED)
    if arrival.is_flood:
        return stand(State.HELD, Reason.FLOOD)
    if (why := asks(channel, is_solemn=is_solemn(article, arrival.lists))) is not None:
        return stand(State.HELD, Reason.APPROVAL, why)
    return stand(State.DUE, why_then)


def is_ahead(article: Article, now: datetime) -> bool:
    """Whether an article is dated so far ahead that this is an embargo and no difference between two clocks."""
    return article.published is not None and article.published > now + EMBARGO_FROM


def redated(
    stands: Delivery, article: Article, channel: Channel, now: datetime, *, zone: str, lists: WordLists = NO_LISTS
) -> Delivery:
    """Tell how a waiting delivery stands once its article bears another date, where the old or the new one is ahead."""
    breaking = article.flags.is_breaking(now)
    at, why_then = _when(article, channel, now, breaking=breaking)
    is_persons = stands.reason is Reason.MOVED and stands.due_at >= at  # who named a later time meant it
    at, why_then = (stands.due_at, Reason.MOVED) if is_persons else (at, why_then)
    moved = replace(stands, due_at=at, expires_at=lives_until(channel, at, zone=zone), is_breaking=breaking)
    if stands.state is State.HELD and stands.reason is not Reason.FAR_FUTURE:
        return moved
    if article.published is not None and article.published > now + EMBARGO_MOST:
        return replace(moved, state=State.HELD, reason=Reason.FAR_FUTURE, detail=article.published.date().isoformat())
    due = moved if stands.approved or is_persons else replace(moved, state=State.DUE, reason=why_then, detail="")
    return asked(due, channel, is_solemn=is_solemn(article, lists))


def _when(article: Article, channel: Channel, now: datetime, *, breaking: bool) -> tuple[datetime, Reason]:
    if article.published is not None and is_ahead(article, now):
        return article.published, Reason.EMBARGO
    if breaking:
        return now, Reason.BREAKING
    if channel.grace > timedelta(0):
        return now + channel.grace, Reason.GRACE
    return now, Reason.PLANNED


def in_lane(stands: Delivery, article: Article, who: Channel | None, now: datetime) -> Delivery:
    """Tell how a waiting delivery stands in the lane its story belongs to now: of breaking news, or its channel's turn.

    Breaking news waits out neither grace nor gap, but whatever else it waits for: the end of an embargo, a person, a
    moment that one named, a network.
    """
    settles = stands.created_at + who.grace if stands.created_at and who else None
    if not article.flags.is_breaking(now):
        slow = replace(stands, is_breaking=False)
        if stands.reason is not Reason.BREAKING:
            return slow
        if settles and settles > now:
            return replace(slow, reason=Reason.GRACE, due_at=max(stands.due_at, settles))
        return replace(slow, reason=Reason.PLANNED)
    breaking = replace(stands, is_breaking=True)
    if stands.reason in _AT_ONCE:
        return replace(breaking, reason=Reason.BREAKING, due_at=now)
    # Only the very moment its grace ends at: any other was named by a person, or asked for by a network.
    if stands.due_at != settles or (stands.state is State.DUE and stands.reason not in _OUT_OF_TURN):
        return breaking
    at = min(stands.due_at, max(now, article.published or now))
    says_so = at == now and stands.reason is Reason.REVISED and not stands.detail
    return replace(breaking, due_at=at, reason=Reason.BREAKING if says_so else stands.reason)


_AT_ONCE = frozenset({Reason.PLANNED, Reason.GRACE, Reason.BREAKING, Reason.PACE})
"""What breaking news goes out at once from; never what waits for an embargo, an approval or the network."""
_OUT_OF_TURN = frozenset({Reason.RELEASED, Reason.REVISED})
"""Due ones that may still wait out the grace their story came with."""


def filtered(article: Article, channel: Channel) -> tuple[Reason, str] | None:
    """Tell which of a channel's filters bars an article, and what it compared; None: it may come."""
    section, tags = article.section.casefold(), {tag.casefold() for tag in article.tags}
    if channel.languages and article.language not in channel.languages:
        return Reason.LANGUAGE, article.language
    if channel.sections and section not in {s.casefold() for s in channel.sections}:
        return Reason.SECTION, article.section or _NONE
    if section and section in {s.casefold() for s in channel.not_sections}:
        return Reason.SECTION, article.section
    if channel.tags and not tags & {t.casefold() for t in channel.tags}:
        return Reason.TAG, ", ".join(article.tags) or _NONE
    if barred := tags & {t.casefold() for t in channel.not_tags}:
        return Reason.TAG, ", ".join(sorted(barred))
    return _by_words(article, channel)


def _by_words(article: Article, channel: Channel) -> tuple[Reason, str] | None:
    """Look for keywords where a story says what it is about: a text's twentieth paragraph may mention anything."""
    if not channel.keywords and not channel.not_keywords:
        return None
    opening = typed("\n".join((article.title, article.dek, article.lead)))
    if channel.keywords and not any(holds(opening, word) for word in channel.keywords):
        return Reason.KEYWORD, phrase(f"none of {', '.join(map(_quoted, channel.keywords))}")
    barred = next((word for word in channel.not_keywords if holds(opening, word)), None)
    return (Reason.KEYWORD, _quoted(barred)) if barred else None


def _quoted(word: str) -> str:
    return f"“{word}”"


_NONE = phrase("none given")


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return phrase(f"{hours} h") if hours < 72 else f"{hours // 24} days"
