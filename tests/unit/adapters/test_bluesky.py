import base64
import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.bluesky import Bluesky
from adapters.bluesky_record import tid
from adapters.contract import (
    Asked,
    AuthFailed,
    Card,
    Mark,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Post,
    Receipt,
    Rejected,
    Scope,
    Session,
)
from tests.unit.adapters.kit import START, Clock, Memory, Network, Slow, allow, later, with_adapter

DID = "did:plc:steppe"
LINK = "https://steppecourier.example/2026/11/budgets"
POST = Post("Бюджет #budget", (Mark(7, 14, "tag", "budget"),), "kk", Card(LINK, "Vote", "Why"), tags=("#Mazhilis",))
HOME = "https://home.example"
ASKED = Asked(START, START)
TOKENS = {"identifier": "steppe.example", "password": "pw-SECRET", "access": "acc-SECRET", "refresh": "ref-SECRET"}


def refused(status, error, message="why", **headers):
    return httpx.Response(status, json={"error": error, "message": message}, headers=headers)


def token(**claims):
    return "head." + base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=") + ".sign"


class Pds:
    """One repository: putRecord with its swap law, getRecord, deleteRecord, sessions."""

    def __init__(self, **answers):
        self.records, self.answers = {}, answers

    def __call__(self, request):
        name = request.url.path.rsplit(".", 1)[1]
        if name in self.answers:
            answer = self.answers[name]
            return answer if isinstance(answer, httpx.Response | Exception) else httpx.Response(200, json=answer)
        is_json = request.headers.get("content-type") == "application/json"
        return getattr(self, name)(request, json.loads(request.content) if is_json else request.content)

    def putRecord(self, request, body):
        there = self.records.setdefault(body["rkey"], body["record"])
        if there != body["record"]:
            return refused(400, "InvalidSwap", "Record was at bafy")
        return httpx.Response(200, json={"uri": f"at://{DID}/app.bsky.feed.post/{body['rkey']}", "cid": "bafy"})

    def getRecord(self, request, body):
        rkey = request.url.params["rkey"]
        if rkey not in self.records:
            return refused(400, "RecordNotFound")
        uri = f"at://{request.url.params['repo']}/{request.url.params['collection']}/{rkey}"
        return httpx.Response(200, json={"uri": uri, "cid": f"cid-{rkey}", "value": self.records[rkey]})

    def listRecords(self, request, body):
        newest = sorted(self.records, reverse=True)
        uris = {key: f"at://{DID}/app.bsky.feed.post/{key}" for key in newest}
        return httpx.Response(
            200, json={"records": [{"uri": uris[k], "cid": "bafy", "value": self.records[k]} for k in newest]}
        )

    def deleteRecord(self, request, body):
        self.records.pop(body["rkey"], None)
        return httpx.Response(200, json={})


def sky(pds, act, *, clock=None, subject=DID, tokens=TOKENS, server="https://bsky.example"):
    network, settings_ = Network(pds), {"server": server}
    made = with_adapter(Bluesky, network, act, settings=settings_, tokens=tokens, subject=subject, clock=clock)
    return made, network


def publish(pds, memo=None, post=POST, **more):
    memo = Memory() if memo is None else memo
    return sky(pds, lambda a: a.publish(post, key="k", memo=memo, intent=allow), **more)


def find(pds, memo, asked=ASKED, at=START):
    return sky(pds, lambda a: a.find(POST, key="k", memo=memo, asked=asked), clock=Clock(at))


def test_a_post_is_one_record_under_our_own_key_with_its_moment():
    memo, told = Memory(), []

    async def intent(content):
        told.append(content)

    act = lambda a: a.publish(POST, key="k", memo=memo, intent=intent)  # noqa: E731
    receipt, network = sky(Pds(), act, tokens=TOKENS | {"pds": HOME})
    rkey = json.loads(memo.read("rkey"))
    assert receipt == Receipt(f"at://{DID}/app.bsky.feed.post/{rkey}", f"https://bsky.app/profile/{DID}/post/{rkey}")
    (request,) = network.seen
    assert str(request.url) == f"{HOME}/xrpc/com.atproto.repo.putRecord"
    assert request.headers["authorization"] == "Bearer acc-SECRET"
    sent = json.loads(request.content)
    assert told == [{"putRecord": sent}]
    assert sent == {
        "repo": DID,
        "collection": "app.bsky.feed.post",
        "rkey": rkey,
        "swapRecord": None,
        "record": {
            "$type": "app.bsky.feed.post",
            "text": POST.text,
            "createdAt": "2026-11-25T09:00:00.000Z",
            "langs": ["kk"],
            "facets": [
                {
                    "index": {"byteStart": 13, "byteEnd": 20},
                    "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "budget"}],
                }
            ],
            "tags": ["Mazhilis"],
            "embed": {
                "$type": "app.bsky.embed.external",
                "external": {"uri": LINK, "title": "Vote", "description": "Why"},
            },
        },
    }


