"""What `check` says where a network fetches by itself and the settings name no place for that."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.commands.barrier import DEGRADED
from bot.commands.public import fetches, look_at_public
from tests.unit.engine import ONE
from tests.unit.media.test_public import SPEC


@pytest.mark.parametrize(
    ("least", "form", "rest"),
    [
        (1, "card", "all other stories wait for a person"),
        (0, "photo", "all other posts go without their photo"),
        (0, "card", ""),
        (0, "video", ""),
    ],
)
def test_a_channel_that_lacks_a_place_is_named_before_its_first_post(least: int, form: Any, rest: str) -> None:
    spec, who = replace(SPEC, limits=replace(SPEC.limits, least=least)), replace(ONE, form=form)
    office: Any = SimpleNamespace(
        settings=SimpleNamespace(public=None, channels=(who,)), kinds={"fake": SimpleNamespace(spec=spec)}
    )
    found = asyncio.run(look_at_public(office, SimpleNamespace()))  # type: ignore[arg-type]  # nothing is asked of it
    said = "channel one: Fake fetches pictures by itself, and `media: public:` in the settings names no place for them"
    whole = f"{said}; stories whose own picture fits as it lies on the site go out, {rest}"
    assert [(each.said, each.code) for each in found] == ([(whole, DEGRADED)] if rest else [])


def test_films_need_a_place_only_where_the_network_fetches_them() -> None:
    films = replace(ONE, form="video")
    assert not fetches(films, SPEC)
    assert fetches(films, replace(SPEC, fetches_films=True))
    assert not fetches(ONE, replace(SPEC, fetches=False))
