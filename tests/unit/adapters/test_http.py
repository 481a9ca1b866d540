import asyncio
import logging
from datetime import timedelta

import httpx
import pytest

from adapters.contract import AuthFailed, NotSent, NotYet, OutcomeUnknown, Rejected, Scope, Withdrawn
from adapters.http import Http, InProcess, Visible, bearer, scrub
from tests.unit.adapters.kit import Clock, Network, allow, play

SECRET = "42:S3/cret+x"
URL = f"https://network.example/bot{SECRET}/send"


def send(answer, *, visible=True, sort=None, read=lambda a: a["id"], **more):
    network = Network(answer if callable(answer) else lambda _: answer)
    shown = Visible(allow, {"send": {}}) if visible else None
    what = {"what": "Net send", "read": read, "visible": shown, "sort": sort, "secrets": (SECRET,)}
    return play(network, lambda http: http.json("POST", URL, json={"text": "x"}, **what), **more)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol]
)
def test_what_never_left_is_not_sent_even_for_the_visible_call(error):
    with pytest.raises(NotSent):
        send(error("x"))


@pytest.mark.parametrize("visible", [True, False])
@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadTimeout("x"),
        httpx.WriteTimeout("x"),
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.CloseError("x"),
        httpx.RemoteProtocolError("x"),
        httpx.DecodingError("x"),
        httpx.Response(500, text="oops"),
        httpx.Response(502, text="<html>"),
        httpx.Response(408),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"no": "id"}),
        httpx.Response(200, json=[]),
        httpx.Response(200, text="[" * 100_000),
        httpx.Response(200, content=b'{"id": "' + b"x" * 2_000_000 + b'"}'),
    ],
    ids=str,
)
def test_silence_is_never_taken_for_failure(answer, visible):
    with pytest.raises(OutcomeUnknown if visible else NotSent):
        send(answer, visible=visible)


@pytest.mark.parametrize(
    ("answer", "error", "scope"),
    [
        (httpx.Response(401), AuthFailed, Scope.ACCOUNT),
        (httpx.Response(403), AuthFailed, Scope.ACCOUNT),
        (httpx.Response(400), Rejected, Scope.DELIVERY),
        (httpx.Response(422), Rejected, Scope.DELIVERY),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/"}), Rejected, Scope.DELIVERY),
        (httpx.Response(429), NotYet, Scope.CHANNEL),
    ],
    ids=str,
)
def test_refusals_are_sorted_by_status(answer, error, scope):
    with pytest.raises(error) as caught:
        send(answer)
    assert caught.value.scope is scope


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "1.5"}, 1.5),
        ({}, 60),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "Wed, 25 Nov 2026 09:00:30 GMT", "date": "Wed, 25 Nov 2026 09:00:00 GMT"}, 30),
        ({"retry-after": "Wed, 25 Nov 2026 08:00:00 GMT", "date": "Wed, 25 Nov 2026 09:00:00 GMT"}, 1),
        ({"retry-after": "9" * 40}, 60),
        ({"retry-after": "999999999"}, 7 * 86400),
    ],
)
def test_a_refusal_for_haste_says_how_long_to_wait(headers, seconds):
    with pytest.raises(NotYet) as caught:
        send(httpx.Response(429, headers=headers))
    assert caught.value.retry_after == timedelta(seconds=seconds)


def test_redirects_are_never_followed():
    network = Network(lambda _: httpx.Response(307, headers={"location": "https://elsewhere.example/"}))
    with pytest.raises(Rejected):
        send(network)
    assert len(network.seen) == 1


def test_the_visible_call_is_sent_once_whatever_happens():
    network = Network(lambda _: httpx.ConnectError("x"))
    with pytest.raises(NotSent):
        send(network)
    assert len(network.seen) == 1


def test_the_intent_comes_directly_before_the_call_with_the_whole_content():
    told = []

    async def intent(content):
        told.append((content, len(network.seen)))

    network = Network(lambda _: httpx.Response(200, json={"id": 1}))
    shown = Visible(intent, {"draft": {}, "send": {}})
    play(network, lambda h: h.json("POST", URL, what="x", read=lambda a: a["id"], visible=shown))
    assert told == [({"draft": {}, "send": {}}, 0)]
    assert len(network.seen) == 1


@pytest.mark.parametrize("stop", [Withdrawn("no"), NotYet("late", retry_after=timedelta(seconds=1)), TimeoutError()])
def test_an_intent_that_raises_leaves_nothing(stop):
    async def intent(content):
        raise stop

    network = Network(lambda _: httpx.Response(200, json={}))
    with pytest.raises(type(stop)):
        play(network, lambda h: h.json("POST", URL, what="x", read=str, visible=Visible(intent, {})))
    assert not network.seen


def test_no_connection_is_kept_to_die_under_the_next_call():
    network = Network(lambda _: httpx.Response(200, json={"id": 1}))
    send(network)
    assert network.seen[0].headers["connection"] == "close"


