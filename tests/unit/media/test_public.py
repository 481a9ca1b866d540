"""Media where networks fetch them: guessed by nobody, proved by fetching, kept while needed and not for ever."""

import asyncio
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from structlog.testing import capture_logs

from adapters.contract import Api, AuthFailed, Limits, Media, NotSent, Pictures, Post, Scope, Spec
from bot.articles.photo import name_of
from bot.fetch import Fetched, Fetcher, Unreachable
from bot.media.places import Folder, Lying, Shut, Window
from bot.media.public import NoPlace, Public
from bot.model import Photo, Reason, State
from bot.store import pictures
from bot.store.engine import Store
from bot.store.pictures import Made
from tests.unit.engine import Clock, Desk, article, database, inline

SHOT = b"\xff\xd8\xff a photo"
OWN = "https://courier.example/photos/port.jpg"
SPEC = Spec(
    network="fake",
    title="Fake",
    docs="",
    checked=date(2026, 12, 1),
    api=Api("1"),
    limits=Limits(text=300, media=1, least=1),
    target=250,
    fetches=True,
)
KEY = b"k" * 32


def media(content: bytes = SHOT, mime: str = "image/jpeg") -> Media:
    return Media(hashlib.sha256(content).hexdigest(), mime, len(content), 900, 600, open=lambda: BytesIO(content))


POST = Post("A new berth", media=(media(),))
STORY = article(photo=Photo(OWN))


class Server(ThreadingHTTPServer):
    """A static web server, as a newsroom has one; `instead` answers in its place, `asked` counts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        self.instead: tuple[int, dict[str, str], bytes] | None = None
        self.asked: list[str] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(SimpleHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.instead is None or self.path == "/elsewhere.jpg":
            return super().do_GET()
        status, headers, body = self.server.instead
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a folder as a web server does, until the block ends."""
    folder.mkdir()
    with Server(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "www") as server:
        yield server


class Web:
    """What lies at which address; other addresses cannot be seen from here."""

    def __init__(self, **there: Any) -> None:
        self.there, self.asked = there, list[str]()
        self.accepted = set[str]()

    async def get(self, url: str, *, accept: str = "*/*", **_: Any) -> Fetched:
        self.asked.append(url)
        self.accepted.add(accept)
        if url not in self.there:
            raise Unreachable("nobody there")
        found = self.there[url]
        if isinstance(found, int):
            return Fetched(found, url, {}, b"")
        return Fetched(200, url, {"content-type": "image/jpeg"}, found)


class Beside:
    """Everything beneath Public."""

    def __init__(self, folder: Path, *, address: str = "https://media.example/social", place: Any = None) -> None:
        self.folder, self.clock, self.store = folder / "www", Clock(), Store(database(folder), inline)
        self.folder.mkdir(exist_ok=True)
        self.window = Window(place=place or Folder(self.folder), address=address, key=KEY)

    def show(self, web: Any = None, post: Post = POST, *, spec: Spec = SPEC, **window: Any) -> Post:
        return asyncio.run(self.public(web or Web(), **window).show(post, spec, STORY))

    def public(self, web: Any, **window: Any) -> Public:
        return Public(self.store, self.clock, web, window.get("window", self.window))

    def names(self) -> list[str]:
        return sorted(each.name for each in self.folder.iterdir())


def through(server: Server, run: Any, allow: bool = True) -> Any:
    """Run with the guarded client, on the very server."""

    async def opened() -> Any:
        hosts = frozenset({server.host}) if allow else frozenset()
        async with Fetcher(newsroom="The Courier", allow=hosts) as web:
            return await run(web)

    return asyncio.run(opened())


