"""What the shipped template says with a film on TikTok, against what an editor wrote."""

import pytest

from adapters.tiktok import Tiktok
from bot.posts.compose import compose
from tests.unit.posts.newsroom import LISTS, NOW, ZONE, article, plain, template

_GOLDEN = {
    "en-politics": (
        "Mazhilis backs plan to put local budgets to a public vote. Residents of 42 pilot districts would decide how a "
        "fifth of development money is spent from 2027.\n\nPhoto: Timur Akhmet / The Steppe Courier\n"
        "#LocalBudgets #Mazhilis #Kazakhstan"
    ),
    "ru-accident": (
        "Пять человек погибли при столкновении автобуса и грузовика под Балхашом. Ещё 14 человек доставлены в "
        "больницы, состояние четверых врачи оценивают как тяжёлое.\n\nФото: ДЧС Карагандинской области"
    ),
    "kk-sport": (
        "Ерасыл Тоқтар бокстан Азия чемпионы атанды. Қарағандылық былғары қолғап шебері көктемде өтетін әлем "
        "чемпионатына жолдама алды.\n\nФото: Қазақстан бокс федерациясы\n#Бокс #АзияЧемпионаты #ЕрасылТоқтар"
    ),
}


@pytest.mark.parametrize("name", _GOLDEN)
def test_a_film_says_what_an_editor_would_say(name: str) -> None:
    spec = Tiktok.spec
    post = compose(
        article(name),
        template("tiktok"),
        measure=Tiktok.measure,
        limits=spec.limits,
        target=spec.target,
        form="video",
        network="tiktok",
        now=NOW,
        zone=ZONE,
        lists=LISTS,
        uploads_photo=True,
    )
    assert plain(post.text) == plain(_GOLDEN[name])
