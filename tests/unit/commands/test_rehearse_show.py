"""The line before a rehearsal's last one: what the count of the skipped holds besides."""

from types import SimpleNamespace

from bot.commands.rehearse_show import _over
from bot.model import Kind, State


def told(state, kind=Kind.POST):
    return SimpleNamespace(delivery=SimpleNamespace(state=state, kind=kind))


def test_what_expired_or_was_cancelled_is_told_of_posts_alone():
    stories = {
        "a": [told(State.EXPIRED), told(State.SKIPPED), told(State.CANCELLED, Kind.EDIT)],
        "b": [told(State.EXPIRED), told(State.CANCELLED), told(State.DONE)],
    }
    assert list(_over(stories)) == ["among the skipped: 2 expired, 1 cancelled"]
    assert list(_over({"a": [told(State.SKIPPED), told(State.DONE)]})) == []
