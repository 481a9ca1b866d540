"""Stories whose first photo is barred from social networks: the first that is not leads in its place."""

from dataclasses import replace

import pytest

from adapters.contract import PictureRefused
from bot.actions import deliveries as verbs
from bot.actions import judging
from bot.media.photos import Barred
from bot.model import Photo
from bot.store import templates
from tests.unit.delivery.test_credits_of_several import BY_HAND, CREW, bar, work
from tests.unit.delivery.test_photo_posts import PHOTOS, Carded, Pictured
from tests.unit.delivery.test_several_photos import LEAD, QUAY, REFUSED, SHIP, Needy, Several, names, opened, sent
from tests.unit.engine import NOW, ONE, article

pytestmark = pytest.mark.on("sqlite")


@pytest.mark.parametrize("kind", [Several, Needy])
def test_the_first_that_is_not_barred_leads(tmp_path, kind):
    desk = opened(tmp_path, PHOTOS, kind)
    why = bar(desk, LEAD, "Dina", kind)
    desk.album.offers[SHIP.url] = Barred(why)
    words = work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["quay"])
    assert ("Photo: Timur Akhmet\n" in words, "Dina" in words) == (True, False)
    assert desk.why().endswith(f"; without 2 of its 3 photos: {why}.")


def test_the_first_that_is_not_barred_stands_alone_on_a_network_of_one_photo(tmp_path):
    desk = opened(tmp_path, PHOTOS, Pictured, replace(QUAY, alt="The quay at dawn."))
    bar(desk, LEAD, "Dina", Pictured)
    words = work(desk)
    assert (names(desk), [each.alt for each in sent(desk).media]) == (["quay"], ["The quay at dawn."])
    assert "Photo: Timur Akhmet\n" in words


@pytest.mark.parametrize("text", ["", BY_HAND])
def test_an_approver_is_shown_a_barred_photo_no_more(tmp_path, text):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"), Several, QUAY, CREW)
    if text:
        desk.act(verbs.edit(desk.room(), 1, text.replace("Akhmet", "Akhmet; Saule Bekova")))
    desk.act(verbs.approve(desk.room(), 1))
    why = bar(desk, LEAD, "Dina")
    desk.turn()
    assert (desk.stands(), names(desk)) == (("held", "approval"), ["quay", "crew"])
    assert "Photo: Timur Akhmet; Saule Bekova\n" in sent(desk).text
    assert desk.delivery().detail == f"without 1 of its 3 photos: {why}"
    desk.act(verbs.approve(desk.room(), 1))
    assert "Photo: Timur Akhmet; Saule Bekova\n" in work(desk)


def test_where_all_are_barred_there_is_none(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, SHIP)
    why = bar(desk, LEAD, "Dina")
    desk.album.offers[SHIP.url] = Barred(why)
    assert "Photo" not in work(desk)
    assert (names(desk), desk.delivery().detail) == ([], f"without its photo: {why}")


def test_one_that_nobody_described_does_not_lead_where_descriptions_are_asked_for(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, alt_text="hold"), Several, replace(QUAY, alt=""), CREW)
    bar(desk, LEAD, "Dina")
    work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["crew"])


def test_one_that_is_left_and_refused_goes_without(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, CREW)
    bar(desk, LEAD, "Dina")
    desk.wire.say("prepare", PictureRefused(REFUSED))
    desk.turn()
    assert names(desk) == ["quay"]
    desk.wire.say("prepare", PictureRefused(REFUSED))
    assert "Photo" not in work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), [])


def test_the_first_s_owner_is_not_missed_in_the_words_of_a_post_that_does_not_show_it(tmp_path):
    desk = opened(tmp_path)
    bar(desk, LEAD, "Dina")
    desk.turn()
    story = article(photo=LEAD, further=(QUAY, SHIP))
    told = [each.sentence for each in desk.composer.notes(story, sent(desk), NOW)]
    assert not [each for each in told if "credit" in each]


def test_a_sketch_is_led_by_the_first_that_is_not_barred(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, CREW)
    why = bar(desk, LEAD, "Dina")
    story, limits = article(photo=LEAD, further=(QUAY, CREW)), Several.spec.limits
    template = desk.ask(templates.template_for, PHOTOS, "en")
    sketch = desk.composer.sketch(story, template, PHOTOS, limits, NOW)
    written = desk.act(desk.composer.write(story, template, PHOTOS, limits, NOW)).post
    assert (sketch.text, len(sketch.media)) == (written.text, len(written.media))
    assert [each.alt for each in sketch.media] == [each.alt for each in written.media] == ["The quay.", "The crew."]
    [judged] = desk.act(judging.judge(desk.room(), "one"))
    assert judged.said == f"posted; without 1 of its 3 photos: {why}"


def test_one_that_is_called_as_a_barred_one_is_not_shown_only_to_be_taken_out_again(tmp_path):
    elsewhere = replace(LEAD, url="https://courier.example/archive/port.jpg")
    desk = opened(tmp_path, PHOTOS, Several, elsewhere, QUAY)
    bar(desk, LEAD, "Dina")
    work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["quay"])


