import html
import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from pydantic import ValidationError

from adapters.contract import (
    Asked,
    AuthFailed,
    Card,
    Limits,
    Mark,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Post,
    Receipt,
    Rejected,
    Scope,
)
from adapters.mastodon import Mastodon
from tests.unit.adapters.kit import START, Clock, Memory, Network, Slow, allow, later, with_adapter

LINK = "https://steppecourier.example/2026/11/budgets?a=1&b=2"
POST = Post(f"Бюджет “vote” & more\n\n{LINK}\n\n#budget", (Mark(0, 6, "bold"),), "en-GB", Card(LINK, "Vote"))
ASKED = Asked(START, START)
ME = {"id": "7", "acct": "steppe"}


def page_of(text, link=LINK):
    """The HTML Mastodon makes of a text: paragraphs, a link with hidden parts, a tag."""
    shown = html.escape(text, quote=False).replace("\n\n", "</p><p>")
    scheme, rest = link.split("://")
    inner = f'<span class="invisible">{scheme}://</span><span class="ellipsis">{rest[:9]}</span><span>{rest[9:]}</span>'
    address = html.escape(link, quote=False)
    shown = shown.replace(address, f'<a href="{html.escape(link)}" rel="nofollow">{inner.replace("&", "&amp;")}</a>')
    return f"<p>{shown.replace('#budget', '<a href=https://m.example/tags/budget>#<span>budget</span></a>')}</p>"


def status(number, text=POST.text, at=START, **more):
    made = {"id": str(number), "url": f"https://m.example/@steppe/{number}", "uri": f"https://m.example/{number}"}
    return made | {"created_at": at.isoformat(), "content": page_of(text), "account": ME, "card": None} | more


def refused(code, text, **headers):
    return httpx.Response(code, json={"error": text}, headers=headers)


class Server:
    """One account: answers by "METHOD path", and a listing that pages by max_id."""

    def __init__(self, posts=(), cap=40, **answers):
        self.posts, self.cap = sorted(posts, key=lambda s: -int(s["id"])), cap
        self.answers = {"POST /api/v1/statuses": status(1001), "GET /api/v1/accounts/verify_credentials": ME}
        self.answers |= answers

    def __call__(self, request):
        name = f"{request.method} {request.url.path}"
        if name == "GET /api/v1/accounts/7/statuses" and name not in self.answers:
            most = min(self.cap, int(request.url.params["limit"]))
            below = int(request.url.params.get("max_id", 10**9))
            return httpx.Response(200, json=[s for s in self.posts if int(s["id"]) < below][:most])
        answer = self.answers[name]
        return answer if isinstance(answer, httpx.Response | Exception) else httpx.Response(200, json=answer)


def masto(server, act, *, clock=None, **settings):
    network = Network(server)
    settings = {"server": "https://m.example/"} | settings
    return with_adapter(Mastodon, network, act, settings=settings, tokens={"token": "SECRET-t"}, clock=clock), network


def publish(server, post=POST, memo=None, **settings):
    memo = Memory() if memo is None else memo
    return masto(server, lambda a: a.publish(post, key="key-1", memo=memo, intent=allow), **settings)


def find(server, asked=ASKED, at=START, post=POST, memo=None):
    memo = Memory() if memo is None else memo
    return masto(server, lambda a: a.find(post, key="key-1", memo=memo, asked=asked), clock=Clock(at))


def test_a_post_is_one_plain_status_under_the_deliverys_key():
    receipt, network = publish(Server(), replace(POST, parent=Receipt("900")), visibility="unlisted")
    (request,) = network.seen
    assert request.headers["idempotency-key"] == "key-1"
    assert request.headers["authorization"] == "Bearer SECRET-t"
    assert json.loads(request.content) == {
        "status": POST.text,
        "language": "en",
        "visibility": "unlisted",
        "in_reply_to_id": "900",
    }
    assert receipt == Receipt("1001", "https://m.example/@steppe/1001", mark="1001")


NEW = replace(POST, text=f"Other words\n\n{LINK}")


def next_post(memo):
    """Keep what is known of the channel, as the engine does where the words change."""
    return Memory(**{name: memo.read(name) for name in ("channel:sent",)})


def test_an_answer_in_words_of_the_servers_own_is_doubted_only_where_an_earlier_try_said_something_else():
    memo, odd = Memory(), Server(**{"POST /api/v1/statuses": status(1001, "In its own way")})
    for _ in range(2):
        assert publish(odd, memo=memo)[0].id == "1001"
    for post in (NEW, POST, NEW):
        memo = next_post(memo)
        with pytest.raises(OutcomeUnknown, match=r"other words or pictures, at https://m.example/@steppe/1001"):
            publish(odd, post, memo)


