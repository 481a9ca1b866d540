"""A rehearsal accounts for every story on every channel, whatever goes wrong, and says so honestly."""

import json
import os
import re
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console

from adapters.emulators.pictures import is_film
from bot.commands.rehearse import PORT, Asked, prepared, rehearse
from bot.commands.rehearse_show import table
from bot.media.cutting import found_ffmpeg
from bot.media.studio import Cutting, Uncut
from bot.model import Reason, State
from bot.networks import emulators
from bot.rehearsal.outcome import Outcome
from tests.reel import Reel

pytestmark = pytest.mark.skipif(
    not emulators(), reason="JARSHY IS NOT INSTALLED HERE, so no network can be rehearsed: use `make test`"
)
ACCOUNT = "accounted for 120 of 120: published 81, skipped 22, held 17, undecided 0, duplicates 0, lost 0"
UNFILMED = "accounted for 120 of 120: published 69, skipped 22, held 29, undecided 0, duplicates 0, lost 0"
"""On a machine without ffmpeg."""
DATA = Path(os.environ.get("JARSHY_DATA") or Path(__file__).parents[3] / "shared" / "data") / "real_feeds"
FEEDS = sorted(each for each in DATA.glob("*") if each.suffix != ".md") if DATA.is_dir() else [None]


_CREDIT = re.compile(r"^(?:Photo|Фото): .*$", re.MULTILINE)


def played(asked: Asked, cutting: Cutting | None = None) -> Outcome:
    """Rehearse with films that cost nothing, also where there is no ffmpeg."""
    return replace(prepared(asked), cutting=cutting or Reel()).run()


@pytest.fixture(scope="module")
def calm() -> Outcome:
    return played(Asked())


def standings(came: Outcome, title: str) -> list[tuple[State, Reason]]:
    """How the stories with a title stand, by channel: telegram-en, x, facebook and so on, tiktok at last."""
    return [
        (told.delivery.state, told.delivery.reason)
        for story in came.stories.values()
        for told in story
        if told.article and told.article.title.startswith(title)
    ]


def test_the_demo_shows_what_an_editor_should_know(calm: Outcome) -> None:
    sent, foreign = (State.DONE, Reason.SENT), (State.SKIPPED, Reason.LANGUAGE)
    asked, long = (State.HELD, Reason.APPROVAL), (State.HELD, Reason.TOO_LONG)
    news_only = (State.SKIPPED, Reason.SECTION)
    assert standings(calm, "The tenge this morning") == [*[sent] * 9, foreign] * 2
    assert standings(calm, "Aktau port") == [*[sent] * 9, foreign]
    assert standings(calm, "Ерасыл") == [foreign, *[sent] * 9]
    assert standings(calm, "Пять человек погибли") == [foreign, *[asked] * 9]
    assert standings(calm, "Астанада") == [(State.SKIPPED, Reason.FIRST_RUN)] * 10
    assert standings(calm, "An open letter") == [long, long, news_only, *[long] * 6, foreign]
    assert sum("the article changed after it was posted" in alert.what for alert in calm.alerts) == 9
    assert [note.partition("”")[2][:11] for note in calm.notes] == [" came again", " was in the"]


def test_an_embargo_is_kept_to_the_minute(calm: Outcome) -> None:
    noon = datetime(2026, 11, 20, 7, tzinfo=UTC)
    shown = [each.at for each in calm.world.posts.values() if "сауалнама" in each.title + each.text]
    assert len(shown) == 9
    assert all(noon <= at < noon + timedelta(minutes=1) for at in shown)


def test_a_story_is_out_within_a_poll_of_its_date(calm: Outcome) -> None:
    late = [
        told.delivery.moved_at - told.article.published
        for story in calm.stories.values()
        for told in story
        if told.delivery.state is State.DONE and told.article and told.article.published and told.delivery.moved_at
    ]
    assert len(late) == 81
    assert max(late) <= timedelta(seconds=61)


def test_a_link_preview_shows_the_page_as_it_was_then(calm: Outcome) -> None:
    """On Telegram the story has its photo instead."""
    cards = [each.card[1] for each in calm.world.posts.values() if each.card and "ultrasound" in each.card[0]]
    assert cards == ["Health Ministry to equip 810 rural clinics with ultrasound by spring"] * 6


