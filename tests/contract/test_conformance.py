"""Every adapter passes these: what is published, when, and what readers get. A new network adds a Case and no test."""

import copy
import hashlib
import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from adapters.body import fill
from adapters.contract import Ability, Adapter, AuthFailed, Json, NotYet, PublishError, Rate, Scope, Session, Withdrawn
from adapters.emulators.kit import Asked, Reply, Shown, Upload
from tests.contract.cases import (
    CASES,
    LINK,
    POST,
    case,
    every_case,
    every_case_that_can,
    every_form,
    every_form_that_can,
    every_form_with_links,
    load,
    names,
)
from tests.contract.play import Case, Play, Refusal, kind
from tests.contract.stage import NOON


def ready(case: Case) -> Play:
    play = Play(case)
    assert POST.card is not None
    play.network.pages[LINK] = (POST.card.title, POST.card.description)
    return play


def only_shown(play: Play) -> Shown:
    (shown,) = play.shown()
    return shown


def pictures_of(shown: Shown) -> tuple[tuple[tuple[str, str], ...], str]:
    """Tell the pictures readers see with their descriptions, and the one on the card."""
    return shown.media, shown.thumb


def pictures_in(case: Case) -> tuple[tuple[tuple[str, str], ...], str]:
    """Tell the same of the post; where a network takes no descriptions, nobody sees one."""
    has_alt = case.adapter.spec.limits.alt is not None
    card = case.post.card
    return (
        tuple((m.sha256, m.alt if has_alt else "") for m in case.post.media),
        card.thumb.sha256 if card and card.thumb else "",
    )


def test_every_adapter_has_an_emulator_and_a_case() -> None:
    assert [c.name for c in CASES] == names()
    assert all(load(name, "emulators").name == load(name, "adapters").spec.network == name for name in names())
    assert all(case(name).refusals for name in names())


@every_case
def test_a_spec_says_where_its_numbers_come_from_and_fits_itself(case: Case) -> None:
    spec = case.adapter.spec
    assert spec.docs.startswith("https://")
    assert spec.checked <= NOON.date()
    assert spec.title == case.network.title
    assert spec.api.version
    assert 0 < spec.target <= spec.limits.text
    assert spec.find_lag < spec.find_for
    assert case.network.lag < spec.find_lag
    assert set(spec.remarks) <= set(get_args(Ability))


def test_the_base_class_offers_nothing_by_itself() -> None:
    abilities: tuple[Ability, ...] = get_args(Ability)
    assert not any(Adapter.can(each) for each in abilities)


@every_form
def test_body_is_pure_and_can_be_written_as_json(case: Case) -> None:
    play = ready(case)
    before = copy.deepcopy(case.post)

    async def twice(adapter: Adapter) -> tuple[Json, Json]:
        return adapter.body(case.post), adapter.body(case.post)

    first, second = play.do(twice)
    assert first == second
    assert json.loads(json.dumps(first)) == first
    assert before == case.post
    assert not play.drawn


@every_form
def test_publish_leaves_one_post_with_the_words_marks_link_and_card_of_the_post(case: Case) -> None:
    play = ready(case)
    receipt = play.publish(case.post)
    shown = only_shown(play)
    assert shown.id == receipt.id
    assert shown.text == case.post.text
    assert set(shown.marks) == {(m.start, m.end, m.kind, m.value) for m in case.post.marks if m.kind in case.marks}
    assert case.post.card is not None
    card = (LINK, case.post.card.title, case.post.card.description)
    assert shown.card == (None if case.post.media else card)
    assert shown.lang in ("", case.post.lang)
    assert receipt.url is not None
    assert receipt.url.startswith("https://")


@every_form_with_links
def test_a_link_the_words_do_not_show_reaches_readers_all_the_same(case: Case) -> None:
    play = ready(case)
    play.publish(replace(case.post, text="Railway opens", marks=()))
    shown = only_shown(play)
    assert shown.text.startswith("Railway opens")
    if case.post.media:
        assert LINK in [value for _, _, kind, value in shown.marks if kind == "link"]
    else:
        assert shown.card is not None
        assert shown.card[0] == LINK


