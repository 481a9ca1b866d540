"""OAuth 1.0a signatures (RFC 5849): https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Keys:
    """An app's key and secret, and those of the account it acts for."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_secret: str = field(repr=False)


def header(method: str, url: str, keys: Keys, *, nonce: str, timestamp: int) -> str:
    """Write the Authorization header of one exchange; JSON and multipart bodies are no part of a signature.

    `timestamp` is in Unix seconds, `nonce` serves once.
    """
    told = {
        "oauth_consumer_key": keys.api_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(timestamp),
        "oauth_token": keys.access_token,
        "oauth_version": "1.0",
    }
    told["oauth_signature"] = _signature(_base(method, url, told), keys)
    return "OAuth " + ", ".join(f'{name}="{_percent(value)}"' for name, value in sorted(told.items()))


def _base(method: str, url: str, told: dict[str, str]) -> str:
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    pairs = sorted((_percent(name), _percent(value)) for name, value in [*asked, *told.items()])
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    address = f"{parts.scheme}://{parts.hostname}{port}{parts.path or '/'}"
    return "&".join(map(_percent, (method.upper(), address, "&".join(f"{name}={value}" for name, value in pairs))))


def _signature(base: str, keys: Keys) -> str:
    key = f"{_percent(keys.api_secret)}&{_percent(keys.access_secret)}"
    return base64.b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha1)).decode()


def _percent(text: str) -> str:
    return quote(text, safe="-._~")
