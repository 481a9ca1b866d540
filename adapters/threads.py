"""Threads, over its own API: https://developers.facebook.com/docs/threads/posts."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, ClassVar

import regex
from pydantic import BaseModel, ConfigDict, Field

from adapters import graph
from adapters.body import carried, fill, problems
from adapters.containers import Account
from adapters.containers_answers import Dialect
from adapters.containers_parts import is_film, parts
from adapters.contract import (
    Adapter,
    Api,
    Asked,
    AuthFailed,
    Consent,
    Films,
    Granted,
    Identity,
    Intent,
    Json,
    Limits,
    Media,
    Memo,
    Metrics,
    NotSent,
    NotYet,
    Pictures,
    Post,
    Problem,
    Rate,
    Receipt,
    Rejected,
    Scope,
    Session,
    Spec,
    Used,
)
from adapters.http import Visible, bearer
from adapters.text import addresses, fold_address, is_plain, plain, utf8

_MOST_LINKS = 5  # more fail as THREADS_API__LINK_LIMIT_EXCEEDED since 2025-12-22 (sheet, 3)
_LONGEST_TAG = 50
_NEEDED = ("threads_basic", "threads_content_publish")
_OLD_ENOUGH = timedelta(days=53)
"""A token lives 60 days; with fewer left it is renewed, so once a week."""
_SAFE = timedelta(days=2)
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u20e3\ufe0f]")
_DIALECT = Dialect(
    title="Threads",
    create="threads",
    publish="threads_publish",
    listed="threads",
    state="status",
    why="error_message",
    quota="threads_publishing_limit",
    fields="id,text,permalink,timestamp,link_attachment_url",
    metrics="views,likes,replies,reposts,quotes,shares",
    rights=" and ".join(_NEEDED),
    passing=("UNKNOWN", "FAILED_DOWNLOADING"),
)


class Threads(Adapter):
    """Posts as one profile: words with a link's card, or pictures and films the network fetches by itself."""

    class Settings(BaseModel):
        """Where the API is; the profile is the token's own."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        base: str = Field("https://graph.threads.net/v1.0", description="the API's address with its version")
        login: str = Field("https://threads.net", description="where the profile's owner is asked for consent")
        app_id: str = Field("", pattern=r"^[0-9]*$", description="the Threads app's number, for consent")

    class Credentials(BaseModel):
        """The secret of an app with the use case "Threads API", for `jarshy auth`; or a long-lived access token."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        token: str = Field("", repr=False)
        app_secret: str = Field("", repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="threads",
        title="Threads",
        docs="https://developers.facebook.com/docs/threads/posts",
        checked=date(2026, 11, 22),
        api=Api("v1.0"),
        # A carousel may have 20; more than 10 pictures is no post of a newsroom's. Wider ones are scaled down to 1440.
        limits=Limits(
            text=500,
            alt=1000,
            media=10,
            pictures=Pictures(size=8_000_000, side=1440, narrowest=0.1, widest=10),
            films=Films(size=1_000_000_000, shortest=1, longest=300),
        ),
        target=280,
        tags_beside=1,
        # A call held up on its way may arrive later, and by then the container may be another one.
        find_lag=timedelta(seconds=150),
        renew_ahead=_OLD_ENOUGH,
        fetches=True,
        warnings=(
            "a token that was not renewed for 60 days is dead: Jarshy renews it weekly while it runs",
            "before Meta's review of the app it serves Threads testers only, who accept that in their settings",
            "what a private profile allowed ends after 90 days and is to be asked for anew",
        ),
        fetches_films=True,
        rates=(Rate(250, timedelta(days=1)),),
        remarks={"delete": "with the right threads_delete", "metrics": "with the right threads_manage_insights"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write the container of each item, the container of the post, and the call that publishes it."""
        words: Json = {"text": text} if (text := sent(post)).strip() else {}
        words |= {"topic_tag": tag} if (tag := topic(post)) else {}
        words |= {"reply_to_id": post.parent.id} if post.parent else {}
        if post.media:
            return parts([_file(media) for media in post.media], words)
        card: Json = {"link_attachment": post.card.url} if post.card else {}
        return parts([{"media_type": "TEXT"} | card], words)

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count as Threads does, and how many different addresses there are."""
        text = sent(post)
        links = {*addresses(text), *([post.card.url] if post.card and not post.media else [])}
        return problems(
            [("text", length(text), limits.text), ("links", len(links), _MOST_LINKS), *carried(post, limits)]
        )

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Publish a container that is made once."""
        account = self._account
        account.rested(memo)
        body = self.body(post)
        container = await account.prepared(body, post.media, memo)
        visible = Visible(intent, fill(body, memo.read))
        return await account.publish(container, memo, visible=visible, words=partial(_says, post))

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Ask the container, then the list of the profile's posts."""
        return await self._account.find(memo, asked, self.spec.find_lag, partial(_says, post))

    async def delete(self, receipt: Receipt) -> None:
        """Take a post down; at most 100 a day."""
        await self._account.delete(receipt.id)

    async def metrics(self, receipt: Receipt) -> Metrics:
        """Read what readers did with a post."""
        return await self._account.metrics(receipt.id)

    async def verify(self) -> Identity:
        """Ask whose token this is and which of the rights it lacks."""
        account = self._account
        asked = {"fields": "id,username,name,threads_profile_picture_url"}
        found = await account.repeat("GET", "me", "account", read=_who, params=asked)
        _, scopes = await self._debugged(account, account.token)
        return replace(found, missing=tuple(each for each in _NEEDED if scopes and each not in scopes))

    async def used(self) -> Used:
        """Ask how many posts of its rolling day are used."""
        return await self._account.used()

    def consent(self) -> Consent:
        """Ask for what a post needs. Raises AuthFailed where the app is not known."""
        secret = self.session.tokens.get("app_secret", "")
        if not self.settings.app_id or not secret:
            said = "Threads needs the Threads app's number as `app_id` and its secret as `app_secret`"
            raise AuthFailed(said, scope=Scope.ACCOUNT)
        return Consent(
            authorize=f"{self.settings.login.rstrip('/')}/oauth/authorize",
            token=f"{self._root}/oauth/access_token",
            client=self.settings.app_id,
            secret=secret,
            rights=_NEEDED,
            needed=_NEEDED,
            separator=",",
            pkce="",
            local="",
        )

    async def connect(self, granted: Granted) -> Session:
        """Trade the token of an hour for one of 60 days, and see whose it is and what it may do."""
        held = self.session.tokens
        long, lives = await self.http.json(
            "GET",
            f"{self._root}/access_token",
            what="Threads sign-in",
            read=_token,
            sort=partial(graph.sort, unsure=NotSent, rights=" and ".join(_NEEDED)),
            secrets=(granted.token, held["app_secret"]),
            headers=bearer(granted.token),
            params={"grant_type": "th_exchange_token", "client_secret": held["app_secret"]},
        )
        made = Session("not asked yet", {**held, "access": long}, self.clock.now() + lives)
        who = await Threads(self.settings, made, self.http, self.clock).verify()
        if who.missing:
            said = f"the consent lacks the right to {', '.join(who.missing)}; leave all of them ticked"
            raise AuthFailed(f"Threads: {said}", scope=Scope.ACCOUNT)
        return replace(made, subject=who.id)

    async def renew(self, session: Session) -> Session:
        """Extend a token that is a day old; where there is none to extend, begin with the one that was given."""
        known = session.tokens
        for text in dict.fromkeys(filter(None, (known.get("access"), known.get("token")))):
            with suppress(AuthFailed):  # a person may have given a new one
                return await self._renewed(session, text)
        is_new = not known.get("access") and not known.get("token")
        said = "there is no token yet" if is_new else "the access token serves no more, make a new one"
        raise AuthFailed(f"Threads: {said}", scope=Scope.ACCOUNT)

    async def _renewed(self, session: Session, text: str) -> Session:
        account = self._by(text)
        if not session.subject or text != session.tokens.get("access"):
            number = (await account.repeat("GET", "me", "account", read=_who, params={"fields": "id,username"})).id
            ends, _ = await self._debugged(account, text)
            return Session(number, {**session.tokens, "access": text}, ends or self.clock.now() + _OLD_ENOUGH)
        asked = {"grant_type": "th_refresh_token"}
        try:
            new, lives = await account.repeat("GET", "refresh_access_token", "token", read=_token, params=asked)
        except (NotSent, NotYet, Rejected):
            # Too young, or the network is out of order: as long as the token serves, no post has to wait for that.
            if session.expires_at and session.expires_at - self.clock.now() > _SAFE:
                await account.repeat("GET", "me", "account", read=_who, params={"fields": "id,username"})
                return session
            raise
        return Session(session.subject, {**session.tokens, "access": new}, self.clock.now() + lives)

    async def _debugged(self, account: Account, text: str) -> tuple[datetime | None, frozenset[str]]:
        """Ask until when a token serves and for what; nothing where the network does not say."""
        try:
            return await account.repeat("GET", "debug_token", "token", read=_facts, params={"input_token": text})
        except Rejected:
            return None, frozenset()

    @property
    def _root(self) -> str:
        """Tell the API's address without its version: that is how tokens are made (sheet of 2026-11-22, 1)."""
        return self.settings.base.rstrip("/").removesuffix("/v1.0")

    @property
    def _account(self) -> Account:
        if not self.session.subject:
            raise AuthFailed("Threads: not signed in yet", scope=Scope.ACCOUNT)
        return self._by(self.session.tokens.get("access") or self.session.tokens.get("token", ""))

    def _by(self, token: str) -> Account:
        return Account(_DIALECT, self.settings.base.rstrip("/"), "me", token, self.http, self.clock)


def sent(post: Post) -> str:
    """Write the plain words; where pictures take the place of the link's card, its address stands in the words."""
    return plain(post.text, post.marks, post.card.url if post.card and post.media else "")


def length(text: str) -> int:
    """Count as Threads does: an emoji is as long as its UTF-8 bytes (sheet, 3)."""
    if is_plain(text):
        return len(text)
    return sum(utf8(each) if _EMOJI.search(each) else len(each) for each in regex.findall(r"\X", text))


def topic(post: Post) -> str:
    """Choose the first tag that may be a topic: 1 to 50 characters without full stop and ampersand."""
    tags = (each.lstrip("#＃").strip() for each in post.tags)
    return next((each for each in tags if 0 < len(each) <= _LONGEST_TAG and not set(each) & set(".&")), "")


def _file(media: Media) -> Json:
    """Write one picture or film by its public address."""
    kind = "VIDEO" if is_film(media) else "IMAGE"
    described = {"alt_text": media.alt} if media.alt.strip() else {}
    return {"media_type": kind, f"{kind.lower()}_url": media.url} | described


def _says(post: Post, listed: Json) -> bool:
    """Tell whether a listed post is this one: by its words, where it has none by its link."""
    words = sent(post)
    if not graph.says(str(listed.get("text") or ""), words):
        return False
    link = post.card.url if post.card and not post.media else ""
    return bool(words.strip()) or fold_address(str(listed.get("link_attachment_url") or "")) == fold_address(link)


def _who(answer: Any) -> Identity:
    name, avatar = (str(answer.get(each) or "") for each in ("name", "threads_profile_picture_url"))
    return Identity(str(answer["id"]), f"@{answer['username']}", name=name, avatar=avatar)


def _token(answer: Any) -> tuple[str, timedelta]:
    text = answer["access_token"]
    if not isinstance(text, str) or not text:
        raise TypeError("no token")
    return text, timedelta(seconds=int(answer["expires_in"]))


def _facts(answer: Any) -> tuple[datetime | None, frozenset[str]]:
    told = answer["data"]
    ends = int(told.get("expires_at") or 0)
    return datetime.fromtimestamp(ends, UTC) if ends else None, frozenset(told.get("scopes") or ())
