"""Facebook pages from the other side, from their contract sheet: posts, drafts and pictures; no films."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from typing_extensions import override

from adapters.emulators.facebook_graph import (
    MISSING,
    App,
    No,
    Token,
    Tokens,
    can_post,
    claim,
    may_post,
    may_read,
    name_of,
    number,
    path_of,
    pick,
    quota,
    usage,
)
from adapters.emulators.facebook_posts import Page, PagePost, Photo, post_fields, show, slightly_shuffled, sniff
from adapters.emulators.kit import Asked, Network, Reply, Upload, World, reply
from adapters.emulators.meta_login import Login

Json = dict[str, Any]

_LONGEST = 63206
_BIGGEST = 4_000_000


class FacebookNetwork(Network):
    """All pages; reads of one object by its id see every write at once, the list may lag."""

    name = "facebook"
    title = "Facebook"
    visible: ClassVar = frozenset({"post", "postPhoto", "flip"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.flips: Literal["work", "do nothing", "are refused"] = "work"
        """What comes of publishing a draft: how v26 does it was never tried on a real page."""
        self.fails_first = 0
        """So many calls that would show a post answer code 1, and do nothing."""
        self.tokens = Tokens()
        self.by_id: dict[str, Page] = {}
        self.login = Login(self.tokens, lambda: [{"id": each.id, "name": each.name} for each in self.by_id.values()])
        self.consents = self.login.consents
        self._made = 0

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        number, text = str(settings["page"]), credentials.get("token", "")
        n = len(self.by_id)
        name = f"demo_newsroom{n or ''}"
        self.by_id.setdefault(number, Page(number, name.replace("_", " ").title(), quota(), name))
        app = App(credentials.get("app_secret", ""), str(settings.get("app_id", "")))
        self.login.admit(app.id, app.secret)
        if text:
            self.tokens.known.setdefault(text, Token(text, number, app))

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        secrets = {"token": f"demo-page-token-of-nobody-{n}", "app_secret": f"demo-app-secret-of-nobody-{n}"}
        return {"page": str(100000000000001 + n)}, secrets

    @classmethod
    @override
    def applicant(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        settings, secrets = cls.newcomer(n)
        return settings | {"app_id": str(7000001 + n)}, {"app_secret": secrets["app_secret"]}

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        return str(settings["page"])

    @override
    def editor_posts(self, place: str, text: str) -> str:
        return self._publish(self.by_id[place], PagePost(self._number(place), self.world.moment(), text, "", True)).id

    @override
    def call(self, asked: Asked) -> str:
        return name_of(asked.method, asked.path.strip("/").partition("/")[2], asked.body)[0]

    @override
    def answer(self, asked: Asked) -> Reply:
        now = self.world.moment()
        try:
            path = path_of(asked, now)
            name, node = name_of(asked.method, path, asked.body)
            if found := self.login.answer(name, asked, now):
                return found
            if name == "debugToken":
                return self.tokens.debugged(asked, now)
            holder = self.tokens.holder(asked, now)
        except No as e:
            return e.reply
        bucket = self.by_id[holder.owner].calls if holder.owner in self.by_id else quota()
        try:
            if self.fails_first and name in self.visible:
                self.fails_first -= 1
                raise No("An unknown error occurred", 1, status=500)
            if not bucket.take(now):
                raise No("(#80001) There have been too many calls to this Page account", 80001)
            handle = getattr(self, f"_{name}", None)
            if handle is None:
                raise No(f"Unknown path components: /{path}", 2500)
            answer: Reply = handle(holder, asked, node)
        except No as e:
            answer = e.reply
        return replace(answer, headers={**answer.headers, **usage(bucket, holder.owner, now)})

    @override
    def refuse(self, seconds: int) -> Reply:
        business = '{"0":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":1}]}'
        answer = No("(#80001) There have been too many calls to this Page account", 80001).reply
        return replace(answer, headers={**answer.headers, "x-business-use-case-usage": business})

    @override
    def break_down(self) -> Reply:
        return No("An unexpected error has occurred. Please retry your request later.", 2, status=500).reply

    @override
    def revoke(self, asked: Asked) -> None:
        if asked.bearer in self.tokens.known:
            self.tokens.known[asked.bearer].is_dead = True

    @override
    def restore(self) -> None:
        for token in self.tokens.known.values():
            token.is_dead = False

    def _number(self, page: str) -> str:
        self._made += 1
        return f"{page}_{122000000000000 + self._made}"

    def _page(self, holder: Token, number: str) -> Page:
        """Find a page as a token sees it: another page's cannot be told from none."""
        if number != holder.owner or number not in self.by_id:
            raise No(MISSING.format(number), 100, 33, kind="GraphMethodException")
        return self.by_id[number]

    def _own(self, holder: Token, number: str) -> tuple[Page, PagePost]:
        page = self.by_id.get(holder.owner)
        post = page.posts.get(number) if page else None
        if page is None or post is None:
            raise No(MISSING.format(number), 100, 33, kind="GraphMethodException")
        return page, post

    def _me(self, holder: Token, asked: Asked, node: str) -> Reply:
        if holder.is_page:
            return self._getPage(holder, asked, holder.owner)
        return reply(200, pick({"id": "5550001", "name": "Aigul"}, str(asked.query.get("fields", "name"))))

    def _getPage(self, holder: Token, asked: Asked, node: str) -> Reply:
        page = self._page(holder, node)
        about = page.fields(can_post=can_post(holder), portrait=self.portrait)
        return reply(200, pick(about, str(asked.query.get("fields", "name"))))

    def _draft(self, holder: Token, asked: Asked, node: str) -> Reply:
        may_post(holder)
        page = self._page(holder, node)
        post = self._composed(page, asked.body, holder.app, is_published=False)
        page.posts[post.id] = post
        return self._made_as_asked(post, page, asked)

    def _post(self, holder: Token, asked: Asked, node: str) -> Reply:
        may_post(holder)
        page = self._page(holder, node)
        post, last = self._composed(page, asked.body, holder.app, is_published=True), page.latest()
        if last and not post.photos and (last.message, last.link) == (post.message, post.link):
            raise No("Duplicate status message", 506)
        return self._made_as_asked(self._publish(page, post), page, asked)

    @staticmethod
    def _made_as_asked(post: PagePost, page: Page, asked: Asked) -> Reply:
        return reply(200, pick(post_fields(post, page), str(asked.query.get("fields", "id"))))

    def _composed(self, page: Page, body: Mapping[str, Any], app: App, *, is_published: bool) -> PagePost:
        """Check and take what a post consists of; pictures push a link aside."""
        message, link = str(body.get("message") or "").strip(), str(body.get("link") or "")
        named = [str(one.get("media_fbid")) for one in body.get("attached_media") or ()]
        if not message and not link and not named:
            raise No("(#100) Either a message, a link or attached media is required", 197 if "message" in body else 100)
        if len(message) > _LONGEST:
            raise No("(#100) Param message is too long", 100)
        if (urlsplit(link).hostname or "").endswith("facebook.com"):
            raise No("Links to Facebook cannot be posted", 100, 1609008)
        photos = tuple(self._unused(page, photo) for photo in named)
        for photo in photos:
            photo.is_used = True
        link = "" if photos else link
        return PagePost(self._number(page.id), self.world.moment(), message, link, is_published, photos, app)

    def _unused(self, page: Page, number: str) -> Photo:
        if number not in page.photos:
            raise No(f"(#100) The photo {number} is not an unpublished photo of this page", 100)
        if page.photos[number].is_used:
            raise No("These photos were already posted", 100, 1366051)
        return page.photos[number]

    def _publish(self, page: Page, post: PagePost) -> PagePost:
        """Let a post out; what an app in development mode posts only its own people see."""
        post = replace(post, is_published=True)
        page.posts[post.id] = post
        if post.app is None or post.app.is_live:
            self.create(show(post, page, self.pages))
        return post

    def _photo(self, holder: Token, asked: Asked, node: str) -> Reply:
        return reply(200, {"id": self._taken(holder, asked, node)[1].id})

    def _postPhoto(self, holder: Token, asked: Asked, node: str) -> Reply:
        page, photo = self._taken(holder, asked, node)
        photo.is_used = True
        words = str(asked.body.get("message") or asked.body.get("caption") or "").strip()
        post = PagePost(self._number(page.id), self.world.moment(), words, "", True, (photo,), holder.app)
        return reply(200, {"id": photo.id, "post_id": self._publish(page, post).id})

    def _taken(self, holder: Token, asked: Asked, node: str) -> tuple[Page, Photo]:
        may_post(holder)
        page, file = self._page(holder, node), asked.body.get("source")
        if not isinstance(file, Upload):
            raise No("(#324) Missing or invalid image file; pictures by address are not emulated", 324)
        if not sniff(file.content) or len(file.content) > _BIGGEST:
            raise No("Photos should be smaller than 4 MB and saved as JPG or PNG", 100, 1366046)
        self._made += 1
        photo = Photo(
            str(122000000000000 + self._made), self.world.keep(file), str(asked.body.get("alt_text_custom", ""))
        )
        page.photos[photo.id] = photo
        return page, photo

    def _getPost(self, holder: Token, asked: Asked, node: str) -> Reply:
        may_read(holder)
        page, post = self._own(holder, node)
        return reply(200, pick(post_fields(post, page), str(asked.query.get("fields", "created_time,message"))))

    def _flip(self, holder: Token, asked: Asked, node: str) -> Reply:
        """Publish a draft; what is out stays out, whatever is said."""
        may_post(holder)
        page, post = self._own(holder, node)
        if claim(asked.body["is_published"]) is not True:
            raise No("(#100) Unpublishing a post is not supported", 100)
        if self.flips == "are refused":
            raise No("(#100) Param is_published is not supported for this post", 100)
        if self.flips == "work" and not post.is_published:
            self._publish(page, replace(post, at=self.world.moment()))
        return reply(200, {"success": True})

    def _editPost(self, holder: Token, asked: Asked, node: str) -> Reply:
        may_post(holder)
        page, post = self._own(holder, node)
        message = str(asked.body.get("message") or "").strip()
        if not message and not post.link:
            raise No("(#197) The post is empty. Please enter a message to share", 197)
        if message != post.message:
            post = replace(post, message=message, edited_at=self.world.moment())
            page.posts[node] = post
            if (self.name, page.id, node) in self.world.posts:
                self.edit(show(post, page, self.pages))
        return reply(200, {"success": True})

    def _deletePost(self, holder: Token, asked: Asked, node: str) -> Reply:
        may_post(holder)
        page, post = self._own(holder, node)
        del page.posts[node]
        if post.is_published:
            self.remove(page.id, node)
        return reply(200, {"success": True})

    def _publishedPosts(self, holder: Token, asked: Asked, node: str) -> Reply:
        """List what is out; since and until mean nothing here, and the order is nearly that of time."""
        may_read(holder)
        page, limit = self._page(holder, node), number(asked.query.get("limit"), 25, 100)
        found = [
            p for p in slightly_shuffled(list(page.posts.values())) if p.is_published and self.reads(page.id, p.id)
        ]
        start = number(asked.query.get("after"), 0, len(found))
        wanted = str(asked.query.get("fields", "created_time,message"))
        some = [pick(post_fields(post, page), wanted) for post in found[start : start + limit]]
        paging: Json = {"cursors": {"before": str(start), "after": str(start + limit)}}
        if start + limit < len(found):
            token = f"access_token={asked.bearer}&limit={limit}&after={start + limit}"
            paging["next"] = f"{asked.base}{asked.path}?{token}"
        return reply(200, {"data": some, "paging": paging} if some else {"data": []})
