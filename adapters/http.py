"""The one file here that speaks HTTP: send once, sort what went wrong, keep secrets out."""

import asyncio
import html
import json
import logging
import re
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Generic, TypeVar

import httpx
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential

from adapters import waits
from adapters.contract import AuthFailed, Intent, Json, NotSent, NotYet, OutcomeUnknown, PublishError, Rejected, Scope

# httpx logs every URL at INFO, and Telegram keeps its token in the URL; httpcore tells more at DEBUG.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

_MOST_BYTES = 1024 * 1024
_DEFAULT_WAIT = timedelta(seconds=60)

# Raised before a byte of the request left, so the network cannot have acted on it.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visible:
    """Marks the one call that shows the post: `intent` is awaited with `content` directly before it leaves."""

    intent: Intent
    content: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal, scrubbed of secrets; `said` is what was tried and the network's own words."""

    status: int
    body: Json
    headers: Mapping[str, str]
    said: str

    def wait(self, now: datetime | None = None, *, usual: timedelta = _DEFAULT_WAIT) -> timedelta:
        """Tell how long it asks to wait (see `adapters.waits`), `usual` where it says nothing."""
        found = waits.asked(self.headers, now)
        return found.length if found else usual


Sort = Callable[[Answer], PublishError | None]
"""An adapter's own reading of a refusal, asked first; None leaves it to the status."""


Hear = Callable[[Mapping[str, str]], None]
"""Told the headers of each answer that is no refusal: how much of a quota is used up stands there."""
Sign = Callable[[str, str], Mapping[str, str]]
"""(method, address) -> the headers that prove who asks; asked anew for each exchange, as a nonce serves once."""
Unanswered = Callable[[], None]
"""Told of each exchange that the network may have acted on although no clear answer came: it may cost money."""


@dataclass(frozen=True, slots=True)
class _Call(Generic[T]):
    what: str
    read: Callable[[Any], T]
    sort: Sort | None
    secrets: tuple[str, ...]
    unsure: type[PublishError]
    hear: Hear | None = None
    sign: Sign | None = None
    unanswered: Unanswered | None = None

    def doubt(self, said: str, *, retry_after: timedelta | None = None) -> PublishError:
        """Make the error of an exchange that may have been acted on."""
        if self.unanswered:
            self.unanswered()
        return self.unsure(said, retry_after=retry_after)


class Http:
    """Sends a request and returns what `read` makes of its JSON, or raises one of the five.

    `what` names the call for people, `secrets` are taken out of every word an error carries, and whatever `read`
    cannot make sense of is an unreadable answer; an answer without a body is None to it. Redirects are never followed.
    """

    def __init__(self, client: httpx.AsyncClient, *, deadline: float = 30.0) -> None:
        self._client = client
        self._deadline = deadline  # seconds for a whole exchange; httpx only limits its phases

    @classmethod
    def over(cls, app: Any) -> "Http":
        """Speak to an emulator, an ASGI app in this process, instead of the network."""
        return cls(httpx.AsyncClient(transport=InProcess(app)))

    async def json(
        self,
        method: str,
        url: str,
        *,
        what: str,
        read: Callable[[Any], T],
        visible: Visible | None = None,
        sort: Sort | None = None,
        secrets: Iterable[str] = (),
        hear: Hear | None = None,
        sign: Sign | None = None,
        unanswered: Unanswered | None = None,
        **parts: Any,
    ) -> T:
        """Send once; `parts` are httpx's (json, params, headers, content, data, files).

        With `visible`, silence is `OutcomeUnknown`: the post may exist. Without, nothing a reader sees depends on the
        call and silence is `NotSent`.
        """
        unsure: type[PublishError] = OutcomeUnknown if visible else NotSent
        call = _Call(what, read, sort, tuple(secrets), unsure, hear, sign, unanswered)
        request = self._build(what, method, url, parts)
        if visible:
            await visible.intent(visible.content)
        return await self._in_time(call, request)

    async def repeatable(
        self,
        method: str,
        url: str,
        *,
        sleep: Callable[[float], Awaitable[None]],
        what: str,
        read: Callable[[Any], T],
        sort: Sort | None = None,
        secrets: Iterable[str] = (),
        hear: Hear | None = None,
        sign: Sign | None = None,
        unanswered: Unanswered | None = None,
        **parts: Any,
    ) -> T:
        """Send up to three times within one deadline: for reads, uploads and renewals, which harm nobody twice."""
        call = _Call(what, read, sort, tuple(secrets), NotSent, hear, sign, unanswered)
        request = self._build(what, method, url, parts)
        again = AsyncRetrying(
            retry=retry_if_exception(lambda e: isinstance(e, NotSent) and e.retry_after is None),
            stop=stop_after_attempt(3),
            wait=wait_exponential(multiplier=0.5, max=2),
            sleep=sleep,
            reraise=True,
        )
        return await self._in_time(call, request, again)

    def _build(self, what: str, method: str, url: str, parts: Json) -> httpx.Request:
        try:
            request = self._client.build_request(method, url, **parts)
        except httpx.InvalidURL:
            raise NotSent(f"{what}: the address in the settings is not one") from None  # its text quotes the token
        except ValueError:
            raise Rejected(f"{what}: the post cannot be written as a request") from None
        # A kept connection that dies as the next request leaves looks like a lost answer, and that may cost a person's
        # time (seen with snac 2.75, 2026-11-25). A handshake is cheaper.
        request.headers["connection"] = "close"
        return request

    async def _in_time(self, call: _Call[T], request: httpx.Request, again: AsyncRetrying | None = None) -> T:
        try:
            async with asyncio.timeout(self._deadline):
                if again is None:
                    return await self._exchange(call, request)
                return await again(self._exchange, call, request)
        except TimeoutError as e:
            raise call.doubt(f"{call.what}: no answer within {self._deadline:g} s") from e

    async def _exchange(self, call: _Call[T], request: httpx.Request) -> T:
        if call.sign:
            request.headers.update(call.sign(request.method, str(request.url)))
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            try:
                raw = await _capped(response)
            finally:
                await response.aclose()
        except _NEVER_LEFT as e:
            raise NotSent(_told(call, e)) from e
        except (httpx.InvalidURL, httpx.LocalProtocolError) as e:
            # Their texts quote headers and addresses, tokens among them, so they are not even chained.
            raise NotSent(f"{call.what}: {type(e).__name__}") from None
        except httpx.RequestError as e:
            raise call.doubt(_told(call, e)) from e
        if not response.is_success:
            raise _refusal(call, response, raw)
        if call.hear:
            call.hear(response.headers)
        try:
            # An empty body is no answer to most calls, and all there is to some: `read` gets None, and judges.
            return call.read(json.loads(raw) if raw else None)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            # Neither quoted nor chained: the answer to a sign-in is made of secrets.
            raise call.doubt(f"{call.what}: {response.status_code}, but the answer cannot be read") from None


