"""Rate tokens of a channel, its account and its app, and the pauses networks ask one of them for."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from adapters.contract import NotYet, Scope
from bot.model import Channel, Delivery, Pause
from bot.rules.pace import free_at, taken
from bot.store.schema import account, app, channel
from bot.store.waking import Standing, standing, stop

_OF_CHANNEL = (
    channel.update()
    .where(channel.c.id == given("who"))
    .values(tat=given("new_tat"), day=given("new_day"), sent_today=given("new_sent"))
)
_OF_ACCOUNT = account.update().where(account.c.id == given("who")).values(tat=given("new_tat"))
_OF_APP = app.update().where(app.c.id == given("who")).values(tat=given("new_tat"))


def take_token(db: sa.Connection, who: Channel, here: Standing, stands: Delivery, now: datetime, *, zone: str) -> None:
    """Use up one call of the channel, its account and its app; in the transaction of the intent that makes it.

    `here`: the channel as this transaction read it. Raises NotYet where one has none left; then nothing was written.
    """
    free = free_at(who, here.pace, zone=zone, now=now, is_breaking=stands.is_breaking, kind=stands.kind)
    if free.at > now:
        raise NotYet(free.rule, scope=Scope.CHANNEL, retry_after=free.at - now)
    used = taken(who, here.pace, zone=zone, now=now, kind=stands.kind)
    db.execute(_OF_CHANNEL, {"who": who.id, "new_tat": used.tat, "new_day": used.day, "new_sent": used.sent_today})
    if used.account_tat is not None:
        db.execute(_OF_ACCOUNT, {"who": here.account, "new_tat": used.account_tat})
    if used.app_tat is not None:
        db.execute(_OF_APP, {"who": here.app, "new_tat": used.app_tat})


def pause(db: sa.Connection, channel_id: str, asked: Pause, why: str, now: datetime) -> None:
    """Let a channel, its account or its app wait, or stop it; an account without an app is its own."""
    here = standing(db, channel_id)
    if asked.stops:
        stop(db, here, asked.scope, now, why=why, fix=asked.fix)
        return
    table, which = {
        Scope.CHANNEL: (channel, channel_id),
        Scope.ACCOUNT: (account, here.account),
        Scope.APP: (app, here.app),
    }.get(asked.scope if here.app or asked.scope is not Scope.APP else Scope.ACCOUNT, (channel, channel_id))
    shorter = sa.or_(table.c.wait_until.is_(None), table.c.wait_until < asked.until)
    db.execute(table.update().where(table.c.id == which, shorter).values(wait_until=asked.until))
