"""An article's photo from its address to a file: fetched once, opened once, remembered, or given up in a sentence."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.contract import Media, Pictures, Post
from bot.fetch import Fetched, Fetcher, Refused, Unreachable
from bot.media.develop import develop
from bot.media.photos import MOST_BYTES, NoPhoto, Photos, is_whole
from bot.media.prints import Focus, Print
from bot.media.shelf import Shelf
from bot.model import Article, Flags, Kind, Photo, Reason, State
from bot.posts.frozen import digest, load
from bot.posts.frozen import dump as frozen
from bot.store.engine import Store
from bot.store.schema import picture
from bot.virtual import VirtualLoop
from tests.unit.engine import Clock, Desk, article, database, inline
from tests.unit.media import pictures
from tests.unit.media.pictures import header_only, photo, written

URL = "https://courier.example/photos/port.jpg"
TELEGRAM, THUMB = Pictures(size=10_000_000, side=5000), Pictures(size=1_000_000, side=2000)
SHOT = written(photo())


class Site:
    """What lies at which address: bytes, a status, or an exception."""

    def __init__(self, **there: Any) -> None:
        self.there: dict[str, Any] = {URL: SHOT, **there}
        self.asked: Counter[str] = Counter()

    async def get(self, url: str, *, most: int, deadline: float, **_: Any) -> Fetched:
        assert (most, 0 < deadline <= 12) == (15_000_000, True)
        self.asked[url] += 1
        await asyncio.sleep(0)
        found = self.there.get(url, 404)
        if isinstance(found, Exception):
            raise found
        return Fetched(found, url, {}, b"") if isinstance(found, int) else Fetched(200, url, {}, found)


class Room:
    """Everything beneath Photos; `again` is another process on the same database and folder."""

    def __init__(self, folder: Path, site: Any = None) -> None:
        self.folder, self.site, self.clock = folder, site or Site(), Clock()
        self.store = Store(database(folder), inline)
        self.opened: list[tuple[Pictures, ...]] = []
        self.photos = self.again()

    def again(self) -> Photos:
        shelf, usual = Shelf(self.folder / "media"), (TELEGRAM, THUMB)
        return Photos(self.store, self.clock, self.site, develop=self._develop, shelf=shelf, usual=usual)

    async def _develop(self, content: bytes, wanted: Sequence[Pictures], focus: Focus | None) -> Sequence[Print]:
        self.opened.append(tuple(wanted))
        await asyncio.sleep(0)
        return develop(content, wanted, focus)

    def take(self, url: str = URL, wanted: Pictures = TELEGRAM) -> Media:
        return asyncio.run(self.photos.prepare(story(url), wanted))

    def refused(self, url: str = URL, wanted: Pictures = TELEGRAM) -> str:
        with pytest.raises(NoPhoto) as told:
            self.take(url, wanted)
        return str(told.value)

    def files(self) -> list[Path]:
        return sorted((self.folder / "media").iterdir())


def story(url: str = URL) -> Article:
    return article(photo=Photo(url))


def test_a_photo_becomes_a_file_that_is_named_by_its_content_and_within_reach(tmp_path: Path) -> None:
    media = Room(tmp_path).take()
    assert media.open
    content = media.open().read()
    assert (media.mime, media.size, media.width, media.height) == ("image/jpeg", len(content), 900, 600)
    assert (tmp_path / "media" / media.sha256).read_bytes() == content


def test_five_channels_at_once_fetch_and_open_a_photo_once(tmp_path: Path) -> None:
    room = Room(tmp_path)

    async def all_at_once() -> list[Media]:
        wishes = (TELEGRAM, THUMB, TELEGRAM, THUMB, TELEGRAM)
        return await asyncio.gather(*(room.photos.prepare(story(), wish) for wish in wishes))

    made = asyncio.run(all_at_once())
    assert room.site.asked == {URL: 1}
    assert room.opened == [(TELEGRAM, THUMB)]
    assert made[0] == made[2] == made[4]


def test_an_editors_focus_decides_what_is_cut_and_its_print_is_for_it_alone(tmp_path: Path) -> None:
    room, square = Room(tmp_path), Pictures(size=10_000_000, side=2000, narrowest=1.0, widest=1.0)
    sides = {}
    for name, focus in (("left", (0.0, 0.5)), ("right", (1.0, 0.5)), ("none", None)):
        media = asyncio.run(room.photos.prepare(article(photo=Photo(URL, focus=focus)), square))
        assert (media.width, media.height) == (600, 600)
        sides[name] = media.sha256
    assert len(set(sides.values())) == 3
    assert room.site.asked == {URL: 3}


def test_a_persons_point_of_this_very_photo_decides_before_its_sources(tmp_path: Path) -> None:
    room, square = Room(tmp_path), Pictures(size=10_000_000, side=2000, narrowest=1.0, widest=1.0)

    def taken(source: Focus | None, flags: Flags) -> str:
        return asyncio.run(room.photos.prepare(article(photo=Photo(URL, focus=source), flags=flags), square)).sha256

    left, right = (taken(each, Flags()) for each in ((0.0, 0.5), (1.0, 0.5)))
    assert taken((0.0, 0.5), Flags(focus=(1.0, 0.5), focus_of=URL)) == right != left
    assert taken((0.0, 0.5), Flags(focus=(1.0, 0.5), focus_of="https://courier.example/photos/quay.jpg")) == left


def test_a_restart_does_not_fetch_again(tmp_path: Path) -> None:
    room = Room(tmp_path)
    first = room.take()
    room.photos = room.again()
    assert room.take() == first
    assert room.site.asked == {URL: 1}


def test_what_a_file_says_of_whose_it_is_is_kept_and_read_where_nobody_has(tmp_path: Path) -> None:
    room = Room(tmp_path, Site(**{URL: pictures.signed("Dina Omarova")}))
    assert room.take().whose == room.take(wanted=THUMB).whose == "Dina Omarova"
    assert room.take().photo == "port"
    # As a version left it that did not read this.
    asyncio.run(room.store.write(lambda db: db.execute(picture.update().values(said=None))))
    assert room.take().whose == "Dina Omarova"
    assert room.site.asked == {URL: 2}


def test_after_an_hour_another_picture_may_lie_there(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.take()
    room.clock.go(timedelta(hours=1))
    room.take()
    assert room.site.asked == {URL: 2}


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"something else")])
def test_a_file_that_is_gone_or_changed_is_made_again(tmp_path: Path, spoil: Any) -> None:
    room = Room(tmp_path)
    first = room.take()
    for each in room.files():
        spoil(each)
    post = room.photos.bind(Post("text", media=(first,)))
    assert post.media[0].open is not None  # this run holds its bytes
    assert not is_whole(room.photos.bind(load(frozen(post))))
    assert room.take() == first
    assert room.site.asked == {URL: 2}
    assert is_whole(room.photos.bind(load(frozen(post))))


def test_a_stored_post_names_its_pictures_by_content_and_is_digested_with_them(tmp_path: Path) -> None:
    media = Room(tmp_path).take()
    post = Post("text", media=(media,))
    assert load(frozen(post)) == post
    assert load(frozen(post)).media[0].open is None
    assert digest(post) != digest(Post("text"))


def test_the_original_is_taken_where_it_is_and_the_offered_size_where_it_is_not(tmp_path: Path) -> None:
    small = "https://courier.example/photos/pier-300x200.jpg"
    site = Site(**{small: written(photo(300, 200)), "https://courier.example/photos/pier.jpg": SHOT})
    room = Room(tmp_path, site)
    assert room.take(small).width == 900
    offered = "https://courier.example/photos/quay-300x200.jpg"
    site.there[offered] = written(photo(300, 200))
    assert room.take(offered).width == 300
    # A camera's own file may be more than is opened, where the site's smaller one is not.
    site.there |= {
        "https://courier.example/a.jpg": header_only(9600, 6400),
        "https://courier.example/a-300x200.jpg": SHOT,
    }
    assert room.take("https://courier.example/a-300x200.jpg").width == 900


BAD: list[tuple[str, Any, str]] = [
    ("huge", header_only(9600, 6400), "the picture has 62 megapixels, and more than 50 are not opened"),
    ("bomb", header_only(30_000, 30_000), "the picture has 900 megapixels, and more than 50 are not opened"),
    ("broken", SHOT[:5000], "the picture is broken or was cut off"),
    ("heic", pictures.HEIC, "the picture is in the HEIC format, which few networks and programs open"),
    ("pixel", written(photo(1, 1), "PNG"), "the picture is only 1 x 1 pixels"),
    ("html", b"<html><body>Sign in", "a web page came in place of the picture"),
    ("missing", 404, "the picture did not come: its address answers 404"),
    ("down", Unreachable("courier.example could not be reached"), "the picture did not come: courier.example could"),
    (
        "inside",
        Refused("c.example leads to 10.0.0.1, which is not public"),
        "the picture did not come: c.example leads",
    ),
]


@pytest.mark.parametrize(("came", "why"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_photo_that_is_none_is_given_up_with_a_sentence(tmp_path: Path, came: Any, why: str) -> None:
    room = Room(tmp_path, Site(**{URL: came}))
    assert room.refused().startswith(why)
    assert room.refused(wanted=THUMB).startswith(why)
    assert room.site.asked == {URL: 1}
    room.clock.go(timedelta(minutes=10))
    room.refused()
    # What came and cannot be used will not be better in ten minutes; what did not come may.
    assert room.site.asked[URL] == (1 if isinstance(came, bytes) else 2)


@pytest.mark.parametrize(
    "came", [written(photo().convert("CMYK")), pictures.rotated(), pictures.animated(), pictures.profiled()]
)
def test_a_photo_that_is_only_odd_is_used(tmp_path: Path, came: bytes) -> None:
    assert Room(tmp_path, Site(**{URL: came})).take().mime in ("image/jpeg", "image/png")


def test_what_would_take_too_much_of_the_line_is_broken_off(tmp_path: Path) -> None:
    sent = 0

    class Stream(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            nonlocal sent
            for _ in range(100):
                sent += 1
                yield bytes(1_000_000)

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Stream())

    web = Fetcher(newsroom="Paper", transport=httpx.MockTransport(answer))
    assert (
        Room(tmp_path, web).refused() == f"the picture did not come: courier.example sent more than {MOST_BYTES} bytes"
    )
    assert sent == 16


@pytest.mark.parametrize("url", ["data:image/gif;base64,AA", "https://courier.example/map.svg"])
def test_what_is_no_photo_by_its_address_is_not_asked_for(tmp_path: Path, url: str) -> None:
    room = Room(tmp_path)
    assert room.refused(url)
    assert not room.site.asked


def test_a_picture_that_is_not_ready_in_time_keeps_no_post_waiting(tmp_path: Path) -> None:
    class Never(Site):
        async def get(self, url: str, **_: Any) -> Fetched:
            await asyncio.Event().wait()
            raise AssertionError

    loop = VirtualLoop()
    try:
        with pytest.raises(NoPhoto, match=r"^the picture was not ready within 25 seconds$"):
            loop.run_until_complete(Room(tmp_path, Never()).photos.prepare(story(), TELEGRAM))
        assert loop.time() < 30
    finally:
        loop.close()


def test_an_article_without_a_photo_is_no_trouble(tmp_path: Path) -> None:
    with pytest.raises(NoPhoto, match=r"^$"):
        asyncio.run(Room(tmp_path).photos.prepare(article(), TELEGRAM))


def test_a_wish_that_cannot_be_met_leaves_the_others_alone(tmp_path: Path) -> None:
    room = Room(tmp_path)
    tiny = Pictures(size=300, side=400)
    assert room.refused(wanted=tiny) == "the picture cannot be brought under 300 bytes"
    assert room.take().width == 900
    assert room.opened == [(tiny, TELEGRAM, THUMB)]


def test_a_picture_that_does_not_come_for_one_network_is_still_there_for_the_others(tmp_path: Path) -> None:
    room = Room(tmp_path)
    there = room.take()
    room.site.there[URL] = 503
    other = Pictures(size=900_000, side=900)
    assert room.refused(wanted=other) == "the picture did not come: its address answers 503"
    assert room.take() == there
    room.site.there[URL] = SHOT
    room.clock.go(timedelta(minutes=10))
    assert room.take(wanted=other).width == 900


def test_a_picture_that_went_away_is_given_up_for_all_channels_at_once(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.take()
    room.clock.go(timedelta(hours=1))
    room.site.there[URL] = 404
    assert room.refused() == room.refused(wanted=THUMB) == "the picture did not come: its address answers 404"
    assert room.site.asked == {URL: 2}


def test_a_folder_that_cannot_be_written_costs_the_photo_and_nothing_else(tmp_path: Path) -> None:
    room = Room(tmp_path)
    (tmp_path / "media").write_text("a file where the folder should be")
    assert room.refused().startswith("the picture could not be kept here (")


def test_a_picture_that_stands_with_five_stories_is_a_logo(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    site = Site()
    desk.poll(*(article(n, photo=Photo(URL)) for n in range(1, 5)), article(5, photo=Photo("https://c.example/5.jpg")))
    shelf = Shelf(tmp_path / "media")

    def ready(n: int, url: str = URL) -> Any:
        photos = Photos(desk.store, desk.clock, site, develop=_develop, shelf=shelf, usual=())
        return desk.act(photos.prepare(article(n, photo=Photo(url)), TELEGRAM))

    assert ready(1).width == 900
    desk.poll(article(6, photo=Photo(URL)))
    with pytest.raises(NoPhoto, match=r"^the picture stands with 5 stories, as a logo does$"):
        ready(6)
    site.there["https://c.example/5.jpg"] = SHOT
    assert ready(5, "https://c.example/5.jpg").width == 900


def test_an_address_full_of_wildcards_counts_only_itself(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.poll(*(article(n, photo=Photo(f"https://c.example/{n}/a_b.jpg")) for n in range(1, 8)))
    site = Site(**{"https://c.example/%/a_b.jpg": SHOT})
    photos = Photos(desk.store, desk.clock, site, develop=_develop, shelf=Shelf(tmp_path / "media"), usual=())
    assert desk.act(photos.prepare(article(photo=Photo("https://c.example/%/a_b.jpg")), TELEGRAM)).width == 900


def test_old_files_go_but_not_those_of_posts_still_to_go_out(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.poll(article(1), article(2), article(3))
    made = [Shelf(tmp_path / "media").put(bytes([n]) * 40) for n in range(4)]
    kept = [Post("text", media=(Media(sha, "image/jpeg", 40),)) for sha in made]
    desk.change(1, post=kept[0], digest="d")
    desk.change(2, post=kept[1], digest="d", state=State.HELD, reason=Reason.BY_PERSON)
    desk.change(3, post=kept[2], digest="d", state=State.DONE, reason=Reason.SENT)
    assert desk.delivery(1).kind is Kind.POST
    photos = Photos(desk.store, desk.clock, Site(), develop=_develop, shelf=Shelf(tmp_path / "media"), usual=())
    desk.act(photos.prune())
    assert len(list((tmp_path / "media").iterdir())) == 4  # they are new: a post may be about to name them
    desk.go(timedelta(days=400))
    desk.act(photos.prune())
    assert sorted(path.name for path in (tmp_path / "media").iterdir()) == sorted(made[:2])


def test_prints_nobody_waits_for_are_kept_as_long_as_the_settings_say(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    shelf = Shelf(tmp_path / "media")
    shelf.put(b"print")
    written = next((tmp_path / "media").iterdir()).stat().st_mtime
    at = {days: datetime.fromtimestamp(written, UTC) + timedelta(days=days) for days in (2, 4)}
    for days, left in ((2, 1), (4, 0)):
        shelf.prune((), at[days], lives=timedelta(days=3))
        assert len(list((tmp_path / "media").iterdir())) == left
    shelf.put(b"print")
    photos = Photos(
        desk.store, desk.clock, Site(), develop=_develop, shelf=shelf, usual=(), lives=timedelta(days=100_000)
    )
    desk.go(timedelta(days=400))
    desk.act(photos.prune())
    assert len(list((tmp_path / "media").iterdir())) == 1


async def _develop(content: bytes, wanted: Sequence[Pictures], focus: Focus | None) -> Sequence[Print]:
    return develop(content, wanted, focus)


def test_a_further_photo_is_fetched_for_its_network_alone_and_told_as_what_it_is(tmp_path: Path) -> None:
    quay = "https://courier.example/photos/quay.jpg"
    room = Room(tmp_path, Site(**{URL: SHOT, quay: pictures.animated()}))
    further = Photo(quay, "The quay.")
    told = article(photo=Photo(URL), further=(further,))
    for _ in range(2):  # as it was made, and as it is kept
        media = asyncio.run(room.photos.prepare(told, TELEGRAM, photo=further))
        assert (media.photo, media.remark) == ("quay", "with the first frame of its animated photo")
    assert (room.opened, room.site.asked) == ([(TELEGRAM,)], {quay: 1})
    post = Post("text", media=(media,))
    assert load(frozen(post)).media[0].remark == media.remark