def test_a_second_try_sends_the_very_same_record():
    memo, pds = Memory(), Pds()
    one, _ = publish(pds, memo)
    two, _ = publish(pds, memo, clock=Clock(later(hours=3)))
    assert one == two
    assert len(pds.records) == 1


def test_a_try_by_another_account_begins_anew_and_is_looked_for_there():
    memo, pds, other = Memory(), Pds(), "did:plc:another"
    with pytest.raises(NotSent):
        publish(Pds(putRecord=httpx.ConnectError("refused")), memo)
    first = memo.read("created")
    _, network = publish(pds, memo, clock=Clock(later(hours=1)), subject=other)
    (sent,) = network.bodies("com.atproto.repo.putRecord")
    assert (sent["repo"], memo.read("repo")) == (other, json.dumps(other))
    assert memo.read("created") != first


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_keys_are_tids_of_the_past_and_a_delivery_has_one(one, other):
    key, now = tid(one), int(START.timestamp() * 1_000_000) << 10
    assert len(key) == 13
    number = 0
    for sign in key:
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(sign)
    assert 0 < number < now
    assert (tid(other) == key) is (other == one)


def test_a_reply_names_the_post_and_the_one_that_began_the_thread():
    pds, memo = Pds(), Memory()
    root = {"uri": f"at://{DID}/app.bsky.feed.post/root", "cid": "cid-root"}
    pds.records = {"root": {"text": "r"}, "mid": {"text": "m", "reply": {"root": root, "parent": root}}}
    for parent in ("root", "mid"):
        uri = f"at://{DID}/app.bsky.feed.post/{parent}"
        _, network = publish(pds, Memory(), replace(POST, parent=Receipt(uri)))
        (sent,) = network.bodies("com.atproto.repo.putRecord")
        assert sent["record"]["reply"] == {"root": root, "parent": {"uri": uri, "cid": f"cid-{parent}"}}
    gone = replace(POST, parent=Receipt(f"at://{DID}/app.bsky.feed.post/gone"))
    with pytest.raises(Rejected):
        publish(pds, memo, gone)


def test_a_lost_answer_is_found_under_the_key():
    memo, pds = Memory(), Pds()
    receipt, _ = publish(pds, memo)
    found, network = find(pds, memo)
    assert found == receipt
    assert "authorization" not in network.seen[0].headers


def test_a_post_is_looked_for_where_it_was_sent_also_when_the_account_has_changed():
    memo, pds = Memory(), Pds()
    receipt, _ = publish(pds, memo)
    look = lambda a: a.find(POST, key="k", memo=memo, asked=ASKED)  # noqa: E731
    assert sky(pds, look, subject="did:plc:other")[0] == receipt


def test_absence_is_proven_only_after_the_lag():
    memo = Memory()
    publish(Pds(), memo)
    with pytest.raises(NotYet) as caught:
        find(Pds(), memo, Asked(START, later(seconds=30)), later(seconds=40))
    assert caught.value.retry_after == timedelta(seconds=50)
    assert find(Pds(), memo, at=later(seconds=60))[0] is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(400, "InvalidRequest", "Could not find repo"), OutcomeUnknown),
        (httpx.Response(404, text="<html>"), OutcomeUnknown),
        (httpx.Response(502), NotSent),
        (httpx.ReadTimeout("x"), NotSent),
        (httpx.Response(429), NotYet),
    ],
    ids=str,
)
def test_a_look_that_failed_proves_nothing(answer, error):
    memo = Memory()
    publish(Pds(), memo)
    with pytest.raises(error):
        find(Pds(getRecord=answer), memo, at=later(hours=1))


def test_without_the_key_nothing_can_be_known():
    with pytest.raises(OutcomeUnknown):
        find(Pds(), Memory(), at=later(hours=1))


