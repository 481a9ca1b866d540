"""Tells alerts on one of the newsroom's own channels, such as a private chat."""

import hashlib

from adapters.contract import Adapter, AuthFailed, Json, Limits, Post, PublishError
from bot.accounts import Accounts
from bot.alerts.sink import NotHeard
from bot.model import Channel
from bot.one_try import OneTry
from bot.store.telling import Message

_SHORTEST = 100


class ToChannel:
    """Posts each message through the channel's adapter. No delivery, no alert of its own: it cannot loop."""

    def __init__(self, who: Channel, accounts: Accounts) -> None:
        self.name = f"channel {who.id}"
        self._who, self._accounts = who, accounts
        self._must_renew = False

    async def tell(self, message: Message) -> None:
        """Post it; a lost answer counts as not heard, since a double alert harms less than none. Raises NotHeard."""
        # That it is out of reach is told elsewhere; that it was, here too once it is back.
        if not message.is_over and set(message.scopes) <= {f"channel:{self._who.id}", f"account:{self._who.account}"}:
            return
        try:
            adapter = await self._accounts.adapter(self._who, renew=self._must_renew)
            post = fitting(adapter, await self._accounts.limits(self._who, adapter), message)
            key = hashlib.sha256(message.name.encode()).hexdigest()[:32]
            await adapter.publish(post, key=key, memo=OneTry(), intent=_intent)
        except PublishError as e:
            self._must_renew = isinstance(e, AuthFailed)
            raise NotHeard(e.detail) from e
        self._must_renew = False


def fitting(adapter: Adapter, limits: Limits, message: Message) -> Post:
    """Write the longest post of a message that its network takes; a checkpoint goes whole. Raises NotHeard."""
    whole = f"{message.subject}\n\n{message.text}"
    if message.cause is None:
        if adapter.measure(Post(whole), limits):
            raise NotHeard("a checkpoint of the audit log does not fit there whole")
        return Post(whole)
    most = len(whole)
    while most >= min(_SHORTEST, len(whole)):
        post = Post(whole if most == len(whole) else f"{whole[: most - 1].rstrip()}…")
        if not adapter.measure(post, limits):
            return post
        most = most * 9 // 10
    raise NotHeard("not even a short message fits there")


async def _intent(content: Json) -> None:
    """Let it go: an alert has no delivery to protect."""
