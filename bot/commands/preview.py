"""The command preview: what each channel would post of an article in the feed now; nothing is sent."""

import json
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from adapters.contract import Limits, Post, Session
from bot.actions.measuring import caveats, count
from bot.articles.feed import Feed
from bot.commands import show
from bot.commands.barrier import FAILED
from bot.commands.feeds import NoFeed, at_address, feed_now, newest
from bot.commands.office import Office, open_office
from bot.daemon import Daemon
from bot.delivery.composing import Written
from bot.media.public import NoPlace
from bot.model import Account, Article, Channel, Reason, Source, State
from bot.networks import emulators
from bot.posts.compose import CannotCompose
from bot.posts.price import costs
from bot.rules.plan import Arrival, plan
from bot.rules.unplanned import unplanned
from bot.store import accounts
from bot.store.templates import PERSON, InUse, names_for, serving
from bot.wiring import fetcher, newsroom, templates

_NO_FILM = "its film is not made for this look"
_FILTERS = {
    Reason.LANGUAGE: "its language ({}) is",
    Reason.SECTION: "its section ({}) is",
    Reason.TAG: "its tags ({}) are",
    Reason.KEYWORD: "by its words ({}) it is",
}


async def preview(path: Path, url: str | None, *, is_raw: bool) -> int:
    """Show the posts of the newest article, or of the one at `url`; `is_raw`: as the networks would get them."""
    with open_office(path) as opened:
        on = show.paper()
        office = _peopled(opened)
        found = await _found(office, on, url)
        if found is None:
            wanted = f"no feed has {url} now" if url else "no feed has a story that can be posted"
            on.print(f"Nothing to show: {wanted}.")
            return FAILED
        source, article = found
        async with office.ports() as ports:
            daemon = Daemon(newsroom(office.settings), ports)
            told = await daemon.poller.filled(source, Feed("", "", (article,), is_complete=True))
            (article,) = told.articles
            head = f"\n{article.url}  (source {source.id}, {article.language})"
            on.print(Text.assemble((article.title, "bold"), head, *(f"\n{odd}" for odd in told.odd)))
            if office is not opened:
                on.print("\nNo channel is set up yet. This is how the story would read on each network:")
            deaf = [who for who in office.settings.channels if who.sources and source.id not in who.sources]
            for who in office.settings.channels:
                if who not in deaf:
                    await _show(office, daemon, on, who, article, source, is_raw=is_raw)
            for some in unplanned(deaf, (), (source.id,), ()):
                on.print(Text.assemble("\n", (", ".join(some.channels), "bold"), f"\n  {some.said()}"))
    return 0


def _peopled(office: Office) -> Office:
    """Give a newsroom without channels an invented one on every network: nobody is asked for a look at words."""
    if office.settings.channels:
        return office
    invented = {name: kind.newcomer(0)[0] for name, kind in emulators().items() if name in office.kinds}
    accounts = tuple(Account(id=name, network=name, settings=tuple(said.items())) for name, said in invented.items())
    channels = tuple(
        Channel(id=name, account=name, network=name, form=office.kinds[name].spec.form) for name in invented
    )
    return replace(office, settings=replace(office.settings, accounts=accounts, channels=channels))


async def _found(office: Office, on: Console, url: str | None) -> tuple[Source, Article] | None:
    candidates: list[tuple[Source, Article]] = []
    async with fetcher(office.settings) as web:
        for source in office.settings.sources:
            try:
                feed = await feed_now(web, source)
            except NoFeed as e:
                on.print(f"Source {source.id}: {e}.")
                continue
            chosen = at_address(feed.articles, url) if url else newest(feed.articles)
            if chosen is not None:
                candidates.append((source, replace(chosen, source=source.id)))
    return max(candidates, key=lambda each: each[1].published.timestamp() if each[1].published else 0.0, default=None)


