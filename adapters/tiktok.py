"""TikTok, films and photos, as drafts or directly: https://developers.tiktok.com/doc/content-posting-api-get-started."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters import tiktok_account as account
from adapters.body import carried, problems
from adapters.containers_parts import is_film
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
    Memo,
    Pictures,
    Post,
    Problem,
    Rate,
    Receipt,
    Rejected,
    Scope,
    Session,
    Spec,
)
from adapters.text import plain, utf16
from adapters.tiktok_account import Account
from adapters.tiktok_posting import Film, Photos, way_of

_CREATOR_LIVES = timedelta(minutes=30)


class Tiktok(Adapter):
    """Uploads as one account, each post as a task of its own that can be asked how it stands."""

    class Settings(BaseModel):
        """Whether films and photos become drafts or posts, and who sees the posts."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        mode: Literal["draft", "direct"] = Field(
            "draft",
            description="draft: into the app's inbox, to be published there; direct: audited apps, each post approved",
        )
        privacy: Literal["PUBLIC_TO_EVERYONE", "FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"] = Field(
            "PUBLIC_TO_EVERYONE", description="who sees what is posted directly"
        )
        comments: bool = Field(
            False, description="whether readers may comment on what is posted directly, where the account lets them"
        )
        reuse: bool = Field(
            False, description="whether others may make duets and stitches of it, where the account lets them"
        )
        base: str = Field("https://open.tiktokapis.com", description="the API's address")
        login: str = Field("https://www.tiktok.com", description="where the account's owner is asked for consent")

    class Credentials(BaseModel):
        """The newsroom's own TikTok app, for `jarshy auth`; or its refresh token besides."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        client_key: str = Field(min_length=1)
        client_secret: str = Field(min_length=1, repr=False)
        refresh_token: str = Field("", repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="tiktok",
        title="TikTok",
        docs="https://developers.tiktok.com/doc/content-posting-api-reference-direct-post",
        checked=date(2026, 11, 22),
        api=Api("v2"),
        # UTF-16 units: 4000 with photos, 2200 with a film. Films may have 4 GB and 10 minutes; ours come nowhere near.
        # Photos: JPEG or WebP, 20 MB, "maximum 1080p", which is read as both sides (sheet, 2 d and 3).
        limits=Limits(
            text=4000,
            media=35,
            pictures=Pictures(size=20_000_000, side=1080, mimes=("image/jpeg", "image/webp")),
            films=Films(size=256 * 1024 * 1024, shortest=3, longest=180, text=2200),
            least=1,
            bare=True,
        ),
        target=250,
        # A task tells at once; a call held up on its way may finish it later, when the post has other words and with
        # them a task of its own.
        find_lag=timedelta(seconds=150),
        # Asked for up to a day (sheet of 2026-11-22, 2 e): moderation can take hours.
        find_for=timedelta(hours=24),
        form="video",
        fetches=True,
        fetches_from_known=True,
        rates=(Rate(6, timedelta(minutes=1)),),
        # Of direct posts those of all apps count, and about 15 are reported; of drafts the papers say 5 (sheet, 4).
        limits_untold=True,
        drafts=Rate(5, timedelta(hours=24)),
        replies=False,
        rotates=True,
        # Content Sharing Guidelines: somebody has to consent to each post that goes out at once (sheet, 0).
        approves={"mode": "direct"},
        warnings=(
            "an app TikTok has not audited posts directly to private accounts alone, and only with "
            "`privacy: SELF_ONLY`: nobody else sees such posts",
        ),
        remarks={"edit": "in the app only", "delete": "in the app only"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write what is said when the task is opened, then the film; photos are named with the words at once."""
        words = _words(post)
        is_draft = self.settings.mode == "draft"
        if not any(map(is_film, post.media)):
            told = {"description": words} | ({} if is_draft else {**self._choices, "auto_add_music": False})
            named = {
                "source": "PULL_FROM_URL",
                "photo_cover_index": 0,
                "photo_images": [each.url for each in post.media],
            }
            mode = "MEDIA_UPLOAD" if is_draft else "DIRECT_POST"
            return {"photo": {"media_type": "PHOTO", "post_mode": mode, "post_info": told, "source_info": named}}
        source = {"source_info": account.source(post.media[0])}
        film = {"$media": post.media[0].sha256}
        if is_draft:
            return {"draft": {"post_info": {"title": words}, **source}, "upload": film}
        reuse = {f"disable_{each}": _off(each, self.settings.reuse) for each in ("duet", "stitch")}
        return {"init": {"post_info": {"title": words, **self._choices, **reuse}, **source}, "upload": film}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count UTF-16 units, and what is shown: one film, or photos."""
        most = limits.words([each.mime for each in post.media])
        films = sum(map(is_film, post.media))
        return problems(
            [("text", utf16(_words(post)), most), *carried(post, limits), ("films", films and len(post.media), 1)]
        )

    def keeps_words(self, post: Post) -> bool:
        """Tell that TikTok's papers know no words with the draft of a film; we send them, as Postiz does."""
        return self.settings.mode == "direct" or not any(map(is_film, post.media))

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Bring a film, or name photos; before a direct post its creator is asked, as TikTok wants it."""
        way = self._way(post, memo)
        if self._lacks:
            raise AuthFailed(f"the consent lacks {self._needs}: consent once more", scope=Scope.ACCOUNT)
        if self.settings.mode == "direct":
            asked = json.loads(await memo.step("creator", self._creator, lives=_CREATOR_LIVES))
            _fits(post, asked.get("longest", 0))
            for each in ("comment", "duet", "stitch"):
                memo.note(f"no {each}", json.dumps(each in asked.get("off", ())))
        return await way.publish(intent)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Ask the task how it stands; photos whose task is not known are looked for among the public posts."""
        return await self._way(post, memo).find(asked)

    async def verify(self) -> Identity:
        """Ask whose account this is; what it may do was told with its tokens."""
        found = await self._account.identity()
        return replace(found, missing=(self._needs,)) if self._lacks else found

    def consent(self) -> Consent:
        """Ask for what drafts or posts need."""
        page = f"{self.settings.login.rstrip('/')}/v2/auth/authorize/"
        # Without it photos go out all the same, and only one whose answer got lost cannot be looked for.
        more = ("video.list",) if self.settings.mode == "direct" else ()
        return self._account.consent(page, needs=self._needs, more=more)

    async def connect(self, granted: Granted) -> Session:
        """Begin a session."""
        return self._account.begun(granted)

    async def renew(self, session: Session) -> Session:
        """Make new tokens; each refresh token serves once."""
        return await account.renew(Account(self.settings.base, session, self.http, self.clock))

    @property
    def _needs(self) -> str:
        return "video.publish" if self.settings.mode == "direct" else "video.upload"

    @property
    def _lacks(self) -> bool:
        """Whether the owner did not allow what the mode needs, as far as that was told."""
        return bool(self.session.rights) and self._needs not in self.session.rights

    async def _creator(self) -> str:
        found = await self._account.creator()
        if self.settings.privacy not in found["options"]:
            said = f"this account lets posts be seen by {', '.join(found['options'])}: set `privacy`"
            raise AuthFailed(said, scope=Scope.CHANNEL)
        return json.dumps(found)

    @property
    def _choices(self) -> Json:
        """Say what the settings choose for a direct post; the toggles stand in every one, or it is refused."""
        return {
            "privacy_level": self.settings.privacy,
            "disable_comment": _off("comment", self.settings.comments),
            "brand_content_toggle": False,
            "brand_organic_toggle": False,
        }

    def _way(self, post: Post, memo: Memo) -> Film | Photos:
        return way_of(post)(
            account=self._account,
            clock=self.clock,
            post=post,
            body=self.body(post),
            memo=memo,
            is_draft=self.settings.mode == "draft",
            lag=self.spec.find_lag,
        )

    @property
    def _account(self) -> Account:
        return Account(self.settings.base, self.session, self.http, self.clock)


def _off(what: str, is_wanted: bool) -> bool | Json:
    """Switch off what the settings do not want; what they want, the account has the last word on."""
    return {"$memo": f"no {what}"} if is_wanted else True


def _fits(post: Post, longest: int) -> None:
    """Raise Rejected for a film its creator may not post, before any of it travels: TikTok refuses it in the end."""
    for each in filter(is_film, post.media):
        if longest and each.seconds > longest:
            said = f"this account may post films of at most {longest} seconds, and this one has {each.seconds:g}"
            raise Rejected(f"TikTok: {said}")


def _words(post: Post) -> str:
    return plain(post.text, post.marks, post.card.url if post.card else "")
