"""An X with one account: answers by "METHOD path", and posts as its timeline shows them."""

import hashlib
import html
import json
from io import BytesIO

import httpx

from adapters.contract import Asked, Card, Mark, Media, Post
from adapters.x import X
from tests.unit.adapters.kit import START, Clock, Memory, Network, allow, with_adapter

LINK = "https://steppe.example.com/2026/11/budgets?a=1&b=2"
POST = Post(f"Бюджет “vote” & more: Kazinform.kz\n\n{LINK}", (Mark(0, 6, "bold"),), "ru", Card(LINK, "Vote"))
ASKED = Asked(START, START)
KEYS = {"api_key": "KEY-a", "api_secret": "SECRET-b", "access_token": "TOKEN-c", "access_secret": "SECRET-d"}
ME = {"data": {"id": "7", "name": "Steppe", "username": "steppe"}}
POSTS = "GET /2/users/7/tweets"
_OF = hashlib.sha256(KEYS["access_token"].encode()).hexdigest()[:16]
MARKED = {
    "before": json.dumps({"account": "7", "post": "1000"}),
    "channel:account": json.dumps({"id": "7", "username": "steppe", "of": _OF}),
}


def shown(number, text=POST.text, links=((LINK, LINK), ("Kazinform.kz", "http://Kazinform.kz")), **more):
    """A post as the timeline shows it: escaped, each address under a short one."""
    text, urls = html.escape(text, quote=False), []
    for n, (words, target) in enumerate(links):
        short = f"https://t.co/{number}x{n}"
        text = text.replace(html.escape(words, quote=False), short)
        urls.append({"start": 0, "end": 1, "url": short, "expanded_url": target, "display_url": "…"})
    made = {"id": str(number), "text": text, "created_at": START.isoformat(), "entities": {"urls": urls}}
    return {name: value for name, value in (made | more).items() if value is not None}


def page(*posts, token=""):
    return {"data": list(posts), "meta": {"result_count": len(posts)} | ({"next_token": token} if token else {})}


EMPTY = {"meta": {"result_count": 0}}


class Server:
    """One account: answers by "METHOD path"; a list of answers is given out one by one."""

    def __init__(self, **answers):
        self.answers = {"POST /2/tweets": {"data": {"id": "1001", "text": "…"}}, "GET /2/users/me": ME, POSTS: EMPTY}
        self.answers |= answers
        self.headers = []

    def __call__(self, request):
        self.headers.append(request.headers["authorization"])
        answer = self.answers[f"{request.method} {request.url.path}"]
        answer = answer.pop(0) if isinstance(answer, list) else answer
        return answer if isinstance(answer, httpx.Response | Exception) else httpx.Response(200, json=answer)


def refused(code, detail="no", kind="about:blank", **headers):
    body = {"title": "Title", "detail": detail, "type": kind, "status": code}
    return httpx.Response(code, json=body, headers=headers)


def x(server, act, *, clock=None, **given):
    network = Network(server)
    return with_adapter(X, network, act, settings=given, tokens=KEYS, clock=clock), network


def publish(server, post=POST, memo=None, **given):
    memo = Memory() if memo is None else memo
    return x(server, lambda a: a.publish(post, key="key-1", memo=memo, intent=allow), **given)


def find(server, post=POST, memo=None, at=START, asked=ASKED):
    memo = Memory(**MARKED) if memo is None else memo
    return x(server, lambda a: a.find(post, key="key-1", memo=memo, asked=asked), clock=Clock(at))


def picture(name="a", alt="A train", **more):
    content = f"bytes of {name}".encode()
    made = {"sha256": name * 64, "mime": "image/jpeg", "size": len(content), "width": 1200, "height": 800, "alt": alt}
    return Media(**(made | {"open": lambda: BytesIO(content)} | more))
