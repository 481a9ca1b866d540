"""Cards and films of words: made once, kept by what they say, and made beside whoever waits for them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.contract import Films, Limits, Media, Pictures
from bot.media.film import HEIGHT, MISSING, WIDTH, Progress, Still
from bot.media.prints import Print, Unusable
from bot.media.shelf import Shelf
from bot.media.slides import PORTRAIT, TALL, WIDE, Size, Slide, Theme
from bot.media.studio import Scene, Studio, Uncut
from bot.media.under_way import Coming, UnderWay
from bot.store import pictures
from bot.store.engine import Store
from tests.unit.engine import Clock, database, inline, minutes

ANY = Limits(text=1, films=Films(size=1000, shortest=3, longest=60), pictures=Pictures(size=1000, side=2000))
OURS = Theme(name="The Courier", address="courier.example")
SCENES = (Scene(Slide(headline="The port opens", photo=b"a picture"), 4.0), Scene(Slide(is_closing=True), 3.0))


class Hands:
    """Everything a studio asks for; `films` holds what comes of each further film."""

    def __init__(self, folder: Path) -> None:
        self.store, self.clock, self.shelf = Store(database(folder), inline), Clock(), Shelf(folder / "media")
        self.drawn: list[tuple[Slide, Theme, Size]] = []
        self.films: list[Any] = []
        self.lacks, self.refused, self.cuts = "", "", 0
        self.go_on = asyncio.Event()

    def studio(self, beside: UnderWay | None = None, theme: Theme = OURS) -> Studio:
        made_by = {"draw": self.draw, "develop": self.develop, "cutting": self}
        return Studio(self.store, self.clock, self.shelf, **made_by, theme=theme, beside=beside)  # type: ignore[arg-type]

    async def draw(self, slide: Slide, theme: Theme, size: Size) -> bytes:
        self.drawn.append((slide, theme, size))
        return f"{slide.headline} {theme.name}".encode()

    async def develop(self, content: bytes, wanted: Sequence[Pictures], focus: None) -> Sequence[Print]:
        return [Print("image/jpeg", *PORTRAIT, b"print of " + content, why=self.refused) for _ in wanted]

    def missing(self) -> str:
        return self.lacks

    async def cut(self, stills: Sequence[Still], progress: Progress) -> bytes:
        self.cuts += 1
        progress(40)
        await self.go_on.wait()
        came = self.films.pop(0) if self.films else b"film of " + b", ".join(each.content for each in stills)
        if isinstance(came, Exception):
            raise came
        return bytes(came)

    async def first(self, content: bytes) -> bytes:
        return b"first of " + content


@pytest.fixture
def hands(tmp_path: Path) -> Hands:
    made = Hands(tmp_path)
    made.go_on.set()
    return made


def read(media: Media) -> bytes:
    assert media.open
    with media.open() as file:
        return file.read()


def test_a_film_is_made_once_and_again_only_where_its_file_is_gone(hands: Hands) -> None:
    film = asyncio.run(hands.studio().film(SCENES, ANY))
    assert (film.mime, film.width, film.height, film.seconds) == ("video/mp4", WIDTH, HEIGHT, 7.0)
    assert (read(film), len(read(film))) == (b"film of The port opens The Courier,  The Courier", film.size)
    assert asyncio.run(hands.studio().film(SCENES, ANY)) == film
    assert (hands.cuts, len(hands.drawn)) == (1, 2)
    [path] = hands.shelf._folder.iterdir()
    path.write_bytes(b"half a film")
    assert asyncio.run(hands.studio().film(SCENES, ANY)) == film
    assert hands.cuts == 2


COVERED = Limits(text=1, films=Films(size=1000, shortest=3, longest=60, cover=ANY.pictures))


def test_a_network_that_takes_a_cover_gets_the_first_slide_of_the_film(hands: Hands) -> None:
    film = asyncio.run(hands.studio().film(SCENES, COVERED))
    assert film.cover
    assert (film.cover.mime, read(film.cover)) == ("image/jpeg", b"print of The port opens The Courier")
    assert hands.drawn[-1] == (SCENES[0].slide, OURS, TALL)
    assert asyncio.run(hands.studio().film(SCENES, COVERED)) == film
    assert (hands.cuts, len(hands.drawn)) == (1, 3)
    assert asyncio.run(hands.studio().film(SCENES, ANY)).cover is None
    assert hands.cuts == 1, "with a cover or without, it is the same film"


def test_a_film_that_was_made_beside_has_its_cover_too(hands: Hands) -> None:
    async def twice() -> Media:
        async with UnderWay() as beside:
            with pytest.raises(Coming):
                await hands.studio(beside).film(SCENES, COVERED)
            await asyncio.sleep(0.01)
            return await hands.studio(beside).film(SCENES, COVERED)

    assert asyncio.run(twice()).cover


def test_a_cover_that_cannot_be_made_keeps_no_film_back(hands: Hands) -> None:
    asyncio.run(hands.studio().film(SCENES, COVERED))
    hands.refused = "too many bytes"
    film = asyncio.run(hands.studio().film((SCENES[1],), COVERED))
    assert (film.cover, film.seconds) == (None, 3.0)


def test_other_words_another_photo_other_colours_are_another_film(hands: Hands) -> None:
    others = [
        (Scene(Slide(headline="The port closes", photo=b"a picture"), 4.0), SCENES[1]),
        (Scene(Slide(headline="The port opens", photo=b"another"), 4.0), SCENES[1]),
        (Scene(SCENES[0].slide, 5.0), SCENES[1]),
    ]
    for each in (SCENES, *others):
        asyncio.run(hands.studio().film(each, ANY))
    asyncio.run(hands.studio(theme=Theme(name="The Courier", accent="#ffffff")).film(SCENES, ANY))
    assert hands.cuts == 5


def test_a_network_that_takes_no_brands_gets_none(hands: Hands) -> None:
    bare = Limits(text=1, films=ANY.films, pictures=ANY.pictures, bare=True)
    asyncio.run(hands.studio().film(SCENES, bare))
    asyncio.run(hands.studio().card(SCENES[0].slide, bare))
    assert {(theme.name, theme.address, theme.logo) for _, theme, _ in hands.drawn} == {("", "", None)}


@pytest.mark.parametrize(
    ("narrowest", "widest", "size"), [(None, None, PORTRAIT), (0.8, 1.91, PORTRAIT), (1.0, 2.0, WIDE), (0.5, 0.6, TALL)]
)
def test_a_card_has_a_shape_its_network_takes(hands: Hands, narrowest: Any, widest: Any, size: Size) -> None:
    shapes = Pictures(size=1000, side=2000, narrowest=narrowest, widest=widest)
    card = asyncio.run(hands.studio().card(SCENES[0].slide, Limits(text=1, pictures=shapes)))
    assert (card.mime, read(card)) == ("image/jpeg", b"print of The port opens The Courier")
    assert hands.drawn[-1][2] == size
    assert asyncio.run(hands.studio().card(SCENES[0].slide, Limits(text=1, pictures=shapes))) == card
    assert len(hands.drawn) == 1


def test_nothing_is_drawn_where_no_film_can_be_made(hands: Hands) -> None:
    hands.lacks = MISSING
    with pytest.raises(Unusable, match="jarshy"):
        asyncio.run(hands.studio().film(SCENES, ANY))
    assert hands.drawn == []
    assert Uncut().missing() == MISSING


def test_a_film_larger_than_a_network_takes_is_none(hands: Hands) -> None:
    hands.films = [bytes(1001)]
    with pytest.raises(Unusable, match="the film has 1001 bytes, and the network takes 1000"):
        asyncio.run(hands.studio().film(SCENES, ANY))


def test_a_film_is_made_beside_whoever_waits_for_it(hands: Hands) -> None:
    async def play() -> None:
        hands.go_on.clear()
        async with UnderWay() as beside:
            studio = hands.studio(beside)
            assert await _asked(studio) == 0
            await _a_while()
            assert [await _asked(studio), await _asked(hands.studio(beside))] == [40, 40]
            hands.go_on.set()
            await _a_while()
            assert not beside.is_busy()
            assert read(await studio.film(SCENES, ANY)).startswith(b"film of")
        assert hands.cuts == 1

    asyncio.run(play())


def test_what_went_wrong_beside_is_told_once_and_then_tried_again(hands: Hands) -> None:
    async def play() -> None:
        hands.films = [Unusable("it was killed", may_pass=True), ValueError("odd")]
        async with UnderWay() as beside:
            studio, said = hands.studio(beside), list[str]()
            while len(said) < 2:
                try:
                    await studio.film(SCENES, ANY)
                except Coming:
                    await asyncio.sleep(0)
                except Unusable as e:
                    said.append(str(e))
            assert said == ["it was killed", "the film could not be made (ValueError)"]
            assert await _asked(studio) == 0
            await _a_while()
            assert (await _asked(studio), hands.cuts) == (None, 3)

    asyncio.run(play())


def test_a_daemon_that_stops_leaves_its_film_to_the_next(hands: Hands) -> None:
    async def play() -> None:
        hands.go_on.clear()
        async with UnderWay() as beside:
            await _asked(hands.studio(beside))
            await asyncio.sleep(0)
            await beside.stop(0.0)
        hands.go_on.set()
        assert (await hands.studio().film(SCENES, ANY)).size

    asyncio.run(play())


def test_what_was_made_is_kept_while_its_row_is_and_its_beginning_can_be_shown(hands: Hands) -> None:
    film = asyncio.run(hands.studio().film(SCENES, ANY))
    assert film.sha256 in asyncio.run(hands.store.write(pictures.named))
    assert asyncio.run(hands.studio().first(film)).startswith(b"print of first of film of")
    hands.clock.go(minutes(60 * 25))
    asyncio.run(hands.store.write(pictures.forget, hands.clock.now()))
    assert film.sha256 not in asyncio.run(hands.store.write(pictures.named))


async def _asked(studio: Studio) -> int | None:
    """Ask for the film: how far it is, None where it is there."""
    try:
        await studio.film(SCENES, ANY)
    except Coming as e:
        return e.done
    return None


async def _a_while() -> None:
    """Let others go on until they wait themselves."""
    for _ in range(50):
        await asyncio.sleep(0)
