"""What the X adapter must stand: words refused as a repetition, no credits, outages, rates, pages and tokens."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.contract import AuthFailed, Media, NotYet, OutcomeUnknown, Receipt, Rejected, Scope
from adapters.emulators.kit import Fault
from adapters.emulators.x import XNetwork
from tests.contract.cases import LINK, POST, case
from tests.contract.pictures import picture as shot
from tests.contract.play import Play, kind
from tests.contract.test_conformance import ready
from tests.contract.test_conformance_faults import LOST, forgetful, look_until_known, recover
from tests.contract.test_conformance_histories import deliver
from tests.contract.x_client import PNG

X = case("x")
_FAULTS = st.lists(st.sampled_from([None, None, *get_args(Fault)]), max_size=14)


def network(play: Play) -> XNetwork:
    assert isinstance(play.network, XNetwork)
    return play.network


@given(faults=_FAULTS)
@example(faults=[None, None, "accept_late"])
@example(faults=[None, None, "accept_then_drop", None, "html_error", "lag", "lag"])
@settings(max_examples=60, deadline=None)
def test_whatever_happens_there_is_one_post_in_the_end(faults: list[Fault | None]) -> None:
    play = ready(X)
    play.world.late = 120
    play.network.editor_posts(play.place, f"By hand, before: {LINK}")
    coming = iter(faults)
    play.draw = lambda call: next(coming, None)
    receipt = deliver(play)
    play.calm()
    play.wait(3600)
    assert [s.id for s in play.shown() if s.text == POST.text] == [receipt.id]


@pytest.mark.parametrize("fault", LOST)
def test_a_second_try_that_meets_its_own_first_is_refused_and_the_first_is_found(fault: Fault) -> None:
    play = ready(X)
    play.lose(POST, fault)
    (ours,) = play.shown()
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, OutcomeUnknown)
    assert "duplicate content" in str(error)
    found = play.find(POST)
    assert found is not None
    assert found.id == ours.id
    assert len(play.shown()) == 1


def test_a_first_try_that_was_overlooked_is_found_after_the_second_is_refused() -> None:
    """Were the second try's own reading the mark, our post would lie before it."""
    play = ready(X)
    play.lose(POST)
    (ours,) = play.shown()
    play.wait(600)
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    found = play.find(POST)
    assert found is not None
    assert found.id == ours.id


def test_words_an_editor_posted_by_hand_are_no_post_of_ours_and_a_person_is_asked() -> None:
    play = ready(X)
    play.network.editor_posts(play.place, POST.text)
    play.lose(POST, "html_error")
    assert look_until_known(play) is None
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    assert isinstance(play.error_of(lambda: play.find(POST)), NotYet)
    play.wait(X.adapter.spec.find_lag.total_seconds() + 1)
    error = play.error_of(lambda: play.find(POST))
    assert isinstance(error, OutcomeUnknown)
    assert "repetition" in str(error)
    assert len(play.shown()) == 1


@pytest.mark.parametrize("before", ["", "429", "drop_before", "token_revoked"])
def test_words_of_before_are_plainly_refused_as_long_as_no_try_of_them_may_be_out(before: Any) -> None:
    """Again after a release too: nothing was sent, so there is nothing to look for, and no channel waits."""
    play = ready(X)
    play.publish(POST, key="one")
    play.memo = forgetful(play)
    if before:
        play.lose(POST, before)
        recover(X, play)
    for _ in range(2):
        error = play.error_of(lambda: play.publish(POST, key="two"))
        assert isinstance(error, Rejected)
        assert "X does not take the same words again so soon" in str(error)
    assert len(play.shown()) == 1


def test_without_credits_the_account_stops_and_nothing_is_out() -> None:
    play = ready(X)
    network(play).credits = Decimal(0)
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, AuthFailed)
    assert error.scope is Scope.ACCOUNT
    assert "CreditsDepleted" in str(error)
    assert isinstance(play.error_of(lambda: play.do(lambda a: a.verify())), AuthFailed)
    network(play).credits = Decimal(10)
    play.do(lambda a: a.verify())
    play.publish(POST)
    assert len(play.shown()) == 1


