"""Puts an audit row into words for people. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.audit.rows import Action
from bot.rules.persons import name_of
from bot.tongue import ENGLISH, Tongue, phrase

WORDS: dict[Action, str] = {
    Action.STORY_SEEN: "seen in {source}: {title} ({url})",
    Action.STORY_MERGED: "seen in {source} as well ({url}), the same story by the rule {rule}",
    Action.STORY_SPLIT: "{url} was split off: it is story {into} now",
    Action.STORY_REVISED: "changed in {source}, revision {revision} {change}: {why}",
    Action.STORY_RETRACTED: "withdrawn by the newsroom",
    Action.STORY_MARKED: "marked: {said}",
    Action.DELIVERY_PLANNED: "{channel} {delivery} planned: {state} {because} {remark}",
    Action.DELIVERY_MOVED: "{channel} {delivery} is {state} {because} {remark} {url}",
    Action.DELIVERY_INTENDED: "{channel} {delivery} is about to be sent {post} {costs}",
    Action.DELIVERY_WISHED: "{channel} {delivery} may be out already; the wish to {wish} is kept {instead}",
    Action.DELIVERY_THAWED: "{channel} {delivery} is written anew: {state} {because}",
    Action.DELIVERY_FROZEN: "{channel} {delivery} has other words: {text}",
    Action.CHANNEL_PAUSED: "{channel} paused",
    Action.CHANNEL_RESUMED: "{channel} resumed",
    Action.CHANNEL_HUSHED: "{channel} hushed: nothing but breaking news goes out",
    Action.CHANNEL_UNHUSHED: "{channel} goes on after the hush",
    Action.CHANNEL_STOPPED: "{channel} stopped: {why}",
    Action.CHANNEL_STARTED: "{channel} serves again",
    Action.CHANNEL_UNANSWERED: "{channel} waits, its network failed {fails} times in a row: {why}",
    Action.CHANNEL_ANSWERED: "{channel} goes on, its network answers again",
    Action.CHANNEL_CHARGED: "{channel} paid {price} for {fee}",
    Action.CHANNEL_LOST: "{channel} was taken over by another run",
    Action.ACCOUNT_STOPPED: "account {account} stopped: {why}",
    Action.ACCOUNT_STARTED: "account {account} serves again",
    Action.SESSION_RENEWED: "account {account} signed in anew",
    Action.ACCOUNT_CONNECTED: "account {account} was connected, it speaks for {subject} {rights} {until}",
    Action.KEY_REPLACED: "the key that seals stored sign-ins was replaced; {count} were sealed anew",
    Action.SOURCE_FAILED: "source {source} failed: {why}",
    Action.SOURCE_RECOVERED: "source {source} answers again",
    Action.SOURCE_MOVED: "source {source} moved from {old} to {new}{why}",
    Action.SOURCE_ODD: "odd in source {source}: {why}",
    Action.TEMPLATE_STORED: "template {template} version {version} stored {origin} {stands}",
    Action.TEMPLATE_ROLLED_BACK: "template {template} is as its version {again} was; this is version {version}",
    Action.TEMPLATE_RETIRED: "template {template} version {version} out of use, its file is gone",
    Action.PERSON_INVITED: "{person} may choose a password {kind}, as {role}",
    Action.PERSON_CHANGED: "{person} changed: {said}",
    Action.PERSON_ENDED: "{person} may not come in any more",
    Action.PERSON_SIGNED_IN: "{person} signed in",
    Action.PERSON_SIGNED_OUT: "{person} signed out {said}",
    Action.TEMPLATE_EXAMPLE_ADDED: "template {template} must give example {example} on {channel}: {text}",
    Action.TEMPLATE_EXAMPLE_REMOVED: "template {template} need not give example {example} any more",
    Action.ALERT_OPENED: "alert for {scope}: {what}",
    Action.ALERT_CLOSED: "alert for {scope} is over {cause}",
    Action.ALERT_HURRIED: "what {sink} lacks of alerts is told again at once",
    Action.DAEMON_STARTED: "the daemon started",
    Action.DAEMON_STOPPED: "the daemon stopped",
    Action.DATABASE_RESTORED: "the database was brought back from a copy that ends {ends}; {said}",
    Action.CLOCK_SET: "the clock of this machine was set {said}; waiting times were set anew",
    Action.STORE_PRUNED: "dropped what is no longer kept: {counts}",
    Action.SETTINGS_LOADED: "the settings were read anew: {said}",
    Action.SETTINGS_REFUSED: "the changed settings were refused, the old ones stay: {why}",
    Action.LEFT_FORGOTTEN: "{channel} {source} is gone from the settings and was forgotten; {waited} cancelled",
}
MAYBE_CHARGED = phrase("{channel} may have paid up to {most} for {fee}; no answer says how much")
_SHOWN_OF_A_DIGEST = 8
_PRUNED = {
    "stories": phrase("stories {many}"),
    "revisions": phrase("revisions {many}"),
    "merged": phrase("merged entries {many}"),
    "posts": phrase("texts of posts {many}"),
    "attempts": phrase("attempts {many}"),
    "memos": phrase("notes of tries {many}"),
    "pages": phrase("pages of the file {many}"),
}
_COUNTS = ("count", "fails", "waited")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,12})?")
_FEES = {
    "account": phrase("asking whose its account is"),
    "posts": phrase("reading its own posts"),
    "description": phrase("describing a picture"),
    "deletion": phrase("taking a post down"),
}
NOT_OURS = phrase("(no row that Jarshy writes: `jarshy audit verify` says more)")
_CODED = ("reason", "change", "cause", "kind", "origin")
"""Facts that are one of a closed list: they stand in brackets, as a word alone is said in many ways."""
_OURS = ("detail", "remark", "why", "what", "said", "instead", "stands", "new", "old", "ends")
"""Facts in sentences of ours, or of a network or feed: what is known again is said in the reader's language."""


