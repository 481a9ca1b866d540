"""Every request our X adapter sends, and every answer the emulator gives, is one X's own OpenAPI document allows."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from jsonschema import Draft7Validator

from adapters.contract import Media
from adapters.emulators.kit import Asked, Reply
from adapters.emulators.wire import Upload
from adapters.emulators.x import XNetwork
from tests.contract.cases import LINK, POST, case
from tests.contract.papers import specs
from tests.contract.play import Play
from tests.contract.stage import Stage
from tests.contract.x_client import PNG, client, network

pytestmark = pytest.mark.judge

FIELDS = {"post.fields": "created_at,entities,attachments,note_post"}


class Papers:
    """The official document, cut to the paths a publisher uses."""

    def __init__(self) -> None:
        found = json.loads(specs("x/openapi-2.167-publish-slim.json").read_text())
        self.components = _without_nullable(found["components"])
        self.operations = {
            (method.upper(), tuple(path.split("/"))): operation
            for path, operations in found["paths"].items()
            for method, operation in operations.items()
        }

    def wrong(self, asked: Asked) -> list[str]:
        """List what the document does not allow in a request."""
        operation, in_path = self._operation(asked)
        if operation is None:
            return [f"there is no {asked.method} {asked.path}"]
        return [*self._wrong_parameters(operation, asked, in_path), *self._wrong_body(operation, asked)]

    def wrong_answer(self, asked: Asked, answer: Reply) -> list[str]:
        """List what the document does not promise of an answer."""
        operation, _ = self._operation(asked)
        assert operation is not None
        responses, body = operation["responses"], json.loads(answer.content)
        if str(answer.status) in responses:
            content = responses[str(answer.status)]["content"]["application/json"]
            return self._against(content["schema"], body)
        assert answer.status >= 400
        if answer.status == 400:
            return self._against({"$ref": "#/components/schemas/InvalidRequestProblem"}, body)
        return [f"a problem has no {name}" for name in ("title", "detail", "type") if name not in body]

    def _operation(self, asked: Asked) -> tuple[dict[str, Any] | None, dict[str, str]]:
        """Find an operation; a path without a place in it comes before one with."""
        steps = tuple(asked.path.split("/"))
        for (method, path), operation in sorted(self.operations.items(), key=lambda o: "{id}" in o[0][1]):
            pairs = list(zip(path, steps, strict=False))
            if method == asked.method and len(path) == len(steps) and all(p in (s, "{id}") for p, s in pairs):
                return operation, {p[1:-1]: s for p, s in pairs if p.startswith("{")}
        return None, {}

    def _wrong_parameters(self, operation: dict[str, Any], asked: Asked, in_path: dict[str, str]) -> Iterator[str]:
        known = {p["name"]: p for p in map(self._resolved, operation.get("parameters", []))}
        given = dict(asked.query) | in_path
        yield from (f"no parameter {name}" for name in given if name not in known)
        yield from (f"{name} is missing" for name, p in known.items() if p.get("required") and name not in given)
        for name, value in given.items():
            if name in known:
                yield from self._against(known[name]["schema"], self._cast(known[name]["schema"], value))

    def _wrong_body(self, operation: dict[str, Any], asked: Asked) -> list[str]:
        if "requestBody" not in operation:
            return ["a body where none belongs"] if asked.raw else []
        kind = asked.headers["content-type"].partition(";")[0]
        content = operation["requestBody"]["content"]
        if kind not in content:
            return [f"no body of kind {kind}"]
        body = {k: "bytes" if isinstance(v, Upload) else v for k, v in asked.body.items()}
        return self._against(content[kind]["schema"], body)

    def _resolved(self, parameter: dict[str, Any]) -> dict[str, Any]:
        name = parameter.get("$ref", "").rpartition("/")[2]
        return self.components["parameters"][name] if name else parameter

    def _cast(self, schema: dict[str, Any], value: str) -> Any:
        match schema.get("type"):
            case "integer":
                return int(value)
            case "array":
                return value.split(",")
        return value

    def _against(self, schema: dict[str, Any], value: Any) -> list[str]:
        whole = {**schema, "components": self.components} if "$ref" not in schema else _at(schema, self.components)
        return [f"{error.json_path}: {error.message}" for error in Draft7Validator(whole).iter_errors(value)]


def _at(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    return {"allOf": [schema], "components": components}


def _without_nullable(node: Any) -> Any:
    """Write OpenAPI 3.0's `nullable` as JSON Schema says it."""
    match node:
        case {"nullable": True, **others}:
            return {"anyOf": [_without_nullable(others), {"type": "null"}]}
        case dict():
            return {name: _without_nullable(value) for name, value in node.items()}
        case list():
            return [_without_nullable(value) for value in node]
    return node


