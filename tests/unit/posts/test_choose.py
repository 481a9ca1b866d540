"""Which sentences may stand in a post, and which lean on something the reader cannot see."""

from typing import Any

import pytest

from bot.model import Article, Genre
from bot.posts.choose import ends_well, is_balanced, share, statements, stopped, story, summary, whole_dek
from bot.posts.words import words_of

LEAD = "The port of Aktau signed a contract with two shipping lines in March."
NEXT = "Grain terminals along the Caspian coast expect a third more wagons by the next autumn."


def told(*paragraphs: str, **fields: Any) -> Article:
    return Article(**{"title": "New lines for grain", "url": "https://a.example/1", "paragraphs": paragraphs} | fields)


TEASE = "Not everybody is convinced."

LEFT_OUT = {
    "a question": "Who will pay for the new quay that the city has wanted since the railway came?",
    "an opening quotation": "“We turn ships away every single October,” the head of the terminal told reporters there.",
    "an open quotation mark": "The head of the terminal called it “the largest order since the railway came.",
    "a list point": "First, the quay has to be dredged to a depth of seven meters along its whole length.",
    "a numbered point": "1. The quay has to be dredged to a depth of seven meters along its whole length.",
    "a connector": "However, the railway to the harbor has a single track over most of its long way there.",
    "a pronoun": "He has run the railway to the harbor since the spring of the year before the last one.",
    "a cut sentence": "The railway to the harbor has a single track over most of its way, which the ministry…",
    "a sentence without end": "The railway to the harbor has a single track over most of its way, which the ministry",
    "a tease": TEASE,
    "a correction note": "Correction: An earlier version of this story gave a wrong number of berths at the harbor.",
}


