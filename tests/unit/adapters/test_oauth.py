import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oauthlib.oauth1 import Client

from adapters.oauth import Keys, header

# The example in X's own documents; its keys are long dead.
# https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature
GOLDEN = Keys(
    api_key="xvz1evFS4wEEPTGEFPHBog",
    api_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    access_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    access_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)
NONCE, THEN = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", 1318622958
_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_SECRET = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_HOSTS = ["api.x.com", "API.x.com", "api.x.com:443", "api.x.com:8443", "127.0.0.1:8080"]


def claims(written: str) -> dict[str, str]:
    return dict(re.findall(r'(\w+)="([^"]*)"', written))


def test_the_vendors_example_is_signed_as_the_vendor_signs_it() -> None:
    status = quote("Hello Ladies + Gentlemen, a signed OAuth request!")
    url = f"https://api.x.com/1.1/statuses/update.json?include_entities=true&status={status}"
    written = header("POST", url, GOLDEN, nonce=NONCE, timestamp=THEN)
    assert written == (
        'OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", '
        'oauth_nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", '
        'oauth_signature="Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D", '
        'oauth_signature_method="HMAC-SHA1", '
        'oauth_timestamp="1318622958", '
        'oauth_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", '
        'oauth_version="1.0"'
    )


@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "put"]),
    scheme=st.sampled_from(["https", "http"]),
    host=st.sampled_from(_HOSTS),
    query=st.lists(st.tuples(_WORDS, _WORDS), max_size=4),
    secrets=st.tuples(_SECRET, _SECRET, _SECRET, _SECRET),
)
@settings(max_examples=200, deadline=None)
def test_signatures_are_those_of_another_library(
    method: str, scheme: str, host: str, query: list[tuple[str, str]], secrets: tuple[str, str, str, str]
) -> None:
    url = f"{scheme}://{host}/2/users/12/tweets" + (f"?{urlencode(query)}" if query else "")
    oracle = Client(*secrets, nonce="once", timestamp="1700000000")
    _, headers, _ = oracle.sign(url, http_method=method)
    ours = header(method, url, Keys(*secrets), nonce="once", timestamp=1700000000)
    assert claims(ours) == claims(headers["Authorization"])


@pytest.mark.parametrize("change", ["method", "query", "path", "nonce", "timestamp", "api_secret", "access_secret"])
def test_a_signature_depends_on_all_it_stands_for(change: str) -> None:
    def sign(**other: str) -> str:
        keys = Keys("a", other.get("api_secret", "b"), "c", other.get("access_secret", "d"))
        url = f"https://api.x.com/{other.get('path', 'p')}?q={other.get('query', '1')}"
        nonce, then = other.get("nonce", "n"), int(other.get("timestamp", "1"))
        return claims(header(other.get("method", "GET"), url, keys, nonce=nonce, timestamp=then))["oauth_signature"]

    assert sign() == sign()
    assert sign() != sign(**{change: "2"})


def test_keys_do_not_show_in_their_looks() -> None:
    assert not [value for value in (GOLDEN.api_key, GOLDEN.api_secret, GOLDEN.access_secret) if value in repr(GOLDEN)]
