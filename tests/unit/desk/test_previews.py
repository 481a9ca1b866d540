"""A preview's facts and how pages draw them: hostile words stay words, and nothing of the post is left out."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.bluesky import Bluesky
from adapters.contract import Adapter, Card, Mark, Media, Post, Receipt, Session
from adapters.facebook import Facebook
from adapters.instagram import Instagram
from adapters.linkedin import LinkedIn
from adapters.mastodon import Mastodon
from adapters.telegram import Telegram
from adapters.threads import Threads
from adapters.x import X
from bot.desk.previews import TO_BE_PLACED, Preview, Told, preview
from bot.model import Channel
from bot.posts.frozen import digest
from bot.posts.price import costs
from tests.unit.desk.drawn import drawn, read, words_of
from tests.unit.engine import Plain

LINK = "https://courier.example/2026/11/port"
BUILT: dict[str, Adapter] = {
    kind.spec.network: kind(kind.Settings(**said), Session("", {}), None, None)  # type: ignore[arg-type] # asks nobody
    for kind, said in (
        (Bluesky, {}),
        (Facebook, {"page": "1"}),
        (LinkedIn, {"author": "urn:li:organization:1"}),
        (Mastodon, {"server": "https://m.example"}),
        (Telegram, {"chat": "@courier"}),
        (Threads, {}),
        (Instagram, {}),
        (X, {}),
    )
}
NETWORKS = sorted(BUILT)
BUILT["elsewhere"] = Plain(Plain.Settings(chat="here"), Session("", {}), None, None)  # type: ignore[arg-type] # likewise
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "</div></article><style>*{display:none}</style>",
    "<!-- --> <![CDATA[ &amp; &lt;b&gt; ' \"",
    "\u202eevil\u202c \u200f שלום 2026 مرحبا",
    "javascript:alert(1)",
)


def shown(network: str, post: Post, **told: Any) -> Preview:
    """Preview a post on a network."""
    adapter = BUILT[network]
    who = Channel(id="front", account="a", network=network)
    return preview(who, post, adapter, adapter.spec.limits, Told(**{"newsroom": "The Steppe Courier"} | told))


def photo(n: int = 1, **said: Any) -> Media:
    return Media(f"{n:064x}", "image/jpeg", 1000, 1280, 853, **said)


@pytest.mark.parametrize("network", [*NETWORKS, "elsewhere"])
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_as_words_everywhere(network: str, words: str) -> None:
    card = Card(LINK, words, words)
    post = Post(f"{words}\n{LINK}", (Mark(0, len(words), "bold"),), card=card, title=words, parent=Receipt("12", words))
    here = shown(
        network,
        replace(post, lang='en" onload="x'),
        newsroom=words,
        handle=words,
        name=words,
        photo=words,
        notes=(words,),
    )
    page = read(here)
    assert words_of(here) == post.text
    assert not page.xpath("//script | //style | //img[@onerror] | //*[@onload or @onerror or @style]")
    assert words in page.text_content()
    assert {each.get("href") for each in page.xpath("//a")} <= {LINK}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://[", "/queue"])
def test_an_address_that_is_none_of_the_web_leads_nowhere(network: str, address: str) -> None:
    post = Post("Port", (Mark(0, 4, "link", address),), card=Card(address, "Port", "It grows"))
    hrefs = read(shown(network, post)).xpath("//a/@href")
    assert hrefs == []


@pytest.mark.parametrize("network", [*NETWORKS, "elsewhere"])
def test_a_broken_address_in_the_words_breaks_no_preview(network: str) -> None:
    assert words_of(shown(network, Post("See http://[ and https://... too"))) == "See http://[ and https://... too"


def test_words_under_a_telegram_photo_are_the_caption_that_is_sent() -> None:
    post = Post("The port grows", card=Card(LINK, "Port"), media=(photo(),))
    here = shown("telegram", post)
    assert words_of(here) == f"The port grows\n\n{LINK}"
    assert [each.href for each in here.segments] == ["", LINK]


def test_marks_over_signs_of_many_units_stay_where_they_are() -> None:
    text = "👩‍👩‍👧🇰🇿 Қазақ елі: жаңалық #Ақтау"
    marks = (Mark(6, 11, "bold"), Mark(8, 15, "italic"), Mark(text.index("#"), len(text), "tag", "Ақтау"))
    for network in ("telegram", "bluesky"):
        segments = shown(network, Post(text, marks)).segments
        assert "".join(each.text for each in segments) == text
        assert [each.text for each in segments if each.kind == "tag"] == ["#Ақтау"]
    assert [each.text for each in shown("telegram", Post(text, marks)).segments if each.is_bold] == [
        text[6:8],
        text[8:11],
    ]


def test_bold_reaches_no_network_that_has_none() -> None:
    post = Post("The port grows", (Mark(0, 8, "bold"),))
    assert [n for n in NETWORKS if any(each.is_bold for each in shown(n, post).segments)] == ["telegram"]


def test_the_card_of_another_page_is_not_said_to_be_the_articles() -> None:
    other = "https://stat.example/table"
    here = shown("mastodon", Post(f"See {other} and {LINK}", card=Card(LINK, "Port", "It grows")))
    assert here.card
    assert (here.card.href, here.card.title, here.card.description) == (other, "stat.example", "")


@pytest.mark.parametrize("network", ["facebook", "mastodon", "telegram", "x"])
def test_a_card_the_network_draws_says_so_and_those_we_send_are_ours(network: str) -> None:
    post = Post(f"Port\n{LINK}", card=Card(LINK, "Port", "It grows", photo()))
    assert "it may look otherwise" in drawn(shown(network, post))
    for ours in ("bluesky", "linkedin"):
        assert "it may look otherwise" not in drawn(shown(ours, post))
        assert read(shown(ours, post)).xpath("//img/@src") == [f"/picture?sha256={1:064x}"]
    assert read(shown(network, post, photo="/picture?story=s1")).xpath("//img/@src") == ["/picture?story=s1"]
    assert not read(shown(network, post)).xpath("//img")


@pytest.mark.parametrize("network", [each for each in NETWORKS if each != "instagram"])  # no link unfolds there
@pytest.mark.parametrize("picture", ["", "/picture?story=s1"])
def test_a_card_shows_its_headline_and_where_it_leads(network: str, picture: str) -> None:
    card = Card("https://www.Courier.example/port", "How the port grows", "By half")
    (drawn_card,) = read(shown(network, Post("Port", card=card), photo=picture)).find_class("card")
    assert "How the port grows" in drawn_card.text_content()
    assert "courier.example" in drawn_card.find_class("card-host")[0].text_content()
    assert drawn_card.get("href") == card.url


@pytest.mark.parametrize("network", ["bluesky", "facebook", "linkedin", "mastodon", "x"])
def test_a_description_is_shown_and_its_absence_too(network: str) -> None:
    page = read(shown(network, Post("Port", media=(photo(alt="A crane & a <ship>"), photo(2)))))
    assert page.xpath("//img/@alt") == ["A crane & a <ship>", ""]
    (facts,) = page.find_class("preview-facts")
    assert "A crane & a <ship>" in facts.text_content()
    assert "none: people who cannot see the picture get nothing" in facts.text_content()


def test_telegram_says_that_it_takes_no_description() -> None:
    page = read(shown("telegram", Post("Port", media=(photo(alt="A crane"),))))
    assert page.xpath("//img/@alt") == [""]
    assert "none: Telegram takes none" in page.text_content()


def test_pictures_beyond_four_are_counted() -> None:
    page = read(shown("facebook", Post("Port", media=tuple(map(photo, range(1, 8))))))
    assert len(page.xpath("//img")) == 4
    assert page.find_class("more")[0].text_content() == "3 more"


def test_what_is_too_much_is_said_beside_the_number_not_by_colour_alone() -> None:
    page = read(shown("bluesky", Post("ш" * 303)))
    assert page.find_class("preview-count")[0].text_content() == "303 of 300, 3 too many"
    assert "Too much for Bluesky: length of the text, 303 of 300." in page.text_content()


def test_a_caption_is_counted_against_its_own_limit() -> None:
    assert shown("telegram", Post("ш" * 1030, media=(photo(),))).count.most == 1024
    assert shown("telegram", Post("ш" * 1030)).count.most == 4096


def test_the_price_is_the_command_line_s() -> None:
    post = Post(f"Port\n{LINK}", (Mark(5, 5 + len(LINK), "link", LINK),))
    assert "$0.20 (without its link $0.015)" in read(shown("x", post)).text_content()
    assert costs(BUILT["x"], post) == "costs $0.20 (without its link $0.015)"
    assert "Costs" not in read(shown("mastodon", post)).text_content()


@pytest.mark.parametrize("network", NETWORKS)
def test_what_is_sent_stands_below_to_the_last_sign(network: str) -> None:
    post = Post(f"Порт </pre> & {LINK}", card=Card(LINK, "Port"), lang="ru")
    codes = [each.text_content() for each in read(shown(network, post)).xpath("//pre/code")]
    assert [json.loads(each) for each in codes] == list(BUILT[network].body(post).values())


def test_a_network_we_do_not_know_shows_all_of_the_post() -> None:
    post = Post(
        "Port", title="How the port grows", tags=("port",), card=Card(LINK, "Card"), media=(photo(alt="Crane"),)
    )
    here = shown("elsewhere", post)
    page = read(here).text_content()
    assert here.look == "other"
    assert all(words in page for words in ("How the port grows", "Port", "#port", "Card", "Crane"))


@pytest.mark.parametrize(
    ("name", "initials"),
    [("The Steppe Courier", "TS"), ("газета", "Г"), ("«Қазақ елі»", "ҚЕ"), ("🇰🇿", ""), ("", ""), ("24.kz", "2K")],
)
def test_a_name_gives_its_first_letters(name: str, initials: str) -> None:
    assert shown("x", Post("Port"), newsroom=name).face.initials == initials


@pytest.mark.parametrize(
    ("told", "face"),
    [
        ({}, ("The Courier", "front")),
        ({"handle": "@paper"}, ("The Courier", "@paper")),
        ({"handle": "@paper", "name": "Port <b>Paper"}, ("Port <b>Paper", "@paper")),
        ({"handle": "page 7"}, ("The Courier", "front")),
    ],
)
def test_a_post_carries_whom_its_network_takes_the_account_for(told: dict[str, str], face: tuple[str, str]) -> None:
    made = shown("x", Post("Port"), newsroom="The Courier", **told)
    assert (made.face.name, made.face.handle) == face
    assert [each.text for each in read(made).find_class("name")] == [face[0]]


def test_instagram_and_threads_show_the_handle_alone_without_its_sign() -> None:
    for network, told in (("instagram", {"handle": "@paper", "name": "Port"}), ("threads", {"name": "paper"})):
        page = read(shown(network, Post("Port", media=(photo(),)), **told))
        assert [each.text for each in page.find_class("name")] == ["paper"]


@pytest.mark.parametrize("network", [*NETWORKS, "elsewhere"])
def test_a_picture_lies_over_the_initials_of_every_network(network: str) -> None:
    page = read(
        shown(network, Post("Port", media=(photo(),)), newsroom="Steppe Courier", portrait="/picture?channel=x")
    )
    [face] = page.find_class("avatar")
    assert (face.text_content().strip(), face.xpath("img/@src"), face.xpath("img/@alt")) == (
        "SC",
        ["/picture?channel=x"],
        [""],
    )
    assert not read(shown(network, Post("Port"))).xpath("//*[contains(@class, 'avatar')]/img")


@pytest.mark.parametrize("network", [*NETWORKS, "elsewhere"])
def test_a_preview_is_named_and_tells_the_language_of_its_words(network: str) -> None:
    page = read(shown(network, Post("Порт растёт", lang="ru")))
    assert page.tag == "article"
    assert "channel front" in page.get("aria-label")
    (words,) = page.find_class("words")
    assert (words.get("lang"), words.get("dir")) == ("ru", "auto")
    assert not page.xpath("//*[@id]")  # five stand on one page


def test_a_film_stands_as_its_first_picture_with_a_way_to_watch_it() -> None:
    film = Media("f" * 64, "video/mp4", 900_000, 1080, 1920, 14.0, alt="Port wins loan")
    page = read(shown("elsewhere", Post("Words", title="Port wins loan", media=(film,))))
    assert page.xpath("//img/@src") == [f"/picture?sha256={'f' * 64}"]
    [way] = page.xpath("//a[@download]")
    assert (way.get("href"), way.text_content()) == (f"/film?sha256={'f' * 64}", "14 s, to watch")


@pytest.mark.parametrize(("network", "name"), [("instagram", "image_url"), ("threads", "image_url")])
def test_a_request_names_what_will_stand_where_the_network_fetches_a_picture_from(network: str, name: str) -> None:
    placed = Post("Port", media=(photo(url="https://media.example/a.jpg"),))
    assert '"https://media.example/a.jpg"' in "".join(each.body for each in shown(network, placed).parts)
    post = Post("Port", media=(photo(),))
    before = digest(post)
    said = "".join(each.body for each in shown(network, post, placed="(made when it is sent)").parts)
    assert f'"{name}": "(made when it is sent)"' in said
    assert f'"{name}": "{TO_BE_PLACED}"' in "".join(each.body for each in shown(network, post).parts)
    assert digest(post) == before, "what is approved is the post without an address"


def test_where_a_picture_is_uploaded_no_address_is_promised() -> None:
    told = "".join(each.body for each in shown("x", Post("Port", media=(photo(),))).parts)
    assert TO_BE_PLACED not in told
