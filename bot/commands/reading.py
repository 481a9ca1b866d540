"""Commands that answer: queue, why, audit list."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from adapters.contract import Media, Post
from bot.actions.room import RefusedVerb, Room, compose_for, load
from bot.audit.rows import milliseconds
from bot.audit.words import facts_of, words
from bot.commands import show
from bot.commands.barrier import DEGRADED
from bot.commands.office import Office, open_office
from bot.media.choose import alt_text
from bot.model import Article, State
from bot.posts.price import price_of
from bot.rules.outcome import REPEATABLE
from bot.store import alerts, audit, telling
from bot.store.alerts import Cause
from bot.store.lock import holder
from bot.store.reading import Told, find_stories
from bot.store.revising import is_waiting


async def queue(path: Path, *, is_json: bool) -> int:
    """List alerts, what needs a person, and what is next; 3 where an alert is open."""
    with open_office(path) as office:
        opened = await office.store.write(alerts.open_alerts)
        found = await office.store.write(office.reader.queue, office.clock.now())
        prices = await _prices(office, found)
        deaf = await office.store.write(telling.deaf, [each.name for each in office.settings.alerts])
        at_work = holder(office.settings.store)
    if is_json:
        deliveries = [show.told(each, prices) for each in found]
        told = {"pid": at_work.pid, "since": at_work.since} if at_work else None
        lacking = [asdict(each) for each in deaf]
        show.as_json(
            {"alerts": [show.alert(each) for each in opened], "deaf": lacking, "deliveries": deliveries, "daemon": told}
        )
        return DEGRADED if opened or deaf else 0
    on = show.paper()
    # What is held is listed below, with the whole sentence.
    show.alerts(on, (each for each in opened if each.cause is not Cause.DELIVERY_HELD), office.zone)
    show.deaf(on, deaf, office.zone)
    people = [each for each in found if each.delivery.state is State.HELD]
    others = [each for each in found if each.delivery.state is not State.HELD]
    for heading, some in (("Needs a person", people), ("Next", others)):
        if some:
            on.print(Text(heading, "bold underline"))
            show.deliveries(on, some, prices)
    if not found:
        on.print("Nothing waits.")
    show.daemon(on, at_work, office.zone)
    return DEGRADED if opened or deaf else 0


async def _prices(office: Office, found: list[Told]) -> dict[int, str]:
    """Reckon what each post that waits will cost, as far as its network charges and it can be written now."""
    chargers = {name: office.adapter(who) for name, who in office.channels.items() if office.charges(who)}
    # No photo is fetched to name a price.
    bare = {name: replace(office.channels[name], form="card") for name in chargers}
    room = replace(office.room(""), channels=bare)
    prices = {}
    for each in found:
        stands = each.delivery
        adapter = chargers.get(stands.channel)
        if adapter and is_waiting(stands) and stands.kind not in REPEATABLE and (post := await _post(room, each)):
            is_to_come = stands.post is None and office.channels[stands.channel].form == "photo"
            prices[stands.id] = price_of(adapter, _with_photo(post, each.article) if is_to_come else post)
    return {which: price for which, price in prices.items() if price}


def _with_photo(post: Post, article: Article | None) -> Post:
    """Let a story's photo stand in a post by its description alone."""
    if article is None or article.photo is None:
        return post
    return replace(post, media=(Media("", "image/jpeg", 0, alt=alt_text(article, article.photo, None)),))


async def why(path: Path, said: str, *, has_log: bool, is_json: bool) -> int:
    """Say how each channel stands with a story (by address, id, guid or words), or one delivery by its number."""
    with open_office(path) as office:
        groups = await _stories(office, said)
        on = show.paper()
        answer = []
        one = groups[0][1][0] if len(groups) == 1 and said.isdecimal() and groups[0][1] else None
        for story, found in groups:
            rows = await _rows(office, story, found) if has_log else []
            answer.append({"story": story, "deliveries": [show.told(each) for each in found], "log": rows})
            if not is_json:
                _write_story(on, story, found)
                if one is not None and (post := await _post(office.room(""), one)):
                    _write_post(on, post)
                _write_rows(on, rows, office.zone)
        if is_json:
            show.as_json(answer)
    return 0


