"""Every sentence of the desk in every language: none missing, none guessed, each with the same places to fill in."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from bot.desk.languages import ENGLISH, LANGUAGES, WORDS, words_of

DESK = Path(__file__).parents[3] / "bot/desk"
METHODS = [("**.py", "python"), ("look/**.html", "jinja2")]
FOREIGN = [each for each in LANGUAGES if each != ENGLISH]
PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
CODE = re.compile(r"`[^`]+`")
ADVICE = "run `make words`, then write what is missing in bot/desk/words"


@lru_cache(maxsize=1)
def wanted():
    """Every sentence the pages and their Python files say, with where it stands."""
    found = {}
    for file, line, said, _, _ in extract_from_dir(DESK, METHODS, options_map={"look/**.html": {"silent": "false"}}):
        found.setdefault(said, f"{file}:{line}")
    return found


@lru_cache(maxsize=2)
def catalog(language) -> Catalog:
    with (WORDS / f"{language}.po").open("rb") as f:
        return read_po(f, locale=language, abort_invalid=True)


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
def test_no_sentence_stands_twice(language):
    text = (WORDS / f"{language}.po").read_text("utf-8")
    ids = re.findall(r"^msgid (.*(?:\n\".*)*)", text, re.MULTILINE)
    assert sorted(ids) == sorted(set(ids)), f"two branches added it; {ADVICE}"


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
