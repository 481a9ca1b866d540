"""How X proves who asks: OAuth 1.0a, recomputed from the RFC with a few lines of its own."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

from adapters.emulators.kit import Asked

_CLOCKS_MAY_DIFFER = timedelta(seconds=300)
_WANTED = frozenset({"consumer_key", "nonce", "signature", "signature_method", "timestamp", "token"})


def told(asked: Asked) -> dict[str, str]:
    """Read the header's parameters without their prefix; empty where it is no OAuth header."""
    kind, _, rest = asked.headers.get("authorization", "").partition(" ")
    if kind.lower() != "oauth":
        return {}
    return {unquote(name): unquote(value) for name, value in re.findall(r'oauth_(\w+)="([^"]*)"', rest)}


def signature(asked: Asked, claims: Mapping[str, str], api_secret: str, access_secret: str) -> str:
    """Sign a request anew: its query, the header's claims, and nothing of a JSON or multipart body."""
    mine = {f"oauth_{name}": value for name, value in claims.items() if name != "signature"}
    pairs = sorted((_quoted(k), _quoted(str(v))) for k, v in (*asked.query.items(), *mine.items()))
    parameters = "&".join("=".join(pair) for pair in pairs)
    base = "&".join(_quoted(part) for part in (asked.method, asked.base + asked.path, parameters))
    secret = f"{_quoted(api_secret)}&{_quoted(access_secret)}".encode()
    return base64.b64encode(hmac.new(secret, base.encode(), hashlib.sha1).digest()).decode()


class Nonces:
    """Remembers which nonces were used, for as long as their timestamps would be taken."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], datetime] = {}

    def take(self, claims: Mapping[str, str], now: datetime) -> bool:
        """Use a nonce up; False: it was used before, a claim is missing, or its time is not ours."""
        if not claims.keys() >= _WANTED or claims["signature_method"] != "HMAC-SHA1":
            return False
        if not re.fullmatch(r"\d{1,11}", claims["timestamp"]) or not claims["nonce"]:
            return False
        if abs(now.timestamp() - int(claims["timestamp"])) > _CLOCKS_MAY_DIFFER.total_seconds():
            return False
        self._used = {nonce: at for nonce, at in self._used.items() if now - at <= 2 * _CLOCKS_MAY_DIFFER}
        nonce = (claims["token"], claims["nonce"])
        is_new = nonce not in self._used
        self._used[nonce] = now
        return is_new


def _quoted(text: str) -> str:
    return quote(text, safe="~")
