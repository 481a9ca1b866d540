"""What the shipped template says under a video, against what an editor wrote, and the title over it."""

from dataclasses import replace

import pytest

from adapters.contract import Post
from adapters.youtube import Youtube
from adapters.youtube_words import description, title
from bot.model import Reason
from bot.posts.compose import CannotCompose, compose
from tests.unit.posts.newsroom import LISTS, NOW, ZONE, article, plain, template

_GOLDEN = {
    "ru-culture": (
        "В Алматы впервые за сорок лет покажут фильм «Тихая степь»",
        "Показ пройдёт 5 декабря в Доме кино, вход свободный, по регистрации. Негатив считался утраченным с 1986 года, "
        "и недостающие сцены искали в архивах Казахстана, Чехии и Германии.\n\n"
        "https://steppecourier.example/ru/2026/11/tihaya-step\n\n#Кино #Алматы #Реставрация",
    ),
    "ru-accident": (
        "Пять человек погибли при столкновении автобуса и грузовика под Балхашом",
        "Ещё 14 человек доставлены в больницы, состояние четверых врачи оценивают как тяжёлое. Движение по трассе "
        "возобновили спустя семь часов, полиция начала расследование.\n\n"
        "https://steppecourier.example/ru/2026/11/balkhash-avariya\n\nФото: ДЧС Карагандинской области",
    ),
    "en-corrected": (
        "Health Ministry to equip 180 rural clinics with ultrasound by spring",
        "CORRECTION: 180 rural clinics in Kazakhstan will get ultrasound scanners by April, not 810. Our earlier story "
        "and posts gave the wrong number.\n\nhttps://steppecourier.example/2026/11/rural-ultrasound\n\n"
        "Photo: Timur Akhmet / The Steppe Courier",
    ),
    "kk-city": (
        "Астанада қыста қайда серуендеуге болады: желден ықтасын бес орын",
        "Мұрағаттан, 2025 жылғы желтоқсан: Мұз айдыны, қарағайлы соқпақ және ескі аулалар: бәріне кіру тегін. Астанада "
        "аяз бен жел қатты болғанымен, қыста серуендеуге қолайлы орын аз емес.\n\n"
        "https://steppecourier.example/kk/2025/12/astana-qys-seruen\n\n"
        "Фото: Асхат Нұрлан / The Steppe Courier\n#Астана #Қыс #Серуен",
    ),
}


def made(name: str, **changes: str) -> Post:
    spec = Youtube.spec
    return compose(
        replace(article(name), **changes),
        template("youtube"),
        measure=Youtube.measure,
        limits=spec.limits,
        target=spec.target,
        form="video",
        network="youtube",
        now=NOW,
        zone=ZONE,
        lists=LISTS,
        tags_beside=spec.tags_beside,
        is_correction=name == "en-corrected",
        uploads_photo=True,
    )


@pytest.mark.parametrize("name", _GOLDEN)
def test_a_video_says_what_an_editor_would_say(name: str) -> None:
    post = made(name)
    assert (plain(title(post)), plain(description(post))) == tuple(map(plain, _GOLDEN[name]))


def test_a_long_headline_is_cut_where_it_still_says_the_same_and_tags_stand_beside() -> None:
    post = made("en-business", title="Aktau port wins a loan to double its grain capacity " + "in a very big way " * 4)
    assert len(post.title) <= 100
    assert post.title.startswith("Aktau port wins a loan")
    assert post.tags[:2] == ("Aktau", "GrainExports")


def test_signs_a_network_takes_nowhere_hold_the_post_and_are_named() -> None:
    with pytest.raises(CannotCompose) as caught:
        made("en-business", title="Inflation > 10 percent")
    assert caught.value.reason is Reason.TOO_LONG
    assert caught.value.detail.startswith("angle_brackets ")


@pytest.mark.parametrize(
    ("post", "wanted"),
    [
        (Post("First line\nSecond"), "First line"),
        (Post("x " * 80), "x " * 48 + "x…"),
        (Post("ж" * 120), "ж" * 99 + "…"),
        (Post("words", title="A title of its own"), "A title of its own"),
    ],
)
def test_words_of_a_person_get_a_title_from_their_first_line(post: Post, wanted: str) -> None:
    assert title(post) == wanted


def test_tags_are_taken_while_there_is_room() -> None:
    words = replace(Post("x"), tags=("two words", "a" * 489, "b", " ", "c<d"))
    snippet = Youtube.__new__(Youtube)
    snippet.settings = Youtube.Settings()
    assert snippet.body(words)["session"]["snippet"]["tags"] == ["two words", "b"]