@pytest.mark.parametrize("case", [c for c in CASES if c.adapter.spec.replies], ids=lambda case: case.name)
def test_a_reply_stands_under_its_parent(case: Case) -> None:
    play = ready(case)
    parent = play.publish(case.post)
    play.memo = type(play.memo)()
    play.publish(replace(case.post, text=f"More on this. {LINK}", marks=(), parent=parent), key="another-key")
    assert [s.parent for s in play.shown()] == [None, parent.id]


@every_form
def test_nothing_is_visible_before_the_intent_returned(case: Case) -> None:
    play = ready(case)
    seen: list[int] = []
    play.at_intent = lambda: seen.append(len(play.visible()) + len(play.shown()))
    play.publish(case.post)
    assert seen == [0]


@every_form
@pytest.mark.parametrize("stop", [Withdrawn("no"), NotYet("no token"), RuntimeError("a bug")], ids=repr)
def test_an_intent_that_raises_leaves_nothing_and_passes(case: Case, stop: Exception) -> None:
    play = ready(case)

    async def refuse(content: Json) -> None:
        raise stop

    with pytest.raises(type(stop)) as caught:
        play.publish(case.post, intent=refuse)
    assert caught.value is stop
    assert not play.visible()
    assert not play.shown()


@every_form
def test_a_try_is_one_visible_request_and_one_intent(case: Case) -> None:
    play = ready(case)
    play.publish(case.post)
    assert len(play.visible()) == 1
    assert len(play.contents) == 1


@every_form
def test_the_intent_gets_the_whole_body_filled_in(case: Case) -> None:
    play = ready(case)
    play.publish(case.post)

    async def body(adapter: Adapter) -> Json:
        return dict(fill(adapter.body(case.post), play.memo.read))

    assert play.contents == [play.do(body)]
    assert "$memo" not in json.dumps(play.contents)
    assert not [word for word in play.secret_words if word in json.dumps(play.contents)]


@every_form
def test_each_request_received_is_the_part_of_its_name(case: Case) -> None:
    play = ready(case)
    play.publish(case.post)
    for name in {case.call_of(part) for part in play.contents[0]}:
        sent = [content for part, content in play.contents[0].items() if case.call_of(part) == name]
        received = [entry.asked for entry in play.ledger if entry.call == name]
        assert [told(asked, content) for asked, content in zip(received, sent, strict=True)] == sent


def told(asked: Asked, like: Json) -> Json:
    """Read a request as a part of `body` is written: a file by its hash, what a form can only say as text as JSON."""
    if asked.is_json:
        return dict(asked.body)
    if asked.raw and not asked.body:  # nothing but a file
        return {"$media": hashlib.sha256(asked.raw).hexdigest()}
    found: Json = {}
    for name, value in asked.body.items():
        match value:
            case Upload():
                found[name] = {"$media": hashlib.sha256(value.content).hexdigest()}
            case _:
                found[name] = value if isinstance(like.get(name), str) else json.loads(value)
    return found


@every_form
def test_a_repeated_key_is_one_post_where_the_network_promises_it(case: Case) -> None:
    play = ready(case)
    first = play.publish(case.post)
    if case.refuses_repeats and not case.keeps_keys:  # by a try of ours, as far as anybody knows
        assert kind(play.error_of(lambda: play.publish(case.post))) == "OutcomeUnknown"
    else:
        assert (first.id == play.publish(case.post).id) is case.keeps_keys
    assert len(play.shown()) == (1 if case.keeps_keys or case.refuses_repeats else 2)


@every_form
def test_another_delivery_of_the_same_words_is_another_post(case: Case) -> None:
    play = ready(case)
    play.publish(case.post, key="one")
    play.memo = type(play.memo)()
    if case.refuses_repeats:
        assert kind(play.error_of(lambda: play.publish(case.post, key="two"))) == "Rejected"
    else:
        play.publish(case.post, key="two")
    assert len(play.shown()) == (1 if case.refuses_repeats else 2)


