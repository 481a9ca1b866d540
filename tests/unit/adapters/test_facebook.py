import json
from dataclasses import replace
from io import BytesIO

import httpx
import pytest
from pydantic import ValidationError

from adapters import graph
from adapters.contract import (
    Asked,
    AuthFailed,
    Card,
    Mark,
    Media,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Post,
    Receipt,
    Rejected,
    Scope,
)
from adapters.facebook import Facebook
from tests.unit.adapters.kit import START, Clock, Memory, Network, allow, later, with_adapter

LINK = "https://steppecourier.example/2026/11/budgets?a=1&b=2"
POST = Post("Бюджет “vote” & more", lang="en-GB", card=Card(LINK, "Vote"))
PHOTO = Media("a" * 64, "image/jpeg", 5, 10, 10, alt="A train", open=lambda: BytesIO(b"BYTES"))
ASKED = Asked(START, START)
OUT = {"id": "7_1", "is_published": True, "permalink_url": "https://www.facebook.com/7/posts/1"}
DRAFT = OUT | {"is_published": False}
YES = {"success": True}
TOKEN, SECRET = "SECRET-t", "SECRET-a"


def refused(code, subcode=None, status=400, headers=None):
    error = {"message": "No.", "code": code} | ({"error_subcode": subcode} if subcode else {})
    return httpx.Response(status, json={"error": error}, headers=headers)


class Server:
    """Answers by "METHOD path", each answer once or the last one for ever."""

    def __init__(self, **answers):
        plain = {"POST 7/feed": {"id": "7_1"}, "POST 7_1": YES, "GET 7_1": OUT, "DELETE 7_1": YES}
        plain |= {"GET me": {"id": "7", "category": "News"}, "GET 7/published_posts": {"data": []}}
        plain |= {"GET 7": {"id": "7", "name": "Steppe", "username": "steppe", "can_post": True}}
        self.answers = plain | {"POST 7/photos": [{"id": "11"}, {"id": "12"}]} | answers

    def __call__(self, request):
        name = f"{request.method} {request.url.path.removeprefix('/v26.0/')}"
        answer = self.answers[name]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer if isinstance(answer, httpx.Response | Exception) else httpx.Response(200, json=answer)


def facebook(server, act, *, clock=None, tokens=None, **settings):
    network = Network(server)
    tokens = {"token": TOKEN, "app_secret": SECRET} if tokens is None else tokens
    made = {"page": "7"} | settings
    return with_adapter(Facebook, network, act, settings=made, tokens=tokens, clock=clock), network


def publish(server=None, post=POST, memo=None, intent=allow, **more):
    memo = Memory() if memo is None else memo
    return facebook(server or Server(), lambda a: a.publish(post, key="k", memo=memo, intent=intent), **more)


def fails(error, server, memo=None, post=POST, **more):
    """Publish, which must fail; return the error and what was asked."""
    network = Network(server)
    with pytest.raises(error) as caught:
        publish(network, post, memo, **more)
    return caught.value, [f"{r.method} {r.url.path.removeprefix('/v26.0/')}" for r in network.seen]


def find(server, memo=None, at=START, post=POST, asked=ASKED, **more):
    memo = Memory() if memo is None else memo
    return facebook(server, lambda a: a.find(post, key="k", memo=memo, asked=asked), clock=Clock(at), **more)


def drafted(**known):
    return Memory(**{"draft": '"7_1"'} | known)


def bodies(network):
    return [json.loads(r.content) for r in network.seen if r.content and b"{" in r.content[:1]]


def test_a_draft_is_made_shown_and_looked_at():
    receipt, network = publish()
    assert [f"{r.method} {r.url.path}" for r in network.seen] == [
        "POST /v26.0/7/feed",
        "POST /v26.0/7_1",
        "GET /v26.0/7_1",
    ]
    assert bodies(network) == [{"message": POST.text, "link": LINK, "published": False}, {"is_published": True}]
    assert receipt == Receipt("7_1", OUT["permalink_url"], mark="7_1")


