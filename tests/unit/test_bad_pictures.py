"""Pictures that are no good, and places that take or give none, through the whole path to what becomes of the post."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from adapters.contract import Films, Limits, NotSent, Pictures, Spec
from bot.actions import deliveries as verbs
from bot.delivery.composing import Composer
from bot.fetch import Fetched
from bot.media.darkroom import Darkroom
from bot.media.film import HEIGHT, WIDTH, Progress
from bot.media.photos import Photos
from bot.media.places import Folder, Window
from bot.media.public import Public
from bot.media.shelf import Shelf
from bot.media.slides import Theme
from bot.media.studio import Studio
from bot.model import Photo
from bot.store import templates
from tests.unit.delivery.test_photo_posts import PHOTOS, WORDS, Pictured
from tests.unit.engine import NOW, ONE, POLICY, Desk, article, minutes
from tests.unit.media import pictures
from tests.unit.media.pictures import header_only, noise, photo, written

URL, MEDIA = "https://courier.example/photos/port.jpg", "https://media.example/social"
ROOM = 2_000_000
"""Bytes of the largest file where there is little room: more than the database, less than a good photo."""
GOOD = written(photo())
LARGE = written(noise(2560, 2000), quality=97)


class Free(Pictured):
    """A network that takes a photo, and posts without one."""

    spec: ClassVar[Spec] = replace(
        Pictured.spec, limits=replace(Pictured.spec.limits, pictures=Pictures(size=8_000_000, side=2560), alt=None)
    )


class Strict(Pictured):
    """A network that fetches, takes certain shapes, and no post without a picture."""

    spec: ClassVar[Spec] = replace(
        Pictured.spec,
        fetches=True,
        limits=Limits(
            text=300,
            media=1,
            least=1,
            pictures=Pictures(size=8_000_000, side=2560, narrowest=0.8, widest=1.91, mimes=("image/jpeg",)),
        ),
    )


class Filmed(Pictured):
    """A network of films."""

    spec: ClassVar[Spec] = replace(
        Pictured.spec, form="video", limits=Limits(text=300, media=1, films=Films(size=10**8, shortest=3, longest=60))
    )


class Scissors:
    """Makes a film of three megabytes."""

    def missing(self) -> str:
        return ""

    async def cut(self, stills: Any, progress: Progress) -> bytes:
        return b"\0\0\0\x18ftypmp42" + bytes(3_000_000)

    async def first(self, content: bytes) -> bytes:
        raise AssertionError("nobody looks")


class Newsroom:
    """A desk with real photos, cards, shelf and public folder; `came` lies at the photo's address."""

    def __init__(self, folder: Path, darkroom: Darkroom, came: Any, kind: Any, who: Any = PHOTOS) -> None:
        self.desk, self.came, self.folder, self.answers = Desk(folder, who, kind=kind), came, folder / "www", 200
        self.folder.mkdir()
        desk, shelf = self.desk, Shelf(folder / "media")
        photos = Photos(desk.store, desk.clock, self, develop=darkroom.develop, shelf=shelf, usual=())
        studio = Studio(
            desk.store,
            desk.clock,
            shelf,
            draw=darkroom.draw,
            develop=darkroom.develop,
            cutting=Scissors(),
            theme=Theme(name="The Courier"),
        )
        desk.composer = Composer(POLICY, {"fake": kind}, photos, draws=studio)
        window = Window(place=Folder(self.folder), address=MEDIA, key=b"k" * 32)
        desk.worker = desk.another_worker(show=Public(desk.store, desk.clock, self, window).show)
        desk.ask(templates.offer, {"fake": WORDS}, NOW, origin=templates.SHIPPED)

    async def get(self, url: str, **_: Any) -> Fetched:
        if url.startswith(MEDIA):
            content = (self.folder / url.rpartition("/")[2]).read_bytes()
            return Fetched(self.answers, url, {"content-type": "image/jpeg"}, content)
        return Fetched(self.came, url, {}, b"") if isinstance(self.came, int) else Fetched(200, url, {}, self.came)

    def post(self, n: int = 1) -> Any:
        """Take a story in and work on it once; tell its post."""
        self.desk.poll(
            article(n, photo=Photo(f"{URL}?{n}", "A crane.", credit="Dina"), published=self.desk.clock.now())
        )
        self.desk.turn()
        return self.desk.delivery(n).post


@pytest.fixture(scope="module")
def darkroom() -> Iterator[Darkroom]:
    with Darkroom() as room:
        yield room


