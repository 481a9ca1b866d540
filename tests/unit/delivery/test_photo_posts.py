"""Posts with a photo: what they carry, what stays the same between tries, and that no picture keeps a story back."""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from adapters.contract import Api, Limits, NotSent, PictureRefused, Pictures, Post, Problem, Spec
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.model import Photo
from bot.store import templates
from bot.store.schema import channel_fact, memo
from tests.unit.engine import NOW, ONE, Desk, Fake, article, minutes

URL = "https://courier.example/photos/port.jpg"
SHOT = Photo(URL, "A crane lifts a container.", "The port.", "Dina Omarova")
HUGE = "the picture has 61 megapixels, and more than 50 are not opened"
WORDS = (
    "{% if is_correction %}{{ mark }}{{ correction }}{% else %}{{ title }}{% endif %}\n\n"
    "{{ credit | label('photo') }}\n\n{{ url }}"
)
PHOTOS = replace(ONE, form="photo")
PICTURES = Pictures(size=10_000_000, side=5000)


class Pictured(Fake):
    """A network that prefers photos to its own cards."""

    spec: ClassVar[Spec] = Spec(
        network="fake",
        title="Fake",
        docs="",
        checked=date(2026, 11, 25),
        api=Api("1"),
        limits=Limits(text=300, caption=150, media=1, alt=20, pictures=PICTURES),
        target=250,
        form="photo",
    )

    def body(self, post: Post) -> dict[str, dict[str, Any]]:
        for each in post.media:
            assert each.open
            assert len(each.open().read()) == each.size
        shown = {"media": [{"$media": each.sha256} for each in post.media], "card": post.card is not None}
        return {"post": {"text": post.text, **shown}}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        most = limits.caption if post.media and limits.caption is not None else limits.text
        return (Problem("text", len(post.text), most),) if len(post.text) > most else ()


class Carded(Pictured):
    """A network of cards, on which we put the picture."""

    spec: ClassVar[Spec] = replace(
        Pictured.spec, form="card", limits=Limits(text=300, media=4, pictures=PICTURES, thumb=PICTURES)
    )


def opened(folder: Any, who: Any = PHOTOS, kind: Any = Pictured, **said: Any) -> Desk:
    desk = Desk(folder, who, kind=kind)
    desk.ask(templates.offer, {"fake": WORDS}, NOW, origin=templates.SHIPPED)
    desk.album.offer(URL, b"a picture")
    desk.poll(article(**({"photo": SHOT} | said)))
    return desk


def sent(desk: Desk) -> Post:
    post = desk.delivery().post
    assert post
    return post


def test_a_photo_goes_out_with_its_description_and_its_credit(tmp_path):
    desk = opened(tmp_path)
    desk.turn()
    assert desk.stands() == ("done", "sent")
    [media] = sent(desk).media
    assert (media.alt, media.credit, sent(desk).card) == ("A crane lifts a…", "Dina Omarova", None)
    assert "Photo: Dina Omarova" in desk.wire.shown[0]
    content = desk.log(delivery=1)[1]["content"]
    assert media.sha256 in content


@pytest.mark.parametrize(
    ("who", "kind", "card", "said"),
    [
        (PHOTOS, Pictured, False, "without its photo"),
        (PHOTOS, Carded, True, "without its photo"),
        (ONE, Carded, True, "without a picture on its card"),
    ],
)
def test_trouble_with_a_picture_costs_the_picture_and_is_told(tmp_path, who, kind, card, said):
    desk = opened(tmp_path, who, kind)
    desk.album.offers[URL] = HUGE
    desk.turn()
    assert desk.stands() == ("done", "sent")
    post = sent(desk)
    assert (post.media, post.card is not None, "Dina" in post.text) == ((), card, False)
    assert desk.why() == f"Published at 14:00 (https://fake.example/1); {said}: {HUGE}."
    assert [row.get("detail") for row in desk.log(delivery=1)] == [None, f"{said}: {HUGE}", f"{said}: {HUGE}"]


