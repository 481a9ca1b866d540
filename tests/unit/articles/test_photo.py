import json

import pytest

from bot.articles.feed import read
from bot.articles.photo import is_same, joined, may_be_same, name_of, names_of
from bot.articles.xmlfeed import _marked
from bot.model import Photo
from tests.unit.articles.given import SOURCE, entry, only

LEAD = "<p>Aktau’s grain terminal has secured a loan.</p>"
FIGURE = '<figure><img src="/a.jpg" alt="A crane"><figcaption>The port. Photo: Dina Omarova</figcaption></figure>'
MEDIA = '<media:content url="https://c.example/b.jpg" medium="image" width="900"/>'


@pytest.mark.parametrize(
    ("content", "more", "photo"),
    [
        (FIGURE + LEAD, "", Photo("https://courier.example/a.jpg", "A crane", "The port.", "Dina Omarova")),
        (FIGURE + LEAD, MEDIA, Photo("https://c.example/b.jpg")),
        (
            FIGURE.replace("/a.jpg", "https://c.example/b-300x200.jpg"),
            MEDIA,
            Photo("https://c.example/b.jpg", "A crane", "The port.", "Dina Omarova"),
        ),
        (
            '<img src="/a.jpg">' + LEAD + "<p>Photo credit: Dina</p>",
            "",
            Photo("https://courier.example/a.jpg", credit="Dina"),
        ),
        (
            '<img src="/a.jpg"><img src="/b.jpg"><p>Photo: Dina</p>',
            "",
            Photo("https://courier.example/a.jpg", beside="Dina"),
        ),
        (
            LEAD,
            '<enclosure url="https://c.example/e.png" type="image/png" length="1"/>',
            Photo("https://c.example/e.png"),
        ),
        (LEAD, '<enclosure url="https://c.example/e.mp3" type="audio/mpeg" length="1"/>', None),
        (LEAD, '<media:thumbnail url="https://c.example/t.jpg" width="90"/>', None),
        (LEAD, '<media:thumbnail url="https://c.example/t.jpg" width="800"/>', Photo("https://c.example/t.jpg")),
        ('<img src="/pixel.gif" width="1" height="1">' + LEAD, "", None),
        ('<img src="data:image/gif;base64,AA" data-src="/lazy.jpg">', "", Photo("https://courier.example/lazy.jpg")),
        ('<img src="/a.jpg" alt="IMG_2041.jpg">', "", Photo("https://courier.example/a.jpg")),
        ('<img src="/a.jpg" alt="Photo: Dina">', "", Photo("https://courier.example/a.jpg", beside="Dina")),
        (
            '<img src="/a.jpg" style="object-position:57% 12.5%" data-object-position="57% 12.5%">',
            "",
            Photo("https://courier.example/a.jpg", focus=(0.57, 0.125)),
        ),
        (
            '<img src="/a.jpg" style="width:100%;object-position: 0% 100%">',
            "",
            Photo("https://courier.example/a.jpg", focus=(0.0, 1.0)),
        ),
        ('<img src="/a.jpg" style="object-position: left 300%">', "", Photo("https://courier.example/a.jpg")),
        ('<img src="http://[broken">', "", None),
    ],
)
def test_the_lead_photo_carries_its_own_words_and_no_others(content: str, more: str, photo: Photo | None) -> None:
    assert only(entry(content=content, more=more)).photo == photo


@pytest.mark.parametrize(
    ("caption", "words", "credit"),
    [
        ("A man walks (AP Photo/John Roe) in Astana.", "A man walks in Astana.", "AP Photo/John Roe"),
        ("The port. © Dina Omarova", "The port.", "Dina Omarova"),
        ("Порт. Фото: Дина Омарова", "Порт.", "Дина Омарова"),
        ("Only words.", "Only words.", ""),
    ],
)
def test_a_caption_gives_its_credit_to_its_own_field(caption: str, words: str, credit: str) -> None:
    found = only(entry(content=f'<figure><img src="/a.jpg"><figcaption>{caption}</figcaption></figure>'))
    assert found.photo == Photo("https://courier.example/a.jpg", caption=words, credit=credit)


