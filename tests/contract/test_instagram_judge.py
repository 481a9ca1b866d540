"""Every parameter our Instagram adapter sends is one the vendor's own library knows for that call and version."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.emulators.kit import Asked
from tests.contract.cases import case
from tests.contract.papers import specs
from tests.contract.pictures import picture
from tests.contract.play import Play
from tests.contract.test_conformance import ready
from tests.contract.test_containers_mishaps import FILM

pytestmark = pytest.mark.judge

# What stands beside a call's own parameters everywhere:fields, proof, a list's cursor and length.
_ANYWHERE = {"fields", "appsecret_proof", "after", "limit"}
_CALLS = {
    "me": "Page.api_get",
    "item": "IGUser.create_media",
    "container": "IGUser.create_media",
    "publish": "IGUser.create_media_publish",
    "list": "IGUser.get_media",
    "post": "IGMedia.api_get",
    "quota": "IGUser.get_content_publishing_limit",
    "insights": "IGMedia.get_insights",
    "delete": "IGMedia.api_delete",
}
# Containers and the host for uploads have pages of their own and no class in the library.
_PAGES = {"status": {"id", "status", "status_code", "video_status"}, "upload": set[str](), "debugToken": set[str]()}


class Papers:
    """The parameters and fields of the vendor's library."""

    def __init__(self) -> None:
        found = json.loads(specs("meta/graph-v26.0-publishing-params.json").read_text())
        self.calls, self.fields = found["calls"], found["fields"]

    def wrong(self, name: str, asked: Asked) -> list[str]:
        """List what the papers do not allow in a call."""
        said, wanted = {**asked.query, **asked.body}, str(asked.query.get("fields", "id")).partition("{")[0].split(",")
        if name == "debugToken":  # https://developers.facebook.com/docs/graph-api/reference/debug_token/
            return [f"{name} has no {each}" for each in said.keys() ^ {"input_token"}]
        if name in _PAGES:
            return [f"{name} has no {each}" for each in wanted if name == "status" and each not in _PAGES[name]]
        call = self.calls[_CALLS[name]]
        node = {"me": "Page", "list": "IGMedia", "post": "IGMedia"}.get(name)
        found = [] if call["method"] == asked.method else [f"{name} is a {call['method']}"]
        found += [f"{name} has no {each}" for each in said if each not in {*call["param_types"], *_ANYWHERE}]
        found += [f"{node} has no field {each}" for each in wanted if node and each not in self.fields[node]]
        known = call["enums"].get("metric_enum", ())
        return found + [
            f"no metric {each}" for each in str(said.get("metric", "")).split(",") if each and each not in known
        ]


def everything() -> Play:
    """Let the adapter do all it can, with all a post can hold."""
    play = ready(case("instagram"))
    receipt = play.publish(play.case.post)
    for media in ((picture(1), picture(3)), (FILM,), (picture(1), FILM)):
        play.memo = type(play.memo)()
        play.publish(replace(play.case.post, media=media))
    play.memo = type(play.memo)()
    more = replace(play.case.post, text="More.", marks=())
    play.lose(more)
    assert play.find(more)
    play.do(lambda a: a.metrics(receipt))
    play.do(lambda a: a.delete(receipt))
    play.do(lambda a: a.verify())
    play.do(lambda a: a.used())
    play.settings["app_id"] = next(iter(play.network.tokens.known.values())).app.id = "77"
    play.do(lambda a: a.ends())
    return play


def test_every_parameter_and_field_is_the_vendors_own() -> None:
    papers, play = Papers(), everything()
    assert [papers.wrong(entry.call, entry.asked) for entry in play.ledger] == [[]] * len(play.ledger)
    assert {entry.call for entry in play.ledger} == {*_CALLS, *_PAGES}


@pytest.mark.parametrize(
    ("name", "method", "said"),
    [
        ("container", "GET", {}),
        ("container", "POST", {"words": "x"}),
        ("publish", "POST", {"caption": "x"}),
        ("list", "GET", {"fields": "id,headline"}),
        ("status", "GET", {"fields": "fame"}),
        ("debugToken", "GET", {"input_token": "x", "fields": "scopes"}),
        ("insights", "GET", {"metric": "plays"}),
    ],
)
def test_the_judge_sees_what_is_wrong(name: str, method: str, said: dict[str, Any]) -> None:
    assert Papers().wrong(name, Asked(method, "", said, {}, {}))
