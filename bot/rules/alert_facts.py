"""The facts of alerts in words: for each cause, what is so here and now, and what a person can do about just this.

What holds for a cause at all times stands in `rules/alert_cases.py`. Pure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.model import Article, Delivery, Reason
from bot.rules.alert_words import moment
from bot.rules.standing import is_had
from bot.rules.why import person
from bot.tongue import phrase, span


class Fact(NamedTuple):
    """What is so, as the rest of a sentence. `fix`: what a person can do; empty: what helps with any of its cause."""

    what: str
    fix: str = ""


def access_ends(at: datetime, days: int, *, zone: str) -> Fact:
    """Say when an account's access ends. `days`: the stage it has reached, 0 once it is over."""
    until = moment(at, zone)
    left = span(timedelta(days=days))
    return Fact(f"its access ends on {until}, within {left}" if days else f"its access ended on {until}")


def delivery_held(stands: Delivery, known: Article | None) -> Fact:
    """Say which post needs a person, and why."""
    why = f"({stands.reason.replace('_', ' ')}): {stands.detail}".rstrip(": ")
    title, fix = f"“{known.title}” " if known else "", phrase(f"`jarshy why {stands.id}` says what to do")
    if is_had(stands):
        return Fact(f"{title}is with the network of {stands.channel}, and a person decides {why}", fix)
    if stands.reason is Reason.UNDECIDABLE:
        return Fact(f"{title}may already be out on {stands.channel} {why}", fix)
    return Fact(f"{title}needs a person on {stands.channel} {why}", fix)


def unclear_for_long(channel: str, detail: str, known: Article | None) -> Fact:
    """Say of which post nobody knows for long whether it is out."""
    return Fact(f"{_post(known)} may or may not be out on {channel}, and we cannot tell yet: {detail}")


def worked_on_for_long(channel: str, detail: str, known: Article | None) -> Fact:
    """Say which post its network has had for long without an end."""
    return Fact(
        f"the network of {channel} has all of {_post(known)} and is still at work on it: {detail}; we go on asking, "
        "and you need do nothing before we say so"
    )


def asked_to_wait(channel: str, why: str, known: Article | None) -> Fact:
    """Say which post its network keeps waiting for longer than it has time."""
    because = f": {why}" if why else ""
    return Fact(f"{_post(known)} cannot go out on {channel} in time, as its network asked us to wait{because}")


def unapproved_for_long(channel: str, known: Article | None) -> Fact:
    """Say which post nobody has approved while half of its time went by."""
    return Fact(f"nobody has approved {_post(known)} for {channel}, and half of its time is over")


def story_revised(out: Delivery, known: Article | None, why: str) -> Fact:
    """Say which post's article says something else now, and what a person can do with the post."""
    # Which of them the network can, the verbs themselves say.
    also = phrase(f"`edit-post {out.id}` or `delete-post {out.id}` where the network can")
    fix = phrase(f"`correct {out.story} TEXT` tells readers what was wrong; {also}")
    # Two sentences: of two places side by side, nobody could tell later what filled which.
    if known is None:
        return Fact(f"the article changed after it was posted on {out.channel}: {why}", fix)
    return Fact(f"the article changed after it was posted on {out.channel} (“{known.title}”): {why}", fix)


def wish_too_late(out: Delivery, known: Article | None, *, verb: str, actor: str) -> Fact:
    """Say which post was out before somebody could stop it, and where readers see it."""
    address = (out.receipt.url if out.receipt else None) or (known.url if known else "")
    seen = f": {address}" if address else ""
    asked = _STOPS.get(verb, verb)
    return Fact(f"{_post(known)} was out on {out.channel} before {person(actor)} could {asked} it{seen}", _gone(out))


_STOPS = {"hold": phrase("hold back"), "cancel": phrase("cancel"), "undo": phrase("undo")}


def _gone(out: Delivery) -> str:
    return phrase(f"look at it; `delete-post {out.id}` takes it down, where the network can")


def nothing_posted(stories: int) -> Fact:
    """Say how many stories came, and none went out."""
    return Fact(f"{stories} stories have come, and no channel has posted one since")


def source_silent(last: datetime, expected: float | None, *, zone: str) -> Fact:
    """Say since when a feed brings nothing; `expected`: how many stories should have come."""
    came = moment(last, zone)
    if expected is None:
        return Fact(f"its last story came on {came}")
    return Fact(f"its last story came on {came}; about {expected:.0f} should have come since")


def source_gap(begin: datetime | None, end: datetime | None, *, zone: str) -> Fact:
    """Say between which two moments a feed may have lost stories."""
    first, last = moment(begin, zone) if begin else phrase("the last poll"), moment(end, zone) if end else phrase("now")
    return Fact(
        f"stories between {first} and {last} may be missing: nothing in the feed was known from before",
        "for each story of that time on the site, `jarshy why ADDRESS`: only one it does not know was missed (one that "
        "is out stands there too)",
    )


