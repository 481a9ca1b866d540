"""The command rules test: what a channel's rules would do with the last articles."""

from collections import Counter
from pathlib import Path

from rich.text import Text

from bot.actions.judging import Judged, judge
from bot.commands import show
from bot.commands.office import open_office
from bot.model import State

_NAMES = {State.DUE: "posted", State.HELD: "held for a person", State.SKIPPED: "skipped", None: "not for it"}


async def test(path: Path, channel: str, *, articles: int, is_json: bool) -> int:
    """Show each of the newest stories with the rule that decides about it."""
    with open_office(path) as office:
        found = await judge(office.room(""), channel, articles=articles)
    if is_json:
        show.as_json([_told(each) for each in found])
        return 0
    on = show.paper()
    for each in found:
        on.print(Text.assemble((f"  {show.since(each.seen_at, office.zone):<20}", "dim"), each.article.title))
        on.print(Text(f"       {each.said}", "" if each.state is State.DUE else "yellow"))
    counts = Counter(each.state for each in found)
    sums = ", ".join(f"{counts[state]} {name}" for state, name in _NAMES.items() if counts[state])
    on.print(f"Of the last {len(found)} stories on {channel}: {sums}." if found else "No story has come yet.")
    return 0


def _told(each: Judged) -> dict[str, object]:
    return {
        "story": each.article.story,
        "title": each.article.title,
        "article": each.article.url,
        "seen_at": each.seen_at,
        "state": each.state,
        "reason": each.reason,
        "said": each.said,
    }
