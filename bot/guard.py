"""What may be reached from here: public addresses only, checked once and then connected to as checked."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port -> its addresses, in the order in which they should be tried; raises OSError for an unknown name."""


_PORTS = {"http": 80, "https": 443}
# A host whose first address is dead still gets an answer from its second one within a usual deadline.
_MOST_ADDRESSES = 4
_PATIENCE = 3.0
# What ip_address.is_global calls public (measured on Python 3.11.7) although nothing on the web lives there.
_CLOSED = tuple(
    ip_network(net)
    for net in (
        "168.63.129.16/32",  # Azure, https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
        "192.0.0.0/24",  # assignments of protocols, https://www.iana.org/assignments/iana-ipv4-special-registry
        "192.88.99.0/24",  # 6to4 relays, given up by RFC 7526
        "224.0.0.0/4",  # multicast
        "2001::/23",  # Teredo and other protocols; newer Pythons call parts of it public, https://www.iana.org/assignments/iana-ipv6-special-registry
        "2002::/16",  # 6to4: hides any IPv4 address, given up by RFC 7526
        "3fff::/20",  # documentation, RFC 9637
    )
)
_IPV6_UNICAST = ip_network("2000::/3")  # all that is handed out: https://www.iana.org/assignments/ipv6-address-space
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address that is really reached

_NOT_FOUND = "could not be looked up: the name is wrong, or this machine has no way to the internet"


class Refused(Exception):
    """What was asked for is not fetched, by our own rules; the text is one sentence for an editor."""


class Unreachable(Exception):
    """No usable answer came, and asking again later may help; the text is one sentence for an editor."""


class Guard:
    """Knows what may be asked for: the scheme, the port, and every address a name leads to."""

    def __init__(self, allow: frozenset[str], resolve: Resolve) -> None:
        self._allow = {entry.lower().replace("[", "").replace("]", "") for entry in allow}
        self._resolve = resolve

    def admit(self, *, scheme: str, host: str, port: int | None) -> int:
        """Tell the port to ask at, if the address may be asked for as far as its spelling goes."""
        if scheme not in _PORTS or not host:
            raise Refused("Only http and https addresses are fetched")
        port = port or _PORTS[scheme]
        if port not in _PORTS.values() and not self._allows(host, port):
            raise Refused(f"{host} is asked for at port {port}, which is neither 80 nor 443 nor in allow_hosts")
        return port

    async def addresses(self, host: str, port: int) -> list[str]:
        """Look a name up once; one address that is not public spoils them all."""
        try:
            found = list(dict.fromkeys(await self._resolve(host, port)))
        except (OSError, UnicodeError) as e:
            raise Unreachable(f"{host} {_NOT_FOUND}") from e
        if not found:
            raise Unreachable(f"{host} {_NOT_FOUND}")
        if not self._allows(host, port):
            for address in found:
                if not _is_public(address):
                    raise Refused(f"{host} leads to {address}, which is not public, and is not in allow_hosts")
        return found[:_MOST_ADDRESSES]

    def _allows(self, host: str, port: int) -> bool:
        return f"{host}:{port}".lower() in self._allow


async def resolve_name(host: str, port: int) -> list[str]:
    """Ask this machine's resolver; numbers in any spelling (127.1, 2130706433) are answered too."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the very addresses that were checked: a name that is looked up again may lead elsewhere.

    TLS is still asked for the name, as only the address is replaced.
    """

    def __init__(self, guard: Guard, below: httpcore.AsyncNetworkBackend) -> None:
        self._guard, self._below = guard, below

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Check, then connect to the first address that answers."""
        *others, last = await self._guard.addresses(host, port)
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._below.connect_tcp(address, port, _PATIENCE, local_address, socket_options)
        return await self._below.connect_tcp(last, port, timeout, local_address, socket_options)


def _is_public(address: str) -> bool:
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = IPv4Address(ip.packed[-4:])
        elif ip not in _IPV6_UNICAST:
            return False
    return ip.is_global and not any(ip in net for net in _CLOSED)