def test_what_stands_under_the_key_is_forgotten_once_the_server_takes_the_words():
    memo = Memory()
    publish(Server(), memo=memo)
    memo = next_post(memo)
    for act in (publish, lambda server, post, memo: find(server, post=post, memo=memo)):
        with pytest.raises(OutcomeUnknown, match="an earlier try is out"):
            act(Server(), NEW, memo)
    fresh = status(1002, NEW.text)
    assert publish(Server(**{"POST /api/v1/statuses": fresh}), NEW, memo)[0].id == "1002"
    assert find(Server([fresh]), post=NEW, memo=memo)[0].id == "1002"


def test_pictures_of_an_earlier_try_are_no_more_ours_than_its_words():
    earlier = status(1001, media_attachments=[{"id": "5"}])
    memo = Memory(**{"channel:sent": json.dumps({"key-1": "of another"})})
    with pytest.raises(OutcomeUnknown, match="other words or pictures"):
        publish(Server(**{"POST /api/v1/statuses": earlier}), memo=memo)


def test_of_the_last_twenty_keys_is_known_what_was_sent_under_them():
    memo = Memory(**{"channel:sent": json.dumps({str(n): "x" for n in range(30)})})
    publish(Server(), memo=memo)
    assert list(json.loads(memo.read("channel:sent"))) == [*(str(n) for n in range(11, 30)), "key-1"]


def test_an_address_only_the_card_or_the_words_hold_is_written_out_and_counted():
    post = Post("Vote: read", (Mark(6, 10, "link", "https://a.example/x"),), card=Card(LINK, "Vote"))
    _, network = publish(Server(), post)
    sent = json.loads(network.seen[0].content)["status"]
    assert sent == f"Vote: read (https://a.example/x)\n\n{LINK}"
    (problem,) = Mastodon.measure(post, Limits(text=10, link_cost=23))
    assert problem.have == len("Vote: read ()\n\n") + 2 * 23


def test_a_lost_answer_is_found_by_words_and_address():
    posts = [status(1003, "Another", later(seconds=5)), status(1002), status(1000, "Old", later(hours=-2))]
    receipt, network = find(Server(posts))
    assert receipt == Receipt("1002", "https://m.example/@steppe/1002", mark="1002")
    assert dict(network.seen[1].url.params) == {"limit": "40", "exclude_reblogs": "true"}


@pytest.mark.parametrize(
    "shown",
    [
        {"content": f"<p>Бюджет &quot;vote&quot; &amp; more<br><a href='{LINK}'>steppecourier…</a> #budget</p>"},
        {"content": "Бюджет vote &amp; more #budget", "card": {"url": LINK}},
        {"content": f"Бюджет vote more {html.escape(LINK)} #budget"},
        {"content": page_of(POST.text, LINK.replace("steppe", "STEPPE"))},
    ],
    ids=range(4),
)
@pytest.mark.parametrize("neighbour", ["<p>An editor's", "<![odd markup", "<!-- <b", "&bogus; <3"])
def test_a_post_is_ours_however_the_server_shows_its_link(shown, neighbour):
    assert find(Server([status(1002, **shown), status(1003, content=neighbour)]))[0].id == "1002"


@pytest.mark.parametrize(
    "other",
    [
        status(1002, f"By hand: budgets\n\n{LINK}"),
        status(1002, f"{POST.text} and more"),
        status(1002, content=page_of(POST.text).replace("budgets", "other")),
        status(1002, content="<p>Бюджет “vote” &amp; more #budget</p>"),
    ],
    ids=range(4),
)
def test_what_an_editor_posted_is_not_taken_for_ours(other):
    assert find(Server([other]), at=later(hours=1))[0] is None


def test_our_words_at_an_earlier_time_are_neither_ours_nor_proof_of_absence():
    with pytest.raises(OutcomeUnknown, match="from before we sent ours"):
        find(Server([status(1002, at=later(minutes=-61))]), at=later(hours=1))


def test_an_earlier_post_of_the_same_words_is_told_apart_by_the_mark():
    memo = Memory(**{"channel:mark_account": json.dumps("https://m.example 7")})
    for mark in ("1002", '"1002"', "1005"):
        asked = Asked(START, START, mark)
        assert find(Server([status(1002)]), asked, later(hours=1), memo=memo)[0] is None
    assert find(Server([status(1002)]), Asked(START, START, "1001"), memo=memo)[0].id == "1002"


