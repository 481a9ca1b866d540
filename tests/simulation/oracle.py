"""Whether a history kept the promises, read from the networks' ledgers and the audit log alone."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from adapters.contract import Rate, Scope
from adapters.emulators.linkedin_text import read_little
from bot.audit.rows import Action
from bot.posts.frozen import load
from tests.simulation.money import wrong_sums
from tests.simulation.newsroom import GAP, HURRY
from tests.simulation.promptness import found as found_out
from tests.simulation.promptness import late
from tests.simulation.sim import History
from tests.simulation.steps import repeated

_ENDED = {"done", "held", "skipped", "expired", "cancelled"}
# After an intent, one of these must stand in the log before the next intent of the same delivery.
_BEFORE_ANOTHER = {
    *("absent", "backoff", "asked_to_wait", "no_access", "renewed", "resolved_absent", "not_left", "pace", "too_late"),
    *("refused", "gave_up", "picture_refused"),
}
_MOVES = {Action.DELIVERY_PLANNED, Action.DELIVERY_MOVED, Action.DELIVERY_INTENDED, Action.DELIVERY_THAWED}
_MOVES |= {Action.DELIVERY_FROZEN, Action.DELIVERY_WISHED}


def wrongs(history: History) -> list[str]:
    """Every broken promise, in words; empty when the history is good."""
    found = [f"loop: {f.get('message')} {f.get('exception')!r}" for f in history.failures]
    log = _as_time_passed([json.loads(told.row) for told in history.audit])
    moves = [row for row in log if Action(row["action"]) in _MOVES]
    by_delivery: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in moves:
        by_delivery[row["delivery"]].append(row)
    found += _accounted(history, by_delivery)
    found += _table_agrees(history, by_delivery)
    for rows in by_delivery.values():
        found += _honest(rows)
    found += _visible(history, by_delivery)
    found += _paced(history, log, moves)
    found += _rated(history)
    found += _ordered(log, moves)
    found += _quiet(history, moves)
    found += _blocked(history, moves)
    found += _fenced(moves)
    found += _approved(history, by_delivery)
    found += _hushed(history, log)
    found += _as_moved(history, by_delivery)
    found += _looked_at(log)
    found += _prompt(history, by_delivery)
    found += late(history, log, wall=_wall(history), slack=_slack(history))
    found += found_out(history, moves)
    found += repeated(history, [rows[0]["channel"] for rows in by_delivery.values()])
    found += wrong_sums(history)
    return found


def _accounted(history: History, by_delivery: dict[int, list[dict[str, Any]]]) -> list[str]:
    """Every story once per channel, and each of them at an end."""
    found, seen = [], defaultdict(list)
    for number, rows in by_delivery.items():
        first, last = rows[0], rows[-1]
        if first.get("kind") == "post":
            seen[first["story"], first["channel"]].append(number)
        if last["state"] not in _ENDED and not _follows_what_is_held(by_delivery, number):
            found.append(f"lost: delivery {number} ended {last['state']} {last['reason']}")
        if not history.plan.scratch and history.places[last["channel"]][0] == "telegram":
            continue
        if history.plan.jumps and last["reason"] == "undecidable":
            continue  # a post the network dates hours away from its intent is for a person
        if last["state"] == "held" and last["reason"] in ("undecidable", "unshown", "worked_on", "gave_up"):
            found.append(f"held: delivery {number} {last['reason']} {last.get('detail')}")
    stories = {row["story"] for rows in by_delivery.values() for row in rows}
    shown = [s for s in history.stories if s.at + 130 < history.ended]
    gone = [s for s in shown if s.withdrawn_at is not None]  # it may have left before anybody could read it
    if not len(shown) - len(gone) <= len(stories) <= len(history.stories):
        found.append(f"lost: {len(stories)} stories of {len(shown)} were taken in")
    for story in stories:
        for channel in history.places:
            if len(seen[story, channel]) != 1:
                found.append(f"lost: story {story} has {len(seen[story, channel])} deliveries on {channel}")
    return found


def _follows_what_is_held(by_delivery: dict[int, list[dict[str, Any]]], number: int) -> bool:
    """Whether a delivery waits for a post that waits for a person, who may never come back to it."""
    rows = by_delivery[number]
    parent = by_delivery.get(rows[0].get("parent", 0))
    return rows[-1]["state"] == "due" and parent is not None and parent[-1]["state"] == "held"


def _table_agrees(history: History, by_delivery: dict[int, list[dict[str, Any]]]) -> list[str]:
    """The states worked out from the audit rows alone equal the delivery table."""
    told = {number: (rows[-1]["state"], rows[-1]["reason"]) for number, rows in by_delivery.items()}
    table = {row.id: (row.state, row.reason) for row in history.deliveries}
    return [] if told == table else [f"lie: the log says {told}, the table {table}"]


def _honest(rows: list[dict[str, Any]]) -> list[str]:
    """One frozen post through all tries, and no try after an intent whose end is not told."""
    found, since, digest = [], None, None
    number = rows[0]["delivery"]
    moments: dict[str, str] = {}
    for before, row in zip([None, *rows], rows, strict=False):
        action = Action(row["action"])
        if action in (Action.DELIVERY_THAWED, Action.DELIVERY_FROZEN):
            digest = row.get("digest")
        if row["reason"] in ("picture_refused", "unlinked"):  # without its picture or its link it is another post
            digest = None
        if row["reason"] == "approved" and "digest" in row:
            digest = row["digest"]
        if action is Action.DELIVERY_INTENDED:
            if before is not None and before["state"] not in ("due", "sending"):
                found.append(f"defied: delivery {number} was sent although it was {before['state']}")
            made = json.loads(row["content"]).get("putRecord", {}).get("record", {}).get("createdAt", "")
            if made and moments.setdefault(made, row["digest"]) != row["digest"]:
                found.append(f"stale: delivery {number} sent another post with the moment made for the last one")
            if since is not None and not since & _BEFORE_ANOTHER:
                found.append(f"blind: delivery {number} was tried again after {sorted(since)}")
            if digest is not None and row["digest"] != digest:
                found.append(f"thawed: delivery {number} sent another post than the one that was frozen")
            digest, since = row["digest"], set()
        elif since is not None:
            # Marked meanwhile, it waits for approval again; what came of the try stands beside.
            since.add("backoff" if row["reason"] == "approval" and "came" in row else row["reason"])
    return found


def _visible(history: History, by_delivery: dict[int, list[dict[str, Any]]]) -> list[str]:
    """What readers got: once, after its intent, in the frozen words, and where the log says so."""
    found = []
    for channel, (network, place) in history.places.items():
        created = [e for e in history.world.ledger if (e.network, e.place, e.act) == (network, place, "created")]
        claimed: set[int] = set()
        posted: set[str] = set()
        for entry in created:
            owners = [
                n for n, rows in by_delivery.items() if rows[0]["channel"] == channel and _says(rows, entry.shown)
            ]
            if len(owners) > 1:  # people say one correction twice, the first of which was refused and called off
                owners = [n for n in owners if by_delivery[n][-1]["state"] == "done"] or owners
            if len(owners) != 1:
                found.append(
                    f"untold: a post on {channel} belongs to {len(owners)} deliveries: {entry.shown.text[:60]}"
                )
                continue
            if owners[0] in claimed:
                found.append(f"double: delivery {owners[0]} on {channel}")
            claimed.add(owners[0])
            if (first := by_delivery[owners[0]][0])["kind"] == "post":
                if first["story"] in posted:
                    found.append(f"double: story {first['story']} on {channel}")
                posted.add(first["story"])
            intents = [_at(row) for row in by_delivery[owners[0]] if row["action"] == Action.DELIVERY_INTENDED]
            found += _pictured(history, owners[0], entry)
            if not any(at <= entry.at + _wall(history) + _slack(history) for at in intents):
                found.append(f"untold: delivery {owners[0]} was visible before any intent")
        for number, rows in by_delivery.items():
            if rows[0]["channel"] == channel and (rows[-1]["state"] == "done") is not (number in claimed):
                found.append(f"lie: delivery {number} on {channel} is {rows[-1]['state']}, out: {number in claimed}")
    return found


def _pictured(history: History, number: int, entry: Any) -> list[str]:
    """A post that is out shows the pictures of the frozen one, all of them and in their order."""
    (row,) = (each for each in history.deliveries if each.id == number)
    if row.state != "done" or row.kind != "post" or not row.post:
        return []
    frozen, shown = [each.sha256 for each in load(row.post).media], [sha for sha, _ in entry.shown.media]
    return [] if frozen == shown else [f"forged: delivery {number} shows {len(shown)} pictures for {len(frozen)}"]


def _says(rows: list[dict[str, Any]], shown: Any) -> bool:
    """Whether one of the delivery's intents holds the text a reader sees."""
    for row in rows:
        if row["action"] == Action.DELIVERY_INTENDED and shown.text in _texts(json.loads(row["content"])):
            return True
    return False


