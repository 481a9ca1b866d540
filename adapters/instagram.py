"""Instagram, over Meta's Graph API: https://developers.facebook.com/docs/instagram-platform/content-publishing."""

import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from adapters import graph
from adapters.body import bytes_of, carried, fill, problems
from adapters.containers import LIVES, Account
from adapters.containers_parts import forget, is_film, parts
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
    OutcomeUnknown,
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
from adapters.http import Visible
from adapters.instagram_answers import DIALECT, NEEDED, RIGHTS, came, professional, upload_sorted, uploaded
from adapters.meta_login import Login, login_of
from adapters.resumable import mark
from adapters.text import plain

# The papers say "about two years" and name no day (sheet of 2026-11-22, 0).
_VERSION = "v26.0"
# A caption with more fails (code 36004/2207010). Instagram announced 5 hashtags on 2025-12-18; its papers still say 30.
_MOST_TAGS, _MOST_MENTIONS = 30, 20
_TAG, _MENTION = re.compile(r"#\w+"), re.compile(r"(?<![\w.])@\w[\w.]*")


class Instagram(Adapter):
    """Posts as the professional account linked to a page: photos it fetches by itself, reels from their bytes."""

    class Settings(BaseModel):
        """Where the API is; the account is the one linked to the token's page."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        base: str = Field("https://graph.facebook.com", description="the API's address")
        uploads: str = Field("https://rupload.facebook.com", description="where the bytes of films are sent")
        app_id: str = Field(
            "",
            pattern=r"^[0-9]*$",
            description="the app's number; beside its secret it lets consent and the token's end be asked",
        )
        login: str = Field("https://www.facebook.com", description="where the account's owner is asked for consent")
        version: str = Field(_VERSION, pattern=r"^v[0-9]+\.[0-9]+$", description="the API's version, such as v26.0")

    class Credentials(BaseModel):
        """The access token of the page the account is linked to (or `jarshy auth` asks), and the app's secret."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        token: str = Field("", repr=False)
        app_secret: str = Field("", repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="instagram",
        title="Instagram",
        docs="https://developers.facebook.com/docs/instagram-platform/content-publishing",
        checked=date(2026, 11, 22),
        api=Api(_VERSION),
        # Wider pictures are scaled down to 1440. Of films one page says 300 MB and an older one 1 GB.
        limits=Limits(
            text=2200,
            alt=1000,
            media=10,
            pictures=Pictures(size=8_000_000, side=1440, mimes=("image/jpeg",), narrowest=0.8, widest=1.91),
            films=Films(size=300_000_000, shortest=3, longest=900),
            least=1,
            alike=True,
        ),
        target=700,
        # A call held up on its way may arrive later, and by then the container may be another one.
        find_lag=timedelta(seconds=150),
        form="photo",
        fetches=True,
        # Two pages of the papers contradict each other, 50 and 100 (sheet, 3).
        rates=(Rate(50, timedelta(days=1)),),
        replies=False,
        warnings=(
            "before Meta's review of the app it serves accounts of people with a role in it, and no others",
            "Instagram announced in December 2025 that 5 hashtags count; its papers still allow 30",
        ),
        remarks={
            "delete": "with the right instagram_manage_contents",
            "metrics": "with the right instagram_manage_insights",
        },
    )

    def api(self) -> Api:
        """Tell the version that is set; of another than ours no end is known."""
        version = self.settings.version
        return self.spec.api if version == self.spec.api.version else Api(version)

    def body(self, post: Post) -> dict[str, Json]:
        """Write the container of each item, the container of the post, and the call that publishes it."""
        caption: Json = {"caption": words} if (words := sent(post)).strip() else {}
        is_reel = len(post.media) == 1
        return parts([_file(each, is_reel=is_reel) for each in post.media] or [{}], caption)

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count characters, hashtags and mentions; links are words here, nobody can tap them."""
        text = sent(post)
        tags, mentions = len(_TAG.findall(text)), len(_MENTION.findall(text))
        words = [("text", len(text), limits.text), ("tags", tags, _MOST_TAGS)]
        return problems([*words, ("mentions", mentions, _MOST_MENTIONS), *carried(post, limits)])

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Publish a container that is made once."""
        if post.parent:
            raise Rejected("a post on Instagram cannot answer another one")
        if not post.media:
            raise Rejected("Instagram takes no post without a photo or a film")
        self._by("me").rested(memo)
        account = await self._account(memo)
        body = self.body(post)
        container = await account.prepared(body, post.media, memo, partial(self._upload, account, memo))
        account.rested(memo)  # what was just prepared has been counted too
        visible = Visible(intent, fill(body, memo.read))
        return await account.publish(container, memo, visible=visible, words=partial(_says, post))

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Ask the container, then the list of the account's posts."""
        number, of = json.loads(memo.read("whose") or '["", ""]')
        if of and of != mark(self._token) and (await self._linked()).id != number:
            raise OutcomeUnknown("the token is another account's now than when this was sent: look at the one of then")
        account = await self._account(memo)
        return await account.find(memo, asked, self.spec.find_lag, partial(_says, post))

    async def delete(self, receipt: Receipt) -> None:
        """Take a post down."""
        await self._by("me").delete(receipt.id)

    async def metrics(self, receipt: Receipt) -> Metrics:
        """Read what readers did with a post; up to two days late."""
        return await self._by("me").metrics(receipt.id)

    async def verify(self) -> Identity:
        """Ask which account is linked to the token's page, and which rights the token lacks.

        Only its app is told them all; without its number it is tried whether the account's posts may be read.
        """
        found, told = await self._linked(), None
        with suppress(Rejected, AuthFailed):  # another app's number: `ends` says so
            told = await self._debugged()
        if told and told.rights:
            return replace(found, missing=tuple(each for each in NEEDED if each not in told.rights))
        try:
            await self._by(found.id).repeat("GET", f"{found.id}/media", "posts", read=dict, params={"limit": "1"})
        except graph.Forbidden:
            return replace(found, missing=("instagram_basic",))
        return found

    async def ends(self) -> datetime | None:
        """Ask until when the token serves and may read; only its app may ask, so without its number nobody does."""
        told = await self._debugged()
        return told.ends if told else None

    async def _debugged(self) -> graph.Debugged | None:
        token = graph.Token(self._token, self._secret, self.settings.app_id)
        return await graph.debugged(token, self._base, self.http, self.clock, what="Instagram token", rights=RIGHTS)

    async def used(self) -> Used:
        """Ask how many posts of its rolling day are used: its papers name more than one number."""
        return await self._by((await self._linked()).id).used()

    def consent(self) -> Consent:
        """Ask for what a post needs."""
        return self._login.consent()

    async def connect(self, granted: Granted) -> Session:
        """Take the token of the page the account is linked to."""
        pages = [each for each in await self._login.pages(granted) if each.account]
        if len(pages) != 1:
            named = ", ".join(each.name for each in pages) or "none"
            said = f"the consent must name one page with an Instagram account; it names {named}"
            raise AuthFailed(f"Instagram: {said}", scope=Scope.ACCOUNT)
        return Session(pages[0].account, {**self.session.tokens, "access": pages[0].token})

    @property
    def _login(self) -> Login:
        return login_of(self, (*NEEDED, "pages_show_list"))

    async def _account(self, memo: Memo) -> Account:
        """Tell whose the token is; what was made for another account serves this one nothing."""
        then = memo.read("whose")
        number = await self._whose(memo)
        if then and json.loads(then)[0] != number:
            await forget(memo)
        return self._by(number)

    async def _whose(self, memo: Memo) -> str:
        """Ask once for each token: a new one may be another account's."""
        token = mark(self._token)

        async def ask() -> str:
            return json.dumps([(await self._linked()).id, token])

        number, of = json.loads(await memo.step("whose", ask))
        if of != token:
            await memo.forget("whose")
            number, _ = json.loads(await memo.step("whose", ask))
        return str(number)

    async def _linked(self) -> Identity:
        asked = {"fields": "instagram_business_account{id,username,name,profile_picture_url}"}
        found = await self._by("me").repeat("GET", "me", "account", read=professional, params=asked)
        if found is None:
            said = "no professional Instagram account is linked to this token's page, or the token is not a page's"
            raise AuthFailed(said, scope=Scope.CHANNEL)
        return found

    async def _upload(self, account: Account, memo: Memo, container: str, film: Media) -> None:
        await memo.step(f"uploaded {container}", partial(self._bytes, account, container, film), lives=LIVES)

    async def _bytes(self, account: Account, container: str, film: Media) -> str:
        """Send what has not come yet: the container says how much has."""
        content, asked = bytes_of(film), {"fields": "id,video_status"}
        start = await account.repeat("GET", container, "upload", read=came, params=asked)
        if start < len(content):
            await self.http.json(
                "POST",
                f"{self.settings.uploads.rstrip('/')}/ig-api-upload/{self.settings.version}/{container}",
                what="Instagram upload",
                read=uploaded,
                sort=upload_sorted,
                secrets=(self._token, self._secret),
                headers={"authorization": f"OAuth {self._token}", "offset": str(start), "file_size": str(len(content))},
                content=content[start:],
            )
        return "true"

    @property
    def _token(self) -> str:
        token = self.session.tokens.get("access") or self.session.tokens.get("token", "")
        if not token:
            raise AuthFailed(
                "Instagram: there is no token yet; `jarshy auth instagram` asks for one", scope=Scope.ACCOUNT
            )
        return token

    @property
    def _secret(self) -> str:
        return self.session.tokens.get("app_secret", "")

    @property
    def _base(self) -> str:
        return f"{self.settings.base.rstrip('/')}/{self.settings.version}"

    def _by(self, node: str) -> Account:
        return Account(DIALECT, self._base, node, self._token, self.http, self.clock, self._secret)


def sent(post: Post) -> str:
    """Write the plain words; an address they only hide is written out, for readers to copy."""
    return plain(post.text, post.marks)


def _file(media: Media, *, is_reel: bool) -> Json:
    """Write one photo by its public address, or one film whose bytes follow."""
    if is_film(media):
        return {"media_type": "REELS" if is_reel else "VIDEO", "upload_type": "resumable"} | (
            {"share_to_feed": "true"} if is_reel else {}
        )
    return {"image_url": media.url} | ({"alt_text": media.alt} if media.alt.strip() else {})


def _says(post: Post, listed: Json) -> bool:
    return graph.says(str(listed.get("caption") or ""), sent(post))
