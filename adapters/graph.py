"""What Facebook, Instagram and Threads have in common: proofs, refusals by code, and how much of a quota is used.

https://developers.facebook.com/docs/graph-api/guides/error-handling/
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from adapters import waits
from adapters.contract import (
    AuthFailed,
    Clock,
    Memo,
    NotSent,
    NotYet,
    PictureRefused,
    PublishError,
    Rejected,
    Scope,
)
from adapters.http import Answer, Http, bearer
from adapters.text import addresses, fold_address, same_words, spoken

_USED = "channel:used"
# Shares of the quota, in percent. Calls beyond it only make the wait longer (rate limit page of the Graph API, sheet of
# 2026-11-22), so there has to be room for the look after a lost answer.
_SLOW, _FULL = 80, 95
_SLOWER = timedelta(minutes=1)
"""Each percent above `_SLOW` keeps the channel so long from its next post."""
_HOUR = timedelta(hours=1)

_TRANSIENT = frozenset({1, 2})
_GONE = (100, 33)
_OF_APP = frozenset({4, 341})
_LIMITED = frozenset({17, 32, 613, *range(80000, 80015)})
_DEAD_TOKEN = frozenset({102, 190})
_NO_ROLE = 492
_POLICY = 368
_SMALL = 300
"""Subcodes up to here mean other things than codes do."""
_FORBIDDEN = frozenset({3, 10, *range(200, 300), 1404078})
_BLOCKED = frozenset({368, 1346003, 1404102, 1404112, 1390008, 4854002})
_DOUBLE, _PHOTOS_USED = 506, 1366051
_NO_PREVIEW = 1609005
_NO_PICTURE = 1366046
_OLD_VERSION = 2635


class Missing(Rejected):
    """Nothing is known under this id, or nothing this token may see."""


class Double(Rejected):
    """The network says that it has this already; whose it is must be looked up."""


class PhotosUsed(Double):
    """Uploads stand on a post or draft already, and serve no second one."""


class Forbidden(AuthFailed):
    """The token lives, and has not the right to do this."""


def proof(token: str, secret: str) -> dict[str, str]:
    """Prove, as a parameter of each call, that the token is used by its own app; nothing without an app secret.

    https://developers.facebook.com/docs/graph-api/guides/secure-requests/
    """
    if not secret:
        return {}
    return {"appsecret_proof": hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()}


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, with the secret and the number of its app."""

    text: str = field(repr=False)
    secret: str = field(repr=False)
    app: str


async def ends(token: Token, base: str, http: Http, clock: Clock, *, what: str, rights: str) -> datetime | None:
    """Ask until when a token serves and may read; None: for ever, or its app is not known here."""
    found = await debugged(token, base, http, clock, what=what, rights=rights)
    return found.ends if found else None


@dataclass(frozen=True, slots=True)
class Debugged:
    """What an app is told of its token: until when it serves and may read (None: for ever), and its rights."""

    ends: datetime | None
    rights: frozenset[str]


async def debugged(token: Token, base: str, http: Http, clock: Clock, *, what: str, rights: str) -> Debugged | None:
    """Ask what a token is good for; None: its app is not known here, and nobody else may ask."""
    if not token.app or not token.secret:
        return None
    return await http.repeatable(
        "GET",
        f"{base}/debug_token",
        sleep=clock.sleep,
        what=what,
        read=_debugged,
        sort=partial(sort, unsure=NotSent, rights=rights),
        secrets=(token.text, token.secret),
        # The app asks, so the page's token has nothing to prove.
        headers=bearer(f"{token.app}|{token.secret}"),
        params={"input_token": token.text},
    )


def _debugged(answer: Any) -> Debugged:
    """Read the rights, and the first moment at which a token serves no more; 0 is Meta's word for never."""
    told = [answer["data"].get(name, 0) for name in ("expires_at", "data_access_expires_at")]
    first = min((datetime.fromtimestamp(each, UTC) for each in told if each), default=None)
    return Debugged(first, frozenset(map(str, answer["data"].get("scopes") or ())))


