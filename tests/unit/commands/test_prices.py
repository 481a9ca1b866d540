"""People see what a post costs before it goes out: in the preview and in the queue."""

import asyncio
import base64
import json

import pytest

from bot.articles.feed import Feed
from bot.commands.office import open_office
from bot.commands.preview import preview
from bot.commands.reading import queue
from bot.commands.setup import networks
from bot.model import Photo
from bot.store import accounts, intake, sources, templates
from bot.store.sources import Validators
from bot.wiring import shipped
from tests.unit.articles.given import entry, rss
from tests.unit.engine import article
from tests.unit.web import Site, reply

SETTINGS = """
newsroom: {{name: The Steppe Courier, zone: Asia/Almaty}}
allow_hosts: ["127.0.0.1:{port}"]
sources: {{main: {{url: "http://127.0.0.1:{port}/feed", backfill: 5, max_age: 9000d}}}}
accounts:
  x: {{network: x, credentials: {{api_key: K, api_secret: K, access_token: K, access_secret: K}}}}
  tg: {{network: telegram, credentials: {{token: K}}}}
channels:
  x: {{account: x}}
  tg: {{account: tg, chat: "@courier"}}
"""
STORY = entry("Rain over the port", link="https://courier.example/rain", summary="It rained over the port of Aktau.")


def newsroom(folder, port=1):
    path = folder / "jarshy.yaml"
    path.write_text(SETTINGS.format(port=port))
    (folder / "secrets").mkdir()
    (folder / "secrets" / "K").write_text("1:secret")
    (folder / "secrets" / "VAULT_KEY").write_text(base64.b64encode(bytes(32)).decode())
    for each in (folder / "secrets").iterdir():
        each.chmod(0o600)
    return path


async def wait(office):
    """Have one story wait on both channels."""
    settings, now = office.settings, office.clock.now()
    await office.store.write(accounts.set_up, settings.accounts, settings.channels)
    await office.store.write(sources.set_up_sources, settings.sources, now)
    await office.store.write(templates.offer, shipped(), now, origin=templates.SHIPPED)
    feed = Feed(
        "",
        "",
        (article(published=now, photo=Photo("https://nowhere.invalid/1.jpg", "A pier at dawn.")),),
        is_complete=True,
    )
    poll = intake.Poll(settings.sources[0], feed, Validators("", "", ""), settings.channels)
    await office.store.write(intake.take_in, poll, now)


@pytest.fixture
def waiting(tmp_path):
    path = newsroom(tmp_path)
    with open_office(path) as office:
        asyncio.run(wait(office))
    return path


def test_a_described_photo_is_reckoned_without_being_fetched(waiting, capsys):
    waiting.write_text(waiting.read_text().replace("x: {account: x}", "x: {account: x, form: photo}"))
    asyncio.run(queue(waiting, is_json=True))
    told = json.loads(capsys.readouterr().out)["deliveries"]
    assert [each["price"] for each in told if each["channel"] == "x"] == ["0.205"]


def test_the_queue_says_what_each_post_will_cost_where_it_costs_anything(waiting, capsys):
    assert asyncio.run(queue(waiting, is_json=True)) == 0
    told = json.loads(capsys.readouterr().out)["deliveries"]
    assert {each["channel"]: each["price"] for each in told} == {"x": "0.20", "tg": None}
    asyncio.run(queue(waiting, is_json=False))
    shown = capsys.readouterr().out
    assert shown.count("Costs $0.20.") == 1


def test_the_preview_says_it_of_the_post_with_and_without_its_link(tmp_path, capsys):
    async def look():
        site = Site({"/feed": reply(200, rss(STORY), content_type="application/rss+xml")})
        async with await asyncio.start_server(site.serve, "127.0.0.1", 0) as server:
            path = newsroom(tmp_path, server.sockets[0].getsockname()[1])
            await preview(path, None, is_raw=False)

    asyncio.run(look())
    shown = capsys.readouterr().out
    assert shown.count("costs $0.20 (without its link $0.015)") == 1


def test_networks_that_charge_say_so(capsys):
    networks(is_json=False)
    assert capsys.readouterr().out.count("costs: $0.20 for a post with a link") == 1


def test_the_preview_says_what_would_wait_for_a_person(tmp_path, capsys):
    sad = entry("Nine killed in the port", link="https://courier.example/sad", summary="Nine people died in Aktau.")

    async def look():
        site = Site({"/feed": reply(200, rss(sad), content_type="application/rss+xml")})
        async with await asyncio.start_server(site.serve, "127.0.0.1", 0) as server:
            await preview(newsroom(tmp_path, server.sockets[0].getsockname()[1]), None, is_raw=False)

    asyncio.run(look())
    assert capsys.readouterr().out.count("it would wait for approval (a solemn story)") == 2


def test_the_queue_foretells_what_today_will_cost(waiting, capsys):
    waiting.write_text(waiting.read_text().replace("x: {account: x}", "x: {account: x, budget: {day: 0.1, month: 5}}"))
    asyncio.run(queue(waiting, is_json=True))
    told = json.loads(capsys.readouterr().out)["costs"]
    sentence = (
        "x: $0.00 of $0.10 spent today and $0.00 of $5.00 this month; still due today: 1, for $0.20, which is more "
        "than is left."
    )
    assert [(each["channel"], each["due_today"], each["price"], each["is_short"]) for each in told] == [
        ("x", 1, "0.20", True)
    ]
    asyncio.run(queue(waiting, is_json=False))
    assert sentence in capsys.readouterr().out