def test_credits_that_end_between_preparing_and_posting_stop_the_account() -> None:
    play = ready(X)
    play.at_intent = lambda: setattr(network(play), "credits", Decimal(0))
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, AuthFailed)
    assert len(play.visible()) == 1
    assert not play.shown()


def test_an_hour_of_503_ends_with_one_post() -> None:
    play = ready(X)
    network(play).outage = "503"
    until = play.now + timedelta(hours=1)
    play.draw = lambda call: mend(play) if play.now >= until else None
    receipt = deliver(play)
    assert [s.id for s in play.shown()] == [receipt.id]


def test_an_hour_of_503_that_begins_with_the_visible_call_ends_with_one_post() -> None:
    play = ready(X)
    until = play.now + timedelta(hours=1)

    def weather(call: str) -> Fault | None:
        if call == "x.createPosts" and play.now < until:
            network(play).outage = "503"
        return mend(play) if play.now >= until else None

    play.draw = weather
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    assert kind(play.error_of(lambda: play.find(POST))) == "NotSent"
    play.wait(3600)
    assert look_until_known(play) is None
    play.publish(POST)
    assert len(play.shown()) == 1


def mend(play: Play) -> None:
    network(play).outage = ""


def test_401_to_everybody_stops_the_account_and_passes() -> None:
    play = ready(X)
    network(play).outage = "401"
    for act in (lambda: play.publish(POST), lambda: play.do(lambda a: a.verify())):
        error = play.error_of(act)
        assert isinstance(error, AuthFailed)
        assert error.scope is Scope.ACCOUNT
    mend(play)
    play.do(lambda a: a.verify())
    play.publish(POST)
    assert len(play.shown()) == 1


def test_a_used_up_day_of_the_account_is_waited_out_and_not_only_the_quarter_hour() -> None:
    play = ready(X)
    network(play).user_day = 1
    play.publish(POST)
    play.memo = forgetful(play)
    error = play.error_of(lambda: play.publish(replace(POST, text=f"More {LINK}", marks=())))
    assert isinstance(error, NotYet)
    assert error.scope is Scope.ACCOUNT
    assert error.retry_after == timedelta(days=1)


def test_a_wrong_clock_is_told_as_unauthorized_and_posts_nothing() -> None:
    play = ready(X)
    play.world.now = lambda: play.now + timedelta(minutes=6)
    assert isinstance(play.error_of(lambda: play.publish(POST)), AuthFailed)
    assert not play.shown()


def test_many_posts_by_hand_after_ours_do_not_hide_it() -> None:
    play = ready(X)
    play.lose(POST)
    ours = play.shown()[0].id
    for n in range(250):
        play.wait(1)
        play.network.editor_posts(play.place, f"By hand, number {n}")
    found = play.find(POST)
    assert found is not None
    assert found.id == ours


@pytest.mark.parametrize("fields", ["post.fields", "tweet.fields"])
def test_our_post_is_found_whatever_x_calls_its_fields(fields: Any) -> None:
    play = ready(X)
    network(play).fields = fields
    play.lose(POST)
    assert play.find(POST) is not None


def test_a_long_post_of_a_premium_account_is_found() -> None:
    play = ready(X)
    play.settings["max_weighted"] = "4000"
    for account in network(play).accounts.values():
        account.longest = 4000
    long = replace(POST, text=f"{'Слово & word. ' * 60}\n\n{LINK}", marks=())
    play.lose(long)
    found = play.find(long)
    assert found is not None
    assert [s.id for s in play.shown()] == [found.id]


