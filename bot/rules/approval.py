"""Knows who has to be asked before a post goes out, and when an answer no longer counts. Pure."""

from dataclasses import replace
from datetime import datetime

from bot.articles.photo import told_by_person
from bot.model import Article, Channel, Delivery, Kind, Reason, State
from bot.rules.persons import is_same, name_of
from bot.rules.standing import BY_HAND, REPEATABLE, to_due, to_held
from bot.tongue import phrase

CORRECTS = frozenset({Kind.REPLY, Kind.PART})
"""Kinds that correct what is out: whatever the channel, nobody gets one that was not approved as it reads."""
CORRECTION = phrase("a correction of what is out")
"""The detail of a hold for approval that every correction asks for."""
CALLED_WRONG = phrase("a person said that something in the story is wrong")
"""The detail of a hold for approval of words that a person called wrong since."""
FOUR_EYES = phrase("a person wrote it, and another one approves it here")
"""The detail of a hold for approval of a person's words on a channel with four eyes."""
CORRECTED = "correction"
"""Under what a story's flags name the author of its correction."""
DESCRIBED = "alt"
"""Under what a story's flags name the author of its photo's description."""
SOLEMN = phrase("a solemn story")
"""The detail of a hold for approval that a solemn story alone asks for."""
SOLEMN_FILM = phrase("a solemn story never becomes a film by itself")
"""The same on a channel of films, whatever its settings say."""


def asks(who: Channel, *, is_solemn: bool) -> str | None:
    """Say why a channel asks for approval of a story, "" where it asks for all; None: it does not."""
    if is_solemn and who.form == "video":
        return SOLEMN_FILM
    if is_solemn and (who.solemn == "approval" or who.approval == "always"):
        return SOLEMN
    return "" if who.approval == "always" else None


def authors_of(stands: Delivery, who: Channel, article: Article | None) -> tuple[str, ...]:
    """Name all who wrote what a delivery would say, none where a template does. `article`: its story, if it has one."""
    if article is None:
        return (stands.author,) if stands.author else ()
    flags, named = article.flags, dict(article.flags.authors)
    described = told_by_person(article) if who.form == "photo" and who.describes else ""
    by_alt = named.get(DESCRIBED, "") if described else ""
    if stands.template == BY_HAND:  # its photos are described as they were when it was written
        is_shown = stands.post is not None and described in [each.alt for each in stands.post.media]
        return tuple(each for each in (stands.author, by_alt if is_shown else "") if each)
    by_network = "" if stands.kind in CORRECTS else named.get(who.network, "")
    # A template may show what is said to be wrong in any post of the story.
    by_note = named.get(CORRECTED, "") if flags.correction or stands.kind in CORRECTS else ""
    return tuple(each for each in (by_network, by_note, by_alt) if each)


def is_author(actor: str, stands: Delivery, who: Channel, article: Article | None) -> bool:
    """Whether a channel with four eyes asks somebody else to approve, as this person wrote what it says or a part."""
    return who.four_eyes and any(is_same(each, actor) for each in authors_of(stands, who, article))


def needs_approval(
    delivery: Delivery, who: Channel, *, is_solemn: bool, is_wrong: bool = False, authors: tuple[str, ...] = ()
) -> str | None:
    """Say why a channel asks for approval where nobody gave it to these very words; None: nothing is to be asked.

    `is_wrong`: a person called wrong what the article says (see `is_called_wrong`). `authors`: as of `authors_of`.
    """
    is_approved = bool(delivery.approved) and delivery.approved == delivery.digest
    if is_approved or delivery.kind is Kind.DELETE:
        return None
    if delivery.kind is Kind.EDIT:  # of its own it has a person's words, and they were approved or never asked for
        return FOUR_EYES if who.four_eyes else ""
    if delivery.kind in CORRECTS:
        return CORRECTION
    if who.four_eyes and authors:
        return FOUR_EYES
    return CALLED_WRONG if is_wrong else asks(who, is_solemn=is_solemn)


def asked(
    stands: Delivery, who: Channel, *, is_solemn: bool, is_wrong: bool = False, authors: tuple[str, ...] = ()
) -> Delivery:
    """Hold a due delivery that asks for an approval nobody gave."""
    if stands.state is not State.DUE:
        return stands
    why = needs_approval(stands, who, is_solemn=is_solemn, is_wrong=is_wrong, authors=authors)
    return stands if why is None else to_held(stands, Reason.APPROVAL, why)