@every_form
def test_a_second_try_sends_the_same_and_repeats_no_stored_step(case: Case) -> None:
    play = ready(case)
    assert kind(play.lose(case.post, "html_error")) == "OutcomeUnknown"
    play.wait(60)
    play.publish(case.post)
    assert play.contents[0] == play.contents[1]
    calls = [entry.call for entry in play.ledger]
    first = next(n for n, call in enumerate(calls) if call in play.network.visible)
    assert calls[first + 1] == calls[first], "nothing that was prepared for the first try is prepared again"


@every_form_that_can("edit")
def test_a_post_changed_in_place_shows_the_new_words_and_keeps_its_receipt(case: Case) -> None:
    play = ready(case)
    receipt = play.publish(case.post)
    play.wait(60)
    new = replace(case.post, text=case.post.text.replace("6 a.m.", "7 a.m."))
    for _ in range(2):
        assert play.do(lambda a: a.edit(receipt, new, memo=play.memo)).id == receipt.id
    shown = only_shown(play)
    assert (shown.text, shown.id) == (new.text, receipt.id)
    assert (shown.card is None) is bool(case.post.media)
    assert pictures_of(shown) == pictures_in(case)


@every_form_that_can("delete")
def test_deleting_twice_is_fine(case: Case) -> None:
    play = ready(case)
    receipt = play.publish(case.post)
    for _ in range(2):
        play.do(lambda a: a.delete(receipt))
        assert not play.shown()


@every_case
def test_verify_and_limits_name_the_account_and_post_nothing(case: Case) -> None:
    play = ready(case)
    identity, limits = play.do(lambda a: a.verify()), play.do(lambda a: a.limits())
    assert identity.id
    assert identity.handle
    assert identity.missing == ()
    assert limits.text > 0
    assert not any(entry.act for entry in play.ledger)
    play.network.editor_posts(play.place, "by hand")
    told = {each for each in ("name", "avatar") if getattr(identity, each)}
    assert told == case.tells
    assert identity.name in ("", play.shown()[0].author), "the name readers see over a post"
    assert identity.avatar.startswith("https://" if identity.avatar else "")
    assert not any(play.credentials[each] in identity.avatar for each in case.secrets)


@every_case_that_can("used")
def test_a_post_counts_as_one_more_of_what_the_network_takes(case: Case) -> None:
    play = ready(case)
    before = play.do(lambda a: a.used())
    play.publish(case.post)
    after = play.do(lambda a: a.used())
    assert (before.many, after.many) == (0, 1)
    assert Rate(after.most, after.window) in case.adapter.spec.rates


@every_case_that_can("share")
def test_the_share_of_calls_that_is_used_grows_with_them(case: Case) -> None:
    play = ready(case)
    shares = [play.do(lambda a: a.share()) for _ in range(200)]
    assert all(0 <= each <= 100 for each in shares)
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]
    assert not any(entry.act for entry in play.ledger)


@every_case_that_can("renew")
def test_a_session_comes_with_its_subject_end_and_credentials(case: Case) -> None:
    play = ready(case)
    first = play.account
    renewed(play, first)
    play.wait(86_400)  # some networks renew no token that is younger
    again = play.do(lambda a: a.renew(first))
    renewed(play, again)
    assert first.tokens != again.tokens


def renewed(play: Play, session: Session) -> None:
    """Expect all that a session has to come with."""
    assert session.subject
    assert session.expires_at is not None
    assert session.expires_at > play.now
    assert play.credentials.items() <= session.tokens.items()


