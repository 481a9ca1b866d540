"""Whatever X asks money for stands in the log: posts, pictures' descriptions, reading along, looks, deletions."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.contract import Adapter, Session
from adapters.emulators.kit import Fault, World
from adapters.emulators.x import XNetwork
from adapters.http import Http
from adapters.x import X
from bot.accounts import Accounts
from bot.actions import access, trying
from bot.actions import deliveries as verbs
from bot.audit.words import words
from bot.model import Budget, Channel, Photo
from bot.store import restoring, spending
from bot.store.schema import channel_fact
from bot.vault import Vault
from tests.contract.stage import HurriedLoop
from tests.unit.engine import ONE, Desk, article, hours, minutes, seconds

STAYS = seconds(30)
SHOT = Photo("https://courier.example/photos/port.jpg", "A crane lifts a container.")
ZONE = "Asia/Almaty"


class Paying(Desk):
    """A newsroom on the emulated X, which writes a bill."""

    def __init__(self, folder: Path, who: Channel) -> None:
        self.faults: dict[str, list[Fault]] = {}
        self.world = World(lambda: self.clock.now(), asyncio.sleep, fault=self._fault)
        self.x = XNetwork(self.world)
        settings, secrets = XNetwork.newcomer(0)
        self.x.admit(settings, secrets)
        self.handle = self.x.place(settings, secrets)

        def build(who: Channel, session: Session) -> Adapter:
            return X(X.Settings(**settings), session, Http.over(self.x), self.clock)

        super().__init__(folder, who, kind=X)
        self.accounts_of = partial(
            Accounts,
            self.store,
            self.clock,
            Vault(b"k" * 32),
            build=build,
            credentials=lambda account: secrets,
            zone=ZONE,
        )
        self.accounts = self.accounts_of()
        self.worker = self.another_worker(connect=self.accounts)

    def _fault(self, call: str) -> Fault | None:
        return self.faults[call].pop(0) if self.faults.get(call) else None

    def turn(self, who: str = "one") -> bool:
        """Work as ever, with no wait for an answer that never comes: time leaps."""
        with asyncio.Runner(loop_factory=lambda: HurriedLoop(lambda passed: self.clock.go(seconds(passed)))) as runner:
            return runner.run(self.worker.work_channel(who))

    def billed(self) -> Decimal:
        return sum((each.cost for each in self.x.bill), Decimal(0))

    def logged(self) -> Decimal:
        """What the log says was paid: for what is out, and beside it."""
        paid = [row for row in self.log() if row.get("state") == "done" or row["action"] == "channel.charged"]
        return sum((Decimal(row["price"]) for row in paid if row.get("price")), Decimal(0))

    def doubted(self) -> Decimal:
        """What the log says may have been paid at the most, for calls whose answer got lost."""
        return sum((Decimal(row["most"]) for row in self.log() if "most" in row), Decimal(0))

    def spent(self) -> Decimal:
        return self.ask(spending.spent, "one", self.clock.now(), zone=ZONE).month

    def agrees(self) -> bool:
        return self.billed() == self.logged() == self.spent()

    def looked(self) -> int:
        return [each.call for each in self.x.bill].count("getUsersPosts")


def test_one_history_of_everything_that_costs_sums_up_to_the_network_s_bill(tmp_path: Path) -> None:
    desk = Paying(tmp_path, replace(ONE, gap=minutes(0)))
    for n in range(3):
        desk.x.editor_posts(desk.handle, f"An editor's own post {n}")
    desk.go(minutes(1))
    desk.publish(article(1))
    assert (desk.stands(1), desk.billed()) == (("done", "sent"), Decimal("0.213"))  # whose account, three posts read
    desk.faults["x.createPosts"] = ["accept_then_drop"]
    desk.x.editor_posts(desk.handle, "An editor's post just before")
    desk.poll(article(1), article(2))
    desk.turn()
    assert desk.stands(2) == ("unknown", "lost_answer")
    desk.go(minutes(1))
    desk.turn()
    assert (desk.stands(2), desk.looked()) == (("done", "found"), 3)
    desk.act(access.verify(desk.room(), desk.accounts, "one"))
    test = desk.act(trying.plan(desk.room(), "one", stays=STAYS))
    desk.turn()
    desk.go(STAYS)
    assert desk.act(trying.look_again(desk.room(), desk.accounts, test.post.id)) == ""
    assert desk.turn()
    desk.faults["x.deletePosts"] = ["accept_then_drop"]
    gone = desk.act(verbs.delete_post(desk.room(), 1))
    while desk.stands(gone.id)[0] != "done":
        desk.turn()
        desk.go(minutes(2))
    assert {each.call for each in desk.x.bill} == {"createPosts", "getUsersMe", "getUsersPosts", "deletePosts"}
    # The deletion's answer got lost, and later it was gone: neither says that it was paid for, and both count.
    assert desk.billed() == desk.logged() + Decimal("0.01")
    assert (desk.doubted(), desk.spent()) == (Decimal("0.02"), desk.logged() + desk.doubted())
    told = [words(row) for row in desk.log(channel="one")]
    assert "one paid $0.01 for taking a post down" in told
    assert told.count("one may have paid up to $0.01 for taking a post down; no answer says how much") == 2


def test_a_look_is_never_refused_for_money_but_counts(tmp_path: Path) -> None:
    desk = Paying(tmp_path, replace(ONE, gap=minutes(0), budget=Budget(day=Decimal("0.22"))))
    desk.faults["x.createPosts"] = ["accept_then_drop"]
    desk.poll(article(1))
    desk.turn()
    assert desk.spent() == desk.billed() == Decimal("0.21")
    for n in range(30):
        desk.x.editor_posts(desk.handle, f"An editor's own post {n}")
    desk.go(minutes(1))
    desk.turn()
    assert (desk.stands(1), desk.agrees()) == (("done", "found"), True)
    assert desk.spent() > Decimal("0.22")
    desk.publish(article(2))
    assert desk.stands(2) == ("held", "budget")
    assert "$0.246 of the $0.22 for 25 November were spent" in desk.delivery(2).detail
    desk.act(verbs.delete_post(desk.room(), 1))
    desk.turn()
    assert desk.agrees()


@pytest.mark.parametrize("lost", ["accept_then_drop", "accept_then_500", "slow"])
def test_a_question_whose_answer_got_lost_counts_as_the_most_it_may_have_cost(tmp_path: Path, lost: Fault) -> None:
    desk = Paying(tmp_path, replace(ONE, gap=minutes(0)))
    for n in range(3):
        desk.x.editor_posts(desk.handle, f"An editor's own post {n}")
    desk.go(minutes(1))
    desk.faults |= {"x.getUsersMe": [lost], "x.getUsersPosts": [lost, lost]}
    desk.publish(article(1))
    while desk.stands(1)[0] != "done":
        desk.go(minutes(2))
        desk.turn()
    assert desk.doubted() == Decimal("0.02"), "once whose account it is, and two pages of five posts"
    assert desk.logged() < desk.billed() <= desk.spent() == desk.logged() + desk.doubted()


def test_a_question_that_never_left_costs_nothing(tmp_path: Path) -> None:
    desk = Paying(tmp_path, replace(ONE, gap=minutes(0)))
    desk.faults |= {"x.getUsersMe": ["drop_before"], "x.getUsersPosts": ["drop_before", "429"]}
    desk.publish(article(1))
    while desk.stands(1)[0] != "done":
        desk.go(minutes(20))
        desk.turn()
    assert (desk.doubted(), desk.agrees()) == (0, True)


def pictured(folder: Path, **kw: Any) -> Paying:
    """Have a story whose photo X is told in words, for half a cent."""
    desk = Paying(folder, replace(ONE, gap=minutes(0), form="photo", **kw))
    desk.album.offer(SHOT.url, b"\xff\xd8\xff a picture")
    desk.poll(article(1, photo=SHOT))
    return desk


def test_a_described_picture_costs_beside_its_post_and_the_sum_is_the_bill(tmp_path: Path) -> None:
    desk = pictured(tmp_path)
    desk.turn()
    assert [str(each.cost) for each in desk.x.bill if each.call == "createMediaMetadata"] == ["0.005"]
    assert [row["price"] for row in desk.log(delivery=1) if row.get("state") == "done"] == ["0.20"]
    assert "one paid $0.005 for describing a picture" in [words(row) for row in desk.log(channel="one")]
    assert (desk.stands(1), desk.agrees()) == (("done", "sent"), True)


def test_a_description_whose_post_never_came_is_in_the_log(tmp_path: Path) -> None:
    desk = pictured(tmp_path)
    desk.x.user_day = 0
    desk.turn()
    desk.act(verbs.cancel(desk.room(), 1))
    assert {each.call for each in desk.x.bill} >= {"createMediaMetadata"}
    assert "createPosts" not in {each.call for each in desk.x.bill}
    assert (desk.stands(1)[0], desk.agrees()) == ("cancelled", True)


def test_no_picture_is_described_for_a_post_there_is_no_money_for(tmp_path: Path) -> None:
    desk = pictured(tmp_path, budget=Budget(day=Decimal("0.05")))
    desk.turn()
    assert (desk.stands(1), desk.billed(), desk.agrees()) == (("held", "budget"), 0, True)


def test_a_description_whose_answer_got_lost_counts_as_often_as_it_may_have_cost(tmp_path: Path) -> None:
    desk = pictured(tmp_path)
    desk.faults["x.createMediaMetadata"] = ["accept_then_drop"]
    desk.turn()
    while desk.stands(1)[0] != "done":
        desk.go(minutes(2))
        desk.turn()
    assert desk.doubted() == Decimal("0.005")
    assert desk.logged() < desk.billed() <= desk.spent() == desk.logged() + desk.doubted()


def test_what_was_paid_for_before_the_budget_said_no_is_not_paid_for_again(tmp_path: Path) -> None:
    desk = Paying(tmp_path, replace(ONE, gap=minutes(0), budget=Budget(day=Decimal("0.05"))))
    for n in range(9):
        desk.x.editor_posts(desk.handle, f"An editor's own post {n}")
    desk.go(minutes(1))
    desk.publish(article(1))
    asked = desk.billed()  # whose account it is, and what it had posted
    for n in (2, 3):
        desk.publish(article(n))
    assert [desk.stands(n) for n in (1, 2, 3)] == [("held", "budget")] * 3
    assert asked == desk.billed() == desk.spent() > 0


def test_what_a_command_pays_for_is_no_sign_that_the_daemon_was_at_work(tmp_path: Path) -> None:
    desk = Paying(tmp_path, ONE)
    ended = desk.ask(restoring.daemon_ended_at)
    desk.go(hours(3))
    desk.act(access.ask(desk.accounts_of(actor="cli:aigul"), ONE))
    assert [row["actor"] for row in desk.log() if row["action"] == "channel.charged"] == ["cli:aigul"]
    assert (desk.ask(restoring.daemon_ended_at), desk.agrees()) == (ended, True)


def test_fees_end_with_their_day_and_their_month(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    said = []
    for _ in range(9):
        desk.ask(spending.pay, "one", "posts", Decimal("0.001"), desk.clock.now(), zone=ZONE)
        found = desk.ask(spending.spent, "one", desk.clock.now(), zone=ZONE)
        said.append((str(found.today)[5:], str(found.day), str(found.month)))
        desk.go(hours(17))
    assert said[:3] == [("11-25", "0.001", "0.001"), ("11-26", "0.001", "0.002"), ("11-27", "0.001", "0.003")]
    assert said[-1] == ("12-01", "0.001", "0.001")
    kept = desk.ask(lambda db: db.scalars(sa.select(channel_fact.c.name)).all())
    assert [each for each in kept if each.startswith("fees:")] == ["fees:2026-12-01"], "the month before has no use"