def test_an_article_without_a_photo_is_simply_words(tmp_path):
    desk = opened(tmp_path, photo=None)
    desk.turn()
    assert (sent(desk).media, sent(desk).card, desk.delivery().detail) == ((), None, "")


def test_a_card_shows_the_photo_and_owes_no_credit(tmp_path):
    desk = opened(tmp_path, ONE, Carded)
    desk.turn()
    card = sent(desk).card
    assert card
    assert card.thumb
    assert (sent(desk).media, card.thumb.alt, "Dina" in desk.wire.shown[0]) == ((), "", False)


def test_a_channel_of_words_asks_for_no_picture(tmp_path):
    desk = opened(tmp_path, replace(ONE, form="text"), Carded)
    desk.turn()
    assert (desk.album.prepared, sent(desk).card) == ([], None)


def test_a_network_that_takes_no_photos_is_named(tmp_path):
    desk = opened(tmp_path, PHOTOS, Fake)
    desk.turn()
    assert desk.delivery().detail == "without its photo: Fake takes none from us"


def test_words_too_long_for_a_caption_go_without_the_photo(tmp_path):
    desk = opened(tmp_path)
    words = "Every word of this was written by an editor. " * 5
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, text=("fake", words)))
    desk.turn()
    assert sent(desk).media == ()
    assert desk.delivery().detail == "without its photo: with it the post does not fit Fake (text 224 of 150)"


def test_a_picture_its_card_cannot_take_leaves_the_card(tmp_path):
    class Strict(Carded):
        @classmethod
        def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
            is_too_much = post.card is not None and post.card.thumb is not None
            return (Problem("thumb", 900, 600),) if is_too_much else super().measure(post, limits)

    desk = opened(tmp_path, ONE, Strict)
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert desk.delivery().detail == (
        "without a picture on its card: with it the post does not fit Fake (thumb 900 of 600)"
    )
    assert sent(desk).card


def test_a_correction_shows_no_photo(tmp_path):
    desk = opened(tmp_path)
    desk.turn()
    desk.act(newsroom.correct(desk.room(), desk.delivery().story, "It is 102 million."))
    desk.act(verbs.approve(desk.room(), 2))
    while desk.turn() or desk.go(minutes(2)) or desk.turn():
        pass
    assert desk.album.prepared == [URL]
    reply = desk.delivery(2).post
    assert reply
    assert reply.media == ()