def test_two_credit_lines_credit_nobody() -> None:
    found = only(entry(content='<img src="/a.jpg"><p>Photo: Dina</p><p>Photo: Timur</p>'))
    assert found.photo == Photo("https://courier.example/a.jpg", beside="Dina\nTimur")


def test_a_dateline_is_no_photo_credit() -> None:
    found = only(entry(content='<img src="/a.jpg"><p>ASTANA (Reuters) – The bill passed.</p>'))
    assert found.photo == Photo("https://courier.example/a.jpg")
    assert found.lead == "The bill passed."


def test_the_widest_of_several_is_taken() -> None:
    sizes = "".join(
        f'<media:content url="https://c.example/{w}.jpg" type="image/jpeg" width="{w}"/>' for w in (90, 1200, 300)
    )
    found = only(entry(more=f"{sizes}<media:credit>Dina Omarova</media:credit>"))
    assert found.photo == Photo("https://c.example/1200.jpg", credit="Dina Omarova")


DESCRIBED = (
    '<media:content url="https://c.example/b.jpg" medium="image"><media:description>The port at night.'
    "</media:description><media:credit>Dina</media:credit></media:content>"
)


@pytest.mark.parametrize("content", [LEAD, ""])
@pytest.mark.parametrize("summary", ["A bank lends Aktau 48 million.", ""])
@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_said_of_a_picture_is_never_said_of_the_story(content: str, summary: str, is_first: bool) -> None:
    told = entry(content=content, summary=summary)
    found = only(DESCRIBED + told if is_first else told + DESCRIBED)
    bare = only(told)
    assert found.photo == Photo("https://c.example/b.jpg", caption="The port at night.", credit="Dina")
    assert (found.dek, found.paragraphs) == (bare.dek, bare.paragraphs)


def test_a_caption_is_given_to_no_picture_where_several_have_one() -> None:
    other = DESCRIBED.replace("b.jpg", "c.jpg").replace("night", "noon")
    found = only(entry(content=LEAD, more=DESCRIBED + other))
    assert found.photo
    assert found.photo.caption == ""


def shown(content: str = "", more: str = "") -> list[str]:
    """Name the photos of an entry by the last part of their addresses."""
    return [each.url.rpartition("/")[2] for each in only(entry(content=content, more=more)).photos]


def media(*urls: str, of: str = 'medium="image"') -> str:
    return "".join(f'<media:content url="https://c.example/{url}" {of}/>' for url in urls)


GALLERY = '<img src="/a.jpg"><p>The loan.</p><img src="/b.jpg" alt="A quay"><img src="/c.jpg">'


