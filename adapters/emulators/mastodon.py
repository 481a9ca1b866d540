"""A Mastodon server from the other side, from its contract sheet."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from typing_extensions import override

from adapters.emulators.kit import Asked, Bucket, Network, Reply, Upload, World, reply
from adapters.emulators.mastodon_media import AREA, FILM, KINDS, PICTURE, Media, media_json, refused
from adapters.emulators.mastodon_statuses import Account, Status, as_json, show
from adapters.emulators.mastodon_text import length

Json = dict[str, Any]

_CALLS = (
    ("GET", r"/api/v2/instance", "instance"),
    ("GET", r"/api/v1/instance", "instanceV1"),
    ("GET", r"/api/v1/accounts/verify_credentials", "verifyCredentials"),
    ("GET", r"/api/v1/accounts/(\d+)/statuses", "listStatuses"),
    ("POST", r"/api/v[12]/media", "uploadMedia"),
    ("GET", r"/api/v1/media/(\d+)", "getMedia"),
    ("POST", r"/api/v1/statuses", "postStatus"),
    ("GET", r"/api/v1/statuses/(\d+)", "getStatus"),
    ("PUT", r"/api/v1/statuses/(\d+)", "editStatus"),
    ("DELETE", r"/api/v1/statuses/(\d+)", "deleteStatus"),
)
_OPEN = frozenset({"instance", "instanceV1"})
_KEY_LIVES = timedelta(hours=1)
_ALT, _PICTURES = 1500, 4
_UNFINISHED = "Cannot attach files that have not finished processing. Try again in a moment!"


class _No(Exception):
    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.reply = reply(status, {"error": error})


class MastodonNetwork(Network):
    """One server; it remembers an Idempotency-Key for an hour and no longer."""

    name = "mastodon"
    title = "Mastodon"
    visible: ClassVar = frozenset({"postStatus"})
    lag: ClassVar = timedelta(seconds=20)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.version = "4.5.0"
        self.longest = 500
        self.processing = timedelta(0)
        """How long the server works on a picture; films take longer."""
        self.has_v2 = True
        self.keys: Literal["kept", "forgotten", "broken"] = "kept"
        """`forgotten`: a server without keys (snac); `broken`: a repeated key answers 500, as Mastodon did until
        September 2026 (mastodon/mastodon#40399)."""
        self.accounts: dict[str, Account] = {}
        """By token."""
        self.statuses: dict[str, Status] = {}
        self.media: dict[str, Media] = {}
        self._used: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._last = 0

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        if credentials["token"] not in self.accounts:
            n = len(self.accounts)
            owner = Account(str(109000000000000001 + n), f"demo_newsroom{n or ''}", settings["server"].rstrip("/"))
            owner.portrait = self.portrait
            self.accounts[credentials["token"]] = owner

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        return {"server": "https://mastodon.example"}, {"token": f"demo-token-of-nobody-{n}"}

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        return self.accounts[credentials["token"]].handle

    @override
    def editor_posts(self, place: str, text: str) -> str:
        owner = next(a for a in self.accounts.values() if a.handle == place)
        status = Status(self._number(), owner, self.world.moment(), text, app="Web")
        self.statuses[status.id] = status
        self.world.posts[(self.name, place, status.id)] = show(status, self.pages)
        return status.id

    @override
    def call(self, asked: Asked) -> str:
        return self._match(asked)[0]

    @override
    def answer(self, asked: Asked) -> Reply:
        name, number = self._match(asked)
        owner = self.accounts.get(asked.bearer)
        if name == "unknown" or (name == "instance" and not self.has_v2):
            return reply(404, {"error": "Not Found"})
        if name in _OPEN:
            return reply(200, self._instance() if name == "instance" else self._instance_v1())
        if owner is None:
            return reply(401, {"error": "The access token is invalid"})
        if owner.is_dead:
            return reply(401, {"error": "The access token was revoked"})
        return self._limited(owner, name, asked, number)

    @override
    def refuse(self, seconds: int) -> Reply:
        return self._paced(reply(429, {"error": "Too many requests"}), 0, self.world.moment() + timedelta(0, seconds))

    @override
    def break_down(self) -> Reply:
        return reply(500, {"error": "Something went wrong on our end"})

    @override
    def revoke(self, asked: Asked) -> None:
        if asked.bearer in self.accounts:
            self.accounts[asked.bearer].is_dead = True

    @override
    def restore(self) -> None:
        for owner in self.accounts.values():
            owner.is_dead = False

    def _match(self, asked: Asked) -> tuple[str, str]:
        for method, path, name in _CALLS:
            match = re.fullmatch(path, asked.path.rstrip("/"))
            if method == asked.method and match:
                return name, (match.groups() or ("",))[0]
        return "unknown", ""

    def _limited(self, owner: Account, name: str, asked: Asked, number: str) -> Reply:
        now = self.world.moment()
        buckets = [owner.calls]
        buckets += [owner.uploads] if name == "uploadMedia" else [owner.deletes] if name == "deleteStatus" else []
        free = [bucket.take(now) for bucket in buckets]
        tightest: Bucket = min(buckets, key=lambda b: b.left)
        if not all(free):
            return self._paced(reply(429, {"error": "Too many requests"}), 0, tightest.resets or now)
        try:
            if asked.method != "GET" and "write" not in owner.scopes:
                raise _No(403, "This action is outside the authorized scopes")
            answer: Reply = getattr(self, f"_{name}")(owner, asked, number)
        except _No as e:
            answer = e.reply
        return self._paced(answer, tightest.left, tightest.resets or now, tightest.most)

    def _paced(self, answer: Reply, left: int, resets: datetime, most: int = 300) -> Reply:
        limits = {
            "x-ratelimit-limit": str(most),
            "x-ratelimit-remaining": str(left),
            "x-ratelimit-reset": resets.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
        return replace(answer, headers={**answer.headers, **limits})

    def _number(self) -> str:
        """Number a status by its moment, as a snowflake: ids grow."""
        self._last = max(self._last + 1, int(self.world.moment().timestamp() * 1000) << 16)
        return str(self._last)

    def _instance(self) -> Json:
        statuses = {
            "max_characters": self.longest,
            "max_media_attachments": _PICTURES,
            "characters_reserved_per_url": 23,
        }
        media = {"supported_mime_types": [*KINDS, "video/mp4"], "description_limit": _ALT}
        media |= {"image_size_limit": PICTURE, "image_matrix_limit": AREA}
        configuration = {"statuses": statuses, "media_attachments": media}
        found = {"domain": "mastodon.example", "title": "Mastodon", "version": self.version}
        return found | {"configuration": configuration, "api_versions": {"mastodon": 7}}

    def _instance_v1(self) -> Json:
        found = self._instance()
        return {"uri": found.pop("domain")} | found | {"urls": {}, "stats": {}}

    def _verifyCredentials(self, owner: Account, asked: Asked, number: str) -> Reply:
        source = {"privacy": "public", "language": "en", "sensitive": False}
        return reply(200, owner.brief | {"source": source})

    def _uploadMedia(self, owner: Account, asked: Asked, number: str) -> Reply:
        file, alt = asked.body.get("file"), str(asked.body.get("description", ""))
        if not isinstance(file, Upload):
            raise _No(422, "Validation failed: File can't be blank")
        if len(alt) > _ALT:
            raise _No(422, f"Validation failed: Description is too long (maximum is {_ALT} characters)")
        if wrong := refused(file):
            raise _No(422, f"Validation failed: {wrong}")
        works = FILM if file.mime.startswith("video/") else self.processing
        media = Media(str(len(self.media) + 1), file.mime, self.world.moment(), alt, self.world.keep(file), works)
        self.media[media.id] = media
        ready = media.is_ready(self.world.moment())
        return reply(200 if ready else 202, media_json(media, owner.host, self.world.moment()))

    def _getMedia(self, owner: Account, asked: Asked, number: str) -> Reply:
        if number not in self.media or self.media[number].is_gone(self.world.moment()):
            raise _No(404, "Record not found")
        ready = self.media[number].is_ready(self.world.moment())
        return reply(200 if ready else 206, media_json(self.media[number], owner.host, self.world.moment()))

    def _postStatus(self, owner: Account, asked: Asked, number: str) -> Reply:
        body, key = asked.body, asked.headers.get("idempotency-key", "")
        if key and self.keys != "forgotten" and (known := self._used.get((owner.id, key))):
            if self.keys == "broken":
                return self.break_down()
            if self.world.moment() - known[1] < _KEY_LIVES:
                return reply(200, self._json(self._status(known[0])))
        if "scheduled_at" in body:
            raise _No(422, "Validation failed: Scheduling is not emulated")
        parent = str(body.get("in_reply_to_id") or "") or None
        status = Status("", owner, self.world.moment(), "", str(body.get("visibility") or "public"), reply_to=parent)
        if parent:
            self._status(parent)
        status = replace(self._filled(status, body), id=self._number())
        self.statuses[status.id] = status
        for media in status.media:
            media.on = status.id
        if key:
            self._used[(owner.id, key)] = (status.id, self.world.moment())
        self.create(show(status, self.pages))
        return reply(200, self._json(status))

    def _filled(self, status: Status, body: Mapping[str, Any]) -> Status:
        """Check and take the words and media of a post or an edit; media that are not named are dropped."""
        text, spoiler = str(body.get("status") or "").strip(), str(body.get("spoiler_text") or "")
        media = tuple(self._attached(str(number), status) for number in body.get("media_ids") or ())
        if not text and not media:
            raise _No(422, "Validation failed: Text can't be blank")
        if length(text) + length(spoiler) > self.longest:
            raise _No(422, f"Validation failed: Text character limit of {self.longest} exceeded")
        if len(media) > _PICTURES:
            raise _No(422, "Validation failed: Cannot attach more than 4 files")
        language = str(body.get("language") or status.language)
        return replace(status, text=text, spoiler=spoiler, media=media, language=language)

    def _attached(self, number: str, status: Status) -> Media:
        media, now = self.media.get(number), self.world.moment()
        if media is None or media.is_gone(now) or media.on not in ("", status.id):
            raise _No(422, f"Validation failed: Media {number} not found or already attached to another post")
        if not media.is_ready(now):
            raise _No(422, _UNFINISHED)
        return media

    def _editStatus(self, owner: Account, asked: Asked, number: str) -> Reply:
        old = self._status(number, owner)
        new = self._filled(old, asked.body)
        if new != old:
            new = replace(new, edited_at=self.world.moment())
            self.statuses[number] = new
            self.edit(show(new, self.pages))
        return reply(200, self._json(new))

    def _deleteStatus(self, owner: Account, asked: Asked, number: str) -> Reply:
        status = self._status(number, owner)
        del self.statuses[number]
        self.remove(owner.handle, number)
        return reply(200, self._json(status) | {"text": status.text})

    def _getStatus(self, owner: Account, asked: Asked, number: str) -> Reply:
        status = self._status(number)
        if not self.reads(status.account.handle, number):
            raise _No(404, "Record not found")
        return reply(200, self._json(status))

    def _listStatuses(self, owner: Account, asked: Asked, number: str) -> Reply:
        """List newest first; `min_id` counts forward from its id, the others back from the newest."""
        query, limit = asked.query, min(40, int(asked.query.get("limit", 20)))
        found = [s for s in self.statuses.values() if s.account.id == number and self.reads(s.account.handle, s.id)]
        above = int(query.get("min_id") or query.get("since_id") or 0)
        below = int(query.get("max_id") or self._last + 1)
        found = sorted((s for s in found if above < int(s.id) < below), key=lambda s: int(s.id), reverse=True)
        page = found[-limit:] if query.get("min_id") else found[:limit]
        answer = reply(200, [self._json(s) for s in page])
        if not page:
            return answer
        address = f"{asked.base}{asked.path}?limit={limit}"
        link = f'<{address}&max_id={page[-1].id}>; rel="next", <{address}&min_id={page[0].id}>; rel="prev"'
        return replace(answer, headers={**answer.headers, "link": link})

    def _status(self, number: str, owner: Account | None = None) -> Status:
        status = self.statuses.get(number)
        if status is None or (owner and status.account is not owner):
            raise _No(404, "Record not found")
        return status

    def _json(self, status: Status) -> Json:
        return as_json(status, self.pages, self.world.moment())
