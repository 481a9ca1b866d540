"""Each language's own signs, set once at intake."""

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.articles.typography import typeset, typeset_headline
from tests.unit.articles.given import entry, only

SET = [
    # (language, as it came, as it is kept); "_" stands for a space that must not break
    ("en", 'He said "no" and "yes \'maybe\' ok".', "He said “no” and “yes ‘maybe’ ok”."),
    ("en", "Aktau's port, the workers' union, the '90s", "Aktau’s port, the workers’ union, the ’90s"),
    ("en", 'A 7" screen - not 9 million', 'A 7" screen — not 9_million'),
    ("en", "Old - new – both", "Old – new – both"),
    ("en", "6'2\" man, C++ and 71-12", "6'2\" man, C++ and 71-12"),
    ("en", "«Guillemets» in English", "“Guillemets” in English"),
    ("en", '"Never closed', '"Never closed'),
    ("en", "“So it is”, he said, 'they' said", "“So it is”, he said, ‘they’ said"),
    ("ru", 'Завод "Заря "Востока"" стоит 31 400 тенге', "Завод «Заря „Востока“» стоит 31_400_тенге"),
    ("ru", "“Мы ждали”, - сказал он в 2026 году.", "«Мы ждали»,_— сказал он в_2026_году."),
    ("ru", "« Тихая степь » , фильм № 1", "«Тихая степь», фильм №_1"),
    ("ru", "Cанкт-Петербург и СOVID, но iPhoneом и TOPовый", "Санкт-Петербург и_COVID, но iPhoneом и_TOPовый"),
    ("kk", '"Біз күттік" - деді ол', "«Біз күттік»_– деді ол"),
    ("kk", "«Бапкерім “ойна” деді», 1500 теңге", "«Бапкерім “ойна” деді», 1500_теңге"),
    ("kk", "“Тырнақша” сақталады, мaусым, бiрiншi", "“Тырнақша” сақталады, маусым, бірінші"),
    ("de", '"So" - it\'s', '"So" - it\'s'),
    ("und", '"x"', '"x"'),
]


@pytest.mark.parametrize(("language", "came", "kept"), SET)
def test_a_text_gets_its_languages_signs(language: str, came: str, kept: str) -> None:
    assert typeset(came, language).replace("\u00a0", "_") == kept


def test_a_headline_keeps_all_but_quotes_and_spaces() -> None:
    assert typeset_headline("'Best' port - it's 5 million", "en") == "‘Best’ port - it’s 5\u00a0million"


@pytest.mark.parametrize(
    "fixed",
    ['https://a.example/it\'s?a="b"', "@o_neil", "#it_is", "www.a.example/x-y", "press@a.example", "Kazinform.kz"],
)
def test_addresses_handles_and_hashtags_are_left_alone(fixed: str) -> None:
    assert fixed in typeset(f'See {fixed} - "now" it\'s on', "en").replace("”", '"')


def test_an_article_comes_in_set() -> None:
    one = only(
        entry(
            '"Grain" rises',
            summary="Prices - at last - rise.",
            content="<p>Aktau's \"port\" grew.</p><p>Correction: It's 5.</p>",
        )
    )
    assert one.title == "“Grain” rises"
    assert one.dek == "Prices — at last — rise."
    assert one.paragraphs == ("Aktau’s “port” grew.",)
    assert one.correction == "It’s 5."


PARTS = [
    *('"', "'", "“", "”", "«", "»", "„", "‘", "’", "´", " - ", " -- ", "–", "—", " ", "\u00a0", ",", ".", "(", ")"),
    *("a", "Aktau", "s", "5", "31 400", "million", "млн", "в", "порт", "Cанкт", "бiр", "деді", "№ 7", "%", "\ue002"),
    *("https://a.example/'x'", "#tag's", "@name", "a.kz", "\n", "e\u0301", "👩‍👧", "אב"),
]
TWINS = dict(zip("асеорхуАВСЕНКМОРТХіІһәӘө", "aceopxyABCEHKMOPTXiIhəƏɵ", strict=True))


@settings(max_examples=400, deadline=None)
@example("'\"\"'", "en")
@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join), st.sampled_from(["en", "ru", "kk", "de"]))
def test_setting_twice_is_setting_once_and_no_letter_or_digit_changes(text: str, language: str) -> None:
    for put in (typeset, typeset_headline):
        once = put(text, language)
        assert put(once, language) == once
        assert told(once) == told(text)
        assert addresses(once) == addresses(text)


def told(text: str) -> str:
    """Letters and digits, with the twins of two alphabets as one."""
    return "".join(TWINS.get(sign, sign) for sign in text if regex.match(r"[\p{L}\p{M}\p{N}]", sign))


def addresses(text: str) -> list[str]:
    found: list[str] = regex.findall(r"https://a\.example/'x'", text)
    return found
