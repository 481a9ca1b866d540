"""A client of X of a few lines, with its own signatures, for what the adapter would never send."""

import hashlib
import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from adapters.emulators.x import XNetwork
from adapters.emulators.x_posts import Account
from tests.contract.stage import Stage

BASE = "https://net.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
JPEG = b"\xff\xd8\xff\xe0" + b"picture"


@dataclass
class Client:
    """Signs as one account; `claims` replaces what the header says."""

    stage: Stage
    keys: dict[str, str]
    claims: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def ask(self, method: str, path: str, *, params: dict[str, str] | None = None, **request: Any) -> httpx.Response:
        headers = {"authorization": self.header(method, path, params or {})}
        return self.stage.ask(method, path, params=params, headers=headers, **request)

    def header(self, method: str, path: str, params: dict[str, str]) -> str:
        self.number += 1
        told = {
            "oauth_consumer_key": self.keys["api_key"],
            "oauth_nonce": f"nonce {self.keys['api_key']} {self.number}",
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(self.stage.now.timestamp())),
            "oauth_token": self.keys["access_token"],
            "oauth_version": "1.0",
        } | self.claims
        pairs = "&".join(f"{coded(k)}={coded(v)}" for k, v in sorted((told | params).items()))
        base = "&".join(map(coded, (method, BASE + path, pairs)))
        key = f"{coded(self.keys['api_secret'])}&{coded(self.keys['access_secret'])}"
        signed = b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha1)).decode()
        told = {"oauth_signature": signed} | told
        return "OAuth " + ", ".join(f'{k}="{coded(v)}"' for k, v in told.items())

    def post(self, text: str, **more: Any) -> httpx.Response:
        return self.ask("POST", "/2/tweets", json={"text": text, **more})

    def upload(self, content: bytes = PNG, category: str = "tweet_image") -> httpx.Response:
        files, form = {"media": ("a.png", content, "image/png")}, {"media_category": category} if category else {}
        return self.ask("POST", "/2/media/upload", files=files, data=form)

    def describe(self, number: str, alt: str) -> httpx.Response:
        body = {"id": number, "metadata": {"alt_text": {"text": alt}}}
        return self.ask("POST", "/2/media/metadata", json=body)

    def timeline(self, **params: str) -> httpx.Response:
        return self.ask("GET", f"/2/users/{self.me().id}/tweets", params=params)

    def me(self) -> Account:
        return network(self.stage).accounts[self.keys["access_token"]]


def network(stage: Stage) -> XNetwork:
    assert isinstance(stage.network, XNetwork)
    return stage.network


def client(stage: Stage, n: int = 0) -> Client:
    """Be the n-th newcomer."""
    return Client(stage, XNetwork.newcomer(n)[1])


def coded(text: str) -> str:
    """Percent-encode as OAuth does."""
    return quote(text, safe="~")


def sent(x: Client, text: str = "Railway opens", **more: Any) -> dict[str, Any]:
    answer = x.post(text, **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


def blamed(answer: httpx.Response) -> str:
    """The parameter a 400 names."""
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"].endswith("/problems/invalid-request")
    (name,) = answer.json()["errors"][0]["parameters"]
    return str(name)


def ids(answer: httpx.Response) -> list[str]:
    return [post["id"] for post in answer.json().get("data", [])]
