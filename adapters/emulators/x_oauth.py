"""How X proves who asks: OAuth 1.0a, recomputed from the RFC with a few lines of its own, and OAuth 2.0 by consent."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

from adapters.emulators.consents import App, Consents, Denied
from adapters.emulators.kit import Asked, Reply, reply
from adapters.emulators.x_rules import No

_CLOCKS_MAY_DIFFER = timedelta(seconds=300)
_WANTED = frozenset({"consumer_key", "nonce", "signature", "signature_method", "timestamp", "token"})


def told(asked: Asked) -> dict[str, str]:
    """Read the header's parameters without their prefix; empty where it is no OAuth header."""
    kind, _, rest = asked.headers.get("authorization", "").partition(" ")
    if kind.lower() != "oauth":
        return {}
    return {unquote(name): unquote(value) for name, value in re.findall(r'oauth_(\w+)="([^"]*)"', rest)}


def signature(asked: Asked, claims: Mapping[str, str], api_secret: str, access_secret: str) -> str:
    """Sign a request anew: its query, the header's claims, and nothing of a JSON or multipart body."""
    mine = {f"oauth_{name}": value for name, value in claims.items() if name != "signature"}
    pairs = sorted((_quoted(k), _quoted(str(v))) for k, v in (*asked.query.items(), *mine.items()))
    parameters = "&".join("=".join(pair) for pair in pairs)
    base = "&".join(_quoted(part) for part in (asked.method, asked.base + asked.path, parameters))
    secret = f"{_quoted(api_secret)}&{_quoted(access_secret)}".encode()
    return base64.b64encode(hmac.new(secret, base.encode(), hashlib.sha1).digest()).decode()


class Nonces:
    """Remembers which nonces were used, for as long as their timestamps would be taken."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], datetime] = {}

    def take(self, claims: Mapping[str, str], now: datetime) -> bool:
        """Use a nonce up; False: it was used before, a claim is missing, or its time is not ours."""
        if not claims.keys() >= _WANTED or claims["signature_method"] != "HMAC-SHA1":
            return False
        if not re.fullmatch(r"\d{1,11}", claims["timestamp"]) or not claims["nonce"]:
            return False
        if abs(now.timestamp() - int(claims["timestamp"])) > _CLOCKS_MAY_DIFFER.total_seconds():
            return False
        self._used = {nonce: at for nonce, at in self._used.items() if now - at <= 2 * _CLOCKS_MAY_DIFFER}
        nonce = (claims["token"], claims["nonce"])
        is_new = nonce not in self._used
        self._used[nonce] = now
        return is_new


def _quoted(text: str) -> str:
    return quote(text, safe="~")


_NEEDS = {
    "createPosts": "tweet.write",
    "deletePosts": "tweet.write",
    "getUsersMe": "users.read",
    "mediaUpload": "media.write",
    "createMediaMetadata": "media.write",
}
"""The right a call needs; every other reads posts."""
_ACCESS, _REFRESH = timedelta(hours=2), timedelta(days=180)


@dataclass
class Access:
    """A token of OAuth 2.0, or what renews it: whose it is, what it may do, until when."""

    member: str
    app: str
    rights: tuple[str, ...]
    ends: datetime


@dataclass
class Grants:
    """What people allowed apps: tokens of two hours, and refresh tokens that serve once."""

    consents: Consents = field(default_factory=lambda: Consents(timedelta(seconds=30)))
    tokens: dict[str, Access] = field(default_factory=dict)
    refreshes: dict[str, Access] = field(default_factory=dict)
    _made: int = 0

    def admit(self, app: str, secret: str) -> None:
        """Make an app known, and let its account's owner sit before the page."""
        self.consents.apps[app], self.consents.member = App(app, secret), app

    def check(self, token: str, name: str, now: datetime, *, is_dead: bool) -> None:
        """See whether a token serves for a call. Raises No."""
        grant = self.tokens[token]
        if is_dead or grant.ends <= now:
            raise No(401, "Unauthorized", title="Unauthorized")
        if _NEEDS.get(name, "tweet.read") not in grant.rights:
            raise No(403, "Forbidden", title="Forbidden")

    def answer(self, asked: Asked, now: datetime) -> Reply:
        """Show the consent page, or answer at the token endpoint."""
        if asked.method == "GET":
            return self.consents.page(asked, now)
        try:
            if asked.body.get("grant_type") == "authorization_code":
                code = self.consents.traded(asked, now)
                return self._give(Access(code.member, code.app.id, code.rights, now), now)
            app = self.consents.proved(asked)
            grant = self.refreshes.pop(str(asked.body.get("refresh_token")), None)
            if grant is None or grant.app != app.id or grant.ends <= now:
                raise Denied("invalid_request", "Value passed for the token was invalid.")
            return self._give(grant, now)
        except Denied as e:
            return e.reply

    def _give(self, grant: Access, now: datetime) -> Reply:
        self._made += 1
        access, refresh = (f"demo-{kind}-{self._made:04}-of-nobody" for kind in ("oauth2-access", "oauth2-refresh"))
        self.tokens[access] = replace(grant, ends=now + _ACCESS)
        given = {"token_type": "bearer", "expires_in": int(_ACCESS.total_seconds()), "access_token": access}
        given |= {"scope": " ".join(grant.rights)}
        if "offline.access" in grant.rights:
            self.refreshes[refresh] = replace(grant, ends=now + _REFRESH)
            given |= {"refresh_token": refresh}
        return reply(200, given)
