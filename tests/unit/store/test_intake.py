"""What a poll brings: stories, revisions and deliveries, each once, in one transaction."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.articles.feed import BROKEN_OFF, read
from bot.model import Channel, Source
from bot.rules.alert_words import moment
from bot.rules.alerts import Cause
from bot.rules.plan import VERSION
from bot.store import alerts, listing
from bot.store.accounts import set_up
from bot.store.schema import alert, identity, revision, sighting, source, story
from bot.store.sources import Validators, read_failed
from bot.store.stories import article_of
from tests.unit.articles.given import entry, rss
from tests.unit.engine import MAIN, NOW, ONE, Desk, article, minutes

OTHER = Source(id="other", url="https://other.example/feed")
TWO = Channel(id="two", account="acme", network="fake", place=(("chat", "@two"),), sources=("other",))


def stories(desk):
    return desk.ask(lambda db: [row.id for row in db.execute(sa.select(story))])


def state(desk, who="main"):
    return desk.ask(lambda db: db.execute(sa.select(source).where(source.c.id == who)).one())


def test_articles_deliveries_log_and_validators_come_in_one_transaction(tmp_path):
    desk = Desk(tmp_path)
    desk.ask(lambda db: db.execute(source.insert(), {"id": "other", "etag": '"v2"'}))
    desk.ask(lambda db: db.exec_driver_sql("CREATE UNIQUE INDEX clash ON source (etag)"))
    with pytest.raises(sa.exc.IntegrityError):
        desk.poll(article(), validators=Validators('"v2"', "", "new"))
    assert (stories(desk), desk.count(), desk.log(story="x"), state(desk).etag) == ([], 0, [], '"v1"')
    desk.ask(lambda db: db.exec_driver_sql("DROP INDEX clash"))
    desk.poll(article(), validators=Validators('"v2"', "", "new"))
    assert (len(stories(desk)), desk.count(), state(desk).etag) == (1, 1, '"v2"')


def test_a_feed_that_was_cut_off_keeps_its_old_validators_and_takes_nothing_out(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(2), article(1))
    desk.poll(article(3), is_complete=False, validators=Validators('"v3"', "", "cut"))
    assert (desk.count(), state(desk).etag) == (3, '"v1"')
    in_feed = desk.ask(lambda db: list(db.scalars(sa.select(sighting.c.is_in_feed))))
    assert in_feed == [True, True, True]
    desk.poll(article(3))
    assert sum(desk.ask(lambda db: list(db.scalars(sa.select(sighting.c.is_in_feed))))) == 1


@pytest.mark.parametrize(("backfill", "let_out"), [(0, 0), (2, 2), (3, 3), (99, 3)])
def test_a_first_look_lets_out_only_the_newest_the_settings_ask_for(tmp_path, backfill, let_out):
    who = replace(MAIN, backfill=backfill)
    desk = Desk(tmp_path, listed=(who,), is_open=False)
    desk.poll(*[article(n, published=NOW - minutes(10 - n)) for n in (3, 2, 1)])
    reasons = [desk.stands(n)[1] for n in (1, 2, 3)]
    assert reasons == ["first_run"] * (3 - let_out) + ["planned"] * let_out
    assert "Was there before we first read this feed" in desk.why(1) or let_out == 3


@pytest.mark.parametrize("backfill", [0, 1])
def test_what_came_while_nobody_read_the_feed_for_a_week_is_no_news(tmp_path, backfill):
    desk = Desk(tmp_path, listed=(replace(MAIN, backfill=backfill),))
    desk.poll(article(1))
    desk.go(timedelta(days=9))
    desk.poll(article(3, published=None), article(2, published=None), article(1))
    assert desk.stands(1) == ("due", "planned")
    stood = [desk.stands(n) for n in (2, 3)]
    skipped = ("skipped", "long_away")
    assert sorted(stood) == sorted([skipped, ("due", "planned") if backfill else skipped])
    assert "Came while this feed was not read for 9 days" in desk.why(1 + stood.index(skipped) + 1)
    told = f"{2 - backfill} stories that came while it was not read for 9 days are not posted by themselves"
    assert told in str(desk.ask(lambda db: db.execute(sa.select(alert.c.what)).all()))
    desk.go(minutes(5))
    desk.poll(article(4, published=None))
    assert desk.stands(4) == ("due", "planned")


def test_a_feed_that_is_cut_off_from_now_on_is_not_silent_for_ever(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(1))
    desk.go(timedelta(days=9))
    desk.poll(article(2), article(1), is_complete=False)
    desk.go(minutes(5))
    desk.poll(article(3, published=NOW + timedelta(days=9)), article(2), is_complete=False)
    assert (desk.stands(2), desk.stands(3)) == (("skipped", "long_away"), ("due", "planned"))


def test_a_feed_that_is_asked_every_week_brings_news(tmp_path):
    desk = Desk(tmp_path, listed=(replace(MAIN, poll=timedelta(days=7)),))
    desk.poll(article(1))
    desk.go(timedelta(days=7, seconds=5))
    desk.poll(article(2, published=None), article(1))
    assert desk.stands(2) == ("due", "planned")


def test_a_feed_that_was_read_within_the_week_still_brings_news(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(1))
    desk.go(timedelta(days=7))
    desk.poll(article(2, published=None), article(1))
    assert desk.stands(2) == ("due", "planned")


def test_the_rules_version_stands_in_the_row_of_a_skip(tmp_path):
    desk = Desk(tmp_path, replace(ONE, languages=("kk",)))
    desk.poll(article())
    row = desk.log(delivery=1)[0]
    assert (row["state"], row["reason"], row["detail"], row["rules"]) == ("skipped", "language", "en", VERSION)


def test_every_story_is_accounted_for_once_on_every_channel_that_listens(tmp_path):
    desk = Desk(tmp_path, ONE, TWO, listed=(MAIN, OTHER))
    desk.poll(article(2), article(1))
    desk.poll(article(2), article(1))
    assert [desk.delivery(n).channel for n in (1, 2)] == ["one", "one"]
    assert desk.count() == 2


def test_the_database_itself_refuses_a_second_post_of_a_story(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    again = (
        "INSERT INTO delivery_story SELECT delivery + 1, story, channel, kind, number FROM delivery_story",
        "UPDATE delivery SET key = (SELECT key FROM delivery WHERE id = 1)",
    )
    desk.poll(article(2), article())
    for words in again:
        with pytest.raises(sa.exc.IntegrityError):
            desk.ask(lambda db, said=words: db.exec_driver_sql(said))


@pytest.mark.parametrize("first", ["main", "other"])
def test_one_story_in_two_feeds_goes_once_to_each_channel_in_the_words_of_the_first_listed(tmp_path, first):
    desk = Desk(tmp_path, replace(ONE, sources=("main",)), TWO, listed=(MAIN, OTHER))
    told = {
        "main": (article(title="Main words of port 1"), MAIN),
        "other": (article(title="Other words of port 1", guid="else", source="other"), OTHER),
    }
    second = "other" if first == "main" else "main"
    for name in (first, second, first, second):
        desk.poll(told[name][0], source=told[name][1])
    assert (len(stories(desk)), desk.count()) == (1, 2)
    for who in ("one", "two"):
        desk.turn(who)
    assert [text.splitlines()[0] for text in desk.wire.shown] == ["Main words of port 1"] * 2


def test_a_merge_is_told_with_its_rule_and_both_sources_names_are_known_from_then_on(tmp_path):
    desk = Desk(tmp_path, ONE, listed=(MAIN, OTHER))
    desk.poll(article())
    desk.poll(article(guid="theirs", source="other"), source=OTHER)
    merged = [row for row in desk.log() if row["action"] == "story.merged"]
    assert [(row["rule"], row["source"]) for row in merged] == [("same address", "other")]
    moved = article(guid="theirs", source="other", url="https://other.example/moved", paragraphs=("Short.",))
    desk.poll(moved, source=OTHER)
    assert (len(stories(desk)), desk.count()) == (1, 1)


def test_a_story_is_known_by_every_name_it_ever_had_however_long_ago(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.poll(article(url="https://courier.example/2026/11/new-slug"))
    desk.go(timedelta(days=30))
    desk.poll(article(url="https://courier.example/2026/11/new-slug", guid="new-guid", paragraphs=("All new.",)))
    desk.poll(article(paragraphs=("All new.",), title="All new"))
    desk.poll(article(url="https://courier.example/2026/11/third", guid="new-guid", title="Other", paragraphs=()))
    assert (len(stories(desk)), desk.count()) == (1, 1)


def test_a_story_merged_by_its_text_stays_merged_when_the_text_is_long_gone(tmp_path):
    desk = Desk(tmp_path, ONE, listed=(MAIN, OTHER))
    desk.poll(article())
    theirs = article(guid="t", url="https://other.example/a", source="other")
    desk.poll(replace(theirs, paragraphs=article().paragraphs), source=OTHER)
    assert len(stories(desk)) == 1
    desk.go(timedelta(days=10))
    desk.poll(article(99, paragraphs=("Quite another story by now.",)), article(paragraphs=("Cut.",)))
    desk.poll(replace(theirs, paragraphs=("Cut.",)), source=OTHER)
    assert len(stories(desk)) == 2


def test_entries_of_one_diary_page_stay_two_stories(tmp_path):
    desk = Desk(tmp_path)
    page = "https://courier.example/diary/2026-11-25"
    desk.poll(article(2, url=f"{page}#two", paragraphs=()), article(1, url=f"{page}#one", paragraphs=()))
    desk.poll(article(3, url=f"{page}#three", paragraphs=()), article(2, url=f"{page}#two", paragraphs=()))
    assert len(stories(desk)) == 3


def test_two_entries_with_one_address_are_one_story_with_the_newer_words_and_a_row_that_says_so(tmp_path):
    desk = Desk(tmp_path)
    old = article(1, guid="a", url="https://courier.example/report", title="A report is out", paragraphs=())
    new = article(2, guid="b", url="https://courier.example/report", title="The report names 12 towns", paragraphs=())
    for _ in range(3):
        desk.poll(new, old)
    (only,) = stories(desk)
    assert desk.ask(lambda db: article_of(db, only)).title == "The report names 12 towns"
    assert len([row for row in desk.log() if row["action"] == "story.merged"]) == 1
    assert desk.ask(lambda db: db.scalar(sa.select(sa.func.count()).select_from(revision))) == 2, (
        "they revise each other"
    )


def test_a_daily_column_under_one_headline_stays_two_stories(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(1, title="Exchange rates"))
    desk.go(timedelta(hours=24))
    other = "wholly other words on quite another day about what a dollar cost the people of this town"
    desk.poll(article(2, title="Exchange rates", paragraphs=(other,), published=desk.clock.now()))
    assert desk.count() == 2


def test_a_channel_added_later_does_not_get_old_stories(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    late = replace(ONE, id="late")
    desk.channels["late"] = late
    desk.ask(set_up, [], [late])
    desk.poll(article(2), article())
    assert [(desk.delivery(n).channel) for n in range(1, desk.count() + 1)] == ["one", "one", "late"]


def test_a_significant_revision_writes_what_waits_anew_and_a_trivial_one_does_not(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.say("publish", RuntimeError)
    desk.change(1, digest="frozen", post=None)
    desk.poll(article(tags=("ports",)))
    assert (desk.delivery().digest, desk.delivery().reason) == ("frozen", "planned")
    desk.poll(article(tags=("ports",), title="Port 1 wins a loan of 900 million"))
    assert (desk.delivery().digest, desk.stands(), desk.delivery().revision) == ("", ("due", "revised"), 3)
    kinds = desk.ask(lambda db: list(db.scalars(sa.select(revision.c.change).order_by(revision.c.number))))
    assert kinds == ["", "trivial", "significant"]


@pytest.mark.parametrize(
    ("said", "alerts"),
    [
        ({"tags": ("ports",)}, []),
        ({"title": "Port 1 wins a loan of 900 million"}, ["story_revised"]),
        ({"correction": "An earlier version named another bank."}, ["story_revised"]),
        ({"title": "Retracted: Port 1 wins a loan of 101 million"}, ["story_revised"]),
    ],
)
def test_after_publishing_only_what_readers_were_told_otherwise_is_an_alert(tmp_path, said, alerts):
    desk = Desk(tmp_path)
    desk.publish()
    desk.poll(article(**said))
    assert (desk.alerts(), desk.stands()) == (alerts, ("done", "sent"))


def test_a_feed_that_only_dates_its_answer_anew_changed_nothing(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(modified=NOW))
    desk.poll(article(modified=NOW + minutes(1)))
    assert desk.ask(lambda db: db.scalar(sa.select(sa.func.count()).select_from(revision))) == 1


@pytest.mark.parametrize("stands", [("due", "planned"), ("held", "approval")])
def test_a_retraction_holds_what_waits(tmp_path, stands):
    desk = Desk(tmp_path, replace(ONE, approval="always" if stands[0] == "held" else "never"))
    desk.poll(article())
    assert desk.stands() == stands
    desk.poll(article(title="Retracted: Port 1 wins a loan of 101 million"))
    assert desk.stands() == ("held", "retracted")
    assert desk.alerts() == ["delivery_held"]


def fed(desk, n, start=100, **said):
    return [article(start + i, title=f"Site story {start + i} of many", paragraphs=(), **said) for i in range(n)]


def busy(tmp_path):
    """A desk that has seen single stories come, one a minute, and has two of them in its feed."""
    desk = Desk(tmp_path)
    desk.poll(article(0, paragraphs=()))
    for n in range(1, 8):
        desk.go(minutes(1))
        desk.poll(article(n, paragraphs=()), article(n - 1, paragraphs=()))
    return desk


def test_far_more_than_ever_comes_at_once_is_held_with_one_alert_until_people_looked(tmp_path):
    desk = busy(tmp_path)
    desk.go(minutes(1))
    desk.poll(*fed(desk, 20), article(7, paragraphs=()))
    assert [desk.stands(n) for n in range(9, 29)] == [("held", "flood")] * 20
    assert desk.alerts() == ["source_flood"]
    desk.go(minutes(1))
    desk.poll(*fed(desk, 20))
    assert desk.alerts() == ["source_flood"]
    desk.ask(lambda db: db.exec_driver_sql("UPDATE delivery SET state = 'cancelled', reason = 'cancelled'"))
    desk.poll(*fed(desk, 20))
    assert desk.alerts() == []


def test_a_busy_day_is_no_flood_and_neither_is_what_came_while_we_were_away(tmp_path):
    desk = busy(tmp_path)
    desk.go(minutes(1))
    desk.poll(*fed(desk, 5), article(7, paragraphs=()))
    assert "flood" not in {desk.stands(n)[1] for n in range(1, 13)}
    desk.go(timedelta(hours=8))
    desk.poll(*fed(desk, 30, start=300), *fed(desk, 5))
    assert "flood" not in {desk.stands(n)[1] for n in range(1, desk.count() + 1)}


def test_an_archive_that_comes_back_is_a_flood_even_on_a_young_database(tmp_path):
    desk = Desk(tmp_path, listed=(replace(MAIN, max_age=timedelta(days=99)),))
    desk.poll(article(1))
    desk.poll(*fed(desk, 8, published=NOW - timedelta(days=9)), article(1))
    assert [desk.stands(n)[1] for n in range(2, 10)] == ["flood"] * 8


def test_a_feed_of_which_nothing_is_known_may_have_lost_stories_since_it_last_answered(tmp_path):
    desk = busy(tmp_path)
    answered = desk.clock.now()
    desk.go(timedelta(hours=3))
    desk.ask(read_failed, MAIN, desk.clock.now(), why="down")
    desk.poll(article(50, paragraphs=(), published=desk.clock.now() - minutes(20)))
    gap = [row for row in desk.log() if row["action"] == "alert.opened"][-1]
    begin, end = (moment(at, desk.policy.zone) for at in (answered, desk.clock.now() - minutes(20)))
    assert gap["what"].startswith(f"stories between {begin} and {end} may be missing")
    desk.poll(article(51, paragraphs=()), article(50, paragraphs=()))
    assert desk.alerts() == []


@pytest.mark.parametrize("before", [(), (article(1),)])
def test_a_feed_that_was_empty_or_repeats_itself_has_lost_nothing(tmp_path, before):
    desk = Desk(tmp_path)
    desk.poll(*before)
    desk.poll(article(2), *before)
    assert desk.alerts() == []


def test_an_odd_thing_is_told_once(tmp_path):
    desk = Desk(tmp_path)
    for _ in range(3):
        desk.poll(odd=("“Port” has no link.",))
    assert [row["why"] for row in desk.log() if row["action"] == "source.odd"] == ["“Port” has no link."]


def test_what_a_feed_lacks_is_an_alert_until_it_is_there(tmp_path):
    """Also where the same comes again: the log writes an oddity down once, and people hear of it each time."""
    desk, lost, lacks = Desk(tmp_path), "“Port” has no link and cannot be posted.", Cause.SOURCE_LACKS
    for _ in range(2):
        desk.poll(odd=(BROKEN_OFF,), is_complete=False)
        (told,) = desk.ask(alerts.open_alerts)
        assert (told.cause, told.what) == (lacks, "it breaks off before its end, so stories may be missing")
        desk.go(minutes(1))
        desk.poll(odd=(lost,), unpostable=(("7", lost),))
        (told,) = desk.ask(alerts.open_alerts)
        assert (told.cause, told.what) == (lacks, "“Port” has no link and cannot be posted")
        desk.poll()
        assert desk.alerts() == []


def test_an_entry_that_would_be_no_news_is_no_alert(tmp_path):
    """It was there before the first look, or has stood there for longer than stories are posted."""
    old, new = "“Old” has no link and cannot be posted.", "“New” has no link and cannot be posted."
    desk = Desk(tmp_path, is_open=False)
    desk.poll(odd=(old,), unpostable=(("1", old),))
    desk.go(minutes(1))
    for _ in range(2):
        desk.poll(odd=(old, new), unpostable=(("1", old), ("2", new)))
    (told,) = desk.ask(alerts.open_alerts)
    assert told.what == "“New” has no link and cannot be posted"
    desk.go(desk.listed[0].max_age + minutes(1))
    desk.poll(odd=(old, new), unpostable=(("1", old), ("2", new)))
    assert Cause.SOURCE_LACKS not in [each.cause for each in desk.ask(alerts.open_alerts)]


def test_what_a_feed_lacks_ends_where_the_feed_leaves_the_settings(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(odd=(BROKEN_OFF,), is_complete=False)
    desk.ask(listing._close_of_gone, ["main"], NOW)
    assert len(desk.ask(alerts.open_alerts)) == 1
    desk.ask(listing._close_of_gone, ["sport"], NOW)
    assert desk.ask(alerts.open_alerts) == []


def test_the_oldest_comes_first_and_undated_ones_in_the_feeds_own_order(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(*[article(n, published=None) for n in (3, 2, 1)])
    while desk.turn():
        desk.go(minutes(1))
    desk.go(minutes(1))
    desk.turn()
    desk.go(minutes(1))
    desk.turn()
    assert [text.split()[1] for text in desk.wire.shown] == ["1", "2", "3"]


def test_names_are_kept_for_ever_and_only_once(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.poll(article())
    assert desk.ask(lambda db: db.scalar(sa.select(sa.func.count()).select_from(identity))) == 2


def test_news_of_a_feed_that_is_always_cut_off_is_posted(tmp_path):
    desk = Desk(tmp_path, is_open=False)
    told = {n: article(n, published=NOW - minutes(10 - n)) for n in range(1, 5)}
    desk.poll(told[3], told[2], is_complete=False)
    desk.poll(told[4], told[3], told[2], told[1], is_complete=False)
    reasons = {desk.delivery(n).published_at: desk.stands(n)[1] for n in range(1, 5)}
    assert [reasons[told[n].published] for n in (1, 2, 3, 4)] == ["first_run", "first_run", "first_run", "planned"]


def test_a_guid_that_stories_shared_once_makes_no_later_story_another_one(tmp_path):
    desk = Desk(tmp_path)

    def shared(*ns):
        return rss(*(entry(f"Story {n}", link=f"https://courier.example/{n}", guid="G") for n in ns))

    for listed in ((1, 2), (3,), (1,), (4,), (3,)):
        desk.poll(*read(shared(*listed), MAIN).articles)
    told = [desk.ask(article_of, each) for each in stories(desk)]
    assert sorted((one.title, one.revision) for one in told) == [(f"Story {n}", 1) for n in (1, 2, 3, 4)]
