"""Words by hand that name somebody whose photo they show no more, however they write the name."""

import pytest

from adapters.contract import Media, Post
from bot.delivery.fewer import still_named


def named(text: str, *credits: str, left: tuple[str, ...] = ()) -> str:
    """Tell whom a post of `text` still names, of which the photos of `credits` are gone and those of `left` stay."""
    gone, stays = ([Media(f"{each:0>64}", "image/jpeg", 1, credit=each) for each in some] for some in (credits, left))
    return still_named(Post(text, media=(*gone, *stays)), Post(text, media=tuple(stays)))


@pytest.mark.parametrize(
    ("text", "credit", "name"),
    [
        ("The port, by Timur Akhmet.", "Timur Akhmet / Courier", "Timur Akhmet"),
        ("The Courier’s picture of the port.", "Timur Akhmet / Courier", "Courier"),
        ("The port, by TIMUR AKHMET for Courier.", "© Timur Akhmet, Courier", "Timur Akhmet, Courier"),
        ("The port, seen by Akhmet.", "Timur Akhmet", "Akhmet"),
        ("The port. Photo: T. Akhmet", "Timur Akhmet / Reuters", "Akhmet"),
        ("The port. Photo: Timur  Akhmet", "Тимур Ахмет", "Тимур Ахмет"),
        ("Снимок Тимура Ахмета.", "Тимур Ахмет", "Тимур Ахмет"),
        ("Порт глазами Дины Омаровой.", "Дина Омарова", "Дина Омарова"),
        ("Порт глазами Омаровой.", "Дина Омарова / Курьер", "Омарова"),
        ("Айнұр Серікқызының суреті.", "Айнұр Серікқызы", "Айнұр Серікқызы"),
        ("Сәуле Бектің суреті.", "Сәуле Бек", "Сәуле Бек"),
        ("Ship, by AP.", "AP", "AP"),
        ("The port, by Timur Akhmet.", "Timur Akhmet for The New York Times", "Timur Akhmet"),
        ("The port, by Timur Akhmet.", "Timur Akhmet (Courier) and Dina Omarova", "Timur Akhmet"),
        ("Порт на снимке Анны Ковальской.", "Анна Ковальская", "Анна Ковальская"),
        ("Порт глазами Достоевского.", "Фёдор Достоевский", "Достоевский"),
    ],
)
def test_a_name_is_found_in_any_case_and_script_and_without_its_agency(text, credit, name):
    assert named(text, credit) == f"its words still name {name}"


@pytest.mark.parametrize(
    ("text", "credit", "left"),
    [
        ("The port, by Timur Akhmetov.", "Timur Akhmet", ()),
        ("The APEC summit.", "AP", ()),
        ("Timur is four and likes ships.", "Timur Akhmet", ()),
        ("The ministry opens a press centre.", "Press centre of the Ministry of Health", ()),
        ("By Dina Omarova of Courier.", "Timur Akhmet / Courier", ("Dina Omarova / Courier",)),
        ("By Dina Omarova.", "Dina Omarova / Reuters", ("Dina Omarova",)),
        ("Глазами Дины Омаровой.", "Омар", ("Дина Омарова",)),
        ("The port.", "", ()),
        ("The port.\nPhoto: Dina Omarova", "AP Photo/John Roe", ("Dina Omarova",)),
        ("New images from orbit show the port.", "Getty Images", ()),
        ("The press office said so.", "Akorda Press Office", ()),
    ],
)
def test_somebody_else_and_who_is_still_shown_are_not_meant(text, credit, left):
    assert named(text, credit, left=left) == ""