def test_a_picture_is_put_under_a_name_nobody_guesses_and_comes_as_what_it_is(tmp_path: Path, served: Server) -> None:
    beside = Beside(tmp_path, address=f"http://{served.host}")
    before = os.umask(0o077)
    try:
        shown = [through(served, lambda web: beside.public(web).show(POST, SPEC, STORY)) for _ in range(2)]
    finally:
        os.umask(before)
    [name] = beside.names()
    assert shown[0] == shown[1] == replace(POST, media=(replace(media(), url=f"http://{served.host}/{name}"),))
    assert served.asked == [f"/{name}"] * 2
    assert (beside.folder / name).stat().st_mode & 0o777 == 0o644
    # Whoever has the picture itself does not know its name without the key.
    beside.window = replace(beside.window, key=b"x" * 32)
    through(served, lambda web: beside.public(web).show(POST, SPEC, STORY))
    assert [each[:65] for each in beside.names()] == [f"{media().sha256}-"] * 2


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ((403, {}, b"no"), "answers 403"),
        ((301, {"Location": "/elsewhere.jpg"}, b""), "leads elsewhere (it answers 301), and networks do not follow"),
        ((200, {"Content-Type": "text/html"}, SHOT), "calls it text/html where it must say image/jpeg"),
        ((200, {"Content-Type": "image/jpeg"}, b"a smaller one"), "gives other bytes than were laid there"),
    ],
)
def test_an_address_a_network_could_not_fetch_from_is_told_before_it_is_asked(
    tmp_path: Path, served: Server, instead: Any, said: str
) -> None:
    beside = Beside(tmp_path, address=f"http://{served.host}")
    served.instead = instead
    with pytest.raises(NotSent) as told:
        through(served, lambda web: beside.public(web).show(POST, SPEC, STORY))
    assert told.value.detail == f"networks cannot fetch its picture: {served.host} {said}"
    assert not told.value.is_outage
    proved = through(served, lambda web: beside.public(web).prove())
    assert (said in proved, len(beside.names())) == (True, 1)


def test_what_cannot_be_seen_from_here_is_left_to_the_network(tmp_path: Path, served: Server) -> None:
    beside = Beside(tmp_path, address=f"http://{served.host}")

    async def ask(web: Any) -> tuple[Post, str]:
        public = beside.public(web)
        return await public.show(POST, SPEC, STORY), await public.prove()

    shown, proved = through(served, ask, allow=False)
    assert shown.media[0].url.startswith(f"http://{served.host}/")
    assert proved.startswith(f"127.0.0.1 is asked for at port {served.server_port}")


def test_a_place_is_proved_by_fetching_and_must_not_list_its_files(tmp_path: Path, served: Server) -> None:
    beside = Beside(tmp_path, address=f"http://{served.host}")
    prove = partial(through, served, lambda web: beside.public(web).prove())
    assert prove() == f"{served.host} lists its files to everybody, so pictures of drafts can be found: switch that off"
    (beside.folder / "index.html").write_text("nothing to see")
    assert prove() == ""
    assert beside.names() == ["index.html"]
    beside.window = replace(beside.window, address=f"{beside.window.address}/elsewhere")
    assert prove() == (f"{served.host} answers 404: folder or bucket and address do not lead to the same place")
    beside.window = replace(beside.window, place=Folder(tmp_path / "gone"))
    assert prove() == f"the folder {tmp_path / 'gone'} cannot be written to (No such file or directory)"


def test_the_articles_own_address_serves_where_this_very_file_lies_there(tmp_path: Path) -> None:
    beside, own = Beside(tmp_path), Web(**{OWN: SHOT})
    assert beside.show(own, window=None).media[0].url == OWN
    for there in ({}, {OWN: b"another"}, {OWN: 403}):
        with pytest.raises(NoPlace, match="Fake fetches pictures by itself"):
            beside.show(Web(**there), window=None)
    plain = OWN.replace("https", "http")  # networks fetch nothing there
    with pytest.raises(NoPlace):
        asyncio.run(beside.public(Web(**{plain: SHOT}), window=None).show(POST, SPEC, article(photo=Photo(plain))))
    # Where there is a place, the article's address is asked only if the file came from there unchanged.
    assert beside.show(own).media[0].url.startswith("https://media.example/social/")
    made = Made(media().sha256, "image/jpeg", media().size, 900, 600)
    kept = partial(pictures.keep, source_sha=media().sha256, lives=timedelta(hours=1))
    asyncio.run(beside.store.write(kept, OWN, [(Pictures(size=9, side=9), made)], beside.clock.now()))
    assert beside.show(own).media[0].url == OWN
    # To a network that knows whose addresses it fetches from the place was proved, and a site's photos were not.
    knowing = replace(SPEC, fetches_from_known=True)
    assert beside.show(own, spec=knowing).media[0].url.startswith("https://media.example/social/")
    assert beside.show(own, spec=knowing, window=None).media[0].url == OWN


