"""Every adapter passes these: whatever happens to any of its requests, silence is never taken for failure."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from adapters.contract import Adapter, NotYet, OutcomeUnknown, Post, PublishError, Receipt, Session
from adapters.emulators.kit import Fault
from tests.contract.cases import CASES, EVERY_FORM, LINK, POST, WITH_PICTURES, every_case, every_form, named
from tests.contract.play import Case, Play, kind, leaks, overhearing
from tests.contract.test_conformance import pictures_in, pictures_of, ready

FAULTS: tuple[Fault, ...] = get_args(Fault)
LOST: tuple[Fault, ...] = ("accept_then_drop", "accept_then_500", "slow")

# What each fault of the visible call must become; "" is a post that went out.
_VISIBLE = {
    "drop_before": "NotSent",
    "accept_then_drop": "OutcomeUnknown",
    "accept_then_500": "OutcomeUnknown",
    "accept_late": "OutcomeUnknown",
    "slow": "OutcomeUnknown",
    "429": "NotYet",
    "html_error": "OutcomeUnknown",
    "token_revoked": "AuthFailed",
    "lag": "",
}


@dataclass
class Suffered:
    """One operation with one fault: what came of it."""

    play: Play
    call: str
    fault: Fault
    result: Any = None
    error: PublishError | None = None

    @property
    def kind(self) -> str:
        return kind(self.error) if self.error else ""


async def _publish(adapter: Adapter, play: Play) -> Receipt:
    return await adapter.publish(play.case.post, key="key-of-the-delivery", memo=play.memo, intent=play.intend)


async def _find(adapter: Adapter, play: Play) -> Receipt | None:
    return await adapter.find(play.case.post, key="key-of-the-delivery", memo=play.memo, asked=play.asked)


CHANGED = replace(POST, text=POST.text.replace("6 a.m.", "7 a.m."))
"""The kit's post as an editor would have it."""


def changed_words(case: Case) -> str:
    """Write a case's own post as an editor would have it."""
    return case.post.text.replace("6 a.m.", "7 a.m.")


def sent(play: Play) -> Receipt:
    (shown,) = play.shown()
    return Receipt(shown.id)


async def _edit(adapter: Adapter, play: Play) -> Receipt:
    return await adapter.edit(sent(play), replace(play.case.post, text=changed_words(play.case)), memo=play.memo)


async def _delete(adapter: Adapter, play: Play) -> None:
    await adapter.delete(Receipt(play.memo.known["test:receipt"].strip('"')))


async def _renew(adapter: Adapter, play: Play) -> Session:
    return await adapter.renew(play.account)


def _start(play: Play, name: str) -> None:
    if name == "find":
        play.lose(play.case.post)
    if name in ("edit", "delete", "metrics"):
        play.memo.note("test:receipt", f'"{play.publish(play.case.post).id}"')
        play.wait(60)
    if name == "metrics":
        play.ledger.clear()  # only what reading does is judged


OPERATIONS: dict[str, Callable[[Adapter, Play], Any]] = {
    "publish": _publish,
    "verify": lambda adapter, play: adapter.verify(),
    "find": _find,
    "edit": _edit,
    "delete": _delete,
    "limits": lambda adapter, play: adapter.limits(),
    "metrics": lambda adapter, play: adapter.metrics(sent(play)),
    "renew": _renew,
    "ends": lambda adapter, play: adapter.ends(),
    "used": lambda adapter, play: adapter.used(),
    "share": lambda adapter, play: adapter.share(),
}


def offered(case: Case) -> list[str]:
    return [name for name in OPERATIONS if name in ("publish", "verify") or case.can(name)]  # type: ignore[arg-type] # an Ability


_ON_POSTS = ("publish", "find", "edit", "delete")
_EACH = [(c, name) for c in CASES for name in offered(c) if c in EVERY_FORM or name not in _ON_POSTS]
_EACH += [(c, name) for c in WITH_PICTURES for name in offered(c) if name in _ON_POSTS]
each_operation = pytest.mark.parametrize(
    ("case", "name"), [pytest.param(c, name, id=f"{named(c)}-{name}") for c, name in _EACH]
)


def suffer(case: Case, name: str, index: int, fault: Fault, *, again: bool) -> Suffered:
    """Act once, with a fault at the `index`-th request; `again`: and at every later one of its name."""
    play = ready(case)
    _start(play, name)
    if name == "find" and fault != "lag":
        play.wait(case.adapter.spec.find_lag.total_seconds() + 1)
    play.drawn.clear()
    found = Suffered(play, "", fault)

    def draw(call: str) -> Fault | None:
        at = len(play.drawn) - 1
        if at == index:
            found.call = call
        return fault if at == index or (again and at > index and call == found.call) else None

    play.draw = draw
    with overhearing() as heard:
        try:
            found.result = play.do(lambda a: OPERATIONS[name](a, play))
        except PublishError as e:
            found.error = e
    play.calm()
    play.wait(200)
    assert not [w for w in play.secret_words if w in " ".join(heard)]
    assert found.error is None or not leaks(found.error, play.secret_words)
    return found


