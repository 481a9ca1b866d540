"""Every call and parameter of our Threads adapter is one of the vendor's own collection of requests."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from adapters.contract import Receipt
from adapters.emulators.kit import Asked
from tests.contract.cases import LINK, POST, case
from tests.contract.papers import specs
from tests.contract.pictures import picture
from tests.contract.test_conformance import ready

pytestmark = pytest.mark.judge


class Papers:
    """The calls of the collection, and the fields it asks for."""

    def __init__(self) -> None:
        found = json.loads(specs("meta/threads-api.postman_collection.json").read_text())
        said = {each["key"]: str(each["value"]) for each in found["variable"]}
        self.fields = set(
            re.split(r"[,{}]", ",".join(v for k, v in said.items() if k.startswith(("fields", "metrics"))))
        )
        self.calls: dict[tuple[str, str], set[str]] = {}
        for request in _requests(found["item"]):
            path = re.sub(r"\{\{\w+\}\}", "*", "/".join(request["url"]["path"])).strip("/")
            named = {each["key"] for each in request["url"].get("query", ())}
            self.calls.setdefault((request["method"], path), set()).update(named)

    def wrong(self, asked: Asked) -> list[str]:
        """List what the collection does not have."""
        path = re.sub(r"\b\d{6,}\b", "*", asked.path.removeprefix("/v1.0/"))
        known = self.calls.get((asked.method, path))
        if known is None:
            return [f"there is no {asked.method} {path}"]
        said = {**asked.query, **asked.body}
        fields = re.split(r"[,{}]", str(said.get("fields", "id"))) + str(said.get("metric", "likes")).split(",")
        return [f"{path} has no {each}" for each in said if each not in known] + [
            f"there is no field {each}" for each in fields if each not in self.fields
        ]


def _requests(items: list[Any]) -> list[Any]:
    return [found for each in items for found in (_requests(each["item"]) if "item" in each else [each["request"]])]


def test_every_call_and_parameter_is_the_vendors_own() -> None:
    play, papers = ready(case("threads")), Papers()
    with_topic = replace(POST, tags=("Railways",), parent=Receipt(play.network.editor_posts(play.place, "Before")))
    receipt = play.publish(with_topic)
    for media in ((picture(),), (picture(1), picture(2))):
        play.memo = type(play.memo)()
        play.publish(replace(with_topic, media=media))
    play.memo = type(play.memo)()
    play.lose(replace(POST, text=f"More. {LINK}", marks=()))
    assert play.find(replace(POST, text=f"More. {LINK}", marks=()))
    play.do(lambda a: a.metrics(receipt))
    play.do(lambda a: a.delete(receipt))
    play.do(lambda a: a.verify())
    play.do(lambda a: a.used())
    play.wait(86_400)
    play.do(lambda a: a.renew(play.account))
    assert [papers.wrong(entry.asked) for entry in play.ledger] == [[]] * len(play.ledger)
    calls = {
        "me",
        "debugToken",
        "quota",
        "refresh",
        "item",
        "container",
        "status",
        "publish",
        "post",
        "list",
        "insights",
        "delete",
    }
    assert {entry.call for entry in play.ledger} == calls


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("PUT", "/v1.0/me/threads", {}),
        ("POST", "/v1.0/me/threads", {"words": "x"}),
        ("GET", "/v1.0/17841400000001", {"fields": "id,headline"}),
        ("GET", "/v1.0/17841400000001/insights", {"metric": "fame"}),
    ],
)
def test_the_judge_sees_what_is_wrong(method: str, path: str, said: dict[str, str]) -> None:
    assert Papers().wrong(Asked(method, path, said, {}, {}))