def test_direct_is_one_call():
    receipt, network = publish(Server(**{"POST 7/feed": {"id": "7_1"}}), mode="direct")
    assert bodies(network) == [{"message": POST.text, "link": LINK, "published": True}]
    assert receipt.url == "https://www.facebook.com/7_1"


def test_the_token_is_in_no_address_and_proven_by_the_app_where_its_secret_is_known():
    _, network = publish()
    for request in network.seen:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert request.url.params["appsecret_proof"] == graph.proof(TOKEN, SECRET)["appsecret_proof"]
        assert TOKEN not in str(request.url)
        assert SECRET not in f"{request.url} {request.headers}"
    _, network = publish(tokens={"token": TOKEN})
    assert not any("appsecret_proof" in r.url.params for r in network.seen)


def test_an_address_the_words_hide_is_written_out_and_the_cards_only_beside_pictures():
    post = replace(POST, text="Vote: read", marks=(Mark(6, 10, "link", "https://a.example/x"),))
    _, network = publish(post=post)
    assert bodies(network)[0]["message"] == "Vote: read (https://a.example/x)"
    _, network = publish(post=replace(post, media=(PHOTO,)))
    made = json.loads(network.seen[1].content)
    assert made == {
        "message": f"Vote: read (https://a.example/x)\n\n{LINK}",
        "attached_media": [{"media_fbid": "11"}],
        "published": False,
    }


def test_an_empty_message_is_left_out():
    _, network = publish(post=replace(POST, text=" \n"))
    assert bodies(network)[0] == {"link": LINK, "published": False}


def test_a_post_that_should_answer_another_is_refused():
    error, asked = fails(Rejected, Server(), post=replace(POST, parent=Receipt("7_0")))
    assert asked == []
    assert not Facebook.spec.replies
    assert "cannot answer" in error.detail


@pytest.mark.parametrize("mode", ["draft_flip", "direct"])
def test_pictures_are_uploaded_unseen_once_and_described(mode):
    memo, post = Memory(), replace(POST, media=(PHOTO, replace(PHOTO, alt=" ")))
    _, network = publish(post=post, memo=memo, mode=mode)
    first, second = network.seen[:2]
    assert b'name="published"\r\n\r\nfalse' in first.content
    assert b'name="alt_text_custom"\r\n\r\nA train' in first.content
    assert b"BYTES" in first.content
    assert b"alt_text_custom" not in second.content
    assert json.loads(network.seen[2].content)["attached_media"] == [{"media_fbid": "11"}, {"media_fbid": "12"}]
    _, again = publish(post=post, memo=memo, mode=mode)
    assert not [r for r in again.seen if r.url.path.endswith("photos")]


def test_a_picture_that_is_not_at_hand_keeps_the_post_back():
    error, asked = fails(NotSent, Server(), post=replace(POST, media=(replace(PHOTO, open=None),)))
    assert PHOTO.sha256 in error.detail
    assert asked == []


@pytest.mark.parametrize(("answer", "error"), [(refused(100, 1366051), NotSent), (refused(100), Rejected)])
def test_pictures_a_refused_draft_may_have_used_up_are_uploaded_anew(answer, error):
    memo, post = Memory(), replace(POST, media=(PHOTO,))
    fails(error, Server(**{"POST 7/feed": answer}), memo, post)
    publish(post=post, memo=memo)
    assert memo.ran.count("photo1") == 2


@pytest.mark.parametrize("mode", ["draft_flip", "direct"])
def test_a_picture_facebook_knows_no_more_is_uploaded_anew_and_stops_no_channel(mode):
    memo, post = Memory(), replace(POST, media=(PHOTO,))
    fails(NotSent, Server(**{"POST 7/feed": refused(100, 33)}), memo, post, mode=mode)
    publish(post=post, memo=memo, mode=mode)
    assert memo.ran.count("photo1") == 2


