"""What a Bluesky account's server is asked and told: sign-ins, records, pictures.

Signing in: https://docs.bsky.app/docs/api/com-atproto-server-create-session.
"""

import base64
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from adapters.bluesky_record import (
    POSTS,
    PROFILE,
    Listed,
    Missing,
    got,
    identity,
    listed,
    named,
    receipt,
    reply,
    sort,
    uploaded,
)
from adapters.body import bytes_of, uploading
from adapters.contract import (
    AuthFailed,
    Clock,
    Identity,
    Json,
    Media,
    Memo,
    OutcomeUnknown,
    Receipt,
    Rejected,
    Scope,
    Session,
)
from adapters.http import Http, Sort, T, bearer

# Access tokens live 120 minutes (atproto packages/pds, read 2026-08-20); less, should one not tell.
_LIFE_UNTOLD = timedelta(minutes=90)
_SECRETS = ("password", "access", "refresh")
# Pictures no record names are cleared away after hours; and to upload the same one again changes nothing.
UPLOAD_LIVES = timedelta(hours=1)
_MOST_PAGES = 10


class Account:
    """One account; `server` is where it signs in, and all else is asked of its home."""

    def __init__(self, server: str, session: Session, http: Http, clock: Clock) -> None:
        self.server, self.session, self.http, self.clock = server, session, http, clock

    def how(self, name: str, read: Callable[[Any], T], headers: Mapping[str, str], area: str = "repo") -> Json:
        """Say how to send a request: where to, and how its answer is read."""
        return {
            "url": f"{self._home}/xrpc/com.atproto.{area}.{name}",
            "what": f"Bluesky {name}",
            "read": read,
            "sort": partial(sort, clock=self.clock),
            "secrets": _secrets(self.session.tokens),
            "headers": headers,
        }

    @property
    def _home(self) -> str:
        return self.session.tokens.get("pds") or self.server

    def signed(self) -> dict[str, str]:
        """Write the header of a signed-in call."""
        if not self.session.subject:
            raise AuthFailed("Bluesky: not signed in yet", scope=Scope.ACCOUNT)
        return bearer(self.session.tokens.get("access", ""))

    async def identity(self) -> Identity:
        """Ask whose session this is, whether the account may post, and how readers see it."""
        how = self.how("getSession", identity, self.signed(), area="server")
        found: Identity = await self.http.repeatable("GET", sleep=self.clock.sleep, **how)
        try:
            profile = (await self._get(found.id, PROFILE, "self"))["value"]
        except Rejected:  # whoever never wrote one has none
            return found
        name, picture = named(profile)
        asked = urlencode({"did": found.id, "cid": picture})
        return replace(
            found, name=name, avatar=f"{self._home}/xrpc/com.atproto.sync.getBlob?{asked}" if picture else ""
        )

    async def upload(self, picture: Media) -> str:
        """Upload a picture; returns what a record names it by, as JSON."""
        how = self.how("uploadBlob", uploaded, self.signed() | {"content-type": picture.mime})
        content = bytes_of(picture)
        with uploading():
            return json.dumps(await self.http.repeatable("POST", sleep=self.clock.sleep, content=content, **how))

    async def reply(self, parent: Receipt) -> str:
        """Read what a reply must name, as JSON."""
        _, _, repo, collection, rkey = parent.id.split("/")
        return json.dumps(reply(await self._get(repo, collection, rkey)))

    async def ours(self, text: str, memo: Memo) -> Receipt:
        """Read the record under our key. Raises Missing without one, OutcomeUnknown where it is another try's."""
        repo, rkey, created = memo.read("repo"), memo.read("rkey"), memo.read("created")
        if repo is None or rkey is None or created is None:
            raise OutcomeUnknown("the key this post was sent under is not known any more")
        try:
            there = await self._get(json.loads(repo), POSTS, json.loads(rkey))
        except Missing:
            raise
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        found = receipt(there["uri"])
        if (there["value"].get("text"), there["value"].get("createdAt")) != (text, json.loads(created)):
            raise OutcomeUnknown(f"an earlier try is out, with other words or pictures, at {found.url}")
        return found

    async def search(self, text: str, since: datetime) -> Receipt:
        """Look through the account's newest records, back to `since`, for one in these words. Raises Missing."""
        asked = {"repo": self.session.subject, "collection": POSTS, "limit": "100"}
        for _ in range(_MOST_PAGES):
            found, cursor = await self._list(asked)
            recent = [each for each in found if each.made >= since]
            if here := next((each for each in recent if each.text == text), None):
                return receipt(here.uri)
            if not cursor or not recent:
                raise Missing("no record in these words")
            asked |= {"cursor": cursor}
        raise OutcomeUnknown(f"more than {_MOST_PAGES * 100} posts on the account since then")

    async def _list(self, asked: Json) -> tuple[list[Listed], str]:
        try:
            return await self.http.repeatable(
                "GET", sleep=self.clock.sleep, params=asked, **self.how("listRecords", listed, {})
            )
        except Rejected as e:  # a refusal of the question says nothing about a post
            raise OutcomeUnknown(e.detail) from e

    async def _get(self, repo: str, collection: str, rkey: str) -> Json:
        """Read a record; needs no token, so that a dead one does not hide what is out."""
        which = {"repo": repo, "collection": collection, "rkey": rkey}
        return await self.http.repeatable("GET", sleep=self.clock.sleep, params=which, **self.how("getRecord", got, {}))


async def renew(http: Http, session: Session, clock: Clock, *, server: str) -> Session:
    """Extend a session, or sign in where there is none to extend; sign-ins are few (30 in 5 minutes)."""
    known, sorting = session.tokens, partial(sort, clock=clock)
    if known.get("refresh"):
        with contextlib.suppress(AuthFailed):  # expired or revoked: the password decides
            return _session(session, await _refresh(http, known, clock, server=server, sort=sorting), clock, server)
    if not known.get("identifier") or not known.get("password"):
        raise AuthFailed("Bluesky needs the account's identifier and an app password", scope=Scope.ACCOUNT)
    answer = await http.json(
        "POST",
        f"{server}/xrpc/com.atproto.server.createSession",
        what="Bluesky createSession",
        read=_answer,
        sort=sorting,
        secrets=_secrets(known),
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
        secrets=_secrets(known),
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


def _secrets(tokens: Mapping[str, str]) -> tuple[str, ...]:
    """Pick what must appear in no error."""
    return tuple(tokens[name] for name in _SECRETS if name in tokens)


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
