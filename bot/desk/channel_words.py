"""A channel's settings and rules in plain words, each as what it is about and what holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from adapters.contract import Rate
from bot.desk.here import Here
from bot.desk.paper import manner_of
from bot.model import Budget, Channel

__all__ = ["Fact", "rules", "settings", "times"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that holds: a name for it, and the words."""

    about: str
    said: str


def settings(here: Here, who: Channel, title: str) -> list[Fact]:
    """Tell where a channel posts, and in which form; the settings hold no secrets, only their names."""
    gettext = here.t.gettext
    forms = {
        "card": gettext("Words and a link with its card"),
        "photo": gettext("Words and the article's photo"),
        "text": gettext("Words alone"),
        "video": gettext("A short film made of the story, and words"),
    }
    own = who.template or gettext("that of its network")
    return [
        Fact(gettext("Network"), title),
        Fact(gettext("Account"), who.account),
        *(Fact(here.tongue.say(name), value) for name, value in who.place),
        Fact(gettext("Form"), forms[who.form]),
        Fact(gettext("Template"), own),
    ]


def rules(here: Here, who: Channel) -> list[Fact]:
    """Tell which articles a channel takes, and which of them wait for a person."""
    gettext = here.t.gettext
    found = [
        Fact(gettext("Sources"), _listed(who.sources) or gettext("all")),
        Fact(gettext("Languages"), _listed(who.languages) or gettext("all")),
        Fact(gettext("Sections"), _taken(here, who.sections, who.not_sections)),
        Fact(gettext("Tags"), _taken(here, who.tags, who.not_tags)),
        Fact(gettext("Words in headline, summary or lead"), _taken(here, who.keywords, who.not_keywords)),
        Fact(
            gettext("Approval"),
            gettext("Each post waits for it") if who.approval == "always" else gettext("Posts go out without it"),
        ),
    ]
    if who.approval != "always":
        mourned = who.solemn == "approval"
        said = gettext("They wait for approval") if mourned else gettext("They go out like others")
        found.append(Fact(gettext("Stories of death and disaster"), said))
    if who.alt_text != "optional":
        waits = who.alt_text == "hold"
        said = gettext("Posts wait for a description") if waits else gettext("Posts go out without that photo")
        found.append(Fact(gettext("Photos without alternative text"), said))
    if who.four_eyes:
        said = gettext("Words somebody wrote by hand are approved by somebody else")
        found.append(Fact(gettext("Four eyes"), said))
    return found


def times(here: Here, who: Channel) -> list[Fact]:
    """Tell when and how often a channel posts."""
    gettext, span = here.t.gettext, manner_of(here).span
    gap = gettext("%(span)s at least; breaking news does not wait") % {"span": span(who.gap)} if who.gap else ""
    grace = gettext("%(span)s to wait") % {"span": span(who.grace)} if who.grace else ""
    window = gettext("%(span)s to take it back") % {"span": span(who.send_window)} if who.send_window else ""
    found = [
        Fact(gettext("Between two posts"), gap),
        Fact(gettext("A day"), _per_day(here, who.max_per_day)),
        Fact(gettext("Budget"), _budget(here, who.budget)),
        Fact(gettext("Quiet hours"), _quiet(here, who.quiet_hours)),
        Fact(gettext("After an article came"), grace),
        Fact(gettext("After an approval"), window),
        Fact(gettext("What has not gone out"), gettext("is dropped after %(span)s") % {"span": span(who.expiry)}),
        *(Fact(gettext("Its network takes"), _rate(here, each)) for each in who.rates),
    ]
    return [each for each in found if each.said]


def _taken(here: Here, only: Iterable[str], never: Iterable[str]) -> str:
    gettext = here.t.gettext
    said = [gettext("only %(these)s") % {"these": _listed(only)}] if only else []
    said += [gettext("never %(these)s") % {"these": _listed(never)}] if never else []
    return "; ".join(said) or gettext("all")


def _per_day(here: Here, most: int | None) -> str:
    if most is None:
        return ""
    return here.t.ngettext("%(number)s post at most", "%(number)s posts at most", most) % {"number": most}


def _budget(here: Here, budget: Budget | None) -> str:
    if budget is None:
        return ""
    gettext, money = here.t.gettext, manner_of(here).money
    said = [gettext("%(price)s a day") % {"price": money(budget.day)}] if budget.day is not None else []
    said += [gettext("%(price)s a month") % {"price": money(budget.month)}] if budget.month is not None else []
    near = {
        "hold": gettext("what it does not reach for waits for a person"),
        "unlinked": gettext("what it does not reach for goes out without its link, or waits for a person"),
    }
    return "; ".join([*said, near[budget.near]])


def _quiet(here: Here, hours: tuple[time, time] | None) -> str:
    if hours is None:
        return ""
    said = here.t.gettext("from %(start)s to %(end)s, for breaking news too")
    return said % {"start": f"{hours[0]:%H:%M}", "end": f"{hours[1]:%H:%M}"}


def _rate(here: Here, rate: Rate) -> str:
    if rate.counts == "calls":
        said = here.t.ngettext("%(number)s call in %(span)s", "%(number)s calls in %(span)s", rate.most)
    else:
        said = here.t.ngettext("%(number)s post in %(span)s", "%(number)s posts in %(span)s", rate.most)
    return said % {"number": rate.most, "span": manner_of(here).span(rate.window)}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
