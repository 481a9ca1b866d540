"""How a request arrives: JSON, form and multipart bodies read alike."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart request."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the network received it; header names in lower case.

    Tokens travel in paths, headers and bodies, so none of these is shown in its looks.
    """

    method: str
    path: str = field(repr=False)
    query: Mapping[str, Any] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    raw: bytes = field(default=b"", repr=False)
    """The body itself, where it is no structure but a file."""
    base: str = ""
    """The address under which the caller reached this network."""

    @property
    def bearer(self) -> str:
        """The token of the Authorization header, or ""."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token if kind.lower() == "bearer" else ""

    @property
    def is_json(self) -> bool:
        """Whether nested values came as JSON, not as text."""
        return self.headers.get("content-type", "").startswith("application/json")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, ready to be sent."""

    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


async def read(scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[MutableMapping[str, Any]]]) -> Asked:
    """Take one request off the wire."""
    content, more = b"", True
    while more:
        part = await receive()
        content += part.get("body", b"")
        more = part.get("more_body", False)
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
    root = scope.get("root_path", "")
    return Asked(
        method=scope["method"],
        path=scope["path"].removeprefix(root),
        query=_pairs(parse_qsl(scope["query_string"].decode(), keep_blank_values=True)),
        headers=headers,
        body=_body(headers.get("content-type", ""), content),
        raw=content,
        base=f"{scope.get('scheme', 'http')}://{headers.get('host', '')}{root}",
    )


def _body(kind: str, content: bytes) -> Mapping[str, Any]:
    match kind.partition(";")[0].strip().lower():
        case "application/json":
            found = _json(content)
            return found if isinstance(found, dict) else {}
        case "application/x-www-form-urlencoded":
            return _pairs(parse_qsl(content.decode(errors="replace"), keep_blank_values=True))
        case "multipart/form-data":
            return _parts(kind, content)
    return {}


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _parts(kind: str, content: bytes) -> Mapping[str, Any]:
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + content, policy=policy.HTTP)
    pairs: list[tuple[str, Any]] = []
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        data = part.get_payload(decode=True)
        value = data if isinstance(data, bytes) else b""
        filename = part.get_filename()
        if filename is None:
            pairs.append((name, value.decode(errors="replace")))
        else:
            pairs.append((name, Upload(filename, part.get_content_type(), value)))
    return _pairs(pairs)


def _pairs(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    """Read `name[]` as a list under `name`, as Rails does."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name.endswith("[]"):
            found.setdefault(name[:-2], []).append(value)
        else:
            found[name] = value
    return found
