"""Threads from the other side, from its contract sheet: words, pictures, carousels and films."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from typing_extensions import override

from adapters.emulators.consents import Consents
from adapters.emulators.containers import Container, Shelf, addresses, insights, marks, named, said
from adapters.emulators.facebook_graph import No, claim, pick
from adapters.emulators.kit import Asked, Network, Reply, Shown, World, reply
from adapters.emulators.threads_rules import judge
from adapters.emulators.threads_tokens import Token, Tokens

Json = dict[str, Any]

_MOST_ITEMS = 20
_MOST_POSTS, _MOST_DELETED = 250, 100
_METRICS = frozenset({"views", "likes", "replies", "reposts", "quotes", "shares"})
_NOT_FOUND = "The requested resource does not exist"
_CREATE = frozenset(
    {"media_type", "text", "link_attachment", "topic_tag", "reply_control", "reply_to_id", "image_url", "video_url"}
    | {"alt_text", "is_carousel_item", "children", "auto_publish_text", "quote_post_id", "location_id", "text_entities"}
)
_CALLS = (
    ("GET", r"oauth/authorize", "authorize"),
    ("POST", r"oauth/access_token", "token"),
    ("GET", r"access_token", "lengthen"),
    ("GET", r"debug_token", "debugToken"),
    ("GET", r"refresh_access_token", "refresh"),
    ("GET", r"me", "me"),
    ("POST", r"(me|\d+)/threads", "container"),
    ("POST", r"(me|\d+)/threads_publish", "publish"),
    ("GET", r"(me|\d+)/threads", "list"),
    ("GET", r"(me|\d+)/threads_publishing_limit", "quota"),
    ("GET", r"(\d+)/insights", "insights"),
    ("DELETE", r"(\d+)", "delete"),
    ("GET", r"(\d+)", "status"),
)


@dataclass
class Profile:
    """One account; `deletes` are the moments of what it took down."""

    id: str
    username: str
    deletes: list[datetime] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The name readers see first."""
        return self.username.replace(".", " ").title()


