"""Every article: the list, the page of one, and what people say about it."""

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import log, newsroom, posts, reading
from bot.actions.health import health
from bot.actions.log import Asked
from bot.actions.posts import Look
from bot.actions.room import AskAgain, RefusedVerb, WordsChanged
from bot.actions.said import CORRECTED, DESCRIBED, POINTED, said
from bot.desk.approvals import drawn
from bot.desk.here import Here, Right, Way, form, sentence, whole
from bot.desk.marks import MINUTES, marked, places, typed_in
from bot.desk.paper import render
from bot.desk.posts import kinds
from bot.desk.previews import Preview
from bot.desk.rows import can_approve, can_edit, lines, said_after

_PLACE = "/articles"
_STORY = "/articles/{story}"
_MOST_PAGES = 10_000
_ROWS = 40
"""How many rows of the log stand below an article."""
_FIELDS = {"alt": DESCRIBED, "note": CORRECTED}
"""The fields of the page whose words an article has once; a text it has for each network."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """Words that were typed and not taken, for what `said` says; `field`: which of the page's they stand in.

    `theirs`: what stands instead, where a colleague was faster. `asks`: whether a tick of a box has it done.
    """

    field: str
    words: str
    said: str
    network: str = ""
    theirs: str | None = None
    asks: bool = False


async def page(request: Request, here: Here) -> Response:
    """List articles, the newest first; with `q`, those it fits."""
    words, asked = request.query_params.get("q", "").strip(), request.query_params.get("page", "")
    number = min(whole(asked) or 1, _MOST_PAGES)
    found = await reading.newest(here.room, words, page=number)
    return render(
        here,
        "articles.html",
        found=found,
        said=words,
        can_edit=can_edit(here),
        earlier=_listed(words, found.number + 1) if found.has_more else "",
        later=_listed(words, found.number - 1) if found.number > 1 else "",
    )


async def article(request: Request, here: Here) -> Response:
    """Show one article, how each channel stands with it, and what can be done."""
    return await _shown(here, told=await _told(here))


async def mark(request: Request, here: Here) -> Response:
    """Say something about an article."""
    fields = await form(request)
    done = newsroom.mark(here.room, _story(request), **marked(here, fields))
    if fields.get("what") != "alt":
        try:
            is_new = await done is not None
        except WordsChanged:
            return await _shown(here, status=409, told=await _another_photo(here))
        return _back(request, "marked" if is_new else "same")
    return await _kept(here, done, _Typed("alt", typed_in(fields, "alt"), "")) or _back(request, "marked", "alt")


async def not_solemn(request: Request, here: Here) -> Response:
    """Say that an article is not solemn, which lets go what waits for approval for that alone."""
    await newsroom.mark(here.room, _story(request), solemn=False)
    return _back(request, "marked")


async def text(request: Request, here: Here) -> Response:
    """Write the words of an article's posts on one network by hand."""
    fields = await form(request)
    network, words = fields.get("network", ""), typed_in(fields, "text")
    if network not in _networks(here):
        raise RefusedVerb(here.t.gettext("No channel here is on that network: choose one of the list."))
    how: dict[str, Any] = {"loaded": fields.get(f"loaded-{network}", ""), "is_again": "again" in fields}
    done = newsroom.mark(here.room, _story(request), text=(network, words), **how)
    return await _kept(here, done, _Typed("text", words, "", network)) or _back(request, "marked", "text", "network")


async def correct(request: Request, here: Here) -> Response:
    """Plan a correction wherever the article is out, or have somebody look at its posts to come."""
    fields = await form(request)
    note, story, loaded = typed_in(fields, "note"), _story(request), fields.get("loaded", "")
    if not note:
        why = here.t.gettext("Say what was wrong and what is right, in a sentence.")
        return await _shown(here, status=422, typed=_Typed("note", "", why))
    typed = _Typed("note", note, "")
    if fields.get("where") == "coming":
        done: Awaitable[Any] = newsroom.mark(here.room, story, correction=note, loaded=loaded)
        return await _kept(here, done, typed) or _back(request, "stopped", "correct")
    done = newsroom.correct(here.room, story, note, is_again="again" in fields, loaded=loaded)
    return await _kept(here, done, typed) or _back(request, "corrected", "correct")


async def split(request: Request, here: Here) -> Response:
    """Make an article of its own of an entry that was taken for this one."""
    address = (await form(request)).get("address", "").strip()
    apart = await newsroom.split(here.room, _story(request), address or None)
    return RedirectResponse(f"{_PLACE}/{apart.story}?done=split", 303)


async def _kept(here: Here, done: Awaitable[Any], typed: _Typed) -> Response | None:
    """Have words kept; where they are not, show the page with them and with why. None: they are kept."""
    gettext = here.t.gettext
    try:
        await done
    except WordsChanged:
        return await _shown(here, status=409, typed=await _beside(here, typed))
    except AskAgain as e:
        again = gettext("%(said)s Tick the box below to put yours in its place.")
        if typed.field == "note":
            again = gettext("%(said)s Tick the box below to add another one.")
        told = again % {"said": sentence(e.said, here.tongue)}
        return await _shown(here, status=409, typed=replace(typed, said=told, asks=True))
    except RefusedVerb as e:
        return await _shown(here, status=409, typed=replace(typed, said=sentence(e, here.tongue)))
    return None


