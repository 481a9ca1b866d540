"""What TikTok tells with its tokens: until when they can be renewed, and which rights the owner gave."""

from dataclasses import replace
from datetime import timedelta

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
