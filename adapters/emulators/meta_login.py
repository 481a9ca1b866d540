"""Meta's sign-in from the other side: the dialog, and the tokens of a person and of that person's pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.consents import App, Consents, Denied
from adapters.emulators.facebook_graph import App as GraphApp
from adapters.emulators.facebook_graph import No, Token, Tokens
from adapters.emulators.kit import Asked, Reply, reply

Json = dict[str, Any]

_SHORT, _LONG = timedelta(seconds=5100), timedelta(seconds=5183944)


@dataclass
class Person:
    """A token that speaks for a person, not for a page."""

    app: App
    rights: tuple[str, ...]
    ends: datetime
    is_long: bool = False


class Login:
    """One network's sign-in. `pages` tells what pages the person before the dialog has, as `me/accounts` lists them."""

    def __init__(self, tokens: Tokens, pages: Callable[[], list[Json]]) -> None:
        self.consents = Consents(timedelta(minutes=10), pkce="", separator=",", suffix="#_")
        self._tokens, self._pages = tokens, pages
        self._known: dict[str, Person] = {}

    def admit(self, app: str, secret: str) -> None:
        """Make an app known."""
        self.consents.apps[app] = App(app, secret)

    def answer(self, name: str, asked: Asked, now: datetime) -> Reply | None:
        """Answer what belongs to signing in; None: it does not."""
        try:
            match name:
                case "authorize":
                    return self.consents.page(asked, now)
                case "accessToken":
                    return self._traded(asked, now)
                case "accounts":
                    return reply(200, {"data": [self._with_token(each, asked, now) for each in self._pages()]})
                case "debugToken" if str(asked.query.get("input_token")) in self._known:
                    return self._debugged(asked)
        except Denied as e:
            return No(str(e), 100).reply
        except No as e:
            return e.reply
        return None

    def _traded(self, asked: Asked, now: datetime) -> Reply:
        if asked.query.get("grant_type") == "fb_exchange_token":
            app = self.consents.proved(asked)
            short = self._known.get(str(asked.query.get("fb_exchange_token")))
            if short is None or short.app is not app or short.ends <= now:
                raise No("Error validating access token: Session has expired", 190, 463)
            return self._give(Person(app, short.rights, now + _LONG, is_long=True), now)
        code = self.consents.traded(asked, now)
        return self._give(Person(code.app, code.rights, now + _SHORT), now)

    def _give(self, person: Person, now: datetime) -> Reply:
        text = f"EAAdemo-{'long' if person.is_long else 'short'}-token-of-nobody-{len(self._known)}"
        self._known[text] = person
        seconds = int((person.ends - now).total_seconds())
        return reply(200, {"access_token": text, "token_type": "bearer", "expires_in": seconds})

    def _debugged(self, asked: Asked) -> Reply:
        person = self._known[str(asked.query["input_token"])]
        if asked.bearer != f"{person.app.id}|{person.app.secret}":
            raise No("(#100) The App_id in the input_token did not match the Viewing App", 100)
        facts = {"app_id": person.app.id, "type": "USER", "is_valid": True, "scopes": sorted(person.rights)}
        return reply(200, {"data": facts | {"expires_at": int(person.ends.timestamp())}})

    def _with_token(self, page: Json, asked: Asked, now: datetime) -> Json:
        """Give a page's own token; it ends with the short token it was made of, and never where that was a long one."""
        person = self._known.get(asked.bearer)
        if person is None or person.ends <= now:
            raise No("Invalid OAuth access token - Cannot parse access token", 190)
        text = f"EAAdemo-page-token-of-{page['id']}-{len(self._tokens.known)}"
        app = GraphApp(person.app.secret, person.app.id)
        ends = None if person.is_long else person.ends
        self._tokens.known[text] = Token(text, page["id"], app, scopes=set(person.rights), expires_at=ends)
        return page | {"access_token": text, "tasks": ["CREATE_CONTENT", "MANAGE"]}
