"""An app that is made late: once, whoever asks first and however many do, and whatever becomes of the first."""

import asyncio
import threading

import httpx
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.pages import Later


async def _hello(request: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


class _Making:
    def __init__(self) -> None:
        self.count = 0
        self.gate = threading.Event()

    def __call__(self) -> Starlette:
        self.count += 1
        self.gate.wait(5)
        return Starlette(routes=[Route("/", _hello)])


def test_nothing_is_made_before_somebody_asks() -> None:
    making = _Making()
    Later(making)
    assert making.count == 0


def test_two_who_ask_at_once_are_answered_by_one_app() -> None:
    making = _Making()
    assert asyncio.run(_two(making)) == ["hello", "hello"]
    assert making.count == 1


async def _two(making: _Making) -> list[str]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Later(making)), base_url="http://desk") as client:
        asked = [asyncio.create_task(client.get("/")) for _ in range(2)]
        await asyncio.sleep(0)
        making.gate.set()
        return [(await each).text for each in asked]


def test_who_asked_first_may_go_away() -> None:
    making = _Making()
    assert isinstance(asyncio.run(_second(making)), Starlette)
    assert making.count == 1


async def _second(making: _Making) -> object:
    later = Later(making)
    first = asyncio.create_task(later.made())
    await asyncio.sleep(0)
    first.cancel()
    making.gate.set()
    return await later.made()
