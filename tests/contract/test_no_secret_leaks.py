"""Whatever goes wrong with whatever request of any network, no secret stands in anything we say or keep."""

import base64
import html
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.contract.cases import CASES, every_case, named
from tests.contract.leaks import EACH, EVERY, Suspect, exploding, found, logged
from tests.contract.play import Case

_MOST = 8
"""More exchanges than any post has; a fault at one that never comes is a calm publish."""


_QUICK = ("telegram", "x")
few_cases = pytest.mark.parametrize(
    "case",
    [pytest.param(each, marks=() if each.name in _QUICK else pytest.mark.long) for each in CASES],
    ids=named,
)
"""Every network, most of them among the long tests: each breaks hundreds of exchanges."""


async def all_of_it(suspect: Suspect) -> int:
    """Let every request suffer everything, alone and with all after it; tell how many rounds that were."""
    rounds = 0
    async with suspect.daemon:
        for how in EVERY:
            await suspect.one_round(how, lambda n: True)
            for at in range(1, _MOST if how in EACH else 1):
                rounds += 1
                if await suspect.one_round(how, lambda n, at=at: n == at) < at:
                    break
        await suspect.daemon.stop(0)
    return rounds


@few_cases
def test_no_failure_of_any_request_brings_a_secret_out(case: Case, tmp_path: Path) -> None:
    suspect = Suspect(case, tmp_path)
    with logged(list) as log:  # no pen strikes secrets out here: the errors themselves must be clean
        rounds = suspect.run(all_of_it(suspect))
    places = suspect.everything() | {"log": log.getvalue()}
    print(case.name, rounds, {name: len(text) for name, text in places.items()})
    came = set(re.findall(r'"came":"([A-Za-z]+)"', places["audit"]))
    assert {"Receipt", "NotSent", "NotYet", "OutcomeUnknown", "AuthFailed"} <= came
    assert {name: found(suspect.secrets, text) for name, text in places.items()} == {name: [] for name in places}


@every_case
def test_an_adapter_that_breaks_over_its_tokens_does_not_bring_them_out(case: Case, tmp_path: Path) -> None:
    suspect = Suspect(case, tmp_path, kind=exploding(case.adapter))

    async def publish() -> None:
        async with suspect.daemon:
            await suspect.tell()
            await suspect.daemon.stop(0)

    with logged(suspect.daemon.accounts.tokens) as log:
        suspect.run(publish())
    assert "RuntimeError: {" in log.getvalue()
    assert "***" in log.getvalue()
    places = suspect.everything(has_published=False) | {"log": log.getvalue()}
    assert {name: found(suspect.secrets, text) for name, text in places.items()} == {name: [] for name in places}


@pytest.mark.parametrize("secret", ["123:AAE-x/y+z", 'with "quotes" & signs', "пароль-из-букв"])
def test_a_secret_is_known_in_every_spelling(secret: str) -> None:
    raw = secret.encode()
    for text in (
        *(secret, quote(secret, safe=""), json.dumps({"error": secret}), html.escape(secret), raw.hex()),
        *(base64.b64encode(before + raw + b"?").decode() for before in (b"", b"u:", b"user:")),
        *(base64.urlsafe_b64encode(before + raw).decode() for before in (b"", b"u:", b"user:")),
    ):
        assert found({"it": secret}, f"before {text} after") == ["it"], text
    assert found({"it": secret}, f"before {secret[:-1]} after") == []
