"""Posts that show several photos of a story: what stands beside the first, and that none of it keeps a story back."""

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from adapters.contract import Limits, Media, NotSent, PictureRefused, Pictures, Post, Problem, Spec
from bot.actions import deliveries as verbs
from bot.media.public import NoPlace
from bot.model import Photo
from bot.store import templates
from tests.unit.delivery.test_photo_posts import PHOTOS, PICTURES, URL, WORDS, Pictured
from tests.unit.engine import NOW, Desk, article, minutes

LEAD = Photo(URL, "A crane lifts a container.", credit="Dina Omarova")
QUAY = Photo("https://courier.example/photos/quay.jpg", "The quay.", credit="Timur Akhmet")
SHIP = Photo("https://courier.example/photos/ship.jpg", "A ship.", credit="Dina Omarova")
HUGE = "the picture has 61 megapixels, and more than 50 are not opened"


class Several(Pictured):
    """A network that takes three photos a post."""

    spec: ClassVar[Spec] = replace(
        Pictured.spec, limits=Limits(text=300, caption=150, media=3, alt=40, pictures=PICTURES)
    )


class Needy(Several):
    """A network that takes no post without a photo, and cuts all to the shape of the first."""

    spec: ClassVar[Spec] = replace(Several.spec, limits=replace(Several.spec.limits, least=1, alike=True))


def opened(folder: Any, who: Any = PHOTOS, kind: Any = Several, *further: Photo, **said: Any) -> Desk:
    desk = Desk(folder, who, kind=kind)
    desk.ask(templates.offer, {"fake": WORDS}, NOW, origin=templates.SHIPPED)
    shown = further or (QUAY, SHIP)
    for each in (LEAD, *shown):
        desk.album.offer(each.url, each.url.encode())
    desk.poll(article(photo=LEAD, further=shown, **said))
    return desk


def sent(desk: Desk) -> Post:
    post = desk.delivery().post
    assert post
    return post


def names(desk: Desk) -> list[str]:
    return [each.photo for each in sent(desk).media]


def test_a_story_s_photos_go_out_together_each_with_its_description_and_all_credited_once(tmp_path):
    desk = opened(tmp_path)
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert names(desk) == ["port", "quay", "ship"]
    assert [each.alt for each in sent(desk).media] == ["A crane lifts a container.", "The quay.", "A ship."]
    assert "Photo: Dina Omarova; Timur Akhmet\n" in desk.wire.shown[0]
    assert desk.why() == "Published at 14:00 (https://fake.example/1)."


def test_as_many_as_the_network_takes_are_shown_and_no_more_are_fetched(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, SHIP, Photo("https://courier.example/photos/crew.jpg"))
    desk.turn()
    assert (names(desk), len(desk.album.prepared)) == (["port", "quay", "ship"], 3)


def test_a_network_of_one_photo_shows_the_first(tmp_path):
    desk = opened(tmp_path, PHOTOS, Pictured)
    desk.turn()
    assert (names(desk), "Timur" in desk.wire.shown[0], desk.album.prepared) == (["port"], False, [URL])


def test_a_further_photo_that_is_not_to_be_had_is_left_out_and_told(tmp_path):
    desk = opened(tmp_path)
    desk.album.offers[QUAY.url] = HUGE
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert (names(desk), "Timur" in desk.wire.shown[0]) == (["port", "ship"], False)
    assert desk.why() == f"Published at 14:00 (https://fake.example/1); without 1 of its 3 photos: {HUGE}."


def test_another_takes_the_place_of_one_that_is_not_to_be_had(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, SHIP, Photo("https://courier.example/photos/crew.jpg"))
    desk.album.offers[QUAY.url] = HUGE
    desk.turn()
    assert names(desk) == ["port", "ship", "crew"]


def test_the_same_picture_at_another_address_is_shown_once(tmp_path):
    desk = opened(tmp_path)
    desk.album.offer(QUAY.url, URL.encode())
    desk.turn()
    assert (names(desk), desk.delivery().detail) == (["port", "ship"], "")


def test_what_became_of_a_further_photo_is_told(tmp_path):
    desk = opened(tmp_path)
    still = "with the first frame of its animated photo"
    desk.album.offers[QUAY.url] = replace(desk.album.offers[QUAY.url], remark=still)
    desk.turn()
    assert desk.delivery().detail == still


def test_a_change_of_further_photos_alone_is_no_revision(tmp_path):
    desk = opened(tmp_path)
    signed = replace(SHIP, url=f"{SHIP.url}?signed=2")
    desk.album.offers[signed.url] = desk.album.offers[SHIP.url]
    desk.poll(article(photo=LEAD, further=(signed,)))
    desk.turn()
    assert (desk.delivery().revision, names(desk)) == (1, ["port", "ship"])


def test_without_the_first_there_is_none(tmp_path):
    desk = opened(tmp_path)
    desk.album.offers[URL] = HUGE
    desk.turn()
    assert (names(desk), desk.delivery().detail) == ([], f"without its photo: {HUGE}")


