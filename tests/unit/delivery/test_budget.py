"""A channel spends what its budget allows, by the newsroom's days, and says so in figures."""

from dataclasses import replace
from decimal import Decimal

import pytest

import bot.actions.deliveries as verbs
from adapters.contract import Limits, NotSent, OutcomeUnknown, PictureRefused, Pictures, Receipt
from bot.media.prints import Unusable
from bot.model import Budget, Photo
from bot.store import people, spending
from tests.unit.delivery.test_price import Dear
from tests.unit.engine import ONE, Desk, article, hours, minutes, seconds

SHORT = "the post costs $0.20, and $0.40 of the $0.50 for 25 November were spent"


def newsroom(folder, *, kind=Dear, approval="never", **budget):
    told = {name: Decimal(str(value)) if name != "near" else value for name, value in budget.items()}
    return Desk(folder, replace(ONE, gap=minutes(0), approval=approval, budget=Budget(**told)), kind=kind)


def spent(desk):
    found = desk.ask(spending.spent, "one", desk.clock.now(), zone=desk.policy.zone)
    return str(found.day), str(found.month)


def send(desk, *numbers, **said):
    for n in numbers:
        desk.publish(article(n, published=desk.clock.now(), **said))


def lose(desk):
    """Send a post to which no answer comes."""
    desk.poll(article())
    desk.turn()
    desk.go(seconds(30))


def not_out(db, desk):
    people.resolve(db, 1, desk.channels["one"], desk.clock.now(), sent=None, zone=desk.policy.zone, actor="cli:aigul")


def test_a_post_the_day_has_no_money_for_is_held_with_the_figures(tmp_path):
    desk = newsroom(tmp_path, day="0.5")
    send(desk, 1, 2, 3)
    assert [desk.stands(n) for n in (1, 2, 3)] == [("done", "sent"), ("done", "sent"), ("held", "budget")]
    assert desk.delivery(3).detail == SHORT
    assert "delivery_held" in desk.alerts()
    assert desk.why(3) == (
        f"The channel's budget does not reach for it, so nothing was posted: {SHORT}; "
        "`release 3` sends it all the same, or `cancel 3`."
    )
    assert (len(desk.wire.shown), spent(desk)) == (2, ("0.400000", "0.400000"))


def test_breaking_news_has_no_more_money_than_others_but_a_person_may_let_it_go(tmp_path):
    desk = newsroom(tmp_path, day="0.1")
    send(desk, 1)
    desk.change(1, is_breaking=True)
    desk.act(verbs.move(desk.room(), 1, at=desk.clock.now() + minutes(1)))
    desk.go(minutes(2))
    desk.turn()
    assert desk.stands() == ("held", "budget")
    desk.act(verbs.release(desk.room(), 1))
    desk.wire.say("prepare", NotSent("refused"))
    desk.turn()
    assert desk.stands() == ("due", "backoff")
    desk.go(minutes(2))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_the_newsrooms_midnight_begins_a_day_and_its_month_goes_on(tmp_path):
    desk = newsroom(tmp_path, day="0.2", month="0.5")
    send(desk, 1)
    desk.go(hours(9) + minutes(59))  # 23:59 in the newsroom
    send(desk, 2)
    assert (desk.stands(2), spent(desk)) == (("held", "budget"), ("0.200000", "0.200000"))
    desk.go(minutes(1))
    send(desk, 3)
    assert (desk.stands(3), spent(desk)) == (("done", "sent"), ("0.200000", "0.400000"))
    desk.go(hours(24))
    send(desk, 4)
    assert "$0.40 of the $0.50 for November 2026 were spent" in desk.delivery(4).detail
    desk.go(hours(24 * 5))
    send(desk, 5)
    assert (desk.stands(5), spent(desk)) == (("done", "sent"), ("0.200000", "0.200000"))


def test_what_may_be_out_is_spent_until_it_surely_is_not(tmp_path):
    desk = newsroom(tmp_path, day="0.5")
    desk.wire.say("publish", OutcomeUnknown("silence"), OutcomeUnknown("silence"))
    lose(desk)
    assert spent(desk) == ("0.200000", "0.200000")
    desk.turn()  # it is not there, and goes out again
    assert (desk.stands(), spent(desk)[0]) == (("due", "absent"), "0")
    desk.turn()
    assert (desk.stands(), spent(desk)[0]) == (("unknown", "lost_answer"), "0.200000")