def source_lacks(unpostable: Sequence[str], *, breaks_off: bool) -> Fact:
    """Say what of a feed cannot be used; `unpostable`: a sentence for each entry that cannot be posted."""
    said = [phrase("it breaks off before its end, so stories may be missing")] if breaks_off else []
    said += [each.rstrip(".") for each in unpostable[:_MOST_NAMED]]
    more = len(unpostable) - _MOST_NAMED
    said += [phrase(f"and {more} more")] if more > 0 else []
    return Fact("; ".join(said))


_MOST_NAMED = 3
"""How many entries that cannot be posted an alert names."""


def source_away(stories: int, away: str) -> Fact:
    """Say how many stories are not posted because nobody read their feed for so long (`away`, in words)."""
    return Fact(
        f"{stories} stories that came while it was not read for {away} are not posted by themselves",
        "look at what came in that time, and `jarshy release ID` what is still news",
    )


def source_flood(stories: int) -> Fact:
    """Say how many stories came at once."""
    return Fact(
        f"{stories} stories came at once, far more than this feed ever brings, and all of them wait for a person",
        "look at `jarshy queue`; `jarshy release --reason flood` lets all of them go, `jarshy cancel --reason flood` "
        "none (both list them and ask first)",
    )


def template_waits(name: str, *, version: int, used: int, author: str) -> Fact:
    """Say which version of a template waits behind which."""
    return Fact(
        f"version {version} from the changed file waits behind version {used} in use, which {person(author)} saved",
        f"`jarshy template diff {name}` shows both; `jarshy template import` with the file takes the file's",
    )


def template_refused(name: str, why: str, *, is_new: bool) -> Fact:
    """Say why a template's file cannot be used."""
    none, stays = (
        phrase(f"its file cannot be used, and there is no earlier version: {why}"),
        phrase(f"its file cannot be used, so the version before it stays: {why}"),
    )
    return Fact(
        none if is_new else stays,
        f"mend the file: `jarshy template check {name}` and `jarshy template test {name}` show what is wrong",
    )


def left_settings(kind: str, name: str, *, waits: int, unclear: int) -> Fact:
    """Say what waits for a channel, or of a source, that left the settings, and what ends it."""
    waiting = _waiting_on(waits) if kind == "channel" else _waiting_of(waits)
    gone = phrase(f"it is gone from the settings, and {waiting}")
    fix = phrase("put it back into the settings")
    if waits:
        fix = phrase(f"{fix}, or `jarshy forget {name}` cancels what waits")
    if unclear:
        fix = phrase(f"{fix}, or look yourself, and `jarshy resolve` says what you saw")
        gone = phrase(f"{gone}; of {unclear} nobody knows whether they are out")
    return Fact(gone, fix)


def _waiting_on(waits: int) -> str:
    return phrase("1 post waits on it") if waits == 1 else phrase(f"{waits} posts wait on it")


def _waiting_of(waits: int) -> str:
    return phrase("1 post waits of it") if waits == 1 else phrase(f"{waits} posts wait of it")


def settings_refused(why: str) -> Fact:
    """Say what is wrong with changed settings."""
    return Fact(why, "mend the file (`jarshy check` names each line), then `jarshy reload`")


def disk_low(free: int, total: int) -> Fact:
    """Say how much room is left, of bytes."""
    share = 100 * free / total
    return Fact(f"{free // 10**6} MB are free ({share:.1f} %) where the database lies")


def clock_off(off: timedelta) -> Fact:
    """Say by how much this machine's clock is behind (more than nothing) or ahead."""
    by = span(timedelta(seconds=round(abs(off).total_seconds())))
    behind = phrase(f"it is {by} behind the clocks of the sites and networks we ask")
    return Fact(behind if off > timedelta(0) else f"it is {by} ahead of the clocks of the sites and networks we ask")


def checkpoint_old(last: datetime | None, *, zone: str) -> Fact:
    """Say when the log was sealed last."""
    return Fact(f"the last checkpoint is of {moment(last, zone)}" if last else "it never was")


def seal_fails(error: Exception) -> Fact:
    """Say that sealing breaks for a reason nobody thought of: its kind alone, as what it says may hold anything."""
    return Fact(f"it ended in a {type(error).__name__}")


def audit_broken(why: str) -> Fact:
    """Say what of the log is not as it was sealed."""
    return Fact(
        why,
        "copy the database and `audit.checkpoint` elsewhere as they are; `jarshy audit verify` names the first bad "
        "row. Only if you put an older copy in place by hand: stop the daemon and run `jarshy restore --here`; if you "
        "changed AUDIT_KEY: put the old one on the second line of its file",
    )


def database_restored(copied_at: datetime) -> Fact:
    """Say which copy the database was brought back from, and what that means for posts."""
    return Fact(
        f"the copy it was brought back from ends {copied_at:%Y-%m-%d %H:%M} UTC; what may have gone out since is "
        "looked for, and nothing of it is sent again by itself",
        "`jarshy queue` lists what only you can settle; `resolve` says what you saw",
    )


def _post(known: Article | None) -> str:
    return f"“{known.title}”" if known else phrase("the post")