async def _show(
    office: Office, daemon: Daemon, on: Console, who: Channel, article: Article, source: Source, *, is_raw: bool
) -> None:
    template = await _template(office, who, article.language)
    title, now = office.composer.title(who), office.clock.now()
    planned = plan(article, who, Arrival(source, now, lists=office.composer.lists))
    on.print(Text.assemble("\n", (who.id, "bold"), f"  {title}, template {template.name}"))
    if planned.state is State.SKIPPED and planned.reason in _FILTERS:
        on.print(f"  Would be skipped: {_FILTERS[planned.reason].format(planned.detail)} not for this channel.")
        return
    limits = await _limits(office, who)
    try:
        written = await _written(office, daemon, (article, template, who, limits, now))
    except CannotCompose as e:
        on.print(f"  Cannot be posted: {str(e.reason).replace('_', ' ')}, {e.detail}.")
        return
    post = written.post
    if is_raw:
        body = daemon.build(who, Session("", {})).body(post)
        on.print(Text(json.dumps(body, ensure_ascii=False, indent=2)))
        return
    on.print(Text(f"  {_about(office, who, post, limits)}", "dim"))
    if written.remark:
        on.print(Text(f"  {written.remark}", "dim"))
    if written.waits:
        on.print("  Would wait until somebody describes the photo; let go, it reads so:")
    show.post(on, post)
    if planned.reason is Reason.APPROVAL:
        on.print(Text(f"  note: it would wait for approval ({planned.detail or 'as all do here'})", "yellow"))
    notes = [each.sentence for each in office.composer.notes(article, post, now)]
    for note in (*notes, *caveats(daemon.build(who, Session("", {})), post)):
        on.print(Text(f"  note: {note}", "yellow"))


async def _written(
    office: Office, daemon: Daemon, of: tuple[Article, InUse, Channel, Limits, datetime], *, alone: str = ""
) -> Written:
    """Write a post as a turn would, with the address its network would fetch from. Raises CannotCompose."""
    article, _, who, limits, _ = of
    if who.id not in office.channels:  # networks that are not theirs: nobody waits for a film, or misses a place
        return (
            Written(office.composer.sketch(*of), _NO_FILM) if who.form == "video" else await office.composer.write(*of)
        )
    written = await office.composer.write(*of, alone=alone)
    try:
        shown = await daemon.public.foresee(written.post, office.kinds[who.network].spec, article)
    except NoPlace as e:
        if e.is_of_further:
            return await _written(office, daemon, of, alone=str(e))
        if limits.least:
            raise CannotCompose(Reason.NO_PLACE, str(e)) from e
        return await office.composer.write(*of, unfit=str(e))
    return replace(written, post=shown)


def _about(office: Office, who: Channel, post: Post, limits: Limits) -> str:
    counted = count(partial(office.composer.measure, who), post, limits)
    about = [f"{counted.have} of {counted.most}", post.lang]
    if tags := [mark.value for mark in post.marks if mark.kind == "tag"]:
        about.append(f"tags: {', '.join(tags)}")
    if said := costs(office.adapter(who), post):
        about.append(said)
    return " · ".join(about)


async def _limits(office: Office, who: Channel) -> Limits:
    if who.id not in office.channels:  # invented for this look: the store must not hear of it
        return office.composer.limits_of(who)
    await office.store.write(accounts.set_up, office.settings.accounts, office.settings.channels)
    known, _ = await office.store.write(accounts.read_limits, who.account)
    return known or office.composer.limits_of(who)


async def _template(office: Office, who: Channel, language: str) -> InUse:
    """Choose as the store does, from the files as they are now: an editor looks before the daemon takes them up.

    What a person put in use stands before any file.
    """
    texts: dict[str, Any] = {}
    for named in templates(office.settings).values():
        texts |= named
    used = await office.store.write(serving)
    texts |= {name: each.text for name, each in used.items() if each.origin == PERSON}
    names = names_for(who, language)
    name = next((each for each in names if each in texts), names[-1])
    return InUse(name, 0, texts.get(name, ""), broken="" if name in texts else f"there is no template {name}")