class ThreadsNetwork(Network):
    """All profiles."""

    name = "threads"
    title = "Threads"
    visible: ClassVar = frozenset({"publish", "publishNow"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.shelf = Shelf(world, frozenset({"image/jpeg", "image/png"}), 0.1, 10, 18_000_000_000_000_000)
        self.profiles: dict[str, Profile] = {}
        self.tokens = Tokens()
        self.unseen = timedelta(0)
        """How long a container that is FINISHED cannot be published, since it is not known everywhere yet."""

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        key = credentials.get("token") or str(settings["app_id"])
        if key in self.tokens.owners:
            return
        n = len(self.profiles)
        profile = Profile(str(25_000_000_000_001 + n), f"demo.newsroom{n or ''}")
        self.profiles[profile.id] = profile
        self.tokens.admit(key, profile.id, credentials.get("app_secret", ""))
        if credentials.get("token"):
            self.tokens.issue(key, profile.id, self.world.now() - timedelta(days=2))

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        return {}, {"token": f"THAAdemo-threads-token-of-nobody-{n}"}

    @classmethod
    @override
    def applicant(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        return {"app_id": str(8000001 + n)}, {"app_secret": f"demo-threads-app-secret-of-nobody-{n}"}

    @property
    def consents(self) -> Consents:
        """The consent page."""
        return self.tokens.consents

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        return self.tokens.owners[credentials.get("token") or str(settings["app_id"])]

    @override
    def editor_posts(self, place: str, text: str) -> str:
        return self._let_out(place, self.shelf.make(place, "TEXT", {"text": text}))

    @override
    def call(self, asked: Asked) -> str:
        return self._named(asked)[0]

    @override
    def answer(self, asked: Asked) -> Reply:
        name, node = self._named(asked)
        try:
            if name in ("authorize", "token"):
                return self.tokens.signing_in(asked, self.world.moment())
            token = self.tokens.holder(asked, said(asked), self.world.moment())
            if name == "unknown":
                raise No(f"Unknown path components: {asked.path}", 2500)
            profile = self.profiles[token.owner]
            if node != profile.id and node in self.profiles:
                raise No(f"(#10) {profile.username} may not do this for {node}", 10)
            answer: Reply = getattr(self, f"_{name}")(token, profile, asked, node)
            return answer
        except No as e:
            return e.reply

    @override
    def refuse(self, seconds: int) -> Reply:
        business = '{"0":[{"type":"threads","call_count":100,"estimated_time_to_regain_access":1}]}'
        answer = No("(#80002) There have been too many calls to this account", 80002).reply
        return Reply(answer.status, answer.content, {**answer.headers, "x-business-use-case-usage": business})

    @override
    def break_down(self) -> Reply:
        return No("An unexpected error has occurred. Please retry your request later.", 2, status=500).reply

    @override
    def revoke(self, asked: Asked) -> None:
        if asked.bearer in self.tokens.known:
            self.tokens.known[asked.bearer].is_dead = True

    @override
    def restore(self) -> None:
        """Let every account consent anew: its tokens are as good as two days old."""
        for token in list(self.tokens.known.values()):
            self.tokens.issue(token.text, token.owner, self.world.now() - timedelta(days=2))

    def _named(self, asked: Asked) -> tuple[str, str]:
        path = re.sub(r"^v1\.0/", "", asked.path.strip("/"))
        name, node = named(asked, path, _CALLS, self.shelf)
        return "publishNow" if name == "container" and claim(said(asked).get("auto_publish_text")) else name, node

    def _me(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        about: Json = {"id": profile.id, "username": profile.username, "name": profile.title, "is_verified": False}
        about["threads_profile_picture_url"] = self.portrait
        return reply(200, pick(about, str(asked.query.get("fields", "id"))))

    def _debugToken(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        return self.tokens.debugged(token, asked, self.world.moment())

    def _lengthen(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        return self.tokens.exchanged(token, asked, self.world.moment())

    def _refresh(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        return self.tokens.refreshed(token, asked, self.world.moment())

    def _container(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        token.may("threads_content_publish")
        return reply(200, {"id": self._made(profile, said(asked)).id})

    _item = _container

    def _publishNow(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        token.may("threads_content_publish")
        made = self._made(profile, said(asked))
        if made.kind != "TEXT":
            raise No("(#100) auto_publish_text is for text posts only", 100)
        return reply(200, {"id": self._let_out(profile.id, made)})

    def _made(self, profile: Profile, wants: Mapping[str, str]) -> Container:
        if wrong := sorted(set(wants) - _CREATE):
            raise No(f"(#100) Unknown parameters: {wrong}", 100)
        judge(wants, self.shelf.posts)
        kind, alt = str(wants.get("media_type")), str(wants.get("alt_text", ""))
        match kind:
            case "TEXT":
                if not str(wants.get("text", "")) and not wants.get("link_attachment"):
                    raise No("(#100) Param text is required for text posts", 100)
                return self.shelf.make(profile.id, kind, wants)
            case "IMAGE":
                return self.shelf.make(profile.id, kind, wants, [self.shelf.still(str(wants.get("image_url")), alt)])
            case "VIDEO":
                return self.shelf.make(profile.id, kind, wants, [self.shelf.film(str(wants.get("video_url")))])
            case "CAROUSEL":
                items = self.shelf.children(profile.id, str(wants.get("children", "")), _MOST_ITEMS)
                return self.shelf.make(profile.id, kind, wants, items)
        raise No("(#100) Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}", 100)

    def _let_out(self, owner: str, made: Container) -> str:
        text, link = str(made.said.get("text", "")), str(made.said.get("link_attachment", ""))
        code = f"DR{made.id[-8:]}"
        fields = {
            "text": text or None,
            "permalink": f"https://www.threads.com/@{self.profiles[owner].username}/post/{code}",
            "shortcode": code,
            "media_type": {"TEXT": "TEXT_POST", "CAROUSEL": "CAROUSEL_ALBUM"}.get(made.kind, made.kind),
            "link_attachment_url": link or next((each for _, _, each in addresses(text)), None),
            "topic_tag": made.said.get("topic_tag"),
        }
        made.post = self.shelf.out(owner, fields)
        self.create(self._shown(made, fields["link_attachment_url"]))
        return made.post

    def _shown(self, made: Container, link: str | None) -> Shown:
        profile, text = self.profiles[made.owner], str(made.said.get("text", ""))
        title, description = self.pages.get(link or "", (re.sub(r"^https?://|/.*$", "", link or ""), ""))
        topic = made.said.get("topic_tag")
        return Shown(
            network=self.name,
            place=made.owner,
            id=made.post,
            author=profile.title,
            handle=f"@{profile.username}",
            text=text,
            marks=marks(text, links=True, tags=0 if topic else 1),
            card=(link, title, description) if link and made.kind == "TEXT" else None,
            at=self.world.moment(),
            parent=made.said.get("reply_to_id"),
            options={"topic": topic} if topic else {},
            media=made.media,
        )

    def _status(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        found = self.shelf.read(profile.id, node)
        about = {"id": found.id, "status": found.state(self.world.moment()), "error_message": found.failed or None}
        return reply(200, pick(about, str(asked.query.get("fields", "id"))))

    def _post(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        found = self.shelf.publication(profile.id, node)
        return reply(200, pick(self.shelf.told(found), str(asked.query.get("fields", "id"))))

    def _publish(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        token.may("threads_content_publish")
        if self.shelf.blocked:
            raise No("The user's account is restricted from posting", 24, 4279013)
        made = self._publishing(profile, str(said(asked).get("creation_id")))
        if self.shelf.used(profile.id) >= _MOST_POSTS:
            raise No("Application request limit reached: 250 posts in 24 hours", 9, 2207042)
        if self.shelf.spam == "and it is not out":
            self.shelf.suspect()
        out = self._let_out(profile.id, made)
        self.shelf.suspect()
        return reply(200, {"id": out})

    def _publishing(self, profile: Profile, name: str) -> Container:
        """Find what is to be published: a container not known everywhere yet, or no more, cannot be told from none."""
        now, found = self.world.moment(), self.shelf.containers.get(name)
        if self.shelf.is_lost() or found is None or found.owner != profile.id or now < found.ready_at + self.unseen:
            raise No(_NOT_FOUND, 24, 4279009)
        match found.state(now):
            case "EXPIRED":
                raise No(_NOT_FOUND, 24, 4279009)
            case "FINISHED":
                return found
            case "PUBLISHED":
                raise No("(#100) The container was published already", 100)
        raise No("Media ID is not available: the media is not ready for publishing", 9007, 2207027)

    def _list(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        return self.shelf.listed(profile.id, asked.query, self.reads)

    def _quota(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        config = {"quota_total": _MOST_POSTS, "quota_duration": 86400}
        return reply(200, {"data": [{"quota_usage": self.shelf.used(profile.id), "config": config}]})

    def _insights(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        token.may("threads_manage_insights")
        return insights(asked.query, self.shelf.publication(profile.id, node).id, _METRICS)

    def _delete(self, token: Token, profile: Profile, asked: Asked, node: str) -> Reply:
        token.may("threads_delete")
        now = self.world.moment()
        self.shelf.publication(profile.id, node)
        if sum(1 for at in profile.deletes if now - at < timedelta(days=1)) >= _MOST_DELETED:
            raise No("(#613) Calls to this api have exceeded the rate limit of 100 deletes a day", 613)
        profile.deletes.append(now)
        del self.shelf.posts[node]
        self.remove(profile.id, node)
        return reply(200, {"success": True, "deleted_id": node})