def sort(answer: Answer, *, unsure: type[PublishError], rights: str) -> PublishError | None:
    """Read a refusal by its codes, since the status is 400 even for a quota; None leaves it to the status.

    `unsure` is what no clear answer means for this call, `rights` what people must give a token that may not do this.
    """
    error = answer.body.get("error")
    if not isinstance(error, dict):
        return None
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    text, codes = said(answer), {code, subcode if subcode > _SMALL else 0}
    match code:
        case _ if _PHOTOS_USED in codes:
            return PhotosUsed(text)
        case _ if _DOUBLE in codes or (code == _POLICY and "already posted" in text.lower()):
            return Double(text)
        case _ if codes & _OF_APP:
            return NotYet(text, scope=Scope.APP, retry_after=_regained(answer.headers))
        case _ if codes & _LIMITED:
            return NotYet(text, scope=Scope.ACCOUNT, retry_after=_regained(answer.headers))
        case _ if code in _TRANSIENT or error.get("is_transient") is True:
            return unsure(text)
        case _ if (code, subcode) == _GONE:
            return Missing(text)
        case _ if _NO_PREVIEW in codes:
            return NotSent(text, is_outage=False)
        case _ if _NO_PICTURE in codes:
            return PictureRefused(text)
    return _no_access(codes, text, rights) or _by_status(answer.status, text, unsure)


def _no_access(codes: set[int], said: str, rights: str) -> AuthFailed | None:
    if _OLD_VERSION in codes:
        return AuthFailed(f"this version of the Graph API serves no more, set `version`: {said}", scope=Scope.ACCOUNT)
    if _NO_ROLE in codes or codes & _FORBIDDEN:
        return Forbidden(f"the token may not do this, it needs {rights}: {said}", scope=Scope.CHANNEL)
    if codes & _DEAD_TOKEN or "appsecret_proof" in said:
        return AuthFailed(said, scope=Scope.ACCOUNT)
    if codes & _BLOCKED:
        return AuthFailed(f"posts are blocked there, a person must look: {said}", scope=Scope.CHANNEL)
    return None


def _by_status(status: int, said: str, unsure: type[PublishError]) -> PublishError | None:
    if status >= 500:
        return unsure(said)
    return Rejected(said) if status == 400 else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def said(answer: Answer) -> str:
    """Write what was tried, the words meant for people where there are any, and what Meta's support asks for."""
    error = answer.body["error"]
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    told = ": ".join(str(error[k]) for k in ("error_user_title", "error_user_msg") if error.get(k))
    which = f"{code}/{subcode}" if subcode else str(code)
    trace = f", fbtrace_id {error['fbtrace_id']}" if error.get("fbtrace_id") else ""
    return f"{answer.said.partition(': ')[0]}: {told or error.get('message', '')} (code {which}{trace})"


def hear(headers: Mapping[str, str], *, memo: Memo, clock: Clock) -> None:
    """Note how much of the quotas is used, as a fact about the channel; an answer that does not say changes nothing."""
    percent = share(headers)
    if percent is not None:
        wait = _regained(headers).total_seconds()
        memo.note(_USED, json.dumps({"percent": percent, "at": clock.now().isoformat(), "wait": wait}))


def share(headers: Mapping[str, str]) -> float | None:
    """Read how much of the fullest quota is used, in percent; None: an answer does not say."""
    return max(waits.used(headers, ("call_count", "total_cputime", "total_time")), default=None)


def pace(memo: Memo, *, clock: Clock) -> None:
    """Raise NotYet where the quota is nearly used up: the last of it is kept for looking after a lost answer."""
    seen = json.loads(memo.read(_USED) or "{}")
    percent = seen.get("percent", 0)
    if percent < _SLOW:
        return
    wait = timedelta(seconds=seen["wait"]) if percent >= _FULL else _SLOWER * (percent - _SLOW)
    left = datetime.fromisoformat(seen["at"]) + wait - clock.now()
    if timedelta(0) < left <= wait:  # else it was noted by a clock that was ahead
        said = f"{percent:g} % of the calls this account may make are used"
        raise NotYet(said, scope=Scope.ACCOUNT, retry_after=left)


def says(theirs: str, ours: str) -> bool:
    """Tell whether a post's words as the network shows them are those that were sent."""
    alike = {fold_address(one) for one in addresses(theirs)} == {fold_address(one) for one in addresses(ours)}
    return alike and same_words(spoken(theirs), spoken(ours))


def _regained(headers: Mapping[str, str]) -> timedelta:
    """Tell how long Meta says it takes; an hour where it says nothing."""
    asked = waits.asked(headers)
    return asked.length if asked else _HOUR
