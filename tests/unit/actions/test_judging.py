"""A channel's rules can be tried on the last articles: each with the rule that decides, and nothing changes."""

from dataclasses import replace

import pytest

from bot.actions.judging import judge
from bot.actions.room import RefusedVerb
from bot.model import Reason, State
from tests.unit.engine import MAIN, NOW, ONE, Desk, article, hours, minutes


def judged(tmp_path, who=ONE, **said):
    desk = Desk(tmp_path, who)
    desk.poll(article(**said))
    rows = len(desk.log())
    (found,) = desk.act(judge(desk.room(), "one"))
    assert len(desk.log()) == rows
    assert desk.count() <= 1
    return found


@pytest.mark.parametrize(
    ("who", "said", "verdict"),
    [
        ({}, {}, "posted"),
        ({"grace": minutes(5)}, {}, "posted after 5 minutes"),
        ({}, {"published": NOW + hours(3)}, "posted at its date"),
        ({}, {"published": NOW + hours(24 * 9)}, "held: it is dated more than a week ahead (2026-12-04)"),
        ({"approval": "always"}, {}, "waits for approval"),
        ({"languages": ("kk",)}, {}, "skipped: its language (en) is not for this channel"),
        ({"not_sections": ("Ads",)}, {"section": "ads"}, "skipped: its section (ads) is not for this channel"),
        ({"tags": ("port",)}, {}, "skipped: its tags (none given) are not for this channel"),
        ({"not_keywords": ("loan",)}, {}, "skipped: by its words (“loan”) it is not for this channel"),
        ({}, {"published": NOW - hours(30)}, "skipped: was 30 h old when it came"),
        ({"sources": ("else",)}, {}, "not for it: it does not listen to main"),
    ],
)
def test_each_article_gets_the_rule_that_decides(tmp_path, who, said, verdict):
    assert judged(tmp_path, replace(ONE, **who), **said).said == verdict


def test_an_article_is_judged_as_it_was_when_it_came(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.go(hours(100))
    (found,) = desk.act(judge(desk.room(), "one"))
    assert (found.seen_at, found.state, found.reason) == (NOW, State.DUE, Reason.PLANNED)


def test_the_newest_articles_come_first_and_as_many_as_asked(tmp_path):
    desk = Desk(tmp_path, listed=(MAIN,))
    for n in (1, 2, 3):
        desk.poll(article(n))
        desk.go(minutes(1))
    found = desk.act(judge(desk.room(), "one", articles=2))
    assert [each.article.title for each in found] == [article(3).title, article(2).title]
    with pytest.raises(RefusedVerb, match="there is no channel two"):
        desk.act(judge(desk.room(), "two"))
