"""Until when a page's token serves is what its app is told of it."""

from datetime import UTC, datetime

import httpx
import pytest

from adapters.contract import Api, Rejected
from adapters.facebook import Facebook
from tests.unit.adapters.test_facebook import SECRET, TOKEN, Server, facebook, refused

EARLY, LATE = datetime(2027, 1, 2, tzinfo=UTC), datetime(2027, 3, 4, tzinfo=UTC)


def ends(answer, **more):
    server = Server(**{"GET debug_token": answer})
    found, network = facebook(server, lambda a: a.ends(), **({"app_id": "77"} | more))
    return found, network


def told(expires, reads):
    at = [int(each.timestamp()) if each else 0 for each in (expires, reads)]
    return {"data": {"is_valid": True, "expires_at": at[0], "data_access_expires_at": at[1]}}


@pytest.mark.parametrize(
    ("expires", "reads", "end"),
    [(None, None, None), (EARLY, None, EARLY), (None, LATE, LATE), (LATE, EARLY, EARLY), (EARLY, LATE, EARLY)],
)
def test_the_first_of_both_ends_counts_and_0_is_never(expires, reads, end):
    assert ends(told(expires, reads))[0] == end


def test_the_app_asks_and_no_secret_of_it_is_in_an_address():
    _, network = ends(told(None, None))
    (asked,) = network.seen
    assert asked.headers["authorization"] == f"Bearer 77|{SECRET}"
    assert SECRET not in str(asked.url)
    assert "appsecret_proof" not in str(asked.url)


@pytest.mark.parametrize("more", [{"app_id": ""}, {"tokens": {"token": TOKEN}}])
def test_without_the_apps_number_or_secret_nobody_asks(more):
    found, network = ends(httpx.Response(500), **more)
    assert (found, network.seen) == (None, [])


def test_an_app_that_is_not_the_tokens_own_is_named_without_a_secret():
    with pytest.raises(Rejected) as caught:
        ends(refused(100))
    assert not any(each in str(caught.value) for each in (TOKEN, SECRET))


@pytest.mark.parametrize(("more", "version"), [({}, Facebook.spec.api.version), ({"version": "v25.0"}, "v25.0")])
def test_the_version_told_is_the_one_that_is_spoken(more, version):
    async def spoken(adapter):
        return adapter.api()

    assert facebook(Server(), spoken, **more)[0] == Api(version)