def test_pictures_a_lost_draft_took_are_uploaded_anew_for_a_post_that_was_never_tried():
    memo, post = Memory(photo1='"11"'), replace(POST, media=(PHOTO,))
    fails(NotSent, Server(**{"POST 7/feed": refused(100, 1366051)}), memo, post, mode="direct")
    publish(post=post, memo=memo, mode="direct")
    assert memo.ran == ["photo1"]


def test_used_pictures_of_a_post_that_was_tried_are_a_persons_matter_and_can_be_uploaded_anew():
    memo, post = Memory(photo1='"11"', began=f'["{START.isoformat()}", null]'), replace(POST, media=(PHOTO,))
    refusing = {"POST 7/feed": refused(100, 1366051)}
    fails(OutcomeUnknown, Server(**refusing), memo, post, mode="direct")
    fails(Rejected, Server(**refusing), memo, post, mode="direct")
    assert memo.ran == []
    publish(post=post, memo=memo, mode="direct")
    assert memo.ran == ["photo1"]


@pytest.mark.parametrize("answer", [YES, {"success": False}, refused(100), refused(197)], ids=str)
def test_a_draft_that_stays_one_stops_the_channel_and_says_what_to_set(answer):
    memo = Memory()
    error, asked = fails(AuthFailed, Server(**{"POST 7_1": answer, "GET 7_1": DRAFT}), memo)
    assert error.scope is Scope.CHANNEL
    assert "set `mode: direct` for this channel" in error.detail
    assert asked == ["POST 7/feed", "POST 7_1", "GET 7_1"]
    assert memo.read("draft") == '"7_1"'


@pytest.mark.parametrize("answer", [refused(100), refused(506), {"success": False}], ids=str)
def test_a_no_about_a_draft_that_is_out_already_is_no_failure(answer):
    assert publish(Server(**{"POST 7_1": answer}), memo=drafted())[0].id == "7_1"


def test_a_duplicate_that_is_not_ours_is_told_in_facebooks_words():
    error, _ = fails(Rejected, Server(**{"POST 7_1": refused(506), "GET 7_1": DRAFT}))
    assert "code 506" in error.detail


@pytest.mark.parametrize("look", [httpx.ReadError("x"), httpx.Response(500), refused(190), refused(100, 33)], ids=str)
def test_a_look_that_fails_leaves_facebooks_yes_and_doubts_its_no(look):
    assert publish(Server(**{"GET 7_1": look}))[0] == Receipt("7_1", "https://www.facebook.com/7_1", mark="7_1")
    fails(OutcomeUnknown, Server(**{"GET 7_1": look, "POST 7_1": refused(100)}))


def test_a_draft_that_is_gone_is_a_persons_matter_and_can_be_made_anew():
    memo = drafted()
    error, asked = fails(Rejected, Server(**{"POST 7_1": refused(100, 33)}), memo)
    assert "taken off the page" in error.detail
    assert asked == ["POST 7_1"]
    assert memo.read("draft") is None


@pytest.mark.parametrize("mode", ["draft_flip", "direct"])
def test_a_page_the_token_cannot_see_stops_the_channel(mode):
    error, _ = fails(AuthFailed, Server(**{"POST 7/feed": refused(100, 33)}), mode=mode)
    assert error.scope is Scope.CHANNEL
    assert "sees no page 7" in error.detail


def nearly_full(percent=96):
    usage = {"7": [{"type": "pages", "call_count": percent, "estimated_time_to_regain_access": 9}]}
    return {"x-business-use-case-usage": json.dumps(usage)}


@pytest.mark.parametrize("mode", ["draft_flip", "direct"])
def test_a_page_near_its_quota_is_asked_nothing(mode):
    memo = Memory()
    facebook(
        Server(**{"GET 7/published_posts": httpx.Response(200, json={"data": []}, headers=nearly_full())}),
        lambda a: a.find(POST, key="k", memo=memo, asked=Asked(later(hours=-1), later(hours=-1))),
    )
    error, asked = fails(NotYet, Server(), memo, mode=mode)
    assert (error.scope, error.retry_after.total_seconds()) == (Scope.ACCOUNT, 9 * 60)
    assert asked == []