def open_client(
    proxy: str | None = None, *, tls: ssl.SSLContext, heard: Callable[[str, Mapping[str, str]], None] | None = None
) -> httpx.AsyncClient:
    """Make the client all accounts of a process share: it repeats nothing and takes nothing from the environment.

    `heard` is told the host and headers of each answer, refusals included: the network's clock stands there.
    """

    async def listen(response: httpx.Response) -> None:
        if heard:
            heard(response.request.url.host, response.headers)

    return httpx.AsyncClient(verify=tls, proxy=proxy, trust_env=False, timeout=30.0, event_hooks={"response": [listen]})


class InProcess(httpx.ASGITransport):
    """Carries requests to an emulator in this process; its cut connections look as they would on a wire."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Call the app; refused means nothing left, reset means it may have acted."""
        try:
            return await super().handle_async_request(request)
        except ConnectionRefusedError as e:
            raise httpx.ConnectError("connection refused", request=request) from e
        except ConnectionResetError as e:
            raise httpx.ReadError("connection reset", request=request) from e


def bearer(token: str) -> dict[str, str]:
    """Write the header of a signed-in call; raises AuthFailed for a token no header can carry."""
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise AuthFailed("there is no usable token: sign in again", scope=Scope.ACCOUNT)
    return {"authorization": f"Bearer {token}"}


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Take every secret out of `text`, also where some of its signs are written as in an address, JSON or HTML."""
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    for secret in longest_first:
        text = _spelled(secret).sub("***", text)
    return text


@lru_cache(maxsize=512)
def _spelled(secret: str) -> re.Pattern[str]:
    return re.compile("".join(map(_spellings, secret)), re.IGNORECASE)


def _spellings(sign: str) -> str:
    if sign.isascii() and sign.isalnum():
        return sign
    percent = "".join(f"%{byte:02x}" for byte in sign.encode(errors="surrogatepass"))
    json_escape = "|".join((f"\\\\u{ord(sign):04x}", re.escape(f"\\{sign}")))
    html_escape = "|".join((f"&#{ord(sign)};", f"&#x{ord(sign):x};", re.escape(html.escape(sign))))
    return f"(?:{re.escape(sign)}|{percent}|{json_escape}|{html_escape}{'|[+]' if sign == ' ' else ''})"


async def _capped(response: httpx.Response) -> bytes:
    raw = bytearray()
    async for part in response.aiter_bytes():
        raw += part
        if len(raw) > _MOST_BYTES:
            break
    return bytes(raw[:_MOST_BYTES])


def _told(call: _Call[T], error: httpx.RequestError) -> str:
    happened = "could not be reached" if isinstance(error, _NEVER_LEFT) else "the connection broke off"
    return scrub(f"{call.what}: {happened} ({str(error) or type(error).__name__})", call.secrets)


def _refusal(call: _Call[T], response: httpx.Response, raw: bytes) -> PublishError:
    text = scrub(raw.decode(errors="replace"), call.secrets)
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = None
    body: Json = parsed if isinstance(parsed, dict) else {}
    said = f"{call.what}: {response.status_code} {_words(body, text)}".rstrip()
    answer = Answer(response.status_code, body, response.headers, said)
    return (call.sort and call.sort(answer)) or _by_status(answer, call.doubt)


def _words(body: Json, text: str) -> str:
    names = ("error", "message", "error_description", "description", "title", "detail")
    parts = [body, *(body["errors"] if isinstance(body.get("errors"), list) else ())]
    found = [part[k] for part in parts if isinstance(part, dict) for k in names if isinstance(part.get(k), str)]
    return ": ".join(found) or " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def _by_status(answer: Answer, doubt: Callable[..., PublishError]) -> PublishError:
    match answer.status:
        case 429:
            return NotYet(answer.said, scope=Scope.CHANNEL, retry_after=answer.wait())
        case 401 | 403:
            return AuthFailed(answer.said, scope=Scope.ACCOUNT)
        case 408:
            return doubt(answer.said)
        case status if 300 <= status < 500:
            return Rejected(answer.said)
    asked = waits.asked(answer.headers)
    return doubt(answer.said, retry_after=asked.length if asked else None)
