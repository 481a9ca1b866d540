"""The command template test: what a changed template would change in past posts."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from adapters.contract import Post
from bot.actions.examples import broken
from bot.actions.room import RefusedVerb
from bot.actions.templates import take_up_shipped, try_out
from bot.actions.trial import Pair, Trial, Unwritten
from bot.commands import show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.template_room import Shelf, compared, like, open_shelf, problems_of, write_compared, write_problems
from bot.store import templates as stored
from bot.wiring import read_template

_LISTED = 20
"""Posts that are listed; the others open by their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for."""

    name: str
    file: Path | None
    articles: int
    number: int | None
    is_json: bool


async def try_on(path: Path, asked: Asked) -> int:
    """Try a changed template on past posts and examples; 1 where one would be lost, 3 where one would lose its link."""
    with open_shelf(path) as shelf:
        room = shelf.office.room("")
        await take_up_shipped(room, shelf.shipped)
        where, text = await _changed(shelf, asked)
        if found := problems_of(asked.name, text):
            write_problems(show.paper(is_error=True), where, text, found)
            return FAILED
        trial = await try_out(room, {asked.name: text}, articles=asked.articles)
        if asked.number is not None:
            return _open(trial, asked.number)
        untrue = await broken(room, {asked.name: text})
        if asked.is_json:
            show.as_json(_as_json(trial) | {"examples": [each.sentence for each in untrue]})
        else:
            _write(show.paper(), where, trial)
            for each in untrue:
                show.paper().print(Text(f"{each.sentence[0].upper()}{each.sentence[1:]}:", "red"))
                write_compared(show.paper(), ["--- must stay so", "+++ would be", *each.difference.split("\n")])
    lost_link = any(each.loses_link for each in trial.pairs)
    return FAILED if trial.forbidding or untrue else DEGRADED if lost_link else 0


async def _changed(shelf: Shelf, asked: Asked) -> tuple[str, str]:
    """Find the changed text and what to call it."""
    name = asked.name
    if asked.file is not None:
        return str(asked.file), read_template(asked.file)
    used = (await shelf.used()).get(name)
    if name in shelf.own and (used is None or used.text != shelf.own[name]):
        return str(shelf.path(name)), shelf.own[name]
    waits = stored.waiting(await shelf.office.store.write(stored.history, name))
    if waits is not None:
        return f"{name}, version {waits.version}", waits.text
    if used is None:
        raise RefusedVerb(f"there is no template {name}{like(name, await shelf.used())}")
    raise RefusedVerb(
        f"version {used.version} of {name} in use is all there is: `jarshy template export drafts` writes it to "
        f"drafts/{name}.html; change that, and try it with --file drafts/{name}.html"
    )


def _write(on: Console, where: str, trial: Trial) -> None:
    on.print(Text.assemble((where, "bold"), f", tried on the last {_count(trial.looked_at, 'story', 'stories')}:"))
    if not trial.pairs:
        why = "no channel would use it for any of them" if trial.looked_at else "no story was seen yet"
        on.print(f"Nothing to compare: {why}.")
        return
    on.print(f"{_summed(trial)}.")
    for number, pair in list(enumerate(trial.differing, 1))[:_LISTED]:
        said, style = _said(pair)
        head = Text.assemble((f"{number:>5}", "bold"), f"  {pair.channel}  ", (pair.article.title, "bold"))
        on.print(head)
        if said:
            on.print(Text(f"       {said}", style))
    if len(trial.differing) > _LISTED:
        on.print(f"       and {len(trial.differing) - _LISTED} more")
    if trial.differing:
        on.print(Text("--show 1 prints the first before and after.", "dim"))
    if trial.lost:
        on.print(Text("It would be refused: posts that can be written now would be lost.", "bold red"))
    elif trial.forbidding:
        on.print(Text("It would be refused: posts that are too long now would stay so.", "bold red"))


def _summed(trial: Trial) -> str:
    pairs, corrections = trial.pairs, sum(pair.kind != "post" for pair in trial.pairs)
    unfit, links = sum(pair.is_unfit for pair in pairs), sum(pair.loses_link for pair in pairs)
    breaking = sum(pair.breaks_limit for pair in pairs)
    channels = len({pair.channel for pair in pairs})
    among = f", {_count(corrections, 'correction', 'corrections')} among them" if corrections else ""
    of = f"Of {_count(len(pairs), 'post', 'posts')} on {_count(channels, 'channel', 'channels')}{among}"
    still = sum(isinstance(pair.after, Unwritten) and not pair.is_lost for pair in pairs)
    more = f"; {still} cannot be written, as now" if still else ""
    breaks = "breaks" if breaking == 1 else "break"
    has = "has" if unfit == 1 else "have"
    loses = "loses its link" if links == 1 else "lose the link"
    differ = "differs" if len(trial.differing) == 1 else "differ"
    bad = f"{breaking} {breaks} a limit, {unfit} {has} a defect, {links} {loses}"
    return f"{of}, {len(trial.differing)} {differ}, {bad}{more}"


def _said(pair: Pair) -> tuple[str, str]:
    if isinstance(pair.after, Unwritten):
        return ("would be lost: " if pair.is_lost else "cannot be written, as now: ") + str(pair.after), "red"
    if pair.loses_link:
        return "would lose its link", "yellow"
    if isinstance(pair.before, Unwritten):
        return f"could be written at last, for now: {pair.before}", "green"
    return "", ""


def _open(trial: Trial, number: int) -> int:
    found = trial.differing
    if number > len(found):
        raise RefusedVerb(f"there is no post {number}: {_count(len(found), 'post differs', 'posts differ')}")
    pair = found[number - 1]
    on = show.paper()
    on.print(Text.assemble((f"{number:>5}", "bold"), f"  {pair.channel}  ", (pair.article.title, "bold")))
    on.print(Text(f"       {pair.article.url}", "dim"))
    write_compared(on, compared(_page(pair.before), _page(pair.after), ("as it is", "as it would be")))
    said, style = _said(pair)
    if said:
        on.print(Text(said, style))
    return FAILED if pair.forbids else DEGRADED if pair.loses_link else 0


def _page(post: Post | Unwritten) -> str:
    """Write a post as lines that can be compared: its words, then all that readers see besides."""
    if isinstance(post, Unwritten):
        return f"(no post: {post})"
    card = [f"[{post.card.title} | {post.card.url}]"] if post.card else []
    tags = [f"[tags: {', '.join(post.tags)}]"] if post.tags else []
    return "\n".join([post.text, *card, *tags, *_styles(post)])


def _styles(post: Post) -> Iterator[str]:
    """What the words alone do not show; a hashtag and an address that is written out are seen in them."""
    for each in post.marks:
        words = post.text[each.start : each.end]
        if each.kind not in ("tag", "mention") and words != each.value:
            yield f"[{each.kind}: {words} {each.value}".rstrip() + "]"


def _as_json(trial: Trial) -> dict[str, Any]:
    return {
        "stories": trial.looked_at,
        "posts": len(trial.pairs),
        "differ": len(trial.differing),
        "break_a_limit": sum(pair.breaks_limit for pair in trial.pairs),
        "have_a_defect": sum(pair.is_unfit for pair in trial.pairs),
        "lose_the_link": sum(pair.loses_link for pair in trial.pairs),
        "differing": [_pair(number, pair) for number, pair in enumerate(trial.differing, 1)],
    }


def _pair(number: int, pair: Pair) -> dict[str, Any]:
    return {
        "number": number,
        "channel": pair.channel,
        "kind": str(pair.kind),
        "title": pair.article.title,
        "article": pair.article.url,
        "before": _half(pair.before),
        "after": _half(pair.after),
        "is_lost": pair.is_lost,
        "still_breaks_a_limit": pair.still_breaks,
        "loses_the_link": pair.loses_link,
    }


def _half(post: Post | Unwritten) -> dict[str, Any]:
    if isinstance(post, Unwritten):
        return {"cannot_be_written": str(post)}
    return {"text": post.text, "marks": [asdict(each) for each in post.marks], "page": _page(post)}


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"
