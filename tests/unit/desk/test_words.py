"""Every sentence of the desk in every language: none missing, none guessed, each with the same places to fill in."""

import re
from functools import lru_cache

import pytest
from babel.messages.plurals import get_plural

from bot.desk.languages import WORDS, words_of
from tests import words
from tests.words import FOREIGN

PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
CODE = re.compile(r"`[^`]+`")
ADVICE = "run `make words`, then write what is missing in bot/desk/words"
wanted = lru_cache(maxsize=1)(words.wanted)
catalog = lru_cache(maxsize=2)(words.catalog)


def said(language):
    return {each.id: each for each in catalog(language) if each.id}


def strings(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_sentences_are_found_in_pages_and_in_python():
    assert "Approvals" in wanted()
    assert "Not allowed" in wanted()


@pytest.mark.parametrize("language", FOREIGN)
def test_no_sentence_is_missing(language):
    have = said(language)
    missing = {each: where for each, where in wanted().items() if each not in have or not all(strings(have[each]))}
    assert missing == {}, f"{language}: {ADVICE}"


@pytest.mark.parametrize("language", FOREIGN)
def test_no_sentence_is_there_that_nothing_says(language):
    assert [each for each in said(language) if each not in wanted()] == [], f"{language}: {ADVICE}"
    assert list(catalog(language).obsolete) == [], f"{language}: {ADVICE}"


@pytest.mark.parametrize("language", FOREIGN)
def test_no_sentence_is_guessed(language):
    assert [each.id for each in said(language).values() if each.fuzzy] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_list_is_as_it_would_be_written_anew(language):
    """Two branches that add one sentence, or a line lost in a merge, show here."""
    assert (WORDS / f"{language}.po").read_text("utf-8") == words.renewed(language), ADVICE


@pytest.mark.parametrize("language", FOREIGN)
def test_a_sentence_has_the_same_places_to_fill_in_and_the_same_commands(language):
    broken = {
        each.id: string
        for each in said(language).values()
        for string in strings(each)
        if marks(each.id if isinstance(each.id, str) else each.id[1]) != marks(string)
    }
    assert broken == {}


def marks(text):
    return sorted(["".join(each) for each in PLACE.findall(text)] + CODE.findall(text))


@pytest.mark.parametrize("language", FOREIGN)
def test_every_plural_has_as_many_forms_as_the_language(language):
    forms = get_plural(language).num_plurals
    assert catalog(language).num_plurals == forms
    counted = {each.id: strings(each) for each in said(language).values() if not isinstance(each.id, str)}
    assert {each: those for each, those in counted.items() if len(those) != forms} == {}


@pytest.mark.parametrize("language", FOREIGN)
def test_nothing_is_left_in_english(language):
    """What is the same in both is a name, or was forgotten."""
    assert [each.id for each in said(language).values() if each.id in strings(each)] == []


def test_no_language_has_the_sentences_of_another():
    same = [each for each, one in said("kk").items() if strings(one) == strings(said("ru")[each])]
    assert same == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_language_is_spoken_by_pages(language):
    assert words_of(language).gettext("Approvals") == said(language)["Approvals"].string


def test_no_language_speaks_another_ones_words():
    both = [each for each in said("kk") if strings(said("kk")[each]) == strings(said("ru")[each])]
    assert set(both) <= {"Audit"}, "written in one language in the other one's file"
