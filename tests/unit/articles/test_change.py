from dataclasses import replace

import pytest

from bot.articles.change import change
from bot.model import Article, Change, Photo

EN = Article(
    title="Health Ministry to equip 810 rural clinics with ultrasound",
    url="https://c.example/a",
    dek="The scanners go first to villages far from a hospital.",
    paragraphs=(
        "Deputy Minister Gulnar Dosan told reporters in Kokshetau on Thursday that “doctors will be trained first” and "
        "that the program costs 9.4 billion tenge.",
        "Nobody objected.",
    ),
    language="en",
)
RU = Article(
    title="Пять человек погибли под Балхашом",
    url="https://c.example/r",
    dek="Движение возобновили спустя семь часов.",
    paragraphs=("Водитель Ержан Оспанов заявил в Астане 5 декабря, что «тормоза отказали», передаёт полиция.", "Ещё."),
    language="ru",
)
KK = Article(
    title="Ерасыл Тоқтар чемпион атанды",
    url="https://c.example/k",
    dek="Шебер көктемде әлем чемпионатына барады.",
    paragraphs=("Бангкоктегі финалда ол Жасур Каримовті 4:1 есебімен ұтты, деді Қайрат Нұрлан.", "Тағы."),
    language="kk",
)


def told(article: Article, **changes: str) -> Article:
    fields = {name: getattr(article, name) for name in ("title", "url", "dek", "paragraphs", "language", "correction")}
    lead = changes.pop("lead", None)
    later = changes.pop("later", article.paragraphs[1])
    return Article(**{**fields, "paragraphs": (lead or article.lead, later), **changes})


def swap(article: Article, old: str, new: str) -> Article:
    assert old in article.lead + article.title + article.dek
    return told(
        article,
        title=article.title.replace(old, new),
        dek=article.dek.replace(old, new),
        lead=article.lead.replace(old, new),
    )


SIGNIFICANT = [
    (EN, swap(EN, "810", "180"), "headline; number 810 gone, 180 new"),
    (EN, swap(EN, "to equip", "will not equip"), "headline"),
    (EN, swap(EN, "Kokshetau", "Astana"), "name Kokshetau gone, Astana new"),
    (EN, swap(EN, "Thursday", "Wednesday"), "name Thursday gone, Wednesday new"),
    (EN, swap(EN, "9.4 billion", "9.4 million"), "number billion gone, million new"),
    (EN, swap(EN, "9.4", "8.4"), "number 9.4 gone, 8.4 new"),
    (EN, swap(EN, "will be trained first", "were trained before"), "quotation"),
    (EN, swap(EN, "far from", "not far from"), "a denial new"),
    (EN, told(EN, dek="Gulnara Dosanova leads the program."), "name"),
    (EN, swap(EN, "Gulnar Dosan", "Gulnar Dosen"), "name Dosan gone, Dosen new"),
    (told(EN, lead="Dosan resigned."), told(EN, lead="Dosen resigned."), "name Dosan gone, Dosen new"),
    (told(EN, lead="Kazakh police said no."), told(EN, lead="Police said no."), "name Kazakh gone"),
    (
        swap(EN, "told", "called it “legal” and told"),
        swap(EN, "told", "called it “illegal” and told"),
        "quotation legal",
    ),
    (EN, told(EN, lead=EN.lead.replace("Deputy Minister Gulnar Dosan", "Two officials")), "number 2 new"),
    (RU, swap(RU, "Пять", "Шесть"), "headline; number 6 new"),
    (RU, swap(RU, "семь", "девять"), "number 7 gone, 9 new"),
    (RU, swap(RU, "Оспанов", "Омаров"), "name Оспанов gone, Омаров new"),
    (RU, swap(RU, "Оспанов", "Оспановский"), "name Оспанов gone, Оспановский new"),
    (RU, swap(RU, "Ержан", "Ержанов"), "name Ержан gone, Ержанов new"),
    (RU, swap(RU, "декабря", "января"), "number December gone, January new"),
    (RU, swap(RU, "тормоза отказали", "я уснул за рулём"), "quotation"),
    (RU, swap(RU, "Движение возобновили", "Движение не возобновили"), "a denial new"),
    (KK, swap(KK, "4:1", "3:2"), "number 4:1 gone, 3:2 new"),
    (KK, swap(KK, "Жасур Каримовті", "Мират Әлиевті"), "name"),
    (KK, swap(KK, "чемпион атанды", "чемпион атанбады"), "headline"),
]
TRIVIAL = [
    (EN, EN, "nothing"),
    (EN, told(EN, title="HEALTH MINISTRY TO EQUIP 810 RURAL CLINICS WITH ULTRASOUND"), "wording"),
    (EN, told(EN, title="Health Ministry to equip 810 “rural clinics”  with ultrasound."), "wording"),
    (EN, told(EN, later="Somebody objected, and 17 others."), "text below the lead"),
    (EN, swap(EN, "go first to", "will go first to"), "wording"),
    (EN, swap(EN, "told reporters", "has told reporters"), "wording"),
    (EN, swap(EN, "“doctors will be trained first”", "doctors will be trained first"), "wording"),
    (EN, swap(EN, "on Thursday", "in a briefing on Thursday"), "wording"),
    (RU, told(RU, later="Ещё 14 человек."), "text below the lead"),
    (RU, swap(RU, "в Астане", "в городе Астана"), "wording"),
    (RU, swap(RU, "Водитель Ержан Оспанов заявил", "Водителем Ержаном Оспановым заявлено"), "wording"),
    (told(RU, lead="Марии Ким вручили приз."), told(RU, lead="Приз вручили ей, Марией Кима назвали."), "wording"),
    (KK, swap(KK, "Жасур Каримовті", "Жасур Каримовтан"), "wording"),
    (told(KK, lead="Ол Алматыдағы финалда ұтты."), told(KK, lead="Ол Алматының финалында ұтты."), "wording"),
    (told(EN, lead="The police said no."), told(EN, lead="Police said no."), "wording"),
    (RU, swap(RU, "передаёт полиция", "сообщает полиция"), "wording"),
    (RU, swap(RU, "«тормоза отказали»", "“тормоза отказали”"), "wording"),
    (KK, swap(KK, "деді Қайрат Нұрлан", "деп хабарлады Қайрат Нұрлан"), "wording"),
    (KK, swap(KK, "Бангкоктегі финалда", "Финалда Бангкокта"), "wording"),
]
CORRECTED = [
    (EN, told(EN, correction="180 clinics, not 810."), "180 clinics"),
    (RU, told(swap(RU, "Пять", "Шесть"), correction="Погибли шесть человек."), "шесть"),
    (KK, told(KK, correction="Есеп 4:1 емес."), "Есеп"),
]