def test_a_mark_of_another_account_or_server_proves_nothing():
    for place in ("https://old.example 7", "https://m.example 8"):
        memo = Memory(**{"channel:mark_account": json.dumps(place)})
        assert find(Server([status(1002)]), Asked(START, START, "9" * 18), memo=memo)[0].id == "1002"


@pytest.mark.parametrize("cap", [40, 20])
def test_a_full_or_capped_page_is_no_end(cap):
    posts = [status(1002)] + [status(n, "x", later(minutes=1)) for n in range(1003, 1060)]
    receipt, network = find(Server(posts, cap=cap))
    assert receipt.id == "1002"
    assert len(network.seen) == 1 + (2 if cap == 40 else 3)


def test_a_server_that_does_not_page_cannot_be_asked():
    page = [status(1003, "x", later(minutes=1))]
    with pytest.raises(OutcomeUnknown, match="too few"):
        find(Server(**{"GET /api/v1/accounts/7/statuses": page}), at=later(hours=1))


def test_an_account_too_busy_to_read_back_is_for_a_person():
    posts = [status(n, "x", later(minutes=1)) for n in range(1003, 1600)]
    with pytest.raises(OutcomeUnknown, match="more than 400"):
        find(Server(posts), at=later(hours=1))


def test_absence_is_proven_only_after_the_lag():
    asked = Asked(START, later(seconds=30))
    with pytest.raises(NotYet) as caught:
        find(Server(), asked, later(seconds=31))
    assert caught.value.retry_after == Mastodon.spec.find_lag - timedelta(seconds=1)
    assert find(Server(), asked, later(seconds=30) + Mastodon.spec.find_lag)[0] is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(404, "Record not found"), OutcomeUnknown),
        (refused(403, "outside the authorized scopes"), AuthFailed),
        (httpx.Response(502, text="<html>"), NotSent),
        (httpx.Response(200, json={"not": "a page"}), NotSent),
        (httpx.Response(200, json=[{"id": "1"}]), NotSent),
        (httpx.ReadTimeout("x"), NotSent),
    ],
    ids=str,
)
def test_a_look_that_failed_proves_nothing(answer, error):
    with pytest.raises(error):
        find(Server(**{"GET /api/v1/accounts/7/statuses": answer}), at=later(hours=1))


ROWS = [
    (httpx.Response(401), AuthFailed, Scope.ACCOUNT),
    (refused(401, "The access token is invalid"), AuthFailed, Scope.ACCOUNT),
    (refused(403, "This action is outside the authorized scopes"), AuthFailed, Scope.ACCOUNT),
    (httpx.Response(404, text="<h1>404 Not Found (snac/2.75)</h1>"), Rejected, Scope.DELIVERY),
    (refused(422, "Validation failed: Text character limit of 500 exceeded"), Rejected, Scope.DELIVERY),
    (refused(422, "バリデーションに失敗しました"), Rejected, Scope.DELIVERY),
    (refused(400, "Bad Request"), Rejected, Scope.DELIVERY),
    (refused(422, "Cannot attach files that have not finished processing."), NotYet, Scope.DELIVERY),
    (refused(429, "Too many requests"), NotYet, Scope.ACCOUNT),
    (refused(500, "oops"), OutcomeUnknown, Scope.DELIVERY),
    (httpx.Response(503, text="<html>"), OutcomeUnknown, Scope.DELIVERY),
    (httpx.Response(200, json={}), OutcomeUnknown, Scope.DELIVERY),
]


@pytest.mark.parametrize(("answer", "error", "scope"), ROWS, ids=range(len(ROWS)))
def test_each_refusal_is_sorted_by_status(answer, error, scope):
    with pytest.raises(error) as caught:
        publish(Server(**{"POST /api/v1/statuses": answer}))
    assert caught.value.scope is scope
    assert "<" not in caught.value.detail


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-ratelimit-reset": "2026-11-25T09:04:00.627625Z"}, timedelta(minutes=4, microseconds=627625)),
        ({"x-ratelimit-reset": "2026-11-25T08:00:00Z"}, timedelta(seconds=1)),
        ({"x-ratelimit-reset": "soon", "retry-after": "9"}, timedelta(seconds=9)),
        ({}, timedelta(seconds=60)),
    ],
)
def test_the_networks_haste_limit_names_a_moment(headers, wait):
    with pytest.raises(NotYet) as caught:
        publish(Server(**{"POST /api/v1/statuses": refused(429, "Too many requests", **headers)}))
    assert caught.value.retry_after == wait