def _texts(node: Any) -> set[str]:
    match node:
        case str():
            return {node, node.strip(), read_little(node)[0]}
        case dict():
            return {text for value in node.values() for text in _texts(value)}
        case list():
            return {text for value in node for text in _texts(value)}
    return set()


def _paced(history: History, log: list[dict[str, Any]], moves: list[dict[str, Any]]) -> list[str]:
    found, urgent = [], _urgent(history, log)
    for channel in history.places:
        sent = [r for r in moves if r["channel"] == channel and r["action"] == Action.DELIVERY_INTENDED]
        for one, two in pairwise(sent):
            apart = _at(two) - _at(one)
            if apart < GAP - _slack(history) - _wall(history) and two["delivery"] not in urgent:
                found.append(f"hurried: {channel} after {apart}")
    return found


_TURN = timedelta(seconds=45)
"""How much later than a turn began its call may be."""


def _urgent(history: History, log: list[dict[str, Any]]) -> set[int]:
    """Which deliveries were begun to be sent while their story was breaking news, or within the turn that found so."""
    until, found = dict[str, datetime](), set[int]()
    for row in log:
        if row["action"] == Action.STORY_MARKED and "breaking for" in row["said"]:
            until[row["story"]] = _at(row) + HURRY + _TURN + _slack(history) + _wall(history)
        if row["action"] == Action.DELIVERY_INTENDED and row["story"] in until and _at(row) < until[row["story"]]:
            found.add(row["delivery"])
    return found


