from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import httpx
import pytest
from pydantic import ValidationError

from adapters.contract import (
    AuthFailed,
    Card,
    Media,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Post,
    Receipt,
    Rejected,
    Scope,
)
from adapters.telegram import Telegram
from tests.unit.adapters.kit import Memory, Network, with_adapter
from tests.unit.adapters.telegram_chat import CHANNEL, LINK, POST, Chat, publish, refused, tg

PHOTO = Media("ab" * 32, "image/jpeg", 10, 1200, 800, open=lambda: BytesIO(b"JPEG bytes"))


def test_a_post_is_plain_words_with_entities_and_a_large_preview():
    memo = Memory()
    receipt, network = publish(Chat(), memo)
    assert receipt == Receipt("813", "https://t.me/steppe/813", mark="813")
    assert network.calls() == ["getChat", "sendMessage"]
    assert network.bodies("sendMessage") == [
        {
            "chat_id": -1001234,
            "text": POST.text,
            "entities": [
                {"type": "bold", "offset": 0, "length": 6},
                {"type": "text_link", "offset": 19, "length": 4, "url": LINK},
            ],
            "link_preview_options": {"url": LINK, "prefer_large_media": True, "show_above_text": True},
        }
    ]
    assert memo.read("channel:last_mark") == "813"


def test_forms_and_options_are_the_posts():
    post = replace(POST, card=None, parent=Receipt("800"), options={"silent": "true"})
    _, network = publish(Chat(), post=post)
    sent = network.bodies("sendMessage")[0]
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert sent["reply_parameters"] == {"message_id": 800}
    assert sent["disable_notification"] is True


def test_a_picture_goes_within_the_visible_call_with_the_words_as_its_caption():
    _, network = publish(Chat(), post=replace(POST, media=(PHOTO,), options={"silent": "true"}))
    assert network.calls() == ["getChat", "sendPhoto"]
    form = network.seen[-1]
    for part in (b'filename="picture.jpeg"', b"Content-Type: image/jpeg", b"JPEG bytes", b"\r\n-1001234\r\n", b"true"):
        assert part in form.content
    assert POST.text.encode() in form.content
    assert b'"type": "text_link"' in form.content
    assert b"link_preview_options" not in form.content


def test_the_intent_is_shown_a_picture_by_its_hash():
    seen = []

    async def intent(content):
        seen.append(content)

    tg(Chat(), lambda a: a.publish(replace(POST, media=(PHOTO,)), key="k", memo=Memory(), intent=intent))
    assert seen[0]["sendPhoto"]["photo"] == {"$media": PHOTO.sha256}


def test_more_pictures_than_one_are_refused_before_anything_is_visible():
    chat = Network(Chat())
    with pytest.raises(Rejected):
        publish(chat, post=replace(POST, media=(PHOTO, PHOTO)))
    assert "sendMediaGroup" not in chat.calls()
    assert [p.field for p in Telegram.measure(replace(POST, media=(PHOTO, PHOTO)), Telegram.spec.limits)] == ["media"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"width": 201, "height": 10}, "picture_ratio"),
        ({"width": 10, "height": 201}, "picture_ratio"),
        ({"size": 10_000_001}, "picture_bytes"),
        ({"mime": "image/webp"}, "picture_format"),
    ],
)
def test_measure_names_what_is_too_much_in_a_picture(changes, field):
    post = replace(POST, media=(replace(PHOTO, **changes),))
    assert [p.field for p in Telegram.measure(post, Telegram.spec.limits)] == [field]


def test_a_caption_has_a_limit_of_its_own_and_counts_the_address_it_must_hold():
    limits = Telegram.spec.limits
    assert Telegram.measure(Post("x" * 1024, media=(PHOTO,)), limits) == ()
    (problem,) = Telegram.measure(Post("x" * 1025, media=(PHOTO,)), limits)
    assert (problem.field, problem.have, problem.most) == ("text", 1025, 1024)
    (problem,) = Telegram.measure(Post("x" * 1024, card=Card(LINK, "Vote"), media=(PHOTO,)), limits)
    assert problem.have == 1024 + 2 + len(LINK)


def test_the_chat_is_asked_for_once_per_post():
    memo = Memory()
    publish(Chat(), memo)
    _, network = publish(Chat(), memo)
    assert network.calls() == ["sendMessage"]


@pytest.mark.parametrize(
    ("chat", "url"),
    [
        ({"id": -1001234, "type": "channel"}, "https://t.me/c/1234/813"),
        ({"id": -55, "type": "group"}, None),
    ],
)
def test_a_private_chat_has_its_own_kind_of_link(chat, url):
    receipt, _ = publish(Chat(getChat=chat))
    assert receipt.url == url


