"""Whom Google knows: clients, refresh tokens and the access tokens made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.consents import Consents, Denied
from adapters.emulators.kit import Asked, Reply, reply

ACCESS_LIVES = timedelta(seconds=3599)
TESTING_LIVES = timedelta(days=7)
"""How long a refresh token serves whose consent screen is still "in testing"."""

_SCOPE = "https://www.googleapis.com/auth/youtube"
UPLOAD, READ, MANAGE, ALL = f"{_SCOPE}.upload", f"{_SCOPE}.readonly", f"{_SCOPE}.force-ssl", _SCOPE
# Which of an access token's scopes allow a call, from the discovery document (revision 20261104).
ALLOWS = {
    "session": {UPLOAD, MANAGE, ALL},
    "channels": {READ, MANAGE, ALL},
    "playlistItems": {READ, MANAGE, ALL},
    "videos": {READ, MANAGE, ALL},
    "updateVideo": {MANAGE, ALL},
    "deleteVideo": {MANAGE, ALL},
    "thumbnail": {UPLOAD, MANAGE, ALL},
}


class No(Exception):
    """A refusal in the API's form."""

    def __init__(self, status: int, reason: str, message: str = "", domain: str = "youtube.video") -> None:
        super().__init__(reason)
        said = message or f"The request was refused: {reason}."
        error: dict[str, Any] = {"code": status, "message": said}
        self.reply = reply(
            status, {"error": error | {"errors": [{"message": said, "domain": domain, "reason": reason}]}}
        )


@dataclass
class Grant:
    """What one person allowed one app: `channel` is whose videos it may make."""

    channel: str
    client: tuple[str, str] = field(repr=False)
    refresh: str = field(repr=False)
    scopes: set[str] = field(default_factory=lambda: {UPLOAD, READ, MANAGE})
    is_dead: bool = False
    ends: datetime | None = None


@dataclass
class Access:
    """One access token."""

    grant: Grant
    until: datetime
    is_dead: bool = False


class Grants:
    """The token endpoint, and who asks. `is_testing`: the apps' consent screens are not published."""

    def __init__(self) -> None:
        self.known: dict[str, Grant] = {}
        self.is_testing = False
        self._given: dict[str, Access] = {}
        self.consents = Consents(timedelta(minutes=10))

    def renew(self, asked: Asked, now: datetime) -> Reply:
        """Make an access token of a refresh token, which stays the same."""
        told: Mapping[str, Any] = asked.body
        if told.get("grant_type") == "authorization_code":
            return self._traded(asked, now)
        grant = self.known.get(str(told.get("refresh_token")))
        clients = {each.client for each in self.known.values()}
        if (str(told.get("client_id")), str(told.get("client_secret"))) not in clients:
            return reply(401, {"error": "invalid_client", "error_description": "The OAuth client was not found."})
        if told.get("grant_type") != "refresh_token":
            return reply(400, {"error": "unsupported_grant_type", "error_description": "Invalid grant_type"})
        if grant is None or grant.is_dead or (grant.ends and grant.ends <= now):
            said = "Token has been expired or revoked."
            return reply(400, {"error": "invalid_grant", "error_description": said})
        return reply(200, self._give(grant, now))

    def _give(self, grant: Grant, now: datetime) -> dict[str, Any]:
        token = f"ya29.an-access-token-of-the-emulator-{len(self._given):06}"
        self._given[token] = Access(grant, now + ACCESS_LIVES)
        about = {"expires_in": int(ACCESS_LIVES.total_seconds()), "token_type": "Bearer"}
        return {"access_token": token, "scope": " ".join(sorted(grant.scopes)), **about}

    def _traded(self, asked: Asked, now: datetime) -> Reply:
        try:
            code = self.consents.traded(asked, now)
        except Denied as e:
            return e.reply
        refresh = f"1//demo-consented-refresh-{len(self.known)}"
        grant = Grant(code.member, (code.app.id, code.app.secret), refresh, set(code.rights))
        self.known[refresh] = grant
        given = self._give(grant, now) | {"refresh_token": refresh}
        if self.is_testing:
            # No paper of Google's names this field for apps in testing; answers that people recorded show it, such as
            # https://github.com/searlsco/posse_party (docs, YouTube), read 2026-12-02.
            grant.ends = now + TESTING_LIVES
            given |= {"refresh_token_expires_in": int(TESTING_LIVES.total_seconds()) - 1}
        return reply(200, given)

    def holder(self, asked: Asked, call: str, now: datetime) -> Grant:
        """Find who asks, and whether they may."""
        access = self._given.get(asked.bearer)
        if access is None or access.is_dead or access.until <= now:
            raise No(401, "authError", "Invalid Credentials", "global")
        if call in ALLOWS and not access.grant.scopes & ALLOWS[call]:
            raise No(403, "insufficientPermissions", "Request had insufficient authentication scopes.", "global")
        return access.grant

    def revoke(self, asked: Asked) -> None:
        """Kill the token a request came with."""
        if asked.bearer in self._given:
            self._given[asked.bearer].is_dead = True
        refresh = str(asked.body.get("refresh_token"))
        if refresh in self.known:
            self.known[refresh].is_dead = True

    def restore(self) -> None:
        """Let every revoked token serve again."""
        for grant in self.known.values():
            grant.is_dead = False
        for access in self._given.values():
            access.is_dead = False
