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


def test_every_story_with_a_photo_shows_it(came: Outcome) -> None:
    assert (came.broken, came.reckoning.undecided) == ((), 0)
    for told in (each for story in came.stories.values() for each in story):
        post, photo = told.delivery.post, told.article and told.article.photo
        if post is None or photo is None:
            continue
        [media] = post.media
        assert (media.alt, media.credit) == (photo.caption, photo.credit)
        assert photo.credit in post.text


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