def test_tries_of_a_frozen_post_never_ask_for_its_picture_again(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("prepare", NotSent("dns"), NotSent("dns"))
    for _ in range(3):
        desk.turn()
        desk.go(minutes(5))
    assert desk.stands() == ("done", "sent")
    assert desk.album.prepared == [URL]


LARGE = "Fake upload: 413 too large"


@pytest.mark.parametrize("when", ["prepare", "publish"])
@pytest.mark.parametrize(
    ("who", "kind", "card", "said"),
    [
        (PHOTOS, Pictured, False, "without its photo"),
        (PHOTOS, Carded, True, "without its photo"),
        (ONE, Carded, True, "without a picture on its card"),
    ],
)
def test_a_picture_the_network_refuses_costs_the_picture_and_is_told(tmp_path, who, kind, card, said, when):
    desk = opened(tmp_path, who, kind)
    desk.wire.say(when, PictureRefused(LARGE))
    desk.turn()
    why = f"{said}: Fake refused it ({LARGE})"
    when_free = "now" if when == "prepare" else "at 14:01 at the earliest (1 minute between two posts)"
    assert desk.why() == f"Is written anew and goes out {when_free}; {why}."
    desk.go(minutes(3))  # old enough for a last look, which is made beside it
    desk.wire.say("look", "unclear")
    desk.turn()
    assert desk.stands() == ("done", "sent")
    post = sent(desk)
    assert (post.media, post.card is not None, "Dina" in post.text) == ((), card, False)
    assert not (post.card and post.card.thumb)
    assert desk.why().endswith(f"; {why}; the article's page could not be checked.")
    assert desk.alerts() == []


def test_an_approved_post_whose_picture_is_refused_asks_again_and_goes_as_it_was_approved(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.act(verbs.approve(desk.room(), 1))
    desk.wire.say("prepare", PictureRefused(LARGE))
    while desk.turn():
        pass
    assert desk.stands() == ("held", "approval")
    assert desk.why().startswith(f"Waits for approval (without its photo: Fake refused it ({LARGE})): `approve 1`")
    approved = desk.act(verbs.approve(desk.room(), 1)).post
    desk.turn()
    assert (desk.stands(), sent(desk)) == (("done", "sent"), approved)
    assert (sent(desk).media, desk.album.prepared) == ((), [URL])


def test_words_by_hand_stay_where_their_picture_is_refused(tmp_path):
    desk = opened(tmp_path)
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    desk.wire.say("prepare", PictureRefused(LARGE))
    while desk.turn():
        pass
    assert (desk.wire.shown, sent(desk).media) == (["In other words."], ())
    assert desk.delivery().detail == f"without its photo: Fake refused it ({LARGE})"


def test_a_refusal_of_a_picture_nobody_sent_is_a_refusal_of_the_post(tmp_path):
    desk = opened(tmp_path, photo=None)
    desk.wire.say("prepare", PictureRefused(LARGE))
    desk.turn()
    assert desk.stands() == ("held", "refused")


def test_a_revision_gives_the_story_another_chance_of_its_photo(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("prepare", PictureRefused(LARGE))
    desk.turn()
    desk.poll(article(title="Port 1 wins a loan of 102 million", photo=SHOT))
    desk.turn()
    assert (desk.stands(), len(sent(desk).media)) == (("done", "sent"), 1)
    assert desk.delivery().detail == ""


def test_what_was_noted_for_the_post_with_the_picture_is_not_known_of_the_one_without(tmp_path):
    desk = opened(tmp_path)
    desk.wire.notes = {"doubt": "true", "channel:used": "90"}
    desk.wire.say("prepare", PictureRefused(LARGE))
    desk.turn()
    kept = desk.ask(lambda db: db.execute(sa.select(memo.c.name)).scalars().all())
    facts = desk.ask(lambda db: db.execute(sa.select(channel_fact.c.name)).scalars().all())
    assert (kept, facts) == ([], ["channel:used"])


def test_a_post_that_lost_its_picture_before_anybody_relied_on_it_is_written_anew(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    desk.album.files.clear()
    desk.album.offers[URL] = HUGE
    desk.go(minutes(5))
    desk.turn()
    assert (desk.stands(), sent(desk).media) == (("done", "sent"), ())
    assert "Dina" not in desk.wire.shown[0]


def test_an_approved_post_gets_its_own_picture_back_or_waits(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.turn()
    desk.act(verbs.approve(desk.room(), 1))
    approved = sent(desk)
    lost = dict(desk.album.files)
    desk.album.files.clear()
    desk.turn()
    assert desk.wire.shown == []
    desk.album.files |= lost
    desk.go(minutes(5))
    desk.turn()
    assert (desk.stands(), sent(desk)) == (("done", "sent"), approved)


def test_who_approves_a_post_without_its_photo_leaves_the_reason_in_the_log(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.album.offers[URL] = HUGE
    desk.turn()
    desk.act(verbs.approve(desk.room(), 1))
    assert desk.log(delivery=1)[-1]["remark"] == f"without its photo: {HUGE}"


def test_words_by_hand_keep_the_photo(tmp_path):
    desk = opened(tmp_path)
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    desk.turn()
    assert (desk.wire.shown, len(sent(desk).media)) == (["In other words."], 1)


def test_a_sketch_reads_as_the_post_would_and_fetches_nothing(tmp_path):
    desk = opened(tmp_path)
    story, limits = article(photo=SHOT), Pictured.spec.limits
    template = desk.ask(templates.template_for, PHOTOS, "en")
    sketch = desk.composer.sketch(story, template, PHOTOS, limits, NOW)
    assert desk.album.prepared == []
    assert sketch.text == desk.act(desk.composer.write(story, template, PHOTOS, limits, NOW)).post.text