def test_a_further_photo_that_nobody_described_stays_behind_where_descriptions_are_asked_for(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, alt_text="hold"), Several, replace(QUAY, alt=""), SHIP)
    desk.turn()
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["port", "ship"])
    assert desk.delivery().detail == "without 1 of its 3 photos: it has no alternative text"


def test_photos_too_many_for_the_words_leave_the_first(tmp_path):
    class Tight(Several):
        @classmethod
        def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
            return (Problem("media", len(post.media), 1),) if len(post.media) > 1 else super().measure(post, limits)

    desk = opened(tmp_path, PHOTOS, Tight)
    desk.turn()
    assert (names(desk), "Timur" in desk.wire.shown[0]) == (["port"], False)
    assert desk.delivery().detail == (
        "with its first photo alone: with all of them the post does not fit Fake (media 3 of 1)"
    )


REFUSED = "Fake upload: 413 too large"


def test_a_refused_picture_costs_the_further_ones_first(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("prepare", PictureRefused(REFUSED))
    desk.turn()
    assert names(desk) == ["port"]
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert (len(desk.wire.shown), "Timur" in desk.wire.shown[0]) == (1, False)
    assert desk.why().endswith(f"; with its first photo alone: Fake refused one of them ({REFUSED}).")


def test_where_the_first_is_refused_as_well_the_post_goes_without(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("prepare", PictureRefused(REFUSED), PictureRefused(REFUSED))
    for _ in range(3):
        desk.turn()
    assert (desk.stands(), names(desk)) == (("done", "sent"), [])
    assert f"without its photo: Fake refused it ({REFUSED})" in desk.why()


def test_words_by_hand_keep_their_photos_and_then_the_first(tmp_path):
    desk = opened(tmp_path)
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    assert names(desk) == ["port", "quay", "ship"]
    desk.wire.say("prepare", PictureRefused(REFUSED))
    desk.turn()
    desk.turn()
    assert (desk.wire.shown, names(desk)) == (["In other words."], ["port"])


def test_what_is_approved_is_what_is_sent(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.turn()
    approved = desk.act(verbs.approve(desk.room(), 1)).post
    desk.album.offers[QUAY.url] = HUGE
    desk.poll(article(photo=LEAD, further=(SHIP,)))
    desk.turn()
    assert (desk.stands(), sent(desk)) == (("done", "sent"), approved)
    assert names(desk) == ["port", "quay", "ship"]


def test_an_approval_dies_with_a_photo_the_network_refuses(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.act(verbs.approve(desk.room(), 1))
    desk.wire.say("prepare", PictureRefused(REFUSED))
    while desk.turn():
        pass
    assert (desk.stands(), names(desk), desk.wire.shown) == (("held", "approval"), ["port"], [])


def test_tries_of_a_frozen_post_ask_for_no_photo_again(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("prepare", NotSent("dns"), NotSent("dns"))
    for _ in range(3):
        desk.turn()
        desk.go(minutes(5))
    assert (desk.stands(), len(desk.album.prepared)) == (("done", "sent"), 3)


@pytest.mark.parametrize("kind", [Several, Needy])
def test_a_further_photo_without_a_place_to_be_fetched_from_costs_the_further_ones(tmp_path, kind):
    desk = opened(tmp_path, PHOTOS, kind)

    async def show(post: Post, spec: Spec, article: Any, unfetched: Any) -> Post:
        if len(post.media) > 1:
            raise NoPlace("Fake fetches pictures by itself", is_of_further=True)
        return post

    desk.worker.show = show
    desk.turn()
    desk.turn()
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["port"])
    assert desk.why().endswith("; with its first photo alone: Fake fetches pictures by itself.")


def test_where_a_network_cuts_all_to_the_shape_of_the_first_they_are_made_so(tmp_path):
    desk = opened(tmp_path, PHOTOS, Needy)
    asked: list[Pictures] = []
    prepare = desk.album.prepare

    async def told(article: Any, wanted: Pictures, **more: Any) -> Media:
        asked.append(wanted)
        return await prepare(article, wanted, **more)

    desk.album.prepare = told  # type: ignore[method-assign]
    desk.turn()
    assert asked[0] == PICTURES
    shape = {(round(each.narrowest or 0, 2), round(each.widest or 0, 2)) for each in asked[1:]}
    assert (shape, len(asked)) == ({(1.5, 1.5)}, 3)


def test_a_sketch_of_several_reads_as_the_post_would(tmp_path):
    desk = opened(tmp_path)
    story, limits = article(photo=LEAD, further=(QUAY, SHIP)), Several.spec.limits
    template = desk.ask(templates.template_for, PHOTOS, "en")
    sketch = desk.composer.sketch(story, template, PHOTOS, limits, NOW)
    written = desk.act(desk.composer.write(story, template, PHOTOS, limits, NOW)).post
    assert (sketch.text, len(sketch.media)) == (written.text, len(written.media))
    assert [each.alt for each in sketch.media] == [each.alt for each in written.media]
