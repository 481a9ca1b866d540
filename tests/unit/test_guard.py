"""What the guarded client may reach, against a resolver and a wire of our own."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.fetch import Refused, Unreachable
from tests.unit.web import PUBLIC, Names, Site, fetch, moved, opened, reply

HOSTILE_URLS = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://0.0.0.0/",
    "http://0/",
    "http://10.0.0.5/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::1]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[2001:db8::1]/",
    "http://[2001:20::1]/",
    "http://[3fff::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[5f00::1]/",
    "http://[100::1]/",
    "http://[4000::1]/",
    "https://127.0.0.1/",
    "https://[::1]/",
]
UNSPEAKABLE_URLS = [
    "file:///etc/passwd",
    "ftp://paper.example/",
    "gopher://paper.example/",
    "data:text/plain,hi",
    "//paper.example/",
    "/feed",
    "",
    "http://",
    "http:///feed",
    "http://user:word@paper.example/",
    "http://paper.example@127.0.0.1/",
    "http://paper.example:22/",
    "http://paper.example:8080/",
    "https://paper.example:6379/",
    "http://paper.example:99999/",
    "http://paper.example/\r\nHost: evil",
    "http://[::1",
]
READ_AS_RELATIVE = {"//paper.example/", "/feed", "", "http://", "http:///feed", "http://paper.example/\r\nHost: evil"}


@pytest.mark.parametrize("url", HOSTILE_URLS + UNSPEAKABLE_URLS)
def test_nothing_private_is_ever_connected_to(url: str) -> None:
    async def run() -> None:
        async with opened(Site({"/": reply()})) as (fetcher, wire):
            with pytest.raises(Refused):
                await fetcher.get(url, most=100, deadline=5)
            assert wire.calls == []

    asyncio.run(run())


@pytest.mark.parametrize("url", HOSTILE_URLS + [url for url in UNSPEAKABLE_URLS if url not in READ_AS_RELATIVE])
def test_a_redirect_leads_nowhere_a_request_could_not_go(url: str) -> None:
    async def run() -> None:
        async with opened(Site({"/": moved(302, url)})) as (fetcher, wire):
            with pytest.raises(Refused):
                await fetcher.get("http://paper.example/", most=100, deadline=5)
            assert wire.calls == [(PUBLIC, 80)]

    asyncio.run(run())


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", f"::ffff:{PUBLIC}", "64:ff9b::5db8:d822"])
def test_a_public_address_is_connected_to_as_it_was_checked(address: str) -> None:
    async def run() -> None:
        names = Names({"paper.example": [address]})
        async with opened(Site({"/": reply()}), resolve=names) as (fetcher, wire):
            assert (await fetcher.get("http://paper.example/", most=100, deadline=5)).body == b"ok"
            assert (wire.calls, names.asked) == ([(address, 80)], ["paper.example"])

    asyncio.run(run())


def test_one_private_address_spoils_a_name() -> None:
    with pytest.raises(Refused, match=r"paper\.example leads to 10\.0\.0\.1, which is not public"):
        fetch(Site({"/": reply()}), resolve=Names({"paper.example": [PUBLIC, "10.0.0.1"]}))


def test_a_second_look_up_cannot_lead_elsewhere() -> None:
    class Rebinding(Names):
        async def __call__(self, host: str, port: int) -> list[str]:
            self.asked.append(host)
            return [PUBLIC] if len(self.asked) == 1 else ["127.0.0.1"]

    async def run() -> None:
        async with opened(Site({"/": reply()}), resolve=Rebinding()) as (fetcher, wire):
            await fetcher.get("http://paper.example/", most=100, deadline=5)
            with pytest.raises(Refused):
                await fetcher.get("http://paper.example/", most=100, deadline=5)
            assert wire.calls == [(PUBLIC, 80)]

    asyncio.run(run())


def test_a_dead_first_address_gives_way_to_the_next() -> None:
    names = Names({"paper.example": ["93.184.216.1", PUBLIC]})
    assert fetch(Site({"/": reply()}), resolve=names, dead=frozenset({"93.184.216.1"})).status == 200


@pytest.mark.parametrize("allowed", ["intranet.example:8080", "INTRANET.example:8080"])
def test_a_listed_private_host_is_fetched_at_its_listed_port_only(allowed: str) -> None:
    names = Names({"intranet.example": ["10.0.0.7"]})
    site = Site({"/": reply()})
    assert fetch(site, "http://intranet.example:8080/", resolve=names, allow=frozenset({allowed})).status == 200
    for url in ("http://intranet.example/", "http://intranet.example:8081/", "http://10.0.0.7:8080/"):
        with pytest.raises(Refused):
            fetch(site, url, resolve=names, allow=frozenset({allowed}))


def test_a_listed_ipv6_address_may_stand_in_brackets() -> None:
    assert fetch(Site({"/": reply()}), "http://[::1]:8080/", allow=frozenset({"[::1]:8080"})).status == 200


@pytest.mark.parametrize("known", [{}, {"nowhere.example": []}])
def test_an_unknown_name_is_unreachable(known: dict[str, list[str]]) -> None:
    with pytest.raises(Unreachable, match=r"nowhere\.example could not be looked up"):
        fetch(Site(), "http://nowhere.example/", resolve=Names(known))


def test_the_environment_cannot_turn_requests_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")

    async def run() -> None:
        async with opened(Site({"/": reply()})) as (fetcher, wire):
            await fetcher.get("http://paper.example/", most=100, deadline=5)
            assert wire.calls == [(PUBLIC, 80)]

    asyncio.run(run())


def test_a_proxy_is_asked_for_public_names_only() -> None:
    site = Site({"http://paper.example/": reply(), "http://only.proxy.example/": reply()})
    names = Names({"intranet.example": ["10.0.0.7"]})

    async def run() -> None:
        async with opened(site, proxy="http://me:word@proxy.example:3128", resolve=names) as (fetcher, wire):
            for url in ("http://paper.example/", "http://only.proxy.example/"):
                assert (await fetcher.get(url, most=100, deadline=5)).status == 200
            with pytest.raises(Refused):
                await fetcher.get("http://intranet.example/", most=100, deadline=5)
            assert wire.calls == [("proxy.example", 3128)] * 2

    asyncio.run(run())


# --- TLS --------------------------------------------------------------------------------------------------------------


def certificate(tmp_path: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a server's context with a certificate for `name`, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), 1, start, start + timedelta(days=36500))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    pem = tmp_path / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


def test_tls_is_checked_against_the_name_although_the_address_is_dialled(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "paper.example")

    async def run() -> None:
        names = Names({"other.example": [PUBLIC]})
        async with opened(Site({"/": reply()}), listen=server, tls=client, resolve=names) as (fetcher, wire):
            assert (await fetcher.get("https://paper.example/", most=100, deadline=5)).body == b"ok"
            assert wire.calls == [(PUBLIC, 443)]
            with pytest.raises(Unreachable, match=r"other\.example has a certificate that is not valid for it"):
                await fetcher.get("https://other.example/", most=100, deadline=5)

    asyncio.run(run())
