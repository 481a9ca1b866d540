"""YouTube from the other side, from its contract sheet: grants, uploads in pieces, videos and the list of them."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from typing_extensions import override

from adapters.emulators.consents import App, Consents
from adapters.emulators.kit import Asked, Day, Network, Reply, Upload, World, reply
from adapters.emulators.pictures import picture
from adapters.emulators.youtube_grants import Grant, Grants, No
from adapters.emulators.youtube_uploads import Session, gone, name_of, opened, taken
from adapters.emulators.youtube_videos import Channel, Video, checked

Json = dict[str, Any]

_DATA, _UPLOAD = "/youtube/v3/", "/upload/youtube/v3/videos"
_CALLS = {
    ("GET", "/o/oauth2/v2/auth"): "authorize",
    ("POST", "/token"): "token",
    ("GET", f"{_DATA}channels"): "channels",
    ("GET", f"{_DATA}playlistItems"): "playlistItems",
    ("GET", f"{_DATA}videos"): "videos",
    ("PUT", f"{_DATA}videos"): "updateVideo",
    ("DELETE", f"{_DATA}videos"): "deleteVideo",
    ("POST", "/upload/youtube/v3/thumbnails/set"): "thumbnail",
}
_COSTS = {"updateVideo": 50, "deleteVideo": 50, "thumbnail": 50}
_PACIFIC = "America/Los_Angeles"
_THUMBNAIL = 52_428_800
_THUMBNAILS = ("image/jpeg", "image/png", "application/octet-stream")


@dataclass
class Quota:
    """What a project may do in a day, which ends at midnight, Pacific Time: uploads are counted apart from the rest.

    https://developers.google.com/youtube/v3/determine_quota_cost (sheet of 2026-11-22, 4)
    """

    inserts: Day = field(default_factory=lambda: Day(100, _PACIFIC))
    units: Day = field(default_factory=lambda: Day(10_000, _PACIFIC))


class YoutubeNetwork(Network):
    """All channels; what is asked of one video is always true, the list of uploads may lag."""

    name = "youtube"
    title = "YouTube"
    visible: ClassVar = frozenset({"upload"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.grants = Grants()
        self.channels: dict[str, Channel] = {}
        self.videos: dict[str, Video] = {}
        self.sessions: dict[str, Session] = {}
        self.quotas: defaultdict[str, Quota] = defaultdict(Quota)
        """What each project may still do today, by its client's id."""
        self.is_audited = True
        """Whether the app may make public videos; what others upload is locked private."""
        self.refuses_doubles = False
        """Whether a film that is there already, byte for byte, ends as a rejected duplicate."""
        self.works = timedelta(seconds=40)
        self.is_verified = True
        """Whether the channel's owner proved a telephone number, without which it has no thumbnails of its own."""
        self._opened = 0
        self.halves: list[int] = []
        """The next pieces are kept by half, and answered with these statuses."""

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        refresh, n = credentials.get("refresh_token", ""), len(self.channels)
        if refresh in self.grants.known:
            return
        id_ = _channel_of(credentials)
        handle = f"demo_newsroom{n or ''}"
        self.channels[id_] = Channel(id_, handle.replace("_", " ").title(), f"@{handle}")
        client = (credentials["client_id"], credentials["client_secret"])
        self.consents.apps[client[0]], self.consents.member = App(*client), id_
        if refresh:
            self.grants.known[refresh] = Grant(id_, client, refresh)

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        secrets = {"client_secret": f"demo-client-secret-of-nobody-{n}", "refresh_token": f"1//demo-refresh-{n}"}
        return {}, {"client_id": f"demo-{n}.apps.googleusercontent.com"} | secrets

    @classmethod
    @override
    def applicant(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        settings, secrets = cls.newcomer(n)
        return settings, {name: secrets[name] for name in ("client_id", "client_secret")}

    @property
    def consents(self) -> Consents:
        """The consent page."""
        return self.grants.consents

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        return _channel_of(credentials)

    @override
    def editor_posts(self, place: str, text: str) -> str:
        film = b"\0\0\0\x18ftypmp42 a film by hand " + str(len(self.videos)).encode()
        snippet = {"title": text[:90].partition("\n")[0], "description": text, "categoryId": "22"}
        return self._make(place, snippet, {"privacyStatus": "public"}, Upload("film", "video/mp4", film)).id

    @override
    def call(self, asked: Asked) -> str:
        if asked.path == _UPLOAD:
            return name_of(asked) if asked.method == "PUT" else "session"
        return _CALLS.get((asked.method, asked.path), "unknown")

    @override
    def answer(self, asked: Asked) -> Reply:
        now, call = self.world.moment(), self.call(asked)
        if call == "authorize":
            return self.consents.page(asked, now)
        if call == "token":
            return self.grants.renew(asked, now)
        try:
            holder = self.grants.holder(asked, call, now)
            if asked.path != _UPLOAD and not self._quota(holder).units.take(now, _COSTS.get(call, 1)):
                raise _spent()
            handle: Callable[[Grant, Asked], Reply] | None = getattr(self, f"_{call}", None)
            if handle is None:
                raise No(404, "notFound", domain="global")
            return handle(holder, asked)
        except No as e:
            return e.reply

    @override
    def refuse(self, seconds: int) -> Reply:
        return No(403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits").reply

    @override
    def break_down(self) -> Reply:
        return No(500, "backendError", "Backend Error", "global").reply

    @override
    def revoke(self, asked: Asked) -> None:
        self.grants.revoke(asked)

    @override
    def restore(self) -> None:
        self.grants.restore()

    def _quota(self, holder: Grant) -> Quota:
        return self.quotas[holder.client[0]]

    def _session(self, holder: Grant, asked: Asked) -> Reply:
        if asked.query.get("uploadType") != "resumable":
            raise No(400, "badRequest", "only resumable uploads are emulated", "global")
        now = self.world.moment()
        if not self._quota(holder).inserts.take(now):  # a call that is refused for what it says counts as well
            raise _spent()
        checked(dict(asked.body), _parts(asked))
        self._opened += 1
        session = opened(asked, self._opened, holder.channel, now)
        session.request = {"parts": _parts(asked), **session.request}
        self.sessions[session.id] = session
        where = f"{asked.base}{_UPLOAD}?uploadType=resumable&upload_id={session.id}"
        return Reply(200, b"", {"location": where, "x-guploader-uploadid": session.id})

    def _status(self, holder: Grant, asked: Asked) -> Reply:
        session = self._open(asked)
        return session.progress if session and not session.video else self._done(session)

    def _chunk(self, holder: Grant, asked: Asked) -> Reply:
        session = self._open(asked)
        if session is None or session.video:
            return self._done(session)
        if self.halves:
            taken(session, asked, keeps=0.5)
            status = self.halves.pop(0)
            return session.progress if status == 308 else No(status, "backendError", domain="global").reply
        if not taken(session, asked):
            return session.progress
        body, parts = session.request, session.request["parts"]
        snippet, status_part = checked({part: body.get(part, {}) for part in parts}, parts)
        film = Upload("film", session.mime, bytes(session.content))
        session.video = self._make(session.channel, snippet, status_part, film).id
        return self._done(session)

    _upload = _chunk

    def _open(self, asked: Asked) -> Session | None:
        session = self.sessions.get(str(asked.query.get("upload_id")))
        return session if session and self.world.moment() < session.ends else None

    def _done(self, session: Session | None) -> Reply:
        """Say what became of a session; one that is done says what it said at first, however often it is asked."""
        if session is None or session.video not in self.videos:
            return gone()
        video = self.videos[session.video]
        return reply(200, video.written(session.request["parts"], video.at))

    def _make(self, place: str, snippet: Json, status: Json, film: Upload) -> Video:
        now, sha256 = self.world.moment(), self.world.keep(film)
        if not self.is_audited:
            status = status | {"privacyStatus": "private"}
        is_double = self.refuses_doubles and any(each.sha256 == sha256 for each in self.videos.values())
        id_ = base64.urlsafe_b64encode(hashlib.sha256(f"{place} {len(self.videos)}".encode()).digest())[:11].decode()
        failure = "rejected duplicate" if is_double else self.fails
        about = (snippet, status, sha256, len(film.content))
        video = Video(id_, self.channels[place], now, *about, failure=failure, works=self.works)
        self.videos[id_] = video
        if status["privacyStatus"] != "private" and not failure:
            self.create(video.shown())
        return video

    def _channels(self, holder: Grant, asked: Asked) -> Reply:
        if asked.query.get("mine") != "true":
            raise No(400, "missingRequiredParameter", "No filter selected. Expected one of: mine", "youtube.parameter")
        each, pictures = self.channels[holder.channel], {"medium": {"url": self.portrait, "width": 240, "height": 240}}
        whole: Json = {
            "snippet": {"title": each.title, "customUrl": each.handle, "thumbnails": pictures},
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": each.uploads}},
        }
        found = {"kind": "youtube#channel", "id": each.id} | {part: whole[part] for part in _parts(asked)}
        return reply(200, {"kind": "youtube#channelListResponse", "items": [found]})

    def _playlistItems(self, holder: Grant, asked: Asked) -> Reply:
        own = next((c for c in self.channels.values() if c.uploads == asked.query.get("playlistId")), None)
        if own is None:
            raise No(404, "playlistNotFound", domain="youtube.playlistItem")
        found = [v for v in self.videos.values() if v.channel is own and self.reads(own.id, v.id)]
        found = sorted(found, key=lambda v: v.at, reverse=True)
        if own.id != holder.channel:
            found = [v for v in found if v.status["privacyStatus"] == "public"]
        start, most = int(asked.query.get("pageToken") or 0), min(int(asked.query.get("maxResults") or 5), 50)
        more = {"nextPageToken": str(start + most)} if len(found) > start + most else {}
        return reply(200, {"items": [_item(v) for v in found[start : start + most]], **more})

    def _videos(self, holder: Grant, asked: Asked) -> Reply:
        wanted, now = str(asked.query.get("id", "")).split(","), self.world.moment()
        seen = [v for v in map(self.videos.get, wanted) if v and self._sees(holder, v)]
        return reply(200, {"items": [v.written(_parts(asked), now) for v in seen]})

    @staticmethod
    def _sees(holder: Grant, video: Video) -> bool:
        return video.status["privacyStatus"] != "private" or video.channel.id == holder.channel

    def _updateVideo(self, holder: Grant, asked: Asked) -> Reply:
        video = self._own(holder, str(asked.body.get("id", "")))
        if "snippet" in _parts(asked) and "categoryId" not in (asked.body.get("snippet") or {}):
            raise No(400, "invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID.")
        if _parts(asked) != ["snippet"]:
            raise No(400, "invalidVideoMetadata", "only snippets are changed here")
        snippet, _ = checked(dict(asked.body), ["snippet"])
        if snippet != video.snippet:
            video.snippet, video.edited_at = snippet, self.world.moment()
            if (self.name, video.channel.id, video.id) in self.world.posts:
                self.edit(video.shown())
        return reply(200, video.written(["snippet"], self.world.moment()))

    def _deleteVideo(self, holder: Grant, asked: Asked) -> Reply:
        video = self._own(holder, str(asked.query.get("id", "")))
        del self.videos[video.id]
        self.remove(video.channel.id, video.id)
        return Reply(204, b"")

    def _thumbnail(self, holder: Grant, asked: Asked) -> Reply:
        if asked.query.get("uploadType") != "media":
            raise No(400, "badRequest", "only simple uploads are emulated", "global")
        video, mime = self._own(holder, str(asked.query.get("videoId", ""))), asked.headers.get("content-type", "")
        if not asked.raw:
            raise No(400, "mediaBodyRequired", "The request does not include the image content.", "youtube.thumbnail")
        if mime not in _THUMBNAILS or len(asked.raw) > _THUMBNAIL or not picture(asked.raw):
            raise No(400, "invalidImage", "The provided image content is invalid.", "youtube.thumbnail")
        if not self.is_verified:
            said = "The authenticated user doesnt have permissions to upload and set custom video thumbnails."
            raise No(403, "forbidden", said, "youtube.thumbnail")
        # Of a Short that is still worked on a thumbnail is taken, and may not show: here it never does.
        if "processed" in video.upload_status(self.world.moment()).values():
            video.cover = self.world.keep(Upload("thumbnail", mime, asked.raw))
            if (self.name, video.channel.id, video.id) in self.world.posts:
                self.world.posts[(self.name, video.channel.id, video.id)] = video.shown()
        return reply(200, {"kind": "youtube#thumbnailSetResponse", "etag": f"etag-{video.id}", "items": [{}]})

    def _own(self, holder: Grant, id_: str) -> Video:
        video = self.videos.get(id_)
        if video is None:
            raise No(404, "videoNotFound", "The video that you are trying to change cannot be found.")
        if video.channel.id != holder.channel:
            raise No(403, "forbidden")
        return video


def _parts(asked: Asked) -> list[str]:
    return [part.strip() for part in str(asked.query.get("part", "")).split(",") if part.strip()]


def _item(video: Video) -> Json:
    at = video.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    words = {"title": video.snippet["title"], "description": video.snippet.get("description", "")}
    return {
        "snippet": {"publishedAt": at, "resourceId": {"kind": "youtube#video", "videoId": video.id}, **words},
        "contentDetails": {"videoId": video.id, "videoPublishedAt": at},
        "status": {"privacyStatus": video.status["privacyStatus"]},
    }


def _spent() -> No:
    said = "The request cannot be completed because you have exceeded your quota."
    return No(403, "quotaExceeded", said, "youtube.quota")


def _channel_of(credentials: Mapping[str, str]) -> str:
    """Tell whose channel a grant is for, or who has to be asked."""
    whose = credentials.get("refresh_token") or credentials["client_id"]
    return f"UC{hashlib.sha256(whose.encode()).hexdigest()[:22]}"
