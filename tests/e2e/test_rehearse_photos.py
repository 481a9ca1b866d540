"""A rehearsal in which every channel posts photos: readers see each story's own, described, credited and anonymous."""

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from bot.commands.rehearse import Asked, prepared
from bot.model import Account, Channel, State
from bot.networks import adapters, emulators
from bot.ports import Newsroom
from bot.rehearsal.outcome import Outcome

NETWORKS = [name for name, kind in adapters().items() if kind.spec.limits.media and name in emulators()]
pytestmark = pytest.mark.skipif(
    not NETWORKS, reason="NO INSTALLED NETWORK TAKES PHOTOS, so none can be rehearsed: use `make test`"
)


@pytest.fixture(scope="module")
def came() -> Outcome:
    demo = prepared(Asked())
    room = Newsroom(
        policy=demo.newsroom.policy,
        sources=tuple(replace(each, backfill=20) for each in demo.newsroom.sources),
        accounts=tuple(Account(id=name, network=name) for name in NETWORKS),
        channels=tuple(Channel(id=name, account=name, network=name, form="photo") for name in NETWORKS),
    )
    return replace(demo, newsroom=room).run()


def test_every_story_with_photos_shows_as_many_as_its_network_takes(came: Outcome) -> None:
    assert (came.broken, came.reckoning.undecided) == ((), 0)
    shown = set[tuple[str, int]]()
    for told in (each for story in came.stories.values() for each in story):
        post, photos = told.delivery.post, told.article.photos if told.article else ()
        if post is None or not photos:
            continue
        takes = adapters()[told.delivery.channel].spec.limits.media
        said = [(each.alt or each.caption, each.credit) for each in photos[:takes]]
        assert [(each.alt, each.credit) for each in post.media] == said
        assert all(credit in post.text for _, credit in said)
        shown.add((told.delivery.channel, len(post.media)))
    assert {("instagram", 3), ("x", 3), ("telegram", 1)} <= shown


def test_what_a_network_keeps_is_what_was_sent_and_tells_nothing_else(came: Outcome) -> None:
    shown = {(post.network, *each) for post in came.world.posts.values() for each in post.media}
    # A network may take no further drafts while some wait in its app.
    done = [each.delivery for story in came.stories.values() for each in story if each.delivery.state is State.DONE]
    described = {name: bool(kind.spec.limits.alt) for name, kind in adapters().items()}
    assert shown == {
        (each.channel, media.sha256, media.alt if described[each.channel] else "")
        for each in done
        if each.post
        for media in each.post.media
    }
    assert len({network for network, *_ in shown}) >= len(NETWORKS) - 1, "one takes films alone"
    assert len(shown) > 5
    for _, sha, _ in shown:
        content = came.world.files[sha].content
        assert hashlib.sha256(content).hexdigest() == sha
        assert not Image.open(BytesIO(content)).getexif()