def test_a_quota_that_fills_while_preparing_stops_the_try_before_its_intent():
    async def never(content):
        raise AssertionError("asked")

    full = httpx.Response(200, json={"id": "7_1"}, headers=nearly_full())
    _, asked = fails(NotYet, Server(**{"POST 7/feed": full}), intent=never)
    assert asked == ["POST 7/feed"]


def test_a_quota_that_fills_while_uploading_stops_a_direct_try_too():
    full = httpx.Response(200, json={"id": "11"}, headers=nearly_full())
    _, asked = fails(NotYet, Server(**{"POST 7/photos": full}), post=replace(POST, media=(PHOTO,)), mode="direct")
    assert asked == ["POST 7/photos"]


def test_a_proof_that_is_said_back_is_not_repeated():
    proof = graph.proof(TOKEN, SECRET)["appsecret_proof"]
    error, _ = fails(Rejected, Server(**{"POST 7/feed": httpx.Response(400, text=f"you said {proof}")}))
    assert "you said" in error.detail
    assert proof not in error.detail


def test_a_lost_answer_is_found_by_the_draft():
    receipt, network = find(Server(), drafted())
    assert receipt == Receipt("7_1", OUT["permalink_url"], mark="7_1")
    assert [r.url.path for r in network.seen] == ["/v26.0/7_1"]


def test_a_draft_is_absent_from_readers_after_the_lag_only():
    with pytest.raises(NotYet) as caught:
        find(Server(**{"GET 7_1": DRAFT}), drafted())
    assert caught.value.retry_after == Facebook.spec.find_lag
    assert find(Server(**{"GET 7_1": DRAFT}), drafted(), at=later(seconds=150))[0] is None


def test_a_draft_that_is_gone_may_have_been_shown_before():
    with pytest.raises(OutcomeUnknown, match="the draft is gone"):
        find(Server(**{"GET 7_1": refused(100, 33)}), drafted(), at=later(hours=1))


def entry(number, message=POST.text, at=START, link=LINK, **more):
    made = {"id": f"7_{number}", "message": message, "created_time": at.strftime("%Y-%m-%dT%H:%M:%S+0000")}
    attached = {"attachments": {"data": [{"unshimmed_url": link}]}} if link else {}
    return made | attached | more


def page_of(*entries, after=""):
    paging = (
        {"cursors": {"after": after}, "next": f"https://graph.facebook.com/x?access_token={TOKEN}"} if after else {}
    )
    return {"data": list(entries), "paging": paging}


@pytest.mark.parametrize(
    "shown",
    [
        entry(2),
        entry(2, message='Бюджет "vote" and more'.replace("and", "&")),
        entry(2, link="https://steppecourier.example/canonical"),
        entry(2, link=""),
        entry(2, at=later(minutes=-59)),
    ],
    ids=range(5),
)
def test_without_a_draft_a_post_is_ours_by_its_words(shown):
    assert find(Server(**{"GET 7/published_posts": page_of(entry(3, "Other"), shown)}))[0].id == "7_2"


@pytest.mark.parametrize(
    "other",
    [
        entry(2, f"By hand: {LINK}"),
        entry(2, f"{POST.text} and more"),
        entry(2, f"{POST.text} https://other.example/"),
        entry(9),
        entry(2, message=None),
    ],
    ids=range(5),
)
def test_what_is_not_ours_is_not_taken_for_it(other):
    asked = replace(ASKED, mark='"7_9"')
    assert find(Server(**{"GET 7/published_posts": page_of(other)}), at=later(hours=1), asked=asked)[0] is None


def test_our_words_dated_before_the_call_are_for_a_person():
    """Either they are of another day, or this machine's clock is ahead."""
    asked, older = replace(ASKED, mark='"7_9"'), entry(2, at=later(minutes=-61))
    with pytest.raises(OutcomeUnknown, match="from before we sent ours"):
        find(Server(**{"GET 7/published_posts": page_of(older)}), at=later(hours=1), asked=asked)


