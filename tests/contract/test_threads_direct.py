"""What is Threads' own: how it counts, its topic, its tokens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import AuthFailed, Card, NotSent, Post, Session
from adapters.emulators.threads import ThreadsNetwork
from adapters.threads import Threads, length, topic
from tests.contract.cases import LINK, case
from tests.contract.play import Play
from tests.contract.test_conformance import ready

LIMITS = Threads.spec.limits


@pytest.fixture
def play() -> Play:
    return ready(case("threads"))


@pytest.mark.parametrize(
    ("text", "counts"),
    [("Қазақстан", 9), ("1️⃣", 7), ("12 #*", 5), ("🎉", 4), ("🇰🇿", 8), ("👨‍👩‍👧‍👦", 25), ("№ ₸ « »", 7), ("", 0)],
)
def test_an_emoji_counts_its_bytes_and_all_else_its_characters(text: str, counts: int) -> None:
    assert length(text) == counts


def test_six_different_links_are_too_many(play: Play) -> None:
    five = " ".join(f"https://c.example/{n}" for n in range(5))
    assert Threads.measure(Post(five), LIMITS) == ()
    (problem,) = Threads.measure(Post(five, card=Card(LINK, "Port")), LIMITS)
    assert (problem.field, problem.have, problem.most) == ("links", 6, 5)


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [(("#Oil", "Gas"), "Oil"), (("Oil & gas", "St. Petersburg", "x" * 51, "Gas"), "Gas"), (("", "A.B"), ""), ((), "")],
)
def test_the_first_tag_that_may_be_one_is_the_topic(play: Play, tags: tuple[str, ...], chosen: str) -> None:
    post = replace(play.case.post, tags=tags)
    assert topic(post) == chosen
    play.publish(post)
    assert play.shown()[0].options == ({"topic": chosen} if chosen else {})


def test_a_token_is_asked_until_when_it_lives_and_renewed_a_week_later(play: Play) -> None:
    first = play.account
    assert (first.subject, first.expires_at) == (play.place, play.now + timedelta(days=58))
    assert Threads.spec.renew_ahead == timedelta(days=53)
    play.wait(6 * 86_400)
    play.account = play.do(lambda a: a.renew(play.account))
    assert play.account.expires_at == play.now + timedelta(days=60)
    assert play.account.tokens["token"] == play.credentials["token"] != play.account.tokens["access"]
    young = play.do(lambda a: a.renew(play.account))
    assert young == play.account, "one of less than a day is kept as it is"


def test_a_token_that_serves_is_kept_while_the_network_is_out_of_order(play: Play) -> None:
    play.only("refresh", "html_error")
    assert play.do(lambda a: a.renew(play.account)) == play.account
    play.wait(57 * 86_400)
    assert isinstance(play.error_of(lambda: play.do(lambda a: a.renew(play.account))), NotSent)


def test_a_dead_token_gives_way_to_the_one_a_person_gave(play: Play) -> None:
    assert isinstance(play.network, ThreadsNetwork)
    play.network.tokens.known[play.account.tokens["access"]].is_dead = True
    play.network.tokens.issue("THAAnew-token", play.place, play.now)
    given = Session(play.place, {"token": "THAAnew-token", "access": play.account.tokens["access"]}, play.now)
    renewed = play.do(lambda a: a.renew(given))
    assert renewed.tokens["access"] == "THAAnew-token"
    assert renewed.expires_at == play.now + timedelta(days=60)
    with pytest.raises(AuthFailed, match="make a new one"):
        play.do(lambda a: a.renew(Session("", {"token": play.account.tokens["access"]})))


def test_rights_that_are_missing_are_named(play: Play) -> None:
    assert isinstance(play.network, ThreadsNetwork)
    play.network.tokens.known[play.account.tokens["access"]].scopes.discard("threads_content_publish")
    identity = play.do(lambda a: a.verify())
    assert (identity.handle, identity.missing) == ("@demo.newsroom", ("threads_content_publish",))
    error = play.error_of(lambda: play.publish(play.case.post))
    assert isinstance(error, AuthFailed)
    assert "threads_content_publish" in str(error)