def test_the_last_line_is_the_account_and_no_control_code_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(Asked(has_texts=True)) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == (ACCOUNT if found_ffmpeg() else UNFILMED)
    assert "\x1b" not in out
    assert out.count("Waits for approval (a solemn story)") == 7
    assert out.count("a solemn story never becomes a film by itself") == 2
    assert "Not even its shortest form fits Telegram" in out
    (changed,) = (line for line in out.splitlines() if "the article changed after it was posted" in line)
    assert changed.startswith("alert: deliveries 71, 72, ")
    assert " on telegram-en, x, facebook, " in changed
    assert changed.endswith("tells readers what was wrong; `edit-post ID` or `delete-post ID` where the network can)")


@pytest.mark.parametrize(("width", "cell"), [(200, "✓ Mon 10:10"), (117, "✓ 10:10"), (80, "✓")])
def test_a_headline_keeps_its_room_beside_ten_channels(calm: Outcome, width: int, cell: str) -> None:
    page = Console(width=width, file=StringIO())
    page.print(table(calm.stories, "Asia/Almaty", calm.ended, width=width))
    (row,) = [line for line in cast(StringIO, page.file).getvalue().splitlines() if "Aktau port wins 48" in line]
    assert row.count(f"{cell} ") == 9


def test_who_cannot_be_shown_the_timelines_hears_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    item = "<item><title>Rain in Astana</title><guid>1</guid><link>https://mine.example/1</link></item>"
    (tmp_path / "feed.xml").write_text(f"<rss version='2.0'><channel>{item}</channel></rss>")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("bot.commands.rehearse._is_free", lambda port: False)
    shown = StringIO()
    monkeypatch.setattr("bot.commands.rehearse.Console", partial(Console, file=shown))
    assert rehearse(Asked(feed=str(tmp_path / "feed.xml"))) == 0
    assert f"Another program holds port {PORT}, so what readers see is not shown" in shown.getvalue()


def test_without_ffmpeg_films_are_held_and_all_else_goes_out() -> None:
    came = played(Asked(articles=3), Uncut())
    held = [told.sentence for story in came.stories.values() for told in story if told.delivery.state is State.HELD]
    assert len(held) == 2
    assert all("pip install 'jarshy[video]'" in each for each in held)
    assert (came.is_good, came.reckoning.published) == (True, 16)


def test_each_network_is_given_the_form_it_wants(calm: Outcome) -> None:
    """A film, a photo or a drawn card, a picture on the link's card, or a card the network draws by itself."""
    forms = defaultdict[str, set[str]](set)
    for shown in calm.world.posts.values():
        kinds = {"film" if is_film(calm.world.files[sha].content) else "picture" for sha, _ in shown.media}
        forms[shown.network] |= kinds or {"thumb" if shown.thumb else "card" if shown.card else "words"}
    assert forms == {
        "youtube": {"film"},
        "tiktok": {"film"},
        "instagram": {"picture"},
        "linkedin": {"thumb", "card"},
        "bluesky": {"thumb", "card"},
        "telegram": {"picture", "words"},
        **{name: {"card"} for name in ("x", "facebook", "mastodon", "threads")},
    }


def test_cards_are_drawn_in_each_language_of_the_newsroom(calm: Outcome) -> None:
    drawn = {
        told.article.language
        for story in calm.stories.values()
        for told in story
        if told.article and told.delivery.state is State.DONE and told.delivery.channel == "instagram"
        if told.delivery.post and any(each.is_drawn for each in told.delivery.post.media)
    }
    assert drawn == {"en", "ru", "kk"}


def test_json_carries_the_account_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(Asked(articles=2, is_json=True)) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kept"], told["expected"], told["published"], told["lost"]) == (
        True,
        20,
        9 if found_ffmpeg() else 8,
        0,
    )


# 3 and 9 lose the answer to the very first post on Telegram.
@pytest.mark.parametrize("seed", [3, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 9, 14))])
def test_chaos_changes_nothing_for_readers(calm: Outcome, seed: int) -> None:
    came = played(Asked(chaos=0.3, seed=seed))
    assert str(came.reckoning) == ACCOUNT
    assert came.is_good
    assert words(came) == words(calm)
    assert any(entry.status >= 400 for entry in came.world.ledger)


def words(came: Outcome) -> set[tuple[str, str]]:
    """Tell what is written where. A photo that does not come takes its credit with it, and nothing else."""
    posts = came.world.posts.values()
    return {(shown.network, " ".join(_CREDIT.sub("", shown.text).split())) for shown in posts}