@pytest.mark.parametrize(("sent", "counts"), [("https://fake.example/1", "0.200000"), (None, "0")])
def test_what_a_person_saw_counts(tmp_path, sent, counts):
    desk = newsroom(tmp_path, day="0.5")
    desk.wire.say("publish", OutcomeUnknown("silence"))
    desk.wire.say("find", OutcomeUnknown("cannot tell"))
    lose(desk)
    desk.turn()
    assert (desk.stands(), spent(desk)[0]) == (("held", "undecidable"), "0.200000")
    desk.act(verbs.resolve(desk.room(), 1, sent=sent))
    assert spent(desk)[0] == counts
    assert [row.get("price") for row in desk.log(delivery=1) if row["state"] == "done"] == (["0.20"] if sent else [])


def test_a_look_that_finds_what_a_person_missed_counts_it_again(tmp_path):
    desk = newsroom(tmp_path, day="0.5")
    desk.wire.say("publish", OutcomeUnknown("silence"))
    desk.wire.say("find", Receipt("1"))
    lose(desk)
    desk.wire.hooks["find"] = lambda: desk.ask(not_out, desk)
    desk.turn()
    assert (desk.stands(), spent(desk)[0]) == (("done", "found"), "0.200000")


def test_a_dear_link_is_left_out_where_the_settings_say_so(tmp_path):
    desk = newsroom(tmp_path, day="0.45", near="unlinked")
    send(desk, 1, 2, 3, 4, 5, 6)
    assert [desk.stands(n)[1] for n in range(1, 7)] == ["sent"] * 5 + ["budget"]
    assert ["://" in each for each in desk.wire.shown] == [True, True, False, False, False]
    assert desk.wire.shown[2] == "Port 3 wins a loan of 103 million"
    assert desk.why(3).endswith(
        "; without its link: with it the post costs $0.20, and $0.40 of the $0.45 for 25 November were spent."
    )
    assert spent(desk)[0] == "0.445000"


def test_the_last_tenth_is_for_posts_without_links_and_for_words_of_people(tmp_path):
    desk = newsroom(tmp_path, day="0.42", near="unlinked")
    send(desk, 1)
    desk.poll(article(2), article(3))
    desk.act(verbs.edit(desk.room(), 3, "Three cranes at https://courier.example/3"))
    while desk.turn():
        pass
    assert ["://" in each for each in desk.wire.shown] == [True, False, True]
    assert spent(desk)[0] == "0.415000"
    assert desk.delivery(2).detail == (
        "without its link: with it the post costs $0.20, $0.20 of the $0.42 for 25 November were spent, and the last "
        "tenth is for posts without links"
    )


def test_words_that_somebody_approved_or_wrote_keep_their_link_and_wait(tmp_path):
    desk = newsroom(tmp_path, day="0.1", near="unlinked", approval="always")
    send(desk, 1)
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("held", "budget")
    assert "://" in desk.delivery().post.text
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")


class Pictured(Dear):
    """A dear network that takes one picture."""

    spec = replace(Dear.spec, limits=Limits(text=300, media=1, pictures=Pictures(size=10**6, side=2000)))


def test_a_photo_stands_in_for_the_link_and_one_that_is_refused_does_not_bring_it_back(tmp_path):
    desk = newsroom(tmp_path, kind=Pictured, day="0.1", near="unlinked")
    desk.album.offer("https://courier.example/1.jpg", b"pier")
    desk.poll(article(photo=Photo("https://courier.example/1.jpg")))
    desk.turn()
    assert desk.stands() == ("due", "unlinked")
    assert (len(desk.delivery().post.media), "://" in desk.delivery().post.text) == (1, False)
    desk.wire.say("prepare", PictureRefused("too dark"))
    desk.turn()
    desk.turn()
    assert (desk.stands(), desk.wire.shown) == (("done", "sent"), ["Port 1 wins a loan of 101 million"])


def test_a_drawn_card_stands_in_for_the_link_of_a_story_without_a_photo(tmp_path):
    desk = newsroom(tmp_path, kind=Pictured, day="0.1", near="unlinked")
    desk.easel.offer(b"card", "image/jpeg")
    send(desk, 1)
    assert [len(desk.delivery().post.media), desk.wire.shown] == [1, ["Port 1 wins a loan of 101 million"]]
    assert desk.delivery().detail.endswith("; with a drawn card in place of a photo")


def test_a_card_that_cannot_be_drawn_costs_the_card_alone(tmp_path):
    desk = newsroom(tmp_path, kind=Pictured, day="0.1", near="unlinked")
    desk.easel.offers.append(Unusable("no font"))
    send(desk, 1)
    assert [len(desk.delivery().post.media), desk.wire.shown] == [0, ["Port 1 wins a loan of 101 million"]]