async def _beside(here: Here, typed: _Typed) -> _Typed:
    """Add to what was typed what a colleague made of it meanwhile."""
    theirs = said((await _found(here)).article, _FIELDS.get(typed.field, typed.network))
    told = here.t.gettext("This changed while you wrote.")
    if theirs.author:
        told = here.t.gettext("%(name)s changed this while you wrote.") % {"name": theirs.author}
    kept = here.t.gettext(
        "Nothing of yours was kept yet. Above is what stands now, and yours in the field: keep the one or the other."
    )
    return replace(typed, said=f"{told} {kept}", theirs=theirs.words)


async def _another_photo(here: Here) -> str:
    """Say that a point was chosen on a photo which the article has no longer."""
    if (await _found(here)).article.photo is None:
        return here.t.gettext("The article lost its photo while this page was open, so nothing was kept.")
    return here.t.gettext(
        "The article's photo changed while this page was open. You chose on the one before, so nothing was kept: look "
        "at the one it has now, and choose what of it stays in sight."
    )


async def _found(here: Here) -> reading.Story:
    story = await reading.story(here.room, _story(here.request))
    if story is None:
        raise HTTPException(404)
    return story


async def _shown(here: Here, *, status: int = 200, told: str = "", typed: _Typed | None = None) -> Response:
    """Show an article's page."""
    story = await _found(here)
    looks = await posts.looks(here.room, story.id)
    is_hushed = bool((await health(here.room)).hushed_by)
    found = await lines(here, [each.told for each in looks], is_hushed=is_hushed)
    return render(
        here,
        "article.html",
        status=status,
        told=told,
        story=story,
        deliveries=[(each, await _drawn(here, each), line) for each, line in zip(looks, found, strict=True)],
        kinds=kinds(here),
        happened=await log.rows(here.room, Asked(story=story.id), most=_ROWS, tongue=here.tongue),
        is_solemn=here.room.composer.is_solemn(story.article),
        is_out=any(each.may_be_out for each in looks),
        minutes=MINUTES,
        networks=_networks(here),
        places=places(here),
        texts=dict(story.article.flags.texts),
        shows=said(story.article, DESCRIBED).words,
        undescribed=sentence(why, here.tongue) if (why := newsroom.why_undescribed(here.room, story.article)) else "",
        typed=typed,
        written={each: said(story.article, each) for each in (CORRECTED, DESCRIBED, POINTED, *_networks(here))},
        can_edit=can_edit(here),
        can_approve=can_approve(here),
        now=here.desk.clock.now(),
        live=f"{_PLACE}/{story.id}",
    )


async def _drawn(here: Here, found: Look) -> Preview | None:
    """Draw a post as it is stored."""
    shown = found.shown
    return await drawn(here, found.told, shown.channel, shown.post, shown.limits) if shown else None


async def _told(here: Here) -> str:
    """Say what a form that led here has done."""
    gettext = here.t.gettext
    words = {
        "marked": gettext("Kept. What waits is written anew with it; what was approved asks for approval again."),
        "same": gettext("Nothing was changed: it was so before."),
        "stopped": gettext("Kept. Its posts to come wait for approval, until its feed brings the change."),
        "corrected": gettext("The corrections are planned below, and wait for approval."),
        "split": gettext("This is an article of its own now, and planned like a new one."),
    }
    done = here.request.query_params.get("done", "")
    return words[done] if done in words else await said_after(here)


def _networks(here: Here) -> dict[str, str]:
    """List the networks of the newsroom's channels, with their names as people write them."""
    return {each.network: here.room.composer.title(each) for each in here.room.channels.values()}


def _story(request: Request) -> str:
    return str(request.path_params["story"])


def _back(request: Request, done: str, *kept: str) -> Response:
    """Lead back to an article's page, which says what was `done`; `kept`: of which fields the words were taken."""
    story = _story(request)
    taken = "".join(f"&kept={each}-{quote(story)}" for each in kept)
    return RedirectResponse(f"{_PLACE}/{story}?done={done}{taken}", 303)


def _listed(words: str, number: int) -> str:
    asked = {"q": words} if words else {}
    return f"{_PLACE}?{urlencode(asked | {'page': str(number)})}"


WAYS = (
    Way("GET", _PLACE, page, Right.LOOK),
    Way("GET", _STORY, article, Right.LOOK),
    Way("POST", _STORY + "/mark", mark, Right.EDIT),
    Way("POST", _STORY + "/not-solemn", not_solemn, Right.APPROVE),
    Way("POST", _STORY + "/text", text, Right.EDIT),
    Way("POST", _STORY + "/correct", correct, Right.EDIT),
    Way("POST", _STORY + "/split", split, Right.EDIT),
)