def test_an_edit_repeats_the_posts_words_and_keeps_the_receipt():
    server = Server(**{"PUT /api/v1/statuses/1001": status(2002), "GET /api/v1/statuses/1001": status(1001)})
    receipt, network = masto(server, lambda a: a.edit(Receipt("1001", "u"), POST, memo=Memory()))
    assert receipt == Receipt("1001", "u")
    assert json.loads(network.seen[-1].content) == {"status": POST.text, "language": "en"}


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"DELETE": status(1001)}, None),
        ({"DELETE": refused(404, "Record not found"), "GET": refused(404, "Record not found")}, None),
        ({"DELETE": refused(404, "gone"), "GET": httpx.Response(410)}, None),
        ({"DELETE": httpx.Response(404, text="<h1>404</h1>"), "GET": status(1001)}, Rejected),
        ({"DELETE": refused(404, "gone"), "GET": httpx.Response(502)}, NotSent),
        ({"DELETE": refused(401, "revoked")}, AuthFailed),
        ({"DELETE": httpx.ReadTimeout("x")}, NotSent),
    ],
    ids=range(7),
)
def test_a_post_counts_as_deleted_only_when_it_is_gone(answers, error):
    server = Server(**{f"{k} /api/v1/statuses/1001": v for k, v in answers.items()})
    if error is None:
        masto(server, lambda a: a.delete(Receipt("1001")))
    else:
        with pytest.raises(error):
            masto(server, lambda a: a.delete(Receipt("1001")))


def instance(version, **statuses):
    return {"version": version, "configuration": {"statuses": statuses}}


@pytest.mark.parametrize(
    ("two", "one", "text", "cost"),
    [
        (instance("4.5.0", max_characters=500, characters_reserved_per_url=23), None, 500, 23),
        (instance("4.5.0+glitch", max_characters=5000, characters_reserved_per_url=23), None, 5000, 23),
        (instance("4.6.0-alpha.3", max_characters=500, characters_reserved_per_url=23), None, 500, 23),
        (instance("0.17.0+git-1", max_characters=5000, characters_reserved_per_url=25), None, 5000, None),
        (
            httpx.Response(404),
            instance("4.0.0 (not true; really snac/2.75)", max_characters=100000, characters_reserved_per_url=32),
            100000,
            None,
        ),
        (refused(404, "x"), {"version": "2.7.2 (compatible; Pleroma 2.6)", "max_toot_chars": 5000}, 5000, None),
        ({"version": "4.5.0"}, None, 500, 23),
    ],
    ids=range(7),
)
def test_limits_are_the_instances_and_only_a_mastodon_is_trusted_with_flat_addresses(two, one, text, cost):
    server = Server(**{"GET /api/v2/instance": two, "GET /api/v1/instance": one})
    limits, _ = masto(server, lambda a: a.limits())
    assert (limits.text, limits.link_cost) == (text, cost)


def test_verify_names_the_account_and_whether_its_posts_can_be_read():
    who, network = masto(Server(), lambda a: a.verify())
    assert (who.id, who.handle, who.missing) == ("7", "@steppe@m.example", ())
    assert {r.method for r in network.seen} == {"GET"}
    unread = Server(**{"GET /api/v1/accounts/7/statuses": refused(403, "scopes")})
    assert masto(unread, lambda a: a.verify())[0].missing == ("read:statuses",)
    with pytest.raises(AuthFailed):
        masto(Server(**{"GET /api/v1/accounts/verify_credentials": httpx.Response(401)}), lambda a: a.verify())


def test_a_bare_server_name_means_https_and_wrong_names_are_refused():
    assert Mastodon.Settings(server="m.example").server == "https://m.example"
    for wrong in ({}, {"server": ""}, {"server": "x", "visibility": "all"}, {"sever": "x"}):
        with pytest.raises(ValidationError):
            Mastodon.Settings(**wrong)


def test_the_token_is_in_no_error_and_no_repr():
    with pytest.raises(Rejected) as caught:
        publish(Server(**{"POST /api/v1/statuses": refused(422, "SECRET-t is bad")}))
    assert "SECRET" not in str(caught.value)
    assert "SECRET" not in repr(Mastodon.Credentials(token="SECRET-t"))


def test_a_look_that_began_before_the_lag_was_over_proves_no_absence():
    clock = Clock(later(seconds=-1) + Mastodon.spec.find_lag)
    look = lambda a: a.find(POST, key="k", memo=Memory(), asked=ASKED)  # noqa: E731
    with pytest.raises(NotYet) as caught:
        masto(Slow(Server(), clock), look, clock=clock)
    assert caught.value.retry_after == timedelta(seconds=1)
