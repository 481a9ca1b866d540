"""The emulated Bot API keeps the laws of its contract sheet (section 8)."""

import json
from typing import Any

import httpx
import pytest

from adapters.emulators.telegram import TelegramNetwork
from adapters.emulators.telegram_text import Refused, parse_html
from tests.contract.papers import specs
from tests.contract.plain import bot, post
from tests.contract.stage import Stage

_KINDS = {
    "Bold": "bold",
    "Italic": "italic",
    "TextUrl": "text_link",
    "PreCode": "pre",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "Spoiler": "spoiler",
}


@pytest.fixture
def stage() -> Stage:
    return Stage(TelegramNetwork)


def said(answer: httpx.Response) -> str:
    assert answer.json()["error_code"] == answer.status_code
    return str(answer.json()["description"])


def sent(stage: Stage, text: str = "Railway opens", **more: Any) -> dict[str, Any]:
    answer = post(stage, text, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["result"])


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/nowhere", 404, "Not Found"),
        ("/bot7000000000:x", 404, "Not Found"),
        ("/bot0000000000:x/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot7000000000/getMe", 401, "Unauthorized: invalid token specified"),
        (f"/bot7:{'x' * 80}/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot7999999999:unknown/getMe", 401, "Unauthorized"),
    ],
)
def test_a_token_that_is_malformed_or_unknown_is_refused(
    stage: Stage, path: str, status: int, description: str
) -> None:
    answer = stage.ask("POST", path)
    assert (answer.status_code, said(answer)) == (status, description)


def test_method_names_are_read_without_case_and_unknown_ones_refused(stage: Stage) -> None:
    assert bot(stage, "GETME").json()["result"]["is_bot"] is True
    assert said(bot(stage, "sendPigeon")) == "Not Found: method not found"


@pytest.mark.parametrize("kind", ["json", "data", "files", "params"])
def test_every_way_of_sending_arguments_is_read_alike(stage: Stage, kind: str) -> None:
    entities = [{"type": "bold", "offset": 0, "length": 7}]
    arguments: dict[str, Any] = {"chat_id": stage.settings["chat"], "text": "Railway opens"}
    arguments["entities"] = entities if kind == "json" else json.dumps(entities)
    if kind == "files":
        arguments = {name: (None, str(value)) for name, value in arguments.items()}
    answer = stage.ask("POST", f"/bot{stage.credentials['token']}/sendMessage", **{kind: arguments})
    assert answer.json()["result"]["entities"] == entities
    assert stage.shown()[0].marks == ((0, 7, "bold", ""),)


def test_entities_count_utf16_units_and_are_shown_in_code_points(stage: Stage) -> None:
    sent(stage, "🚄🚄 opens", entities=[{"type": "italic", "offset": 5, "length": 5}])
    assert stage.shown()[0].marks == ((3, 8, "italic", ""),)


def test_an_entity_outside_the_text_is_refused(stage: Stage) -> None:
    answer = post(stage, "short", entities=[{"type": "bold", "offset": 0, "length": 99}])
    assert answer.status_code == 400


@pytest.mark.judge
def test_html_is_read_as_telegrams_own_parser_reads_it() -> None:
    vectors = json.loads(specs("telegram/telegram-format-vectors.tdjson-1.8.69.json").read_text())
    checked = [vector for vector in vectors if vector["mode"] == "HTML"]
    for vector in checked:
        wrong = vector.get("error", "")
        try:
            found: Any = parse_html(vector["in"])
        except Refused as e:
            found = str(e)
        entities = [entity | {"type": _KINDS[entity["type"]]} for entity in vector.get("entities", [])]
        assert found == (wrong[:1].lower() + wrong[1:] if wrong else (vector["text"], entities)), vector["in"]
    assert len(checked) >= 30


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("Қ<b", "Unclosed start tag at byte offset 2"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>s</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ],
)
def test_html_errors_have_the_words_of_the_sheet(stage: Stage, source: str, words: str) -> None:
    answer = post(stage, source, parse_mode="HTML")
    assert said(answer) == f"Bad Request: can't parse entities: {words}"
    assert not stage.shown()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        (" \n ", "text must be non-empty"),
        ("x" * 4097, "message is too long"),
        ("Қ" * 16385, "text is too long"),
        ("\ud800", "strings must be encoded in UTF-8"),
    ],
)
def test_a_text_outside_the_limits_is_refused(stage: Stage, text: str, words: str) -> None:
    body = json.dumps({"chat_id": stage.settings["chat"], "text": text})
    path = f"/bot{stage.credentials['token']}/sendMessage"
    answer = stage.ask("POST", path, content=body, headers={"content-type": "application/json"})
    assert said(answer) == f"Bad Request: {words}"


