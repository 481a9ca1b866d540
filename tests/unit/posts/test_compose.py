"""What a post becomes when the story is urgent, wrong, old, somebody's opinion, or does not fit."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import Limits
from bot.model import Article, Genre, Reason
from bot.posts.compose import CannotCompose
from bot.posts.fields import fields_of
from bot.posts.template import compile
from tests.unit.posts.newsroom import LISTS, NETWORKS, NOW, article, flagged, post_of, sent_at, template, tried

POLITICS = article("en-politics")
HOUR = timedelta(hours=1)
LONG = "Residents of the pilot districts " + "and of the districts around them " * 40 + "decide."


def test_breaking_is_a_mark_one_sentence_and_no_hashtag_while_it_holds() -> None:
    urgent = flagged(POLITICS, breaking_until=sent_at(POLITICS) + HOUR)
    post = post_of(urgent, "mastodon")
    assert post.text == f"BREAKING: {POLITICS.lead.split('. ')[0]}.\n\n{POLITICS.url}"
    later = post_of(urgent, "mastodon", now=sent_at(POLITICS) + HOUR)
    assert "BREAKING" not in later.text
    assert "#LocalBudgets" in later.text


LONG_LEAD = (
    "The lower house of parliament voted on Wednesday to let residents of forty-two pilot districts decide, " * 2
)
BURIED = replace(POLITICS, paragraphs=(f"{LONG_LEAD}it says.",), dek="Residents decide.")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Mazhilis backs public vote, ministry says", "BREAKING: Mazhilis backs public vote, ministry says."),
        ("Money, benches, lamps, roads and trees " * 4, f"BREAKING: {LONG_LEAD}it says."),
    ],
)
def test_breaking_prefers_what_can_be_taken_in_at_a_glance(title: str, text: str) -> None:
    urgent = flagged(replace(BURIED, title=title), breaking_until=sent_at(POLITICS) + HOUR)
    assert post_of(urgent, "facebook").text == text


@pytest.mark.parametrize(
    ("genre", "language", "text"),
    [
        (Genre.ANALYSIS, "en", "Analysis: Why now.\n\nBy A"),
        (Genre.OPINION, "ru", "Мнение: Why now.\n\nАвтор: A"),
        (Genre.OPINION, "kk", "Пікір: Why now.\n\nАвторы: A"),
        (Genre.LIVE, "en", f"Live: {POLITICS.lead}"),
        (Genre.LIVE, "kk", f"Тікелей эфир: {POLITICS.lead}"),
    ],
)
def test_a_genre_is_named_in_the_language_of_the_article(genre: Genre, language: str, text: str) -> None:
    story = replace(POLITICS, genre=genre, language=language, dek="Why now", authors=("A",))
    assert post_of(story, "facebook").text == text


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("own", ["Opinion: ", "Live: "])
def test_a_mark_the_headline_has_already_is_not_said_twice(network: str, own: str) -> None:
    story = replace(POLITICS, genre=Genre.OPINION, title=f"{own}let them vote", dek="", authors=("A",))
    assert post_of(story, network).text.startswith(("Opinion: Let them vote.\n", "Opinion: Let them vote\n"))


@pytest.mark.parametrize("genre", [Genre.OPINION, Genre.ANALYSIS])
@pytest.mark.parametrize("network", NETWORKS)
def test_an_opinion_never_speaks_in_the_first_person_of_its_lead(genre: Genre, network: str) -> None:
    story = replace(POLITICS, genre=genre, paragraphs=("I was there when they voted.", "We all were, that day."))
    for one in (story, replace(story, dek="")):
        assert "there" not in post_of(one, network).text


@pytest.mark.parametrize(
    ("name", "mark"), [("en-politics", "BREAKING: "), ("ru-culture", "СРОЧНО: "), ("kk-sport", "ШҰҒЫЛ: ")]
)
def test_a_mark_is_in_the_language_of_the_article(name: str, mark: str) -> None:
    story = article(name)
    for network in NETWORKS:
        assert post_of(flagged(story, breaking_until=sent_at(story) + HOUR), network).text.startswith(mark)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_correction_gives_the_note_and_nothing_else(network: str) -> None:
    story = flagged(article("en-corrected"), breaking_until=NOW + HOUR, texts=((network, "The first post's words."),))
    post = post_of(story, network, is_correction=True)
    assert post.text.startswith(f"CORRECTION: {story.flags.correction}")
    assert "BREAKING" not in post.text
    assert "first post" not in post.text


def test_an_article_that_carries_a_correction_is_announced_like_any_other() -> None:
    story = replace(article("en-corrected"), correction="It is 180.")
    assert "CORRECTION" not in post_of(story, "telegram").text


def test_a_correction_without_a_note_waits_for_a_person() -> None:
    with pytest.raises(CannotCompose) as caught:
        post_of(POLITICS, "telegram", is_correction=True)
    assert (caught.value.reason, caught.value.detail) == (Reason.NO_CORRECTION, "correction")


@pytest.mark.parametrize(("field", "value"), [("title", " "), ("url", ""), ("url", "javascript:alert(1)")])
def test_a_missing_field_is_named(field: str, value: str) -> None:
    with pytest.raises(CannotCompose) as caught:
        post_of(replace(POLITICS, **{field: value}), "telegram")
    assert (caught.value.reason, caught.value.detail) == (Reason.MISSING_FIELD, field)


def test_an_opinion_is_labelled_and_signed_on_every_network() -> None:
    story = replace(POLITICS, genre=Genre.OPINION, title="Let them vote", dek="Budgets are lessons", authors=("A", "B"))
    assert post_of(story, "telegram").text.startswith("Opinion: Let them vote\n\nBudgets are lessons.\n\nBy A and B\n")
    for network in ("mastodon", "bluesky"):
        assert post_of(story, network).text.startswith("Opinion: Budgets are lessons.\n\nBy A and B")


def test_an_old_story_says_from_when_it_is() -> None:
    late = sent_at(POLITICS) + timedelta(days=40)
    assert post_of(POLITICS, "bluesky", now=late).text.startswith("From November 2026: The lower house")
    assert post_of(flagged(POLITICS, breaking_until=late + HOUR), "bluesky", now=late).text.startswith("From November")


def test_words_by_hand_take_the_place_of_the_template_and_are_measured_alike() -> None:
    words = "Who should spend it? See https://a.example/x_(1), #Budget!"
    post = post_of(flagged(POLITICS, texts=(("bluesky", words),)), "bluesky")
    assert post.text == words
    assert [(m.kind, m.value) for m in post.marks] == [("link", "https://a.example/x_(1)"), ("tag", "Budget")]
    assert post_of(flagged(POLITICS, texts=(("bluesky", words),)), "mastodon").text != words
    with pytest.raises(CannotCompose) as caught:
        post_of(flagged(POLITICS, texts=(("bluesky", "x" * 301),)), "bluesky")
    assert (caught.value.reason, caught.value.detail) == (Reason.TOO_LONG, "text 301 of 300")


def test_a_sentence_is_added_whole_or_not_at_all() -> None:
    first = POLITICS.lead.split(". ")[0] + "."
    texts = {post_of(POLITICS, "bluesky", target=target).text for target in range(50, 300)}
    assert texts == {first, POLITICS.lead}


FALLBACKS = {
    # what is too long for Bluesky: (the article, the post)
    "lead": (replace(POLITICS, paragraphs=(LONG,)), POLITICS.dek),
    "lead and dek": (replace(POLITICS, paragraphs=(LONG,), dek=LONG), f"{POLITICS.title}."),
    "lead, no dek": (replace(POLITICS, paragraphs=(LONG,), dek=""), f"{POLITICS.title}."),
    "all": (
        replace(
            POLITICS, paragraphs=(LONG,), dek="", title="Districts choose how money is spent, which " + "is new " * 40
        ),
        "Districts choose how money is spent.",
    ),
}


@pytest.mark.parametrize(("story", "text"), FALLBACKS.values(), ids=FALLBACKS)
def test_what_does_not_fit_gives_way_to_something_shorter_and_whole(story: Article, text: str) -> None:
    assert post_of(story, "bluesky").text == text


def test_a_headline_that_must_not_be_shortened_holds_the_post() -> None:
    title = "Mayor “" + "took money from builders and " * 12 + "resigned”"
    story = replace(POLITICS, title=title, paragraphs=(), dek="")
    held = tried(story, "bluesky", limits=NETWORKS["bluesky"][0])
    assert isinstance(held, CannotCompose)
    assert held.reason is Reason.TOO_LONG
    assert "of 300" in held.detail


def test_a_card_carries_title_and_dek_and_without_one_the_address_stands_in_the_words() -> None:
    post = post_of(POLITICS, "bluesky")
    assert post.card
    assert (post.card.url, post.card.title, post.card.description) == (POLITICS.url, POLITICS.title, POLITICS.dek)
    assert post.tags == ("LocalBudgets", "Mazhilis", "Kazakhstan")
    assert POLITICS.url not in post.text
    bare = post_of(POLITICS, "bluesky", form="text", limits=Limits(text=400))
    assert bare.card is None
    assert bare.text.endswith(f"\n\n{POLITICS.url}")
    assert bare.marks[-1].value == POLITICS.url


def test_a_card_shows_no_dek_that_was_cut() -> None:
    card = post_of(replace(POLITICS, dek="The lower house voted on Wed […]"), "bluesky").card
    assert card
    assert card.description == ""


def test_a_line_of_separators_alone_disappears() -> None:
    words = compile("{{ title }}\n{{ section }} | {{ published | date('month year') }}\n\n\n\n{{ url }}", name="mine")
    full = post_of(replace(POLITICS, section="Politics"), "telegram", words=words)
    assert full.text == f"{POLITICS.title}\nPolitics | November 2026\n\n{POLITICS.url}"
    empty = post_of(replace(POLITICS, section="", published=None), "telegram", words=words, now=NOW)
    assert empty.text == f"{POLITICS.title}\n\n{POLITICS.url}"


def test_a_template_that_gives_no_words_holds_the_post() -> None:
    with pytest.raises(CannotCompose) as caught:
        post_of(replace(POLITICS, section=""), "telegram", words=compile("{{ section }}", name="mine"))
    assert (caught.value.reason, caught.value.detail) == (Reason.TEMPLATE, "mine gives no words for this article")


def test_a_photo_credit_stands_only_where_the_photo_itself_is_uploaded() -> None:
    for uploads, credit in ((False, ""), (True, "Timur Akhmet / The Steppe Courier")):
        fields = fields_of(POLITICS, now=NOW, zone="Asia/Almaty", lists=LISTS, form="photo", uploads_photo=uploads)
        assert fields["credit"] == credit
    assert "Photo:" not in post_of(POLITICS, "telegram").text
    assert template("telegram").text.count("credit") == 1


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/cafe\u0301?q=1#x", "https://a.example/cafe%CC%81?q=1#x"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https://a.example/қыс", "https://a.example/қыс"),
    ],
)
def test_an_address_is_shown_so_that_it_leads_where_the_article_is(url: str, shown: str) -> None:
    post = post_of(replace(POLITICS, url=url), "mastodon")
    assert f"\n{shown}\n" in post.text
    assert shown in [mark.value for mark in post.marks]
    assert post.card
    assert post.card.url == shown


def test_a_post_that_goes_out_days_later_names_no_weekday() -> None:
    post = post_of(POLITICS, "bluesky", now=sent_at(POLITICS) + 30 * HOUR)
    assert "on Wednesday" not in post.text
    assert post.text == POLITICS.dek


def test_half_a_character_of_a_feed_never_reaches_a_network() -> None:
    post = post_of(replace(POLITICS, title="Grain \ud83d rises\x00", paragraphs=(), dek=""), "telegram")
    assert post.text.startswith("Grain rises\n")
    assert post.card
    assert (post.text + post.card.title).encode()