@pytest.mark.parametrize("kind", [Several, Pictured, Needy])
@pytest.mark.parametrize("told", ["words", "file"])
def test_one_of_which_nobody_says_whose_it_is_may_be_the_barred_one_once_more(tmp_path, kind, told):
    desk = opened(tmp_path, PHOTOS, kind, Photo("https://courier.example/cache/crane-crop.jpg", "A crane."))
    desk.easel.offer(b"a drawn card", "image/jpeg")
    bar(desk, LEAD, "Dina" if told == "words" else "Zhuldyz", kind)
    work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), [""] if kind is Needy else [])


def test_a_first_photo_of_which_nobody_says_whose_it_is_may_be_a_barred_further_one(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, replace(QUAY, credit="Vera Barred"), CREW)
    desk.poll(article(photo=replace(LEAD, credit=""), further=(replace(QUAY, credit="Vera Barred"), CREW)))
    bar(desk, QUAY, "Vera")
    work(desk)
    assert names(desk) == ["crew"]


@pytest.mark.parametrize("kind", [Carded, Several])
def test_a_post_is_not_said_to_be_refused_that_was_never_offered(tmp_path, kind):
    """Two sizes of one picture are called the same, and a card shows the first alone."""
    elsewhere = Photo("https://courier.example/archive/port.jpg", "Old.", credit="Vera Barred")
    desk = opened(tmp_path, ONE if kind is Carded else PHOTOS, kind, elsewhere, QUAY)
    why = bar(desk, elsewhere, "Vera", kind)
    work(desk)
    assert (desk.stands(), "refused" in desk.why(), why in desk.why()) == (("done", "sent"), False, True)
    assert names(desk) == ([] if kind is Carded else ["quay"])


def test_what_is_said_of_two_photos_does_not_join_to_a_barred_name(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, replace(QUAY, credit="Press Office"))
    lead = replace(LEAD, credit="Dina Omarova", alt="", caption="Kazakh")
    desk.poll(article(photo=lead, further=(replace(QUAY, credit="Press Office"),)))
    bar(desk, CREW, "Kazakh Press")
    work(desk)
    assert (desk.stands(), len(names(desk))) == (("done", "sent"), 2)


def test_a_post_of_one_photo_says_that_another_leads(tmp_path):
    desk = opened(tmp_path, PHOTOS, Pictured, QUAY, SHIP, CREW)
    why = bar(desk, LEAD, "Dina", Pictured)
    work(desk)
    assert desk.why().endswith(f"; with another of its photos in place of the first: {why}.")


def test_where_another_leads_and_stands_alone_each_is_said_as_it_is(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, SHIP, CREW)
    why = bar(desk, LEAD, "Dina")
    desk.wire.say("prepare", PictureRefused(REFUSED))
    work(desk)
    assert names(desk) == ["quay"]
    assert desk.why().endswith(
        f"; with another of its photos in place of the first: {why}; "
        f"with no other photo beside it: Fake refused one of them ({REFUSED})."
    )


def test_photos_are_counted_as_the_story_has_them(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, CREW, *(replace(CREW, url=f"{CREW.url}?n={n}") for n in range(2)))
    why = bar(desk, QUAY, "Timur")
    for n in range(2):
        desk.album.offer(f"{CREW.url}?n={n}", b"%d" % n)
    work(desk)
    assert (len(names(desk)), f"; without 1 of its 5 photos: {why}." in desk.why()) == (3, True)


def test_another_picture_whose_file_many_are_called_like_is_not_the_barred_one(tmp_path):
    lead = replace(LEAD, url="https://img.example/aaa/master/5000.jpg")
    free = replace(QUAY, url="https://img.example/bbb/master/5000.jpg")
    desk = opened(tmp_path, PHOTOS, Several, free)
    for each in (lead, free):
        desk.album.offer(each.url, each.url.encode())
    desk.poll(article(photo=lead, further=(free,)))
    bar(desk, lead, "Dina")
    work(desk)
    assert ([each.credit for each in sent(desk).media], "Dina" in desk.wire.shown[-1]) == (["Timur Akhmet"], False)


def test_words_by_hand_lose_with_a_photo_its_file_bars_one_that_may_be_the_same(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, Photo(QUAY.url, "The quay."), CREW)
    told = replace(desk.album.offers[LEAD.url], whose="Zhuldyz")
    desk.album.offers[LEAD.url] = told
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    bar(desk, LEAD, "Zhuldyz")
    work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["crew"])
    assert ("without 2 of its 3 photos: " in desk.why(), "which may be the same" in desk.why()) == (True, True)


def test_one_without_a_credit_stays_behind_beside_a_further_one_that_its_file_bars(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, CREW)
    desk.poll(article(photo=replace(LEAD, credit=""), further=(QUAY, CREW)))
    bar(desk, CREW, "Zhuldyz")
    work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["quay"])


def test_words_by_hand_that_lost_their_first_photo_do_not_say_it_stands_alone(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, CREW)
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    bar(desk, LEAD, "Dina")
    desk.turn()
    desk.wire.say("prepare", PictureRefused(REFUSED))
    work(desk)
    assert names(desk) == ["quay"]
    assert desk.why().endswith(f"; with no other photo beside it: Fake refused one of them ({REFUSED}).")
