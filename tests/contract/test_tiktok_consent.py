"""What TikTok tells with its tokens: until when they can be renewed, and which rights the owner gave."""

from dataclasses import replace
from datetime import timedelta

from adapters.contract import AuthFailed, Scope
from tests.contract.cases import case
from tests.contract.test_consent import Owner

YEAR = timedelta(days=365)


def test_each_new_refresh_token_has_a_year_of_its_own() -> None:
    owner = Owner(case("tiktok"))
    owner.account = owner.connect(owner.answer())
    assert owner.account.renews_until == owner.now + YEAR
    owner.wait(timedelta(days=30).total_seconds())
    assert owner.do(lambda a: a.renew(owner.account)).renews_until == owner.now + YEAR


def test_a_right_that_was_not_given_is_named_once_the_settings_want_it() -> None:
    owner = Owner(case("tiktok"))
    owner.settings["mode"] = "draft"
    owner.account = owner.connect(owner.answer())
    assert owner.do(lambda a: a.verify()).missing == ()
    owner.settings["mode"] = "direct"
    assert owner.do(lambda a: a.verify()).missing == ("video.publish",)
    owner.account = replace(owner.account, rights=())  # as one is that was stored before rights were
    assert owner.do(lambda a: a.verify()).missing == ()


def test_a_renewal_keeps_its_tokens_also_where_a_right_lacks() -> None:
    """What came back may be the one that serves from now on: dropping it would lose the account for drafts, too."""
    owner = Owner(case("tiktok"))
    owner.settings["mode"] = "draft"
    owner.account = owner.connect(owner.answer())
    owner.settings["mode"] = "direct"
    owner.account = owner.do(lambda a: a.renew(owner.account))
    assert owner.do(lambda a: a.verify()).missing == ("video.publish",)
    owner.settings["mode"] = "draft"
    assert owner.do(lambda a: a.verify()).missing == ()
    assert owner.do(lambda a: a.renew(owner.account)).subject


def test_nothing_is_prepared_for_a_post_its_consent_does_not_allow() -> None:
    owner = Owner(case("tiktok"))
    owner.account = replace(owner.connect(owner.answer()), rights=("user.info.basic", "video.upload"))
    owner.world.ledger.clear()
    error = owner.error_of(lambda: owner.publish(owner.case.post))
    assert isinstance(error, AuthFailed)
    assert (error.scope, str(error)) == (Scope.ACCOUNT, "the consent lacks video.publish: consent once more")
    assert not owner.ledger
