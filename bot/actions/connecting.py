"""An account is connected: its owner is asked at the network, and what came of it is kept. One row in the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from adapters import consent as way
from adapters.contract import Adapter, AuthFailed, Consent, Identity, PublishError, Scope
from bot.accounts import Accounts
from bot.actions.room import RefusedVerb, Room
from bot.model import Account, Channel
from bot.store import waking
from bot.store.accounts import Consented
from bot.store.faces import keep_face

_DRAWN = 32


@dataclass(frozen=True, slots=True)
class Question:
    """What the owner of an account is asked, once: `address` is the page, `redirect` where its answer is sent to."""

    who: Channel
    title: str
    consent: Consent
    redirect: str
    address: str = field(repr=False)
    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connected:
    """Whom an account speaks for now. `missing`: rights it lacks; `unsure`: why the network did not say."""

    account: str
    handle: str
    missing: tuple[str, ...] = ()
    unsure: str = ""


def account_named(name: str, accounts: Sequence[Account], channels: Sequence[Channel]) -> Channel:
    """Find an account by its name, or by a network that has one alone; tells a channel of it. Raises RefusedVerb."""
    known = {each.id: each for each in accounts}
    found = [known[name]] if name in known else [each for each in accounts if each.network == name]
    if len(found) > 1:
        raise RefusedVerb(f"there are several accounts on {name}: name one of {', '.join(each.id for each in found)}")
    if not found:
        raise RefusedVerb(f"there is no account {name}; there are {', '.join(known) or 'none yet'}")
    through = next((each for each in channels if each.account == found[0].id), None)
    if through is None:
        raise RefusedVerb(f"no channel uses the account {found[0].id}: write the channel into the settings first")
    return through


def unguessable(room: Room) -> str:
    """Draw a state, which makes a question ours alone."""
    return way.unguessable(room.clock.token_bytes(_DRAWN))


def question(
    room: Room, who: Channel, adapter: Adapter, *, state: str, redirect: str, also: tuple[str, ...] = ()
) -> Question:
    """Write the address of the page that asks; `also`: further rights than a post needs. Raises AuthFailed."""
    plain, verifier = adapter.consent(), unguessable(room)
    consent = replace(plain, rights=tuple(dict.fromkeys((*plain.rights, *also))))
    asked = way.address(consent, redirect=redirect, state=state, verifier=verifier)
    return Question(who, adapter.spec.title, consent, redirect, asked, state, verifier)


async def connect(room: Room, accounts: Accounts, asked: Question, said: str) -> Connected:
    """Take what came back from the page, trade it for tokens, and keep them.

    Raises one of the five: then nothing was kept, and what served before serves on.
    """
    code = way.code_in(said, state=asked.state, title=asked.title)
    plain = accounts.plain(asked.who)
    proved = {"redirect": asked.redirect, "verifier": asked.verifier, "title": asked.title}
    granted = await way.exchange(asked.consent, code, http=plain.http, now=room.clock.now(), **proved)
    session = await plain.connect(granted)
    adapter = accounts.around(asked.who, session)
    connected, identity = await _who_it_is(adapter, asked.who.account, session.subject)
    rights = tuple(sorted(granted.rights or asked.consent.rights))
    until = None if adapter.renews() else session.expires_at
    await accounts.keep(asked.who, session, Consented(connected.handle, rights, until), actor=room.actor)
    if identity:
        await room.store.write(keep_face, asked.who.id, identity, room.clock.now())
    await _start(room, asked.who)
    return connected


async def _who_it_is(adapter: Adapter, account: str, subject: str) -> tuple[Connected, Identity | None]:
    """Ask whom the new session speaks for; only a clear no keeps it from being stored."""
    try:
        identity = await adapter.verify()
    except AuthFailed:
        raise
    except PublishError as e:
        return Connected(account, subject, unsure=e.detail), None
    return Connected(account, identity.handle, identity.missing), identity


async def _start(room: Room, who: Channel) -> None:
    """Let go on what was stopped for want of access."""
    if Scope.ACCOUNT in await room.store.write(waking.stopped, who):
        now, listed = room.clock.now(), room.channels.keys()
        await room.store.write(waking.start, Scope.ACCOUNT, who.account, now, listed=listed, actor=room.actor)
        await room.nudge()
