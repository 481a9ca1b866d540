"""A changed template is tried on past stories: what differs, what would be lost, what would lose its link."""

from dataclasses import replace

import pytest

from adapters.contract import Post
from bot.actions import newsroom, templates
from bot.actions.trial import Trial, Unwritten
from bot.model import Source
from bot.posts.template import TemplateError
from bot.store import templates as stored
from tests.unit.engine import MAIN, NOW, ONE, TEMPLATE, Desk, article, minutes

LONG = "{{ title }}" * 12 + "{{ url }}"
UNLINKED = "{{ title }}"
SAME = "{{ title }}\n\n\n\n{{ url }}\n"


def trial(desk: Desk, text: str, *, name: str = "fake", articles: int = 50) -> Trial:
    return desk.act(templates.try_out(desk.room(), {name: text}, articles=articles))


def counts(found: Trial) -> tuple[int, int, int, int, int]:
    lost = sum(pair.loses_link for pair in found.pairs)
    return found.looked_at, len(found.pairs), len(found.differing), len(found.lost), lost


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("New: {{ title }}\n\n{{ url }}", (3, 3, 3, 0, 0)),
        (TEMPLATE, (3, 3, 0, 0, 0)),
        (SAME, (3, 3, 0, 0, 0)),
        (UNLINKED, (3, 3, 3, 0, 3)),
        ("{{ title }}{% if is_solemn %}{{ url }}{% endif %}", (3, 3, 3, 3, 3)),
        (LONG, (3, 3, 3, 3, 0)),
        ('<a href="{{ url }}">{{ title }}</a>', (3, 3, 3, 0, 0)),
        ('<a href="https://courier.example/">{{ title }}</a>', (3, 3, 3, 0, 3)),
        ("{% if is_solemn %}x{% endif %}", (3, 3, 3, 3, 0)),
    ],
    ids=["other", "same", "same when tidied", "unlinked", "linked at times", "long", "linked", "elsewhere", "no words"],
)
def test_a_change_is_counted_by_what_readers_would_see(tmp_path, text, expected):
    desk = Desk(tmp_path, replace(ONE, form="text"))
    desk.poll(article(3), article(2), article(1))
    assert counts(trial(desk, text)) == expected


def test_a_link_in_the_card_is_a_link(tmp_path):
    desk = Desk(tmp_path, replace(ONE, form="card"))
    desk.poll(article())
    (pair,) = trial(desk, UNLINKED).pairs
    assert isinstance(pair.after, Post)
    assert pair.after.card is not None
    assert (pair.differs, pair.loses_link) == (True, False)


