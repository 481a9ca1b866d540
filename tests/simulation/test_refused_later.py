"""Networks take films and refuse them an hour later: each waits for a person with its reason, and none goes twice."""

from datetime import timedelta
from pathlib import Path

from tests.simulation.conftest import LIVED
from tests.simulation.oracle import wrongs
from tests.simulation.runs import LOST
from tests.simulation.sim import Plan, Sim

FAILS = {"youtube": "rejected copyright", "tiktok": "spam_risk_text"}


def test_films_that_are_refused_an_hour_later_are_held_and_sent_once(folder: Path) -> None:
    plan = Plan(seed=5, networks=tuple(FAILS), chaos=0.2, faults=LOST, crash_at=(330,))
    sim = Sim(plan, folder / "history.db", folder / "template.db")
    for name, why in FAILS.items():
        sim.networks[name].works, sim.networks[name].fails = timedelta(hours=1), why
    lived = sim.run()
    LIVED["refused later"] += 1
    assert sim.crashes == 1
    assert not wrongs(lived)
    assert {(row.state, row.reason) for row in lived.deliveries} == {("held", "refused")}
    assert len(lived.deliveries) == 2 * len(FAILS)
    videos = sim.networks["youtube"].videos.values()  # type: ignore[attr-defined] # YouTube's
    assert len({each.sha256 for each in videos}) == len(videos) == 2
    assert not [entry for entry in lived.world.ledger if entry.act]
