"""What `jarshy auth` says at its end: whom the account speaks for, and what still has to be looked at."""

import asyncio
from io import StringIO

import pytest
from rich.console import Console

from adapters.contract import Identity, NotSent
from bot.actions.connecting import _who_it_is
from bot.commands.auth import _tell
from bot.commands.barrier import DEGRADED

CONNECTED = "Connected: account tok is @courier on LinkedIn. Kept sealed in the database."
LACKS = "It lacks the right to: w_member_social, r_member_social"
UNSURE = "Whom it speaks for could not be asked yet (connection refused): `jarshy check` asks"


class Signed:
    """An account somebody has just consented for; the network answers `said` when it is asked who that is."""

    def __init__(self, said):
        self.said = said

    async def verify(self):
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@pytest.mark.parametrize(
    ("said", "further", "code"),
    [
        (Identity("1", "@courier"), [], 0),
        (Identity("1", "@courier", ("w_member_social", "r_member_social")), [LACKS], DEGRADED),
        (NotSent("connection refused"), [UNSURE], DEGRADED),
    ],
)
def test_what_a_connected_account_lacks_is_said_at_once(said, further, code):
    found, _ = asyncio.run(_who_it_is(Signed(said), "tok", "@courier"))
    paper = StringIO()
    assert _tell(Console(file=paper, width=200), found, "LinkedIn") == code
    assert paper.getvalue().splitlines() == [CONNECTED, *further]
