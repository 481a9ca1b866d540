"""Puts alerts into words: a subject, and a text in four parts. Pure; docs/alerts.md shows all of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.alert_cases import CASES, Case
from bot.rules.alerts import Alert, News
from bot.tongue import ENGLISH, Tongue, span

_MOST_LINES = 8
_MOST_NAMES = 5
_LONGEST = 500
"""Characters of what one network said: a message that is too long is read by nobody."""


@dataclass(frozen=True, slots=True)
class Words:
    """A message for people."""

    subject: str
    text: str


def words(news: News, *, newsroom: str, zone: str) -> Words:
    """Write the message: what happened, since when, what we do and when, what you can do."""
    case, first = CASES[news.cause], news.alerts[0]
    many = len(news.alerts) > 1
    forms = (case.overs if many else case.over) if news.is_over else (case.many if many else case.one)
    head = forms.format(name=name_of(first.scope), n=len(news.alerts))
    parts = _over(news, head, zone) if news.is_over else _opened(news, head, case, zone)
    labels = ("What happened", "Since when", "What we do", "What you can do")
    text = "\n".join(f"{label}: {said}" for label, said in zip(labels, parts, strict=True))
    return Words(f"{newsroom}: {head}", text)


@dataclass(frozen=True, slots=True)
class Parts:
    """An open alert for a page that has buttons, each part a sentence: since when stands beside it."""

    what: str
    we: str
    you: str


def parts(each: Alert, tongue: Tongue = ENGLISH) -> Parts:
    """Write what happened, what we do by ourselves and what a person can do, in a reader's language."""
    case, say = CASES[each.cause], tongue.say
    head, what = say(case.one).format(name=name_of(each.scope)), tongue.recall(" ".join(each.what.split())[:_LONGEST])
    we = say(case.we) if case.we.startswith("nothing") else say("we {do}").format(do=say(case.we))
    return Parts(
        _sentence(f"{head}: {what}" if what else head),
        _sentence(we),
        _sentence(_by_buttons(each, case, tongue)),
    )


def _by_buttons(each: Alert, case: Case, tongue: Tongue) -> str:
    """Say what a person can do on the desk: its own acts in place of commands, which stay where it has none."""
    if each.fix and not (case.on_desk and "`" in each.fix):
        return tongue.recall(each.fix)
    return tongue.say(case.on_desk or case.you)


def _sentence(said: str) -> str:
    return _ended(f"{said[:1].upper()}{said[1:]}")


def checkpoint_words(note: str, *, newsroom: str) -> Words:
    """Write what goes with a checkpoint of the audit log: its text is the note and nothing else, so it can be kept."""
    rows = int(note.split("\n")[1])
    return Words(f"{newsroom}: checkpoint of the audit log, {rows} rows", note.removesuffix("\n"))


def name_of(scope: str) -> str:
    """Tell what a scope names: `feed` of "source:feed"."""
    return scope.partition(":")[2] or scope


def moment(at: datetime, zone: str) -> str:
    """Write a moment by the newsroom's clock; alerts are read days later, so always with its date."""
    return at.astimezone(ZoneInfo(zone)).strftime("%-d %B, %H:%M")


def _opened(news: News, head: str, case: Case, zone: str) -> tuple[str, str, str, str]:
    first, many = news.alerts[0], len(news.alerts) > 1
    since = moment(min(each.opened_at for each in news.alerts), zone)
    ended = [each.closed_at for each in news.alerts if each.closed_at]
    if many:
        since += " (the first of them)"
    elif ended:
        since += f"; it has been over since {moment(ended[0], zone)}, and we watch whether it comes back"
    you = (case.all_you or case.you) if many else first.fix or case.you
    return _happened(news, head, is_over=False), f"{since}.", _ended(case.we), _ended(you)


def _over(news: News, head: str, zone: str) -> tuple[str, str, str, str]:
    until = max(each.closed_at or each.opened_at for each in news.alerts)
    begin = min(each.opened_at for each in news.alerts)
    times = max(each.times for each in news.alerts)
    came = f"; it came and went {times} times" if times > 1 else ""
    since = f"{moment(until, zone)}. It began on {moment(begin, zone)} and lasted {_lasted(until - begin)}{came}."
    return _happened(news, head, is_over=True), since, "go on as before.", "nothing. This is only to tell you."


def _happened(news: News, head: str, *, is_over: bool) -> str:
    """Say it once where all of them say the same, else line by line."""
    said: dict[str, list[str]] = {}
    for each in news.alerts:
        said.setdefault(" ".join(each.what.split())[:_LONGEST], []).append(_named(each))
    top = head[0].upper() + head[1:]
    if len(news.alerts) == 1:
        (what,) = said
        joint = ". It was: " if is_over else ": "
        return f"{top}{joint}{_ended(what)}" if what else f"{top}."
    lines = [f"  {_names(names)}: {_ended(what)}" for what, names in said.items()]
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"  and {len(lines) - _MOST_LINES} more; `jarshy queue` lists all that is open."]
    return "\n".join([f"{top}.", *lines])


def _named(each: Alert) -> str:
    kind, _, name = each.scope.partition(":")
    return f"{_KINDS.get(kind, kind)} {name}".rstrip()


_KINDS = {"source": "feed", "delivery": "post"}


def _names(names: list[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"


def _ended(said: str) -> str:
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _lasted(length: timedelta) -> str:
    hours = timedelta(hours=1)
    if length >= 48 * hours:
        return f"{length // timedelta(days=1)} days"
    if length >= 2 * hours:
        return f"{round(length / hours)} hours"
    return span(max(timedelta(minutes=1), round(length / timedelta(minutes=1)) * timedelta(minutes=1)))
