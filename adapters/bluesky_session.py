"""How a Bluesky account signs in: https://docs.bsky.app/docs/api/com-atproto-server-create-session."""

import base64
import contextlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.contract import AuthFailed, Clock, Json, Scope, Session
from adapters.http import Http, Sort, bearer

# Access tokens live 120 minutes (atproto packages/pds, read 2026-08-20); less, should one not tell.
_LIFE_UNTOLD = timedelta(minutes=90)
_SECRETS = ("password", "access", "refresh")


def secrets(tokens: Mapping[str, str]) -> tuple[str, ...]:
    """Pick what must appear in no error."""
    return tuple(tokens[name] for name in _SECRETS if name in tokens)


async def renew(http: Http, session: Session, clock: Clock, *, server: str, sort: Sort) -> Session:
    """Extend a session, or sign in where there is none to extend; sign-ins are few (30 in 5 minutes)."""
    known = session.tokens
    if known.get("refresh"):
        with contextlib.suppress(AuthFailed):  # expired or revoked: the password decides
            return _session(session, await _refresh(http, known, clock, server=server, sort=sort), clock, server)
    if not known.get("identifier") or not known.get("password"):
        raise AuthFailed("Bluesky needs the account's identifier and an app password", scope=Scope.ACCOUNT)
    answer = await http.json(
        "POST",
        f"{server}/xrpc/com.atproto.server.createSession",
        what="Bluesky createSession",
        read=_answer,
        sort=sort,
        secrets=secrets(known),
        json={"identifier": known["identifier"], "password": known["password"]},
    )
    return _session(session, answer, clock, server)


async def _refresh(http: Http, known: Mapping[str, str], clock: Clock, *, server: str, sort: Sort) -> Json:
    return await http.repeatable(
        "POST",
        f"{known.get('pds') or server}/xrpc/com.atproto.server.refreshSession",
        what="Bluesky refreshSession",
        sleep=clock.sleep,  # the old token serves for two hours more, so asking again harms nothing
        read=_answer,
        sort=sort,
        secrets=secrets(known),
        headers=bearer(known["refresh"]),
    )


def _session(old: Session, answer: Json, clock: Clock, server: str) -> Session:
    home = answer["home"] if _is_fit(answer["home"], server) else old.tokens.get("pds") or server
    new = {"access": answer["access"], "refresh": answer["refresh"], "handle": answer["handle"], "pds": home}
    expires_at = _expiry(answer["access"]) or clock.now() + _LIFE_UNTOLD
    return Session(answer["did"], {**old.tokens, **new}, expires_at)


def _answer(answer: Any) -> Json:
    return {
        "did": str(answer["did"]),
        "handle": str(answer["handle"]),
        "access": str(answer["accessJwt"]),
        "refresh": str(answer["refreshJwt"]),
        "home": _home(answer.get("didDoc")),
    }


def _home(did_doc: Any) -> str:
    """Find the account's own server, which everything but the sign-in is asked of; "" where nothing is said."""
    services = did_doc.get("service") if isinstance(did_doc, dict) else None
    for service in services or ():
        if str(service.get("id", "")).endswith("#atproto_pds"):
            return str(service.get("serviceEndpoint", "")).rstrip("/")
    return ""


def _is_fit(home: str, server: str) -> bool:
    """Tokens that came over TLS go over TLS only."""
    return home.startswith("https://") or (home.startswith("http://") and server.startswith("http://"))


def _expiry(token: str) -> datetime | None:
    """Read when a token dies; its signature is not ours to check."""
    try:
        claims = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        return datetime.fromtimestamp(int(told["exp"]), UTC)
    except (LookupError, TypeError, ValueError, OverflowError, OSError):
        return None