def every_suffering(case: Case, name: str) -> list[Suffered]:
    """Let each request of an operation suffer each fault, once and for ever."""
    play = ready(case)
    _start(play, name)
    play.drawn.clear()
    play.do(lambda a: OPERATIONS[name](a, play))
    chosen = [n for n, call in enumerate(play.drawn) if n in _ends(play.drawn, call) or case.form != "album"]
    found = [
        suffer(case, name, index, fault, again=again) for index in chosen for fault in FAULTS for again in (False, True)
    ]
    print(f"{case.name} {name}: {len(found)} faults at {sorted({f.call for f in found})}")
    assert len(found) == len(chosen) * len(FAULTS) * 2
    assert all(f.call for f in found)
    return found


def _ends(calls: list[str], call: str) -> tuple[int, int]:
    """Tell where a call came first and last: the ten uploads of an album are all alike."""
    return calls.index(call), len(calls) - 1 - calls[::-1].index(call)


_BECOMES: dict[str, Callable[[Case, Suffered], None]] = {}


@each_operation
def test_every_fault_at_every_request_ends_in_one_of_the_five_and_tells_the_truth(case: Case, name: str) -> None:
    for found in every_suffering(case, name):
        print(found.call, found.fault, found.kind, found.error)
        _BECOMES.get(name, harmless)(case, found)


def published(case: Case, found: Suffered) -> None:
    """A post readers see is never called unsent, and its call is made once."""
    play = found.play
    assert len(play.visible()) <= 1
    assert all(pictures_of(shown) == pictures_in(case) for shown in play.shown())
    if found.error is None:
        assert [s.id for s in play.shown()] == [found.result.id]
    elif play.shown():
        assert found.kind == "OutcomeUnknown"
    if found.call.partition(".")[2] in play.network.visible:
        needs_token = found.fault == "token_revoked" and not case.unsigned
        assert found.kind == (_VISIBLE[found.fault] if needs_token or found.fault != "token_revoked" else "")
    elif found.error is not None and play.visible():
        assert case.settles_later
        assert found.kind == "OutcomeUnknown"
    elif found.error is not None:
        assert found.kind in ("NotSent", "NotYet", "AuthFailed")


def looked(case: Case, found: Suffered) -> None:
    """A post that is out is never called absent or refused, and is found in the end."""
    play = found.play
    assert found.kind != "Rejected"
    if found.error is None:
        assert isinstance(found.result, Receipt)
        assert [s.id for s in play.shown()] == [found.result.id]
    recover(case, play)
    receipt = play.find(play.case.post)
    assert receipt is not None
    assert [s.id for s in play.shown()] == [receipt.id]


def changed(case: Case, found: Suffered) -> None:
    """An edit that failed is simply repeated."""
    assert found.kind != "Rejected"
    recover(case, found.play)
    found.play.do(lambda a: _edit(a, found.play))
    assert [s.text for s in found.play.shown()] == [changed_words(case)]
    assert [pictures_of(s) for s in found.play.shown()] == [pictures_in(case)]


def deleted(case: Case, found: Suffered) -> None:
    """A deletion that failed is simply repeated."""
    assert found.kind != "Rejected"
    assert found.error is not None or not found.play.shown()
    recover(case, found.play)
    found.play.do(lambda a: _delete(a, found.play))
    assert not found.play.shown()


def harmless(case: Case, found: Suffered) -> None:
    """Reading and signing in show nothing to readers."""
    assert found.kind in ("", "NotSent", "NotYet", "AuthFailed")
    assert not any(entry.act for entry in found.play.visible())


_BECOMES |= {"publish": published, "find": looked, "edit": changed, "delete": deleted}


def recover(case: Case, play: Play) -> None:
    """Do what a person and bot.accounts do after a dead token."""
    play.world.restore()
    if case.renews:
        play.account = play.do(lambda a: a.renew(play.account))


@every_form
@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_is_found_again_among_other_posts(case: Case, fault: Fault) -> None:
    play = ready(case)
    play.publish(replace(case.post, text=f"An earlier story. {LINK}", marks=()), key="earlier")
    play.memo = forgetful(play)
    play.network.editor_posts(play.place, f"By hand, before: {LINK}")
    assert kind(play.lose(play.case.post, fault)) == "OutcomeUnknown"
    ours = play.shown()[-1].id
    play.network.editor_posts(play.place, f"By hand, after: {LINK}")
    play.wait(60)
    before = len(play.shown())
    found = play.find(play.case.post)
    assert found is not None
    assert found.id == ours
    assert found.url is not None
    assert len(play.shown()) == before


