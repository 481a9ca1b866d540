"""Threads' access tokens from the other side: they live 60 days, and from their second day on may be renewed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.consents import App, Consents, Denied
from adapters.emulators.facebook_graph import No
from adapters.emulators.kit import Asked, Reply, reply

REDIRECT = "https://steppecourier.example/connected"
"""The address demo apps have registered: Threads sends people only to one under https."""
LIVES, YOUNG = timedelta(days=60), timedelta(hours=24)
_SCOPES = ("threads_basic", "threads_content_publish", "threads_manage_insights", "threads_delete")


@dataclass
class Token:
    """One long-lived access token."""

    text: str
    owner: str
    issued_at: datetime
    expires_at: datetime
    is_dead: bool = False
    secret: str = field(default="-", repr=False)
    """Of the app, where it is a short token."""
    scopes: set[str] = field(default_factory=lambda: set(_SCOPES))

    def may(self, scope: str) -> None:
        """Refuse what its owner was not asked for."""
        if scope not in self.scopes:
            raise No(f"(#10) This endpoint requires the '{scope}' permission", 10)


@dataclass
class Tokens:
    """All tokens there are."""

    known: dict[str, Token] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    """By what an account was admitted with, its profile."""
    consents: Consents = field(
        default_factory=lambda: Consents(timedelta(hours=1), pkce="", separator=",", suffix="#_")
    )

    def admit(self, key: str, owner: str, secret: str) -> None:
        """Make an account known, and its app, whose redirect address is the newsroom's own."""
        self.owners[key], self.consents.member = owner, owner
        self.consents.apps[key] = App(key, secret, {REDIRECT})

    def signing_in(self, asked: Asked, now: datetime) -> Reply:
        """Show the consent page, or trade a code for a token of an hour."""
        if asked.method == "GET":
            return self.consents.page(asked, now)
        try:
            code = self.consents.traded(asked, now)
        except Denied as e:
            raise No(str(e), 100) from e
        made = self.issue(f"THAAshort-threads-token-of-nobody-{len(self.known)}", code.member, now)
        made.expires_at, made.scopes, made.secret = now + timedelta(hours=1), set(code.rights), code.app.secret
        return reply(200, {"access_token": made.text, "user_id": code.member})

    def exchanged(self, token: Token, asked: Asked, now: datetime) -> Reply:
        """Give a token of 60 days for one of an hour; only the app that has that may ask."""
        if asked.query.get("grant_type") != "th_exchange_token" or asked.query.get("client_secret") != token.secret:
            raise No("(#100) Error validating client secret.", 100)
        made = self.issue(f"THAAlong-threads-token-of-nobody-{len(self.known)}", token.owner, now)
        made.scopes = token.scopes
        seconds = int(LIVES.total_seconds())
        return reply(200, {"access_token": made.text, "token_type": "bearer", "expires_in": seconds})

    def issue(self, text: str, owner: str, at: datetime) -> Token:
        """Give a token."""
        self.known[text] = Token(text, owner, at, at + LIVES)
        return self.known[text]

    def holder(self, asked: Asked, said: Mapping[str, Any], now: datetime) -> Token:
        """Find whose token a request came with."""
        text = asked.bearer or str(said.get("access_token", ""))
        if not text:
            raise No("An access token is required to request this resource.", 104)
        token = self.known.get(text)
        if token is None:
            raise No("Invalid OAuth access token - Cannot parse access token", 190)
        if token.is_dead or token.expires_at <= now:
            raise No("Error validating access token: Session has expired", 190, 463)
        return token

    def debugged(self, token: Token, asked: Asked, now: datetime) -> Reply:
        """Tell what an account may know of its tokens."""
        found = self.known.get(str(asked.query.get("input_token")))
        if found is None or found.owner != token.owner:
            raise No("(#100) The App_id in the input_token did not match the Viewing App", 100)
        dates = {"issued_at": int(found.issued_at.timestamp()), "expires_at": int(found.expires_at.timestamp())}
        is_valid = not found.is_dead and found.expires_at > now
        facts = {"type": "USER", "is_valid": is_valid, "user_id": found.owner, "scopes": sorted(found.scopes)}
        return reply(200, {"data": facts | dates})

    def refreshed(self, token: Token, asked: Asked, now: datetime) -> Reply:
        """Give a token that lives 60 days from now; the old one lives on. One of less than a day is refused."""
        if asked.query.get("grant_type") != "th_refresh_token":
            raise No("(#100) Param grant_type must be th_refresh_token", 100)
        if now - token.issued_at < YOUNG:
            raise No("(#100) The access token must be at least 24 hours old to be refreshed", 100)
        made = self.issue(f"THAArenewed-threads-token-of-nobody-{len(self.known)}", token.owner, now)
        seconds = int(LIVES.total_seconds())
        return reply(200, {"access_token": made.text, "token_type": "bearer", "expires_in": seconds})