@pytest.mark.parametrize(
    ("known", "newest", "pinned", "mark"),
    [
        ({}, "", 40, "40"),
        ({}, "https://t.me/steppe/700", 40, "700"),
        ({}, "https://t.me/c/1234/700?single", 0, "700"),
        ({"channel:last_mark": "812"}, "999999", 40, "812"),
        ({"channel:last_mark": "9000", "channel:mark_chat": "-1007"}, "", 40, "40"),
        ({"channel:last_mark": "9000", "channel:mark_chat": "-1007"}, "", 0, "0"),
        ({"channel:last_mark": "9000", "channel:mark_chat": "-1007"}, "9000", 0, "0"),
        ({}, "", 0, None),
    ],
)
def test_before_the_intent_a_number_certainly_in_the_chat_is_noted(known, newest, pinned, mark):
    memo, noted = Memory(**known), []
    chat = CHANNEL | {"pinned_message": {"message_id": pinned}}

    async def intent(content):
        noted.append(memo.read("channel:last_mark"))

    tg(Chat(getChat=chat), lambda a: a.publish(POST, key="k", memo=memo, intent=intent), newest_post=newest)
    assert noted == [mark]
    assert memo.read("channel:last_mark") == "813"


def test_a_channel_set_to_another_chat_forgets_the_old_numbers():
    memo, noted = Memory(), []
    publish(Chat(), memo)
    del memo.known["chat"]

    async def intent(content):
        noted.append(memo.read("channel:last_mark"))

    act = lambda a: a.publish(POST, key="k", memo=memo, intent=intent)  # noqa: E731
    tg(Chat(getChat={"id": -1007}), act)
    assert noted == ["0"]


ROWS = [
    (429, "Too Many Requests: retry after 7", NotYet, Scope.CHANNEL),
    (401, "Unauthorized", AuthFailed, Scope.ACCOUNT),
    (401, "Unauthorized: invalid token specified", AuthFailed, Scope.ACCOUNT),
    (404, "Not Found", AuthFailed, Scope.ACCOUNT),
    (404, "Not Found: method not found", Rejected, Scope.DELIVERY),
    (409, "Conflict: terminated by other getUpdates request", AuthFailed, Scope.ACCOUNT),
    (403, "Forbidden: bot is not a member of the channel chat", AuthFailed, Scope.CHANNEL),
    (403, "Forbidden: bot was kicked from the channel chat", AuthFailed, Scope.CHANNEL),
    (403, "Forbidden: the group chat was deleted", AuthFailed, Scope.CHANNEL),
    (400, "Bad Request: chat not found", AuthFailed, Scope.CHANNEL),
    (400, "Bad Request: need administrator rights in the channel chat", AuthFailed, Scope.CHANNEL),
    (400, "Bad Request: have no write access to the chat", AuthFailed, Scope.CHANNEL),
    (400, "Bad Request: not enough rights to send text messages to the chat", AuthFailed, Scope.CHANNEL),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", AuthFailed, Scope.CHANNEL),
    (400, "Bad Request: can't parse entities: Unclosed start tag at byte offset 1", Rejected, Scope.DELIVERY),
    (400, "Bad Request: message is too long", Rejected, Scope.DELIVERY),
    (400, "Bad Request: text must be non-empty", Rejected, Scope.DELIVERY),
    (400, "Bad Request: wrong HTTP URL specified", Rejected, Scope.DELIVERY),
    (400, "Bad Request: something nobody has seen", Rejected, Scope.DELIVERY),
    (500, "Internal Server Error: restart", OutcomeUnknown, Scope.DELIVERY),
    (502, "Bad Gateway", OutcomeUnknown, Scope.DELIVERY),
]


@pytest.mark.parametrize(("code", "words", "error", "scope"), ROWS)
def test_each_refusal_is_sorted_by_code_and_words(code, words, error, scope):
    parameters = {"retry_after": 7} if code == 429 else {}
    with pytest.raises(error) as caught:
        publish(Chat(sendMessage=refused(code, words, **parameters)))
    assert caught.value.scope is scope
    assert caught.value.detail == f"Telegram sendMessage: {code} {words}"
    if code == 429:
        assert caught.value.retry_after == timedelta(seconds=8)


@pytest.mark.parametrize(
    "answer", [{"ok": False, "result": {"message_id": 1}}, {"ok": True}, {"ok": True, "result": {"message_id": 0}}, [1]]
)
def test_an_odd_success_of_the_visible_call_may_be_a_post(answer):
    with pytest.raises(OutcomeUnknown):
        publish(Chat(sendMessage=httpx.Response(200, json=answer)))


def test_an_upgraded_group_is_followed_and_its_numbers_start_anew():
    upgraded = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1007)
    memo = Memory(**{"channel:last_mark": "812", "channel:mark_chat": "-55"})
    group, group_settings = {"id": -55, "type": "group"}, {"chat": "-55", "newest_post": "812"}
    noted = []

    async def intent(content):
        noted.append((content["sendMessage"]["chat_id"], memo.read("channel:last_mark")))

    act = lambda a: a.publish(POST, key="k", memo=memo, intent=intent)  # noqa: E731
    with pytest.raises(NotSent):
        tg(Chat(getChat=group, sendMessage=upgraded), act, **group_settings)
    chat = Chat(getChat={"id": -1007, "type": "supergroup"}, sendMessage={"message_id": 3})
    receipt, network = tg(chat, act, **group_settings)
    assert network.bodies("getChat") == [{"chat_id": -1007}]
    assert noted == [(-55, "812"), (-1007, "0")]
    assert receipt.mark == "3"


