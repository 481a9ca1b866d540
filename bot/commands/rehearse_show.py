"""How a rehearsal is told: a table of stories and channels, sentences for what did not go out, the posts themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from bot.model import Delivery, Kind, State
from bot.rehearsal.outcome import Outcome, Stories
from bot.rules.alerts import Cause, folded
from bot.store.alerts import Alert
from bot.store.reading import Told

if TYPE_CHECKING:
    from adapters.emulators.kit import Shown, World

_SIGNS = {
    State.DONE: ("✓", "green"),
    State.DUE: ("…", "cyan"),
    State.SENDING: ("→", "cyan"),
    State.UNKNOWN: ("?", "yellow"),
    State.HELD: ("!", "bold yellow"),
    State.SKIPPED: ("–", "dim"),
    State.EXPIRED: ("–", "dim"),
    State.CANCELLED: ("–", "dim"),
}


_TITLE = 24
"""Signs of a headline that stay beside the channels, or nobody knows which story a row is."""
_WITH_DAY, _WITH_HOUR, _SIGN = 11, 7, 2


def table(stories: Stories, zone: str, now: datetime, *, width: int) -> Table:
    """Draw every story with its state on every channel, by the newsroom's clock; `width`: of the page, in signs."""
    local = now.astimezone(ZoneInfo(zone))
    shown = Table(
        title=f"Rehearsal: {local:%A %-d %B %Y, %H:%M}",
        title_justify="left",
        caption_justify="left",
        box=None,
        expand=True,
    )
    shown.add_column("article", ratio=1, no_wrap=True, overflow="ellipsis")
    names = list(dict.fromkeys(told.delivery.channel for each in stories.values() for told in each))
    for name, most in zip(names, (widths := _widths(names, width)), strict=True):
        shown.add_column(name, no_wrap=True, overflow="crop", width=most)
    for each in stories.values():
        cells = (_cell(told.delivery, zone, most) for told, most in zip(each, widths, strict=False))
        shown.add_row(_title(each), *cells)
    return shown


def _widths(names: list[str], width: int) -> list[int]:
    """Give each channel as much room as leaves the headlines theirs; of many channels little but the sign is left."""
    sizes = ([max(len(name), _WITH_DAY) for name in names], [_WITH_HOUR] * len(names), [_SIGN] * len(names))
    return next((size for size in sizes if sum(size) + 2 * len(names) + _TITLE <= width), sizes[-1])


def _cell(stands: Delivery, zone: str, most: int) -> Text:
    sign, style = _SIGNS[stands.state]
    at = stands.due_at if stands.state is State.DUE else stands.moved_at
    is_timed = at is not None and stands.state in (State.DUE, State.DONE)
    if most < _WITH_HOUR or (most < _WITH_DAY and not is_timed):
        return Text(sign, style=style)
    put = "%a %H:%M" if most >= _WITH_DAY else "%H:%M"
    said = at.astimezone(ZoneInfo(zone)).strftime(put) if at and is_timed else str(stands.state)
    return Text(f"{sign} {said}", style=style)


def _title(story: list[Told]) -> str:
    article = story[0].article if story else None
    return article.title if article else "?"


def reasons(stories: Stories) -> Text:
    """Say of everything that is not out why, or what it waits for."""
    found = Text()
    for each in stories.values():
        kept = [told for told in each if told.delivery.state is not State.DONE]
        found.append(f"\n{_title(each)}" if kept else "", style="bold")
        for told in kept:
            found.append(f"\n  {told.delivery.channel}: {told.sentence}")
    return found


def lines(stories: Stories) -> str:
    """Tell everything in plain lines: each article, then one sentence for each channel."""
    told = (
        "\n".join([_title(each), *(f"  {one.delivery.channel}: {one.sentence}" for one in each)])
        for each in stories.values()
    )
    return "\n".join(told)


def further(came: Outcome) -> str:
    """Tell what no delivery shows: stories that came again, oddities of the feed, open alerts, errors inside."""
    alerts = _alerts([each for each in came.alerts if each.cause != Cause.DELIVERY_HELD], came.stories)
    span = _span(came.ended - came.began)
    return "\n".join(
        [
            "",
            *came.notes,
            *alerts,
            *(f"broken: {each}" for each in came.broken),
            f"{len(came.stories)} stories on {len(came.newsroom.channels)} channels, {span} in virtual time",
            *_over(came.stories),
        ]
    )


def _over(stories: Stories) -> Iterator[str]:
    """Tell what the last line counts as skipped and no filter skipped."""
    states = Counter(
        told.delivery.state for each in stories.values() for told in each if told.delivery.kind is Kind.POST
    )
    told = [f"{states[state]} {state}" for state in (State.EXPIRED, State.CANCELLED) if states[state]]
    if told:
        yield f"among the skipped: {', '.join(told)}"


def _alerts(opened: Iterable[Alert], stories: Stories) -> Iterator[str]:
    """Write open alerts; those of one article, whose posts are seen to one by one, in one line."""
    posts = {f"delivery:{told.delivery.id}": told.delivery for each in stories.values() for told in each}
    for each in folded(opened, posts):
        yield f"alert: {each.scope.replace(':', ' ', 1)}: {each.what}{f' ({each.fix})' if each.fix else ''}"


def _span(length: timedelta) -> str:
    if length > timedelta(days=3):
        return f"{length / timedelta(days=1):.0f} days"
    hour = timedelta(hours=1)
    return f"{length / hour:.0f} hours" if length > 2 * hour else f"{length / timedelta(minutes=1):.0f} minutes"


def texts(world: "World", zone: str) -> str:
    """Show every post as its readers see it, network by network, oldest first."""
    posts = (_post(shown, zone) for network in world.networks for shown in world.people_see(network.name))
    return "\n".join(posts)


def _post(shown: "Shown", zone: str) -> str:
    at = shown.at.astimezone(ZoneInfo(zone))
    head = f"\n── {shown.network} {shown.place}, {at:%-d %B, %H:%M}"
    body = shown.text.strip().splitlines()
    card = [f"[{' | '.join(part for part in shown.card if part)}]"] if shown.card else []
    return "\n".join([head, *(f"   {line}".rstrip() for line in [*body, *card])])


def as_json(came: Outcome) -> dict[str, Any]:
    """Write what came of it; `kept` says whether the promises were."""
    counts = came.reckoning
    names = ("expected", "published", "skipped", "held", "undecided", "duplicates", "lost")
    return {
        "kept": came.is_good,
        "ended_by_hand": came.is_cut,
        **{name: getattr(counts, name) for name in names},
        "stories": [{"title": _title(each), "deliveries": list(_deliveries(each))} for each in came.stories.values()],
        "alerts": [{"what": each.what, "fix": each.fix, "scope": each.scope} for each in came.alerts],
        "notes": list(came.notes),
        "broken": list(came.broken),
    }


def _deliveries(story: Iterable[Told]) -> Iterator[dict[str, Any]]:
    for told in story:
        stands = told.delivery
        yield {
            "channel": stands.channel,
            "state": str(stands.state),
            "reason": str(stands.reason),
            "sentence": told.sentence,
            "text": stands.post.text if stands.post else None,
            "post": stands.receipt.url if stands.receipt else None,
        }
