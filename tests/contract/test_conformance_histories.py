"""Every adapter passes this: whatever befalls its requests one after another, in the end there is exactly one post."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.contract import AuthFailed, OutcomeUnknown, Post, PublishError, Receipt, Rejected
from adapters.emulators.kit import Fault
from adapters.emulators.mastodon import MastodonNetwork
from tests.contract.cases import CASES, EVERY_FORM, LINK, named
from tests.contract.play import Case, Play
from tests.contract.test_conformance import pictures_in, pictures_of, ready
from tests.contract.test_conformance_faults import recover

_FAULTS = st.lists(st.sampled_from([None, None, *get_args(Fault)]), max_size=14)
_HISTORIES: list[Any] = [pytest.param(c, "", id=named(c)) for c in EVERY_FORM if c.form != "album"]
_HISTORIES += [
    pytest.param(c, keys, id=f"{c.name}-{keys}")
    for c in CASES
    if c.name == "mastodon"
    for keys in ("forgotten", "broken")
]


def deliver(play: Play, post: Post | None = None) -> Receipt:
    """Do as the engine does, with all its patience, until the post is known to be out."""
    post = post or play.case.post
    is_unknown = False
    for _ in range(200):
        try:
            found = play.find(post) if is_unknown else play.publish(post)
            if found is not None:
                return found
            is_unknown = False
        except Rejected as e:
            raise AssertionError(f"refused: {e}") from e
        except PublishError as e:
            if is_unknown and isinstance(e, OutcomeUnknown) and play.case.form in play.case.person_tells:
                if found := told(play, post):
                    return found
                is_unknown = False
                continue
            is_unknown = is_unknown or isinstance(e, OutcomeUnknown)
            play.wait(max(30.0, (e.retry_after or timedelta(0)).total_seconds()))
            if isinstance(e, AuthFailed):
                restore(play)
    raise AssertionError("never known")


def told(play: Play, post: Post) -> Receipt | None:
    """Look at the account, as the person does to whom a look leaves it."""
    return next((Receipt(each.id) for each in play.shown() if each.text == post.text), None)


def restore(play: Play) -> None:
    try:
        recover(play.case, play)
    except PublishError:
        play.wait(60)


@pytest.mark.parametrize(("case", "keys"), _HISTORIES)
@given(faults=_FAULTS)
@example(faults=[None, "accept_late"])
@example(faults=["accept_late", "accept_late", "token_revoked", "lag"])
@settings(max_examples=60, deadline=None)
def test_whatever_happens_there_is_one_post_in_the_end(case: Case, keys: Any, faults: list[Fault | None]) -> None:
    play = ready(case)
    if isinstance(play.network, MastodonNetwork) and keys:
        play.network.keys = keys
    play.world.late = 120
    play.network.works = timedelta(seconds=90 if case.settles_later else 0)
    play.network.editor_posts(play.place, f"By hand, before: {LINK}")
    coming = iter(faults)
    play.draw = lambda call: next(coming, None)
    receipt = deliver(play)
    play.calm()
    play.wait(3600)
    ours = [s for s in play.shown() if s.text == case.post.text]
    assert [s.id for s in ours] == [receipt.id]
    assert [pictures_of(s) for s in ours] == [pictures_in(case)]