def edit(chat):
    return tg(chat, lambda a: a.edit(Receipt("813"), POST, memo=Memory()))


def test_an_edit_sends_the_same_words_as_the_post_would():
    receipt, network = edit(Chat())
    assert receipt == Receipt("813")
    visible = Telegram.body(None, POST)["sendMessage"]
    assert network.bodies("editMessageText") == [visible | {"chat_id": -1001234, "message_id": 813}]


def test_an_edit_that_changes_nothing_is_done():
    receipt, _ = edit(Chat(editMessageText=refused(400, "Bad Request: message is not modified: specified new ...")))
    assert receipt == Receipt("813")


def test_an_edit_of_nothing_is_refused():
    with pytest.raises(Rejected, match="not found"):
        edit(Chat(editMessageText=refused(400, "Bad Request: message to edit not found")))


@pytest.mark.parametrize("there", [CHANNEL | {"id": -1007, "username": "other"}, {"id": -1007, "type": "channel"}])
@pytest.mark.parametrize("act", ["edit", "delete"])
def test_a_post_of_the_chat_that_was_set_before_is_not_touched_by_its_number_in_this_one(there, act):
    out = Receipt("813", "https://t.me/steppe/813")
    chat = Chat(getChat=there)
    touch = {"edit": lambda a: a.edit(out, POST, memo=Memory()), "delete": lambda a: a.delete(out)}[act]
    network = Network(chat)
    with pytest.raises(Rejected, match="do it by hand at https"):
        with_adapter(Telegram, network, touch, settings={"chat": "@other"}, tokens={"token": "42:SECRET"})
    assert network.calls() == ["getChat"]


def test_deleting_what_is_gone_is_done_and_what_may_not_be_deleted_is_said():
    delete = lambda a: a.delete(Receipt("813"))  # noqa: E731
    _, network = tg(Chat(), delete)
    assert network.bodies("deleteMessage") == [{"chat_id": -1001234, "message_id": 813}]
    tg(Chat(deleteMessage=refused(400, "Bad Request: message to delete not found")), delete)
    with pytest.raises(Rejected, match="can't be deleted"):
        tg(Chat(deleteMessage=refused(400, "Bad Request: message can't be deleted")), delete)


@pytest.mark.parametrize(
    ("kind", "member", "missing"),
    [
        ("channel", {"status": "administrator", "can_post_messages": True}, ()),
        ("channel", {"status": "creator"}, ()),
        ("channel", {"status": "administrator"}, ("can_post_messages",)),
        ("channel", {"status": "member"}, ("administrator",)),
        ("supergroup", {"status": "member"}, ()),
        ("supergroup", {"status": "restricted"}, ("can_send_messages",)),
        ("supergroup", {"status": "restricted", "can_send_messages": True}, ()),
        ("supergroup", {"status": "kicked"}, ("member",)),
        ("private", None, ()),
    ],
)
def test_verify_names_the_bot_and_what_it_lacks(kind, member, missing):
    chat = Chat(getChat=CHANNEL | {"type": kind}, getChatMember=member)
    who, network = tg(chat, lambda a: a.verify(), scratch_chat="")
    assert (who.id, who.handle, who.missing) == ("7", "@steppe_bot", missing)
    assert "sendMessage" not in network.calls()


def test_verify_tells_of_a_scratch_chat_that_cannot_be_used():
    class Half(Chat):
        def __call__(self, request):
            if b"-100999" in request.content:
                return refused(400, "Bad Request: chat not found")
            return super().__call__(request)

    member = {"status": "creator"}
    who, _ = tg(Half(getChatMember=member), lambda a: a.verify())
    assert who.missing == ("scratch_chat: Telegram getChat: 400 Bad Request: chat not found",)


@pytest.mark.parametrize("wrong", [{"chat": ""}, {"chat": "@a", "newest_post": "soon"}, {"chat": "@a", "chta": "x"}])
def test_wrong_settings_are_refused_by_name(wrong):
    with pytest.raises(ValidationError):
        Telegram.Settings(**wrong)


def test_lengths_are_counted_in_utf_16_units():
    limits = Telegram.spec.limits
    assert Telegram.measure(Post("x" * 4096), limits) == ()
    (problem,) = Telegram.measure(Post("😀" * 2049), limits)
    assert (problem.field, problem.have, problem.most) == ("text", 4098, 4096)


def test_the_token_is_in_no_error_and_no_repr():
    for answer in (refused(400, "no bot42:SECRET"), httpx.ReadTimeout("https://x/bot42:SECRET/")):
        with pytest.raises((Rejected, OutcomeUnknown)) as caught:
            publish(Chat(sendMessage=answer))
        assert "SECRET" not in str(caught.value)
    assert "SECRET" not in repr(Telegram.Credentials(token="42:SECRET"))
