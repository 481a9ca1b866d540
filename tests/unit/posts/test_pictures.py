"""A picture in a post: it is shown as the form wants it, and owes its credit where it is uploaded."""

from dataclasses import replace

import pytest

from adapters.contract import Media
from bot.posts.compose import compose
from tests.unit.posts.newsroom import LISTS, NETWORKS, ZONE, article, measure, sent_at, template

PICTURE = Media("ab" * 32, "image/jpeg", 90_000, 1280, 853, alt="A crane", credit="Dina Omarova / The Steppe Courier")


def post(network, form, **said):
    story, (limits, target) = article("en-business"), NETWORKS[network]
    return compose(
        story,
        template(network),
        measure=measure,
        limits=replace(limits, **said),
        target=target,
        form=form,
        network=network,
        now=sent_at(story),
        zone=ZONE,
        lists=LISTS,
        uploads_photo=form == "photo",
        picture=PICTURE,
    )


@pytest.mark.parametrize("network", NETWORKS)
def test_an_uploaded_photo_is_credited_on_every_network(network):
    made = post(network, "photo")
    assert (made.media, made.card) == ((PICTURE,), None)
    assert made.text.count("Photo: Dina Omarova / The Steppe Courier") == 1
    assert "aktau-grain-loan" in made.text + "".join(mark.value for mark in made.marks)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_picture_on_a_card_owes_no_credit(network):
    made = post(network, "card")
    assert made.card
    assert (made.media, made.card.thumb) == ((), PICTURE)
    assert "Dina" not in made.text


def test_words_under_a_photo_keep_to_the_caption():
    assert len(post("telegram", "photo", caption=200).text) <= 200
    assert post("telegram", "card", caption=200) == post("telegram", "card", caption=None)


def test_words_alone_show_no_picture():
    made = post("telegram", "text")
    assert (made.media, made.card) == ((), None)