def test_an_address_the_network_could_not_fetch_from_gives_way_to_our_place(tmp_path: Path) -> None:
    beside, own = Beside(tmp_path), Web(**{OWN: SHOT})
    made = Made(media().sha256, "image/jpeg", media().size, 900, 600)
    kept = partial(pictures.keep, source_sha=media().sha256, lives=timedelta(hours=1))
    asyncio.run(beside.store.write(kept, OWN, [(Pictures(size=9, side=9), made)], beside.clock.now()))

    def shown(unfetched: set[str], **window: Any) -> str:
        return asyncio.run(beside.public(own, **window).show(POST, SPEC, STORY, unfetched)).media[0].url

    assert shown(set()) == OWN
    ours = shown({OWN})
    assert ours.startswith("https://media.example/social/")
    assert shown({OWN, ours}) == ours
    assert shown({OWN}, window=None) == OWN  # there is no other


@pytest.mark.parametrize(
    "shut", [Shut("the disk is full"), Shut("the storage refuses our keys", needs_person=True)], ids=["full", "keys"]
)
def test_where_our_place_is_in_trouble_itself_the_network_is_sent_to_the_article_once_more(
    tmp_path: Path, shut: Shut
) -> None:
    beside, own = Beside(tmp_path, place=Failing(shut)), Web(**{OWN: SHOT})
    made = Made(media().sha256, "image/jpeg", media().size, 900, 600)
    kept = partial(pictures.keep, source_sha=media().sha256, lives=timedelta(hours=1))
    asyncio.run(beside.store.write(kept, OWN, [(Pictures(size=9, side=9), made)], beside.clock.now()))
    assert asyncio.run(beside.public(own).show(POST, SPEC, STORY, {OWN})).media[0].url == OWN
    with pytest.raises((NotSent, AuthFailed)):
        asyncio.run(beside.public(Web()).show(POST, SPEC, STORY, {OWN}))


def test_addresses_are_looked_at_as_networks_fetch_from_them(tmp_path: Path) -> None:
    """A server that chooses by Accept gives a network, which takes anything, the WebP that we would not see."""
    beside, web = Beside(tmp_path), Web(**{OWN: SHOT})
    beside.show(web, window=None)
    beside.show(web)
    assert web.accepted == {"*/*"}


def test_the_articles_own_address_is_given_in_plain_letters(tmp_path: Path) -> None:
    own = "https://courier.example/photos/фото порта.jpg?s=1%202".replace(" ", "%20")
    post = replace(POST, media=(replace(media(), photo=name_of(own)),))
    public = Beside(tmp_path).public(Web(**{own: SHOT}), window=None)
    [shown] = asyncio.run(public.show(post, SPEC, article(photo=Photo(own)))).media
    assert shown.url.isascii()
    assert (unquote(shown.url), "%2520" in shown.url) == (unquote(own), False)


def test_each_photo_of_a_story_has_its_own_address_and_one_without_says_which_it_is(tmp_path: Path) -> None:
    beside, quay = Beside(tmp_path), "https://courier.example/photos/quay.jpg"
    story = article(photo=Photo(OWN), further=(Photo(quay),))
    both = Post("text", media=(replace(media(), photo=name_of(OWN)), replace(media(b"the quay"), photo="quay")))

    def shown(**there: Any) -> list[str]:
        post = asyncio.run(beside.public(Web(**there), window=None).show(both, SPEC, story))
        return [each.url for each in post.media]

    assert shown(**{OWN: SHOT, quay: b"the quay"}) == [OWN, quay]
    for there, is_of_further in (({OWN: SHOT}, True), ({quay: b"the quay"}, False)):
        with pytest.raises(NoPlace) as told:
            shown(**there)
        with pytest.raises(NoPlace) as foreseen:
            asyncio.run(beside.public(Web(**there), window=None).foresee(both, SPEC, story))
        assert (told.value.is_of_further, foreseen.value.is_of_further) == (is_of_further, is_of_further)


