"""What the Mastodon adapter must stand from servers that only speak its language."""

from dataclasses import replace
from typing import Literal

import pytest

from adapters.contract import Limits, OutcomeUnknown
from adapters.emulators.kit import Asked, Reply
from adapters.emulators.mastodon import MastodonNetwork
from tests.contract.cases import POST, case
from tests.contract.play import Play, kind
from tests.contract.test_conformance import ready
from tests.contract.test_conformance_faults import look_until_known

MASTODON = case("mastodon")


def server(play: Play, *, keys: Literal["kept", "forgotten", "broken"] = "kept") -> MastodonNetwork:
    assert isinstance(play.network, MastodonNetwork)
    play.network.keys = keys
    return play.network


@pytest.mark.parametrize("keys", ["kept", "forgotten", "broken"])
@pytest.mark.parametrize("fault", ["accept_late", "accept_then_drop", "html_error"])
def test_a_lost_answer_is_one_post_whatever_the_server_does_with_keys(
    keys: Literal["kept", "forgotten", "broken"], fault: str
) -> None:
    play = ready(MASTODON)
    server(play, keys=keys)
    play.world.late = 120
    play.lose(POST, fault)
    found = look_until_known(play)
    if found is None:
        found = play.publish(POST)
    play.wait(600)
    assert [s.id for s in play.shown()] == [found.id]


def test_a_repeated_key_that_fails_is_no_proof_that_nothing_is_out() -> None:
    play = ready(MASTODON)
    server(play, keys="broken")
    play.lose(POST)
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    found = play.find(POST)
    assert found is not None
    assert [s.id for s in play.shown()] == [found.id]


def test_a_server_of_version_one_tells_its_limits_there_and_is_counted_in_full() -> None:
    play = ready(MASTODON)
    other = server(play)
    other.has_v2, other.version, other.longest = False, "4.0.0 (not true; really snac/2.75)", 5000
    limits: Limits = play.do(lambda a: a.limits())
    assert (limits.text, limits.link_cost) == (5000, None)


def test_a_true_mastodon_is_trusted_to_count_addresses_flat() -> None:
    assert ready(MASTODON).do(lambda a: a.limits()).link_cost == 23


class _Undeletable(MastodonNetwork):
    def answer(self, asked: Asked) -> Reply:
        if asked.method == "DELETE":
            return Reply(404, b"<h1>404 Not Found (snac/2.75)</h1>", {"content-type": "text/html"})
        return super().answer(asked)


def test_a_server_that_cannot_delete_is_not_taken_to_have_deleted() -> None:
    play = Play(MASTODON, network=_Undeletable)
    receipt = play.publish(POST)
    assert kind(play.error_of(lambda: play.do(lambda a: a.delete(receipt)))) == "Rejected"
    assert len(play.shown()) == 1


def test_many_posts_by_hand_after_ours_do_not_hide_it() -> None:
    play = ready(MASTODON)
    play.lose(POST)
    ours = play.shown()[0].id
    for n in range(90):
        play.wait(1)
        play.network.editor_posts(play.place, f"By hand, number {n}")
    found = play.find(POST)
    assert found is not None
    assert found.id == ours


def test_the_same_words_in_an_older_post_are_not_ours() -> None:
    play = ready(MASTODON)
    play.network.editor_posts(play.place, POST.text)
    play.wait(2 * 3600)
    play.lose(POST, "html_error")
    with pytest.raises(OutcomeUnknown):
        look_until_known(play)


def test_the_same_link_with_other_words_is_not_ours() -> None:
    play = ready(MASTODON)
    play.lose(POST, "html_error")
    play.network.editor_posts(play.place, replace(POST, text=POST.text.replace("6 a.m.", "7 a.m.")).text)
    assert look_until_known(play) is None