@pytest.mark.parametrize("sentence", LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_later_sentence_that_cannot_stand_is_left_out(sentence: str) -> None:
    assert story(told(LEAD, TEASE, sentence, NEXT), shows_title=True) == (LEAD, NEXT)


@pytest.mark.parametrize("sentence", [v for k, v in LEFT_OUT.items() if k not in ("a tease", "a sentence without end")])
def test_a_lead_that_cannot_stand_leaves_the_dek_then_the_title(sentence: str) -> None:
    dek = "Two shipping lines join at Aktau."
    assert story(told(f"{sentence} {NEXT}", LEAD, dek=dek), shows_title=True) == (dek,)
    assert story(told(sentence, LEAD), shows_title=True) == ("New lines for grain.",)


def test_only_the_first_sentence_of_a_later_paragraph_is_taken() -> None:
    more = "Traders in Almaty welcomed the plan and hope for cheaper storage near the border crossing."
    assert story(told(LEAD, f"{NEXT} {more}"), shows_title=True) == (LEAD, NEXT)


def test_a_connector_may_follow_the_sentence_it_leans_on() -> None:
    after = "But the railway has one track."
    assert story(told(f"{LEAD} {after}"), shows_title=True) == (LEAD, after)


def test_a_connector_may_follow_a_headline_that_says_what_it_leans_on() -> None:
    lead = "Five miners died in a shaft. But four were saved by a neighboring crew."
    article = told(lead, title="Five miners died in a shaft at Karaganda")
    assert summary(article, is_solemn=True) == ("But four were saved by a neighboring crew.",)
    assert story(article, shows_title=False)[0] == "Five miners died in a shaft."


def test_a_sentence_that_says_the_headline_again_is_left_out_under_it() -> None:
    article = told(f"New lines for grain come. {NEXT}")
    assert summary(article, is_solemn=False) == (NEXT,)


def test_a_weekday_is_not_repeated_when_the_day_is_over() -> None:
    lead = "The port of Aktau signed a contract with two shipping lines on Monday."
    assert story(told(lead, NEXT, dek="Two shipping lines join."), shows_title=True, is_old=True) == (
        "Two shipping lines join.",
    )
    assert story(told(lead, NEXT), shows_title=True, is_old=False) == (lead, NEXT)


def test_a_dek_of_several_sentences_is_told_rather_than_the_headline_even_without_its_last_stop() -> None:
    dek = "Two shipping lines join at Aktau. The first ships sail in May"
    assert story(told(dek=dek), shows_title=True) == (
        "Two shipping lines join at Aktau.",
        "The first ships sail in May.",
    )
    assert story(told(dek="How two shipping lines join"), shows_title=True) == ("New lines for grain.",)


def test_of_a_solemn_story_people_come_before_the_dek() -> None:
    article = told(LEAD, dek="Traffic was stopped for seven hours.")
    assert summary(article, is_solemn=False) == ("Traffic was stopped for seven hours.", LEAD)
    assert summary(article, is_solemn=True) == (LEAD, "Traffic was stopped for seven hours.")


def test_an_opinion_is_told_by_its_dek_never_by_its_first_person_lead() -> None:
    article = told("I was born in the steppe.", dek="The steppe needs a theater", genre=Genre.OPINION)
    assert story(article, shows_title=True) == ("The steppe needs a theater.",)
    assert summary(article, is_solemn=False) == ("The steppe needs a theater.",)


@pytest.mark.parametrize(
    "dek",
    [
        "The port of Aktau signed a contract with",
        "The port of Aktau signed […]",
        "The port signed...",
        "The port signed..",
        "Who pays?",
    ],
)
def test_a_dek_that_its_source_cut_is_not_taken(dek: str) -> None:
    article = told(LEAD, dek=dek)
    assert summary(article, is_solemn=False) == (LEAD,)
    assert whole_dek(article) == ()


@pytest.mark.parametrize(
    ("title", "told_"),
    [
        ("Kazakhstan takes gold 🥇", ("Kazakhstan takes gold 🥇",)),
        ("Kazakhstan loves chess ♟️", ("Kazakhstan loves chess ♟️",)),
        ("Kazakhstan greets 🇰🇿", ("Kazakhstan greets 🇰🇿",)),
        ("What changes in March:", ("What changes in March.",)),
        ("Two dead, one hurt;", ("Two dead, one hurt.",)),
        ("Ну и погода!..", ("Ну и погода!..",)),
        ("It was 30 °", ("It was 30 °.",)),
        ("The port signed..", ()),
        (":", ()),
    ],
)
def test_a_headline_gets_its_full_stop_only_where_one_belongs(title: str, told_: tuple[str, ...]) -> None:
    assert stopped(title) == told_
    assert all(ends_well(sentence) for sentence in told_)


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("«Он сказал „да“ и ушёл»", True),
        ("«Бапкер “ойна” деді»", True),
        ("“So (it) is”", True),
        ("“So it is", False),
        ("so it is”", False),
        ("«so it is”", False),
        ('say "so', False),
        ("minus (28", False),
    ],
)
def test_quotes_and_brackets_come_in_pairs(text: str, is_whole: bool) -> None:
    assert is_balanced(text) is is_whole


@pytest.mark.parametrize(
    ("lead", "is_taken"),
    [
        ("This week the port of Aktau opened a second berth for grain ships.", True),
        ("This berth is the second that the port of Aktau has opened in a year.", False),
        ("Бұл аптада Ақтау порты астық кемелері үшін екінші айлақ ашты.", True),
        ("Этой осенью порт Актау открыл второй причал для зерновых судов.", True),
    ],
)
def test_a_time_of_the_calendar_leans_on_nothing(lead: str, is_taken: bool) -> None:
    language = "en" if lead[0] == "T" else "ru" if lead[0] == "Э" else "kk"
    assert (lead in story(told(lead, language=language), shows_title=True)) is is_taken


def test_a_number_counts_as_one_thing_said() -> None:
    assert share("9,000 berths", {"9000"}, words_of("en")) == 0.5


@pytest.mark.parametrize(
    ("dek", "first"),
    [
        ("The core was drilled through winter ice.", "A core from a lake in the east holds 9,000 years of weather."),
        ("Winter ice carried the drill.", "Winter ice carried the drill."),
        ("The lake froze early.", "The lake froze early."),
    ],
)
def test_a_dek_that_speaks_of_what_only_the_lead_names_comes_after_it(dek, first):
    article = Article(
        "‘The lake kept a diary’: mud tells of droughts",
        "https://courier.example/a",
        dek=dek,
        paragraphs=("A core from a lake in the east holds 9,000 years of weather. Six droughts outlasted all others.",),
    )
    assert summary(article, is_solemn=False)[0] == first