def test_length_counts_code_points_after_parsing(stage: Stage) -> None:
    assert post(stage, f"<b>{'🚄' * 4096}</b>", parse_mode="HTML").status_code == 200
    assert len(stage.shown()[0].text) == 4096


def test_white_space_at_both_ends_is_cut_with_its_entities(stage: Stage) -> None:
    sent(stage, "  Railway  ", entities=[{"type": "bold", "offset": 0, "length": 11}])
    assert (stage.shown()[0].text, stage.shown()[0].marks) == ("Railway", ((0, 7, "bold", ""),))


def test_addresses_and_hashtags_in_plain_words_become_links(stage: Stage) -> None:
    sent(stage, "See https://a.example/x. #Астана #2026")
    assert stage.shown()[0].marks == ((4, 23, "link", "https://a.example/x"), (25, 32, "tag", "Астана"))


def test_message_ids_of_a_channel_grow_by_one_whoever_posts(stage: Stage) -> None:
    first = sent(stage)["message_id"]
    by_hand = int(stage.network.editor_posts(stage.place, "By hand"))
    assert [by_hand, sent(stage)["message_id"]] == [first + 1, first + 2]


def test_a_burst_is_told_how_long_to_wait_in_header_and_body(stage: Stage) -> None:
    answers = [post(stage, f"Number {n}") for n in range(21)]
    assert [a.status_code for a in answers[-2:]] == [200, 429]
    wait = answers[-1].json()["parameters"]["retry_after"]
    assert answers[-1].headers["retry-after"] == str(wait) == "60"
    assert said(answers[-1]) == "Too Many Requests: retry after 60"


def test_own_posts_never_appear_in_updates(stage: Stage) -> None:
    sent(stage, "By the bot")
    stage.network.editor_posts(stage.place, "By hand")
    assert [u["channel_post"]["text"] for u in bot(stage, "getUpdates").json()["result"]] == ["By hand"]


def forward(stage: Stage, number: int) -> httpx.Response:
    return bot(
        stage,
        "forwardMessage",
        chat_id=stage.settings["scratch_chat"],
        from_chat_id=stage.place,
        message_id=number,
        disable_notification=True,
    )


def test_forwarding_shows_the_whole_message_and_its_origin(stage: Stage) -> None:
    number = sent(stage, "See https://a.example/x")["message_id"]
    found = forward(stage, number).json()["result"]
    assert found["text"] == "See https://a.example/x"
    assert found["forward_origin"]["message_id"] == number
    assert found["chat"]["id"] == int(stage.settings["scratch_chat"])
    copied = bot(stage, "copyMessage", chat_id=stage.settings["scratch_chat"], from_chat_id=stage.place, message_id=101)
    assert copied.json()["result"] == {"message_id": found["message_id"] + 1}
    assert len(stage.shown()) == 1