@pytest.mark.parametrize(
    ("weight", "before", "after", "words"),
    [(Change.SIGNIFICANT, *pair) for pair in SIGNIFICANT]
    + [(Change.TRIVIAL, *pair) for pair in TRIVIAL]
    + [(Change.CORRECTION, *pair) for pair in CORRECTED],
)
def test_a_revision_is_weighed_by_what_readers_were_told(
    weight: Change, before: Article, after: Article, words: str
) -> None:
    found, why = change(before, after)
    assert (found, words in why) == (weight, True), why


def test_subjects_that_changed_places_are_told() -> None:
    for before, after in (
        ("Ivanov was arrested, and Petrov went free.", "Petrov was arrested, and Ivanov went free."),
        ("The storm killed 5 and injured 12.", "The storm killed 12 and injured 5."),
    ):
        found, why = change(told(EN, lead=before), told(EN, lead=after))
        assert (found, why) == (Change.SIGNIFICANT, "the same names or figures in another order")


FORMS = """Россия России Россией|Астана Астаной Астану|Уфа Уфе Уфу|Павел Павла|Пётр Петра|Орёл Орла|Цой Цоя Цою
|Казань Казанью Казани|Алтай Алтая|Иванов Ивановым Иванова|Чехов Чехову|Мария Марией|Альпы Альпах|Киров Кирова
|Горький Горьким Горького"""
KAZAKH_FORMS = (
    "Алматы Алматыда Алматыдағы Алматының|Астана Астанаға Астанадан|Тоқаев Тоқаевтың Тоқаевпен|Нұрлан Нұрланға"
)
OTHERS = """Иванов Ивановский|Дана Дания|Тан Таня|Сара Сарым|Жанна Жан|Нигер Нигерия|Мария Марина|Оспанов Омаров|Ержан
Ержанов|Астана Астанадағы"""
KAZAKH_OTHERS = "Нұрсұлтан Нұрсұлу|Жанна Жан|Дана Дания|Алма Алматы"


@pytest.mark.parametrize(
    ("language", "names", "weight"),
    [
        ("ru", FORMS, Change.TRIVIAL),
        ("kk", KAZAKH_FORMS, Change.TRIVIAL),
        ("ru", OTHERS, Change.SIGNIFICANT),
        ("kk", KAZAKH_OTHERS, Change.SIGNIFICANT),
    ],
)
def test_a_name_is_known_in_its_cases_and_no_other_for_it(language: str, names: str, weight: Change) -> None:
    for group in names.replace("\n", " ").split("|"):
        first, *others = group.split()
        for other in others:
            pair = [
                Article(title="Т", url="https://c.example/n", language=language, dek=f"Сот пен {name} туралы.")
                for name in (first, other)
            ]
            assert change(*pair)[0] is weight, (first, other)


@pytest.mark.parametrize(("before", "after", "words"), SIGNIFICANT + TRIVIAL)
def test_the_way_back_weighs_the_same(before: Article, after: Article, words: str) -> None:
    assert change(before, after)[0] == change(after, before)[0]


def test_a_known_correction_line_is_no_new_correction() -> None:
    corrected = told(EN, correction="180 clinics, not 810.")
    assert change(corrected, told(corrected, correction="180 clinics — not 810!"))[0] == Change.TRIVIAL


@pytest.mark.parametrize("title", ["RETRACTED: Port wins loan", "Retraction – Port", "Отозвано: Порт получил кредит"])
def test_a_headline_can_withdraw_the_story(title: str) -> None:
    assert change(EN, told(EN, title=title))[0] == Change.RETRACTION
    assert change(told(EN, title=title), told(EN, title=title))[0] == Change.TRIVIAL


def test_withdrawn_troops_are_news() -> None:
    assert change(EN, told(EN, title="Withdrawn troops return home"))[0] == Change.SIGNIFICANT


def test_a_text_that_failed_to_come_changes_nothing() -> None:
    bare = Article(title=EN.title, url=EN.url, language="en")
    assert change(EN, bare)[0] == Change.TRIVIAL
    assert change(bare, EN)[0] == Change.TRIVIAL


def test_a_photo_alone_is_trivial() -> None:
    with_photo = Article(
        title=EN.title, url=EN.url, dek=EN.dek, paragraphs=EN.paragraphs, photo=Photo("https://c.example/p")
    )
    assert change(EN, with_photo)[0] == Change.TRIVIAL


def test_further_photos_alone_are_trivial_and_named() -> None:
    lead = Photo("https://c.example/a")
    before = replace(EN, photo=lead, further=(Photo("https://c.example/b"),))
    assert change(before, replace(EN, photo=lead)) == (Change.TRIVIAL, "its photos")
