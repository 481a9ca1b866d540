"""The one guarded HTTP client: whatever comes from the open web comes through here, and nothing private is reached."""

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import quote

import httpcore
import httpx

from bot.guard import Guard, GuardedBackend, Refused, Resolve, Unreachable, resolve_name
from bot.gzipped import Gzip

__all__ = ["Fetched", "Fetcher", "Refused", "Unreachable", "in_ascii", "trust"]

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_MOST_REDIRECTS = 5
# What a caller asks for may follow a redirect to another host; anything else might be a secret meant for the first one.
_TRAVELLING = {"accept", "accept-language", "if-none-match", "if-modified-since"}
Heard = Callable[[str, Mapping[str, str]], None]
"""Told the host and headers of each answer: its clock stands there."""
_PLAIN = " !#$&'*+,-./:=?@_~"
# httpcore's errors share no base; httpx's come from a transport given from outside.
_BROKEN = (
    httpx.TransportError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One whole answer, whatever its status. `url` is where it was found; header names are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[tuple[int, str], ...] = ()
    """(status, address it pointed to), in the order they were followed."""
    permanent_to: str | None = None
    """Where the leading run of permanent redirects (301, 308) ends; None if the first one was none."""


class Fetcher:
    """Fetches public addresses under one deadline and one cap; use it as `async with`.

    `allow` holds "host:port" of private hosts or unusual ports that may be fetched all the same. With a `proxy` the
    names that this machine can resolve are checked here; for the rest the proxy is the wall.
    `transport` takes the web's place in a rehearsal; `resolve`, `backend` and `tls` let tests watch the real one.
    """

    def __init__(
        self,
        *,
        newsroom: str,
        contact: str = "",
        allow: frozenset[str] = frozenset(),
        proxy: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        resolve: Resolve | None = None,
        backend: httpcore.AsyncNetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
        heard: Heard | None = None,
    ) -> None:
        self._heard = heard
        self._guard = Guard(allow, resolve or resolve_name)
        self._has_proxy = proxy is not None
        below = backend or httpcore.AnyIOBackend()
        # A bare transport, no httpx client: nothing is taken from the environment, kept in a cookie jar or logged.
        self._web = transport or _Transport(_pool(self._guard, below, proxy=proxy, tls=tls))
        self._headers = {"User-Agent": _user_agent(newsroom, contact), "Accept-Encoding": "gzip"}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._web.aclose()

    async def get(
        self, url: str, *, most: int, deadline: float, headers: Mapping[str, str] | None = None, accept: str = "*/*"
    ) -> Fetched:
        """Fetch at most `most` bytes (unpacked) within `deadline` seconds, redirects and name look-up included.

        Raises Refused or Unreachable; every status is an answer.
        """
        return await self._fetch(
            "GET", url, headers={**(headers or {}), "Accept": accept}, most=most, deadline=deadline
        )

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str], deadline: float) -> Fetched:
        """Send `body` within `deadline` seconds; what comes back is not read, and no redirect is followed.

        Raises Refused or Unreachable; every status is an answer.
        """
        return await self._fetch("POST", url, headers=headers, most=None, deadline=deadline, body=body)

    async def look(self, url: str, *, deadline: float = 10.0) -> Literal["there", "gone", "unclear"]:
        """Tell whether an article's page is still there; anything but a clear yes or no is "unclear".

        Asks at most twice, each time within `deadline` seconds.
        """
        try:
            page = await self._fetch("HEAD", url, headers={}, most=None, deadline=deadline)
            if not 200 <= page.status < 300:
                # Some servers answer HEAD with 404 or 405 for pages they do serve.
                page = await self._fetch("GET", url, headers={}, most=None, deadline=deadline)
        except (Refused, Unreachable):
            return "unclear"
        if page.status in (404, 410):
            return "gone"
        # Many sites send readers of a deleted story to their front page instead of saying 404.
        lands_on_front_page = httpx.URL(page.url).path == "/" and httpx.URL(url).path != "/"
        return "there" if 200 <= page.status < 300 and not lands_on_front_page else "unclear"

    async def _fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        most: int | None,
        deadline: float,
        body: bytes | None = None,
    ) -> Fetched:
        trail = _Trail(_parsed(url), body)
        try:
            async with asyncio.timeout(deadline):
                return await self._chase(method, trail, headers=headers, most=most)
        except TimeoutError as e:
            if trail.has_answered:
                raise Refused(f"{trail.url.host} was too slow: no whole answer within {deadline:g} seconds") from e
            raise Unreachable(f"{trail.url.host} did not answer within {deadline:g} seconds") from e
        except _BROKEN as e:
            raise Unreachable(_why(trail.url.host, e)) from e

    async def _chase(self, method: str, trail: "_Trail", *, headers: Mapping[str, str], most: int | None) -> Fetched:
        while True:
            host = trail.url.raw_host.decode()
            port = self._guard.admit(scheme=trail.url.scheme, host=host, port=trail.url.port)
            if self._has_proxy:
                with suppress(Unreachable):
                    await self._guard.addresses(host, port)
            # Validators go back as they came, even those that are not ASCII.
            asked = httpx.Headers({**headers, **self._headers}, encoding="utf-8")
            request = httpx.Request(method, trail.url, headers=asked, content=trail.sends)
            response = await self._web.handle_async_request(request)
            try:
                if self._heard:
                    self._heard(host, response.headers)
                location = response.headers.get("location")
                # What is sent is meant, and signed, for the one it is sent to.
                if response.status_code not in _REDIRECTS or not location or trail.sends is not None:
                    trail.has_answered = True
                    return trail.end(response, b"" if most is None else await _read(response, host, most))
                before = trail.url
                trail.follow(response.status_code, location)
            finally:
                await response.aclose()
            if (before.scheme, before.netloc) != (trail.url.scheme, trail.url.netloc):
                headers = {name: value for name, value in headers.items() if name.lower() in _TRAVELLING}