@pytest.mark.parametrize(
    "text",
    [
        "Kazinform.kz reports",
        f"{LINK} {LINK}?a=1&b=%20",
        "&amp;#8217; <b>&lt;",
        "🇰🇿 only signs … • ₸",
        "C++ and #1",
        "Читай https://a.example/қала/жол: вот",
    ],
)
def test_words_x_rewrites_are_found_again(text: str) -> None:
    play = ready(X)
    post = replace(POST, text=text, marks=(), card=None)
    play.lose(post)
    found = play.find(post)
    assert found is not None
    assert [s.id for s in play.shown()] == [found.id]


def test_a_post_costs_what_the_price_says_and_reading_along_a_cent_or_two() -> None:
    play = ready(X)

    async def price(adapter: Any) -> Decimal:
        return Decimal(adapter.price(POST))

    said = play.do(price)
    play.publish(POST)
    posted = sum((c.cost for c in network(play).bill if c.call == "createPosts"), Decimal(0))
    assert (posted, said) == (Decimal("0.200"), Decimal("0.200"))
    first = sum((c.cost for c in network(play).bill), Decimal(0)) - posted
    play.memo = forgetful(play)
    play.publish(replace(POST, text=f"More {LINK}", marks=()))
    second = sum((c.cost for c in network(play).bill), Decimal(0)) - 2 * posted - first
    assert (first, second) == (Decimal("0.010"), Decimal(0))


def test_a_post_with_pictures_costs_what_price_and_fees_say() -> None:
    play = ready(X)
    post = replace(POST, media=(shot(1), replace(shot(2), alt="")))

    async def sums(adapter: Any) -> Decimal:
        return Decimal(adapter.price(post) + adapter.fees(post))

    said = play.do(sums)
    play.publish(post)
    billed = sum((c.cost for c in network(play).bill if not c.call.startswith("getUsers")), Decimal(0))
    assert (billed, said) == (Decimal("0.205"), Decimal("0.205"))


def test_a_reply_to_another_accounts_post_is_refused_and_said() -> None:
    play = ready(X)
    error = play.error_of(lambda: play.publish(replace(POST, parent=Receipt("1"))))
    assert isinstance(error, Rejected)


def photo(name: str, alt: str) -> Media:
    content = PNG + name.encode()
    made = Media(hashlib.sha256(content).hexdigest(), "image/png", len(content), 10, 10, alt=alt)
    return replace(made, open=lambda: BytesIO(content))


WITH_PHOTOS = replace(POST, media=(photo("a", "A train"), photo("b", "Қазақ"), photo("c", "")))
SEEN = tuple((media.sha256, media.alt) for media in WITH_PHOTOS.media)


@pytest.mark.parametrize("fault", get_args(Fault))
def test_a_post_with_pictures_is_out_once_whatever_befalls_each_request(fault: Fault) -> None:
    quiet = ready(X)
    quiet.publish(WITH_PHOTOS)
    calls = [call.partition(".")[2] for call in quiet.drawn]
    assert calls == ["getUsersMe", "getUsersPosts", *["mediaUpload"] * 3, *["createMediaMetadata"] * 2, "createPosts"]
    for index in range(len(calls)):
        play = ready(X)
        play.draw = lambda call, play=play, index=index: fault if len(play.drawn) - 1 == index else None  # type: ignore[misc]
        receipt = deliver(play, WITH_PHOTOS)
        play.wait(3600)
        assert [(s.id, s.media) for s in play.shown()] == [(receipt.id, SEEN)]


def test_pictures_uploaded_a_day_ago_are_uploaded_and_described_anew() -> None:
    play = ready(X)
    play.memo = type(play.memo)()  # for which no time passes: it keeps uploads for ever
    play.only("createPosts", "drop_before")
    assert kind(play.error_of(lambda: play.publish(WITH_PHOTOS))) == "NotSent"
    play.calm()
    play.wait(86400)
    assert kind(play.error_of(lambda: play.publish(WITH_PHOTOS))) == "NotSent"
    play.publish(WITH_PHOTOS)
    assert [s.media for s in play.shown()] == [SEEN]
