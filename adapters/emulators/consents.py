"""OAuth 2.0 from the other side: consent pages, codes that serve once and briefly, verifiers, refresh tokens."""

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote, unquote, urlencode

from adapters.emulators.kit import Asked, Reply, reply

Pkce = Literal["S256", "hex", ""]


class Denied(Exception):
    """The token endpoint says no, as RFC 6749 (5.2) words it."""

    def __init__(self, error: str, said: str, *, status: int = 400) -> None:
        super().__init__(said)
        self.reply = reply(status, {"error": error, "error_description": said})


@dataclass
class App:
    """One app; `redirects` are the addresses it registered, byte for byte; none: any on 127.0.0.1."""

    id: str
    secret: str = ""
    redirects: set[str] = field(default_factory=set)

    def takes(self, redirect: str) -> bool:
        """Whether people may be sent there."""
        return redirect in self.redirects or (
            not self.redirects and bool(re.fullmatch(r"http://127\.0\.0\.1:\d+(/\S*)?", redirect))
        )


@dataclass
class Code:
    """What a person's consent gave, until it is traded for tokens."""

    app: App
    member: str
    rights: tuple[str, ...]
    redirect: str
    challenge: str
    ends: datetime
    is_used: bool = False


@dataclass
class Consents:
    """The pages and codes of one network. `member`: who sits before the page; `grants`: the rights they leave ticked.

    `lives`: how long a code serves. The page is told who asks under `client`, and rights are parted by `separator`.
    """

    lives: timedelta
    pkce: Pkce = "S256"
    separator: str = " "
    client: str = "client_id"
    suffix: str = ""
    """What the network hangs onto each address people are sent back to."""
    member: str = ""
    no_verifier: tuple[str, str, int] = (
        "invalid_request",
        "code_verifier param is provided without a code_challenge in authorization request.",
        400,
    )
    """What a network without PKCE says to a verifier, the challenge having been dropped unseen.

    Facebook's words: NangoHQ/nango#7156, 2026-08-19.
    """
    withheld: frozenset[str] = frozenset()
    """Rights the person takes the tick from."""
    apps: dict[str, App] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)

    def page(self, asked: Asked, now: datetime) -> Reply:
        """Show the page, or, once its reader has answered, send them back."""
        told = {name: str(value) for name, value in asked.query.items()}
        app = self.apps.get(told.get(self.client, ""))
        redirect = told.get("redirect_uri", "")
        if app is None or not app.takes(redirect):
            return _shown(400, "<h1>Something went wrong</h1><p>You weren't able to give access to the app.</p>")
        if told.get("response_type") != "code" or not told.get("scope"):
            return _back(redirect, {"error": "invalid_request", "state": told.get("state", "")}, self.suffix)
        if self.pkce and (told.get("code_challenge_method") != "S256" or not told.get("code_challenge")):
            return _back(redirect, {"error": "invalid_request", "state": told.get("state", "")}, self.suffix)
        match told.pop("answer", ""):
            case "allow":
                code = self._code(app, told, now)
                return _back(redirect, {"state": told.get("state", ""), "code": code}, self.suffix)
            case "refuse":
                said = {"error": "access_denied", "error_description": "The user denied the request"}
                return _back(redirect, said | {"state": told.get("state", "")}, self.suffix)
        here = {each: f"{asked.base}{asked.path}?{urlencode(told | {'answer': each})}" for each in ("allow", "refuse")}
        links = "".join(f'<p><a href="{html.escape(to)}">{each.title()}</a></p>' for each, to in here.items())
        rights = ", ".join(told["scope"].split(self.separator))
        return _shown(200, f"<h1>An app wants to post for you</h1><p>It asks for: {html.escape(rights)}</p>{links}")

    def traded(self, asked: Asked, now: datetime) -> Code:
        """Take a code for what it gave. Raises Denied."""
        told = _told(asked)
        app = self.proved(asked)
        if not self.pkce and "code_verifier" in told:
            error, said, status = self.no_verifier
            raise Denied(error, said, status=status)
        code = self.codes.get(told.get("code", ""))
        if code is None or code.is_used or code.ends <= now or code.app is not app:
            raise Denied("invalid_grant", "The authorization code is invalid, was used before, or has expired.")
        code.is_used = True
        if told.get("redirect_uri") != code.redirect:
            raise Denied("invalid_grant", "The redirect_uri is not the one the code was issued for.")
        if self.pkce and _hidden(told.get("code_verifier", ""), self.pkce) != code.challenge:
            raise Denied("invalid_grant", "The code_verifier does not match the code_challenge.")
        return code

    def proved(self, asked: Asked) -> App:
        """Find the app that asks, by header or form. Raises Denied."""
        told = _told(asked)
        kind, _, pair = asked.headers.get("authorization", "").partition(" ")
        id, secret = told.get(self.client, ""), told.get("client_secret", "")
        if kind.lower() == "basic":
            id, _, secret = (unquote(each) for each in base64.b64decode(pair).decode().partition(":"))
        app = self.apps.get(id)
        if app is None or app.secret != secret:
            raise Denied("invalid_client", "Client authentication failed.", status=401)
        return app

    def _code(self, app: App, told: Mapping[str, str], now: datetime) -> str:
        rights = tuple(each for each in told["scope"].split(self.separator) if each not in self.withheld)
        code = f"demo-code-{len(self.codes):04}-of-nobody"
        challenge, ends = told.get("code_challenge", ""), now + self.lives
        self.codes[code] = Code(app, self.member, rights, told["redirect_uri"], challenge, ends)
        return code


def _told(asked: Asked) -> dict[str, str]:
    found: Mapping[str, Any] = asked.query if asked.method == "GET" else asked.body
    return {name: str(value) for name, value in found.items()}


def _hidden(verifier: str, how: Pkce) -> str:
    digest = hashlib.sha256(verifier.encode())
    return digest.hexdigest() if how == "hex" else base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def _shown(status: int, body: str) -> Reply:
    page = f"<!doctype html><meta charset=utf-8><title>Consent</title>{body}"
    return Reply(status, page.encode(), {"content-type": "text/html; charset=utf-8"})


def _back(redirect: str, told: Mapping[str, str], suffix: str) -> Reply:
    join = "&" if "?" in redirect else "?"
    return Reply(302, b"", {"location": f"{redirect}{join}{urlencode(told, quote_via=quote)}{suffix}"})