def _rated(history: History) -> list[str]:
    """No window of any length a network names ever sees more visible calls of an account or app than it allows."""
    found, arrived = [], defaultdict[tuple[str, Rate], list[datetime]](list)
    owners = {each.id: each for each in history.newsroom.accounts}
    for each in history.newsroom.channels:
        network, place = history.places[each.id]
        visible = {f"{network}.{name}" for name in history.visible[network]}
        calls = [e.at for e in history.world.ledger if e.place == place and f"{e.network}.{e.call}" in visible]
        for rate in each.rates:
            arrived[each.account if rate.scope is Scope.ACCOUNT else owners[each.account].app, rate] += calls
    for (owner, rate), calls in arrived.items():
        calls.sort()
        for n in range(rate.most, len(calls)):
            if calls[n] - calls[n - rate.most] < rate.window - _slack(history):
                found.append(f"too many: {rate.most + 1} calls of {owner} in {calls[n] - calls[n - rate.most]}")
    return found


def _ordered(log: list[dict[str, Any]], moves: list[dict[str, Any]]) -> list[str]:
    """Of stories that wait together and were never tried, the one published first goes first.

    What was planned after a turn had begun could not be in it; a turn may take 40 seconds until its call.
    """
    seen = {row["story"]: row["title"] for row in log if row["action"] == Action.STORY_SEEN}
    published = {story: int(title.split("Story")[1].split("x")[0]) for story, title in seen.items()}
    found, stands = [], dict[int, dict[str, Any]]()
    for row in moves:
        before = stands.get(row["delivery"])
        if row["action"] == Action.DELIVERY_INTENDED and before is not None and before["reason"] == "planned":
            for number, other in stands.items():
                waits = (other["channel"], other["state"], other["reason"]) == (row["channel"], "due", "planned")
                is_ready = max(other["due"], other["at"]) < row["at"] - 45_000
                if waits and is_ready and published[other["story"]] < published[row["story"]]:
                    found.append(f"disordered: {number} waits while {row['delivery']} goes out")
        stands[row["delivery"]] = row
    return found


