"""The head of `queue`: what is wrong, each thing once."""

import asyncio
import json

from bot.commands.office import open_office
from bot.commands.reading import queue
from bot.rules.alert_facts import story_revised
from bot.store.alerts import Cause, open_alert
from bot.store.deliveries import get
from tests.unit.commands.test_prices import newsroom, wait


def revised(db, now):
    for which in (1, 2):
        fact = story_revised(get(db, which), None, "810 became 180")
        open_alert(db, Cause.STORY_REVISED, f"delivery:{which}", now, what=fact.what, fix=fact.fix)


def test_one_article_that_changed_on_several_channels_is_one_entry(tmp_path, capsys):
    path = newsroom(tmp_path)
    with open_office(path) as office:
        asyncio.run(wait(office))
        asyncio.run(office.store.write(revised, office.clock.now()))
    assert asyncio.run(queue(path, is_json=False)) == 3
    said = capsys.readouterr().out
    assert said.count("! deliver") == 1
    assert "! deliveries 1, 2: the article changed after it was posted on x, tg: 810 became 180 (since " in said
    assert asyncio.run(queue(path, is_json=True)) == 3
    assert [each["scope"] for each in json.loads(capsys.readouterr().out)["alerts"]] == ["delivery:1", "delivery:2"]