@pytest.mark.parametrize(("broken", "raised"), [(0, NotSent), (1, NoPlace)])
def test_trouble_with_a_further_photo_never_costs_the_story(tmp_path: Path, broken: int, raised: type) -> None:
    beside = Beside(tmp_path)
    both = Post("text", media=(media(b"one"), media(b"another")))
    public = beside.public(Web())

    async def shown(each: Media, *_: Any) -> Media:
        if each is both.media[broken]:
            raise NotSent("networks cannot fetch its picture", is_outage=False)
        return each

    public._shown = shown  # type: ignore[method-assign]
    with pytest.raises(raised) as told:
        asyncio.run(public.show(both, SPEC, None))
    assert getattr(told.value, "is_of_further", False) is bool(broken)


def test_nothing_is_put_for_a_network_that_does_not_fetch_it(tmp_path: Path) -> None:
    beside, film = Beside(tmp_path), replace(POST, media=(media(b"a film", "video/mp4"),))
    assert beside.show(spec=replace(SPEC, fetches=False), window=None) is POST
    assert beside.show(post=film, window=None) == film
    gone = replace(POST, media=(replace(media(), open=None),))  # its adapter says so
    assert beside.show(post=gone) == gone
    assert beside.names() == []
    seen = beside.show(post=film, spec=replace(SPEC, fetches_films=True))
    assert seen.media[0].url.endswith(".mp4")


class Failing:
    """A place that fails as it is told."""

    def __init__(self, shut: Shut) -> None:
        self.shut: Shut | None = shut
        self.removed: list[str] = []

    async def put(self, name: str, content: bytes, mime: str) -> None:
        raise self.shut or AssertionError

    async def listed(self) -> list[Lying]:
        if self.shut:
            raise self.shut
        return []

    async def remove(self, name: str) -> None:
        self.removed.append(name)


def test_what_passes_is_tried_again_and_what_a_person_must_mend_stops_the_channel(tmp_path: Path) -> None:
    with pytest.raises(NotSent) as passes:
        Beside(tmp_path, place=Failing(Shut("the disk is full"))).show()
    assert passes.value.detail == "its picture cannot be laid where networks fetch it: the disk is full"
    with pytest.raises(AuthFailed) as stops:
        Beside(tmp_path, place=Failing(Shut("the storage refuses our keys", needs_person=True))).show()
    assert (stops.value.scope, "media: public:" in stops.value.fix) == (Scope.CHANNEL, True)
    with pytest.raises(AuthFailed, match="cannot be written to"):
        Beside(tmp_path, place=Folder(tmp_path / "jarshy.db")).show()


def test_files_go_once_nobody_needs_them_and_only_ours(tmp_path: Path) -> None:
    beside = Beside(tmp_path)
    beside.show()
    [ours] = beside.names()
    waiting = Desk(tmp_path)
    waiting.poll(article())
    waiting.change(1, post=POST)
    theirs = ["logo.jpg", f"{'0' * 64}-{'1' * 32}.html", ".jarshy-cut.new"]
    for name in (ours, *theirs):
        (beside.folder / name).write_bytes(b"")

    def cleared(age: timedelta) -> list[str]:
        for name in beside.names():
            at = beside.clock.now().timestamp() - age.total_seconds()
            os.utime(beside.folder / name, (at, at))
        asyncio.run(beside.public(Web()).clear())
        return beside.names()

    assert cleared(timedelta(hours=23)) == sorted([ours, *theirs])
    assert cleared(timedelta(hours=25)) == sorted([ours, *theirs[:2]])  # a delivery still shows it
    waiting.change(1, state=State.DONE, reason=Reason.SENT)
    beside.window = replace(beside.window, key=b"new" * 11)  # and the one that named it is forgotten
    assert cleared(timedelta(hours=25)) == sorted(theirs[:2])


def test_a_place_that_lets_nothing_go_keeps_it_and_is_told_once(tmp_path: Path) -> None:
    place = Failing(Shut("the storage lets nothing be removed"))
    beside = Beside(tmp_path, place=place)
    public = beside.public(Web())
    with capture_logs() as logs:
        for _ in range(3):
            asyncio.run(public.clear())
            beside.clock.go(timedelta(hours=1))
        place.shut = None
        asyncio.run(public.clear())
    assert [(each["log_level"], each["event"]) for each in logs] == [
        ("error", "public pictures not cleared"),
        ("warning", "public pictures cleared again"),
    ]