@contextmanager
def little_room() -> Iterator[None]:
    """Let no file grow beyond ROOM, as on a disk that is nearly full: larger ones fail as they are written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


BAD: list[tuple[str, Any, str]] = [
    ("a banner", written(photo(1800, 400)), "the picture has the shape of a banner (1800 x 400 pixels)"),
    ("a pixel", written(photo(1, 1), "PNG"), "the picture is only 1 x 1 pixels"),
    ("a bomb", header_only(30_000, 30_000), "the picture has 900 megapixels, and more than 50 are not opened"),
    ("cut off", GOOD[:5000], "the picture is broken or was cut off"),
    ("shut", 403, "the picture did not come: its address answers 403"),
    ("too large for the disk", LARGE, "the picture could not be kept here (File too large)"),
]
ODD: list[tuple[str, bytes, str]] = [
    ("animated", pictures.animated(), "with the first frame of its animated photo"),
    ("upright", written(photo(600, 1200)), ""),
    ("wide", written(photo(1200, 450)), ""),
]


@pytest.mark.parametrize(("came", "why"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_picture_costs_a_post_the_picture_and_says_so(
    tmp_path: Path, darkroom: Darkroom, came: Any, why: str
) -> None:
    room = Newsroom(tmp_path, darkroom, came, Free)
    with little_room():
        post = room.post()
    assert (room.desk.stands(), post.media, "Dina" in post.text) == (("done", "sent"), (), False)
    assert room.desk.why() == f"Published at 14:00 (https://fake.example/1); without its photo: {why}."
    room.came = GOOD  # nothing of it hangs on
    room.desk.go(minutes(11))
    assert len(room.post(2).media) == 1
    assert len(room.desk.wire.shown) == 2


@pytest.mark.parametrize(("came", "why"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_where_something_must_be_shown_a_card_is_drawn(tmp_path: Path, darkroom: Darkroom, came: Any, why: str) -> None:
    room = Newsroom(tmp_path, darkroom, came, Strict)
    with little_room():
        [shown] = room.post().media
    assert (room.desk.stands(), shown.credit) == (("done", "sent"), "")
    assert room.desk.delivery().detail == f"with a drawn card in place of a photo: {why}"
    assert [each.stat().st_size for each in room.folder.iterdir()] == [shown.size]


@pytest.mark.parametrize("kind", [Free, Strict])
@pytest.mark.parametrize(("came", "remark"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_an_odd_picture_is_brought_into_a_shape_its_network_takes(
    tmp_path: Path, darkroom: Darkroom, came: bytes, remark: str, kind: Any
) -> None:
    room = Newsroom(tmp_path, darkroom, came, kind)
    [shown] = room.post().media
    assert (room.desk.stands(), room.desk.delivery().detail, shown.credit) == (("done", "sent"), remark, "Dina")
    if kind is Strict:
        assert 0.8 <= shown.width / shown.height <= 1.91


def test_a_film_there_is_no_room_for_waits_for_a_person_and_is_made_once_there_is(
    tmp_path: Path, darkroom: Darkroom
) -> None:
    room = Newsroom(tmp_path, darkroom, GOOD, Filmed, replace(ONE, form="video"))
    with little_room():
        room.post()
    assert room.desk.stands() == ("held", "no_film")
    assert "no film, so nothing was posted: it could not be kept here (File too large)" in room.desk.why()
    room.desk.act(verbs.release(room.desk.room(), 1))
    room.desk.turn()
    [film] = room.desk.delivery().post.media  # type: ignore[union-attr]  # it is out
    assert (room.desk.stands(), film.width, film.height) == (("done", "sent"), WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("came", "answers", "said"),
    [
        (GOOD, 403, "networks cannot fetch its picture: media.example answers 403"),
        (LARGE, 200, "its picture cannot be laid where networks fetch it: the folder {} cannot be written to"),
    ],
)
def test_a_public_place_that_gives_or_takes_nothing_is_tried_again_and_then_a_persons(
    tmp_path: Path, darkroom: Darkroom, came: bytes, answers: int, said: str
) -> None:
    room = Newsroom(tmp_path, darkroom, came, Strict)
    desk = room.desk
    desk.wire.say("prepare", NotSent("dns"))
    room.post()  # the picture is ready from here on
    room.answers = answers
    for _ in range(9):
        desk.go(desk.delivery().due_at - desk.clock.now())
        with little_room():
            desk.turn()
        assert desk.delivery().detail.startswith(said.format(room.folder))
    assert (desk.stands(), desk.wire.shown, desk.alerts()) == (("held", "gave_up"), [], ["delivery_held"])
    room.answers = 200
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert (desk.stands(), len(desk.wire.shown)) == (("done", "sent"), 1)