def facts_of(content: bytes) -> dict[str, Any]:
    """Read a row's bytes; nothing where somebody has written them by hand, so that they are no row any more."""
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) and isinstance(said.get("at"), int) else {}


def named(action: str) -> str:
    """Write what happened as words: "delivery moved"."""
    return " ".join(action.replace("_", " ").split("."))


def coded(word: str) -> str:
    """Write a word of a closed list as it stands in brackets behind what it explains."""
    return f"({word.replace('_', ' ')})" if word else ""


def words(row: Mapping[str, Any], tongue: Tongue = ENGLISH) -> str:
    """Say what a row tells, without who and when; a row that was changed by hand is said to be that."""
    try:
        return _words(row, tongue)
    except (KeyError, ValueError, TypeError, AttributeError):
        return tongue.say(NOT_OURS)


def _words(row: Mapping[str, Any], tongue: Tongue) -> str:
    say, facts = _saying(tongue), _Blank(row)
    facts |= {name: say(coded(facts[name])) for name in _CODED} | {
        name: _recalled(facts[name], tongue) for name in _OURS
    }
    facts["because"] = _because(row, facts)
    facts |= {name: say(facts[name]) for name in ("state", "wish", "role", "rule")}
    facts["remark"] = f"({facts['remark']})" if facts["remark"] else ""
    facts["scope"] = _thing(facts["scope"], say)
    facts["person"] = say(facts["person"]) if " " in facts["person"] else facts["person"]
    # A post that is taken down has no words to name.
    post = say("(post {digest})") if facts["digest"] else ""
    facts["post"] = post.format(digest=facts["digest"][:_SHOWN_OF_A_DIGEST])
    facts |= {name: _counted(facts[name], tongue) for name in (*_PRUNED, *_COUNTS) if name in facts}
    facts |= {name: _paid(facts[name], tongue) for name in ("price", "most") if facts[name]}
    facts["counts"] = ", ".join(say(told).format(many=facts[name]) for name, told in _PRUNED.items() if name in facts)
    facts["rights"] = say("with the rights {rights}").format(rights=facts["rights"]) if facts["rights"] else ""
    facts["until"] = say("until {day}").format(day=_dated(facts["until"], tongue)) if facts["until"] else ""
    facts["costs"] = say("for {price}").format(price=facts["price"]) if facts["price"] else ""
    facts["fee"] = say(_FEES.get(facts["fee"], facts["fee"]))
    told = MAYBE_CHARGED if facts["most"] else WORDS[Action(row["action"])]
    said = say(told).format_map(facts)
    return " ".join(said.split()).removesuffix(":")


def _counted(said: Any, tongue: Tongue) -> Any:
    """Write a count as the reader's language does; what somebody wrote in its place stays."""
    return tongue.number(said) if isinstance(said, int) else said


def _paid(said: str, tongue: Tongue) -> str:
    return tongue.money(said) if _AMOUNT.fullmatch(said) else f"${said}"


def _dated(said: str, tongue: Tongue) -> str:
    return tongue.day(date.fromisoformat(said)) if _DAY.fullmatch(said) else said


def _recalled(said: str, tongue: Tongue) -> str:
    """Say stored words; behind who acted may stand a remark in brackets."""
    name, bracket, remark = said.partition(" (")
    if bracket and name_of(name) != name:
        return f"{name} ({tongue.recall(remark.removesuffix(')'))})"
    return tongue.recall(said)


def _because(row: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Give the reason where it says more than the state, and its detail where it is not just who acted."""
    is_plain = row.get("reason", "") in (row.get("state", ""), "planned")
    reason = "" if is_plain else facts["reason"][1:-1]
    detail = "" if row.get("detail", "") == row.get("actor", "") else name_of(facts["detail"])
    said = ": ".join(each for each in (reason, detail) if each)
    return f"({said})" if said else ""


def _thing(scope: str, say: Callable[[str], str]) -> str:
    """Say what an alert is about: "source main"."""
    kind, _, name = scope.partition(":")
    return " ".join(filter(None, (say(kind), name)))


def _saying(tongue: Tongue) -> Callable[[str], str]:
    # Of no words a list of words gives its own head.
    return lambda said: tongue.say(said) if said else ""


class _Blank(dict[str, Any]):
    """Facts of which a missing one reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""
