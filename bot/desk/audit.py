"""The audit log: who did what and when, chosen and paged, proven, written out."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from bot.actions import log, proving, reading, staff
from bot.actions.log import ACTIONS, Asked, Row
from bot.actions.moments import moment
from bot.actions.proving import CHECKPOINT, Check
from bot.actions.reading import SeveralFit, Story
from bot.actions.room import RefusedVerb
from bot.desk.here import Here, Right, Way, sentence, whole
from bot.desk.paper import manner_of, render

MOST = 50
"""How many rows stand on a page."""
_SHOWN = 5
"""How many faults are named: what is wrong after the first bad row mostly follows from it."""
_FIELDS = ("since", "until", "channel", "article", "person", "action", "delivery")
_MINUTES = len("2026-12-01T18:30")
_KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


async def page(request: Request, here: Here) -> Response:
    """Show the newest rows that fit what is asked for."""
    return await _shown(here)


async def row(request: Request, here: Here) -> Response:
    """Show one row as it is stored."""
    found = await log.one(here.room, request.path_params["which"], here.tongue)
    stored = json.dumps(found.whole, ensure_ascii=False, indent=2)
    return render(
        here,
        "audit_row.html",
        row=found,
        named=here.tongue.say(log.named(found.action)),
        stored=stored,
        key=here.desk.prover.key,
    )


async def proof(request: Request, here: Here) -> Response:
    """Give away the proof of one row."""
    which = request.path_params["which"]
    said = await here.desk.prover.prove(here.room.store, which)
    return PlainTextResponse(said, headers=_as_file(f"{which}.tlog-proof"))


async def verify(request: Request, here: Here) -> Response:
    """Check the whole log."""
    return await _shown(here, check=await here.desk.prover.verify(here.room.store))


async def export(request: Request, here: Here) -> Response:
    """Write the log out, whole or from a moment on."""
    asked = request.query_params
    kind = "csv" if asked.get("as", "") == "csv" else "jsonl"
    since = _moment(here, asked.get("since", ""))
    day = here.desk.clock.now().astimezone(ZoneInfo(here.desk.zone)).date()
    return StreamingResponse(
        _written(here, since, is_csv=kind == "csv"), media_type=_KINDS[kind], headers=_as_file(f"audit-{day}.{kind}")
    )


async def _written(here: Here, since: datetime | None, *, is_csv: bool) -> AsyncIterator[str]:
    async for part in proving.export(here.room.store, ZoneInfo(here.desk.zone), since=since, is_csv=is_csv):
        yield part.text


async def _shown(here: Here, *, check: Check | None = None) -> Response:
    typed = {name: here.request.query_params.get(name, "").strip() for name in _FIELDS}
    several: tuple[Story, ...] = ()
    before, said, found, begins = here.request.query_params.get("before", ""), "", list[Row](), None
    try:
        asked = await _asked(here, typed, before)
        found, begins = await log.rows(here.room, asked, most=MOST + 1, tongue=here.tongue), asked.since
    except SeveralFit as e:
        said, several = here.t.gettext("Several articles fit these words. Choose one of them:"), e.stories
    except RefusedVerb as e:
        said = sentence(e, here.tongue)
    chosen = {name: value for name, value in typed.items() if value}
    shown, more = found[:MOST], len(found) > MOST
    return render(
        here,
        "audit.html",
        status=422 if said else 200,
        typed=typed,
        begins=begins,
        said=said,
        several=[(each.article.title, f"/audit?{urlencode({**chosen, 'article': each.id})}") for each in several],
        rows=shown,
        actions=(groups := _grouped()),
        names={each: here.tongue.say(log.named(each)) for each in (*groups, *ACTIONS)},
        people=await staff.everybody(here.room),
        channels=list(here.room.channels),
        earlier=f"/audit?{urlencode({**chosen, 'before': shown[-1].id})}" if more else "",
        newest=f"/audit?{urlencode(chosen)}" if before else "",
        check=check,
        verdict=_verdict(here, check) if check else (),
        key=here.desk.prover.key,
        checkpoint=CHECKPOINT,
    )


async def _asked(here: Here, typed: Mapping[str, str], before: str) -> Asked:
    """Read what was typed. Raises RefusedVerb, which says what is wrong with it."""
    return Asked(
        since=_moment(here, typed["since"]),
        until=_moment(here, typed["until"]),
        channel=typed["channel"] or None,
        story=await reading.story_named(here.room, typed["article"]) if typed["article"] else None,
        delivery=_number(here, typed["delivery"]),
        person=typed["person"],
        action=typed["action"],
        before=_number(here, before),
    )


def _moment(here: Here, said: str) -> datetime | None:
    # Browsers may add seconds.
    return moment(said.strip()[:_MINUTES], here.desk.zone, here.desk.clock.now()) if said.strip() else None


def _number(here: Here, said: str) -> int | None:
    if not said:
        return None
    if (number := whole(said)) is None:
        raise RefusedVerb(here.t.gettext("“%(said)s” is no number") % {"said": said})
    return number


def _grouped() -> Mapping[str, list[str]]:
    """Sort the log's actions by their kind."""
    groups: dict[str, list[str]] = {}
    for each in ACTIONS:
        groups.setdefault(each.partition(".")[0], []).append(each)
    return groups


def _verdict(here: Here, check: Check) -> list[str]:
    """Say what a check has found, a sentence for each thing."""
    ngettext, manner, zone = here.t.ngettext, manner_of(here), ZoneInfo(here.desk.zone)
    shown = check.faults[:_SHOWN]
    said = [proving.sentence(fault, zone, here.tongue, written=manner.exactly) for fault in shown]
    if (more := len(check.faults) - _SHOWN) > 0:
        told = ngettext("And %(many)s more like these.", "And %(many)s more like these.", more)
        said.append(told % {"many": manner.number(more)})
    if not check.faults and check.sealed:
        told = ngettext(
            "%(many)s row is sealed, and it is as it was written.",
            "%(many)s rows are sealed, and each is as it was written.",
            check.sealed,
        )
        said.append(told % {"many": manner.number(check.sealed)})
    if (waiting := check.rows - check.sealed) > 0 and not check.is_over:
        told = ngettext(
            "%(many)s row is not sealed yet, so that nothing proves it; the daemon seals every hour.",
            "%(many)s rows are not sealed yet, so that nothing proves them; the daemon seals every hour.",
            waiting,
        )
        said.append(told % {"many": manner.number(waiting)})
    return said


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


WAYS = (
    Way("GET", "/audit", page, Right.LOOK),
    Way("POST", "/audit/verify", verify, Right.LOOK),
    Way("GET", "/audit/export", export, Right.LOOK),
    Way("GET", "/audit/rows/{which:number}", row, Right.LOOK),
    Way("GET", "/audit/rows/{which:number}/proof", proof, Right.LOOK),
)
