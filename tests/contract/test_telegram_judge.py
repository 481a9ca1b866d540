"""Every request our Telegram adapter sends is one the official method and type lists allow."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.contract import Mark
from adapters.emulators.kit import Asked, Upload
from adapters.emulators.telegram import TelegramNetwork
from tests.contract.cases import LINK, POST, case
from tests.contract.papers import specs
from tests.contract.pictures import picture
from tests.contract.plain import bot
from tests.contract.play import Play
from tests.contract.stage import Stage
from tests.contract.test_conformance import ready
from tests.contract.test_conformance_faults import CHANGED

pytestmark = pytest.mark.judge

_PLAIN = {"Integer": int, "String": str, "Boolean": bool, "Float": float}


class Papers:
    """The Bot API's own lists."""

    def __init__(self) -> None:
        found = json.loads(specs("telegram/telegram-bot-api-10.1.paulsonoflars.min.json").read_text())
        self.methods, self.types = found["methods"], found["types"]

    def wrong(self, method: str, arguments: dict[str, Any]) -> list[str]:
        """List what the papers do not allow in a call."""
        if method not in self.methods:
            return [f"there is no method {method}"]
        return self._wrong_fields(method, self.methods[method].get("fields", []), arguments)

    def wrong_answer(self, method: str, result: Any) -> list[str]:
        """List what the papers do not allow in the result of a call."""
        kinds = self.methods[method]["returns"]
        return [] if any(self._fits(kind, result) for kind in kinds) else [f"{method} answers {kinds}, not {result!r}"]

    def _wrong_fields(self, where: str, fields: list[dict[str, Any]], given: dict[str, Any]) -> list[str]:
        known = {field["name"]: field for field in fields}
        found = [f"{where} has no {name}" for name in given if name not in known]
        found += [f"{where} needs {name}" for name, f in known.items() if f["required"] and name not in given]
        for name, value in given.items():
            if name in known and not any(self._fits(kind, value) for kind in known[name]["types"]):
                found.append(f"{where}.{name} is {value!r}, not {known[name]['types']}")
        return found

    def _fits(self, kind: str, value: Any) -> bool:
        if kind == "InputFile":
            return isinstance(value, Upload)
        if kind.startswith("Array of "):
            return isinstance(value, list) and all(self._fits(kind.removeprefix("Array of "), v) for v in value)
        if kind in _PLAIN:
            return type(value) is _PLAIN[kind]
        if subtypes := self.types[kind].get("subtypes"):
            return any(self._fits(subtype, value) for subtype in subtypes)
        return isinstance(value, dict) and not self._wrong_fields(kind, self.types[kind].get("fields", []), value)


def everything() -> Play:
    """Let the adapter do all it can, with all a post can hold."""
    play = ready(case("telegram"))
    rich = replace(
        POST,
        marks=(*POST.marks, Mark(3, 5, "italic"), Mark(0, 4, "tag", "Rail"), Mark(5, 9, "mention", "@x")),
        options={"silent": "true"},
    )
    receipt = play.publish(rich)
    play.lose(replace(POST, text=f"More. {LINK}", marks=(), card=None, parent=receipt))
    play.find(replace(POST, text=f"More. {LINK}", marks=(), card=None, parent=receipt))
    play.do(lambda a: a.edit(receipt, CHANGED, memo=play.memo))
    play.do(lambda a: a.delete(receipt))
    play.do(lambda a: a.verify())
    photo = replace(rich, media=(picture(),))
    play.memo = type(play.memo)()
    receipt = play.publish(photo)
    play.do(lambda a: a.edit(receipt, replace(photo, text=CHANGED.text), memo=play.memo))
    return play


def told(asked: Asked) -> dict[str, Any]:
    """Read a call's arguments; a form can say only as text what JSON says."""
    if asked.is_json:
        return dict(asked.body)
    plain = ("photo", "caption")
    return {name: value if name in plain else json.loads(value) for name, value in asked.body.items()}


def test_every_call_is_in_the_official_lists_with_its_arguments() -> None:
    papers, play = Papers(), everything()
    for entry in play.ledger:
        assert papers.wrong(entry.call, told(entry.asked)) == []
    used = {entry.call for entry in play.ledger}
    assert used >= {"getMe", "getChat", "getChatMember", "forwardMessage", "deleteMessage"}
    assert used >= {"sendMessage", "editMessageText", "sendPhoto", "editMessageCaption"}


def test_the_emulator_answers_what_the_official_lists_promise() -> None:
    papers, stage = Papers(), Stage(TelegramNetwork)
    here, photo = {"chat_id": stage.place}, "https://a.example/x.jpg"
    stage.network.editor_posts(stage.place, "By hand")
    number = bot(stage, "sendMessage", **here, text="See https://a.example/x").json()["result"]["message_id"]
    scratch = {"chat_id": stage.settings["scratch_chat"], "from_chat_id": stage.place}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("getMe", {}),
        ("sendMessage", here | {"text": "More", "reply_parameters": {"message_id": number}}),
        ("sendPhoto", here | {"photo": photo, "caption": "Words"}),
        ("sendMediaGroup", here | {"media": [{"type": "photo", "media": photo}] * 2}),
        (
            "editMessageText",
            here | {"message_id": number, "text": "New", "link_preview_options": {"is_disabled": True}},
        ),
        ("forwardMessage", scratch | {"message_id": number}),
        ("copyMessage", scratch | {"message_id": number}),
        ("pinChatMessage", here | {"message_id": number}),
        ("getChat", here),
        ("getChatMember", here | {"user_id": 7000000000}),
        ("getUpdates", {}),
        ("deleteMessage", here | {"message_id": number}),
    ]
    for method, arguments in calls:
        assert papers.wrong(method, arguments) == []
        assert papers.wrong_answer(method, bot(stage, method, **arguments).json()["result"]) == []


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("sendPigeon", {}),
        ("sendMessage", {"chat_id": 1}),
        ("sendMessage", {"chat_id": 1, "text": "x", "colour": "red"}),
        ("sendMessage", {"chat_id": True, "text": "x"}),
        ("sendMessage", {"chat_id": 1, "text": "x", "entities": [{"type": "bold", "offset": "0", "length": 1}]}),
        ("sendMessage", {"chat_id": 1, "text": "x", "link_preview_options": {"address": "x"}}),
    ],
)
def test_the_judge_sees_what_is_wrong(method: str, arguments: dict[str, Any]) -> None:
    assert Papers().wrong(method, arguments)
