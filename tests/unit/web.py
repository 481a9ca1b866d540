"""A loopback server, a resolver and a wire for tests of the guarded client: nothing leaves this machine."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpcore

from bot.fetch import Fetched, Fetcher

PUBLIC = "93.184.216.34"
Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(status: int = 200, body: bytes = b"ok", **headers: str) -> bytes:
    named = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body


def moved(status: int, to: str) -> bytes:
    return reply(status, b"", location=to)


class Site:
    """A loopback server that answers by path, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Answer] | None = None) -> None:
        self.answers = answers or {}
        self.asked: list[str] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            method, path, _ = self.asked[-1].split(" ", 2)
            answer = self.answers.get(f"{method} {path}", self.answers.get(path, reply(404)))
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Wire(httpcore.AsyncNetworkBackend):
    """Takes note of where a connection would go, and leads it to the loopback port instead."""

    def __init__(self, port: int, dead: frozenset[str] = frozenset()) -> None:
        self.port, self.dead = port, dead
        self.calls: list[tuple[str, int]] = []

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        self.calls.append((host, port))
        if host in self.dead or not self.port:
            raise httpcore.ConnectError("nobody there")
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port)


class Names:
    """A resolver that knows a few names, and numbers as the machine reads them; it never asks the net."""

    def __init__(self, known: dict[str, list[str]] | None = None) -> None:
        self.known = {"paper.example": [PUBLIC], **(known or {})}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host in self.known:
            return self.known[host]
        if host.rpartition(".")[2].isalpha():
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(address[0]) for *_, address in found]


PLAIN_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@asynccontextmanager
async def opened(
    site: Site, *, listen: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[tuple[Fetcher, Wire]]:
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=listen)
    site.port = server.sockets[0].getsockname()[1]
    wire = Wire(site.port, options.pop("dead", frozenset()))
    seams = {"resolve": Names(), "backend": wire, "tls": PLAIN_TLS, "newsroom": "The Steppe Courier", **options}
    async with server, Fetcher(**seams) as fetcher:
        yield fetcher, wire


def fetch(
    site: Site, url: str = "http://paper.example/", *, most: int = 10_000, deadline: float = 5, **more: Any
) -> Fetched:
    headers = more.pop("headers", None)

    async def run() -> Fetched:
        async with opened(site, **more) as (fetcher, _):
            return await fetcher.get(url, most=most, deadline=deadline, headers=headers)

    return asyncio.run(run())
