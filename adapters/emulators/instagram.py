"""Instagram from the other side, from its contract sheet: photos, carousels and reels, signed in by Facebook."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from typing_extensions import override

from adapters.emulators.containers import Container, Shelf, insights, marks, named, said
from adapters.emulators.facebook_graph import App, No, Token, Tokens, path_of, pick, quota, usage
from adapters.emulators.instagram_rules import (
    CALLS,
    CREATE,
    METRICS,
    MOST_ITEMS,
    MOST_POSTS,
    MOST_TAGS,
    SCOPES,
    Account,
    judge,
    not_uploaded,
    text_of,
)
from adapters.emulators.kit import Asked, Network, Reply, Shown, World, reply
from adapters.emulators.meta_login import Login

Json = dict[str, Any]


class InstagramNetwork(Network):
    """All accounts."""

    name = "instagram"
    title = "Instagram"
    visible: ClassVar = frozenset({"publish"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.shelf = Shelf(world, frozenset({"image/jpeg"}), 0.8, 1.91, 17_900_000_000_000_000)
        self.tokens = Tokens()
        self.accounts: dict[str, Account] = {}
        self._pages: dict[str, str] = {}
        """By token or app, whose page it is."""
        """By page."""
        self.login = Login(self.tokens, self._pages_listed)
        self.consents = self.login.consents
        self.breaks_after: int | None = None
        """The next upload breaks off after so many bytes, which are kept."""

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        text, app_id = credentials.get("token", ""), str(settings.get("app_id", ""))
        self.login.admit(app_id, credentials.get("app_secret", ""))
        if text in self.tokens.known:
            return
        n = len(self.accounts)
        page = str(100_000_000_000_001 + n)
        self.accounts[page] = Account(str(17_841_400_000_000_001 + n), page, f"demo.newsroom{n or ''}", quota())
        self._pages[text or app_id] = page
        if text:
            app = App(credentials.get("app_secret", ""), app_id)
            self.tokens.known[text] = Token(text, page, app, scopes=set(SCOPES))

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        secrets = {"token": f"demo-insta-page-token-of-nobody-{n}", "app_secret": f"demo-insta-secret-of-nobody-{n}"}
        return {}, secrets

    @classmethod
    @override
    def applicant(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        settings, secrets = cls.newcomer(n)
        return settings | {"app_id": str(7000001 + n)}, {"app_secret": secrets["app_secret"]}

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        return self.accounts[self._pages[credentials.get("token") or str(settings["app_id"])]].id

    @override
    def editor_posts(self, place: str, text: str) -> str:
        return self._let_out(place, self.shelf.make(place, "IMAGE", {"caption": text}))

    @override
    def call(self, asked: Asked) -> str:
        return self._named(asked)[0]

    @override
    def answer(self, asked: Asked) -> Reply:
        now, (name, node) = self.world.moment(), self._named(asked)
        try:
            if name == "upload":
                return self._upload(self._holder(asked), asked, node)
            path = path_of(asked, now)
            if found := self.login.answer(name, asked, now):
                return found
            if name == "debugToken":
                return self.tokens.debugged(asked, now)
            token = self._holder(asked)
        except No as e:
            return e.reply
        account = self.accounts[token.owner]
        try:
            if not account.calls.take(now):
                raise No("(#80002) There have been too many calls to this Instagram account", 80002)
            if name == "unknown":
                raise No(f"Unknown path components: /{path}", 2500)
            if len(node) == len(account.id) and node.startswith("178414") and node != account.id:
                raise No(f"(#10) Application does not have permission for {node}", 10)
            answer: Reply = getattr(self, f"_{name}")(token, account, asked, node)
        except No as e:
            answer = e.reply
        told = {key: value.replace('"pages"', '"instagram"') for key, value in usage(account.calls, node, now).items()}
        return replace(answer, headers={**answer.headers, **told})

    @override
    def refuse(self, seconds: int) -> Reply:
        business = '{"0":[{"type":"instagram","call_count":100,"estimated_time_to_regain_access":1}]}'
        answer = No("(#80002) There have been too many calls to this Instagram account", 80002).reply
        return replace(answer, headers={**answer.headers, "x-business-use-case-usage": business})

    @override
    def break_down(self) -> Reply:
        return No("An unexpected error has occurred. Please retry your request later.", 2, status=500).reply

    @override
    def revoke(self, asked: Asked) -> None:
        text = text_of(asked)
        if text in self.tokens.known:
            self.tokens.known[text].is_dead = True

    @override
    def restore(self) -> None:
        for token in self.tokens.known.values():
            token.is_dead = False

    def _pages_listed(self) -> list[Json]:
        """List the page of whoever came by consent last."""
        each = list(self.accounts.values())[-1]
        return [{"id": each.page, "name": each.username, "instagram_business_account": {"id": each.id}}]

    def _named(self, asked: Asked) -> tuple[str, str]:
        path = asked.path.strip("/")
        if match := re.fullmatch(r"ig-api-upload/v[\d.]+/(\d+)", path):
            return "upload", match[1]
        return named(asked, path.partition("/")[2], CALLS, self.shelf)

    def _holder(self, asked: Asked) -> Token:
        """Find whose token this is: files are uploaded with one of the kind "OAuth"."""
        headers = {**asked.headers, "authorization": f"Bearer {text}"} if (text := text_of(asked)) else asked.headers
        return self.tokens.holder(replace(asked, headers=headers), self.world.moment())

    @staticmethod
    def _may(token: Token, scope: str) -> None:
        if scope not in token.scopes:
            raise No(f"(#10) This endpoint requires the '{scope}' permission", 10)

    def _me(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        fields = str(asked.query.get("fields", "name"))
        about = {"username": account.username, "name": account.title, "profile_picture_url": self.portrait}
        inner = re.search(r"instagram_business_account\{([^}]*)\}", fields)
        linked = pick({"id": account.id, **about}, inner[1] if inner else "id") if account.is_linked else None
        page = {"id": account.page, "name": "The page", "category": "Newspaper", "instagram_business_account": linked}
        return reply(200, pick(page, fields))

    def _container(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        self._may(token, "instagram_content_publish")
        wants = said(asked)
        if wrong := sorted(set(wants) - CREATE - {"appsecret_proof"}):
            raise No(f"(#100) Unknown parameters: {wrong}", 100)
        judge(str(wants.get("caption", "")))
        made = self._made(account, wants)
        upload = {"uri": f"https://rupload.facebook.com/ig-api-upload/v26.0/{made.id}"} if made.awaited else {}
        return reply(200, {"id": made.id, **upload})

    _item = _container

    def _made(self, account: Account, wants: Mapping[str, str]) -> Container:
        kind, alt = str(wants.get("media_type", "IMAGE")), str(wants.get("alt_text", ""))
        match kind:
            case "IMAGE" if "image_url" in wants:
                return self.shelf.make(account.id, kind, wants, [self.shelf.still(wants["image_url"], alt)])
            case "REELS" | "VIDEO" if wants.get("upload_type") == "resumable":
                made = self.shelf.make(account.id, kind, wants)
                made.awaited = True
                return made
            case "REELS" | "VIDEO" if "video_url" in wants:
                return self.shelf.make(account.id, kind, wants, [self.shelf.film(wants["video_url"])])
            case "CAROUSEL":
                items = self.shelf.children(account.id, str(wants.get("children", "")), MOST_ITEMS)
                return self.shelf.make(account.id, kind, wants, items)
        raise No("(#100) The parameter image_url or video_url is required", 100)

    def _upload(self, token: Token, asked: Asked, node: str) -> Reply:
        """Take the bytes of a film from an offset on; what came before a break is kept."""
        found = self.shelf.own(self.accounts[token.owner].id, node)
        offset, size = (int(asked.headers.get(name, "-1")) for name in ("offset", "file_size"))
        if offset != len(found.came) or size < offset + len(asked.raw):
            return not_uploaded("OffsetInvalidError", f"{len(found.came)} bytes are here, not {offset} of {size}")
        broken, self.breaks_after = self.breaks_after, None
        found.came += asked.raw if broken is None else asked.raw[:broken]
        if broken is not None:
            raise ConnectionResetError("the upload broke off")
        if len(found.came) == size:
            try:
                found.media = (self.shelf.uploaded(found.came),)
            except No:
                return not_uploaded("ProcessingFailedError", "Request processing failed")
            found.awaited, found.ready_at = False, self.world.moment() + self.shelf.slow
            found.failed = self.shelf.fails.pop(0) if self.shelf.fails else ""
        return reply(200, {"success": True, "message": "Upload successful."})

    def _publish(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        self._may(token, "instagram_content_publish")
        if self.shelf.blocked:
            raise No("The Instagram account is restricted", 25, 2207050)
        made = self._publishing(account, str(said(asked).get("creation_id")))
        if self.shelf.used(account.id) >= MOST_POSTS:
            raise No("The user has reached the maximum number of posts that can be published by API", 9, 2207042)
        if self.shelf.spam == "and it is not out":
            self.shelf.suspect()
        out = self._let_out(account.id, made)
        self.shelf.suspect()
        return reply(200, {"id": out})

    def _publishing(self, account: Account, name: str) -> Container:
        found = self.shelf.containers.get(name)
        if self.shelf.is_lost() or found is None or found.owner != account.id:
            raise No("The requested resource does not exist", 24, 2207006)
        match found.state(self.world.moment()):
            case "FINISHED":
                return found
            case "EXPIRED":
                raise No("The media you are trying to access does not exist: it is expired", 24, 2207008)
            case "PUBLISHED":
                raise No("(#100) The media was published already", 100)
        raise No("Media ID is not available: the media is not ready for publishing", 9007, 2207027)

    def _let_out(self, owner: str, made: Container) -> str:
        code = f"DX{made.id[-8:]}"
        shows = "reel" if made.kind == "REELS" else "p"
        fields = {
            "caption": made.said.get("caption") or None,
            "permalink": f"https://www.instagram.com/{shows}/{code}/",
            "shortcode": code,
            "media_product_type": "REELS" if shows == "reel" else "FEED",
        }
        made.post = self.shelf.out(owner, fields)
        self.create(self._shown(made, shows))
        return made.post

    def _shown(self, made: Container, shows: str) -> Shown:
        owner = next(each for each in self.accounts.values() if each.id == made.owner)
        text = str(made.said.get("caption", ""))
        return Shown(
            network=self.name,
            place=made.owner,
            id=made.post,
            author=owner.title,
            handle=f"@{owner.username}",
            text=text,
            marks=marks(text, links=False, tags=MOST_TAGS),
            at=self.world.moment(),
            options={"card above": "true"} | ({"Reel": "true"} if shows == "reel" else {}),
            media=made.media,
        )

    def _status(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        if node == account.id:
            return reply(200, pick({"id": account.id, "username": account.username}, asked.query.get("fields", "id")))
        found = self.shelf.read(account.id, node)
        state = found.state(self.world.moment())
        came = {"status": "in_progress" if found.awaited else "complete", "bytes_transferred": len(found.came)}
        why = f"Error: {found.failed}" if state == "ERROR" else f"{state.title()}: Media is {state.lower()}."
        about = {"id": found.id, "status_code": state, "status": why, "video_status": {"uploading_phase": came}}
        return reply(200, pick(about, str(asked.query.get("fields", "id"))))

    def _post(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        found = self.shelf.publication(account.id, node)
        return reply(200, pick(self.shelf.told(found), str(asked.query.get("fields", "id"))))

    def _list(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        self._may(token, "instagram_basic")
        return self.shelf.listed(account.id, asked.query, self.reads)

    def _quota(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        config = {"quota_total": MOST_POSTS, "quota_duration": 86400}
        return reply(200, {"data": [{"quota_usage": self.shelf.used(account.id), "config": config}]})

    def _insights(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        self._may(token, "instagram_manage_insights")
        return insights(asked.query, self.shelf.publication(account.id, node).id, METRICS)

    def _delete(self, token: Token, account: Account, asked: Asked, node: str) -> Reply:
        self._may(token, "instagram_manage_contents")
        self.shelf.publication(account.id, node)
        del self.shelf.posts[node]
        self.remove(account.id, node)
        return reply(200, {"success": True})
