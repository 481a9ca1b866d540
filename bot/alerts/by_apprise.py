"""Tells alerts by Apprise, which knows some hundred services; loaded only where `jarshy[alerts]` is installed."""

from collections.abc import Callable

import apprise

from bot.alerts.sink import NotHeard
from bot.store.telling import Message


class ByApprise:
    """Passes each message to one Apprise address."""

    def __init__(self, name: str, address: Callable[[], str]) -> None:
        self.name = name
        self._address = address

    async def tell(self, message: Message) -> None:
        """Pass it on. Raises NotHeard."""
        courier = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Jarshy"))
        if not courier.add(self._address()):
            raise NotHeard("its secret is no address Apprise knows")
        kind = apprise.NotifyType.SUCCESS if message.is_over else apprise.NotifyType.FAILURE
        if message.cause is None:
            kind = apprise.NotifyType.INFO
        if not await courier.async_notify(body=message.text, title=message.subject, notify_type=kind):
            raise NotHeard("Apprise could not deliver it")
