"""The lists editors tune: what is solemn, and which tag becomes which hashtag."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.articles.wordlists import NO_LISTS, is_solemn, word_lists
from bot.model import Article, Flags
from config.problems import SettingsError
from config.words import lists

SHIPPED = word_lists(lists())
STORY = Article(title="Grain prices rise", url="https://a.example/1", paragraphs=("Prices rose by a tenth.",))
SAD = {
    "en": "Two miners die in shaft",
    "ru": "Пять человек погибли под Балхашом",
    "kk": "Жол апатында бес адам қаза тапты",
}
LIGHT = {
    "en": (
        "Deadline for grain nears as diesel runs short",
        "Race ends in a dead heat",
        "Dead Sea resort opens",
        "Ministers ask state bodies to save water",
    ),
    "ru": ("Умеренный ветер ожидается в Астане", "Меценат пожертвовал миллион школе"),
    "kk": ("Жерлес боксшы алтын алды", "Құрбан айт мерекесі басталды", "Үйін кепілге қойды"),
    "de": ("Die Hafenstadt baut neue Kais",),
}


@pytest.mark.parametrize("language", SAD)
def test_a_death_makes_a_story_solemn(language: str) -> None:
    assert is_solemn(replace(STORY, title=SAD[language], language=language), SHIPPED)
    assert not is_solemn(replace(STORY, title=SAD[language], language=language), NO_LISTS)


@pytest.mark.parametrize(("language", "title"), [(code, title) for code, titles in LIGHT.items() for title in titles])
def test_words_that_only_look_sad_do_not(language: str, title: str) -> None:
    assert not is_solemn(replace(STORY, title=title, language=language), SHIPPED)


def test_only_headline_dek_and_two_sentences_count() -> None:
    third = replace(STORY, paragraphs=("One. Two. Three people died.", "Four people died."))
    assert not is_solemn(third, SHIPPED)
    assert is_solemn(replace(third, dek="A man died."), SHIPPED)


@pytest.mark.parametrize("said", [True, False])
def test_a_persons_word_overrules_the_lists(said: bool) -> None:
    assert (
        is_solemn(replace(STORY, title=SAD["en" if not said else "ru"], flags=Flags(is_solemn=said)), SHIPPED) is said
    )


def test_an_own_file_adds_to_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text(
        "solemn: [wildfire*]\nnot_solemn: [fatal error]\ntags: {Central Asia: Orta_Aziya, Aktau: '#AktauPort'}\n"
        "no_tags: [Sponsored]\n",
        encoding="utf-8",
    )
    ours = word_lists(lists(tmp_path))
    assert ours.mourns("Wildfires near Semey", "en-GB")
    assert ours.mourns(SAD["en"], "en")
    assert not ours.mourns("A fatal error of the server", "en")
    assert ours.hashtags(("central  asia", "aktau", "sponsored", "News", "#Covid-19", "wheat")) == (
        "Orta_Aziya",
        "AktauPort",
        "COVID19",
        "wheat",
    )


def test_a_folder_that_is_not_there_adds_nothing(tmp_path: Path) -> None:
    assert word_lists(lists(tmp_path / "words")) == SHIPPED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("solem: [x]", 'en.yaml:1:1: solem is not a known key - did you mean "solemn"?'),
        ("\nsolemn: killed", "en.yaml:2:9: solemn must be a list of words, such as [one, two]"),
        ("tags:\n  a: Q&A", "en.yaml:2:6: tags.a must be one hashtag of letters and digits that begins with a letter"),
        ("tags: [a]", "en.yaml:1:1: tags must be a block: the source's tag, a colon, the hashtag"),
        ("\tsolemn: [x]", "en.yaml:1:1: here is a tab; YAML is indented with spaces"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "en.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        lists(tmp_path)
    assert str(caught.value).endswith(said)