def test_a_seed_gives_the_same_course_of_events_again() -> None:
    once, again = (played(Asked(articles=3, chaos=0.4, seed=5)) for _ in range(2))
    assert once.world.ledger == again.world.ledger


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name if feed else "none")
def test_everything_in_a_real_feed_is_accounted_for(feed: Path | None) -> None:
    if feed is None:
        pytest.skip(f"NO REAL FEEDS at {DATA}: set JARSHY_DATA to judge the replay by them")
    came = played(Asked(feed=str(feed), articles=2))
    counts = came.reckoning
    assert came.is_good, came.reckoning
    assert counts.published + counts.skipped + counts.held == counts.expected > 0
    assert Reason.FIRST_RUN not in {told.delivery.reason for story in came.stories.values() for told in story}


@pytest.mark.parametrize(("words", "said"), [("<html><body>Hello", "HTML page"), ("", "empty"), (None, "No such file")])
def test_what_is_no_feed_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str | None, said: str
) -> None:
    path = tmp_path / "feed.xml"
    if words is not None:
        path.write_text(words)
    assert rehearse(Asked(feed=str(path))) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert not told.out


def test_no_network_of_the_demo_refuses_a_picture_that_we_made_for_it(calm: Outcome) -> None:
    said = [told.sentence for story in calm.stories.values() for told in story]
    assert len(said) == 120
    assert not [each for each in said if "refused it" in each]


def test_articles_taken_for_one_story_are_told(tmp_path: Path) -> None:
    item = "<item><title>{0} {0}</title><link>https://mine.example/1</link><guid>{0}</guid></item>"
    feed = tmp_path / "feed.xml"
    feed.write_text(f"<rss version='2.0'><channel>{item.format('Rain')}{item.format('Snow')}</channel></rss>")
    came = played(Asked(feed=str(feed)))
    assert "2 articles of the feed became 1 stories: some share an address." in came.notes


def test_an_entry_of_which_no_story_can_come_is_named(tmp_path: Path) -> None:
    item = "<item><title>{0}</title><guid>{0}-1</guid>{1}</item>"
    feed = tmp_path / "feed.xml"
    items = item.format("Rain", "<link>https://mine.example/1</link>") + item.format("Snow", "")
    feed.write_text(f"<rss version='2.0'><channel>{items}</channel></rss>")
    came = played(Asked(feed=str(feed)))
    assert len(came.stories) == 1
    assert "“Snow” has no link and cannot be posted." in came.notes


def test_an_address_goes_through_the_guarded_client(capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(Asked(feed="http://127.0.0.1/feed")) == 1
    assert "127.0.0.1" in capsys.readouterr().err


def test_a_newsroom_rehearses_its_own_channels_at_invented_accounts(tmp_path: Path) -> None:
    settings = tmp_path / "jarshy.yaml"
    settings.write_text(
        "newsroom: {name: Mine, zone: UTC}\n"
        "sources: {main: {url: 'https://mine.example/feed'}}\n"
        "accounts: {tg: {network: telegram, credentials: {token: MY_TOKEN}}}\n"
        "channels: {news: {account: tg, chat: '@mine', newest_post: 'https://t.me/mine/4711'}}\n"
    )
    feed = tmp_path / "feed.xml"
    item = "<item><title>Rain</title><link>https://mine.example/1</link><description>It rained a lot.</description>"
    feed.write_text(f"<rss version='2.0'><channel><title>Mine</title>{item}</item></channel></rss>")
    came = prepared(Asked(feed=str(feed), settings=settings)).run()
    assert [(shown.place, shown.text.splitlines()[0]) for shown in came.world.posts.values()][1:] == [("@mine", "Rain")]
    assert came.is_good


_DATED = (timedelta(hours=-2), timedelta(hours=-1), timedelta(days=365))


def test_a_story_dated_far_ahead_is_held_and_makes_no_time_leap(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    item = "<item><title>{0}</title><link>https://mine.example/{1}</link><guid>{1}</guid>{2}</item>"
    dates = [f"<pubDate>{now + by:%a, %d %b %Y %H:%M:%S} +0000</pubDate>" for by in _DATED]
    told = [
        "Rain fills the lake at Aktau",
        "Snow closes the road to Altai",
        "Grain reaches the port",
        "Wind turns a mill",
    ]
    items = "".join(item.format(title, n, date) for n, (title, date) in enumerate(zip(told, [*dates, ""], strict=True)))
    feed = tmp_path / "feed.xml"
    feed.write_text(f"<rss version='2.0'><channel>{items}</channel></rss>")
    came = played(Asked(feed=str(feed)))
    assert {reason for _, reason in standings(came, "Grain")} == {Reason.FAR_FUTURE}
    assert not any(reason is Reason.FAR_FUTURE for title in told[:2] for _, reason in standings(came, title))
    out = [each.at for story in came.stories.values() for each in story if each.delivery.state is State.DONE]
    assert max(out) < now + timedelta(days=2)
