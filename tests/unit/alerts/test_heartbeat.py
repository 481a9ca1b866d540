"""The heartbeat: one fetch a minute while all ticks are well, and one line in the log while it is not heard."""

import asyncio

import pytest
import structlog

from bot.alerts.errands import Errands
from bot.alerts.heartbeat import Heartbeat
from bot.alerts.sink import NotHeard
from bot.fetch import Fetched, Unreachable


class Outside:
    """An outside watch that answers by script."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def get(self, url, *, most, deadline):
        self.asked.append(url)
        said = self.answers.pop(0)
        if isinstance(said, BaseException):
            raise said
        return Fetched(said, url, {}, b"")


def beat(outside, address=lambda: "https://watch.example/secret"):
    async def run():
        async with Errands() as errands:
            heart = Heartbeat(outside, errands, address)
            for _ in range(len(outside.answers)):
                heart.beat()
                await asyncio.sleep(0)
                await asyncio.sleep(0)

    with structlog.testing.capture_logs() as lines:
        asyncio.run(run())
    return lines


@pytest.mark.parametrize("failure", [500, 404, Unreachable("watch.example did not answer within 10 seconds")])
def test_a_heartbeat_that_is_not_heard_is_one_warning_and_one_when_it_is_heard_again(failure):
    lines = beat(Outside(200, failure, failure, failure, 200, 200))
    assert [(each["event"], each["log_level"]) for each in lines] == [
        ("heartbeat not heard", "warning"),
        ("heartbeat heard again", "warning"),
    ]
    assert "secret" not in str(lines)


def test_an_address_whose_secret_is_missing_is_said_and_ends_nothing():
    def missing():
        raise NotHeard("The secret BEAT is missing")

    (line,) = beat(Outside(200), missing)
    assert line["said"] == "The secret BEAT is missing"


def test_without_an_address_nothing_is_fetched():
    outside = Outside(200)
    assert beat(outside, None) == []
    assert outside.asked == []


def test_a_heartbeat_that_hangs_is_not_begun_twice_and_holds_nobody_up():
    class Hanging(Outside):
        async def get(self, url, *, most, deadline):
            self.asked.append(url)
            await asyncio.Event().wait()

    outside = Hanging()

    async def run():
        async with Errands() as errands:
            heart = Heartbeat(outside, errands, lambda: "https://watch.example/")
            for _ in range(3):
                heart.beat()
                await asyncio.sleep(0)
            await errands.stop(0)

    asyncio.run(run())
    assert len(outside.asked) == 1


def test_an_errand_that_breaks_ends_no_other():
    async def broken():
        raise RuntimeError("boo")

    done = []

    async def fine():
        await asyncio.sleep(0)
        done.append(True)

    async def run():
        async with Errands() as errands:
            errands.start("broken", broken())
            errands.start("fine", fine())

    with structlog.testing.capture_logs() as lines:
        asyncio.run(run())
    assert (done, [each["event"] for each in lines]) == ([True], ["errand broke"])