def test_a_scratch_chat_is_no_place_readers_look_at_and_counts_like_any_other(stage: Stage) -> None:
    number = sent(stage)["message_id"]
    statuses = [forward(stage, number).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    assert len(stage.world.timeline("telegram")) == 1
    assert len(stage.world.timeline("telegram", stage.settings["scratch_chat"])) == 20


def test_a_missing_message_cannot_be_forwarded(stage: Stage) -> None:
    assert said(forward(stage, 999)) == "Bad Request: message to forward not found"


def test_protected_content_cannot_be_forwarded(stage: Stage) -> None:
    number = sent(stage, protect_content=True)["message_id"]
    assert said(forward(stage, number)) == "Bad Request: message has protected content and can't be forwarded"


def test_a_lagging_read_shows_a_new_message_four_seconds_later(stage: Stage) -> None:
    number = sent(stage)["message_id"]
    stage.only("forwardMessage", "lag")
    assert forward(stage, number).status_code == 400
    stage.wait(4)
    assert forward(stage, number).status_code == 200


def test_an_edit_changes_the_words_and_drops_buttons_that_are_not_sent_again(stage: Stage) -> None:
    buttons = {"inline_keyboard": [[{"text": "Read", "url": "https://a.example/x"}]]}
    number = sent(stage, reply_markup=buttons)["message_id"]
    assert stage.shown()[0].options == {"button Read": "https://a.example/x"}
    stage.wait(60)
    bot(stage, "editMessageText", chat_id=stage.place, message_id=number, text="Railway opened")
    shown = stage.shown()[0]
    assert (shown.text, shown.options, shown.edited_at) == ("Railway opened", {}, stage.now)


def test_an_edit_that_changes_nothing_is_refused(stage: Stage) -> None:
    number = sent(stage)["message_id"]
    answer = bot(stage, "editMessageText", chat_id=stage.place, message_id=number, text="Railway opens")
    assert said(answer).startswith("Bad Request: message is not modified: specified new message content")


def test_what_is_gone_can_be_neither_edited_nor_deleted(stage: Stage) -> None:
    number = sent(stage)["message_id"]
    assert bot(stage, "deleteMessage", chat_id=stage.place, message_id=number).json()["result"] is True
    assert not stage.shown()
    edited = bot(stage, "editMessageText", chat_id=stage.place, message_id=number, text="x")
    assert said(edited) == "Bad Request: message to edit not found"
    again = bot(stage, "deleteMessage", chat_id=stage.place, message_id=number)
    assert said(again) == "Bad Request: message to delete not found"
    assert bot(stage, "deleteMessages", chat_id=stage.place, message_ids=[number, 5]).json()["result"] is True


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ("leave", 403, "Forbidden: bot is not a member of the channel chat"),
        ("kick", 403, "Forbidden: bot was kicked from the channel chat"),
        ("demote", 400, "Bad Request: need administrator rights in the channel chat"),
        ("move", 400, "Bad Request: chat not found"),
    ],
)
def test_a_bot_without_its_place_is_told_so(stage: Stage, change: str, status: int, words: str) -> None:
    assert isinstance(stage.network, TelegramNetwork)
    chat, number = stage.network.chats[stage.place], 7000000000
    match change:
        case "leave":
            chat.members.clear()
        case "kick":
            chat.kicked.add(number)
        case "demote":
            chat.members[number].discard("can_post_messages")
        case "move":
            stage.network.chats.clear()
    answer = post(stage, "Railway opens")
    assert (answer.status_code, said(answer)) == (status, words)


def test_a_chat_with_an_impossible_name_stays_unknown(stage: Stage) -> None:
    stage.settings["chat"] = "demo newsroom"
    stage.network.admit(stage.settings, stage.credentials)
    assert said(post(stage, "x")) == "Bad Request: chat not found"


def test_a_chat_tells_its_name_rights_and_pinned_message(stage: Stage) -> None:
    number = sent(stage)["message_id"]
    bot(stage, "pinChatMessage", chat_id=stage.place, message_id=number)
    chat = bot(stage, "getChat", chat_id=stage.place).json()["result"]
    assert (chat["username"], chat["type"], chat["pinned_message"]["message_id"]) == (
        "demo_newsroom",
        "channel",
        number,
    )
    member = bot(stage, "getChatMember", chat_id=chat["id"], user_id=7000000000).json()["result"]
    assert (member["status"], member["can_post_messages"]) == ("administrator", True)


@pytest.mark.parametrize(
    ("options", "card"),
    [
        ({}, ("https://a.example/x", "Railway", "It opens")),
        ({"is_disabled": True}, None),
        ({"url": "https://a.example/y"}, ("https://a.example/y", "Other", "")),
        ({"url": "https://a.example/unknown"}, None),
    ],
)
def test_a_preview_unfolds_the_page_asked_for_else_the_first_link(
    stage: Stage, options: dict[str, Any], card: tuple[str, str, str] | None
) -> None:
    stage.network.pages |= {"https://a.example/x": ("Railway", "It opens"), "https://a.example/y": ("Other", "")}
    sent(stage, "See https://a.example/x", link_preview_options=options)
    assert stage.shown()[0].card == card


def test_a_reply_names_its_parent_and_a_missing_parent_is_refused(stage: Stage) -> None:
    number = sent(stage)["message_id"]
    more = sent(stage, "More", reply_parameters={"message_id": number})
    assert stage.shown()[1].parent == str(number)
    assert more["reply_to_message"]["message_id"] == number
    further = sent(stage, "And more", reply_parameters={"message_id": more["message_id"]})
    assert "reply_to_message" not in further["reply_to_message"]
    answer = post(stage, "More", reply_parameters={"message_id": 5})
    assert said(answer) == "Bad Request: message to be replied not found"


def test_the_same_text_twice_is_two_posts(stage: Stage) -> None:
    sent(stage)
    sent(stage)
    assert len(stage.shown()) == 2
