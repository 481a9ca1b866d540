"""Whatever a feed holds, in three languages and for any room: no hard defect goes out, and sound text is not held."""

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.contract import Limits
from bot.model import Article, Flags, Genre, Photo, Reason
from bot.posts.compose import CannotCompose, notes
from tests.unit.posts.newsroom import LISTS, NETWORKS, NOW, measure, post_of, tried

WORDS = {
    "en": "port Aktau grain minister opened second berth tariff water Astana rose million tons villages school",
    "ru": "порт Актау зерно министр открыл второй причал тариф вода Астана выросли тонн сёл школа",
    "kk": "порт Ақтау астық министр екінші айлақ тариф су Астана өсті тонна ауыл мектеп қала",
}
HOSTILE = (
    *("&amp;nbsp;", "&#8217;", "<p>", "<script>x</script>", "[caption]", "{{ title }}", "None", "\\n", "â€™"),
    *("“", "”", "«", "»", "„", '"', "(", ")", "[…]", "…", "...", "..", "?!", "!.", " - ", " ,", "\u00a0", "\u00ad"),
    *("#1", "#", "#Ust-Kam", "@name", "C++", "Kazinform.kz", "https://other.example/x", "👩‍👩‍👧", "\u200d", "🇰🇿"),
    *("he said.", "сказал он.", "деді ол.", "Read more", "Подробнее", "Photo: X", "Фото: X", "BREAKING:", "СРОЧНО:"),
    *("e\u0301", "שלום", "($93 million)", "48.6", "killed", "погибли", "қаза", "today", "вчера", "кеше"),
)


@st.composite
def sentence(draw: st.DrawFn, language: str, *, is_hostile: bool) -> str:
    words = draw(st.lists(st.sampled_from(WORDS[language].split()), min_size=5, max_size=16))
    if is_hostile:
        for sign in draw(st.lists(st.sampled_from(HOSTILE), max_size=2)):
            words.insert(draw(st.integers(0, len(words))), sign)
    end = draw(st.sampled_from([".", ".", ".", "?", "!", "…", "", ".”"])) if is_hostile else "."
    return (words[0][0].upper() + " ".join(words)[1:]) + end


@st.composite
def story(draw: st.DrawFn, *, is_hostile: bool) -> Article:
    language = draw(st.sampled_from(list(WORDS)))
    one = sentence(language, is_hostile=is_hostile)
    paragraph = st.lists(one, min_size=1, max_size=3).map(" ".join)
    flags = Flags(
        breaking_until=draw(st.sampled_from([None, NOW + timedelta(hours=1)])),
        is_solemn=draw(st.sampled_from([None, True])),
        correction=draw(st.sampled_from(["", draw(one)])),
    )
    return Article(
        title=draw(one).rstrip("."),
        url="https://courier.example/" + draw(st.sampled_from(["1", "x_(2)", "қыс", "a%20b", "?p=1&q=2"])),
        dek=draw(st.one_of(st.just(""), one)),
        paragraphs=tuple(draw(st.lists(paragraph, max_size=4))),
        authors=tuple(draw(st.sampled_from([(), ("Dana Sultan",), ("A", "B")]))),
        tags=tuple(
            draw(st.lists(st.sampled_from([*WORDS[language].split(), "local budgets", "#1", "Q&A", "COVID-19"])))
        ),
        genre=draw(st.sampled_from([Genre.NEWS, Genre.NEWS, Genre.OPINION, Genre.LIVE])),
        language=language,
        published=NOW - timedelta(hours=draw(st.sampled_from([0, 1, 30, 24 * 60]))),
        photo=draw(st.sampled_from([None, Photo("https://courier.example/p.jpg", credit="Timur Akhmet")])),
        flags=flags,
    )


@given(
    article=story(is_hostile=True),
    network=st.sampled_from(list(NETWORKS)),
    room=st.integers(50, 5000),
    target=st.integers(50, 5000),
    form=st.sampled_from(["card", "text", "photo"]),
    is_correction=st.booleans(),
)
@settings(max_examples=250, deadline=None)
def test_no_hard_defect_leaves_whatever_the_feed_holds(
    article: Article, network: str, room: int, target: int, form: str, is_correction: bool
) -> None:
    limits = replace(NETWORKS[network][0], text=room)
    post = tried(article, network, form=form, limits=limits, target=target, is_correction=is_correction, now=NOW)
    if isinstance(post, CannotCompose):
        assert post.reason in (Reason.DEFECT, Reason.TOO_LONG, Reason.TEMPLATE, Reason.NO_CORRECTION)
        assert post.detail
        return
    assert measure(post, limits) == ()
    assert [one for one in notes(article, post, NOW, LISTS) if one.is_hard] == []
    # What is said here once more, in other words than the checks'.
    assert not re.search(r"&\w+;|&#\d+;|</?p>|<script|\[caption|\{\{|\\n|â€|(?m:^None$)|  |\n\n\n", post.text)
    assert not re.match(r"[A-ZА-ЯЁҒҰҮЗ]{5,}: (?:BREAKING|СРОЧНО|ШҰҒЫЛ|CORRECTION):", post.text)


@given(
    article=story(is_hostile=False),
    network=st.sampled_from(list(NETWORKS)),
    form=st.sampled_from(["card", "text"]),
)
@settings(max_examples=120, deadline=None)
def test_sound_text_is_never_held(article: Article, network: str, form: str) -> None:
    post = post_of(article, network, form=form, limits=Limits(text=2000, link_cost=23), now=NOW)
    assert post.text
