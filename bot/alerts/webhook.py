"""Tells alerts to a webhook, signed as Standard Webhooks says.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (read 2026-12-01)
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Protocol

from adapters.contract import Clock
from bot.alerts.sink import DEADLINE, NotHeard
from bot.fetch import Fetched, Refused, Unreachable
from bot.store.telling import Message

_PREFIX = "whsec_"
_SECONDS = DEADLINE - 1
"""So that the client's own sentence comes first."""


class PostBytes(Protocol):
    """The guarded client, as far as a webhook needs it."""

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str], deadline: float) -> Fetched:
        """Send. Raises Refused or Unreachable."""
        ...


class Webhook:
    """Sends each message as JSON; its id is the same for every try, so that a receiver can drop repeats."""

    def __init__(
        self, name: str, web: PostBytes, clock: Clock, *, address: Callable[[], str], secret: Callable[[], str]
    ) -> None:
        self.name = name
        self._web, self._clock, self._address, self._secret = web, clock, address, secret

    async def tell(self, message: Message) -> None:
        """Send and have it taken. Raises NotHeard."""
        content = body(message)
        headers = {"content-type": "application/json", "webhook-id": message.name}
        headers["webhook-timestamp"] = stamp = str(int(self._clock.now().timestamp()))
        headers["webhook-signature"] = signature(key(self._secret()), message.name, stamp, content)
        try:
            answer = await self._web.post(self._address(), content, headers=headers, deadline=_SECONDS)
        except (Refused, Unreachable) as e:
            raise NotHeard(str(e)) from e
        if not 200 <= answer.status < 300:
            raise NotHeard(f"it answered {answer.status}")


def body(message: Message) -> bytes:
    """Write what is sent."""
    about: dict[str, object] = {"subject": message.subject, "text": message.text}
    kind = "audit.checkpoint"
    if message.cause is not None:
        kind = "alert.closed" if message.is_over else "alert.opened"
        about |= {"cause": str(message.cause), "scopes": list(message.scopes)}
    content = {"type": kind, "timestamp": message.made_at.isoformat(), "data": about}
    return json.dumps(content, ensure_ascii=False).encode()


def key(secret: str) -> bytes:
    """Read the bytes of a `whsec_...` secret. Raises NotHeard."""
    try:
        found = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as e:
        raise NotHeard("its secret is no `whsec_` and base64") from e
    if not secret.startswith(_PREFIX) or not found:
        raise NotHeard("its secret is no `whsec_` and base64")
    return found


def signature(key: bytes, name: str, stamp: str, content: bytes) -> str:
    """Sign a message."""
    made = hmac.digest(key, f"{name}.{stamp}.".encode() + content, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}"
