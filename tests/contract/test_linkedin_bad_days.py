"""Bad days of a LinkedIn page: what is doubled, dead, too old, slow or used up ends in one clear sentence."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest

from adapters.contract import (
    Adapter,
    Api,
    AuthFailed,
    Json,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    Rejected,
    Session,
    Withdrawn,
)
from adapters.emulators.kit import Fault
from adapters.emulators.linkedin import LinkedInNetwork
from adapters.emulators.linkedin_oauth import Day
from tests.contract.cases import POST, case
from tests.contract.pictures import drawn, media, picture
from tests.contract.play import Play
from tests.contract.test_conformance import ready
from tests.contract.test_conformance_faults import forgetful

CASE = case("linkedin")
TWO = replace(POST, media=(picture(1), picture(2)))
THUMB = replace(CASE, form="thumb", post=replace(POST, card=replace(POST.card, thumb=picture())))  # type: ignore[type-var] # it has a card


def network(play: Play) -> LinkedInNetwork:
    assert isinstance(play.network, LinkedInNetwork)
    return play.network


def test_a_post_taken_down_goes_on_forbidding_its_words_and_that_is_said() -> None:
    play = ready(CASE)
    first = play.publish(POST)
    play.do(lambda a: a.delete(first))
    play.wait(3600)
    play.memo = forgetful(play)
    plain = play.error_of(lambda: play.publish(POST, key="another"))
    assert isinstance(plain, Rejected)
    assert first.id in str(plain)
    play.memo = type(play.memo)()
    play.lose(POST, "html_error")
    doubtful = play.error_of(lambda: play.publish(POST))
    assert isinstance(doubtful, Rejected)
    assert "so soon after a post of them was taken down" in str(doubtful)


def test_a_post_that_hides_for_a_moment_is_no_ghost() -> None:
    play = ready(CASE)
    play.lose(POST)
    play.only("getPost", "html_error")
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    play.calm()
    share = network(play).shares.pop(play.shown()[0].id)
    network(play).ghosts[share.urn] = share, play.now + timedelta(days=1)
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    network(play).shares[share.urn] = share
    assert play.publish(POST).id == share.urn


def test_another_post_of_ours_in_the_same_words_is_not_taken_for_a_lost_one() -> None:
    play = ready(CASE)
    first = play.publish(POST)
    play.memo = forgetful(play)
    play.lose(POST, "html_error")
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, OutcomeUnknown)
    assert f"a repetition of a post that is not this one, at https://www.linkedin.com/feed/update/{first.id}/" in str(
        error
    )
    play.wait(200)
    assert isinstance(play.error_of(lambda: play.find(POST)), OutcomeUnknown), "else it would be sent for ever"


def test_after_a_try_that_was_stopped_a_persons_own_post_is_not_taken_for_ours() -> None:
    """Who posts it by hand stops it here first."""
    play = ready(CASE)

    async def stop(content: Json) -> None:
        raise Withdrawn("somebody holds it back")

    with pytest.raises(Withdrawn):
        play.publish(POST, intent=stop)
    play.network.editor_posts(play.place, POST.text)
    assert isinstance(play.error_of(lambda: play.publish(POST)), Rejected)


def test_an_answer_without_the_name_of_the_post_is_looked_for() -> None:
    play = ready(CASE)
    network(play).tells_urn = False
    assert isinstance(play.error_of(lambda: play.publish(POST)), OutcomeUnknown)
    found = play.find(POST)
    assert found is not None
    assert [found.id] == [shown.id for shown in play.shown()]


def test_a_version_that_died_stops_the_account_and_says_what_to_set() -> None:
    play = ready(CASE)
    play.settings["version"] = "202512"
    network(play).tokens.known[play.account.tokens["access"]].expires_at = play.now + timedelta(days=400)
    play.publish(POST)
    play.now = datetime(2026, 12, 15, tzinfo=UTC)
    error = play.error_of(lambda: play.publish(replace(POST, text="Next")))
    assert isinstance(error, AuthFailed)
    assert "set a newer `version`" in str(error)
    assert "Requested version 20251201 is not active" in str(error)


@pytest.mark.parametrize(("version", "ends"), [("202609", date(2027, 9, 15)), ("202604", date(2027, 4, 15))])
def test_the_end_of_the_version_that_is_set_is_known(version: str, ends: date) -> None:
    play = Play(CASE)
    play.settings["version"] = version

    async def api(adapter: Adapter) -> Api:
        return adapter.api()

    assert play.do(api) == Api(version, ends)


@pytest.mark.parametrize("version", ["2026", "202613", "v202609"])
def test_a_version_is_a_year_and_a_month(version: str) -> None:
    with pytest.raises(ValueError, match="version"):
        CASE.adapter.Settings(author="urn:li:organization:1", version=version)


def test_a_day_s_quota_is_waited_for_until_midnight() -> None:
    play = ready(CASE)
    network(play).of_member = Day(0)
    error = play.error_of(lambda: play.publish(POST))
    assert isinstance(error, NotYet)
    assert error.retry_after == timedelta(hours=12, minutes=5)
    play.wait(error.retry_after.total_seconds())
    network(play).of_member = Day(100)
    play.publish(POST)


def test_a_picture_that_stays_in_the_works_costs_no_try_and_is_not_sent_again() -> None:
    play = ready(THUMB)
    network(play).slowness = timedelta(seconds=40)
    error = play.error_of(lambda: play.publish(THUMB.post))
    assert isinstance(error, NotYet)
    assert error.retry_after == timedelta(seconds=15)
    assert not play.contents
    play.wait(40)
    play.publish(THUMB.post)
    assert list(network(play).received.values()) == [len(drawn())]


def test_what_linkedin_takes_for_no_picture_is_a_picture_refused() -> None:
    play = ready(CASE)
    broken = replace(media(drawn()), open=lambda: BytesIO(b"<html>"))
    error = play.error_of(lambda: play.publish(replace(POST, media=(broken,))))
    assert isinstance(error, PictureRefused)
    assert "PROCESSING_FAILED" in str(error)


def test_a_picture_linkedin_lost_is_uploaded_anew_once_and_then_refused() -> None:
    play = ready(THUMB)
    play.only("post", "drop_before")
    play.error_of(lambda: play.publish(THUMB.post))
    play.calm()
    for kind in (NotSent, PictureRefused):
        network(play).images.clear()
        assert isinstance(play.error_of(lambda: play.publish(THUMB.post)), kind)
        if kind is NotSent:
            assert play.memo.read("again") == "true"
            play.only("post", "drop_before")
            play.error_of(lambda: play.publish(THUMB.post))
            play.calm()
    assert not play.shown()


def test_killed_at_any_exchange_it_goes_on_and_sends_no_picture_twice() -> None:
    whole = ready(CASE)
    whole.publish(TWO)
    for index in range(len(whole.drawn)):
        play = ready(CASE)
        killed_at(play, index)
        kept = {name for name in play.memo.known if name.startswith("image ")}
        received = dict(network(play).received)
        found = play.find(TWO) if play.visible() else None
        out = found or play.publish(TWO)
        assert [shown.id for shown in play.shown()] == [out.id]
        again = sum(network(play).received.values()) - sum(received.values())
        missing = [each for each in TWO.media if f"image {each.sha256}" not in kept]
        assert again == (0 if found else sum(each.size for each in missing))


def killed_at(play: Play, index: int) -> None:
    """Let the daemon die while it waits for the answer to one exchange, which the network has acted on."""

    async def go() -> None:
        task = asyncio.create_task(
            play.act(lambda a: a.publish(TWO, key="key-of-the-delivery", memo=play.memo, intent=play.intend))
        )

        def draw(call: str) -> Fault | None:
            if len(play.drawn) - 1 != index:
                return None
            asyncio.get_running_loop().call_soon(task.cancel)
            return "slow"

        play.draw = draw
        await task

    with pytest.raises(asyncio.CancelledError):
        play.run(go())
    play.calm()
    play.wait(5)


def test_a_picture_goes_to_linkedin_only(monkeypatch: pytest.MonkeyPatch) -> None:
    play = ready(THUMB)
    inner = LinkedInNetwork._initImage

    def elsewhere(self: LinkedInNetwork, *asked: object) -> object:
        made = inner(self, *asked)  # type: ignore[arg-type] # passed on as it came
        return replace(made, content=made.content.replace(b"https://api.linkedin.com", b"https://evil.example"))

    monkeypatch.setattr(LinkedInNetwork, "_initImage", elsewhere)
    error = play.error_of(lambda: play.publish(THUMB.post))
    assert isinstance(error, NotSent)
    assert "evil.example, which is not LinkedIn" in str(error)


def test_a_page_s_token_without_rights_says_which() -> None:
    play = ready(CASE)
    network(play).tokens.known[play.account.tokens["access"]].scopes.clear()
    missing = play.do(lambda a: a.verify()).missing
    assert missing[0] == "w_organization_social"
    assert missing[1].startswith("r_organization_social")


@pytest.mark.parametrize("knows_app", [True, False])
def test_a_pasted_token_serves_until_its_end_and_is_then_for_a_person(knows_app: bool) -> None:
    play = ready(CASE)
    held = {"token": play.credentials["token"], "client_id": "", "client_secret": "", "refresh_token": ""}
    if knows_app:
        held |= {name: play.credentials[name] for name in ("client_id", "client_secret")}
    play.account = Session("", held)
    play.account = play.do(lambda a: a.renew(play.account))
    assert play.account.expires_at == (play.now + timedelta(days=60) if knows_app else None)
    play.publish(POST)
    play.wait(60 * 86400)
    assert isinstance(play.error_of(lambda: play.publish(replace(POST, text="Next"))), AuthFailed)
    if knows_app:
        error = play.error_of(lambda: play.do(lambda a: a.renew(play.account)))
        assert isinstance(error, AuthFailed)
        assert "make a new one" in str(error)
