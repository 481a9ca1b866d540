"""What stands before every page: our own name in the address, nothing from other sites, small bodies, strict headers.

Fetch metadata in place of tokens: https://web.dev/articles/fetch-metadata and Go 1.25's CrossOriginProtection (read
2026-12-01).
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.desk.languages import accepted, words_of

MOST_BYTES = 256 * 1024
"""Of a request; the longest template takes 8 KB."""
_SAFE = ("GET", "HEAD")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_NO_DOCUMENTS = ("text/css", "text/javascript", "image/jpeg", "image/png", "image/webp", "image/gif")
"""Nothing runs within them, whatever opens them: most of our headers would say nothing. An SVG is not among them."""
_WHEREVER = ("x-content-type-options", "cross-origin-resource-policy")
_NONCE = "style_nonce"


class Guards:
    """An ASGI app around the desk. `address`: where people open it; `host`: what the daemon listens on."""

    def __init__(self, app: ASGIApp, *, address: str, host: str) -> None:
        self._app, self._origin = app, _origin(address)
        self._hosts = {urlsplit(address).hostname or "", host}
        self._is_everywhere = host in ("", "0.0.0.0", "::")
        if self._is_everywhere or host == "localhost" or _is_loopback(host):
            self._hosts |= {"localhost", "127.0.0.1", "::1"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what must not come in; let the rest in, and put our headers on what comes out."""
        if scope["type"] != "http":
            return  # no websockets here
        scope.setdefault("state", {})
        refused = self._refused(scope["method"], Headers(scope=scope))
        app = self._app if refused is None else PlainTextResponse(refused[1] + "\n", refused[0])

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), scope["state"])
            await send(message)

        await app(scope, _capped(receive), send_dressed)

    def _refused(self, method: str, headers: Headers) -> tuple[int, str] | None:
        gettext = words_of(accepted(headers.get("accept-language", ""))).gettext  # nobody has signed in here yet
        if not self._is_ours(headers.get("host", "")):
            return 421, gettext("This desk has another address: open the one `jarshy run` names, or set desk.address.")
        if method not in _SAFE and not self._is_from_here(headers):
            return 403, gettext(
                "This came from another site and was not done. Open the desk itself and try again there."
            )
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether a request was meant for us: a foreign name that points here is how pages elsewhere get in."""
        name = _hostname(host)
        return name in self._hosts or (self._is_everywhere and _is_number(name))

    def _is_from_here(self, headers: Headers) -> bool:
        if (site := headers.get("sec-fetch-site")) is not None:
            return site == "same-origin"
        # Browsers say it only to https and to this machine itself; Origin they all say.
        origin, host = headers.get("origin", ""), headers.get("host", "")
        return origin == self._origin or (bool(origin) and origin == f"http://{host}")


def style_nonce(request: Request, token: str) -> str:
    """Let the page that answers this request use styles that carry a nonce; for code editors only."""
    setattr(request.state, _NONCE, token)
    return token


def _dress(headers: MutableHeaders, state: Mapping[str, object]) -> None:
    headers.setdefault("cache-control", "no-store")
    if headers.get("content-type", "").partition(";")[0] in _NO_DOCUMENTS:
        headers.update({name: _HEADERS[name] for name in _WHEREVER})
        return
    nonce = f" 'nonce-{state[_NONCE]}'" if state.get(_NONCE) else ""
    # Beside one of the page's own: browsers keep to both.
    headers.append("content-security-policy", POLICY.format(nonce=nonce))
    for name, value in _HEADERS.items():
        headers[name] = value


def _capped(receive: Receive) -> Receive:
    taken = 0

    async def next_part() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise HTTPException(413)
        return message

    return next_part


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_number(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _is_loopback(name: str) -> bool:
    return _is_number(name) and ip_address(name).is_loopback