def test_both_posts_and_the_reason_for_none_are_kept_to_be_looked_at(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    (pair,) = trial(desk, LONG).lost
    assert isinstance(pair.before, Post)
    assert pair.before.text.startswith("Port 1 wins")
    assert str(pair.after).startswith("too long: text")


def test_what_cannot_be_written_either_way_is_no_reason_to_refuse(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(title="x" * 400))
    found = trial(desk, "New: " + TEMPLATE)
    assert counts(found) == (1, 1, 1, 0, 0)
    assert isinstance(found.pairs[0].after, Unwritten)
    desk.act(templates.bring_in(desk.room(), (templates.Text("fake", "New: " + TEMPLATE),)))
    assert desk.ask(stored.template_for, ONE, "en").version == 2


def test_a_limit_that_broke_before_refuses_too_where_a_plainer_template_would_keep_it(tmp_path):
    desk = Desk(tmp_path, replace(ONE, form="text"))
    desk.poll(article())
    desk.ask(stored.put, [stored.Draft("fake", LONG, stored.PERSON, 1)], NOW, actor="cli:dana")
    found = trial(desk, "New: " + LONG)
    assert (found.lost, [each.still_breaks for each in found.forbidding]) == ((), [True])
    with pytest.raises(templates.WouldLose, match="would still break a limit with a post of “Port 1"):
        desk.act(templates.bring_in(desk.room(), (templates.Text("fake", "New: " + LONG),)))
    desk.act(templates.bring_in(desk.room(), (templates.Text("fake", TEMPLATE),)))


def test_a_person_s_own_text_that_is_too_long_is_not_the_template_s_doing(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(newsroom.mark(desk.room(), desk.delivery(1).story, text=("fake", "word " * 100)))
    assert trial(desk, "New: " + TEMPLATE).forbidding == ()


def test_only_the_newest_stories_are_tried(tmp_path):
    desk = Desk(tmp_path)
    for n in range(1, 6):
        desk.go(minutes(1))
        desk.poll(article(n))
    found = trial(desk, UNLINKED, articles=2)
    assert (found.looked_at, [pair.article.guid for pair in found.pairs]) == (2, ["guid-5", "guid-4"])


def test_a_change_is_tried_on_every_channel_that_would_use_it_and_no_other(tmp_path):
    own = replace(ONE, id="own", template="mine", place=(("chat", "@own"),))
    kazakh = replace(ONE, id="kazakh", languages=("kk",), place=(("chat", "@kk"),))
    other = replace(ONE, id="other", sources=("sport",), place=(("chat", "@o"),))
    sport = replace(ONE, id="sport", not_sections=("Sport",), place=(("chat", "@s"),))
    desk = Desk(tmp_path, ONE, own, kazakh, other, sport, listed=(MAIN, Source(id="sport", url="https://s.example/")))
    desk.ask(stored.offer, {"mine": "Mine: {{ title }} {{ url }}"}, NOW, origin=stored.FILE)
    desk.poll(article(section="Sport"))
    assert [pair.channel for pair in trial(desk, UNLINKED).pairs] == ["one"]
    assert [pair.channel for pair in trial(desk, UNLINKED, name="mine").pairs] == ["own"]
    assert trial(desk, UNLINKED, name="nobodys").pairs == ()


def test_a_new_template_for_a_language_is_compared_with_what_served_that_language_so_far(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(2, language="kk"), article(1))
    (pair,) = trial(desk, "Жаңа: {{ title }}\n\n{{ url }}", name="fake.kk").pairs
    assert (pair.article.language, pair.template) == ("kk", "fake.kk")
    assert isinstance(pair.before, Post)
    assert isinstance(pair.after, Post)
    assert pair.after.text == f"Жаңа: {pair.before.text}"


def test_a_template_that_fails_only_in_corrections_is_found_where_there_was_one(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(1), article(2))
    desk.act(newsroom.mark(desk.room(), desk.delivery(1).story, correction="The loan is 900 million, not 90."))
    corrected = "{% if is_correction %}Corrected: {{ correction }}{% else %}{{ title }}{% endif %}\n\n{{ url }}"
    desk.act(templates.bring_in(desk.room(), (templates.Text("fake", corrected),)))
    found = trial(desk, corrected.replace("{{ correction }}", "{{ correction }}" * 12))
    assert (len(found.pairs), [str(pair.kind) for pair in found.lost]) == (3, ["reply"])


def test_the_limits_an_account_was_found_to_have_are_those_that_count(tmp_path):
    from adapters.contract import Limits
    from bot.store import accounts

    desk = Desk(tmp_path)
    desk.poll(article())
    desk.ask(accounts.keep_limits, "acme", Limits(text=5_000), NOW + minutes(60))
    text = "Our " + "word of greeting " * 25 + "goes first.\n\n{{ title }}\n\n{{ url }}"
    assert counts(trial(desk, text)) == (1, 1, 1, 0, 0)
    desk.ask(accounts.keep_limits, "acme", Limits(text=300), NOW + minutes(60))
    assert counts(trial(desk, text)) == (1, 1, 1, 1, 0)


def test_a_correction_that_loses_its_link_is_counted_though_it_may_go_out_without(tmp_path):
    desk = Desk(tmp_path, replace(ONE, form="text"))
    desk.poll(article())
    desk.act(newsroom.mark(desk.room(), desk.delivery(1).story, correction="The loan is 900 million, not 90."))
    corrected = "{% if is_correction %}Corrected: {{ correction }}{% else %}{{ title }}{% endif %}\n\n{{ url }}"
    desk.act(templates.bring_in(desk.room(), (templates.Text("fake", corrected),)))
    found = trial(
        desk,
        corrected.replace("{{ correction }}{% else %}", "{{ correction }}{% else %}{{ url }} ").removesuffix(
            "{{ url }}"
        ),
    )
    assert [(str(pair.kind), pair.loses_link) for pair in found.pairs] == [("post", False), ("reply", True)]
    assert found.lost == ()


def test_trying_changes_nothing_and_a_mistake_is_told_first(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    rows = len(desk.log())
    trial(desk, LONG)
    with pytest.raises(TemplateError):
        trial(desk, "{{ titel }}")
    assert (len(desk.log()), len(desk.ask(stored.history, "fake"))) == (rows, 1)


def test_a_post_is_written_as_of_when_its_story_was_new(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.go(minutes(60 * 24 * 40))
    (pair,) = trial(desk, "{{ mark }}{{ title }} {{ url }}").pairs
    assert isinstance(pair.after, Post)
    assert pair.after.text.startswith("Port 1 wins")


def test_a_template_that_gives_posts_a_defect_is_told_apart_and_refused_all_the_same(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    text = "{{ title }} “quoted\n\n{{ url }}"
    (pair,) = trial(desk, text).lost
    assert (pair.is_unfit, str(pair.after).partition(":")[0]) == (True, "not fit to be sent")
    with pytest.raises(templates.RefusedVerb, match="not fit to be sent"):
        desk.act(templates.bring_in(desk.room(), (templates.Text("fake", text),)))
