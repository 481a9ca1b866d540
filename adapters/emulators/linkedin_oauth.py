"""LinkedIn's tokens, the headers every call needs, versions that die, and quotas that end at midnight UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.emulators.consents import App, Consents, Denied
from adapters.emulators.kit import Asked, Reply, reply

Json = dict[str, Any]

_ACCESS, _REFRESH = timedelta(days=60), timedelta(days=365)
# Seen with an app that has a secret (UsefulSoftwareCo/executor#2087, 2026-09-21).
_NO_VERIFIER = ("invalid_client", "Client authentication failed", 401)
_FIRST, _NEWEST = "202511", "202609"
_ALL = "openid,profile,w_member_social,w_organization_social,r_organization_social"


class No(Exception):
    """A refusal in the form of the versioned API."""

    def __init__(self, status: int, code: str, message: str, *, service: int = 0, **more: Any) -> None:
        super().__init__(message)
        body: Json = {"status": status, "code": code, "message": message}
        self.reply = reply(status, body | ({"serviceErrorCode": service} if service else {}) | more)


@dataclass
class Token:
    """One access token: whose it is, what it may do, until when."""

    text: str
    member: str
    scopes: set[str]
    expires_at: datetime
    app: str = ""
    is_revoked: bool = False


@dataclass
class Grant:
    """What a member allowed an app: refreshed for a year, which no refresh makes longer."""

    app: str
    secret: str
    member: str
    refresh: str
    ends: datetime
    is_revoked: bool = False
    made: int = 0


@dataclass
class Day:
    """How many calls were made since midnight UTC."""

    most: int
    day: date = date.min
    used: int = 0

    def take(self, now: datetime) -> bool:
        """Count one call; False: it is one too many today."""
        if now.date() != self.day:
            self.day, self.used = now.date(), 0
        self.used += 1
        return self.used <= self.most


@dataclass
class Tokens:
    """All tokens and grants there are."""

    known: dict[str, Token] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    consents: Consents = field(
        default_factory=lambda: Consents(timedelta(minutes=30), pkce="", no_verifier=_NO_VERIFIER)
    )
    is_approved: bool = True
    """Whether apps get refresh tokens."""

    def admit(self, credentials: Mapping[str, str], member: str, now: datetime) -> None:
        """Make what an account has known: a pasted token, and a grant where the app may refresh."""
        app, secret = credentials.get("client_id", ""), credentials.get("client_secret", "")
        text, refresh = credentials.get("token", ""), credentials.get("refresh_token", "")
        self.consents.apps[app], self.consents.member = App(app, secret), member
        if not text:
            return
        self.known.setdefault(text, Token(text, member, set(_ALL.split(",")), now + _ACCESS, app))
        self.grants.setdefault(refresh or f"none of {text}", Grant(app, secret, member, refresh, now + _REFRESH))

    def holder(self, asked: Asked, now: datetime) -> Token:
        """Find whose token a request came with."""
        token = self.known.get(asked.bearer)
        if token is None:
            raise No(401, "INVALID_ACCESS_TOKEN", "Invalid access token", service=65600)
        if token.is_revoked:
            raise No(401, "REVOKED_ACCESS_TOKEN", "The token has been revoked by the user", service=65601)
        if token.expires_at <= now:
            raise No(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", service=65602)
        return token

    def exchanged(self, asked: Asked, now: datetime) -> Reply:
        """Answer a refresh, where the refresh token stays, and so does its end; or trade a code."""
        if asked.body.get("grant_type") == "authorization_code":
            return self._traded(asked, now)
        grant = self.grants.get(str(asked.body.get("refresh_token") or "-"))
        if asked.body.get("grant_type") != "refresh_token" or grant is None or grant.is_revoked or grant.ends <= now:
            said = "The provided authorization grant or refresh token is invalid, expired or revoked"
            return reply(400, {"error": "invalid_grant", "error_description": said})
        if (grant.app, grant.secret) != (asked.body.get("client_id"), asked.body.get("client_secret")):
            return reply(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        grant.made += 1
        text = f"refreshed-access-token-{grant.made}-of-{grant.refresh}"
        ends = min(now + _ACCESS, grant.ends)
        self.known[text] = Token(text, grant.member, set(_ALL.split(",")), ends, grant.app)
        made = {"access_token": text, "expires_in": int((ends - now).total_seconds()), "scope": _ALL}
        lasts = int((grant.ends - now).total_seconds())
        return reply(200, made | {"refresh_token": grant.refresh, "refresh_token_expires_in": lasts})

    def _traded(self, asked: Asked, now: datetime) -> Reply:
        try:
            code = self.consents.traded(asked, now)
        except Denied as e:
            return e.reply
        n = len(self.known)
        text, refresh, ends = f"consented-access-token-{n}", f"consented-refresh-token-{n}", now + _ACCESS
        self.known[text] = Token(text, code.member, set(code.rights), ends, code.app.id)
        made = {"access_token": text, "expires_in": int(_ACCESS.total_seconds()), "scope": ",".join(code.rights)}
        key = refresh if self.is_approved else f"none of {text}"
        self.grants[key] = Grant(code.app.id, code.app.secret, code.member, refresh, now + _REFRESH)
        if self.is_approved:
            made |= {"refresh_token": refresh, "refresh_token_expires_in": int(_REFRESH.total_seconds())}
        return reply(200, made)

    def introspected(self, asked: Asked, now: datetime) -> Reply:
        """Tell an app about a token of its own; moments are Unix seconds."""
        token = self.known.get(str(asked.body.get("token")))
        apps = {(grant.app, grant.secret) for grant in self.grants.values() if grant.app}
        if (asked.body.get("client_id"), asked.body.get("client_secret")) not in apps:
            return reply(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        if token is None or token.app != asked.body.get("client_id"):
            return reply(200, {"active": False})
        is_active = not token.is_revoked and token.expires_at > now
        status = "active" if is_active else "revoked" if token.is_revoked else "expired"
        told = {"active": is_active, "status": status, "client_id": token.app, "auth_type": "3L"}
        ends = int(token.expires_at.timestamp())
        return reply(200, told | {"expires_at": ends, "scope": ",".join(sorted(token.scopes))})

    def revoke(self, asked: Asked) -> None:
        """Kill what a request came with, be it an access token or a grant."""
        if asked.bearer in self.known:
            self.known[asked.bearer].is_revoked = True
        for name in ("token", "refresh_token"):
            text = str(asked.body.get(name) or "")
            if text in self.known:
                self.known[text].is_revoked = True
            if text in self.grants:
                self.grants[text].is_revoked = True

    def restore(self) -> None:
        """Let everything revoked serve again."""
        for token in self.known.values():
            token.is_revoked = False
        for grant in self.grants.values():
            grant.is_revoked = False


def check_headers(asked: Asked, now: datetime) -> None:
    """Ask for the two headers of the versioned API, and for a version that serves.

    What is said where the header is missing is a belief (sheet of 2026-11-22, 9).
    """
    version = asked.headers.get("linkedin-version", "")
    if not version:
        raise No(
            400, "VERSION_MISSING", "A version must be present. Please specify a version by adding LinkedIn-Version"
        )
    if not (_FIRST <= version <= _NEWEST and len(version) == len(_NEWEST) and now < _dies(version)):
        raise No(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")
    if asked.headers.get("x-restli-protocol-version") != "2.0.0":
        raise No(400, "PROTOCOL_VERSION", "X-Restli-Protocol-Version must be 2.0.0")
    if asked.method == "POST" and not asked.is_json:
        raise No(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json")


def _dies(version: str) -> datetime:
    """Tell when a version dies: on the 15th, a year after its month (n8n#39065, of 202604)."""
    return datetime(int(version[:4]) + 1, int(version[4:]), 15, tzinfo=UTC)