@pytest.mark.parametrize(
    ("content", "more", "photos"),
    [
        (GALLERY, "", ["a.jpg", "b.jpg", "c.jpg"]),
        (GALLERY, media("lead.jpg", "second.jpg"), ["lead.jpg", "second.jpg", "a.jpg", "b.jpg", "c.jpg"]),
        # One picture in several sizes, wherever its address says so.
        ('<img src="/a-300x200.jpg"><img src="/a.jpg"><img src="/a-scaled.jpg">', "", ["a-300x200.jpg"]),
        ('<img src="/i.php?id=4&amp;w=300"><img src="/i.php?id=4&amp;w=900">', "", ["i.php?id=4&w=300"]),
        ('<img src="/i.php?id=4"><img src="/i.php?id=5">', "", ["i.php?id=4", "i.php?id=5"]),
        ('<img src="/240/port.jpg"><img src="/976/port.jpg">', "", ["port.jpg"]),
        ('<img src="/w_300/7"><img src="/w_900/7"><img src="/w_900/8">', "", ["7", "8"]),
        ('<img src="/x/original.jpg"><img src="/y/original.jpg">', "", ["original.jpg", "original.jpg"]),
        (
            "",
            media("400/1.jpg", of='medium="image" width="400"') + media("900/1.jpg", of='medium="image" width="900"'),
            ["1.jpg"],
        ),
        (
            "",
            f"<media:group>{media('big.jpg', 'small.jpg')}</media:group>" + media("third.jpg"),
            ["big.jpg", "third.jpg"],
        ),
        ('<img src="https://c.example/lead-1024x683.jpg"><img src="/b.jpg">', media("lead.jpg"), ["lead.jpg", "b.jpg"]),
        (
            "",
            "".join(
                media(f"p/5000.jpg?width={w}&amp;s=sig{w}", of=f'medium="image" width="{w}"') for w in (140, 460, 700)
            ),
            ["5000.jpg?width=700&s=sig700"],
        ),
        ('<img src="/fire.jpg"><img src="/fire-e1764000000000.jpg">', "", ["fire.jpg"]),
        ('<img src="/a/hero.jpg"><img src="/b/hero.jpg">', "", ["hero.jpg", "hero.jpg"]),
        ('<img src="/a/DSC_0001.jpg"><img src="/b/DSC_0001.jpg">', "", ["DSC_0001.jpg", "DSC_0001.jpg"]),
        (
            "",
            f"<media:group/>{media('a.jpg')}<media:group>{media('big.jpg', 'small.jpg')}</media:group>",
            ["a.jpg", "big.jpg"],
        ),
        # What is no part of the story.
        ('<img src="/a.jpg"><img src="/icon.png" width="32"><img src="/b.jpg" width="640">', "", ["a.jpg", "b.jpg"]),
        ('<img src="/a.jpg"><a href="https://shop.example/"><img src="/ad.jpg"></a>', "", ["a.jpg"]),
        (
            '<a href="/a-full.jpg"><img src="/a.jpg"></a><a href="/b-full.jpg"><img src="/b.jpg"></a>',
            "",
            ["a.jpg", "b.jpg"],
        ),
        ('<img src="/a.jpg"><img class="avatar photo" src="/author.jpg">', "", ["a.jpg"]),
        ('<img src="/a.jpg"><img src="https://secure.gravatar.com/x.jpg"><img src="/p.gif" width="1">', "", ["a.jpg"]),
        ("", media("a.jpg") + '<media:thumbnail url="https://c.example/t.jpg" width="800"/>', ["a.jpg"]),
        ("", media("a.jpg", "s.jpg", of='medium="image" width="120"'), ["a.jpg"]),
        ("".join(f'<img src="/n{n}.jpg">' for n in range(14)), "", [f"n{n}.jpg" for n in range(10)]),
    ],
)
def test_a_story_has_each_of_its_photos_once_and_in_order(content: str, more: str, photos: list[str]) -> None:
    assert shown(content, more) == photos


def test_each_photo_has_its_own_words() -> None:
    figure = '<figure><img src="/{0}.jpg" alt="{1}"><figcaption>{2}</figcaption></figure>'
    found = only(
        entry(content=figure.format("a", "A crane", "Port. Photo: Dina") + figure.format("b", "A quay", "Photo: Timur"))
    )
    assert found.photos == (
        Photo("https://courier.example/a.jpg", "A crane", "Port.", "Dina"),
        Photo("https://courier.example/b.jpg", "A quay", "", "Timur"),
    )


def test_a_credit_line_that_may_mean_any_photo_bars_each_and_credits_none() -> None:
    found = only(entry(content='<img src="/a.jpg"><img src="/b.jpg"><p>Photo: Reuters</p>'))
    assert [(each.credit, each.beside) for each in found.photos] == [("", "Reuters")] * 2


def test_a_photo_lends_its_words_to_no_other_of_its_name() -> None:
    one = '<figure><img src="/1f/original.jpg" alt="The mayor"><figcaption>Photo: AFP</figcaption></figure>'
    found = only(entry(content=f'{one}<p>The loan.</p><img src="/2c/original.jpg">'))
    assert [(each.alt, each.credit) for each in found.photos] == [("The mayor", "AFP"), ("", "")]


@pytest.mark.parametrize(
    ("content", "more"),
    [
        ("<p>Photo: Getty Images</p>", media("a.jpg", "b.jpg")),
        ('<img src="/quay.jpg"><p>Photo: Getty Images</p>', media("port.jpg")),
    ],
)
def test_one_credit_line_of_several_photos_credits_none(content: str, more: str) -> None:
    found = only(entry(content=content, more=more))
    assert [each.credit for each in found.photos] == ["", ""]


def test_a_feed_of_groups_that_never_end_is_read_in_one_pass() -> None:
    body = json.dumps("").encode() + b"<media:group>" * 200_000
    assert _marked(body) == body


