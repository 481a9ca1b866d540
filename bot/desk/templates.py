"""The words of posts: which templates there are, an editor with previews, what a change would do, and history."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.contract import Post
from bot.actions import drafting, examples, shelf
from bot.actions import templates as verbs
from bot.actions.drafting import Sketch
from bot.actions.room import RefusedVerb
from bot.actions.shelf import Opened
from bot.actions.templates import Overtaken, Text, Untrue, WouldLose
from bot.actions.trial import Trial
from bot.desk.compared import compared
from bot.desk.faces import told_of
from bot.desk.guards import style_nonce
from bot.desk.here import Here, Right, Way, form, sentence, whole
from bot.desk.paper import is_partial, render
from bot.desk.pictures import story_at
from bot.desk.previews import Preview, preview
from bot.desk.rows import can_edit
from bot.desk.template_words import described
from bot.desk.timemachine import machine
from bot.posts.pointing import TemplateProblem, shown
from bot.posts.template import TemplateError

_STORIES = 3
"""How many of the newest stories the preview shows."""
_TRIED = 200
"""On how many of the newest stories a change is tried."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class _Draft:
    """What stands in the editor, and the version it was made from (0: none)."""

    text: str
    over: int


async def list_page(request: Request, here: Here) -> Response:
    """List the templates."""
    networks = sorted({each.network for each in here.room.channels.values() if not each.template})
    found = await shelf.listed(here.room)
    return render(here, "templates.html", templates=found, networks=networks, can_edit=can_edit(here))


async def begin(request: Request, here: Here) -> Response:
    """Lead to the template of a network in one language, there already or not."""
    network, language = (request.query_params.get(name, "").strip().lower() for name in ("network", "language"))
    if not _LANGUAGE.fullmatch(language):
        raise RefusedVerb(here.t.gettext("A language is two letters, such as kk, ru or en."))
    name = f"{network}.{language}"
    await _opened(here, name)
    return RedirectResponse(f"/templates/{name}", 303)


async def page(request: Request, here: Here) -> Response:
    """Open a template in the editor."""
    found = await _opened(here)
    used, gettext = found.listed.used, here.t.gettext
    saved = request.query_params.get("saved", "")
    told = ""
    if used and saved == str(used.version):
        told = gettext("Version %(number)s is in use from the next post on.") % {"number": used.version}
    elif saved == "same":
        told = gettext("Nothing was changed: what is in use says so already.")
    shown = await _shown(here, found, _in_use(found), told=told)
    if used:
        # What is in use is written while the person reads and types, so that the time machine has half its work done.
        ahead = partial(verbs.try_ahead, here.room, used.name, used.text, articles=_TRIED)
        here.desk.begin(f"trial of template {used.name}", ahead)
    return shown


async def look(request: Request, here: Here) -> Response:
    """Show what the text in the editor would make of the newest stories."""
    found, draft = await _opened(here), await _typed(here)
    if is_partial(request):
        known: dict[str, Any] = {"draft": draft, "can_edit": can_edit(here)}
        return render(here, "template.html", found=found, **known, **await _looked(here, found, draft))
    return await _shown(here, found, draft)


async def trial(request: Request, here: Here) -> Response:
    """Run the time machine on the text in the editor."""
    fields = await form(request)
    found, draft = await _opened(here), await _typed(here)
    number = whole(fields.get("page", "")) or 1
    try:
        done = await verbs.try_out(here.room, {found.listed.name: draft.text}, articles=_TRIED)
    except TemplateError as e:
        told = here.t.gettext("First mend what is wrong in the template: line %(line)s, %(what)s.")
        told %= {"line": e.problems[0].line, "what": here.tongue.recall(e.problems[0].sentence)}
        return await _tried(here, found, draft, told=told)
    return await _tried(here, found, draft, done=done, number=number)


async def save(request: Request, here: Here) -> Response:
    """Put the text in the editor in use, unless it has mistakes, would lose posts, or somebody was faster."""
    found, draft = await _opened(here), await _typed(here)
    text = Text(found.listed.name, draft.text, over=draft.over)
    try:
        change = await verbs.bring_in(here.room, (text,), articles=_TRIED)
    except TemplateError:
        return await _shown(here, found, draft, status=422, is_refused=True)
    except WouldLose as e:
        return await _shown(here, found, draft, status=409, is_refused=True, machine=machine(e.trial))
    except Untrue as e:
        return await _shown(here, found, draft, status=409, untrue=_untrue(e))
    except Overtaken:
        now = await _opened(here)
        kept = replace(draft, over=_in_use(now).over)
        return await _shown(here, now, kept, status=409, rival=compared(_in_use(now).text, draft.text))
    return _saved(found, change, kept=f"&kept=template:{quote(found.listed.name)}")


async def history(request: Request, here: Here) -> Response:
    """List a template's versions, and compare two."""
    found = await _opened(here)
    asked = [request.query_params.get(name, "") for name in ("a", "b")]
    two = [found.version(number) for each in asked if (number := whole(each)) is not None]
    if len(two) == 1 and found.listed.used:
        two.append(found.listed.used)
    sides = compared(two[0].text, two[1].text) if len(two) == 2 else None
    return render(here, "template_history.html", found=found, two=two, sides=sides, can_edit=can_edit(here))


async def back(request: Request, here: Here) -> Response:
    """Put an earlier version in use again."""
    found, fields = await _opened(here), await form(request)
    version, over = (whole(fields.get(name, "")) or 0 for name in ("version", "over"))
    try:
        change = await verbs.roll_back(here.room, found.listed.name, version, over=over, articles=_TRIED)
    except TemplateError:  # it was in use once; what a template may say is another since
        return await _shown(here, found, _Draft(found.version(version).text, over), status=422, is_refused=True)
    except (WouldLose, Untrue) as e:
        draft = _Draft(found.version(version).text, over)
        why = {"machine": machine(e.trial)} if isinstance(e, WouldLose) else {"untrue": _untrue(e)}
        return await _shown(here, found, draft, status=409, is_refused=True, **why)
    return _saved(found, change)


