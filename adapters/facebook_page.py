"""What can be asked of a Facebook page over the Graph API, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from adapters import graph
from adapters.accounted import known
from adapters.contract import (
    Asked,
    AuthFailed,
    Clock,
    Identity,
    Json,
    Memo,
    NotSent,
    OutcomeUnknown,
    PublishError,
    Receipt,
    Rejected,
    Scope,
    Session,
)
from adapters.graph import Forbidden, Missing
from adapters.http import Http, T, Visible, bearer
from adapters.meta_login import Owned
from adapters.text import fold_address

_PAGE = 100
_MOST_PAGES = 10
_CLOCKS_MAY_DIFFER = timedelta(hours=1)
_RIGHTS = "pages_manage_posts and pages_read_engagement, and the task CREATE_CONTENT on the page"


@dataclass(frozen=True, slots=True)
class Page:
    """One page seen through one token. `base` is the Graph API's address with its version."""

    id: str
    base: str
    session: Session
    http: Http
    clock: Clock

    async def send(
        self,
        method: str,
        path: str,
        name: str,
        *,
        read: Callable[[Any], T],
        memo: Memo | None = None,
        visible: Visible | None = None,
        params: Json | None = None,
        **parts: Any,
    ) -> T:
        """Send once; what the answer tells of the quota goes into `memo`."""
        how = self._how(path, name, OutcomeUnknown if visible else NotSent, memo, params)
        return await self.http.json(method, read=read, visible=visible, **how, **parts)

    async def repeat(
        self,
        method: str,
        path: str,
        name: str,
        *,
        read: Callable[[Any], T],
        memo: Memo | None = None,
        params: Json | None = None,
        **parts: Any,
    ) -> T:
        """Send what harms nobody twice, up to three times."""
        how = self._how(path, name, NotSent, memo, params)
        how["headers"] |= parts.pop("headers", {})  # those of an upload
        return await self.http.repeatable(method, sleep=self.clock.sleep, read=read, **how, **parts)

    async def look(self, post: str, memo: Memo) -> Receipt | None:
        """Ask whether readers see a post that was a draft."""
        return await self.repeat("GET", post, "look", read=shown, memo=memo, params=OF_POST)

    async def search(self, message: str, link: str, *, memo: Memo, asked: Asked) -> Receipt | None:
        """Read the page's posts back to the time before the intent.

        They come roughly newest first, so only a whole page of older ones is an end. Our words at an earlier time prove
        nothing: this machine's clock may be wrong.
        """
        is_doubtful = False
        accounted, since, after = known(asked.mark), asked.first - _CLOCKS_MAY_DIFFER, ""
        for _ in range(_MOST_PAGES):
            posts, after = await self._list(memo, limit=_PAGE, after=after)
            ours = [each for each in posts if each.receipt.id not in accounted and _says(each, message, link)]
            for each in ours:
                if each.at >= since:
                    return each.receipt
            is_doubtful |= bool(ours)
            if not after or all(each.at < since for each in posts):
                if is_doubtful:
                    raise OutcomeUnknown("these very words are on the page, but from before we sent ours")
                return None
        raise OutcomeUnknown(f"more than {_PAGE * _MOST_PAGES} posts on the page since then")

    async def identity(self) -> Identity:
        """Ask whose token this is, and whether it may post and read posts.

        Raises AuthFailed for the token of a person: posts made with it would be that person's, not the page's.
        """
        try:
            await self.repeat("GET", "me", "account", read=dict, params={"fields": "id,name,category"})
        except Rejected as e:  # a person has no category
            said = f"this is not a page's token: take the own access token of page {self.id}"
            raise AuthFailed(f"{said} ({e.detail})", scope=Scope.CHANNEL) from e
        asked = {"fields": "id,name,username,can_post,picture.width(400).height(400){url}"}
        try:
            page = await self.repeat("GET", self.id, "page", read=dict, params=asked)
        except Missing as e:
            raise self.unseen(e) from e
        missing = [] if page.get("can_post") else ["pages_manage_posts, or the page's task CREATE_CONTENT"]
        try:
            await self._list(limit=1)
        except Forbidden:
            missing.append("pages_read_engagement")
        handle = f"@{page['username']}" if page.get("username") else str(page.get("name") or self.id)
        avatar = str(((page.get("picture") or {}).get("data") or {}).get("url") or "")
        return Identity(self.id, handle, tuple(missing), str(page.get("name") or ""), avatar)

    async def ends(self, app: str) -> datetime | None:
        """Ask until when this token serves and may read; None: for ever, or the app is not known here."""
        token, secret = self._secrets
        asked = graph.Token(token, secret, app)
        return await graph.ends(asked, self.base, self.http, self.clock, what="Facebook token", rights=_RIGHTS)

    async def share(self) -> float | None:
        """Read how much of its calls is used, in percent, from the headers of any answer; None: they do not say."""
        heard: dict[str, str] = {}
        how = self._how(self.id, "page", NotSent, None, {"fields": "id"}) | {"hear": heard.update}
        await self.http.repeatable("GET", sleep=self.clock.sleep, read=dict, **how)
        return graph.share(heard)

    def unseen(self, refusal: Missing) -> AuthFailed:
        """Say that the page itself is what the token cannot see."""
        return AuthFailed(f"this token sees no page {self.id}: {refusal.detail}", scope=Scope.CHANNEL)

    @property
    def _secrets(self) -> tuple[str, str]:
        """Find the page's token, from a consent or as it was pasted, and the app's secret."""
        held = self.session.tokens
        return held.get(token_name(self.id)) or held.get("token", ""), held.get("app_secret", "")

    async def _list(self, memo: Memo | None = None, *, limit: int, after: str = "") -> tuple[list["Listed"], str]:
        params = OF_LISTED | {"limit": str(limit)} | ({"after": after} if after else {})
        return await self.repeat("GET", f"{self.id}/published_posts", "posts", read=listed, memo=memo, params=params)

    def _how(self, path: str, name: str, unsure: type[PublishError], memo: Memo | None, params: Json | None) -> Json:
        token, secret = self._secrets
        if not token:
            raise AuthFailed(
                f"Facebook: there is no token of page {self.id} yet; `jarshy auth facebook` asks for one",
                scope=Scope.ACCOUNT,
            )
        proof = graph.proof(token, secret)
        return {
            "url": f"{self.base}/{quote(path)}",
            "what": f"Facebook {name}",
            "sort": partial(graph.sort, unsure=unsure, rights=_RIGHTS),
            "secrets": (token, secret, *proof.values()),
            "headers": bearer(token),
            "params": proof | (params or {}),
            "hear": partial(graph.hear, memo=memo, clock=self.clock) if memo is not None else None,
        }