def test_what_stands_under_our_key_is_ours_only_if_it_says_the_same():
    memo, pds = Memory(), Pds()
    receipt, _ = publish(pds, memo)
    rkey = json.loads(memo.read("rkey"))
    pds.records[rkey] = pds.records[rkey] | {"langs": ["kk", "en"]}
    assert publish(pds, memo)[0] == receipt
    pds.records[rkey] = pds.records[rkey] | {"text": "another"}
    for act in (publish, find):
        with pytest.raises(
            OutcomeUnknown, match=f"an earlier try is out, with other words or pictures, at {receipt.url}"
        ):
            act(pds, memo)
    for silence in (httpx.ReadTimeout("x"), httpx.Response(429), refused(400, "RecordNotFound")):
        pds.answers["getRecord"] = silence
        with pytest.raises(OutcomeUnknown):
            publish(pds, memo)


def test_a_post_whose_words_changed_meets_its_own_earlier_try():
    pds = Pds()
    receipt, _ = publish(pds, Memory())
    memo, anew = Memory(), replace(POST, text="In other words.")
    with pytest.raises(OutcomeUnknown, match=f"with other words or pictures, at {receipt.url}"):
        publish(pds, memo, anew)
    with pytest.raises(OutcomeUnknown, match="other words or pictures"):
        publish(pds, Memory(), clock=Clock(later(hours=1)))
    assert len(pds.records) == 1


ROWS = [
    (refused(400, "ExpiredToken"), AuthFailed, Scope.ACCOUNT),
    (refused(400, "InvalidToken"), AuthFailed, Scope.ACCOUNT),
    (refused(401, "AuthMissing"), AuthFailed, Scope.ACCOUNT),
    (refused(401, "AuthenticationRequired"), AuthFailed, Scope.ACCOUNT),
    (refused(403, "AccountNotFound"), AuthFailed, Scope.ACCOUNT),
    (refused(400, "AccountTakedown"), AuthFailed, Scope.ACCOUNT),
    (refused(400, "InvalidRequest", "grapheme too big (maximum 300, got 301)"), Rejected, Scope.DELIVERY),
    (refused(413, "PayloadTooLarge"), Rejected, Scope.DELIVERY),
    (refused(400, "BlobNotFound"), NotSent, Scope.DELIVERY),
    (refused(429, "RateLimitExceeded"), NotYet, Scope.ACCOUNT),
    (refused(500, "InternalServerError"), OutcomeUnknown, Scope.DELIVERY),
    (refused(502, "UpstreamFailure"), OutcomeUnknown, Scope.DELIVERY),
    (httpx.Response(200, json={"cid": "x"}), OutcomeUnknown, Scope.DELIVERY),
    (httpx.Response(200, json={"uri": "strange"}), OutcomeUnknown, Scope.DELIVERY),
]


@pytest.mark.parametrize(("answer", "error", "scope"), ROWS, ids=range(len(ROWS)))
def test_each_refusal_is_sorted_by_its_name(answer, error, scope):
    with pytest.raises(error) as caught:
        publish(Pds(putRecord=answer))
    assert caught.value.scope is scope


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "290"}, 290),
        ({"ratelimit-reset": str(int(START.timestamp()) + 40)}, 40),
        ({"ratelimit-reset": "0"}, 1),
        ({}, 60),
    ],
)
def test_the_networks_haste_limit_says_how_long(headers, wait):
    with pytest.raises(NotYet) as caught:
        publish(Pds(putRecord=refused(429, "RateLimitExceeded", **headers)))
    assert caught.value.retry_after == timedelta(seconds=wait)


def test_deleting_twice_is_fine():
    pds, memo = Pds(), Memory()
    receipt, _ = publish(pds, memo)
    for _ in range(2):
        sky(pds, lambda a: a.delete(receipt))
    assert not pds.records


def test_nothing_is_sent_before_the_first_sign_in():
    network = Network(Pds())
    with pytest.raises(AuthFailed) as caught:
        with_adapter(Bluesky, network, lambda a: a.publish(POST, key="k", memo=Memory(), intent=allow),
                     settings={}, tokens={}, subject="")  # fmt: skip
    assert caught.value.scope is Scope.ACCOUNT
    assert not network.seen


SIGNED = {
    "did": DID,
    "handle": "steppe.example",
    "accessJwt": token(exp=int(START.timestamp()) + 7200),
    "refreshJwt": "r2",
    "didDoc": {"service": [{"id": "#other"}, {"id": "#atproto_pds", "serviceEndpoint": f"{HOME}/"}]},
}
CREDENTIALS = {"identifier": "steppe.example", "password": "pw-SECRET"}


def renew(answers, tokens, server="https://bsky.example"):
    return sky(Pds(**answers), lambda a: a.renew(Session("", tokens)), server=server)


