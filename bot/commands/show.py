"""How commands write: alerts first, one entry two lines, moments by the newsroom's clock; or everything as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.text import Text

from adapters.contract import Media, Post
from bot.actions.reading import Health, Told, title
from bot.actions.spending import Forecast, said
from bot.posts.price import dollars
from bot.rules.alert_cases import CASES
from bot.rules.persons import name_of
from bot.store.alerts import Alert
from bot.store.lock import Holder
from bot.store.telling import Deaf

_SINCE = "%-d %B, %H:%M"


def as_json(content: Any) -> None:
    """Write JSON; moments as ISO 8601."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=_plain))


def paper(*, is_error: bool = False) -> Console:
    """Make what is written on: colours only in a terminal, lines as long as they are."""
    return Console(highlight=False, soft_wrap=True, stderr=is_error)


def so_many(n: int, one: str, many: str) -> str:
    """Count things in words."""
    return f"{n} {one if n == 1 else many}"


def alerts(on: Console, found: Iterable[Alert], zone: str) -> None:
    """Write what is wrong now, since when, what we do and what a person can do."""
    for each in found:
        since = each.opened_at.astimezone(ZoneInfo(zone)).strftime(_SINCE)
        on.print(Text.assemble(("! ", "bold red"), f"{each.scope.replace(':', ' ', 1)}: {each.what} (since {since})"))
        case = CASES[each.cause]
        on.print(Text(f"  We: {case.we}.", "dim"))
        on.print(Text(f"  You: {(each.fix or case.you).rstrip('.')}.", "dim"))


def deaf(on: Console, found: Iterable[Deaf], zone: str) -> None:
    """Write which sinks do not take alerts, and that they lack some."""
    for each in found:
        on.print(Text.assemble(("! ", "bold red"), f"alerts to {deafness(each, zone)}"))
        on.print(Text("  Told again by itself for a day; the log and the other sinks have it.", "dim"))


def deafness(each: Deaf, zone: str) -> str:
    """Say in one sentence what a sink lacks."""
    lost = f", {each.given_up} given up" if each.given_up else ""
    return f"{each.sink} do not arrive: {each.why} (since {since(each.since, zone)}; {each.waiting} waiting{lost})"


def pauses(found: Sequence[Health], zone: str) -> list[str]:
    """Say in a sentence each what people stopped: every paused channel, and a hush once for all of them."""
    told = []
    for each in found:
        if each.paused_by:
            resume = f"`jarshy resume {each.channel.id}`"
            until = f"{since(each.paused_until, zone)}; {resume} ends it" if each.paused_until else resume
            told.append(f"{each.channel.id} is paused (by {name_of(each.paused_by)}, until {until})")
    hushed = next((each.hushed_by for each in found if each.hushed_by), "")
    if hushed:
        told.append(f"All but breaking news is hushed (by {name_of(hushed)}, until `jarshy unhush`)")
    return told


def deliveries(on: Console, found: Sequence[Told], prices: Mapping[int, str] | None = None) -> None:
    """Write deliveries: what and where, then how it stands, and what it will cost where it costs anything."""
    for each in found:
        head = Text.assemble((f"{each.delivery.id:>5}", "bold"), f"  {each.delivery.channel}  ", (title(each), "bold"))
        on.print(head)
        price = (prices or {}).get(each.delivery.id)
        on.print(Text(f"       {each.sentence}{f' Costs ${price}.' if price else ''}"))


def post(on: Console, written: Post) -> None:
    """Write a post's words, card and pictures, set off from ours: all that readers will see of it."""
    drawn = written.card and " | ".join(filter(None, (written.card.title, written.card.description, written.card.url)))
    card = [f"[card: {drawn}]"] if drawn else []
    thumbs = [picture(written.card.thumb)] if written.card and written.card.thumb else []
    titled = [f"[title: {written.title}]"] if written.title else []
    beside = [f"[tags beside the words: {', '.join(written.tags)}]"] if written.tags else []
    links = [
        f"[link: {' '.join(written.text[each.start : each.end].split())} | {each.value}]"
        for each in written.marks
        if each.kind == "link" and each.value not in written.text
    ]
    for line in [*titled, *written.text.split("\n"), *links, *beside, *card, *thumbs, *map(picture, written.media)]:
        on.print(Text(f"       │ {line}"))