async def keep(request: Request, here: Here) -> Response:
    """Keep what the template in use gives for a story as what it must give from now on."""
    found, fields = await _opened(here), await form(request)
    name = found.listed.name
    await examples.add(here.room, name, fields.get("story", ""), channel=fields.get("channel", ""))
    return RedirectResponse(f"/templates/{name}#examples", 303)


async def forget(request: Request, here: Here) -> Response:
    """Let an example go."""
    await examples.remove(here.room, request.path_params["which"])
    return RedirectResponse(f"/templates/{request.path_params['name']}#examples", 303)


def _untrue(error: Untrue) -> list[Mapping[str, Any]]:
    return [{"example": each.example, "sides": compared(each.example.text, each.gives)} for each in error.broken]


def _saved(found: Opened, change: verbs.Change, kept: str = "") -> Response:
    said = change.versions[0].version if change.versions else "same"
    return RedirectResponse(f"/templates/{found.listed.name}?saved={said}{kept}", 303)


async def _opened(here: Here, name: str = "") -> Opened:
    try:
        return await shelf.opened(here.room, name or here.request.path_params["name"])
    except RefusedVerb as e:
        raise HTTPException(404) from e


async def _typed(here: Here) -> _Draft:
    """Read the editor's text; forms send lines as CRLF, templates are kept with LF."""
    fields = await form(here.request)
    over = fields.get("over", "")
    return _Draft(fields.get("text", "").replace("\r\n", "\n"), whole(over) or 0)


def _in_use(found: Opened) -> _Draft:
    """Begin with what is in use; for a template that is not there yet, with what its channels use meanwhile."""
    used = found.listed.used
    begun = used or found.base or next(iter(found.history), None)
    return _Draft(begun.text if begun else "", used.version if used else 0)


async def _tried(
    here: Here, found: Opened, draft: _Draft, *, done: Trial | None = None, number: int = 1, told: str = ""
) -> Response:
    answer = None if done is None else machine(done, number)
    if is_partial(here.request):
        return render(here, "template.html", told=told, found=found, machine=answer, is_refused=False)
    return await _shown(here, found, draft, told=told, machine=answer)


async def _shown(
    here: Here, found: Opened, draft: _Draft, *, status: int = 200, told: str = "", **more: Any
) -> Response:
    """Show the whole page of a template."""
    looked = await _looked(here, found, draft)
    newest = next((each.article for each in looked["sketches"]), None)
    known: dict[str, Any] = {
        "draft": draft,
        "can_edit": can_edit(here),
        "samples": drafting.samples(here.room, newest),
        "described": described(here.t.gettext),
        "nonce": style_nonce(here.request, here.desk.clock.token_bytes(16).hex()),
        "machine": None,
        "rival": None,
        "untrue": [],
        "examples": await examples.list_all(here.room, found.listed.name),
        "is_refused": False,
    }
    return render(here, "template.html", status=status, told=told, found=found, **looked, **known | more)


async def _looked(here: Here, found: Opened, draft: _Draft) -> dict[str, Any]:
    """Find the text's mistakes, or draw its posts of the newest stories."""
    mistakes: tuple[TemplateProblem, ...] = ()
    made: tuple[Sketch, ...] = ()
    try:
        made = await drafting.sketches(here.room, found.listed.name, draft.text, most=_STORIES)
    except TemplateError as e:
        mistakes = e.problems
    told = [(each, *shown(draft.text, each)) for each in mistakes]
    return {"mistakes": told, "sketches": made, "stories": await _by_story(here, made)}


async def _by_story(here: Here, made: tuple[Sketch, ...]) -> list[Mapping[str, Any]]:
    return [
        {"article": article, "faces": [(each, await _preview(here, each)) for each in some]}
        for article, some in groupby(made, key=lambda each: each.article)
    ]


async def _preview(here: Here, sketch: Sketch) -> Preview | None:
    """Draw a post; nothing is fetched or drawn while somebody types: of its own it shows the story's photo alone."""
    if not isinstance(sketch.post, Post):
        return None
    article, who = sketch.article, sketch.channel
    photo = story_at(article.story) if article.photo else ""
    told = await told_of(here, who, photo=photo, notes=tuple(sentence(each, here.tongue) for each in sketch.notes))
    drawn = preview(who, sketch.post, here.desk.adapter(who), sketch.limits, told)
    if any(each.is_drawn for each in sketch.post.media):  # a film, or a card where there is no photo to show
        return drawn.undrawn()
    return replace(drawn, shots=tuple(replace(each, src=photo) for each in drawn.shots))


WAYS = (
    Way("GET", "/templates", list_page, Right.LOOK),
    Way("GET", "/templates/new", begin, Right.EDIT),
    Way("GET", "/templates/{name}", page, Right.LOOK),
    Way("POST", "/templates/{name}", save, Right.EDIT),
    Way("POST", "/templates/{name}/look", look, Right.EDIT),
    Way("POST", "/templates/{name}/trial", trial, Right.EDIT),
    Way("POST", "/templates/{name}/examples", keep, Right.EDIT),
    Way("POST", "/templates/{name}/examples/{which:number}/remove", forget, Right.EDIT),
    Way("GET", "/templates/{name}/history", history, Right.LOOK),
    Way("POST", "/templates/{name}/history", back, Right.EDIT),
)
