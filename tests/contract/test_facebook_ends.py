"""The emulator tells a token's own app, and nobody else, until when the token serves."""

from datetime import timedelta

import pytest

from adapters.contract import Rejected
from tests.contract.cases import case
from tests.contract.test_conformance import ready


def test_the_end_of_a_token_is_told_to_its_app_alone() -> None:
    play = ready(case("facebook"))
    (token,) = play.network.tokens.known.values()
    play.settings["app_id"] = token.app.id = "77"
    assert play.do(lambda a: a.ends()) is None
    token.reads_until = play.now.replace(microsecond=0) + timedelta(days=90)
    token.expires_at = token.reads_until - timedelta(days=30)
    assert play.do(lambda a: a.ends()) == token.expires_at
    token.app.id = "78"
    with pytest.raises(Rejected, match="did not match"):
        play.do(lambda a: a.ends())