def _quiet(history: History, moves: list[dict[str, Any]]) -> list[str]:
    """Nothing goes out in a channel's quiet hours."""
    hours = {each.id: each.quiet_hours for each in history.newsroom.channels if each.quiet_hours}
    found = []
    for row in moves:
        if row["action"] == Action.DELIVERY_INTENDED and row["channel"] in hours:
            begin, end = hours[row["channel"]]
            local = _moment(row["shown"]).astimezone(ZoneInfo(history.newsroom.policy.zone)).time()
            if begin <= local < end:
                found.append(f"loud: delivery {row['delivery']} on {row['channel']} at {local:%H:%M}")
    return found


def _blocked(history: History, moves: list[dict[str, Any]]) -> list[str]:
    """Nothing new is tried in a channel while one of its posts is unknown, for five minutes at most."""
    found, unknown, begun = [], defaultdict(dict), dict[int, datetime]()
    for row in moves:
        mine = unknown[row["channel"]]
        if row["action"] == Action.DELIVERY_INTENDED:
            enough = timedelta(minutes=5) - _wall(history)
            young = [n for n, at in mine.items() if n != row["delivery"] and _at(row) - at < enough]
            begun[row["delivery"]] = _at(row)
            if young:
                found.append(f"overtaken: {young} by {row['delivery']} on {row['channel']}")
        if row["state"] == "unknown":
            mine.setdefault(row["delivery"], begun[row["delivery"]])  # reckoned from the call, as the rule is
        else:
            mine.pop(row["delivery"], None)
    return found


def _fenced(moves: list[dict[str, Any]]) -> list[str]:
    """No run writes anything after another run took its channel."""
    found: list[str] = []
    latest: dict[str, int] = defaultdict(int)
    for row in moves:
        if "fence" in row:
            if row["fence"] < latest[row["channel"]]:
                found.append(f"zombie: run {row['fence']} on {row['channel']} wrote after run {latest[row['channel']]}")
            latest[row["channel"]] = max(latest[row["channel"]], row["fence"])
    return found


def _approved(history: History, by_delivery: dict[int, list[dict[str, Any]]]) -> list[str]:
    """Where posts are approved, exactly what was approved is sent."""
    asks = {each.id for each in history.newsroom.channels if each.approval == "always"}
    found = []
    for number, rows in by_delivery.items():
        approved = None
        for row in rows:
            if row["action"] in (Action.DELIVERY_THAWED, Action.DELIVERY_FROZEN):
                approved = None
            if (row["state"], row["reason"]) == ("held", "approval"):  # undone
                approved = None
            if row["reason"] == "approved" and "digest" in row:
                approved = row["digest"]
            asked = row["channel"] in asks or row["kind"] in ("reply", "part")  # a correction always
            if asked and row["action"] == Action.DELIVERY_INTENDED and row["digest"] != approved:
                found.append(f"unapproved: delivery {number} sent words nobody approved")
    return found


