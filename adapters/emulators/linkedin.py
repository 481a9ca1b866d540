"""LinkedIn from the other side, from its contract sheet: posts of pages and members, and pictures; no films."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from typing_extensions import override

from adapters.emulators.consents import Consents
from adapters.emulators.kit import Asked, Network, Reply, World, reply
from adapters.emulators.linkedin_oauth import Day, No, Token, Tokens, check_headers
from adapters.emulators.linkedin_posts import Image, Share, check_length, compose, show, uploaded, urn_of

Json = dict[str, Any]

_POST, _IMAGE = r"(urn:li:(?:share|ugcPost):\d+)", r"(urn:li:image:\w+)"
_CALLS = (
    ("POST", r"/rest/posts", "post"),
    ("GET", r"/rest/posts", "findPosts"),
    ("GET", rf"/rest/posts/{_POST}", "getPost"),
    ("POST", rf"/rest/posts/{_POST}", "editPost"),
    ("DELETE", rf"/rest/posts/{_POST}", "deletePost"),
    ("POST", r"/rest/images", "initImage"),
    ("GET", rf"/rest/images/{_IMAGE}", "getImage"),
    ("PUT", r"/dms-uploads/(\w+)/uploaded-image/0", "upload"),
    ("GET", r"/v2/userinfo", "userinfo"),
    ("GET", r"/oauth/v2/authorization", "authorize"),
    ("POST", r"/oauth/v2/accessToken", "accessToken"),
    ("POST", r"/oauth/v2/introspectToken", "introspectToken"),
)
_HAUNTS = timedelta(hours=48)
"""How long a post that was taken down goes on forbidding its words (Composio#2710: 24 to 48 hours)."""


class LinkedInNetwork(Network):
    """All pages and members. Nobody reads what a member posted; a page's list may lag, and so may a post by its id."""

    name = "linkedin"
    title = "LinkedIn"
    visible: ClassVar = frozenset({"post"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.slowness = timedelta(seconds=3)
        """How long a picture is taken in."""
        self.tells_urn = True
        """Whether a created post's header names it."""
        self.tokens = Tokens()
        self.roles: dict[str, set[str]] = {}
        """By page, the members who may post for it."""
        self.shares: dict[str, Share] = {}
        self.ghosts: dict[str, tuple[Share, datetime]] = {}
        self.images: dict[str, Image] = {}
        self.received: dict[str, int] = {}
        """By picture, how many bytes of it came in all."""
        self.of_app, self.of_member = Day(100_000), Day(100_000)
        self._made = 0

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        self.tokens.admit(credentials, _member(credentials), self.world.moment())
        self.roles.setdefault(str(settings["author"]), set()).add(_member(credentials))

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        secrets = {"token": f"demo-access-token-of-nobody-{n}", "client_id": f"86demo{n}"}
        secrets |= {"client_secret": f"demo-secret-of-no-app-{n}", "refresh_token": f"demo-refresh-token-of-nobody-{n}"}
        return {"author": f"urn:li:organization:{5515715 + n}"}, secrets

    @classmethod
    @override
    def applicant(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        settings, secrets = cls.newcomer(n)
        return settings, {name: secrets[name] for name in ("client_id", "client_secret")}

    @property
    def consents(self) -> Consents:
        """The consent page."""
        return self.tokens.consents

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        return str(settings["author"])

    @override
    def editor_posts(self, place: str, text: str) -> str:
        escaped = re.sub(r"([\\|{}@\[\]()<>#*_~])", r"\\\1", text)
        return self._publish(Share(self._urn(), place, self.world.moment(), escaped, {})).urn

    @override
    def call(self, asked: Asked) -> str:
        return _named(asked)[0]

    @override
    def answer(self, asked: Asked) -> Reply:
        now, (name, node) = self.world.moment(), _named(asked)
        try:
            match name:
                case "unknown":
                    raise No(404, "RESOURCE_NOT_FOUND", f"No virtual resource found for {asked.path}")
                case "authorize":
                    return self.consents.page(asked, now)
                case "accessToken":
                    return self.tokens.exchanged(asked, now)
                case "introspectToken":
                    return self.tokens.introspected(asked, now)
                case "upload":
                    return self._upload(asked, node)
            holder = self.tokens.holder(asked, now)
            if name != "userinfo":
                check_headers(asked, now)
            self._count(now)
            answered: Reply = getattr(self, f"_{name}")(holder, asked, node)
            return answered
        except No as e:
            return e.reply

    @override
    def refuse(self, seconds: int) -> Reply:
        said = {"status": 429, "serviceErrorCode": 101, "code": "TOO_MANY_REQUESTS", "message": "Too many requests"}
        return reply(429, said, retry_after=str(seconds))

    @override
    def break_down(self) -> Reply:
        return reply(500, {"status": 500, "code": "INTERNAL_SERVER_ERROR", "message": "Internal Server Error"})

    @override
    def revoke(self, asked: Asked) -> None:
        self.tokens.revoke(asked)

    @override
    def restore(self) -> None:
        self.tokens.restore()

    def _count(self, now: datetime) -> None:
        """Count a call; what is used up is given back at midnight UTC."""
        for day, whose in ((self.of_app, "APPLICATION"), (self.of_member, "MEMBER")):
            if not day.take(now):
                said = f"Resource level throttle {whose} DAY limit for calls to this resource is reached."
                raise No(429, "TOO_MANY_REQUESTS", said, service=101)

    def _urn(self) -> str:
        self._made += 1
        return urn_of(self.world.moment(), self._made % 4096)

    def _may_post(self, holder: Token, author: str) -> None:
        """Ask for the scope, and for the member's role on the page."""
        scope = "w_organization_social" if ":organization:" in author else "w_member_social"
        is_own = author == f"urn:li:person:{holder.member}"
        if scope not in holder.scopes or not (is_own or holder.member in self.roles.get(author, ())):
            raise No(403, "ACCESS_DENIED", f"Not enough permissions to access: {author}", service=100)

    def _may_read(self, holder: Token, author: str) -> None:
        """Nobody reads what members posted: r_member_social is closed."""
        is_page = ":organization:" in author and holder.member in self.roles.get(author, ())
        if not is_page or "r_organization_social" not in holder.scopes:
            raise No(403, "ACCESS_DENIED", f"Not enough permissions to access: {author}", service=100)

    def _post(self, holder: Token, asked: Asked, node: str) -> Reply:
        now, author = self.world.moment(), str(asked.body.get("author"))
        self._may_post(holder, author)
        share = compose(asked.body, self.images, self._urn(), now)
        haunting = [each for each, until in self.ghosts.values() if now < until]
        original = next((each for each in (*self.shares.values(), *haunting) if each.same(share)), None)
        if original:
            found = {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
            raise No(
                422,
                "DUPLICATE_POST",
                f"Content is a duplicate of {original.urn}",
                errorDetailType="com.linkedin.common.error.BadRequest",
                errorDetails={"inputErrors": [found]},
            )
        self._publish(share)
        return Reply(201, b"", {"x-restli-id": share.urn} if self.tells_urn else {})

    def _publish(self, share: Share) -> Share:
        self.shares[share.urn] = share
        self.create(show(share, _name(share.author), self.pages))
        return share

    def _own(self, urn: str) -> Share:
        share = self.shares.get(urn)
        if share is None or not self.reads(share.author, urn):
            raise No(404, "NOT_FOUND", f"Could not find entity {urn}")
        return share

    def _getPost(self, holder: Token, asked: Asked, node: str) -> Reply:
        if node not in self.shares and "r_organization_social" in holder.scopes:
            raise No(404, "NOT_FOUND", f"Could not find entity {node}")
        self._may_read(holder, self.shares[node].author if node in self.shares else "")
        return reply(200, self._own(node).fields())

    def _findPosts(self, holder: Token, asked: Asked, node: str) -> Reply:
        """List a page's posts, newest first."""
        author, start, count = str(asked.query.get("author")), _number(asked, "start", 0), _number(asked, "count", 10)
        if asked.query.get("q") != "author" or asked.headers.get("x-restli-method") != "FINDER" or count > 100:
            raise No(400, "ILLEGAL_ARGUMENT", "a finder needs q=author, X-RestLi-Method: FINDER and a count up to 100")
        self._may_read(holder, author)
        found = [s for s in self.shares.values() if s.author == author and self.reads(author, s.urn)]
        found.sort(key=lambda share: (share.at, share.urn), reverse=True)
        some = [share.fields() for share in found[start : start + count]]
        return reply(200, {"paging": {"start": start, "count": count, "links": []}, "elements": some})

    def _editPost(self, holder: Token, asked: Asked, node: str) -> Reply:
        changes = (asked.body.get("patch") or {}).get("$set") or {}
        if asked.headers.get("x-restli-method") != "PARTIAL_UPDATE" or set(changes) != {"commentary"}:
            raise No(400, "ILLEGAL_ARGUMENT", "only commentary can be set, by X-RestLi-Method: PARTIAL_UPDATE")
        share = self.shares.get(node)
        if share is None:
            raise No(404, "NOT_FOUND", f"Could not find entity {node}")
        self._may_post(holder, share.author)
        check_length(changes["commentary"])
        if changes["commentary"] != share.commentary:
            share = replace(share, commentary=changes["commentary"], edited_at=self.world.moment())
            self.shares[node] = share
            self.edit(show(share, _name(share.author), self.pages))
        return Reply(204, b"")

    def _deletePost(self, holder: Token, asked: Asked, node: str) -> Reply:
        if share := self.shares.get(node):
            self._may_post(holder, share.author)
            del self.shares[node]
            self.ghosts[node] = share, self.world.moment() + _HAUNTS
            self.remove(share.author, node)
        return Reply(204, b"")

    def _initImage(self, holder: Token, asked: Asked, node: str) -> Reply:
        owner = str((asked.body.get("initializeUploadRequest") or {}).get("owner"))
        if asked.query.get("action") != "initializeUpload":
            raise No(400, "ILLEGAL_ARGUMENT", "the only action is initializeUpload")
        self._may_post(holder, owner)
        self._made += 1
        image = Image(f"urn:li:image:C4E{self._made}", owner, f"C4E{self._made}", self.world.moment())
        self.images[image.urn] = image
        # What is signed holds a percent sign that is escaped once more: whoever reads it twice spoils it.
        url = f"{asked.base}/dms-uploads/{image.key}/uploaded-image/0?ca=vector&sync=0&ut={image.key}%253D"
        ends = int((image.asked_at + timedelta(hours=24)).timestamp() * 1000)
        return reply(200, {"value": {"uploadUrlExpiresAt": ends, "uploadUrl": url, "image": image.urn}})

    def _upload(self, asked: Asked, key: str) -> Reply:
        """Take a picture's bytes at the address made for it; the same again changes nothing."""
        if asked.bearer:  # the address alone would do
            self.tokens.holder(asked, self.world.moment())
        image = self.images.get(f"urn:li:image:{key}")
        if image is None or asked.query.get("ut") != f"{key}%3D":
            raise No(403, "FORBIDDEN", "the signature of the upload URL does not match")
        self.received[image.urn] = self.received.get(image.urn, 0) + len(asked.raw)
        name = self.world.keep(uploaded(asked.raw, asked.headers.get("content-type", "")))
        image.take(asked.raw, name, self.world.moment(), self.slowness)
        return Reply(201, b"", {"etag": f'"{name[:16]}"'})

    def _getImage(self, holder: Token, asked: Asked, node: str) -> Reply:
        image = self.images.get(node)
        if image is None or ":person:" in image.owner:
            raise No(403, "ACCESS_DENIED", f"Not enough permissions to access: {node}", service=100)
        self._may_post(holder, image.owner)
        return reply(200, {"id": node, "owner": image.owner, "status": image.status(self.world.moment())})

    def _userinfo(self, holder: Token, asked: Asked, node: str) -> Reply:
        if "openid" not in holder.scopes:
            raise No(403, "ACCESS_DENIED", "Not enough permissions to access: userinfo.GET", service=100)
        about = {"name": _name(holder.member), "picture": self.portrait, "email_verified": True}
        return reply(200, {"sub": holder.member, **about})


def _named(asked: Asked) -> tuple[str, str]:
    for method, pattern, name in _CALLS:
        match = re.fullmatch(pattern, asked.path)
        if asked.method == method and match:
            return name, (match.groups() or ("",))[0]
    return "unknown", ""


def _member(credentials: Mapping[str, str]) -> str:
    """Tell whose token it is, or who has to be asked: the last part of its text names the member."""
    return f"demoMember{(credentials.get('token') or credentials['client_id']).rpartition('-')[2]}"


def _name(author: str) -> str:
    return "The Steppe Courier" if ":organization:" in author else "Aigerim Demo"


def _number(asked: Asked, name: str, default: int) -> int:
    said = str(asked.query.get(name, default))
    return int(said) if said.isdigit() else default
