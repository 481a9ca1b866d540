"""What stands under a photo on Instagram and under a film on YouTube and TikTok, as an editor would send it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import Adapter, Post
from adapters.instagram import Instagram
from adapters.tiktok import Tiktok
from adapters.youtube import Youtube
from adapters.youtube_words import description, title
from bot.model import Article
from bot.posts.compose import compose
from bot.posts.markup import parse, tidy
from tests.unit.posts.newsroom import LISTS, NAMES, WORDING, ZONE, article, plain, sent_at, template

KINDS: dict[str, tuple[type[Adapter], str]] = {
    "instagram": (Instagram, "photo"),
    "youtube": (Youtube, "video"),
    "tiktok": (Tiktok, "video"),
}
EVERY = [(name, network) for network in KINDS for name in NAMES]
# Where the editor merged and chose sentences as no rule does, the wording's own sketch is what is wanted.
BY_HAND_ONLY = {
    ("en-politics", "instagram"),
    ("kk-sport", "instagram"),
    ("en-politics", "youtube"),
    ("kk-sport", "youtube"),
}
# And where the sketch is no better: it had a statute's words after the dead of an accident, left out the story's
# advice, and spoke of "the core" before anybody had heard of one.
BETTER = {
    ("ru-accident", "instagram"): (
        "Пять человек погибли при столкновении автобуса и грузовика под Балхашом.\n\n"
        "Ещё 14 человек доставлены в больницы, состояние четверых врачи оценивают как тяжёлое. Движение по трассе "
        "возобновили спустя семь часов, полиция начала расследование. Среди погибших четверо жителей Карагандинской "
        "области и один житель Алматы. На месте работали 58 спасателей и 19 единиц техники.\n\n"
        "Фото: ДЧС Карагандинской области"
    ),
    ("kk-city", "instagram"): (
        "Мұрағаттан, 2025 жылғы желтоқсан: Астанада қыста қайда серуендеуге болады: желден ықтасын бес орын.\n\n"
        "Мұз айдыны, қарағайлы соқпақ және ескі аулалар: бәріне кіру тегін. Астанада аяз бен жел қатты болғанымен, "
        "қыста серуендеуге қолайлы орын аз емес. Біз қаланы бір апта аралап, желден ықтасын, жарығы мол әрі тегін бес "
        "бағытты таңдап алдық. Кеңес: термометр минус 25 градустан төмен түссе, серуенді жарты сағаттан асырмаған "
        "жөн.\n\nФото: Асхат Нұрлан / The Steppe Courier\n#Астана #Қыс #Серуен"
    ),
    ("en-science", "instagram"): (
        "‘The lake kept a diary’: Zaysan mud records 9,000 years of drought.\n\n"
        "A 14-meter core of mud from Lake Zaysan records 9,000 years of wet and dry spells in eastern Kazakhstan, "
        "scientists reported on Tuesday. Six of the droughts lasted longer than any in written records. The core was "
        "drilled through winter ice at minus 28 degrees Celsius, and its data are open to all. Pollen and tiny shells "
        "told the researchers when the shore was grassland and when it was desert.\n\n"
        "Photo: Alikhan Iskakov / The Steppe Courier\n#Zaysan #Climate #Science"
    ),
    ("en-science", "youtube"): (
        "A 14-meter core of mud from Lake Zaysan records 9,000 years of wet and dry spells in eastern Kazakhstan, "
        "scientists reported on Tuesday. Six of the droughts lasted longer than any in written records.\n\n"
        "https://steppecourier.example/2026/11/zaysan-core\n\n"
        "Photo: Alikhan Iskakov / The Steppe Courier\n#Zaysan #Climate #Science"
    ),
    ("en-science", "tiktok"): (
        "‘The lake kept a diary’: Zaysan mud records 9,000 years of drought. A 14-meter core of mud from Lake Zaysan "
        "records 9,000 years of wet and dry spells in eastern Kazakhstan, scientists reported on Tuesday.\n\n"
        "Photo: Alikhan Iskakov / The Steppe Courier\n#Zaysan #Climate #Science"
    ),
}


def made(name: str, network: str, *, late: timedelta = timedelta(0)) -> Post:
    """What the shipped template makes, counted and aimed as the network's adapter does."""
    kind, form = KINDS[network]
    story: Article = article(name)
    return compose(
        story,
        template(network),
        measure=kind.measure,
        limits=kind.spec.limits,
        target=kind.spec.target,
        tags_beside=kind.spec.tags_beside,
        form=form,
        network=network,
        now=sent_at(story) + late,
        zone=ZONE,
        lists=LISTS,
        is_correction=name == "en-corrected",
        uploads_photo=story.photo is not None,
    )


def wanted(name: str, network: str) -> str:
    """What an editor wants to be said."""
    said = {"youtube": "youtube_description"}.get(network, network)
    kind = "mechanical" if (name, network) in BY_HAND_ONLY else "golden"
    return BETTER.get((name, network), tidy(parse(WORDING[kind][name][said])).text)


@pytest.mark.parametrize(("name", "network"), EVERY)
def test_a_photo_or_film_says_what_an_editor_would(name: str, network: str) -> None:
    post = made(name, network)
    words = description(post) if network == "youtube" else post.text
    assert plain(words) == plain(wanted(name, network))
    assert network == "youtube" or "http" not in post.text, "nobody can tap a link there"


@pytest.mark.parametrize("name", NAMES)
def test_a_video_is_called_what_an_editor_would_call_it(name: str) -> None:
    assert plain(title(made(name, "youtube"))) == plain(WORDING["golden"][name]["youtube_title"])


@pytest.mark.parametrize("network", KINDS)
def test_a_week_later_nothing_speaks_of_what_only_a_sentence_named_that_is_told_no_more(network: str) -> None:
    """The weekday takes the lead's first sentence with it, and that one alone said which core."""
    late = made("en-science", network, late=timedelta(days=6))
    assert "The core" not in late.text
    assert "Tuesday" not in late.text
    assert replace(late, text="").tags == made("en-science", network).tags