class Recorder(XNetwork):
    """Keeps every exchange with its answer."""

    def answer(self, asked: Asked) -> Reply:
        found = super().answer(asked)
        self.exchanges: list[tuple[Asked, Reply]] = [*getattr(self, "exchanges", ()), (asked, found)]
        return found


def recorded(stage: Stage) -> list[tuple[Asked, Reply]]:
    found = network(stage)
    assert isinstance(found, Recorder)
    return found.exchanges


def everything() -> Play:
    """Let the adapter do all it can, with all a post can hold."""
    play = Play(case("x"), network=Recorder)
    photo = Media("a" * 64, "image/png", len(PNG), 10, 10, alt="A train", open=lambda: BytesIO(PNG))
    receipt = play.publish(replace(POST, media=(photo, replace(photo, sha256="b" * 64, alt=""))))
    play.memo = type(play.memo)()
    reply = replace(POST, text=f"More: Kazinform.kz {LINK}", marks=(), parent=receipt)
    play.lose(reply)
    for n in range(120):
        play.network.editor_posts(play.place, f"By hand {n}")
    assert play.find(reply) is not None
    play.do(lambda a: a.delete(receipt))
    play.do(lambda a: a.delete(receipt))
    play.do(lambda a: a.verify())
    return play


def test_every_request_is_in_the_official_document() -> None:
    papers, play = Papers(), everything()
    for entry in play.ledger:
        assert papers.wrong(entry.asked) == [], entry.call
    used = {entry.call for entry in play.ledger}
    assert used == {
        "createPosts",
        "getUsersPosts",
        "getUsersMe",
        "deletePosts",
        "mediaUpload",
        "createMediaMetadata",
    }


def test_the_emulator_answers_what_the_official_document_promises() -> None:
    papers, stage = Papers(), Stage(Recorder)
    x = client(stage)
    x.me().longest = 4000
    number = x.upload().json()["data"]["id"]
    x.describe(number, "A train")
    x.describe(number, "x" * 1001)
    x.upload(b"<svg/>")
    x.post(f"A train {LINK}", media={"media_ids": [number]})
    made = x.post(f"{'Long words ' * 60}{LINK}", reply_settings="following").json()["data"]["id"]
    x.post("A reply", reply={"in_reply_to_tweet_id": made})
    x.post("A reply", reply={"in_reply_to_tweet_id": made})
    x.post("x", colour="red")
    x.timeline(**FIELDS)
    x.timeline(since_id=made, max_results="5")
    x.timeline(max_results="4")
    x.ask("GET", "/2/users/me")
    for _ in range(2):
        x.ask("DELETE", f"/2/tweets/{made}")
    for asked, found in recorded(stage):
        assert papers.wrong_answer(asked, found) == [], (asked.path, found.content)
    statuses = [found.status for _, found in recorded(stage)]
    assert statuses == [200, 200, 400, 400, 201, 201, 201, 403, 400, 200, 200, 400, 200, 200, 404]


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", "/2/pigeons", {}, {}),
        ("POST", "/2/tweets", {}, {"text": "x", "colour": "red"}),
        ("POST", "/2/tweets", {}, {"text": 1}),
        ("POST", "/2/tweets", {}, {"text": "x", "media": {"media_ids": ["1"] * 5}}),
        ("POST", "/2/tweets", {}, {"text": "x", "media": {"media_ids": [1]}}),
        ("POST", "/2/tweets", {}, {"text": "x", "reply": {}}),
        ("POST", "/2/media/metadata", {}, {"id": "1", "metadata": {"alt_text": {"text": "x" * 1001}}}),
        ("POST", "/2/media/upload", {}, {"media": "bytes"}),
        ("GET", "/2/users/12/tweets", {"max_results": "4"}, None),
        ("GET", "/2/users/12/tweets", {"tweet.fields": "created_at"}, None),
        ("GET", "/2/users/12/tweets", {"post.fields": "created_at,shoe_size"}, None),
        ("GET", "/2/users/12/tweets", {"since_id": "x"}, None),
        ("DELETE", "/2/tweets/x", {}, None),
    ],
    ids=str,
)
def test_the_judge_sees_what_is_wrong(method: str, path: str, query: dict[str, str], body: Any) -> None:
    raw = b"" if body is None else json.dumps(body).encode()
    asked = Asked(method, path, query, {"content-type": "application/json"}, body or {}, raw)
    assert Papers().wrong(asked)


def test_the_judge_sees_what_an_answer_lacks() -> None:
    asked = Asked("POST", "/2/tweets", {}, {}, {})
    for body in ({"data": {"text": "x"}}, {"data": {"id": 12, "text": "x"}}):
        assert Papers().wrong_answer(asked, Reply(201, json.dumps(body).encode()))