@every_case_that_can("renew")
@pytest.mark.parametrize("how", ["it was revoked", "it is too old", "all of it is too old", "nobody signed in yet"])
def test_a_session_that_serves_no_more_is_told_leaves_nothing_and_is_renewed(case: Case, how: str) -> None:
    play = ready(case)
    match how:
        case "it was revoked":
            signed = [call for call in play.calls_of(case.post) if not (case.unsigned and call in play.network.visible)]
            play.only(signed[-1], "token_revoked")
        case "it is too old":
            assert play.account.expires_at is not None
            play.now = play.account.expires_at
        case "all of it is too old":
            play.wait(400 * 86400)
        case "nobody signed in yet":
            play.account = Session("", dict(play.credentials))
            play.world.restore()  # what serves once has served when the kit signed in
    error = play.error_of(lambda: play.publish(case.post))
    play.calm()
    assert isinstance(error, AuthFailed)
    assert error.scope is Scope.ACCOUNT
    assert not play.shown()
    if case.needs_consent and how != "nobody signed in yet":
        with pytest.raises(AuthFailed):
            play.do(lambda a: a.renew(play.account))
        play.world.restore()
    if how == "all of it is too old" and not case.signs_in:
        assert isinstance(play.error_of(lambda: play.do(lambda a: a.renew(play.account))), AuthFailed)
        return
    play.account = play.do(lambda a: a.renew(play.account))
    play.publish(case.post)
    assert len(play.shown()) == 1


@every_case_that_can("renew")
def test_a_password_that_serves_no_more_is_told(case: Case) -> None:
    play = ready(case)
    play.draw = lambda call: "token_revoked"
    error = play.error_of(lambda: play.do(lambda a: a.renew(play.account)))
    assert isinstance(error, AuthFailed)
    assert error.scope is Scope.ACCOUNT


@pytest.mark.parametrize("case", [c for c in CASES if c.home], ids=lambda case: case.name)
def test_an_account_is_asked_at_its_home(case: Case) -> None:
    play = ready(case)
    play.publish(case.post)
    assert {entry.asked.base for entry in play.ledger} == {case.home}


def refusing(case: Case, refusal: Refusal, extra: str = "", *, call: str = "") -> Play:
    """Let a call, the visible one if none is named, be answered with a refusal, and nothing be done."""
    content = refusal.body if isinstance(refusal.body, str) else json.dumps(refusal.body)

    def answer(self: Any, asked: Asked) -> Reply:
        if self.call(asked) not in ({call} if call else self.visible):
            return case.network.answer(self, asked)
        return Reply(refusal.status, (content + extra).encode(), refusal.headers)

    return Play(case, network=type("Refusing", (case.network,), {"answer": answer}))


@pytest.mark.parametrize(
    ("case", "refusal"),
    [pytest.param(c, r, id=f"{c.name}-{r.status}-{str(r.body)[:60]}-{r.error}") for c in CASES for r in c.refusals],
)
def test_refusals_of_the_sheet_become_the_error_that_says_what_to_do(case: Case, refusal: Refusal) -> None:
    play = refusing(case, refusal)
    error = play.error_of(lambda: play.publish(case.post))
    assert isinstance(error, PublishError)
    assert kind(error) == refusal.error
    assert refusal.scope in ("", error.scope.value)
    assert (error.retry_after.total_seconds() if error.retry_after else 0) >= refusal.wait
    assert len(play.visible()) == 1


@every_case
def test_secrets_a_network_says_back_are_not_repeated(case: Case) -> None:
    play = Play(case)
    echo = " ".join(play.secret_words) + " " + json.dumps(play.secret_words)
    for status in (400, 403, 500):
        play = refusing(case, Refusal(status, f"you said {echo}", ""))
        error = play.error_of(lambda play=play: play.publish(case.post))  # type: ignore[misc] # mypy cannot infer a default
        assert "you said" in str(error)
        assert not [word for word in play.secret_words if word in f"{error} {error!r} {error.args}"]


@every_case
def test_secrets_are_not_in_the_looks_of_credentials_and_sessions(case: Case) -> None:
    play = Play(case)
    credentials = case.adapter.Credentials(**play.credentials)
    looks = f"{credentials!r} {credentials} {play.account!r} {play.account}"
    assert not [word for word in play.secret_words if word in looks]
    assert set(play.credentials) <= set(case.adapter.Credentials.model_fields)
    with pytest.raises(ValueError, match="nonsense") as caught:
        case.adapter.Credentials(**play.credentials, nonsense="x")
    assert not [word for word in play.secret_words if word in str(caught.value)]
