"""What Google tells with its tokens: until when a consent lasts that was given to an app in testing."""

from datetime import timedelta

from tests.contract.cases import case
from tests.contract.test_consent import Owner

WEEK = timedelta(seconds=604799)


def test_a_consent_to_an_app_in_testing_ends_after_a_week_however_often_it_is_renewed() -> None:
    owner = Owner(case("youtube"))
    owner.network.grants.is_testing = True
    owner.account = owner.connect(owner.answer())
    ends = owner.now + WEEK
    assert owner.account.renews_until == ends
    owner.wait(timedelta(days=2).total_seconds())
    owner.account = owner.do(lambda a: a.renew(owner.account))
    assert owner.account.renews_until == ends, "where the answer names no end, the one that was named stands"


def test_a_consent_to_a_published_app_has_no_end() -> None:
    owner = Owner(case("youtube"))
    assert owner.connect(owner.answer()).renews_until is None
