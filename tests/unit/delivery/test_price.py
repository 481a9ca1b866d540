"""What a post costs stands in the log, with the intent and with its outcome."""

from decimal import Decimal

import pytest

from adapters.contract import Card, Mark, OutcomeUnknown, Post, Receipt, Session
from adapters.http import Http
from adapters.x import X
from bot.posts.price import costs, dollars, unlinked
from tests.unit.engine import Clock, Desk, Fake, article, seconds


class Dear(Fake):
    """A network that takes money for an address."""

    def price(self, post):
        return Decimal("0.200") if "://" in post.text else Decimal("0.015")


def prices(desk):
    return [(row["state"], row["price"]) for row in desk.log(delivery=1) if "price" in row]


def test_the_intent_and_the_outcome_say_what_a_post_costs(tmp_path):
    desk = Desk(tmp_path, kind=Dear)
    desk.publish(article())
    assert prices(desk) == [("sending", "0.20"), ("done", "0.20")]


def test_a_post_that_was_found_costs_what_it_cost(tmp_path):
    desk = Desk(tmp_path, kind=Dear)
    desk.wire.say("publish", OutcomeUnknown("silence"))
    desk.wire.say("find", Receipt("1"))
    desk.poll(article())
    desk.turn()
    desk.go(seconds(30))
    desk.turn()
    assert desk.stands() == ("done", "found")
    assert prices(desk) == [("sending", "0.20"), ("done", "0.20")]


def test_a_network_that_asks_for_nothing_has_no_price_in_the_log(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(article())
    assert prices(desk) == []


@pytest.mark.parametrize(
    ("amount", "said"), [("0.200", "0.20"), ("0.015", "0.015"), ("0", "0.00"), ("12", "12.00"), ("0.0050", "0.005")]
)
def test_an_amount_has_two_decimals_or_as_many_as_it_takes(amount, said):
    assert dollars(Decimal(amount)) == said


ADDRESS = "https://courier.example/a"
SHOWN = Post(f"Rain.\n\n{ADDRESS}", marks=(Mark(7, 7 + len(ADDRESS), "link", ADDRESS),), card=Card(ADDRESS, "Rain"))
HIDDEN = Post("Rain over the port.", marks=(Mark(5, 9, "link", ADDRESS),))


@pytest.mark.parametrize(
    ("post", "said"),
    [
        (SHOWN, "costs $0.20 (without its link $0.015)"),
        (HIDDEN, "costs $0.20 (without its link $0.015)"),
        (Post("Rain."), "costs $0.015"),
    ],
)
def test_a_price_is_said_with_and_without_the_link(post, said):
    assert costs(X(X.Settings(), Session(""), Http.over(None), Clock()), post) == said


def test_a_post_without_its_address_keeps_every_other_word():
    assert (unlinked(SHOWN).text, unlinked(HIDDEN).text) == ("Rain.", "Rain over the port.")