@dataclass(slots=True)
class _Trail:
    """Where one fetch has come to."""

    url: httpx.URL
    sends: bytes | None = None
    redirects: list[tuple[int, str]] = field(default_factory=list)
    permanent_to: str | None = None
    has_answered: bool = False

    def follow(self, status: int, location: str) -> None:
        if len(self.redirects) == _MOST_REDIRECTS:
            raise Refused(f"{self.url.host} redirected more than {_MOST_REDIRECTS} times")
        self.url = _parsed(location, base=self.url)
        self.redirects.append((status, str(self.url)))
        if all(seen in _PERMANENT for seen, _ in self.redirects):
            self.permanent_to = str(self.url)

    def end(self, response: httpx.Response, body: bytes) -> Fetched:
        headers = dict(response.headers)
        return Fetched(response.status_code, str(self.url), headers, body, tuple(self.redirects), self.permanent_to)


def in_ascii(address: str) -> str:
    """Write a web address in the letters a request has."""
    return address if address.isascii() else str(_parsed(address))


def trust() -> ssl.SSLContext:
    """Load whom we trust; SSL_CERT_FILE is heard, for newsrooms behind a certificate of their own."""
    return httpx.create_ssl_context()


def _parsed(url: str, *, base: httpx.URL | None = None) -> httpx.URL:
    # A bad address stays unsaid: it may hold a key.
    try:
        parsed = (base.join(url) if base else httpx.URL(url)).copy_with(fragment=None)
    except httpx.InvalidURL as e:
        raise Refused(f"{base.host} redirected to no web address" if base else "This is no web address") from e
    if parsed.userinfo:
        raise Refused(f"The address at {parsed.host} carries a name or password; such addresses are not fetched")
    return parsed


def _user_agent(newsroom: str, contact: str) -> str:
    # A header is ASCII, and a bracket would end the comment.
    about = [newsroom, f"+{contact}"] if contact else [newsroom]
    return f"Jarshy ({'; '.join(quote(part, safe=_PLAIN) for part in about)})"


def _why(host: str, error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"{host} has a certificate that is not valid for it"
        cause = cause.__cause__ or cause.__context__
    match error:
        case httpcore.ConnectError() | httpcore.ConnectTimeout() | httpx.ConnectError() | httpx.ConnectTimeout():
            return f"{host} could not be reached"
        case httpcore.ProxyError() | httpx.ProxyError():
            return f"{host} could not be reached through the proxy"
        case _:
            return f"{host} broke off its answer"


async def _read(response: httpx.Response, host: str, most: int) -> bytes:
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise Refused(f"{host} packed its answer in a way that was not asked for")
    gzip = Gzip() if "gzip" in coding else None
    body = bytearray()
    # The stream itself, not httpx's decoding of it: that unfolds a whole packed chunk before anyone can count.
    assert isinstance(response.stream, httpx.AsyncByteStream)
    try:
        async for chunk in response.stream:
            body += gzip.add(chunk, most + 1 - len(body)) if gzip else chunk
            if len(body) > most:
                raise Refused(f"{host} sent more than {most} bytes")
    except zlib.error as e:
        raise Unreachable(f"{host} sent an answer that cannot be unpacked") from e
    if gzip and not gzip.is_whole:
        raise Unreachable(f"{host} broke off its answer")
    return bytes(body)


def _pool(
    guard: Guard, below: httpcore.AsyncNetworkBackend, *, proxy: str | None, tls: ssl.SSLContext | None
) -> httpcore.AsyncConnectionPool:
    context = tls or trust()
    if proxy is None:
        # No connection is kept: each request is checked anew, and none meets one that the server has just closed.
        backend = GuardedBackend(guard, below)
        return httpcore.AsyncConnectionPool(context, max_keepalive_connections=0, network_backend=backend)
    way = httpx.Proxy(proxy)
    return httpcore.AsyncHTTPProxy(
        str(way.url), way.raw_auth, ssl_context=context, max_keepalive_connections=0, network_backend=below
    )


class _Transport(httpx.AsyncBaseTransport):
    """httpx over our own pool: its own transport takes no network backend."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; httpcore's errors pass as they are."""
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    """An answer's body as it comes in."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        """Give the connection back, or close it when the answer was not read to its end."""
        await self._answer.aclose()
