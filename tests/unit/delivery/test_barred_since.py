"""Pictures that are barred once their posts are frozen: no such post goes out before it is written without them."""

from dataclasses import replace

import pytest

from adapters.contract import NotSent, OutcomeUnknown
from bot.actions import deliveries as verbs
from bot.actions import judging
from bot.delivery.composing import Composer
from bot.model import Photo
from tests.unit.delivery.test_films import FILMS, Filming
from tests.unit.delivery.test_photo_posts import PHOTOS, URL, Carded, Pictured, opened, sent
from tests.unit.delivery.test_public_posts import Showing
from tests.unit.engine import ONE, POLICY, Fake, article, minutes

pytestmark = pytest.mark.on("sqlite")
SHOT = Photo(URL, "A crane.", credit="Dina Omarova / Reuters")
WHY = "its credit, its file or the words near it name Reuters, which the newsroom bars from social networks"
BARRED = replace(POLICY, barred=("AFP", "Reuters"))


def frozen(folder, who=PHOTOS, kind=Pictured):
    """A story's post that is frozen with its photo and did not go out."""
    desk = opened(folder, who, kind, photo=SHOT)
    desk.album.offers[URL] = replace(desk.album.offers[URL], whose="Dina Omarova / Reuters")
    desk.easel.offer(b"a film" if who.form == "video" else b"a card", "video/mp4")
    desk.easel.offer(b"another film", "video/mp4")
    return desk


def bar(desk, kind=Pictured):
    """Do what a reload does; who prepares photos goes by the same words."""
    desk.album.offers[URL] = WHY
    desk.composer = Composer(BARRED, {"fake": kind}, desk.album, desk.lists, draws=desk.easel)
    desk.worker = desk.another_worker()
    desk.go(minutes(5))


@pytest.mark.parametrize(
    ("who", "kind", "said"),
    [
        (PHOTOS, Pictured, "without its photo"),
        (ONE, Carded, "without a picture on its card"),
        (PHOTOS, Showing, "with a drawn card in place of a photo"),
        (FILMS, Filming, "without its photo"),
    ],
)
def test_a_frozen_post_is_written_without_it_before_anything_leaves(tmp_path, who, kind, said):
    desk = frozen(tmp_path, who, kind)
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    [before] = [*sent(desk).media, *([sent(desk).card.thumb] if sent(desk).card else [])]
    assert "Reuters" in before.whose
    bar(desk, kind)
    desk.turn()
    assert (desk.stands(), desk.wire.shown) == (("due", "picture_refused"), [])
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert desk.why().endswith(f"; {said}: {WHY}.")
    after = [*sent(desk).media, *([sent(desk).card.thumb] if sent(desk).card and sent(desk).card.thumb else [])]
    assert before.sha256 not in [each.sha256 for each in after]


def test_who_had_approved_it_is_asked_again(tmp_path):
    desk = frozen(tmp_path, replace(PHOTOS, approval="always"))
    desk.act(verbs.approve(desk.room(), 1))
    bar(desk)
    desk.turn()
    assert desk.stands() == ("held", "approval")
    assert desk.why().startswith(f"Waits for approval (without its photo: {WHY})")


def test_words_by_hand_stay(tmp_path):
    desk = frozen(tmp_path)
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    bar(desk)
    while desk.turn():
        pass
    assert (desk.stands(), desk.wire.shown, sent(desk).media) == (("done", "sent"), ["In other words."], ())


def test_words_by_hand_that_need_a_picture_wait(tmp_path):
    desk = frozen(tmp_path, PHOTOS, Showing)
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    bar(desk, Showing)
    desk.turn()
    assert (desk.stands(), desk.delivery().detail, desk.wire.shown) == (("held", "no_picture"), WHY, [])


def test_a_drawn_card_of_a_story_whose_photo_is_barred_stays(tmp_path):
    desk = frozen(tmp_path, PHOTOS, Showing)
    desk.album.offers[URL] = "it is too small"
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    bar(desk, Showing)
    desk.turn()
    assert (desk.stands(), len(sent(desk).media)) == (("done", "sent"), 1)


def test_a_post_from_before_this_was_kept_goes_by_its_credit(tmp_path):
    desk = frozen(tmp_path)
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    [media] = sent(desk).media
    desk.change(1, post=replace(sent(desk), media=(replace(media, whose=""),)))
    bar(desk)
    while desk.turn():
        pass
    assert sent(desk).media == ()


def test_what_may_be_out_is_looked_for_as_it_was(tmp_path):
    desk = frozen(tmp_path)
    desk.wire.say("publish", OutcomeUnknown("read timeout"))
    desk.turn()
    asked = sent(desk)
    bar(desk)
    desk.turn()
    assert (desk.wire.calls.count("find"), sent(desk)) == (1, asked)
    while desk.turn() or desk.delivery().state != "done":  # absent: only now is it sent again, and without
        desk.go(minutes(5))
    assert (desk.wire.calls.count("publish"), sent(desk).media) == (2, ())


@pytest.mark.parametrize(
    ("who", "kind", "said"),
    [(PHOTOS, Pictured, "; without its photo: "), (ONE, Carded, "; without a picture on its card: "), (ONE, Fake, "")],
)
def test_rules_can_be_tried_before_they_count(tmp_path, who, kind, said):
    desk = frozen(tmp_path, who, kind)
    bar(desk, kind)
    [judged] = desk.act(judging.judge(desk.room(), "one"))
    assert judged.said == f"posted{said}{WHY if said else ''}"