def is_called_wrong(article: Article) -> bool:
    """Whether a person corrected what the article says, and its source said nothing new since."""
    return article.flags.wrong_until > 0 and article.revision <= article.flags.wrong_until


def approved_by(actor: str, remark: str) -> str:
    """Write who approved a post into the delivery's detail, and what an editor should know of the post."""
    return f"{actor} ({remark})" if remark else actor


def taken_back(stands: Delivery, actor: str) -> Delivery:
    """Tell how a delivery stands once a person took an approval or a rejection back: its words are asked again."""
    return to_held(replace(stands, approved=""), Reason.APPROVAL, phrase(f"{name_of(actor)} took the decision back"))


def hushes(stands: Delivery) -> bool:
    """Whether a hush keeps a delivery back: not breaking news, nor what mends or takes down a post that is out."""
    return not stands.is_breaking and stands.kind not in REPEATABLE


def hushed(delivery: Delivery, actor: str) -> Delivery:
    """Tell how a delivery stands whose time came while everything but breaking news was hushed by `actor`."""
    return to_held(delivery, Reason.HUSHED, actor)


def remark_of(stands: Delivery) -> str:
    """Read from a delivery what an editor should know of its post until it is out, such as why it has no picture."""
    if stands.reason in (Reason.PICTURE_REFUSED, Reason.UNLINKED):
        return stands.detail
    return stands.detail.partition(" (")[2].removesuffix(")") if stands.reason in _BY_WHOM else ""


_BY_WHOM = frozenset({Reason.APPROVED, Reason.MOVED, Reason.WRITTEN, Reason.RELEASED})
"""Reasons whose detail is who acted, and a remark in brackets."""


def let_on(stands: Delivery, who: Channel, actor: str, now: datetime) -> Delivery:
    """Let go what waited for approval for being solemn only, once a person said that the story is not."""
    waits = (stands.state, stands.reason) == (State.HELD, Reason.APPROVAL) and stands.detail in (SOLEMN, SOLEMN_FILM)
    if not waits or needs_approval(stands, who, is_solemn=False) is not None:
        return stands
    return to_due(stands, Reason.RELEASED, max(now, stands.due_at), actor)


def thawed(waiting: Delivery, *, why: Reason | None = None) -> Delivery:
    """Tell how a waiting delivery stands once its words must be written anew: an approval dies with its post.

    What was approved is asked about again. Words that a person wrote stay, whatever became of the story, and are asked
    about too.
    """
    is_due, is_by_hand = waiting.state is State.DUE, waiting.template == BY_HAND
    loose = replace(waiting, gone_looks=0, approved="")
    if not is_by_hand:
        loose = replace(loose, post=None, digest="", template="", author="")
    if (is_due and (waiting.approved or is_by_hand)) or (is_by_hand and (waiting.state, waiting.reason) in _LET_GO):
        since = phrase("approval") if waiting.approved else _WRITTEN
        return to_held(loose, Reason.APPROVAL, (_changed_after if why is Reason.REVISED else _marked_after)(since))
    if waiting.state is State.HELD and why is Reason.REVISED and (waiting.reason, waiting.detail) == _ASKS_FOR_ALL:
        return replace(loose, detail=phrase("the article changed since it first asked"))
    return replace(loose, reason=why) if waiting.state is State.DUE and why is not None else loose


def given_way(stands: Delivery) -> Delivery:
    """Take its words from a delivery that was `thawed`, where a text for its network, or its template, has others."""
    loose = replace(stands, post=None, digest="", template="", author="")
    if stands.template == BY_HAND and stands.detail == _marked_after(_WRITTEN):
        return replace(loose, detail=phrase("other words took the place of those written by hand"))
    return loose


def outlived(stands: Delivery) -> Delivery:
    """Ask about words of a person that outlived a change of their article, before they are let go."""
    return to_held(stands, Reason.APPROVAL, _changed_after(_WRITTEN))


def _changed_after(since: str) -> str:
    return phrase(f"the article changed after {since}")


def _marked_after(since: str) -> str:
    return phrase(f"somebody marked the story after {since}")


_WRITTEN = phrase("its post was written by hand")
_ASKS_FOR_ALL = (Reason.APPROVAL, "")
_LET_GO = frozenset({(State.HELD, Reason.APPROVAL), (State.HELD, Reason.HUSHED)})
"""Holds that end without anybody looking at the words: by a mark that says that the story needs none."""
