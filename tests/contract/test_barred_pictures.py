"""A picture that is barred from social networks reaches none of them: as a photo, on a card, in a film, by address."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.contract import Limits, Media, Pictures, Post
from adapters.emulators.kit import Upload
from bot.delivery.composing import Composer
from bot.delivery.scenes import Scene
from bot.media.develop import develop
from bot.media.photos import Photos, pictures_of
from bot.media.prints import Focus, Print
from bot.media.shelf import Shelf
from bot.model import Article, Channel, Photo, Policy
from bot.store.engine import Store
from bot.store.templates import InUse
from tests.contract.cases import CASES
from tests.contract.play import Case, Play
from tests.contract.test_preview_is_what_is_sent import FORMS, OneDrawing
from tests.unit.engine import Clock, database, inline
from tests.unit.media.pictures import photo, signed, written
from tests.unit.media.test_photos import Site
from tests.unit.posts.newsroom import LISTS, NOW, ZONE, article
from tests.unit.small_newsroom import wording

URL = "https://courier.example/photos/port.jpg"
PLAIN = photo(600, 450)


WAYS: dict[str, tuple[Photo, bytes]] = {
    "its credit": (Photo(URL, "A crane.", credit="Reuters/Dina Omarova"), written(PLAIN)),
    "its caption": (Photo(URL, caption="Reuters saw the port."), written(PLAIN)),
    "a line near it": (Photo(URL, "A crane.", beside="Reuters"), written(PLAIN)),
    **{f"its file ({each})": (Photo(URL, "A crane."), signed("REUTERS", each)) for each in ("exif", "iptc", "xmp")},
}
FREE = (Photo(URL, "A crane.", credit="Dina Omarova"), written(PLAIN))


class Desk(OneDrawing):
    """Real photos and a real shelf before an emulated network; what is drawn is the network's own example."""

    def __init__(self, folder: Path, case: Case, content: bytes, barred: Sequence[str]) -> None:
        super().__init__(case)
        self.shown, self.made = list[bytes](), list[bytes]()
        self.play, self.site = Play(case), Site(**{URL: content})
        self.play.ledger.clear()
        store, clock, limits = Store(database(folder), inline), Clock(), case.adapter.spec.limits
        usual = [each for each in (limits.pictures, limits.thumb) if each]
        self.photos = Photos(
            store, clock, self.site, develop=self._develop, shelf=Shelf(folder / "media"), usual=usual, barred=barred
        )
        policy = Policy(newsroom="Paper", zone=ZONE, barred=tuple(barred))
        self.composer = Composer(policy, {case.name: case.adapter}, self.photos, LISTS, draws=self)

    async def _develop(self, content: bytes, wanted: Sequence[Pictures], focus: Focus | None) -> Sequence[Print]:
        prints = develop(content, wanted, focus)
        self.made += [content, *(each.content for each in prints)]
        return prints

    async def film(self, scenes: Sequence[Scene], limits: Limits) -> Media:
        self.shown += [each.slide.photo for each in scenes]
        return await super().film(scenes, limits)

    def publish(self, form: Any, story: Article) -> tuple[Post, str]:
        """Compose and publish; tell the post, and the remark beside it."""
        name, adapter = self.case.name, self.case.adapter
        who = Channel(id="here", account="a", network=name, form=form)
        limits: Limits = self.play.do(lambda a: a.limits())
        words = InUse(name, 1, wording()[name])
        made = asyncio.run(self.composer.write(story, words, who, limits, NOW))
        post = made.post
        if adapter.spec.fetches:  # what has no address of its own yet is laid where the network fetches it
            post = replace(post, media=tuple(each if each.url else self._laid(each) for each in post.media))
        if post.card:
            self.play.network.pages[post.card.url] = (post.card.title, post.card.description)
        self.play.publish(post)
        self.shown += [each.content for each in self.play.world.files.values()]
        return made.post, made.remark

    def _laid(self, media: Media) -> Media:
        assert media.open
        content, before = media.open().read(), self.play.world.fetch
        laid = replace(media, url=f"https://files.courier.example/laid/{media.sha256}")

        def fetch(url: str) -> Upload | None:
            return Upload("laid.jpg", media.mime, content) if url == laid.url else before(url)

        self.play.world.fetch = fetch
        return laid

    @property
    def has_left(self) -> bool:
        """Whether the network has the story's picture in any form, or was told where it lies."""
        told = any(URL in str(entry.asked) for entry in self.play.ledger)
        return told or any(each in self.shown for each in self.made)


def forms(case: Case) -> tuple[str, ...]:
    limits = case.adapter.spec.limits
    words = () if limits.least else FORMS
    return (*words, *(["photo"] if limits.least and limits.pictures else []), *(["video"] if case.post.media else []))


EVERY = [(case, form) for case in CASES for form in forms(case)]


@pytest.mark.parametrize(("case", "form"), EVERY, ids=lambda each: each if isinstance(each, str) else each.name)
def test_a_barred_picture_reaches_no_network_in_any_form(tmp_path: Path, case: Case, form: str) -> None:
    takes = case.adapter.spec.limits
    for n, (way, (shot, content)) in enumerate({"free": FREE, **WAYS}.items()):
        story = replace(article("en-politics"), photo=shot)
        (folder := tmp_path / str(n)).mkdir()
        desk = Desk(folder, case, content, ["AFP", "Reuters"])
        post, remark = desk.publish(form, story)
        shows = form in ("photo", "video") and takes.media > 0
        if way == "free":
            assert desk.has_left is (shows or (form == "card" and takes.thumb is not None))
            continue
        assert not desk.has_left, way
        assert not any("reuters" in each.whose.casefold() for each in pictures_of(post)), way
        if shows or (form == "card" and takes.thumb):
            assert remark.endswith(
                "its credit, its file or the words near it name Reuters, which the newsroom bars from social networks"
            )
        assert "Reuters" not in post.text
        # What says so outside its file need not even be fetched.
        assert bool(desk.site.asked) is ("file" in way and (shows or bool(form == "card" and takes.thumb)))
