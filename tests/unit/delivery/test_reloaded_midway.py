"""Settings taken anew while a turn is on its way to the visible call: what they no longer have is not sent."""

from dataclasses import replace

import pytest

from bot.model import Account
from bot.store import listing
from tests.unit.engine import MAIN, NOW, ONE, Desk, article, minutes

ANEW = {
    "it was taken out": (),
    "another place": (replace(ONE, place=(("chat", "@two"),)),),
    "another account": (replace(ONE, account="other"),),
}


class Listed:
    """Settings with these channels."""

    sources = (MAIN,)

    def __init__(self, channels):
        self.channels = channels
        self.accounts = tuple(Account(id=each.account, network="fake") for each in channels)


def reloaded(tmp_path, channels):
    """Publish, and have the settings taken anew just before the visible call."""
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.hooks["prepare"] = lambda: desk.ask(listing.take_up, Listed(channels), NOW, said="changed")
    desk.turn()
    return desk


@pytest.mark.parametrize("channels", ANEW.values(), ids=ANEW)
def test_what_the_settings_no_longer_have_is_stopped_before_it_leaves(tmp_path, channels):
    desk = reloaded(tmp_path, channels)
    assert (desk.wire.shown, desk.stands()) == ([], ("due", "not_left"))


def test_a_changed_place_gets_the_post_with_the_next_turn(tmp_path):
    desk = reloaded(tmp_path, ANEW["another place"])
    desk.worker.channels = {"one": ANEW["another place"][0]}
    desk.go(minutes(1))
    desk.turn()
    assert (len(desk.wire.shown), desk.stands()) == (1, ("done", "sent"))


def test_settings_that_say_the_same_stop_nothing(tmp_path):
    desk = reloaded(tmp_path, (ONE,))
    assert (len(desk.wire.shown), desk.stands()) == (1, ("done", "sent"))


def test_a_database_that_never_heard_of_places_stops_nothing(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.ask(lambda db: db.exec_driver_sql("UPDATE channel SET stands_for = ''"))
    desk.turn()
    assert desk.stands() == ("done", "sent")
