"""Meta's way from a consent to tokens of pages: a short token, a long one, and one for each page its owner named.

https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from adapters import graph
from adapters.contract import Adapter, AuthFailed, Clock, Consent, Granted, Json, NotSent, Scope
from adapters.http import Http, bearer


@dataclass(frozen=True, slots=True)
class Owned:
    """A page its owner named, with its own token; one of a long-lived token does not end. `account`: on Instagram."""

    id: str
    name: str
    token: str = field(repr=False)
    tasks: tuple[str, ...]
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One app. `base`: the Graph API with its version; `page`: the consent page."""

    title: str
    base: str
    page: str
    app: str
    secret: str = field(repr=False)
    rights: tuple[str, ...]
    http: Http
    clock: Clock

    def consent(self) -> Consent:
        """Say how the owner is asked. Raises AuthFailed where the app is not known."""
        if not self.app or not self.secret:
            said = "needs the app's number as `app_id` and its secret as `app_secret` among the credentials"
            raise AuthFailed(f"{self.title} {said}", scope=Scope.ACCOUNT)
        return Consent(
            authorize=self.page,
            token=f"{self.base}/oauth/access_token",
            client=self.app,
            secret=self.secret,
            rights=self.rights,
            needed=self.rights,
            separator=",",
            pkce="",
            method="GET",
        )

    async def pages(self, granted: Granted) -> list[Owned]:
        """Trade the short token for a long one, and that for the tokens of the pages."""
        trade = {"grant_type": "fb_exchange_token", "client_id": self.app, "client_secret": self.secret}
        long = await self._get("oauth/access_token", _token, params=trade | {"fb_exchange_token": granted.token})
        asked = {"input_token": long}
        rights = await self._get("debug_token", _rights, params=asked, token=f"{self.app}|{self.secret}")
        if lacking := [each for each in self.rights if each not in rights]:
            said = f"the consent lacks the right to {', '.join(lacking)}; leave all of them ticked"
            raise AuthFailed(f"{self.title}: {said}", scope=Scope.ACCOUNT)
        fields = "id,name,access_token,tasks,instagram_business_account{id}"
        params = {"fields": fields, "limit": "100"} | graph.proof(long, self.secret)
        found: list[Owned] = await self._get("me/accounts", _pages, params=params, token=long)
        return found

    async def _get(self, path: str, read: Any, *, params: Json, token: str = "") -> Any:
        return await self.http.json(
            "GET",
            f"{self.base}/{path}",
            what=f"{self.title} sign-in",
            read=read,
            sort=partial(graph.sort, unsure=NotSent, rights=", ".join(self.rights)),
            secrets=(token, self.secret, *map(str, params.values())),
            headers=bearer(token) if token else {},
            params=params,
        )


def login_of(adapter: Adapter, rights: tuple[str, ...]) -> Login:
    """Take an app from the settings and the secrets of a network that signs in by Facebook."""
    settings = adapter.settings
    return Login(
        title=adapter.spec.title,
        base=f"{settings.base.rstrip('/')}/{settings.version}",
        page=f"{settings.login.rstrip('/')}/{settings.version}/dialog/oauth",
        app=settings.app_id,
        secret=adapter.session.tokens.get("app_secret", ""),
        rights=rights,
        http=adapter.http,
        clock=adapter.clock,
    )


def _token(answer: Any) -> str:
    return str(answer["access_token"])


def _rights(answer: Any) -> frozenset[str]:
    return frozenset(map(str, answer["data"].get("scopes") or ()))


def _pages(answer: Any) -> list[Owned]:
    return [
        Owned(
            str(each["id"]),
            str(each.get("name") or each["id"]),
            str(each["access_token"]),
            tuple(each.get("tasks") or ()),
            str((each.get("instagram_business_account") or {}).get("id") or ""),
        )
        for each in answer["data"]
    ]
