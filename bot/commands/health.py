"""The command health: asks the running daemon's own page, for monitoring and containers."""

import json
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bot.commands import show
from bot.commands.barrier import FAILED
from bot.commands.office import settings_at

_SECONDS = 5.0


def health(path: Path) -> int:
    """Say in one line how the daemon is; 0 where its ticks come, also while alerts are open."""
    settings, _ = settings_at(path)
    host, port = settings.listen
    try:
        status, told = _ask(host, port)
    except (OSError, HTTPException, ValueError) as e:
        show.paper().print(f"not well: no daemon answers at {host}:{port} ({getattr(e, 'strerror', None) or e})")
        return FAILED
    if status != 200:
        stuck = told.get("stuck")
        what = ", ".join(stuck) if isinstance(stuck, list) and stuck else "the page"
        show.paper().print(f"not well: {what} does not go on (answer {status}) {told.get('said', '')}".rstrip())
        return FAILED
    opened = told.get("alerts", 0)
    more = f", {opened} alert{'' if opened == 1 else 's'} open: `jarshy queue`" if opened else ""
    show.paper().print(f"well, since {_moment(told.get('since', ''), settings.policy.zone)}{more}")
    return 0


def _moment(said: object, zone: str) -> str:
    try:
        return show.since(datetime.fromisoformat(str(said)), zone)
    except ValueError:
        return str(said)


def _ask(host: str, port: int) -> tuple[int, dict[str, object]]:
    # A daemon that listens everywhere is asked here. Not through httpx: this runs twice a minute in a container.
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    door = HTTPConnection(here, port, timeout=_SECONDS)
    try:
        door.request("GET", "/healthz")
        answer = door.getresponse()
        told = json.loads(answer.read(100_000))
    finally:
        door.close()
    if not isinstance(told, dict):
        raise ValueError("this is not Jarshy")
    return answer.status, told