OF_POST = {"fields": "id,is_published,permalink_url"}
OF_LISTED = {"fields": "id,message,created_time,permalink_url,attachments{unshimmed_url}"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One post of the page's list."""

    receipt: Receipt
    at: datetime
    message: str
    links: frozenset[str]


def token_name(page: str) -> str:
    """Name the token of a page in a session that comes of a consent: that may name several pages."""
    return f"page {page}"


def tokens_of(pages: list[Owned], wanted: str) -> dict[str, str]:
    """Name the tokens of all pages a consent names. Raises AuthFailed where the wanted one may not be posted to."""
    if not any(each.id == wanted and "CREATE_CONTENT" in each.tasks for each in pages):
        named = ", ".join(f"{each.name} ({each.id})" for each in pages) or "none"
        said = f"the consent lets nobody post to page {wanted}; pages it names: {named}"
        raise AuthFailed(f"Facebook: {said}", scope=Scope.CHANNEL)
    return {token_name(each.id): each.token for each in pages}


def created(answer: Any) -> str:
    """Read the id of what was made."""
    number = answer["id"]
    if not isinstance(number, str) or not number:
        raise TypeError("no id")
    return number


def receipt(answer: Any) -> Receipt:
    """Read a post that is out; the address by number always leads to it, where the answer has no better one."""
    number = created(answer)
    return Receipt(number, str(answer.get("permalink_url") or f"https://www.facebook.com/{number}"), mark=number)


def success(answer: Any) -> bool:
    """Read whether a change was taken."""
    return _claim(answer["success"])


def shown(answer: Any) -> Receipt | None:
    """Read whether readers see a post that was a draft."""
    return receipt(answer) if _claim(answer["is_published"]) else None


def listed(answer: Any) -> tuple[list[Listed], str]:
    """Read a page of the list and the cursor behind it, "" at the end; the next page's address holds the token."""
    paging = answer.get("paging") or {}
    after = str(paging["cursors"]["after"]) if paging.get("next") else ""
    return [_listed(each) for each in answer["data"]], after


def _listed(each: Any) -> Listed:
    found = (each.get("attachments") or {}).get("data") or ()
    links = {fold_address(str(a["unshimmed_url"])) for a in found if a.get("unshimmed_url")}
    at = datetime.fromisoformat(each["created_time"])
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return Listed(receipt(each), at, str(each.get("message") or ""), frozenset(links))


def _says(each: Listed, message: str, link: str) -> bool:
    """Tell whether a listed post says what was sent: its words, or where it has none its link.

    Beside words the card proves nothing: Facebook shows the address a page gives itself, or drops a card it cannot
    draw.
    """
    if not graph.says(each.message, message):
        return False
    return bool(message.strip()) or fold_address(link) in each.links


def _claim(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither yes nor no")
    return value


def stays_a_draft(said: str) -> AuthFailed:
    """Say what a person can do where a page does not publish its drafts."""
    why = f"the page does not publish its drafts ({said}): set `mode: direct` for this channel"
    return AuthFailed(why, scope=Scope.CHANNEL)


async def forget(memo: Memo, *names: str) -> None:
    """Drop handles that are used up or gone."""
    for name in names:
        await memo.forget(name)