def test_what_cannot_be_written_is_refused_before_the_intent():
    async def intent(content):
        raise AssertionError("asked for nothing")

    network = Network(lambda _: httpx.Response(200, json={}))
    shown = Visible(intent, {})
    with pytest.raises(Rejected):
        play(network, lambda h: h.json("POST", URL, what="x", read=str, visible=shown, json={"text": "\ud800"}))
    with pytest.raises(NotSent):
        play(network, lambda h: h.json("POST", f"https://[{SECRET}", what="x", read=str, visible=shown))


class Endless(httpx.AsyncByteStream):
    parts = 0

    async def __aiter__(self):
        for self.parts in range(100):
            yield b"x" * 65536


def test_an_endless_answer_is_not_read_to_its_end():
    stream = Endless()
    with pytest.raises(OutcomeUnknown):
        send(httpx.Response(200, stream=stream))
    assert stream.parts < 20


def test_one_deadline_covers_the_whole_exchange():
    async def never(request):
        await asyncio.sleep(60)

    with pytest.raises(OutcomeUnknown, match="no answer within"):
        send(never, deadline=0.01)


def test_cancelling_is_not_swallowed():
    def cancelled(request):
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        send(cancelled)


def test_the_adapters_own_reading_is_asked_first():
    with pytest.raises(Rejected, match="Net send: 401 told: why"):
        send(httpx.Response(401, json={"error": "told", "message": "why"}), sort=lambda a: Rejected(a.said))


ECHOES = ["{}", '{{"error": "no {} here"}}', "<b>{}</b>", "x" * 490 + "{}"]


@pytest.mark.parametrize("status", [400, 401, 429, 500])
@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("form", [SECRET, "42%3AS3%2Fcret%2Bx", "42%3as3%2fcret%2bx", "42:S3/cret%2Bx"])
def test_a_secret_echoed_by_the_network_stays_out_of_the_error(status, echo, form, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises((Rejected, AuthFailed, NotYet, OutcomeUnknown)) as caught:
        send(httpx.Response(status, text=echo.format(form)))
    for told in (str(caught.value), repr(caught.value), caplog.text):
        assert SECRET not in told
        assert form not in told
        assert "S3" not in told
    assert len(caught.value.detail) <= 500


def test_an_exception_that_quotes_the_secret_is_scrubbed_or_cut_off():
    with pytest.raises(OutcomeUnknown) as caught:
        send(httpx.ReadError(f"lost {SECRET}"))
    assert SECRET not in str(caught.value)
    with pytest.raises(NotSent) as caught:
        send(httpx.LocalProtocolError(f"Illegal header value {SECRET}"))
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("spelled", ['a\\/"b', 'a\\u002f"b', "a/&quot;b", "a&#x2F;&#34;b", "A%2f%22B"])
def test_a_secret_is_known_in_every_spelling(spelled):
    assert scrub(f"<{spelled}>", ('a/"b',)) == "<***>"


def test_scrubbing_takes_the_longest_form_first_and_nothing_without_secrets():
    assert scrub("ab abc", ("ab", "abc")) == "*** ***"
    assert scrub("ab", ("",)) == "ab"


@pytest.mark.parametrize("token", ["", "a b", "a\n", "токен"])
def test_a_token_no_header_can_carry_asks_for_a_sign_in(token):
    with pytest.raises(AuthFailed):
        bearer(token)


def repeat(network, clock):
    how = {"what": "Net read", "read": lambda a: a["id"], "sleep": clock.sleep}
    return play(network, lambda h: h.repeatable("GET", URL, **how))


def test_a_repeatable_call_is_repeated_a_little_and_never_a_refusal():
    clock, answers = Clock(), [httpx.ConnectError("x"), httpx.Response(503), httpx.Response(200, json={"id": 5})]
    network = Network(lambda _: answers.pop(0))
    assert repeat(network, clock) == 5
    assert len(clock.slept) == 2
    assert sum(clock.slept) <= 5
    for refusal, error in ((400, Rejected), (429, NotYet), (401, AuthFailed)):
        network = Network(lambda _, status=refusal: httpx.Response(status))
        with pytest.raises(error):
            repeat(network, clock)
        assert len(network.seen) == 1


def test_a_repeatable_call_gives_up_as_not_sent():
    network = Network(lambda _: httpx.ReadTimeout("x"))
    with pytest.raises(NotSent):
        repeat(network, Clock())
    assert len(network.seen) == 3


def test_a_repeatable_call_cannot_be_the_visible_one():
    http = Http(httpx.AsyncClient(transport=httpx.MockTransport(lambda r: httpx.Response(200))))
    with pytest.raises(TypeError):
        http.repeatable("POST", URL, what="x", read=str, sleep=None, visible=Visible(allow, {})).send(None)


@pytest.mark.parametrize(
    ("raised", "seen"), [(ConnectionRefusedError, httpx.ConnectError), (ConnectionResetError, httpx.ReadError)]
)
def test_an_emulators_cut_looks_as_on_a_wire(raised, seen):
    async def app(scope, receive, send):
        raise raised

    async def go():
        async with httpx.AsyncClient(transport=InProcess(app)) as client:
            await client.get("http://emulator.example/")

    with pytest.raises(seen):
        asyncio.run(go())
