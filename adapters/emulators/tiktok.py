"""TikTok from the other side, from its contract sheet: drafts and direct posts, of films and of photos it fetches."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from typing_extensions import override

from adapters.emulators.consents import App, Consents
from adapters.emulators.kit import Asked, Network, Reply, Shown, Upload, World
from adapters.emulators.pictures import seconds
from adapters.emulators.tiktok_photos import fetched, listed, named
from adapters.emulators.tiktok_tasks import (
    LONGEST_EVER,
    PUBLIC,
    URL_LIVES,
    Creator,
    No,
    Task,
    marks,
    planned,
    taken,
    wrapped,
)
from adapters.emulators.tiktok_tokens import Tokens

Json = dict[str, Any]

_CALLS = {
    "/v2/auth/authorize/": "authorize",
    "/v2/oauth/token/": "token",
    "/v2/user/info/": "user",
    "/v2/post/publish/creator_info/query/": "creator",
    "/v2/post/publish/video/init/": "init",
    "/v2/post/publish/inbox/video/init/": "draft",
    "/v2/post/publish/content/init/": "photo",
    "/v2/post/publish/status/fetch/": "status",
    "/v2/video/list/": "list",
}
_NEEDS = {
    "user": "user.info.basic",
    "creator": "video.publish",
    "init": "video.publish",
    "draft": "video.upload",
    "list": "video.list",
}
_MOST_DRAFTS = 5
REDIRECT = "https://steppecourier.example/connected"
"""The address demo apps have registered: TikTok sends nobody to a machine of their own."""


class TiktokNetwork(Network):
    """All accounts; drafts stand where no reader looks, in the inbox of an account's people."""

    name = "tiktok"
    title = "TikTok"
    visible: ClassVar = frozenset({"upload", "photo"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.creators: dict[str, Creator] = {}
        self.tasks: dict[str, Task] = {}
        self.films: set[str] = set()
        """The posts that are films, by the number under which they are seen; the others show photos."""
        self.consents = Consents(timedelta(minutes=5), pkce="hex", separator=",", client="client_key")
        self.tokens = Tokens(world, self.consents, self.creators)
        self.is_audited = True
        self.works = timedelta(seconds=20)
        self.moderates = timedelta(0)
        """How long a post is out before its number is told and it is listed."""
        self.counts_bytes = True
        """Whether the state of an upload says how many bytes of it are there."""
        self.hosts: set[str] | None = None
        """Those from which photos may come, as the app's owner has proved that they are theirs; None: any."""
        self.blocks = ""
        """What creator_info says instead, with status 200."""
        self._first: dict[str, Creator] = {}
        self._made = 0

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        n, refresh = len(self.creators), credentials.get("refresh_token") or credentials["client_key"]
        if refresh not in self._first:
            client = (credentials["client_key"], credentials["client_secret"])
            made = Creator(f"open-{n}", f"demo_newsroom{n or ''}", client)
            self.creators[made.open_id] = made
            self.world.hidden.add((self.name, _inbox(made)))
            self.world.inboxes.add((self.name, _inbox(made)))
            self._first[refresh] = made
            self.tokens.admit(made, refresh)
            self.consents.apps[client[0]], self.consents.member = App(*client, {REDIRECT}), made.open_id

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        secrets = {"client_secret": f"demo-client-secret-{n}", "refresh_token": f"rft.demo-refresh-token-{n}"}
        return {}, {"client_key": f"demo-client-{n}"} | secrets

    @classmethod
    @override
    def applicant(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        settings, secrets = cls.newcomer(n)
        return settings, {name: secrets[name] for name in ("client_key", "client_secret")}

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        made = self._first[credentials.get("refresh_token") or credentials["client_key"]]
        return made.open_id if settings.get("mode") == "direct" else _inbox(made)

    @override
    def editor_posts(self, place: str, text: str) -> str:
        creator, now = self.creators[place.partition(" ")[0]], self.world.moment()
        task = Task(self._number("v_app"), creator, place != creator.open_id, text, PUBLIC, {}, now, done_at=now)
        task.post = self._number("")
        self._show(task, ())
        return task.shown_as

    @override
    def call(self, asked: Asked) -> str:
        if asked.method == "PUT" and asked.path == "/video/":
            _, _, said = asked.headers.get("content-range", "").partition("-")
            last, _, size = said.partition("/")
            return "upload" if last.isdigit() and size.isdigit() and int(last) + 1 == int(size) else "chunk"
        return _CALLS.get(asked.path, "unknown")

    @override
    def answer(self, asked: Asked) -> Reply:
        call = self.call(asked)
        if call in ("upload", "chunk"):
            return self._piece(asked)
        if call == "authorize":
            return self.consents.page(asked, self.world.moment())
        if call == "token":
            return self.tokens.answer(asked)
        try:
            creator = self.tokens.holder(asked.bearer, _NEEDS.get(call))
            handle: Callable[[Creator, Asked], Reply] | None = getattr(self, f"_{call}", None)
            if handle is None:
                raise No(404, "unsupported_path")
            return handle(creator, asked)
        except No as e:
            return e.reply

    @override
    def refuse(self, seconds: int) -> Reply:
        return No(429, "rate_limit_exceeded").reply

    @override
    def break_down(self) -> Reply:
        return No(500, "internal_error").reply

    @override
    def revoke(self, asked: Asked) -> None:
        self.tokens.revoke(asked)

    @override
    def restore(self) -> None:
        self.tokens.restore()

    def _user(self, creator: Creator, asked: Asked) -> Reply:
        name = creator.username.replace("_", " ").title()
        about = {"open_id": creator.open_id, "display_name": name, "avatar_large_url": self.portrait}
        return wrapped({"user": {each: about[each] for each in str(asked.query["fields"]).split(",")}})

    def _creator(self, creator: Creator, asked: Asked) -> Reply:
        if not creator.questions.take(self.world.moment()):
            raise No(429, "rate_limit_exceeded")
        if self.blocks:
            raise No(200, self.blocks)
        return wrapped(
            {
                "creator_username": creator.username,
                "creator_nickname": creator.username.title(),
                "privacy_level_options": creator.options,
                **{f"{each}_disabled": each in creator.forbids for each in ("comment", "duet", "stitch")},
                "max_video_post_duration_sec": creator.longest,
            }
        )

    def _init(self, creator: Creator, asked: Asked, *, is_draft: bool = False) -> Reply:
        told, source = planned(dict(asked.body), is_draft=is_draft, creator=creator)
        kind = "v_inbox_file" if is_draft else "v_pub_file"
        task = self._task(kind, creator, told, source, is_draft=is_draft)
        where = f"{asked.base}/video/?upload_id={task.id.rpartition('.')[2]}&upload_token=upload-token-{task.id[-6:]}"
        return wrapped({"publish_id": task.id, "upload_url": where})

    def _photo(self, creator: Creator, asked: Asked) -> Reply:
        told, urls, is_draft = named(dict(asked.body), creator=creator, hosts=self.hosts)
        kind = "p_inbox_url" if is_draft else "p_pub_url"
        task = self._task(kind, creator, told, {"photo_images": urls}, is_draft=is_draft)
        files, why = fetched(urls, self.world.fetch)
        task.fails, task.done_at = task.fails or why, self.world.moment()
        self._out(task, files)
        return wrapped({"publish_id": task.id})

    def _task(self, kind: str, creator: Creator, told: Json, source: Json, *, is_draft: bool) -> Task:
        now, privacy = self.world.moment(), str(told.get("privacy_level", ""))
        if not creator.inits.take(now):
            raise No(429, "rate_limit_exceeded")
        pending = (each for each in self.tasks.values() if each.creator is creator and each.is_pending(now))
        if is_draft and len(list(pending)) >= _MOST_DRAFTS:
            raise No(403, "spam_risk_too_many_pending_share")
        if not is_draft and not self.is_audited and not (creator.is_private and privacy == "SELF_ONLY"):
            raise No(403, "unaudited_client_can_only_post_to_private_accounts")
        if not is_draft and not creator.posts.take(now):
            raise No(403, "spam_risk_too_many_posts")
        words = str(told.get("description", told.get("title", "")))
        made = Task(self._number(f"{kind}~v2-1."), creator, is_draft, words, privacy, source, now, fails=self.fails)
        made.post = "" if is_draft else self._number("")
        self.tasks[made.id] = made
        return made

    def _draft(self, creator: Creator, asked: Asked) -> Reply:
        return self._init(creator, asked, is_draft=True)

    def _status(self, creator: Creator, asked: Asked) -> Reply:
        if not creator.looks.take(self.world.moment()):
            raise No(429, "rate_limit_exceeded")
        task = self.tasks.get(str(asked.body.get("publish_id")))
        if task is None or task.creator is not creator:
            raise No(400, "invalid_publish_id")
        told = task.status(self.world.moment(), works=self.works, moderates=self.moderates)
        return wrapped({name: each for name, each in told.items() if self.counts_bytes or name != "uploaded_bytes"})

    def _list(self, creator: Creator, asked: Asked) -> Reply:
        place, now = creator.open_id, self.world.moment()
        public = (each for each in self.world.timeline(self.name, place) if "visibility" not in each.options)
        there = (each for each in public if self.reads(place, each.id) and now - each.at >= self.works + self.moderates)
        return wrapped(listed(list(there), self.films, dict(asked.body), asked.query.get("fields", "")))

    def _piece(self, asked: Asked) -> Reply:
        wanted = str(asked.query.get("upload_id"))
        task = next((each for id_, each in self.tasks.items() if id_.rpartition(".")[2] == wanted), None)
        if task is None:
            return Reply(404, b"")
        if self.world.moment() - task.made >= URL_LIVES:
            return Reply(403, b"")
        answer = taken(task, asked)
        if answer.status == 201:
            task.done_at = self.world.moment()
            # Whose a draft will be posted by is known to the app: only TikTok's own bound holds for it.
            most, lasts = LONGEST_EVER if task.is_draft else task.creator.longest, seconds(bytes(task.content))
            task.fails = task.fails or ("duration_check_failed" if lasts > most else "")
            self._out(task, [Upload("film", "video/mp4", bytes(task.content))])
        return answer

    def clear(self, creator: Creator) -> None:
        """Let the account's people publish or throw away every draft in their app."""
        for each in self.tasks.values():
            each.is_published = each.is_published or each.creator is creator

    def _out(self, task: Task, files: list[Upload]) -> None:
        if not task.fails:
            self._show(task, tuple((self.world.keep(each), "") for each in files))

    def _show(self, task: Task, media: tuple[tuple[str, str], ...]) -> None:
        options = {} if task.privacy == PUBLIC else {"visibility": task.privacy or "draft"}
        if "video_size" in task.source:
            self.films.add(task.shown_as)
        self.create(
            Shown(
                network=self.name,
                place=_inbox(task.creator) if task.is_draft else task.creator.open_id,
                id=task.shown_as,
                author=task.creator.username.replace("_", " ").title(),
                handle=f"@{task.creator.username}",
                text=task.title,
                marks=marks(task.title),
                at=self.world.moment(),
                media=media,
                options={"card above": "true"} | options,
            )
        )

    def _number(self, head: str) -> str:
        self._made += 1
        return f"{head}{7_000_000_000 + self._made}"


def _inbox(creator: Creator) -> str:
    return f"{creator.open_id} inbox"