def picture(shown: Media) -> str:
    """Name a picture by what can be said of it in a line."""
    about = f"{shown.mime.removeprefix('image/').upper()}, {shown.width} x {shown.height}, {-(-shown.size // 1000)} KB"
    if shown.mime.startswith("video/"):
        return f"[film: {shown.seconds:g} s, {shown.width} x {shown.height}, {-(-shown.size // 1000)} KB | {shown.alt}]"
    return f"[picture: {about}{f' | {shown.alt}' if shown.alt else ''}]"


def daemon(on: Console, at_work: Holder | None, zone: str) -> None:
    """Say whether anybody works on what is listed."""
    if at_work is None:
        on.print(Text("No daemon is at work: nothing goes out until `jarshy run` or `jarshy once`.", "dim"))
        return
    since = at_work.since.astimezone(ZoneInfo(zone)).strftime(_SINCE)
    where = f" on {at_work.machine}" if at_work.machine else ""
    on.print(Text(f"The daemon is at work (process {at_work.pid}{where}, since {since}).", "dim"))


def told(each: Told, prices: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Write a delivery as JSON, with the sentence people read; `price` in US dollars, of what is still to go out."""
    stands, article = each.delivery, each.article
    return {
        "id": stands.id,
        "channel": stands.channel,
        "story": stands.story,
        "title": title(each) if article or stands.post else "",
        "article": article.url if article else "",
        "kind": str(stands.kind),
        "state": str(stands.state),
        "reason": str(stands.reason),
        "detail": stands.detail,
        "sentence": each.sentence,
        "due_at": stands.due_at,
        "expires_at": stands.expires_at,
        "price": (prices or {}).get(stands.id),
        "moved_at": stands.moved_at,
        "post": stands.receipt.url or stands.receipt.id if stands.receipt else None,
        "text": stands.post.text if stands.post else None,
    }


def paused(each: Health) -> dict[str, Any]:
    """Write who keeps a channel back, and until when, as JSON."""
    return {
        "channel": each.channel.id,
        "by": each.paused_by,
        "until": each.paused_until,
        "hushed_by": each.hushed_by,
    }


def money(each: Forecast) -> dict[str, Any]:
    """Write what a channel has spent and is about to spend as JSON, in US dollars."""
    limits = (("day", each.budget.day), ("month", each.budget.month))
    return {
        "channel": each.channel,
        "today": dollars(each.spent.day),
        "month": dollars(each.spent.month),
        "due_today": each.posts,
        "price": dollars(each.price),
        "budget": {name: None if most is None else dollars(most) for name, most in limits},
        "is_short": each.is_short,
        "sentence": said(each),
    }


def alert(each: Alert) -> dict[str, Any]:
    """Write an alert as JSON."""
    return {name: value for name, value in asdict(each).items() if name != "closed_at"}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def since(at: datetime, zone: str) -> str:
    """Write a moment by the newsroom's clock, to the minute."""
    return at.astimezone(ZoneInfo(zone)).strftime(_SINCE)


def time(at: datetime, zone: str) -> str:
    """Write a moment of today by the newsroom's clock."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def at(moment: datetime | None, now: datetime, zone: str) -> str:
    """Write when something was or will be: by the clock where that is today, else with its day."""
    if moment is None:
        return "at some time"
    is_today = day(moment, zone) == day(now, zone)
    return f"at {time(moment, zone)}" if is_today else f"on {since(moment, zone)}"


def day(at: datetime, zone: str) -> date:
    """Tell the newsroom's day of a moment."""
    return at.astimezone(ZoneInfo(zone)).date()
