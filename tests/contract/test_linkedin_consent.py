"""What LinkedIn tells with its tokens: until when they can be renewed, which no renewal makes longer."""

from datetime import timedelta

from tests.contract.cases import case
from tests.contract.test_consent import Owner


def test_a_year_after_the_consent_its_owner_must_be_asked_anew() -> None:
    owner = Owner(case("linkedin"))
    owner.account = owner.connect(owner.answer())
    ends = owner.now + timedelta(days=365)
    assert owner.account.renews_until == ends
    owner.wait(timedelta(days=30).total_seconds())
    renewed = owner.do(lambda a: a.renew(owner.account)).renews_until
    assert renewed is not None
    assert ends - timedelta(seconds=1) < renewed <= ends


def test_an_app_without_refresh_tokens_is_told_no_end_of_renewing() -> None:
    owner = Owner(case("linkedin"))
    owner.network.tokens.is_approved = False
    assert owner.connect(owner.answer()).renews_until is None
