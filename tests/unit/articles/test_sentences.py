import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.articles.sentences import sentences


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["It costs $1.4 million, Dr. A. B. Smith said on Jan. 1.", "It now goes to the U.S. Senate."]),
        ("en", ["He left at 5 p.m.", "The end."]),
        ("en", ["“Stop it! Now.”", "The crowd left."]),
        ("en", ["“Who knew?” Marat Ali said.", "Nobody did."]),
        ("en", ['He said "One. Two. Three." and left.', "Then it rained."]),
        ("en", ["A bill (No. 5. It is old.) passed.", "Next."]),
        ("en", ["1. First thing.", "2. Second thing."]),
        ("en", ["Is it?", "Yes!", "Well… Fine."[:5], "Fine."]),
        ("en", ["“An open quotation goes on.", "It closes in the next paragraph."]),
        ("en", ["It is ‘a “very” odd. Thing.’", "Yes."]),
        ("ru", ["В 2024 г. Казахстан получил 1,5 млрд. тенге.", "«Мы готовы. Да!» — сказал А. С. Ким."]),
        ("ru", ["Выделили 40 тыс. тонн и т. д.", "Это всё."]),
        ("ru", ["Встреча прошла на ул. Абая, д. 5.", "Ранее её отменили."]),
        ("kk", ["2026 ж. Қазақстан Ә. Бөкейхан туралы айтты.", "Ол келді."]),
        ("kk", ["Сол кім екен?..", "«Білмеймін. Жоқ», — деді ол.", "— Мен барамын."]),
        ("de", ["Dr. Kim kam.", "Er ging."]),
    ],
)
def test_sentences_end_where_readers_end_them(language: str, parts: list[str]) -> None:
    assert sentences(" ".join(parts), language) == tuple(parts)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*'аБ. !?…«»“”"()1,5—', " г.", " U.S. ", "Mr. ", "\u00a0", "said "]), max_size=40).map(
        "".join
    ),
    st.sampled_from(["en", "ru", "kk", ""]),
)
def test_joined_sentences_give_back_the_text(text: str, language: str) -> None:
    folded = " ".join(text.replace("\u00a0", "_").split()).replace("_", "\u00a0").strip()
    parts = sentences(text, language)
    assert " ".join(parts) == folded
    assert all(part.strip() for part in parts)
