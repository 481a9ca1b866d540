"""Whose a picture is, found in every word said of it, whatever the case and the script."""

import pytest

from bot.articles.page import with_earlier
from bot.articles.photo import joined
from bot.articles.whose import barred, words_of
from bot.model import Photo
from tests.unit.articles.given import entry, only
from tests.unit.engine import article

URL = "https://courier.example/a.jpg"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("Photo: REUTERS/Pavel Mikheyev", "Reuters"),
        ("Photo: reuters", "Reuters"),
        ("The port at night (AFP)", "AFP"),
        ("AFP_32QX8ZK", "afp"),
        ("Stringer / Getty  Images", "Getty Images"),
        ("gettyimages.com", "getty*"),
        ("Фото: ТАСС", "TASS"),
        ("Photo: TASS / A. Novoderezhkin", "ТАСС"),
        ("Фото: Гетти", "Getty"),
        ("Фото: АР", "AP"),  # typed in Cyrillic, as it looks
        ("\uff32\uff45uters", "Reuters"),
        ("Reu\u00adters", "Reuters"),
        ("Reu\u200bters", "Reuters"),
        ("\u200eT\u2060A\ufeffSS", "ТАСС"),
        ("Dina\u200bReuters\u200bAktau", "Reuters"),
        ("Photo: Reuters", "Reu\u200bters"),
        ("Сурет: Қазақпарат", "Qazaqparat"),
        ("Сурет: Қазақпарат", "Kazakparat"),
        ("Фото: Хабар", "Khabar"),
    ],
)
def test_a_barred_word_is_found_in_any_case_and_script(said: str, word: str) -> None:
    assert barred(said, ("EPA", word)) == word.removesuffix("*")


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("Photo: Dina Omarova", "Reuters"),
        ("A map of Aktau", "AP"),
        ("Five tassels", "TASS"),
        ("Reutersward", "Reuters"),
        ("сто ар земли", "AP"),
        ("", "Reuters"),
    ],
)
def test_only_whole_words_bar_a_picture(said: str, word: str) -> None:
    assert barred(said, (word,)) == ""


@pytest.mark.parametrize(
    ("content", "more"),
    [
        ('<img src="/a.jpg" alt="Photo: Reuters">', ""),
        ('<figure><img src="/a.jpg"><figcaption>The port, seen by Reuters.</figcaption></figure>', ""),
        ('<figure><img src="/a.jpg"><figcaption>The port (Reuters).</figcaption></figure>', ""),
        ('<img src="/a.jpg"><img src="/b.jpg"><p>Photo: Reuters</p><p>Photo: Dina</p>', ""),
        (
            '<figure><img src="/a.jpg"><figcaption>Port. Photo: Reuters</figcaption></figure>',
            f'<media:content url="{URL}" medium="image"><media:credit>Courier</media:credit></media:content>',
        ),
        ("", f'<media:thumbnail url="{URL}" width="900"/><media:credit>Reuters</media:credit>'),
        ("", f'<media:content url="{URL}" medium="image"/><media:copyright>Reuters</media:copyright>'),
    ],
)
def test_a_source_that_names_an_agency_anywhere_near_is_heard(content: str, more: str) -> None:
    photo = only(entry(content=content, more=more)).photo
    assert photo
    assert photo.url == URL
    assert barred(words_of(photo), ("Reuters",)) == "Reuters"


def test_what_a_page_says_of_the_feeds_picture_counts_and_what_it_says_of_another_does_not() -> None:
    feed = Photo("https://courier.example/a-1024x683.jpg", "A crane")
    page = Photo(URL, caption="The port.", credit="Reuters")
    found = joined(feed, page)
    assert found == Photo(feed.url, "A crane", beside="Reuters\nThe port.")
    assert joined(feed, Photo("https://courier.example/b.jpg", credit="Reuters")) == feed
    # Told again by the feed alone, the story stays as its page made it.
    known = article(photo=found)
    assert with_earlier(article(photo=feed), known) == known


@pytest.mark.parametrize(
    ("caption", "word"),
    [("Protesters in the capital on Monday", "AP"), ("A map of ap streets", "AP"), ("Сто ар земли", "АР")],
)
def test_a_name_beside_a_picture_is_heard_though_its_letters_stand_in_other_words(caption: str, word: str) -> None:
    said = f"<media:description>{caption}</media:description><media:copyright>{word}</media:copyright>"
    photo = only(entry(more=f'<media:content url="{URL}" medium="image">{said}</media:content>')).photo
    assert photo
    assert barred(words_of(photo), ("AP",)) == "AP"
    other = joined(Photo(URL, caption=caption), Photo(URL, credit=word))
    assert other
    assert barred(words_of(other), ("AP",)) == "AP"