def forgetful(play: Play) -> Any:
    """Give the next delivery its own memo: only what is known of the channel stays."""
    memo = type(play.memo)()
    memo.known = {name: value for name, value in play.memo.known.items() if name.startswith("channel:")}
    return memo


@every_case
def test_absence_is_proven_after_the_lag_and_not_before(case: Case) -> None:
    play = ready(case)
    assert kind(play.lose(play.case.post, "html_error")) == "OutcomeUnknown"
    play.network.editor_posts(play.place, f"The same story by hand: {LINK}")
    lag = case.adapter.spec.find_lag
    early = play.error_of(lambda: play.find(play.case.post))
    assert isinstance(early, NotYet)
    assert early.retry_after is not None
    assert timedelta(0) < early.retry_after <= lag
    play.wait((lag - (play.now - play.asked.last)).total_seconds() - 1)
    assert isinstance(play.error_of(lambda: play.find(play.case.post)), NotYet)
    play.wait(2)
    assert play.find(play.case.post) is None


@every_form
def test_a_call_that_arrives_late_never_makes_a_second_post(case: Case) -> None:
    """Do as the engine does: look until it is known, send again where it is absent."""
    play = ready(case)
    play.world.late = 120
    assert kind(play.lose(play.case.post, "accept_late")) == "OutcomeUnknown"
    found = look_until_known(play)
    if found is None:
        found = play.publish(play.case.post)
    play.wait(600)
    assert [s.id for s in play.shown()] == [found.id]


@pytest.mark.parametrize("case", [c for c in CASES + WITH_PICTURES if c.one_key], ids=named)
def test_words_that_change_after_a_try_was_lost_are_never_a_second_post(case: Case) -> None:
    """The lost call comes after the changed words: the key refuses it."""
    play, new = _changed_after_absence(case)
    receipt = play.publish(new)
    play.wait(3600)
    assert [(s.id, s.text) for s in play.shown()] == [(receipt.id, new.text)]


@pytest.mark.parametrize("case", [c for c in CASES + WITH_PICTURES if c.one_key], ids=named)
def test_words_of_a_try_that_was_lost_are_not_taken_for_those_they_changed_to(case: Case) -> None:
    """The lost call comes before the changed words: a person must decide, and is told where it stands."""
    play, new = _changed_after_absence(case)
    play.wait(120)
    (out,) = play.shown()
    for act in (play.publish, play.find, play.publish, play.find):
        error = play.error_of(lambda act=act: act(new))  # type: ignore[misc] # mypy cannot infer a default
        assert isinstance(error, OutcomeUnknown)
        assert "an earlier try is out, with other words or pictures, at https://" in str(error)
        assert out.id.rpartition("/")[2] in str(error)
        play.wait(60)
    assert [(s.id, s.text) for s in play.shown()] == [(out.id, case.post.text)]


def _changed_after_absence(case: Case) -> tuple[Play, Post]:
    play = ready(case)
    play.world.late = case.adapter.spec.find_lag.total_seconds() + 60
    assert kind(play.lose(case.post, "accept_late")) == "OutcomeUnknown"
    assert look_until_known(play) is None
    play.memo = forgetful(play)
    return play, replace(case.post, text=changed_words(case))


def look_until_known(play: Play) -> Receipt | None:
    for _ in range(100):
        try:
            return play.find(play.case.post)
        except NotYet as e:
            play.wait((e.retry_after or timedelta(0)).total_seconds())
    raise AssertionError("never known")


@every_case
def test_an_older_post_of_the_same_words_is_not_ours(case: Case) -> None:
    """Where a network has no key to tell them apart, it is for a person: this machine's clock may be wrong."""
    play = ready(case)
    play.publish(play.case.post, key="older")
    play.wait(2 * 3600)
    play.memo = type(play.memo)()
    recover(case, play)
    play.lose(play.case.post, "html_error")
    try:
        assert look_until_known(play) is None
    except OutcomeUnknown:
        return


@every_form
def test_cancelling_is_not_swallowed(case: Case) -> None:
    count = len(drawn_by_publish(case))
    for index in range(count):
        play = ready(case)

        async def go(play: Play = play, index: int = index) -> None:
            task = asyncio.create_task(play.act(lambda a: _publish(a, play)))

            def draw(call: str) -> Fault | None:
                if len(play.drawn) - 1 != index:
                    return None
                asyncio.get_running_loop().call_soon(task.cancel)
                return "slow"

            play.draw = draw
            await task

        with pytest.raises(asyncio.CancelledError):
            play.run(go())
        assert len(play.visible()) <= 1


def drawn_by_publish(case: Case) -> list[str]:
    play = ready(case)
    play.publish(play.case.post)
    return play.drawn
