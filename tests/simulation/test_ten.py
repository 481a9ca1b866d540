"""The histories are about all ten networks in their forms, and a broken promise would be seen on any of them."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.contract import Form
from tests.simulation.conftest import LIVED
from tests.simulation.newsroom import NETWORKS
from tests.simulation.oracle import wrongs
from tests.simulation.runs import KINDS, VISIBLE, history, kind_of, plan_of
from tests.simulation.sim import networks_of
from tests.simulation.soak import drawn
from tests.simulation.steps import STEPS

SEEDS = range(10_000, 10_450)
"""As `make soak` counts them."""
SHOWS = {"instagram": "image", "telegram": "image", "youtube": "video", "tiktok": "video"}
"""Networks whose posts carry a file, and of which kind; others have cards."""


def test_each_network_has_its_share_of_the_random_histories() -> None:
    counted = drawn(SEEDS)
    assert set(counted) == set(NETWORKS) == set(VISIBLE)
    assert min(counted.values()) >= len(SEEDS) / 5
    met = Counter((kind_of(seed), name) for seed in SEEDS for name in networks_of(plan_of(seed, KINDS[kind_of(seed)])))
    assert {kind: sum(name == kind for name, _ in met) for kind in KINDS} == {
        kind: 1 if KINDS[kind].get("crowd") else len(NETWORKS) for kind in KINDS
    }


def test_a_double_and_a_loss_would_be_seen_on_each_network(folder: Path) -> None:
    lived = history(1, {"stories": 1, "networks": tuple(NETWORKS)}, folder)
    LIVED["ten networks"] += 1
    assert not wrongs(lived)
    ledger = lived.world.ledger
    created = {each.network: each for each in ledger if each.act == "created"}
    files = {name: lived.world.files[post.shown.media[0][0]] for name, post in created.items() if post.shown.media}
    assert {name: file.mime.partition("/")[0] for name, file in files.items()} == SHOWS
    for name, post in created.items():
        ledger.append(replace(post, post_id=f"{post.post_id} once more"))
        assert [each for each in wrongs(lived) if each.startswith("double: ") and each.endswith(f" on {name}")]
        ledger.pop()
        ledger.remove(post)
        assert [each for each in wrongs(lived) if each.startswith("lie: ") and f" on {name} " in each]
        ledger.append(post)
    assert len(created) == len(NETWORKS)


@pytest.mark.parametrize(("form", "networks"), [(None, tuple(NETWORKS)), ("photo", ("mastodon", "x"))])
def test_a_step_made_once_more_would_be_seen_on_each_network(
    form: Form | None, networks: tuple[str, ...], folder: Path
) -> None:
    lived = history(1, {"stories": 1, "networks": networks, "form": form}, folder)
    LIVED["ten networks"] += 1
    assert not wrongs(lived)
    ledger, seen = lived.world.ledger, set()
    steps = {(each.network, each.call): each for each in ledger if each.call in STEPS[each.network]}
    for (network, call), step in steps.items():
        ledger.append(step)
        seen |= (
            {network} if [each for each in wrongs(lived) if each.startswith(f"repeated: {network} {call} ")] else set()
        )
        ledger.pop()
    assert seen == set(networks) - ({"mastodon", "x"} if form is None else set())
