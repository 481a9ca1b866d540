"""The way from a network's consent page to a session, for every network that asks for consent."""

import html
import re
from dataclasses import replace
from urllib.parse import urljoin

import pytest

from adapters import consent as way
from adapters.contract import AuthFailed, Session
from tests.contract.cases import CASES
from tests.contract.play import Case, Play

REDIRECT = "http://127.0.0.1:8917/"
STATE, VERIFIER = "state-of-the-test", "verifier-" * 5

ASKING = [c for c in CASES if c.adapter.can("connect")]
every_case_with_consent = pytest.mark.parametrize("case", ASKING, ids=lambda case: case.name)


class Owner(Play):
    """Somebody who owns an account and sits before the consent page."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.settings, self.credentials = case.network.applicant(0)
        self.settings |= case.settings
        self.network.admit(self.settings, self.credentials)
        self.account = Session("", dict(self.credentials))
        self.world.ledger.clear()

    @property
    def consents(self):
        return self.network.consents

    @property
    def redirect(self):
        return REDIRECT if self.adapter().consent().local else "https://steppecourier.example/connected"

    def question(self):
        consent = self.adapter().consent()
        return consent, way.address(consent, redirect=self.redirect, state=STATE, verifier=VERIFIER)

    def adapter(self):
        async def itself(adapter):
            return adapter

        return self.do(itself)

    def answer(self, answer="allow"):
        """Read the page, click, and tell the address one is sent to."""
        _, address = self.question()
        page = self.ask("GET", address)
        assert page.status_code == 200
        found = [html.unescape(each) for each in re.findall(r'<a href="([^"]+)"', page.text)]
        link = next(each for each in found if f"answer={answer}" in each)
        sent = self.ask("GET", urljoin(address, link))
        assert sent.status_code == 302
        return sent.headers["location"]

    def connect(self, said, *, redirect="", verifier=VERIFIER, state=STATE):
        how = {"redirect": redirect or self.redirect, "verifier": verifier}

        async def go(adapter):
            code = way.code_in(said, state=state, title=adapter.spec.title)
            at = {"http": adapter.http, "now": adapter.clock.now(), "title": adapter.spec.title}
            granted = await way.exchange(adapter.consent(), code, **how, **at)
            return await adapter.connect(granted)

        return self.do(go)


@every_case_with_consent
def test_a_consent_makes_a_session_that_posts_and_renews(case: Case) -> None:
    owner = Owner(case)
    session = owner.connect(owner.answer())
    assert session.subject
    assert owner.credentials.items() <= session.tokens.items()
    assert session.tokens.keys() - owner.credentials.keys() - set(), "nothing new came of it"
    owner.account = session
    assert owner.do(lambda a: a.verify()).missing == ()
    owner.publish(case.post)
    assert len(owner.shown()) == 1
    if owner.adapter().renews():
        assert session.expires_at is not None
        owner.now = session.expires_at - case.adapter.spec.renew_ahead
        owner.account = owner.do(lambda a: a.renew(session))
        assert owner.do(lambda a: a.verify()).id


@every_case_with_consent
def test_what_is_no_good_consent_is_told_in_a_sentence(case: Case) -> None:
    owner = Owner(case)

    def refused(said, match, **how):
        with pytest.raises(AuthFailed, match=match) as caught:
            owner.connect(said, **how)
        assert not [each for each in owner.consents.codes if each in str(caught.value)]

    refused(owner.answer("refuse"), "did not consent .*access_denied")
    refused(owner.answer(), "answers another question", state="another")
    refused("not a code at all", "neither a code nor an address")
    refused(f"{REDIRECT}?state={STATE}", "holds no code")
    refused(owner.answer(), "sign-in: ", redirect="http://127.0.0.1:8918/")
    if owner.adapter().consent().pkce:
        refused(owner.answer(), "sign-in: ", verifier="another")
    said = owner.answer()
    owner.wait(owner.consents.lives.total_seconds() + 1)
    refused(said, "sign-in: ")
    said = owner.answer()
    owner.connect(said)
    refused(said, "sign-in: ")


def test_a_verifier_is_kept_from_those_alone_who_refuse_one() -> None:
    """Where a network comes to take one, its emulator and this list change (docs/design.md says why each is here)."""
    without = [each for each in ASKING if not Owner(each).adapter().consent().pkce]
    assert {each.name for each in without} == {"facebook", "instagram", "linkedin", "threads"}
    for each in without:
        owner = Owner(each)
        said, redirect = owner.answer(), owner.redirect

        async def go(adapter, said=said, redirect=redirect):
            code, told = way.code_in(said, state=STATE, title=""), replace(adapter.consent(), pkce="S256")
            at = {"http": adapter.http, "now": adapter.clock.now(), "title": adapter.spec.title}
            await way.exchange(told, code, redirect=redirect, verifier=VERIFIER, **at)

        with pytest.raises(AuthFailed, match="sign-in: "):
            owner.do(go)


@every_case_with_consent
def test_a_consent_without_a_right_that_is_needed_names_it(case: Case) -> None:
    owner = Owner(case)
    right = owner.adapter().consent().needed[0]
    owner.consents.withheld = frozenset({right})
    with pytest.raises(AuthFailed, match=re.escape(right.rpartition("/")[2])):
        owner.connect(owner.answer())


@every_case_with_consent
def test_what_nobody_can_ask_about_an_app_is_warned_of(case: Case) -> None:
    """Audits, modes and reviews of apps: `doctor` says it, since no answer of the network does."""
    assert case.adapter.spec.warnings


@every_case_with_consent
def test_an_app_that_is_not_known_is_told_before_anybody_is_asked(case: Case) -> None:
    owner = Owner(case)
    owner.settings |= {"app_id": ""} if "app_id" in owner.settings else {}
    owner.account = Session("", {})
    with pytest.raises(AuthFailed, match=r"needs|app"):
        owner.question()
