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


@pytest.mark.parametrize(
    "said",
    [
        ("--breaking",),
        ("--solemn",),
        ("--correction", "180 clinics."),
        ("--alt", "A quay."),
        ("--focus", "0.5,0.5"),
        ("--still-valid",),
        ("--text", "x", "Words."),
    ],
    ids=lambda said: said[0],
)
def test_each_thing_to_mark_is_enough_alone(said, tmp_path):
    ran = CliRunner().invoke(app, ["mark", "a story", *said, "--config", str(tmp_path / "none.yaml")])
    assert ran.exit_code == 1, "there are no settings, and nothing is wrong with what was said"
