"""A Telegram channel by numbers, and the ways the tests call the adapter."""

import json

import httpx

from adapters.contract import (
    Asked,
    Card,
    Mark,
    Post,
)
from adapters.telegram import Telegram
from tests.unit.adapters.kit import START, Clock, Memory, Network, allow, with_adapter

LINK = "https://steppecourier.example/2026/11/budgets"
POST = Post("Бюджет 🇰🇿: vote\n\nRead", (Mark(0, 6, "bold"), Mark(17, 21, "link", LINK)), card=Card(LINK, "Vote"))
CHANNEL = {"id": -1001234, "type": "channel", "username": "steppe", "pinned_message": {"message_id": 40}}
ASKED = Asked(START, START, "812")


def ok(result):
    return httpx.Response(200, json={"ok": True, "result": result})


def refused(code, description, **parameters):
    answer = {"ok": False, "error_code": code, "description": description}
    return httpx.Response(code, json=answer | ({"parameters": parameters} if parameters else {}))


class Chat:
    """A channel by numbers: message number -> (text, link, moment)."""

    def __init__(self, posts=(), **answers):
        self.posts = dict(posts)
        self.answers = {"getChat": CHANNEL, "getMe": {"id": 7, "username": "steppe_bot"}, "deleteMessage": True}
        self.answers |= {
            "sendMessage": {"message_id": 813},
            "sendPhoto": {"message_id": 813},
            "editMessageText": {"message_id": 813},
        } | answers

    def __call__(self, request):
        method = request.url.path.rsplit("/", 1)[1]
        if method == "forwardMessage" and method not in self.answers:
            return self.forward(json.loads(request.content))
        answer = self.answers[method]
        return answer if isinstance(answer, httpx.Response | Exception) else ok(answer)

    def forward(self, asked):
        found = self.posts.get(asked["message_id"])
        if isinstance(found, httpx.Response):
            return found
        if found is None:
            return refused(400, "Bad Request: message to forward not found")
        text, link, at = found
        entities = [{"type": "text_link", "offset": 0, "length": 1, "url": link}] if link else []
        origin = {"type": "channel", "message_id": asked["message_id"], "date": int(at.timestamp())}
        return ok({"message_id": 5000, "text": text, "entities": entities, "forward_origin": origin})


def tg(answers, act, *, clock=None, **settings):
    network = Network(answers)
    settings = {"chat": "@steppe", "scratch_chat": "-100999"} | settings
    return with_adapter(Telegram, network, act, settings=settings, tokens={"token": "42:SECRET"}, clock=clock), network


def publish(chat, memo=None, post=POST, **settings):
    memo = Memory() if memo is None else memo
    return tg(chat, lambda a: a.publish(post, key="k", memo=memo, intent=allow), **settings)


def find(chat, memo=None, asked=ASKED, post=POST, at=START, **settings):
    memo = Memory() if memo is None else memo
    return tg(chat, lambda a: a.find(post, key="k", memo=memo, asked=asked), clock=Clock(at), **settings)
