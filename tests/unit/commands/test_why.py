"""A number after `why` is a delivery's, unless it only stands in a title."""

import asyncio

import pytest

from bot.commands.office import open_office
from bot.commands.reading import why
from tests.unit.commands.test_prices import newsroom, wait


@pytest.mark.parametrize(("said", "shows"), [("1", True), ("101", False), ("wins", False)])
def test_the_words_of_a_post_are_shown_where_its_number_was_said_and_nowhere_else(tmp_path, capsys, said, shows):
    path = newsroom(tmp_path)
    with open_office(path) as office:
        asyncio.run(wait(office))  # two deliveries of “Port 1 wins a loan of 101 million”
    assert asyncio.run(why(path, said, has_log=False, is_json=False)) == 0
    assert ("│" in capsys.readouterr().out) is shows
