"""What holds for every emulated network: faults, the ledger, time."""

from datetime import timedelta

import pytest

from adapters.emulators.bluesky import BlueskyNetwork
from adapters.emulators.kit import Bucket, Fault, Network
from adapters.emulators.mastodon import MastodonNetwork
from adapters.emulators.telegram import TelegramNetwork
from tests.contract.plain import CALLS, post, sign_in
from tests.contract.stage import NOON, Stage

NETWORKS = [TelegramNetwork, MastodonNetwork, BlueskyNetwork]
every_network = pytest.mark.parametrize("network", NETWORKS, ids=lambda n: n.name)


def ready(network: type[Network]) -> Stage:
    stage = Stage(network)
    sign_in(stage)
    stage.ledger.clear()
    return stage


def texts(stage: Stage) -> list[str]:
    return [shown.text for shown in stage.shown()]


@every_network
def test_a_post_is_shown_and_written_down(network: type[Network]) -> None:
    stage = ready(network)
    assert post(stage, "Railway opens").status_code == 200
    entry = stage.ledger[-1]
    assert (entry.act, entry.call, entry.status, entry.at) == ("created", CALLS[network.name], 200, NOON)
    assert entry.shown is not None
    assert stage.shown() == [entry.shown]
    assert texts(stage) == ["Railway opens"]


@every_network
@pytest.mark.parametrize(
    ("fault", "error"), [("drop_before", ConnectionRefusedError), ("accept_then_drop", ConnectionResetError)]
)
def test_a_cut_connection_is_an_error_of_the_standard_library(
    network: type[Network], fault: Fault, error: type[Exception]
) -> None:
    stage = ready(network)
    stage.only(CALLS[network.name], fault)
    with pytest.raises(error):
        post(stage, "Railway opens")
    assert texts(stage) == ([] if fault == "drop_before" else ["Railway opens"])


@every_network
@pytest.mark.parametrize(
    ("fault", "status", "shown"),
    [("accept_then_500", 500, 1), ("429", 429, 0), ("html_error", 502, 0), ("token_revoked", 0, 0), ("lag", 200, 1)],
)
def test_each_answered_fault_says_and_shows_what_it_should(
    network: type[Network], fault: Fault, status: int, shown: int
) -> None:
    stage = ready(network)
    stage.only(CALLS[network.name], fault)
    answer = post(stage, "Railway opens")
    assert answer.status_code == (status or {"bluesky": 400}.get(network.name, 401))
    assert len(stage.shown()) == shown
    assert len(stage.ledger) == 1
    assert stage.ledger[0].act == ("created" if shown else "")


@every_network
def test_a_refused_connection_leaves_no_trace(network: type[Network]) -> None:
    stage = ready(network)
    stage.only(CALLS[network.name], "drop_before")
    with pytest.raises(ConnectionRefusedError):
        post(stage, "Railway opens")
    assert not stage.ledger


@every_network
@pytest.mark.parametrize("late", [20.0, 120.0])
def test_a_late_call_arrives_when_its_moment_has_come_and_not_before(network: type[Network], late: float) -> None:
    stage = ready(network)
    stage.world.late = late
    stage.only(CALLS[network.name], "accept_late")
    with pytest.raises(ConnectionResetError):
        post(stage, "Railway opens")
    stage.wait(late - 1)
    assert not stage.shown()
    stage.wait(5)
    assert texts(stage) == ["Railway opens"]
    assert (stage.ledger[-1].at - NOON).total_seconds() == late


@every_network
def test_a_slow_answer_comes_after_45_seconds_though_the_act_is_done_at_once(network: type[Network]) -> None:
    stage = ready(network)
    stage.only(CALLS[network.name], "slow")
    assert post(stage, "Railway opens").status_code == 200
    assert (stage.now - NOON).total_seconds() == 45
    assert stage.shown()[0].at == NOON


@every_network
def test_a_revoked_token_stays_dead_until_it_is_restored_or_signed_in_anew(network: type[Network]) -> None:
    stage = ready(network)
    stage.only(CALLS[network.name], "token_revoked")
    post(stage, "Railway opens")
    stage.calm()
    assert post(stage, "Railway opens").status_code in (400, 401)
    stage.world.restore()
    sign_in(stage)
    assert post(stage, "Railway opens").status_code == 200


@every_network
def test_a_ledger_shows_no_secrets_when_it_is_printed(network: type[Network]) -> None:
    stage = Stage(network)
    sign_in(stage)
    post(stage, "Railway opens")
    secrets = [word for name, word in stage.credentials.items() if name != "identifier"]
    secrets += [word for name, word in stage.session.items() if name.endswith("Jwt")]
    assert not [word for word in secrets if word in repr(stage.ledger)]


@every_network
def test_a_person_may_post_beside_the_daemon(network: type[Network]) -> None:
    stage = ready(network)
    number = stage.network.editor_posts(stage.place, "By hand")
    post(stage, "By the daemon")
    assert texts(stage) == ["By hand", "By the daemon"]
    assert stage.shown()[0].id == number
    assert [entry.act for entry in stage.ledger] == ["created"]


@every_network
def test_each_exchange_draws_one_fault_by_the_name_of_its_call(network: type[Network]) -> None:
    stage = ready(network)
    stage.drawn.clear()
    post(stage, "Railway opens")
    assert stage.drawn == [f"{network.name}.{CALLS[network.name]}"]
    assert CALLS[network.name] in network.visible


@every_network
def test_newcomers_have_places_of_their_own(network: type[Network]) -> None:
    stage = Stage(network, newcomers=3)
    assert len({stage.network.place(*network.newcomer(n)) for n in range(3)}) == 3


def test_a_bucket_is_full_again_when_its_window_is_over() -> None:
    stage = Stage(TelegramNetwork)
    bucket = Bucket(2, timedelta(hours=1))
    assert [bucket.take(stage.now) for _ in range(3)] == [True, True, False]
    stage.wait(1800)
    assert bucket.seconds(stage.now) == 1800
    stage.wait(1800)
    assert bucket.take(stage.now)