def test_a_json_feed_attaches_photos() -> None:
    item = {
        "id": "1",
        "url": "https://courier.example/1",
        "title": "Port wins loan",
        "image": "https://c.example/a.jpg",
        "banner_image": "https://c.example/banner.jpg",
        "attachments": [
            {"url": "https://c.example/b.jpg", "mime_type": "image/jpeg"},
            {"url": "https://c.example/talk.mp3", "mime_type": "audio/mpeg"},
        ],
    }
    said = {"version": "https://jsonfeed.org/version/1.1", "title": "The Courier", "items": [item]}
    [found] = read(json.dumps(said).encode(), SOURCE).articles
    assert [each.url for each in found.photos] == ["https://c.example/a.jpg", "https://c.example/b.jpg"]


@pytest.mark.parametrize(
    "file", ["5000.jpg", "orig", "public", "w1200.jpg", "1200w.webp", "900x600.jpg", "XL.jpg", "raw", "thumb_big.jpg"]
)
def test_a_picture_whose_file_many_are_called_like_keeps_its_own_words(file: str) -> None:
    """Image servers name the picture by its folder, and the file by its size."""
    here, there = (f"https://img.example/{each}/{file}" for each in ("aaa", "bbb"))
    said = f'<figure><img src="{there}" alt="A crane"><figcaption>The port. Photo: Dina</figcaption></figure>'
    found = only(entry(content=said, more=f'<media:content url="{here}" medium="image" width="900"/>'))
    assert found.photo == Photo(here)
    assert found.further == (Photo(there, "A crane", "The port.", "Dina"),)
    assert name_of(here) != name_of(there)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/port.jpg", "b/port.jpg"),
        ("a/port.jpg", "a/port-superJumbo.jpg"),
        ("a/port.jpg", "b/port-1024x683.webp"),
        ("a/port.jpg", "a/port@2x.jpg?w=300"),
        ("a/port.jpg", "a/port.jpg?v=2"),
        ("a/1/5000.jpg", "a/1/5000.jpg?width=300"),
    ],
)
def test_a_picture_is_known_again_in_another_size(one: str, other: str) -> None:
    one, other = (f"https://img.example/{each}" for each in (one, other))
    assert is_same(one, other)
    assert name_of(one) in names_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a/port.jpg", "a/quay.jpg"), ("image.php?id=1", "image.php?id=2"), ("a/", "b/"), ("a/1.jpg", "b/1.jpg")],
)
def test_another_picture_is_not_taken_for_it(one: str, other: str) -> None:
    one, other = (f"https://img.example/{each}" for each in (one, other))
    assert not is_same(one, other)
    assert name_of(one) not in names_of(other)


def test_two_pictures_that_a_query_tells_apart_are_two() -> None:
    told = '<figure><img src="/getimage.jpg?id=2" alt="The mayor"><figcaption>Photo: Dina</figcaption></figure>'
    lead = "https://courier.example/getimage.jpg?id=1"
    found = only(entry(content=told, more=f'<media:content url="{lead}" medium="image" width="900"/>'))
    assert (found.photo, len(found.further)) == (Photo(lead), 1)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("https://cdn.example/640/12345678.jpg", "https://cdn.example/1280/12345678.jpg"),
        ("https://i0.wp.com/courier.example/up/IMG_2041.jpg?resize=9", "https://courier.example/up/IMG_2041.jpg"),
        ("https://courier.example/up/1.jpg", "https://www.courier.example/up/1.jpg"),
    ],
)
def test_what_a_page_says_of_a_file_of_any_name_bars_one_without_a_credit(shown: str, said: str) -> None:
    barred = joined(Photo(shown), Photo(said, credit="Reuters"))
    assert barred
    assert (barred.url, barred.credit, barred.beside) == (shown, "", "Reuters")
    assert may_be_same(Photo(shown, credit="Dina"), Photo(said)) == is_same(shown, said)


def test_what_is_said_of_a_picture_the_second_time_is_heard() -> None:
    again = '<figure><img src="/port-300x200.jpg"><figcaption>Photo: Reuters</figcaption></figure>'
    found = only(entry(content=f'<img src="/port.jpg"><p>A.</p>{again}')).photo
    assert found
    assert "Reuters" in found.beside + found.credit
