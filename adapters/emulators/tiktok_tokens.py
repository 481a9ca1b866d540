"""TikTok's sign-in from the other side: tokens that end, refresh tokens that serve once, refusals with status 200."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.emulators.consents import Consents, Denied
from adapters.emulators.kit import Asked, Reply, World, reply
from adapters.emulators.tiktok_tasks import ACCESS_LIVES, REFRESH_LIVES, Creator, No

Json = dict[str, Any]


class Tokens:
    """Who holds which token."""

    def __init__(self, world: World, consents: Consents, creators: Mapping[str, Creator]) -> None:
        self._world, self._consents, self._creators = world, consents, creators
        self._access: dict[str, tuple[Creator, datetime]] = {}
        self._refresh: dict[str, tuple[Creator, datetime]] = {}
        self._revoked: set[str] = set()
        self.keeps_old = False
        """A refresh token serves until what came of it is used: "may rotate" (sheet, 1) allows that, too."""
        self._ends: dict[str, str] = {}
        """By a new token, the refresh token that dies with its first use, where the old one is kept so long."""
        self._spent: dict[str, tuple[Creator, datetime]] = {}
        """Refresh tokens that have served: each serves once, so a lost answer loses the account (sheet, 1 and 8)."""
        self._made = 0

    def admit(self, creator: Creator, refresh: str) -> None:
        """Let somebody begin with a refresh token."""
        self._refresh[refresh] = creator, self._world.now()

    def holder(self, token: str, right: str | None) -> Creator:
        """Tell whose access token it is. Raises No where it serves no more, or not for this."""
        creator, until = self._access.get(token, (None, self._world.moment()))
        if creator is None or until <= self._world.moment() or token in self._revoked:
            raise No(401, "access_token_invalid", "The access token is invalid or not found in the request.")
        self._settle(token)
        if right is not None and right not in creator.scopes:
            raise No(401, "scope_not_authorized")
        return creator

    def answer(self, asked: Asked) -> Reply:
        """Trade a code or a refresh token."""
        told = asked.body
        if told.get("grant_type") == "authorization_code":
            return self._traded(asked)
        proof = (str(told.get("client_key")), str(told.get("client_secret")), told.get("grant_type"))
        was, now = str(told.get("refresh_token")), self._world.moment()
        found, given = self._refresh.get(was, (None, now))
        is_old = now - given >= REFRESH_LIVES
        if found is None or found.is_dead or is_old or proof != (*found.client, "refresh_token"):
            # Seen with status 200 (sheet, 1).
            said = {"error": "invalid_grant", "error_description": "Refresh token is invalid", "log_id": "1"}
            return reply(200, said)
        self._settle(was)
        answer = self._give(found)
        if self.keeps_old:
            self._ends |= {answer["refresh_token"]: was, answer["access_token"]: was}
        else:
            self._spend(was)
        return reply(200, answer)

    def revoke(self, asked: Asked) -> None:
        """Kill the token a request came with."""
        self._revoked.add(asked.bearer)
        named = self._refresh.get(str(asked.body.get("refresh_token")))
        if named:
            named[0].is_dead = True

    def restore(self) -> None:
        """Let every token serve again, as if each owner had consented anew."""
        self._revoked.clear()
        self._refresh |= self._spent
        self._spent.clear()
        for creator in self._creators.values():
            creator.is_dead = False

    def _settle(self, used: str) -> None:
        if used in self._ends:
            self._spend(self._ends.pop(used))

    def _spend(self, refresh: str) -> None:
        if refresh in self._refresh:
            self._spent[refresh] = self._refresh.pop(refresh)

    def _traded(self, asked: Asked) -> Reply:
        try:
            code = self._consents.traded(asked, self._world.moment())
        except Denied as e:
            return Reply(200, e.reply.content, e.reply.headers)
        found = self._creators[code.member]
        found.scopes = set(code.rights)
        return reply(200, self._give(found))

    def _give(self, found: Creator) -> Json:
        self._made += 1
        new = f"rft.rotated-refresh-token{7_000_000_000 + self._made}"
        token = f"act.an-access-token-of-the-emulator{7_000_000_000 + self._made}"
        self._refresh[new] = found, self._world.moment()
        self._access[token] = (found, self._world.moment() + ACCESS_LIVES)
        life = {
            "expires_in": int(ACCESS_LIVES.total_seconds()),
            "refresh_expires_in": int(REFRESH_LIVES.total_seconds()),
        }
        about = {"open_id": found.open_id, "scope": ",".join(sorted(found.scopes)), "token_type": "Bearer"}
        return about | life | {"access_token": token, "refresh_token": new}
