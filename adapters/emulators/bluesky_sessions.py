"""How a personal data server knows its callers: app passwords, access and refresh tokens."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.emulators.bluesky_record import Refused
from adapters.emulators.kit import Bucket

Json = dict[str, Any]

ACCESS_LIVES = timedelta(minutes=120)
REFRESH_LIVES = timedelta(days=90)
GRACE = timedelta(hours=2)
"""How long a refresh token serves after its first use (@atproto/pds account-manager/helpers/auth.ts)."""
_SECRET = b"of an emulator"


@dataclass
class Account:
    """One repository's owner."""

    did: str
    handle: str
    passwords: set[str] = field(default_factory=set)
    is_dead: bool = False
    """Its app passwords were revoked."""
    sign_ins: tuple[Bucket, Bucket] = field(
        default_factory=lambda: (Bucket(30, timedelta(minutes=5)), Bucket(300, timedelta(days=1)))
    )
    """createSession: 30 in 5 minutes and 300 a day (@atproto/pds)."""


class Sessions:
    """Signs and reads tokens; a refresh token is known by its number."""

    def __init__(self) -> None:
        self._last = 0
        self._used: dict[str, datetime] = {}
        self._dead_until: dict[str, int] = {}

    def open(self, did: str, now: datetime) -> Json:
        """Make a new pair of tokens."""
        self._last += 1
        return {
            "accessJwt": self._sign("com.atproto.access", did, now + ACCESS_LIVES),
            "refreshJwt": self._sign("com.atproto.refresh", did, now + REFRESH_LIVES),
        }

    def close(self, did: str) -> None:
        """Revoke every token given to `did` until now."""
        self._dead_until[did] = self._last

    def caller(self, token: str, now: datetime) -> str:
        """Tell whose access token this is."""
        return str(self._read(token, "com.atproto.access", now)["sub"])

    def refresh(self, token: str, now: datetime) -> str:
        """Use up a refresh token; it serves for two more hours."""
        claims = self._read(token, "com.atproto.refresh", now)
        first = self._used.setdefault(claims["jti"], now)
        if now - first > GRACE:
            raise Refused("ExpiredToken", "Token has been revoked")
        return str(claims["sub"])

    def owner(self, token: str) -> str | None:
        """Tell whose token this is, dead or alive."""
        head, _, signature = token.rpartition(".")
        return str(_claims(head)["sub"]) if head and signature == _signature(head) else None

    def _sign(self, scope: str, did: str, until: datetime) -> str:
        claims = {"scope": scope, "sub": did, "exp": int(until.timestamp()), "jti": str(self._last)}
        head = f"{_part({'typ': 'at+jwt', 'alg': 'HS256'})}.{_part(claims)}"
        return f"{head}.{_signature(head)}"

    def _read(self, token: str, scope: str, now: datetime) -> Json:
        if not token:
            raise Refused("AuthMissing", "Authentication Required", 401)
        head, _, signature = token.rpartition(".")
        if not head or signature != _signature(head):
            raise Refused("InvalidToken", "Token could not be verified")
        claims = _claims(head)
        if claims["scope"] != scope:
            raise Refused("InvalidToken", "Token could not be verified")
        if now >= datetime.fromtimestamp(claims["exp"], UTC):
            raise Refused("ExpiredToken", "Token has expired")
        if int(claims["jti"]) <= self._dead_until.get(claims["sub"], 0):
            raise Refused("ExpiredToken", "Token has been revoked")
        return claims


def _part(claims: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


def _claims(head: str) -> Json:
    claims: Json = json.loads(base64.urlsafe_b64decode(head.partition(".")[2] + "=="))
    return claims


def _signature(head: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(_SECRET, head.encode(), hashlib.sha256)).decode().rstrip("=")
