"""A paragraph that three articles of a source carry is the site's, not the story's."""

from dataclasses import replace

from bot.articles.repeated import LEAST, fingerprints, without_repeated
from bot.model import Article

NOTE = "The Courier is read in 40 countries. Write to us about it."
STORY = Article(title="Port", url="https://a.example/1", paragraphs=("The port grew.", "Ships came.", NOTE))


def counted(story: Article, count: int) -> dict[str, int]:
    return dict.fromkeys(fingerprints(replace(story, paragraphs=(NOTE,))), count)


def test_a_paragraph_of_three_stories_goes_and_of_two_stays() -> None:
    assert LEAST == 3
    assert without_repeated(STORY, counted(STORY, 2)).paragraphs == ("The port grew.", "Ships came.")
    assert without_repeated(STORY, counted(STORY, 1)) == STORY
    assert without_repeated(STORY, {}) == STORY


def test_other_signs_and_capitals_make_no_other_paragraph() -> None:
    near = replace(STORY, paragraphs=(NOTE.upper().replace(". ", " — "),))
    assert fingerprints(near)[0] == fingerprints(STORY)[2]


def test_other_words_or_figures_make_another_paragraph() -> None:
    for said in (NOTE.replace("countries", "cities"), NOTE.replace("40", "41")):
        assert fingerprints(replace(STORY, paragraphs=(said,)))[0] != fingerprints(STORY)[2]


def test_a_story_of_nothing_else_is_left_whole() -> None:
    assert without_repeated(replace(STORY, paragraphs=(NOTE,)), counted(STORY, 9)).paragraphs == (NOTE,)


def test_a_long_paragraph_is_never_boilerplate() -> None:
    long = replace(STORY, paragraphs=("The port grew. " * 60, "Ships came."))
    assert fingerprints(long)[0] == ""
    assert without_repeated(long, {"": 9}) == long