CLAIMS = {
    "en": (
        "The driver had slept two hours before the bus left the road.",
        "That is what the prosecutor told the court.",
    ),
    "en, so": ("The driver had slept two hours before the bus left the road.", "The prosecutor told the court so."),
    "ru": ("Водитель спал два часа до того, как автобус ушёл с дороги.", "Об этом сообщил прокурор."),
    "ru, inside": ("Водитель спал два часа до того, как автобус ушёл с дороги.", "Прокурор заявил об этом в суде."),
    "en, denied": ("The driver had slept two hours before the bus left the road.", "The company denied the claim."),
    "en, allegation": ("The driver had slept two hours before.", "Those are the allegations of the prosecutor."),
    "ru, версия": ("Водитель спал два часа до того, как автобус ушёл с дороги.", "Такова версия следствия."),
    "ru, подтвердила": ("Водитель спал два часа до того, как автобус ушёл.", "Прокуратура подтвердила это."),
    "kk, осылай": ("Жүргізуші автобус жолдан шықпай тұрып екі сағат ұйықтаған.", "Прокурор сотта осылай деді."),
    "kk": ("Жүргізуші автобус жолдан шықпай тұрып екі сағат ұйықтаған.", "Бұл туралы сотта прокурор айтты."),
}


@pytest.mark.parametrize("kind", CLAIMS)
def test_a_claim_goes_with_the_sentence_behind_it_that_says_who_made_it(kind: str) -> None:
    claim, source = CLAIMS[kind]
    fields: Any = {"language": kind[:2], "title": "Автобус"}
    both = f"{claim} {source}"
    assert story(told(both, **fields), shows_title=True) == (both,)
    assert story(told(claim, source, **fields), shows_title=True) == (both,), "its source opens the next paragraph"
    assert summary(told(both, **fields), is_solemn=False) == (both,)
    assert whole_dek(told(LEAD, dek=both, **fields)) == (both,)
    assert statements(both, kind[:2]) == (both,)


@pytest.mark.parametrize("kind", CLAIMS)
def test_a_claim_whose_source_cannot_stand_is_left_out(kind: str) -> None:
    claim, source = CLAIMS[kind]
    article = told(f"{claim} {source.rstrip('.')}…", language=kind[:2], title="Автобус")
    assert story(article, shows_title=True) == ("Автобус.",)


def test_what_was_said_already_is_not_said_again_for_its_source() -> None:
    article = told(
        "The driver slept two hours before the crash. That is what the prosecutor told the court.",
        title="Driver slept two hours before the crash",
    )
    assert summary(article, is_solemn=False) == ("That is what the prosecutor told the court.",)


@pytest.mark.parametrize(
    "next_one",
    [
        ("en", "This week the ministry said that the road would close."),
        ("en", "He said that he had been tired since the morning."),
        ("en", "So far the ministry has reported 12 cases of measles."),
        ("en", "These 12 people, police said, were held for a brawl."),
        ("ru", "Так, в Шымкенте, как сообщили в акимате, построят школу."),
        ("ru", "Эти 12 человек, как сообщили в полиции, задержаны за драку."),
        ("ru", "В полиции сообщили, что задержали двоих."),
        ("kk", "Ол бағаның өскенін айтты."),
    ],
)
def test_a_sentence_with_a_claim_of_its_own_stands_for_itself(next_one: tuple[str, str]) -> None:
    language, sentence = next_one
    assert statements(f"{LEAD} {sentence}", language) == (LEAD, sentence)


def test_what_only_leads_up_to_a_sentence_is_no_claim() -> None:
    article = told("The head of the terminal wrote to the ministry:", "That is what the port said in March.")
    assert story(article, shows_title=True) == ("New lines for grain.",)
