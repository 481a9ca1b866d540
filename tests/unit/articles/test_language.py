import pytest

from bot.articles.language import language

EN = "The lower house voted on Wednesday to let residents decide."
RU = "Депутаты проголосовали за то, чтобы жители решали сами."
KK = "Депутаттар тұрғындардың өздері шешуі үшін дауыс берді."
KK_LATIN = "Deputattar turğyndardyñ özderı şeşuı üşın dauys berdı, būl mañyzdy."


@pytest.mark.parametrize(
    ("text", "declared", "found"),
    [
        (EN, (), "en"),
        (RU, (), "ru"),
        (KK, (), "kk"),
        (KK_LATIN, (), "kk"),
        (RU, ("ru-RU",), "ru"),
        (EN, ("en_GB",), "en"),
        (EN, ("", "de"), "de"),
        (RU, ("en-US",), "ru"),
        (KK, ("en-US", "ru"), "kk"),
        (KK, ("ru",), "kk"),
        ("Астана", ("kk",), "kk"),
        (RU * 5, ("kk",), "ru"),
        (EN, ("ru",), "en"),
        (KK_LATIN, ("kk-Latn",), "kk"),
        ("Мамлекет жаңы мыйзам кабыл алды.", ("ky",), "ky"),
        ("Serdar Gözübüyük fluit Twente tegen Utrecht.", ("nl-nl",), "nl"),
        ("建国35周年纪念", ("zh-cn",), "zh"),
        ("建国35周年纪念", ("en",), "und"),
        ("12:30", (), "und"),
        (EN, ("english, please",), "en"),
        ("Größere Flüsse", (), "en"),
    ],
)
def test_the_declared_language_counts_unless_the_letters_deny_it(
    text: str, declared: tuple[str, ...], found: str
) -> None:
    assert language(text, *declared) == found