def _hushed(history: History, log: list[dict[str, Any]]) -> list[str]:
    """While a channel is hushed nothing new but breaking news goes out on it."""
    found, hushed, urgent = [], set[str](), _urgent(history, log)
    for row in log:
        match row["action"]:
            case Action.CHANNEL_HUSHED:
                hushed.add(row["channel"])
            case Action.CHANNEL_UNHUSHED:
                hushed.discard(row["channel"])
            case Action.DELIVERY_INTENDED if row["channel"] in hushed and row["kind"] not in ("edit", "delete"):
                if row["delivery"] in urgent:
                    continue
                found.append(f"loud: delivery {row['delivery']} was sent on {row['channel']} during a hush")
    return found


def _as_moved(history: History, by_delivery: dict[int, list[dict[str, Any]]]) -> list[str]:
    """Nothing is sent before the time a person moved it to."""
    found = []
    for number, rows in by_delivery.items():
        for before, row in pairwise(rows):
            is_sent = row["action"] == Action.DELIVERY_INTENDED
            if (
                is_sent
                and before["reason"] == "moved"
                and _moment(before["due"]) > _at(row) + _wall(history) + _slack(history)
            ):
                found.append(f"early: delivery {number} was sent before the time it was moved to")
    return found


def _looked_at(log: list[dict[str, Any]]) -> list[str]:
    """While a story counts as solemn, nothing of it goes out that nobody approved."""
    found, solemn, approved = [], set[str](), dict[int, str]()
    for row in log:
        if row["action"] == Action.STORY_MARKED and "solemn" in row["said"]:
            (solemn.discard if "not solemn" in row["said"] else solemn.add)(row["story"])
        if Action(row["action"]) not in _MOVES:
            continue
        if row["reason"] == "approved" and "digest" in row:
            approved[row["delivery"]] = row["digest"]
        is_sent = row["action"] == Action.DELIVERY_INTENDED
        if is_sent and row["story"] in solemn and row["digest"] != approved.get(row["delivery"]):
            found.append(f"unseen: delivery {row['delivery']} of a solemn story was sent unapproved")
    return found


def _prompt(history: History, by_delivery: dict[int, list[dict[str, Any]]]) -> list[str]:
    """Where nothing goes wrong, what is due goes out within minutes."""
    plan = history.plan
    if (
        plan.chaos
        or plan.script
        or plan.crash_at
        or plan.freeze
        or plan.freeze_at
        or plan.busy
        or plan.meddle
        or plan.crowd
        or plan.outage
        or plan.jumps
    ):
        return []
    found = []
    for number, rows in by_delivery.items():
        due = max(rows[0]["due"], rows[0]["at"])
        sent = next((row["at"] for row in rows if row["action"] == Action.DELIVERY_INTENDED), None)
        if rows[0]["state"] == "due" and (sent is None or sent - due > 1000 * (60 + 40 * plan.stories)):
            found.append(f"late: delivery {number} was due long before it went out")
    return found


def _as_time_passed(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take out of every row's moments by how much the clock had been set until then; `shown` is what it showed."""
    off = 0
    for row in log:
        off += row["by"] if Action(row["action"]) is Action.CLOCK_SET else 0
        row["shown"] = row["at"]
        row |= {name: row[name] - off for name in ("at", "due") if name in row}
    return log


def _slack(history: History) -> timedelta:
    """How far two moments may be apart that were the same: each is told in whole milliseconds, as each jump is."""
    return timedelta(milliseconds=2 + history.plan.jumps)


def _wall(history: History) -> timedelta:
    """How far two readings of the wall clock may be apart in a history in which it is set.

    Nobody knows by how much it was set while the daemon was down.
    """
    if (history.plan.jumps or history.plan.clock) and history.crashes:
        return timedelta(days=1)
    return timedelta(seconds=130) if history.plan.busy else timedelta(0)


def _at(row: dict[str, Any]) -> datetime:
    return _moment(row["at"])


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
