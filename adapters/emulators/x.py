"""X from the other side, from its contract sheet.

Who asks proves it by OAuth 1.0a or by a token of OAuth 2.0; any other bearer token is answered as an app-only one.
Chunked uploads, films and edits are not emulated and say so.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar, Literal

from typing_extensions import override

from adapters.emulators import x_oauth
from adapters.emulators.consents import Consents
from adapters.emulators.kit import Asked, Bucket, Network, Reply, Upload, World, reply
from adapters.emulators.x_posts import RATES, Account, Charge, Tweet, as_json, kind_of, page_of, show
from adapters.emulators.x_posts import Upload as Kept
from adapters.emulators.x_rules import (
    CALLS,
    METADATA,
    NOT_PERMITTED,
    POST,
    PROBLEMS,
    No,
    check_json,
    check_listing,
    check_me,
    check_words,
    invalid,
    too_many,
    window,
)
from adapters.emulators.x_text import links

Json = dict[str, Any]

_QUARTER, _DAY = timedelta(minutes=15), timedelta(hours=24)
_APP_POSTS = 10_000
_EPOCH = 1288834974657
_PICTURE, _GIF = 5 * 1024 * 1024, 15 * 1024 * 1024


class XNetwork(Network):
    """Accounts with prepaid credits; the same words of one account are refused for a day."""

    name = "x"
    title = "X"
    visible: ClassVar = frozenset({"createPosts"})
    lag: ClassVar = timedelta(seconds=20)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.accounts: dict[str, Account] = {}
        """By access token, or by the app's id where it came by consent."""
        self.grants = x_oauth.Grants()
        self.tweets: dict[str, Tweet] = {}
        self.uploads: dict[str, Kept] = {}
        self.credits = Decimal(1000)
        self.bill: list[Charge] = []
        """The price of every call that was answered with success."""
        self.remembers = _DAY
        """How long the same words are refused; how long X does is published nowhere."""
        self.fields: Literal["post.fields", "tweet.fields"] = "post.fields"
        """What the question for fields is called: the OpenAPI document and the guides differ."""
        self.too_long = NOT_PERMITTED
        """What a text over the limit is answered with, which is published nowhere."""
        self.old_fashioned = False
        """Whether refusals with a code come in the older of the two forms."""
        self.outage: Literal["", "503", "401"] = ""
        self.user_day: int | None = None
        """How many posts an account has in 24 hours, where X tells such a limit."""
        self._days: dict[str, Bucket] = {}
        self._nonces = x_oauth.Nonces()
        self._last = 0

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        key = credentials.get("access_token") or credentials["client_id"]
        if key not in self.accounts:
            n = len(self.accounts)
            keys = {"api_key": key} | dict(credentials)
            self.accounts[key] = Account(str(1700000000000000001 + n), f"demo_newsroom{n or ''}", keys)
        if "client_id" in credentials:
            self.grants.admit(key, credentials.get("client_secret", ""))

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        named = ("api_key", "api_secret", "access_token", "access_secret")
        return {"base": "https://api.x.example"}, {name: f"demo-{name}-of-nobody-{n}" for name in named}

    @classmethod
    @override
    def applicant(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        return cls.newcomer(n)[0], {"client_id": f"demo-client-{n}", "client_secret": f"demo-secret-of-no-app-{n}"}

    @property
    def consents(self) -> Consents:
        """The consent page."""
        return self.grants.consents

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        return self.accounts[credentials.get("access_token") or credentials["client_id"]].handle

    @override
    def editor_posts(self, place: str, text: str) -> str:
        owner = next(a for a in self.accounts.values() if a.handle == place)
        tweet = self._keep(Tweet("", owner, self.world.moment(), text))
        self.world.posts[(self.name, place, tweet.id)] = show(tweet, self.pages)
        return tweet.id

    @override
    def call(self, asked: Asked) -> str:
        return self._match(asked)[0]

    @override
    def answer(self, asked: Asked) -> Reply:
        if self.outage == "503":
            return self.break_down()
        name, most, number = self._match(asked)
        if name in ("authorize", "token"):
            return self.grants.answer(asked, self.world.moment())
        paced: dict[str, str] = {}
        try:
            owner = self._signed(asked, name)
            paced = self._paced(owner, name, most)
            if owner.is_suspended:
                raise No(403, "Your account is suspended.", kind=f"{PROBLEMS}user-suspended", code=64)
            if asked.method != "GET" and not owner.writes:
                words = "Your client app is not configured with the appropriate oauth1 app permissions."
                raise No(403, words, kind=f"{PROBLEMS}oauth1-permissions")
            if self.credits <= 0:
                words = f"Your enrolled account [{owner.id}] does not have any credits to fulfill this request."
                raise No(402, words, title="CreditsDepleted", kind=f"{PROBLEMS}credits")
            found: Reply = getattr(self, f"_{name}")(owner, asked, number)
        except No as e:
            found = e.reply(old_fashioned=self.old_fashioned)
        return replace(found, headers={**found.headers, **paced})

    @override
    def refuse(self, seconds: int) -> Reply:
        until = self.world.moment() + timedelta(seconds=seconds)
        return too_many(window("x-rate-limit", 100, 0, until)).reply(old_fashioned=self.old_fashioned)

    @override
    def break_down(self) -> Reply:
        return No(503, "Service Unavailable", title="Service Unavailable").reply(old_fashioned=False)

    @override
    def revoke(self, asked: Asked) -> None:
        grant = self.grants.tokens.get(asked.bearer)
        owner = self.accounts.get(grant.member if grant else x_oauth.told(asked).get("token", ""))
        if owner:
            owner.is_dead = True

    @override
    def restore(self) -> None:
        for owner in self.accounts.values():
            owner.is_dead = False

    def _match(self, asked: Asked) -> tuple[str, int, str]:
        for method, path, name, most in CALLS:
            match = re.fullmatch(path, asked.path)
            if method == asked.method and match:
                return name, most, (match.groups() or ("",))[0]
        return "unknown", 0, ""

    def _signed(self, asked: Asked, name: str) -> Account:
        if asked.bearer in self.grants.tokens and name != "unknown":
            member = self.accounts[self.grants.tokens[asked.bearer].member]
            self.grants.check(asked.bearer, name, self.world.moment(), is_dead=member.is_dead or bool(self.outage))
            return member
        if asked.bearer and name != "unknown":
            words = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
            raise No(403, words, title="Unsupported Authentication", kind=f"{PROBLEMS}unsupported-authentication")
        claims = x_oauth.told(asked)
        owner = self.accounts.get(claims.get("token", ""))
        if owner is None or owner.is_dead or owner.keys["api_key"] != claims.get("consumer_key") or self.outage:
            raise No(401, "Unauthorized", title="Unauthorized")
        signature = x_oauth.signature(asked, claims, owner.keys["api_secret"], owner.keys["access_secret"])
        if claims.get("signature") != signature or not self._nonces.take(claims, self.world.moment()):
            raise No(401, "Unauthorized", title="Unauthorized")
        if name == "unknown":
            raise No(404, f"{asked.method} {asked.path} is not emulated", title="Not Found")
        return owner

    def _paced(self, owner: Account, name: str, most: int) -> dict[str, str]:
        """Count a call in each of its windows; every answer tells of them."""
        now = self.world.moment()
        windows = {"x-rate-limit": owner.windows.setdefault(name, Bucket(most, _QUARTER))}
        if name == "createPosts":
            windows["x-app-limit-24hour"] = self._days.setdefault(owner.keys["api_key"], Bucket(_APP_POSTS, _DAY))
            if self.user_day is not None:
                windows["x-user-limit-24hour"] = self._days.setdefault(owner.id, Bucket(self.user_day, _DAY))
        free = [bucket.take(now) for bucket in windows.values()]
        told: dict[str, str] = {}
        for each, bucket in windows.items():
            told |= window(each, bucket.most, bucket.left, bucket.resets or now)
        if not all(free):
            raise too_many(told)
        return told

    def _charge(self, call: str, cost: Decimal) -> None:
        self.credits -= cost
        self.bill.append(Charge(self.world.moment(), call, cost))

    def _keep(self, tweet: Tweet) -> Tweet:
        """Number a post by its moment: ids grow."""
        first = (int(tweet.at.timestamp() * 1000) - _EPOCH) << 22
        self._last = max(self._last + 1, first)
        tweet = replace(tweet, id=str(self._last))
        self.tweets[tweet.id] = tweet
        tweet.owner.said[tweet.text] = tweet.at
        return tweet

    def _createPosts(self, owner: Account, asked: Asked, number: str) -> Reply:
        check_json(asked, POST)
        body = asked.body
        if "edit_options" in body:
            raise No(403, "Editing is not emulated.")
        text, now = str(body.get("text") or ""), self.world.moment()
        media = self._attached(owner, (body.get("media") or {}).get("media_ids") or [])
        if not text.strip() and not media:
            raise invalid("text")
        check_words(owner, text, now, too_long=self.too_long, remembers=self.remembers)
        parent = (body.get("reply") or {}).get("in_reply_to_tweet_id")
        if parent and (parent not in self.tweets or self.tweets[parent].owner is not owner):
            raise No(403, "Replies stand under the account's own posts, or where its author asked for one.")
        settings = str(body.get("reply_settings") or "")
        tweet = self._keep(Tweet("", owner, now, text, media, parent, settings))
        self.create(show(tweet, self.pages))
        self._charge("createPosts", RATES["post_with_link" if links(text) else "post"])
        made = as_json(tweet, set())
        return reply(201, {"data": {name: made[name] for name in ("id", "text", "edit_history_post_ids")}})

    def _attached(self, owner: Account, numbers: list[str]) -> tuple[Kept, ...]:
        found = tuple(self.uploads[n] for n in numbers if n in self.uploads)
        if len(found) < len(numbers) or not all(m.serves(owner, self.world.moment()) for m in found):
            raise invalid("media.media_ids", "Your media IDs are invalid.")
        if len(found) > 1 and any(m.mime == "image/gif" for m in found):
            raise No(403, NOT_PERMITTED)
        return found

    def _mediaUpload(self, owner: Account, asked: Asked, number: str) -> Reply:
        file, category = asked.body.get("media"), asked.body.get("media_category")
        if not isinstance(file, Upload) or (unknown := asked.body.keys() - {"media", "media_category"}):
            raise invalid("media" if not isinstance(file, Upload) else min(unknown))
        mime = kind_of(file.content)
        if category not in ("tweet_image", "tweet_gif") or not mime:
            raise invalid("media" if category else "media_category")
        if len(file.content) > (_GIF if category == "tweet_gif" else _PICTURE):
            raise invalid("media", "The file is too large.")
        kept = Kept(
            str(1880000000000000001 + len(self.uploads)), owner, self.world.keep(file), mime, self.world.moment()
        )
        self.uploads[kept.id] = kept
        told = {"id": kept.id, "media_key": f"3_{kept.id}", "size": len(file.content), "image": {"image_type": mime}}
        return reply(200, {"data": told | {"expires_after_secs": int(_DAY.total_seconds())}})

    def _createMediaMetadata(self, owner: Account, asked: Asked, number: str) -> Reply:
        check_json(asked, METADATA)
        kept = self.uploads.get(str(asked.body.get("id")))
        if kept is None or not kept.serves(owner, self.world.moment()):
            raise invalid("media_id", "The media id is invalid.")
        kept.alt = ((asked.body.get("metadata") or {}).get("alt_text") or {}).get("text", "")
        self._charge("createMediaMetadata", RATES["createMediaMetadata"])
        return reply(200, {"data": {"id": kept.id, "associated_metadata": {"alt_text": {"text": kept.alt}}}})

    def _getUsersMe(self, owner: Account, asked: Asked, number: str) -> Reply:
        check_me(asked.query)
        self._charge("getUsersMe", RATES["getUsersMe"])
        asked_for = str(asked.query.get("user.fields", "")).split(",")
        more = {"profile_image_url": self.portrait} if "profile_image_url" in asked_for else {}
        return reply(200, {"data": {"id": owner.id, "name": owner.title, "username": owner.username} | more})

    def _getUsersPosts(self, owner: Account, asked: Asked, number: str) -> Reply:
        """Show an account's posts, without what this read does not know yet."""
        check_listing(asked.query, self.fields)
        author = next((a for a in self.accounts.values() if a.id == number), None)
        if author is None:
            raise No(404, f"Could not find user with id: [{number}].", title="Not Found Error")
        mine = [t for t in self.tweets.values() if t.owner is author and self.reads(author.handle, t.id)]
        page, meta = page_of(mine, asked.query)
        rate = RATES["own_post_read" if author is owner and owner.owns_app else "post_read"]
        self._charge("getUsersPosts", rate * len(page))
        wanted = set(asked.query.get(self.fields, "").split(","))
        return reply(200, ({"data": [as_json(t, wanted) for t in page]} if page else {}) | {"meta": meta})

    def _deletePosts(self, owner: Account, asked: Asked, number: str) -> Reply:
        tweet = self.tweets.get(number)
        if tweet is None:
            raise No(404, f"Could not find tweet with id: [{number}].", title="Not Found Error")
        if tweet.owner is not owner:
            raise No(403, NOT_PERMITTED)
        del self.tweets[number]
        self.remove(owner.handle, number)
        self._charge("deletePosts", RATES["deletePosts"])
        return reply(200, {"data": {"deleted": True}})
