"""TikTok from the other side, from its contract sheet: drafts and direct posts of films that are uploaded."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from typing_extensions import override

from adapters.emulators.consents import App, Consents, Denied
from adapters.emulators.kit import Asked, Network, Reply, Shown, Upload, World, reply
from adapters.emulators.tiktok_tasks import (
    ACCESS_LIVES,
    REFRESH_LIVES,
    URL_LIVES,
    Creator,
    No,
    Task,
    marks,
    planned,
    taken,
    wrapped,
)

Json = dict[str, Any]

_CALLS = {
    "/v2/auth/authorize/": "authorize",
    "/v2/oauth/token/": "token",
    "/v2/user/info/": "user",
    "/v2/post/publish/creator_info/query/": "creator",
    "/v2/post/publish/video/init/": "init",
    "/v2/post/publish/inbox/video/init/": "draft",
    "/v2/post/publish/status/fetch/": "status",
}
_NEEDS = {"user": "user.info.basic", "creator": "video.publish", "init": "video.publish", "draft": "video.upload"}
_MOST_DRAFTS = 5
REDIRECT = "https://steppecourier.example/connected"
"""The address demo apps have registered: TikTok sends nobody to a machine of their own."""


class TiktokNetwork(Network):
    """All accounts; drafts stand where no reader looks, in the inbox of an account's people."""

    name = "tiktok"
    title = "TikTok"
    visible: ClassVar = frozenset({"upload"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.creators: dict[str, Creator] = {}
        self.tasks: dict[str, Task] = {}
        self.tokens: dict[str, tuple[Creator, datetime]] = {}
        self.revoked: set[str] = set()
        self.works = timedelta(seconds=20)
        self.is_audited = True
        self.blocks = ""
        """What creator_info says instead, with status 200."""
        self._first: dict[str, Creator] = {}
        self._refresh: dict[str, tuple[Creator, datetime]] = {}
        self._ends: dict[str, str] = {}
        """By a new token, the refresh token that dies when it is first used: so a lost answer loses no account."""
        self._made = 0
        self.consents = Consents(timedelta(minutes=5), pkce="hex", separator=",", client="client_key")

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        n, refresh = len(self.creators), credentials.get("refresh_token") or credentials["client_key"]
        if refresh not in self._first:
            client = (credentials["client_key"], credentials["client_secret"])
            made = Creator(f"open-{n}", f"demo_newsroom{n or ''}", client)
            self.creators[made.open_id] = made
            self.world.hidden.add((self.name, _inbox(made)))
            self._first[refresh] = made
            self._refresh[refresh] = made, self.world.now()
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
        creator = self.creators[place.partition(" ")[0]]
        task = Task(
            self._number("v_app"), creator, False, text, "PUBLIC_TO_EVERYONE", {"video_size": 0}, self.world.moment()
        )
        self._show(task, place)
        return task.id

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
            return self._token(asked)
        try:
            creator = self._holder(asked, call)
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
        self.revoked.add(asked.bearer)
        for creator in self.creators.values():
            named = self._refresh.get(str(asked.body.get("refresh_token")))
            creator.is_dead = creator.is_dead or bool(named and named[0] is creator)

    @override
    def restore(self) -> None:
        self.revoked.clear()
        for creator in self.creators.values():
            creator.is_dead = False

    def _holder(self, asked: Asked, call: str) -> Creator:
        creator, until = self.tokens.get(asked.bearer, (None, self.world.moment()))
        if creator is None or until <= self.world.moment() or asked.bearer in self.revoked:
            raise No(401, "access_token_invalid", "The access token is invalid or not found in the request.")
        self._settle(asked.bearer)
        if call in _NEEDS and _NEEDS[call] not in creator.scopes:
            raise No(401, "scope_not_authorized")
        return creator

    def _settle(self, used: str) -> None:
        self._refresh.pop(self._ends.pop(used, ""), None)

    def _token(self, asked: Asked) -> Reply:
        told = asked.body
        if told.get("grant_type") == "authorization_code":
            return self._traded(asked)
        pair = (str(told.get("client_key")), str(told.get("client_secret")))
        was = str(told.get("refresh_token"))
        found, given = self._refresh.get(was, (None, self.world.moment()))
        is_old = self.world.moment() - given >= REFRESH_LIVES
        if (
            found is None
            or found.is_dead
            or is_old
            or pair != found.client
            or told.get("grant_type") != "refresh_token"
        ):
            # Seen with status 200 (sheet, 1).
            return reply(
                200, {"error": "invalid_grant", "error_description": "Refresh token is invalid", "log_id": "1"}
            )
        self._settle(was)
        return reply(200, self._give(found, was))

    def _traded(self, asked: Asked) -> Reply:
        try:
            code = self.consents.traded(asked, self.world.moment())
        except Denied as e:
            return Reply(200, e.reply.content, e.reply.headers)
        found = self.creators[code.member]
        found.scopes = set(code.rights)
        return reply(200, self._give(found, ""))

    def _give(self, found: Creator, was: str) -> Json:
        new = self._number("rft.rotated-refresh-token")
        token = self._number("act.an-access-token-of-the-emulator")
        self._refresh[new] = found, self.world.moment()
        self._ends |= {new: was, token: was}
        self.tokens[token] = (found, self.world.moment() + ACCESS_LIVES)
        life = {
            "expires_in": int(ACCESS_LIVES.total_seconds()),
            "refresh_expires_in": int(REFRESH_LIVES.total_seconds()),
        }
        about = {"open_id": found.open_id, "scope": ",".join(sorted(found.scopes)), "token_type": "Bearer"}
        return about | life | {"access_token": token, "refresh_token": new}

    def _user(self, creator: Creator, asked: Asked) -> Reply:
        name = creator.username.replace("_", " ").title()
        return wrapped({"user": {"open_id": creator.open_id, "display_name": name}})

    def _creator(self, creator: Creator, asked: Asked) -> Reply:
        if self.blocks:
            raise No(200, self.blocks)
        return wrapped(
            {
                "creator_username": creator.username,
                "creator_nickname": creator.username.title(),
                "privacy_level_options": creator.options,
                "max_video_post_duration_sec": 300,
            }
        )

    def _init(self, creator: Creator, asked: Asked, *, is_draft: bool = False) -> Reply:
        now = self.world.moment()
        if not creator.inits.take(now):
            raise No(429, "rate_limit_exceeded")
        told, source = planned(dict(asked.body), is_draft=is_draft, creator=creator)
        if is_draft and creator.drafts >= _MOST_DRAFTS:
            raise No(403, "spam_risk_too_many_pending_share")
        if not is_draft and not self.is_audited and told["privacy_level"] != "SELF_ONLY":
            raise No(403, "unaudited_client_can_only_post_to_private_accounts")
        if not is_draft and not creator.posts.take(now):
            raise No(403, "spam_risk_too_many_posts")
        kind = "v_inbox_file" if is_draft else "v_pub_file"
        id_ = self._number(f"{kind}~v2-1.")
        title, privacy = str(told.get("title", "")), str(told.get("privacy_level", ""))
        self.tasks[id_] = Task(id_, creator, is_draft, title, privacy, source, now, fails=self.fails)
        where = f"{asked.base}/video/?upload_id={id_.rpartition('.')[2]}&upload_token=upload-token-{id_[-6:]}"
        return wrapped({"publish_id": id_, "upload_url": where})

    def _draft(self, creator: Creator, asked: Asked) -> Reply:
        return self._init(creator, asked, is_draft=True)

    def _status(self, creator: Creator, asked: Asked) -> Reply:
        if not creator.looks.take(self.world.moment()):
            raise No(429, "rate_limit_exceeded")
        task = self.tasks.get(str(asked.body.get("publish_id")))
        if task is None or task.creator is not creator:
            raise No(400, "invalid_publish_id")
        return wrapped(task.status(self.world.moment(), works=self.works) | {"publicaly_available_post_id": []})

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
            if not task.fails:
                self.world.keep(Upload("film", "video/mp4", bytes(task.content)))
                task.creator.drafts += task.is_draft
                self._show(task, _inbox(task.creator) if task.is_draft else task.creator.open_id)
        return answer

    def _show(self, task: Task, place: str) -> None:
        film = Upload("film", "video/mp4", bytes(task.content))
        options = {} if task.privacy == "PUBLIC_TO_EVERYONE" else {"visibility": task.privacy or "draft"}
        self.create(
            Shown(
                network=self.name,
                place=place,
                id=task.id,
                author=task.creator.username.replace("_", " ").title(),
                handle=f"@{task.creator.username}",
                text=task.title,
                marks=marks(task.title),
                at=self.world.moment(),
                media=((self.world.keep(film), ""),),
                options={"card above": "true"} | options,
            )
        )

    def _number(self, head: str) -> str:
        self._made += 1
        return f"{head}{7_000_000_000 + self._made}"


def _inbox(creator: Creator) -> str:
    return f"{creator.open_id} inbox"