def test_the_first_sign_in_uses_the_password_and_learns_the_accounts_own_server():
    session, network = renew({"createSession": SIGNED}, CREDENTIALS)
    assert network.calls() == ["com.atproto.server.createSession"]
    assert json.loads(network.seen[0].content) == CREDENTIALS
    assert session.subject == DID
    assert session.expires_at == later(hours=2)
    assert session.tokens == CREDENTIALS | {
        "access": SIGNED["accessJwt"],
        "refresh": "r2",
        "handle": "steppe.example",
        "pds": HOME,
    }


def test_a_session_is_extended_at_the_accounts_own_server():
    answer = {k: v for k, v in SIGNED.items() if k != "didDoc"}
    session, network = renew({"refreshSession": answer}, TOKENS | {"pds": HOME})
    assert str(network.seen[0].url) == f"{HOME}/xrpc/com.atproto.server.refreshSession"
    assert network.seen[0].headers["authorization"] == "Bearer ref-SECRET"
    assert session.tokens["pds"] == HOME


@pytest.mark.parametrize("name", ["ExpiredToken", "InvalidToken"])
def test_a_dead_refresh_token_leads_to_a_new_sign_in(name):
    session, network = renew({"refreshSession": refused(400, name), "createSession": SIGNED}, TOKENS)
    assert [c.rsplit(".", 1)[1] for c in network.calls()] == ["refreshSession", "createSession"]
    assert session.subject == DID


def test_a_network_that_is_down_does_not_cost_a_sign_in():
    with pytest.raises(NotSent):
        renew({"refreshSession": httpx.Response(503)}, TOKENS)


def test_a_wrong_password_is_for_a_person():
    with pytest.raises(AuthFailed):
        renew({"createSession": refused(401, "AuthenticationRequired")}, CREDENTIALS)
    with pytest.raises(AuthFailed):
        renew({}, {})


def test_tokens_that_came_over_tls_never_go_without():
    answer = SIGNED | {"didDoc": {"service": [{"id": "#atproto_pds", "serviceEndpoint": "http://evil.example"}]}}
    session, _ = renew({"createSession": answer}, CREDENTIALS)
    assert session.tokens["pds"] == "https://bsky.example"
    session, _ = renew({"createSession": answer}, CREDENTIALS, server="http://127.0.0.1:1")
    assert session.tokens["pds"] == "http://evil.example"


@pytest.mark.parametrize("access", ["", "x", "a.b.c", "a.%%%.c", token(), token(exp="x"), token(exp=10**20)])
def test_a_token_that_tells_no_end_is_renewed_in_ninety_minutes(access):
    session, _ = renew({"createSession": SIGNED | {"accessJwt": access}}, CREDENTIALS)
    assert session.expires_at == later(minutes=90)


def test_verify_tells_whose_session_it_is_and_whether_it_may_post():
    who, _ = sky(Pds(getSession={"did": DID, "handle": "steppe.example"}), lambda a: a.verify())
    assert (who.id, who.handle, who.missing) == (DID, "@steppe.example", ())
    down = {"did": DID, "handle": "steppe.example", "active": False, "status": "takendown"}
    assert sky(Pds(getSession=down), lambda a: a.verify())[0].missing == ("account is takendown",)


def test_graphemes_and_bytes_both_bind():
    limits = Bluesky.spec.limits
    assert Bluesky.measure(Post("👨‍👩‍👧" * 150), limits) == ()
    assert [p.field for p in Bluesky.measure(Post("x" * 301), limits)] == ["text"]
    assert [p.field for p in Bluesky.measure(Post("👨‍👩‍👧" * 200), limits)] == ["text_bytes"]


def test_no_secret_is_in_an_error():
    echo = " ".join(TOKENS.values())
    for name, act in {"putRecord": None, "createSession": lambda a: a.renew(Session("", TOKENS))}.items():
        pds = Pds(**{name: refused(400, "InvalidRequest", echo), "refreshSession": refused(400, "ExpiredToken", echo)})
        with pytest.raises(Rejected) as caught:
            sky(pds, act) if act else publish(pds)
        assert "SECRET" not in str(caught.value)
    assert "SECRET" not in repr(Bluesky.Credentials(**CREDENTIALS)) + repr(Session("", TOKENS))


def test_a_look_that_began_before_the_lag_was_over_proves_no_absence():
    clock = Clock(later(seconds=-1) + Bluesky.spec.find_lag)
    memo = Memory()
    publish(Pds(), memo)
    look = lambda a: a.find(POST, key="k", memo=memo, asked=ASKED)  # noqa: E731
    with pytest.raises(NotYet) as caught:
        sky(Slow(Pds(), clock), look, clock=clock)
    assert caught.value.retry_after == timedelta(seconds=1)
