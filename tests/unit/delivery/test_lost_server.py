"""A server that is lost in the middle of a turn: whatever it had stored by then, readers see one post."""

from itertools import count

import pytest
import sqlalchemy as sa

from adapters.contract import Receipt
from tests import postgres
from tests.unit.engine import Desk, article, minutes

pytestmark = pytest.mark.on("postgresql")


def run_on(desk):
    """Let the time pass, with a network that shows what it has when asked."""
    for _ in range(8):
        if desk.wire.shown and not desk.wire.script["find"]:
            desk.wire.say("find", Receipt("1"))
        desk.go(minutes(3))
        while desk.turn():
            pass


@pytest.mark.parametrize("is_stored", [True, False])
@pytest.mark.parametrize(("nth", "sent"), [(1, 0), (2, 0), (3, 1)])
def test_a_commit_whose_answer_is_lost_never_posts_twice_and_loses_nothing(tmp_path, nth, sent, is_stored):
    desk = Desk(tmp_path)
    desk.poll(article())
    commits, there = count(1), postgres.server()

    def lose(connection):
        if next(commits) == nth:  # take, intend, settle
            if is_stored:
                connection.connection.driver_connection.commit()
                connection.connection.driver_connection.execute("SELECT 1")  # or nothing would be left to commit
            postgres.cut(there)

    sa.event.listen(desk.engine, "commit", lose)
    try:
        assert not desk.turn()
    finally:
        sa.event.remove(desk.engine, "commit", lose)
    assert len(desk.wire.shown) == sent
    run_on(desk)
    assert len(desk.wire.shown) == 1
    assert desk.stands()[0] == "done"


@pytest.mark.parametrize("place", ["prepare", "sent"])
def test_a_server_that_is_started_anew_during_a_call_costs_nothing(tmp_path, place):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.hooks[place] = lambda: postgres.cut(postgres.server())
    assert desk.turn()
    assert desk.stands() == ("done", "sent")
    assert len(desk.wire.shown) == 1
