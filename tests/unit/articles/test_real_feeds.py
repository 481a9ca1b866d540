import io
import json
import re
import tarfile
from html import escape
from itertools import combinations

import pytest

from bot.articles.clean import correction_of, is_boilerplate
from bot.articles.feed import Feed, Unreadable, read
from bot.articles.same import containment, known, match, shingles
from bot.articles.sentences import sentences
from bot.model import Source
from tests.unit.articles.given import NOW, data, entry, only

STORIES = {
    "489.rss": 10,
    "DaringFireball.atom": 48,
    "DaringFireball.json": 48,
    "DaringFireball.rss": 47,
    "EMarley.rss": 10,
    "KatieFloyd.rss": 20,
    "atom_mediarss_reddit_1.xml": 25,
    "bio.rdf": 30,
    "curt.json": 26,
    "expertopinionent.atom": 43,
    "kc0011.rss": 20,
    "livemint.xml": 25,
    "macworld.rss": 30,
    "markdown1.rss": 25,
    "monkeydom.rss": 13,
    "natasha.xml": 10,
    "phpxml.rss": 20,
    "pxlnv.json": 20,
    "qemu.atom": 10,
    "root-author.atom": 2,
    "rss_2.0_cloudflare.xml": 1,
    "rss_2.0_nightvale.xml": 1,
    "scriptingNews.rss": 48,
    "theomnishow.rss": 4,
}
RESIDUE = re.compile(
    r"</?(?:p|a|b|i|em|strong|div|span|br|img|li|ul|h\d|blockquote)\b[^<]*>|&(?:#\d+|[a-z]+);|\s{2}|[\ufffd\u200b]"
)


def real(name: str) -> Feed:
    body = (data("real_feeds") / name).read_bytes()
    return read(body, Source(id=name, url="https://feed.example/rss"), url="https://feed.example/rss")


@pytest.mark.parametrize("name", STORIES)
def test_a_real_feed_reads_well(name: str) -> None:
    found = real(name)
    assert len(found.articles) == STORIES[name]
    assert found.is_complete
    for one in found.articles:
        assert one.title
        assert one.url.startswith("http")
        shown = (
            one.title,
            one.dek,
            *one.paragraphs[:3],
            *one.authors,
            *one.tags,
            one.photo.caption if one.photo else "",
        )
        assert [text for text in shown if RESIDUE.search(text)] == []
        for paragraph in one.paragraphs:
            assert [part for part in sentences(paragraph, one.language) if is_boilerplate(part)] == []


@pytest.mark.parametrize("number", range(8))
def test_our_own_articles_come_through_word_for_word(number: int) -> None:
    ours = json.loads(data("wording_fixtures.json").read_text())["articles"][number]
    body = "".join(f"<p>{escape(text)}</p>" for text in ours["body"] if not correction_of(text))
    found = only(entry(ours["title"], link=ours["url"], summary=escape(ours["dek"]), content=body))
    assert (spaced(found.title), spaced(found.dek), found.language) == (ours["title"], ours["dek"], ours["language"])
    assert [spaced(text) for text in found.paragraphs] == [text for text in ours["body"] if not correction_of(text)]


def spaced(text: str) -> str:
    """With ordinary spaces only: the wording gives its articles as a feed would."""
    return text.replace("\u00a0", " ")


def test_two_feeds_of_one_diary_are_one_by_text_and_unrelated_stories_never_are() -> None:
    atom, other = real("DaringFireball.atom"), real("DaringFireball.json")
    others = [known(one, story=one.guid, seen=NOW, is_in_feed=True) for one in atom.articles]
    long = [one for one in other.articles if len(shingles(one)) >= 40]
    found = [match(one, others, seen=NOW) for one in long]
    titles = {one.guid: one.title for one in atom.articles}
    assert [titles[hit.story] for hit in found if hit] == [one.title for one in long]


def test_no_two_stories_of_real_feeds_are_taken_for_one() -> None:
    """Evidence for the threshold across sources: the nearest unrelated pair stays far below it."""
    names = [name for name in STORIES if name not in ("DaringFireball.json", "DaringFireball.rss")]
    texts = [grams for name in names for one in real(name).articles if len(grams := shingles(one)) >= 12]
    nearest = sorted(
        ((containment(one, two), min(len(one), len(two))) for one, two in combinations(texts, 2)), reverse=True
    )
    print(f"{len(texts)} texts, {len(nearest)} pairs, nearest {nearest[:3]}")
    assert nearest[0][0] < 0.5
    assert max(share for share, runs in nearest if runs < 40) < 0.5, "short ones count only where they are held whole"


def test_two_notes_that_quote_one_letter_are_two_stories() -> None:
    """Why half of a text in common is not enough across sources."""
    texts = [grams for one in real("DaringFireball.rss").articles if len(grams := shingles(one)) >= 40]
    assert 0.5 < max(containment(one, two) for one, two in combinations(texts, 2)) < 0.6


def test_the_parsers_own_corpus_is_read_or_refused_and_never_raises_otherwise() -> None:
    with tarfile.open(fileobj=io.BytesIO(data("feedparser_tests.tgz").read_bytes())) as archive:
        bodies = [stream.read() for member in archive.getmembers() if (stream := archive.extractfile(member))]
    refused = [body for body in bodies if not _is_read(body)]
    assert len(bodies) > 1700
    assert len(refused) < 20


def _is_read(body: bytes) -> bool:
    try:
        read(body, Source(id="s", url="https://feed.example/rss"))
    except Unreadable:
        return False
    return True
