"""What `mark` refuses before it looks at anything."""

import pytest
from typer.testing import CliRunner

from bot.commands.app import app


def test_nothing_to_mark_is_a_usage_error():
    ran = CliRunner().invoke(app, ["mark", "a story"])
    assert ran.exit_code == 2
    assert "say what to mark: --breaking" in ran.output


def test_a_length_for_breaking_news_without_breaking_is_a_usage_error():
    ran = CliRunner().invoke(app, ["mark", "a story", "--for", "60m"])
    assert ran.exit_code == 2
    assert "add --breaking" in ran.output


@pytest.mark.parametrize("said", ["0.3", "left,top", "0.1,0.2,0.3", "0.3;0.5"])
def test_a_point_that_is_not_two_numbers_is_a_usage_error(said):
    ran = CliRunner().invoke(app, ["mark", "a story", "--focus", said])
    assert ran.exit_code == 2
    assert "two numbers" in ran.output