def _write_post(on: Console, post: Post) -> None:
    if post.text:
        show.post(on, post)
    else:
        on.print("       Its words are no longer kept (`keep: texts` in the settings); `--log` shows what was sent.")


async def list_audit(
    path: Path, *, story: str | None, delivery: int | None, channel: str | None, last: int, is_json: bool
) -> int:
    """List the audit log's newest rows, oldest of them first."""
    with open_office(path) as office:
        chosen: dict[str, Any] = {"story": story, "delivery": delivery, "channel": channel, "most": last}
        rows = await office.store.write(lambda db: [_row(told) for told in audit.read(db, **chosen)])
    if is_json:
        show.as_json(rows)
        return 0
    on = show.paper()
    _write_rows(on, rows, office.zone)
    if not rows:
        on.print("The audit log has no such rows.")
    return 0


async def story_named(office: Office, said: str) -> str:
    """Find the one story a person means. Raises RefusedVerb where none or several are meant."""
    found = await office.store.write(find_stories, said)
    if not found:
        raise RefusedVerb(f"no story is known by the address, id, guid or words {said!r}")
    if len(found) > 1:
        told = [await office.store.write(office.reader.story, each, office.clock.now()) for each in found]
        titles = [f"  {n}  {_title(some)}" for n, some in zip(found, told, strict=True)]
        raise RefusedVerb("\n".join([f"{len(found)} stories fit {said!r}; name one by its id:", *titles]))
    return found[0]


async def _stories(office: Office, said: str) -> list[tuple[str, list[Told]]]:
    now = office.clock.now()
    stories = await office.store.write(find_stories, said)
    # A bare number is a delivery's, unless a story goes by exactly this name.
    if said.isdecimal() and stories != [said]:
        one = await office.store.write(office.reader.one, int(said), now)
        if one is not None:
            return [(one.delivery.story, [one])]
    if not stories:
        raise RefusedVerb(
            f"no story or delivery is known by {said!r}: we never saw it in a feed; `jarshy check` reads the feeds now"
        )
    return [(each, await office.store.write(office.reader.story, each, now)) for each in stories]


async def _post(room: Room, one: Told) -> Post | None:
    """Tell the post of one delivery: as it is frozen, else as it would be now; None where none can be written."""
    try:
        return (await compose_for(room, *await load(room, one.delivery.id)))[0].post
    except RefusedVerb:
        return None


async def _rows(office: Office, story: str, found: list[Told]) -> list[dict[str, Any]]:
    of: dict[str, Any] = {"delivery": found[0].delivery.id} if len(found) == 1 and not story else {"story": story}
    return await office.store.write(lambda db: [_row(told) for told in audit.read(db, **of)])


def _row(told: audit.Told) -> dict[str, Any]:
    stands = {"at": milliseconds(told.at), "actor": told.actor, "action": ""}
    return {"id": told.id, **stands, **facts_of(told.row)}


def _write_story(on: Any, story: str, found: list[Told]) -> None:
    on.print(Text.assemble((_title(found), "bold"), f"  ({story})" if story else ""))
    for each in found:
        on.print(Text(f"  {each.delivery.channel} ({each.delivery.id}): {each.sentence}"))
    if not found:
        on.print("  No channel listens to its source.")


def _write_rows(on: Any, rows: list[dict[str, Any]], zone: str) -> None:
    for row in rows:
        at = show.moment(row["at"], ZoneInfo(zone))
        on.print(Text.assemble((f"{row['id']:>6}  {at}  {row['actor']:<12}  ", "dim"), words(row)))


def _title(found: list[Told]) -> str:
    return show.title(found[0]) if found else "(no article)"