@pytest.mark.parametrize(("link", "is_ours"), [(LINK, True), (f"{LINK}&c=3", False), ("", False)])
def test_without_words_a_post_is_ours_by_its_link(link, is_ours):
    server = Server(**{"GET 7/published_posts": page_of(entry(2, message=None, link=link))})
    found, _ = find(server, post=replace(POST, text=""), at=later(hours=1))
    assert (found is not None) is is_ours


def test_the_list_is_read_on_by_cursor_past_a_page_that_is_only_partly_old():
    pages = [page_of(entry(5, "Old", later(hours=-9)), entry(4, "New"), after="A"), page_of(entry(2))]
    receipt, network = find(Server(**{"GET 7/published_posts": pages}))
    assert receipt.id == "7_2"
    assert [r.url.params.get("after") for r in network.seen] == [None, "A"]
    assert TOKEN not in " ".join(str(r.url) for r in network.seen)


def test_a_page_of_old_posts_is_the_end():
    pages = [page_of(entry(5, "Old", later(hours=-9)), after="A"), page_of(entry(2))]
    found, network = find(Server(**{"GET 7/published_posts": pages}), at=later(hours=1))
    assert (found, len(network.seen)) == (None, 1)


def test_a_list_without_an_end_leaves_it_unknown():
    with pytest.raises(OutcomeUnknown, match="more than 1000"):
        find(Server(**{"GET 7/published_posts": page_of(entry(5, "New"), after="A")}), at=later(hours=1))


def test_a_moment_without_a_zone_cannot_be_read():
    odd = entry(2) | {"created_time": "2026-11-25T09:00:00"}
    with pytest.raises(NotSent):
        find(Server(**{"GET 7/published_posts": page_of(odd)}))


def test_an_edit_sends_words_only():
    _, network = facebook(Server(), lambda a: a.edit(Receipt("7_1"), POST, memo=Memory()))
    assert bodies(network) == [{"message": POST.text}]
    with pytest.raises(Rejected):
        facebook(Server(**{"POST 7_1": {"success": False}}), lambda a: a.edit(Receipt("7_1"), POST, memo=Memory()))


def test_gone_is_deleted_if_the_page_still_lets_us_post():
    facebook(Server(**{"DELETE 7_1": refused(100, 33)}), lambda a: a.delete(Receipt("7_1")))
    lost = Server(**{"DELETE 7_1": refused(100, 33), "GET 7": {"id": "7", "name": "S", "can_post": False}})
    with pytest.raises(AuthFailed, match="CREATE_CONTENT"):
        facebook(lost, lambda a: a.delete(Receipt("7_1")))


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, ()),
        ({"GET 7": {"id": "7", "name": "Steppe"}}, ("pages_manage_posts, or the page's task CREATE_CONTENT",)),
        ({"GET 7/published_posts": refused(10)}, ("pages_read_engagement",)),
    ],
)
def test_verify_names_the_rights_a_token_lacks(answers, missing):
    identity, _ = facebook(Server(**answers), lambda a: a.verify())
    assert identity.id == "7"
    assert identity.missing == missing


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"GET me": refused(100)}, "not a page's token: take the own access token of page 7"),
        ({"GET 7": refused(100, 33)}, "sees no page 7"),
    ],
)
def test_verify_tells_the_wrong_token(answers, words):
    with pytest.raises(AuthFailed, match=words) as caught:
        facebook(Server(**answers), lambda a: a.verify())
    assert caught.value.scope is Scope.CHANNEL


@pytest.mark.parametrize("wrong", [{"page": "steppe"}, {"page": ""}, {"version": "26"}, {"mode": "draft"}, {}])
def test_settings_take_a_pages_number_a_mode_and_a_version(wrong):
    with pytest.raises(ValidationError):
        Facebook.Settings(**({"page": "7"} | wrong if wrong else {}))
