"""Several channels on one account, several accounts on one app: they share what the network lets them send."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from adapters.contract import Rate, Scope
from bot.model import Account
from bot.store import accounts
from bot.store.schema import account, app
from tests.unit.engine import NOW, ONE, Desk, article, minutes, seconds

TWICE = (Rate(4, minutes(5)),)
TOGETHER = (Rate(4, minutes(5), Scope.APP),)


def channel(name, owner="acme", rates=TWICE):
    return replace(ONE, id=name, account=owner, place=(("chat", f"@{name}"),), rates=rates, gap=seconds(0))


def tat(desk, table, which):
    return desk.ask(lambda db: db.scalar(sa.select(table.c.tat).where(table.c.id == which)))


@pytest.mark.parametrize(
    ("channels", "sentence"),
    [
        ((channel("one"), channel("two")), "(account acme may send 4 in 5 minutes)"),
        (
            (channel("one", rates=TOGETHER), channel("two", "other", TOGETHER)),
            "(the app of account other may send 4 in 5 minutes)",
        ),
    ],
)
def test_what_one_channel_sent_the_other_waits_for_and_says_so(tmp_path, channels, sentence):
    desk = Desk(tmp_path, *channels)
    desk.wire.steps = ["upload"]
    desk.poll(article())
    desk.turn("one")
    desk.turn("two")
    assert len(desk.wire.shown) == 1
    assert desk.wire.calls.count("upload") == 1, "nothing is uploaded only to be told to wait"
    assert desk.why(2) == f"Goes out at 14:01 at the earliest {sentence}."
    assert desk.row("two").wake_at == NOW + timedelta(milliseconds=92_500)
    desk.go(timedelta(milliseconds=92_500))
    desk.turn("two")
    assert len(desk.wire.shown) == 2


def test_a_token_that_another_channel_took_meanwhile_stops_the_try_uncounted(tmp_path):
    desk = Desk(tmp_path, channel("one"), channel("two"))
    desk.poll(article())
    desk.wire.hooks["prepare"] = lambda: desk.ask(lambda db: db.execute(account.update().values(tat=NOW + minutes(1))))
    desk.turn("one")
    assert desk.wire.shown == []
    assert (desk.stands(1), desk.delivery(1).tries) == (("due", "pace"), 0)
    assert tat(desk, account, "acme") == NOW + minutes(1)


def test_a_channel_without_rates_leaves_its_account_and_app_alone(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    assert (tat(desk, account, "acme"), tat(desk, app, "app")) == (None, None)


def test_an_account_that_joins_an_app_shares_what_the_app_has_used_up(tmp_path):
    desk = Desk(tmp_path, channel("one", rates=TOGETHER))
    desk.publish()
    newcomer = channel("two", "new", TOGETHER)
    desk.ask(accounts.set_up, [Account(id="new", network="fake", app="app")], [newcomer])
    desk.channels["two"] = newcomer
    desk.poll(article(2, published=NOW))
    desk.turn("two")
    assert len(desk.wire.shown) == 1
