"""What a Mastodon server is asked and told under one account's token, before and after the visible call."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from adapters import mastodon_answers as answers
from adapters.body import form, uploading
from adapters.contract import (
    Asked,
    AuthFailed,
    Clock,
    Identity,
    Json,
    Limits,
    Media,
    Memo,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Session,
)
from adapters.http import Http, T, bearer
from adapters.mastodon_answers import Missing, Status

_PAGE = 40
_MOST_PAGES = 10
_CLOCKS_MAY_DIFFER = timedelta(hours=1)
# Pictures are mostly ready at once; this is how long a try waits for one, in seconds, and then the next try.
_PAUSES = (0.5, 1.0, 2.0, 4.0)
_PROCESSING = timedelta(seconds=30)
# Uploads no post has taken are cleared away after a day (contract sheet, "Media").
_SENT, _SEVERAL, _MOST_KEYS = "channel:sent", "several", 20
"""By key what was sent under it; by the time so many others went out, the server has forgotten it."""
UPLOAD_LIVES = timedelta(hours=20)


class Account:
    """One account at `server`."""

    def __init__(self, server: str, session: Session, http: Http, clock: Clock) -> None:
        self.server, self.session, self.http, self.clock = server, session, http, clock

    def how(self, path: str, name: str, *, read: Callable[[Any], T], key: str = "") -> Json:
        """Say how to send a request: where to, signed in, and how its answer is read."""
        token = self.session.tokens.get("token", "")
        return {
            "url": f"{self.server}{path}",
            "what": f"Mastodon {name}",
            "read": read,
            "sort": partial(answers.sort, clock=self.clock),
            "secrets": (token,),
            "headers": bearer(token) | ({"idempotency-key": key} if key else {}),
        }

    async def read(self, path: str, name: str, *, read: Callable[[Any], T], params: Json | None = None) -> T:
        """Ask."""
        how = self.how(path, name, read=read)
        found: T = await self.http.repeatable("GET", sleep=self.clock.sleep, params=params, **how)
        return found

    async def limits(self, default: Limits) -> Limits:
        """Ask the instance; version 1 where there is no version 2."""
        read = partial(answers.limits, default=default)
        try:
            return await self.read("/api/v2/instance", "instance", read=read)
        except Missing:
            return await self.read("/api/v1/instance", "instance", read=read)

    async def who(self) -> str:
        """Ask whose token this is, as JSON."""
        return json.dumps(await self._me(answers.account))

    async def _me(self, read: Callable[[Any], T]) -> T:
        return await self.read("/api/v1/accounts/verify_credentials", "account", read=read)

    async def identity(self) -> Identity:
        """Ask whose token this is, and whether it may read the account's posts, as `find` must."""
        me = await self._me(partial(answers.identity, host=urlsplit(self.server).netloc))
        try:
            await self._page(me.id, limit=1)
        except AuthFailed:
            return replace(me, missing=("read:statuses",))
        return me

    def note_mark(self, memo: Memo, status: Status) -> None:
        """Remember an own post that is out, and whose it is: numbers of two accounts cannot be compared."""
        memo.note("channel:last_mark", json.dumps(status.id))
        memo.note("channel:mark_account", json.dumps(self._place(status.account)))

    def note_sent(self, memo: Memo, key: str, body: Json) -> bool:
        """Note what is sent under a key; tells whether an earlier try under it, maybe out, was another post."""
        known: dict[str, str] = json.loads(memo.read(_SENT) or "{}")
        named = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
        has_changed = known.pop(key, named) != named
        known[key] = _SEVERAL if has_changed else named
        memo.note(_SENT, json.dumps(dict(list(known.items())[-_MOST_KEYS:])))
        return has_changed

    async def find(self, sent: str, memo: Memo, asked: Asked) -> Status | None:
        """Look for a post that says what was sent, through the account's own back to the intent."""
        me: Json = json.loads(await memo.step("account", self.who))
        is_marks_account = memo.read("channel:mark_account") == json.dumps(self._place(me["id"]))
        return await self._search(me["id"], sent, asked if is_marks_account else Asked(asked.first, asked.last))

    async def prepare(self, name: str, part: Json, picture: Media, memo: Memo) -> None:
        """Upload a picture with its description once, and keep its id under `name` when the server is done with it."""
        kept = f"upload of {name}"
        told: Json = json.loads(await memo.step(kept, partial(self._upload, part, picture), lives=UPLOAD_LIVES))
        with uploading():
            try:
                await memo.step(name, partial(self._done, told), lives=UPLOAD_LIVES)
            except Missing as e:
                await memo.forget(kept)
                raise NotSent(e.detail) from e

    async def _upload(self, part: Json, picture: Media) -> str:
        with uploading():
            try:
                return json.dumps(await self._post("/api/v2/media", part, picture))
            except Missing:  # servers from before 4.0 know version 1 only
                return json.dumps(await self._post("/api/v1/media", part, picture))

    async def _post(self, path: str, part: Json, picture: Media) -> Json:
        how = self.how(path, "upload", read=answers.attachment)
        how |= form(part, "file", picture, headers=how["headers"])
        found: Json = await self.http.repeatable("POST", sleep=self.clock.sleep, **how)
        return found

    async def _done(self, told: Json) -> str:
        pauses = iter(_PAUSES)
        while not told["is_ready"]:
            if (pause := next(pauses, None)) is None:
                raise NotYet("the server still works on the picture", retry_after=_PROCESSING)
            await self.clock.sleep(pause)
            where = f"/api/v1/media/{quote(told['id'], safe='')}"
            told = await self.read(where, "picture", read=answers.attachment)
        return json.dumps(told["id"])

    async def _search(self, account: str, sent: str, asked: Asked) -> Status | None:
        """Page back until the time before the intent; a short page is no end, as servers cap it as they like.

        Our words at an earlier time prove nothing: this machine's clock may be wrong.
        """
        seen: set[str] = set()
        is_doubtful = False
        older_than = ""
        for _ in range(_MOST_PAGES):
            page = await self._page(account, limit=_PAGE, max_id=older_than)
            fresh = [s for s in page if s.id not in seen]
            for each in fresh:
                if _is_marked_before(each, asked) or not answers.says(each, sent):
                    continue
                if not _is_long_before(each, asked):
                    return each
                is_doubtful = True
            if not page or _is_marked_before(page[-1], asked) or _is_long_before(page[-1], asked):
                if is_doubtful:
                    raise OutcomeUnknown("these very words are on the account, but from before we sent ours")
                return None
            if not fresh:
                raise OutcomeUnknown("the server lists too few of the account's posts to tell")
            seen |= {s.id for s in fresh}
            older_than = page[-1].id
        raise OutcomeUnknown(f"more than {_PAGE * _MOST_PAGES} posts on the account since then")

    async def _page(self, account: str, *, limit: int, max_id: str = "") -> list[Status]:
        params = {"limit": str(limit), "exclude_reblogs": "true"} | ({"max_id": max_id} if max_id else {})
        path = f"/api/v1/accounts/{quote(account, safe='')}/statuses"
        return await self.read(path, "own posts", read=answers.statuses, params=params)

    def _place(self, account: str) -> str:
        return f"{self.server} {account}"


def _is_marked_before(status: Status, asked: Asked) -> bool:
    """Tell whether a post is certainly older than the call that is sought."""
    mark = (asked.mark or "").strip('"')
    return status.id == mark or (mark.isdigit() and status.id.isdigit() and int(status.id) <= int(mark))


def _is_long_before(status: Status, asked: Asked) -> bool:
    return status.at < asked.first - _CLOCKS_MAY_DIFFER
