"""What Threads and Instagram share: a container nobody sees is made, gets ready, and one call makes it a post."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from adapters import graph
from adapters.accounted import known, note_out
from adapters.containers_answers import (
    LATER,
    RESTRICTED,
    UNFETCHED,
    Dialect,
    NotReady,
    Restricted,
    Unseen,
    counts,
    created,
    is_from,
    listed,
    receipt_of,
    sort,
    success,
    used,
)
from adapters.containers_parts import addressed, forget, is_film, note_addresses, troubled
from adapters.contract import (
    Asked,
    Clock,
    Json,
    Media,
    Memo,
    Metrics,
    NotFetched,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    PublishError,
    Receipt,
    Rejected,
    Scope,
    Used,
)
from adapters.graph import Missing
from adapters.http import Http, T, Visible, bearer

# Containers live 24 hours (both sheets, 2026-11-22).
LIVES = timedelta(hours=23)
_POLLS = (2.0, 3.0, 5.0)
"""Seconds between looks at a container within one try; longer work is looked at by later tries."""
_UNSEEN = timedelta(seconds=20)
_STUCK = timedelta(hours=1)
_MOST_UNSEEN = 3
_ENDED = ("PUBLISHED", "EXPIRED", "ERROR")
_PAGE, _MOST_PAGES = 100, 10
_CLOCKS_MAY_DIFFER = timedelta(hours=1)

Upload = Callable[[str, Media], Awaitable[None]]
"""Sends the bytes of a film to its container."""
Words = Callable[[Json], bool]
"""Whether a listed post says what was sent."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account through one token. `base`: the API's address with its version; `node`: the account in addresses."""

    of: Dialect
    base: str
    node: str
    token: str = field(repr=False)
    http: Http
    clock: Clock
    app_secret: str = field(default="", repr=False)

    async def send(self, method: str, path: str, name: str, *, read: Callable[[Any], T], **parts: Any) -> T:
        """Send once; with `visible`, no clear answer means that the post may exist."""
        unsure = OutcomeUnknown if parts.get("visible") else NotSent
        return await self.http.json(method, read=read, **self._how(path, name, unsure, parts))

    async def repeat(self, method: str, path: str, name: str, *, read: Callable[[Any], T], **parts: Any) -> T:
        """Send what harms nobody twice, up to three times."""
        how = self._how(path, name, NotSent, parts)
        return await self.http.repeatable(method, sleep=self.clock.sleep, read=read, **how)

    async def prepared(
        self, body: dict[str, Json], media: tuple[Media, ...], memo: Memo, upload: Upload | None = None
    ) -> str:
        """Make every container of a body once, and wait until each is ready; returns the last one's id."""
        addressed([file for file in media if not (upload and is_film(file))], self.of.title)
        note_addresses(memo, media)
        made = [await self._container(name, part, memo) for name, part in body.items() if name.startswith("item")]
        if made:
            await self._filled(made, media, memo, upload)
            memo.note("children", json.dumps(",".join(made)))
        whole = body["container"] | ({"children": ",".join(made)} if made else {})
        container = await self._container("container", whole, memo)
        if made:
            await self._ready(container, memo, has_media=True)
        else:
            await self._filled([container], media, memo, upload)
        return container

    async def _filled(self, made: list[str], media: tuple[Media, ...], memo: Memo, upload: Upload | None) -> None:
        """Send what is uploaded, then wait for each container."""
        for container, file in zip(made, media, strict=False):
            if upload and is_film(file):
                await upload(container, file)
        for container in made:
            await self._ready(container, memo, has_media=bool(media))

    async def publish(self, container: str, memo: Memo, *, visible: Visible, words: Words) -> Receipt:
        """Make a ready container a post."""
        try:
            path = f"{self.node}/{self.of.publish}"
            number = await self.send(
                "POST", path, "publish", read=created, memo=memo, visible=visible, data=visible.content["publish"]
            )
        except Restricted:
            memo.note("channel:restricted", json.dumps(self.clock.now().isoformat()))
            raise
        except NotReady:
            await memo.forget(f"ready {container}")
            raise
        except Rejected as e:
            return await self._refused(container, memo, words, e)
        memo.note("out", json.dumps(number))
        note_out(memo, number)
        return await self.receipt(number)

    async def receipt(self, number: str) -> Receipt:
        """Ask where a post stands; that it is out is known, and stays known without an answer."""
        try:
            return await self.repeat("GET", number, "link", read=receipt_of, params={"fields": "id,permalink"})
        except PublishError:
            return Receipt(number, None, mark=number)

    async def find(self, memo: Memo, asked: Asked, lag: timedelta, words: Words) -> Receipt | None:
        """Ask the container whether it became a post, and the list which one."""
        # Reckoned as the look begins: it may miss what arrives meanwhile.
        early = asked.last + lag - self.clock.now()
        held = memo.read("container")
        try:
            state, _ = await self._state(json.loads(held)) if held else ("EXPIRED", "")
            found = None if state == "FINISHED" else await self._search(asked, memo, words)
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        if found:
            note_out(memo, found.id)
            return found
        if state in ("PUBLISHED", "IN_PROGRESS", ""):
            raise NotYet("it is out or on its way, and not in the account's list yet", retry_after=LATER)
        if early > timedelta(0):
            raise NotYet("not on the account so far; it may still arrive", retry_after=early)
        return None

    async def delete(self, number: str) -> None:
        """Take a post down; one that is not there counts as down."""
        try:
            await self.send("DELETE", number, "delete", read=success)
        except (Missing, Unseen):  # unless the token is to blame
            await self.repeat("GET", self.node, "account", read=created, params={"fields": "id"})

    async def metrics(self, number: str) -> Metrics:
        """Read what readers did with a post."""
        asked = {"metric": self.of.metrics}
        return Metrics(await self.repeat("GET", f"{number}/insights", "insights", read=counts, params=asked))

    async def used(self) -> Used:
        """Ask how many posts the network counts of the account."""
        path, asked = f"{self.node}/{self.of.quota}", {"fields": "quota_usage,config"}
        return await self.repeat("GET", path, "limit", read=used, params=asked)

    def rested(self, memo: Memo) -> None:
        """Raise NotYet while the account should be left alone: its quota is nearly used, or it was called spam."""
        graph.pace(memo, clock=self.clock)
        since = memo.read("channel:restricted")
        if since is None:
            return
        left = datetime.fromisoformat(json.loads(since)) + RESTRICTED - self.clock.now()
        if timedelta(0) < left <= RESTRICTED:  # else it was noted by a clock that was ahead
            said = f"{self.of.title} restricts what this account does, so it is left alone for an hour"
            raise NotYet(said, scope=Scope.ACCOUNT, retry_after=left)

    async def _container(self, name: str, part: Json, memo: Memo) -> str:
        async def make() -> str:
            path = f"{self.node}/{self.of.create}"
            try:
                made = await self.repeat("POST", path, name.rstrip("0123456789"), read=created, memo=memo, data=part)
            except NotFetched as e:
                raise troubled(memo, e) from e
            memo.note(f"made {made}", json.dumps(self.clock.now().isoformat()))
            return json.dumps(made)

        return str(json.loads(await memo.step(name, make, lives=LIVES)))

    async def _ready(self, container: str, memo: Memo, *, has_media: bool) -> None:
        await memo.step(f"ready {container}", partial(self._wait, container, memo, has_media), lives=LIVES)

    async def _wait(self, container: str, memo: Memo, has_media: bool) -> str:
        """Look until a container is ready; what takes longer is for a later try."""
        for pause in (*_POLLS, 0.0):
            state, why = await self._state(container, memo)
            if state in ("FINISHED", "PUBLISHED"):
                return "true"
            if state in ("ERROR", "EXPIRED"):
                await forget(memo)
                raise (
                    self._failed(why, memo)
                    if has_media and state == "ERROR"
                    else NotSent(f"{why or state}", is_outage=False)
                )
            if pause:
                await self.clock.sleep(pause)
        made = json.loads(memo.read(f"made {container}") or "null")
        if made and self.clock.now() - datetime.fromisoformat(made) > _STUCK:
            await forget(memo)
            raise NotSent(f"{self.of.title} did not make it ready within an hour", is_outage=False)
        raise NotYet(f"{self.of.title} is still making it ready", retry_after=LATER)

    def _failed(self, why: str, memo: Memo) -> PublishError:
        said = f"{self.of.title} cannot use the picture or film: {why}"
        if any(each in why for each in self.of.passing):
            is_lost = any(each in why for each in UNFETCHED)
            return troubled(memo, NotFetched(said) if is_lost else NotSent(said, is_outage=False))
        return PictureRefused(said)

    async def _refused(self, container: str, memo: Memo, words: Words, no: Rejected) -> Receipt:
        """Read what a no to publishing was about: the container says whether it is out already."""
        try:
            state, why = await self._state(container, memo)
        except PublishError as e:
            raise OutcomeUnknown(no.detail) from e
        # A container that became a post ends too, a day later.
        if state in _ENDED and (found := await self._ours(container, memo, words, no)):
            return found
        match state:
            case "PUBLISHED":
                raise OutcomeUnknown(no.detail) from no
            case "EXPIRED" | "ERROR":
                await forget(memo)
                raise NotSent(f"{no.detail} {why}".rstrip(), is_outage=False) from no
            case "FINISHED" if not isinstance(no, Unseen | Missing):
                raise no
        tries = json.loads(memo.read("unseen") or "0") + 1
        memo.note("unseen", json.dumps(tries % _MOST_UNSEEN))
        if tries < _MOST_UNSEEN or state != "FINISHED":
            raise NotYet(no.detail, retry_after=_UNSEEN) from no
        if found := await self._ours(container, memo, words, no):  # whatever its container says
            return found
        await forget(memo)
        raise NotSent(no.detail, is_outage=False) from no

    async def _ours(self, container: str, memo: Memo, words: Words, no: Rejected) -> Receipt | None:
        """Look for the post a container became in an earlier try."""
        if out := memo.read("out"):
            return await self.receipt(json.loads(out))
        made = json.loads(memo.read(f"made {container}") or "null")
        since = datetime.fromisoformat(made) if made else self.clock.now() - LIVES
        try:
            found = await self._search(Asked(since, since, memo.read("channel:last_mark")), memo, words)
        except PublishError as e:
            raise OutcomeUnknown(no.detail) from e
        if found:
            note_out(memo, found.id)
        return found

    async def _state(self, container: str, memo: Memo | None = None) -> tuple[str, str]:
        """Ask how far a container is; "" where it cannot be read, as Meta's reads sometimes fail (code 100/33)."""
        fields = {"fields": f"id,{self.of.state}" + (f",{self.of.why}" if self.of.why else "")}

        def read(answer: Any) -> tuple[str, str]:
            return str(answer[self.of.state]), str(answer.get(self.of.why) or "")

        try:
            return await self.repeat("GET", container, "container", read=read, memo=memo, params=fields)
        except Missing:
            return "", ""

    async def _search(self, asked: Asked, memo: Memo, words: Words) -> Receipt | None:
        """Read the account's posts back to the time before the intent; one that is accounted for is not ours.

        Our words at an earlier time prove nothing: this machine's clock may be wrong.
        """
        begin, after = asked.first - _CLOCKS_MAY_DIFFER, ""
        since = {"since": str(int(begin.timestamp()))}
        for _ in range(_MOST_PAGES):
            found, after = await self._page(since | ({"after": after} if after else {}), asked, memo, words)
            if found:
                return receipt_of(found[0])
            if not after:
                newest, _ = await self._page({}, asked, memo, words)
                # The list lags: ours may have come into it since it was read.
                if ours := [each for each in newest if is_from(each, begin)]:
                    return receipt_of(ours[0])
                if newest:
                    raise OutcomeUnknown("these very words are on the account, but from before we sent ours")
                return None
        raise OutcomeUnknown(f"more than {_PAGE * _MOST_PAGES} posts on the account since then")

    async def _page(self, which: Json, asked: Asked, memo: Memo, words: Words) -> tuple[list[Json], str]:
        """Read one page of the list; tells which of it may be ours, and where the next one begins."""
        params = {"fields": self.of.fields, "limit": str(_PAGE)} | which
        path = f"{self.node}/{self.of.listed}"
        posts, after = await self.repeat("GET", path, "posts", read=listed, memo=memo, params=params)
        accounted = known(asked.mark)
        return [each for each in posts if each["id"] not in accounted and words(each)], after

    def _how(self, path: str, name: str, unsure: type[PublishError], parts: Json) -> Json:
        proof, memo = graph.proof(self.token, self.app_secret), parts.pop("memo", None)
        return parts | {
            "url": f"{self.base}/{quote(path)}",
            "what": f"{self.of.title} {name}",
            "sort": partial(sort, unsure=unsure, rights=self.of.rights),
            "secrets": (self.token, self.app_secret, *proof.values()),
            "headers": bearer(self.token),
            "params": proof | parts.get("params", {}),
            "hear": partial(graph.hear, memo=memo, clock=self.clock) if memo is not None else None,
        }
