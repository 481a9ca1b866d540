"""Every parameter our Facebook adapter sends is one the vendor's own library knows for that call and version."""

import json
import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from adapters.contract import Media
from adapters.emulators.kit import Asked
from tests.contract.cases import LINK, POST, case
from tests.contract.papers import specs
from tests.contract.play import Play
from tests.contract.test_conformance import ready
from tests.contract.test_conformance_faults import CHANGED

pytestmark = pytest.mark.judge

# What stands beside a call's own parameters everywhere: which fields to answer with, proof, and the list's cursor.
_ANYWHERE = {"fields": str, "appsecret_proof": str, "after": str}
_CALLS = {
    "draft": "Page.create_feed",
    "post": "Page.create_feed",
    "photo": "Page.create_photo",
    "getPage": "Page.api_get",
    "me": "Page.api_get",
    "publishedPosts": "Page.get_published_posts",
    "getPost": "PagePost.api_get",
    "flip": "PagePost.api_update",
    "editPost": "PagePost.api_update",
    "deletePost": "PagePost.api_delete",
}
_NODES = {"Page": ("me", "getPage"), "PagePost": ("getPost", "publishedPosts", "post", "draft")}
# The page of debug_token: https://developers.facebook.com/docs/graph-api/reference/debug_token/. The app's own token
# stands in a header, and a page's token has nothing to prove there.
_DEBUG = {"input_token": str}
# Fields of a post and a page that only their reference pages have, as edges or aliases.
_NOT_LISTED = {"attachments", "picture"}


class Papers:
    """The parameters and fields of the vendor's library."""

    def __init__(self) -> None:
        found = json.loads(specs("meta/graph-v26.0-publishing-params.json").read_text())
        self.calls, self.fields = found["calls"], found["fields"]

    def wrong(self, name: str, asked: Asked) -> list[str]:
        """List what the papers do not allow in a call."""
        if name == "debugToken":
            said = {**asked.query, **asked.body}
            return [f"{name} has no {key}" for key in said.keys() ^ _DEBUG.keys()]
        call = self.calls[_CALLS[name]]
        known = call["param_types"]
        found = [] if call["method"] == asked.method else [f"{name} is a {call['method']}"]
        for key, value in (*asked.query.items(), *asked.body.items()):
            if key in _ANYWHERE or (key == "source" and name == "photo"):  # the vendor adds a file as `source`
                continue
            if key not in known:
                found.append(f"{name} has no {key}")
            elif not _fits(known[key], value):
                found.append(f"{name}.{key} is {value!r}, not {known[key]}")
        return found + self._wrong_fields(name, str(asked.query.get("fields", "")))

    def _wrong_fields(self, name: str, wanted: str) -> list[str]:
        node = next((node for node, names in _NODES.items() if name in names), "")
        names = [re.split("[.{]", one)[0] for one in wanted.split(",") if one]
        return [f"{node} has no field {one}" for one in names if one not in {*self.fields.get(node, ()), *_NOT_LISTED}]


def _fits(kind: str, value: Any) -> bool:
    match kind:
        case "bool":
            return isinstance(value, bool) or value in ("true", "false")
        case "string":
            return isinstance(value, str)
        case "unsigned int":
            return str(value).isdigit()
        case "list<Object>":
            return isinstance(value, list) and all(isinstance(one, dict) for one in value)
    return False


def everything(mode: str) -> Play:
    """Let the adapter do all it can, with all a post can hold."""
    play = ready(replace(case("facebook"), settings={"mode": mode}))
    photo = Media("0" * 64, "image/jpeg", 9, 1, 1, alt="A train", open=lambda: BytesIO(b"\xff\xd8\xff train"))
    receipt = play.publish(replace(POST, media=(photo, photo)))
    play.memo = type(play.memo)()
    play.lose(replace(POST, text=f"More. {LINK}", marks=()))
    play.find(replace(POST, text=f"More. {LINK}", marks=()))
    play.do(lambda a: a.edit(receipt, CHANGED, memo=play.memo))
    play.do(lambda a: a.delete(receipt))
    play.do(lambda a: a.verify())
    play.settings["app_id"] = next(iter(play.network.tokens.known.values())).app.id = "77"
    play.do(lambda a: a.ends())
    return play


@pytest.mark.parametrize(
    ("mode", "calls"),
    [("draft_flip", {"draft", "flip", "getPost"}), ("direct", {"post", "publishedPosts"})],
)
def test_every_parameter_and_field_is_the_vendors_own(mode: str, calls: set[str]) -> None:
    papers, play = Papers(), everything(mode)
    for entry in play.ledger:
        assert papers.wrong(entry.call, entry.asked) == []
    assert {entry.call for entry in play.ledger} >= calls | {
        "photo",
        "editPost",
        "deletePost",
        "me",
        "getPage",
        "debugToken",
    }


@pytest.mark.parametrize(
    ("name", "method", "query", "body"),
    [
        ("draft", "GET", {}, {}),
        ("draft", "POST", {}, {"words": "x"}),
        ("draft", "POST", {}, {"published": 1}),
        ("draft", "POST", {}, {"attached_media": "5"}),
        ("flip", "POST", {}, {"link": LINK}),
        ("publishedPosts", "GET", {"since": "1"}, {}),
        ("getPost", "GET", {"fields": "id,headline"}, {}),
        ("debugToken", "GET", {}, {}),
        ("debugToken", "GET", {"input_token": "x", "appsecret_proof": "y"}, {}),
    ],
)
def test_the_judge_sees_what_is_wrong(name: str, method: str, query: dict[str, Any], body: dict[str, Any]) -> None:
    assert Papers().wrong(name, Asked(method, "", query, {}, body))