def test_a_film_is_sketched_without_the_credit_of_a_barred_photo(tmp_path):
    desk = frozen(tmp_path, FILMS, Filming)
    bar(desk, Filming)
    shown = desk.composer.outlook(article(photo=SHOT), FILMS, desk.clock.now())
    assert (shown.form, shown.is_photo, shown.remark) == ("video", False, f"without its photo: {WHY}")


@pytest.mark.parametrize(
    ("who", "kind", "shows"), [(PHOTOS, Pictured, 0), (ONE, Carded, 0), (PHOTOS, Showing, 1), (FILMS, Filming, 1)]
)
def test_a_credit_the_feed_brings_after_an_approval_is_heard(tmp_path, who, kind, shows):
    bare = Photo(URL, "A crane.")
    desk = opened(tmp_path, replace(who, approval="always"), kind, photo=bare)
    desk.composer = Composer(BARRED, {"fake": kind}, desk.album, desk.lists, draws=desk.easel)
    desk.worker = desk.another_worker()
    desk.easel.offer(b"a film" if who.form == "video" else b"a card", "video/mp4")
    desk.easel.offer(b"another film", "video/mp4")
    desk.act(verbs.approve(desk.room(), 1))
    [before] = [*sent(desk).media, *([sent(desk).card.thumb] if sent(desk).card else [])]
    assert before.photo == "port"
    desk.poll(article(photo=replace(bare, credit="Reuters")))
    desk.album.offers[URL] = WHY
    desk.turn()
    assert (desk.stands(), desk.wire.shown) == (("held", "approval"), [])
    desk.act(verbs.approve(desk.room(), 1))
    while desk.turn():
        pass
    assert (desk.stands(), len(sent(desk).media)) == (("done", "sent"), shows)
    assert before.sha256 not in [each.sha256 for each in sent(desk).media]


@pytest.mark.parametrize("kind", [Pictured, Showing])
def test_what_the_feed_says_of_another_photo_or_of_none_that_is_shown_bars_nothing(tmp_path, kind):
    shown = Photo(URL, "A crane.", credit="" if kind is Showing else "Dina Omarova")
    desk = opened(tmp_path, replace(PHOTOS, approval="always"), kind, photo=shown)
    desk.composer = Composer(BARRED, {"fake": kind}, desk.album, desk.lists, draws=desk.easel)
    desk.worker = desk.another_worker()
    desk.easel.offer(b"a card", "image/png")
    if kind is Showing:
        desk.album.offers[URL] = "it is too small"
    desk.act(verbs.approve(desk.room(), 1))
    name = URL if kind is Showing else "https://courier.example/photos/another.jpg"
    desk.poll(article(photo=Photo(name, "A crane.", credit="Reuters")))
    desk.turn()
    assert (desk.stands(), len(sent(desk).media)) == (("done", "sent"), 1)


@pytest.mark.parametrize("name", ["port-superJumbo.jpg", "port@2x.jpg", "9f3c01.jpg", "port.jpg?width=640"])
def test_one_without_a_credit_may_be_what_the_feed_shows_elsewhere_by_now(tmp_path, name):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"), Pictured, photo=Photo(URL, "A crane."))
    desk.composer = Composer(BARRED, {"fake": Pictured}, desk.album, desk.lists, draws=desk.easel)
    desk.worker = desk.another_worker()
    desk.act(verbs.approve(desk.room(), 1))
    moved = Photo(f"https://courier.example/photos/{name}", "A crane.", credit="Reuters")
    desk.album.offers[moved.url] = WHY
    desk.poll(article(photo=moved))
    desk.turn()
    assert (desk.stands(), sent(desk).media, desk.wire.shown) == (("held", "approval"), (), [])


def test_a_drawn_card_is_not_the_photo_of_an_address_without_a_file(tmp_path):
    bare = Photo("https://courier.example/photos/", "A crane.")
    desk = opened(tmp_path, replace(PHOTOS, approval="always"), Showing, photo=bare)
    desk.album.offers[bare.url] = "it is too small"
    desk.easel.offer(b"a card", "image/png")
    desk.act(verbs.approve(desk.room(), 1))
    card = sent(desk).media
    desk.poll(article(photo=replace(bare, credit="Reuters")))
    bar(desk, Showing)
    desk.turn()
    assert (desk.stands(), sent(desk).media, len(card)) == (("done", "sent"), card, 1)


def test_a_post_that_cannot_be_written_without_it_waits_and_nobody_is_said_to_have_refused_it(tmp_path):
    desk = frozen(tmp_path)
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    offered = desk.album.offers[URL]
    bar(desk)
    desk.album.offers[URL] = offered  # whoever prepares photos does not know of the word
    desk.poll(article(photo=replace(SHOT, credit="")))
    desk.change(1, post=replace(sent(desk), media=tuple(replace(each, credit="") for each in sent(desk).media)))
    while desk.turn():
        pass
    assert (desk.stands(), desk.delivery().detail, desk.wire.shown) == (("held", "no_picture"), WHY, [])
