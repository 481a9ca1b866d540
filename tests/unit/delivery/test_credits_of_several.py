"""Posts that lose some of their photos: the words name whose those are that are shown, and nobody else."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adapters.contract import PictureRefused, Post, Spec
from bot.actions import deliveries as verbs
from bot.delivery.composing import Composer
from bot.media.photos import Barred
from bot.media.public import NoPlace
from bot.model import Budget, Photo
from tests.unit.delivery.test_photo_posts import PHOTOS, Pictured
from tests.unit.delivery.test_several_photos import QUAY, REFUSED, Several, names, opened, sent
from tests.unit.engine import POLICY, Desk, minutes

pytestmark = pytest.mark.on("sqlite")
CREW = Photo("https://courier.example/photos/crew.jpg", "The crew.", credit="Saule Bekova")
BY_HAND = "In other words.\n\nPhoto: Dina Omarova; Timur Akhmet\n\n#port"
WHY = "its credit, its file or the words near it name {}, which the newsroom bars from social networks"


def bar(desk: Desk, photo: Photo, name: str, kind: Any = Several) -> str:
    """Do what a reload does; who prepares photos goes by the same words."""
    why = WHY.format(name)
    desk.album.offers[photo.url] = Barred(why)
    barred = (*desk.composer.policy.barred, name)
    desk.composer = Composer(replace(POLICY, barred=barred), {"fake": kind}, desk.album, desk.lists, draws=desk.easel)
    desk.worker = desk.another_worker()
    desk.go(minutes(5))
    return why


def work(desk: Desk) -> str:
    while desk.turn():
        pass
    return desk.wire.shown[-1] if desk.wire.shown else ""


def by_hand(folder: Any, text: str, who: Any = PHOTOS, kind: Any = Several) -> Desk:
    desk = opened(folder, who, kind)
    desk.act(verbs.edit(desk.room(), 1, text))
    return desk


def nowhere(desk: Desk) -> None:
    async def show(post: Post, spec: Spec, article: Any, unfetched: Any) -> Post:
        if len(post.media) > 1:
            raise NoPlace("Fake fetches pictures by itself", is_of_further=True)
        return post

    desk.worker.show = show


def refused(desk: Desk) -> None:
    desk.wire.say("prepare", PictureRefused(REFUSED))


@pytest.mark.parametrize("lose", [refused, nowhere])
def test_words_by_hand_name_whose_photo_is_left(tmp_path, lose):
    desk = by_hand(tmp_path, BY_HAND)
    lose(desk)
    assert work(desk) == "In other words.\n\nPhoto: Dina Omarova\n\n#port"
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["port"])
    [tag] = [each for each in sent(desk).marks if each.kind == "tag"]
    assert sent(desk).text[tag.start : tag.end] == "#port"


def test_words_by_hand_name_nobody_where_no_photo_is_left(tmp_path):
    desk = by_hand(tmp_path, BY_HAND)
    desk.wire.say("prepare", PictureRefused(REFUSED), PictureRefused(REFUSED))
    assert work(desk) == "In other words.\n\n#port"
    assert names(desk) == []


def test_words_by_hand_that_name_the_others_in_their_own_way_are_asked_about(tmp_path):
    desk = by_hand(tmp_path, "In other words, by Dina Omarova and Timur Akhmet.")
    refused(desk)
    work(desk)
    assert (desk.stands(), names(desk), desk.wire.shown) == (("held", "approval"), ["port"], [])
    assert desk.delivery().detail == (
        f"with its first photo alone: Fake refused one of them ({REFUSED}); its words still name Timur Akhmet"
    )
    desk.act(verbs.approve(desk.room(), 1))
    assert work(desk) == "In other words, by Dina Omarova and Timur Akhmet."


@pytest.mark.parametrize(
    ("credit", "text"),
    [
        ("Reuters", "In other words.\n\nPhoto: Dina Omarova; Reuters / Jane Doe\n\n#port"),
        ("Timur Akhmet", "In other words.\n\nPhoto: Dina Omarova; Timur Akhmetov"),
        ("Timur Akhmet", "Words by Dina Omarova; Timur Akhmet reports."),
        ("Timur Akhmet", "In other words.\n\nPHOTO: DINA OMAROVA; TIMUR AKHMET"),
        ("Dina Omarova / Courier", "Photos by Dina Omarova and Dina Omarova / Courier."),
    ],
)
def test_what_a_person_wrote_is_never_torn(tmp_path, credit, text):
    desk = opened(tmp_path, PHOTOS, Several, replace(QUAY, credit=credit))
    desk.act(verbs.edit(desk.room(), 1, text))
    refused(desk)
    work(desk)
    asks = not text.endswith("Akhmetov")
    assert (desk.stands(), sent(desk).text) == (("held", "approval") if asks else ("done", "sent"), text)
    assert (f"its words still name {credit}" in desk.why()) == asks


def test_a_name_within_a_word_is_nobody(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, replace(QUAY, credit="AP"))
    desk.act(verbs.edit(desk.room(), 1, "The APEC summit opens in Aktau."))
    refused(desk)
    assert work(desk) == "The APEC summit opens in Aktau."


def test_words_by_hand_that_named_nobody_stay_and_go(tmp_path):
    desk = by_hand(tmp_path, "In other words.")
    refused(desk)
    assert work(desk) == "In other words."


def test_one_who_took_two_of_the_photos_is_named_as_long_as_one_is_shown(tmp_path):
    desk = by_hand(tmp_path, BY_HAND)
    why = bar(desk, QUAY, "Timur Akhmet")
    assert work(desk) == "In other words.\n\nPhoto: Dina Omarova\n\n#port"
    assert names(desk) == ["port", "ship"]
    assert desk.why().endswith(f"; without 1 of its 3 photos: {why}.")


def test_what_was_approved_is_shown_again_with_the_words_of_what_is_left(tmp_path):
    desk = by_hand(tmp_path, BY_HAND, replace(PHOTOS, approval="always"))
    desk.act(verbs.approve(desk.room(), 1))
    refused(desk)
    work(desk)
    assert (desk.stands(), desk.wire.shown) == (("held", "approval"), [])
    assert "Photo: Dina Omarova\n" in sent(desk).text
    desk.act(verbs.approve(desk.room(), 1))
    assert "Photo: Dina Omarova\n" in work(desk)


@pytest.mark.parametrize("lose", [refused, nowhere])
def test_a_post_without_its_link_names_whose_photo_is_left(tmp_path, lose):
    desk = unlinked(tmp_path)
    lose(desk)
    words = work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), ["port"])
    assert ("Photo: Dina Omarova" in words, "Timur" in words, "https" in words) == (True, False, False)


def test_a_post_without_its_link_names_nobody_where_no_photo_is_left(tmp_path):
    desk = unlinked(tmp_path)
    desk.wire.say("prepare", PictureRefused(REFUSED), PictureRefused(REFUSED))
    words = work(desk)
    assert (desk.stands(), names(desk)) == (("done", "sent"), [])
    assert ("Photo" in words, "https" in words) == (False, False)
    assert f"without its photo: Fake refused it ({REFUSED})" in desk.why()


class Priced(Several):
    """A network that asks twenty cents for a post with a link and one for any other."""

    def price(self, post: Post) -> Decimal:
        return Decimal("0.20") if "https" in post.text else Decimal("0.01")


def unlinked(folder: Any) -> Desk:
    desk = opened(folder, replace(PHOTOS, budget=Budget(day=Decimal("0.1"), near="unlinked")), Priced)
    desk.turn()
    assert (desk.stands(), names(desk)) == (("due", "unlinked"), ["port", "quay", "ship"])
    assert "Photo: Dina Omarova; Timur Akhmet" in sent(desk).text
    return desk


def test_a_network_of_one_photo_names_its_owner_alone(tmp_path):
    desk = opened(tmp_path, PHOTOS, Pictured, CREW)
    words = work(desk)
    assert ("Photo: Dina Omarova\n" in words, "Saule" in words) == (True, False)


def test_a_further_photo_that_fails_takes_its_credit_along_and_each_that_is_shown_keeps_its_own(tmp_path):
    desk = opened(tmp_path, PHOTOS, Several, QUAY, CREW)
    desk.album.offers[QUAY.url] = "it is too small"
    words = work(desk)
    assert (names(desk), "Photo: Dina Omarova; Saule Bekova\n" in words) == (["port", "crew"], True)


def test_a_further_photo_that_is_barred_by_now_goes_alone_and_takes_its_credit_along(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"), Several, QUAY, CREW)
    desk.act(verbs.approve(desk.room(), 1))
    why = bar(desk, QUAY, "Timur Akhmet")
    work(desk)
    assert (desk.stands(), desk.wire.shown, names(desk)) == (("held", "approval"), [], ["port", "crew"])
    assert desk.delivery().detail == f"without 1 of its 3 photos: {why}"
    desk.act(verbs.approve(desk.room(), 1))
    assert "Photo: Dina Omarova; Saule Bekova\n" in work(desk)
