"""How long an answer asks us to stay away: every header that says so, on networks and on sites, in one table. Pure."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from adapters.errors import Scope

LONGEST = timedelta(days=7)
_WINDOW = timedelta(days=1, minutes=1)
"""The longest any network counts over, and a minute between two clocks; a later moment is not believed."""
_SHORTEST = timedelta(seconds=1)
_BUSINESS, _APP = "x-business-use-case-usage", "x-app-usage"
_A_YEAR = 366 * 86_400

Read = Callable[[str, datetime | None], timedelta | None]
"""(value, the answer's own moment) -> how long; None: it does not say."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long to stay away; `scope` is whom it holds back, where the header tells that."""

    length: timedelta
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class _Header:
    """One header. `left` names the one that counts what is left: where something is, this window was not met."""

    name: str
    read: Read
    scope: Scope | None = None
    left: str = ""
    most: timedelta = _WINDOW


def asked(headers: Mapping[str, str], now: datetime | None = None) -> Wait | None:
    """Tell how long an answer asks to stay away; None: it does not say. Names of headers are in lower case.

    Moments are reckoned from the answer's own `Date`, so that a wrong clock here does not matter; from `now` where it
    carries none. `Retry-After` goes before all others; of several windows that are used up the longest holds.
    """
    then = _moment(headers.get("date", "")) or now
    found = [
        (row, Wait(min(max(length, _SHORTEST), row.most), row.scope))
        for row in _TABLE
        if (length := row.read(headers.get(row.name, ""), then)) is not None
    ]
    if found and found[0][0] is _TABLE[0]:
        return found[0][1]
    spent = [wait for row, wait in found if headers.get(row.left, "0") == "0"]
    if spent:
        return max(spent, key=_length)
    return min((wait for _, wait in found), key=_length, default=None)


def used(headers: Mapping[str, str], names: Iterable[str]) -> list[float]:
    """Collect numbers of Meta's usage headers, such as shares of a quota in percent."""
    names = tuple(names)
    return [number for header in (_BUSINESS, _APP) for number in _numbers(headers.get(header, ""), names)]


def _seconds_or_date(said: str, then: datetime | None) -> timedelta | None:
    said = said.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", said):
        return timedelta(seconds=float(said))
    return _until(_moment(said), then)


def _reset(said: str, then: datetime | None) -> timedelta | None:
    """Read Unix seconds, an ISO date, or seconds that are left (what the draft of RateLimit headers means)."""
    said = said.strip()
    if re.fullmatch(r"[0-9]{1,11}", said):
        number = int(said)
        return timedelta(seconds=number) if number < _A_YEAR else _until(datetime.fromtimestamp(number, UTC), then)
    try:
        return _until(datetime.fromisoformat(said), then)
    except ValueError:
        return None


def _regained(said: str, then: datetime | None) -> timedelta | None:
    """Read Meta's estimate: in minutes, unlike everybody's Retry-After."""
    minutes = max(_numbers(said, ("estimated_time_to_regain_access",)), default=0.0)
    return timedelta(minutes=min(minutes, LONGEST / timedelta(minutes=1))) if minutes > 0 else None


def _until(moment: datetime | None, then: datetime | None) -> timedelta | None:
    if moment is None or then is None:
        return None
    return moment - then if moment.tzinfo else None


def _moment(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _numbers(said: str, names: Iterable[str]) -> list[float]:
    """Read one usage header: a flat object for the app, lists of such by business object for the accounts."""
    try:
        parsed = json.loads(said or "{}")
        flat = [each for some in parsed.values() if isinstance(some, list) for each in some] or [parsed]
        found = [float(each[name]) for each in flat for name in names if name in each]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []
    return [number for number in found if math.isfinite(number)]


def _length(wait: Wait) -> timedelta:
    return wait.length


_RETRY_AFTER = "retry-after"
_TABLE = (
    # RFC 9110, 10.2.3: Telegram, Bluesky, and sites.
    _Header(_RETRY_AFTER, _seconds_or_date, most=LONGEST),
    # X (sheet of 2026-11-22, 4): the day's window of the app or the account, else the quarter hour's of the account.
    _Header("x-app-limit-24hour-reset", _reset, Scope.APP, "x-app-limit-24hour-remaining"),
    _Header("x-user-limit-24hour-reset", _reset, Scope.ACCOUNT, "x-user-limit-24hour-remaining"),
    _Header("x-rate-limit-reset", _reset, Scope.ACCOUNT, "x-rate-limit-remaining"),
    # Bluesky: Unix seconds (xrpc-server/src/rate-limiter-http.ts, sheet of 2026-11-22).
    _Header("ratelimit-reset", _reset, Scope.ACCOUNT, "ratelimit-remaining"),
    # Mastodon names the moment in ISO form and sends no Retry-After (rack_attack.rb, read 2026-11-22).
    _Header("x-ratelimit-reset", _reset, Scope.ACCOUNT, "x-ratelimit-remaining"),
    # Meta, whose refusals say by their code whom they mean (sheet of 2026-11-22, 4).
    _Header(_BUSINESS, _regained),
    _Header(_APP, _regained),
)
"""What each header means, and whom it holds back."""
