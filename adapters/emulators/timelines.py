"""One page with every timeline side by side, as readers see them, and the networks behind it."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from adapters.emulators.kit import Mark, Network, Shown, World
from adapters.emulators.pictures import is_film, picture

Address = Callable[[str], str]
"""Says where a picture lies, by its SHA-256."""

_ABOVE = "card above"


class Timelines:
    """An ASGI app: "/" shows all timelines, "/files/" their pictures, "/telegram" and so on the networks themselves.

    `zone` is whose clock the page goes by.
    """

    def __init__(self, world: World, zone: str = "UTC") -> None:
        async def page(request: Request) -> HTMLResponse:
            world.settle()
            return HTMLResponse(render(world, zone))

        async def file(request: Request) -> Response:
            found = world.files.get(request.path_params["name"])
            # What was uploaded may be anything: nothing but a picture or a film is shown, and as that.
            mime = _mime(found.content) if found else ""
            if found is None or not mime:
                return Response(status_code=404)
            return Response(found.content, media_type=mime, headers={"x-content-type-options": "nosniff"})

        mounts = [Mount(f"/{network.name}", app=network) for network in world.networks]
        self._app = Starlette(routes=[Route("/", page), Route("/files/{name}", file), *mounts])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one exchange, as ASGI."""
        await self._app(scope, receive, send)


def beside(name: str) -> str:
    """Say where a picture lies for a page that is served."""
    return f"files/{name}"


def within(world: World) -> Address:
    """Put pictures into the page, for one that is kept as a file."""

    def address(name: str) -> str:
        found = world.files[name]
        return f"data:{_mime(found.content)};base64,{base64.b64encode(found.content).decode()}"

    return address


def _mime(content: bytes) -> str:
    """Tell what a file is by its first bytes; "" where it is neither a picture nor a film."""
    seen = picture(content)
    return seen.mime if seen else "video/mp4" if is_film(content) else ""


@dataclass(frozen=True, slots=True)
class _Page:
    """Whose clock the page goes by, what time it is, and where pictures lie."""

    clock: ZoneInfo
    now: datetime
    files: frozenset[str]
    films: frozenset[str]
    address: Address


def render(world: World, zone: str = "UTC", *, address: Address = beside) -> str:
    """Write the page, newest post first; everything a post says is escaped. `address` says where pictures lie."""
    films = frozenset(name for name, file in world.files.items() if is_film(file.content))
    made = _Page(ZoneInfo(zone), world.now(), frozenset(world.files), films, address)
    columns = "\n".join(_column(world, network, made) for network in world.networks)
    now = world.now().astimezone(made.clock).strftime(f"%-d %B %Y, %H:%M ({zone})")
    return _PAGE.replace("{now}", now).replace("{columns}", columns)


def _column(world: World, network: Network, made: _Page) -> str:
    shown = world.people_see(network.name)[::-1]
    posts = "\n".join(_post(one, made) for one in shown) or '<p class="empty">Nothing posted yet.</p>'
    count = "1 post" if len(shown) == 1 else f"{len(shown)} posts"
    heading = f'<header><span class="dot"></span><h2>{escape(network.title)}</h2><span>{count}</span></header>'
    return f'<section class="{escape(network.name)}">{heading}{posts}</section>'


def _post(shown: Shown, made: _Page) -> str:
    initials = "".join(word[0] for word in shown.author.split()[:2]).upper() or "?"
    at = _moment(shown.at, made)
    edited = f' <span class="edited">edited {_moment(shown.edited_at, made)}</span>' if shown.edited_at else ""
    lang = f' <span class="lang">{escape(shown.lang)}</span>' if shown.lang else ""
    reply = '<p class="reply">↳ in reply to an earlier post</p>' if shown.parent else ""
    # Arabic and Hebrew stories must run from the right, whatever the page does.
    title = (
        f'<p class="title" dir="auto" lang="{escape(shown.lang)}"><b>{escape(shown.title)}</b></p>'
        if shown.title
        else ""
    )
    words = f'{title}<div class="words" dir="auto" lang="{escape(shown.lang)}">{_marked(shown.text, shown.marks)}</div>'
    shows = f"{_media(shown, made)}{_card(shown, made)}"
    # Where the network does so or was asked to, pictures and the link's preview stand above the words.
    inside = f"{shows}{words}" if shown.options.get(_ABOVE) else f"{words}{shows}"
    return (
        f'<article><div class="avatar" aria-hidden="true">{escape(initials)}</div><div class="body">'
        f'<p class="by"><b>{escape(shown.author)}</b> <span class="handle">{escape(shown.handle)}</span>'
        f'<time datetime="{shown.at.isoformat()}">{at}</time></p>{reply}{inside}'
        f'<p class="foot">{_options(shown)}{lang}{edited}</p></div></article>'
    )


def _moment(at: datetime, made: _Page) -> str:
    """Write the time alone if it was today."""
    local, today = at.astimezone(made.clock), made.now.astimezone(made.clock).date()
    return local.strftime("%H:%M" if local.date() == today else "%-d %b, %H:%M")


def _marked(text: str, marks: tuple[Mark, ...]) -> str:
    """Cut the text where any mark begins or ends, and dress each piece in the marks that cover it."""
    cuts = sorted({0, len(text), *(edge for start, end, _, _ in marks for edge in (start, end))})
    pieces = []
    for start, end in pairwise(cuts):
        piece = escape(text[start:end])
        for first, last, kind, value in marks:
            if first <= start and end <= last:
                piece = _dressed(piece, kind, value)
        pieces.append(piece)
    return "".join(pieces)


def _dressed(piece: str, kind: str, value: str) -> str:
    match kind:
        case "bold":
            return f"<b>{piece}</b>"
        case "italic":
            return f"<i>{piece}</i>"
        case "link" if urlsplit(value).scheme in ("http", "https"):
            return f'<a href="{escape(value)}">{piece}</a>'
        case "tag" | "mention":
            return f'<span class="tag">{piece}</span>'
    return piece


def _media(shown: Shown, made: _Page) -> str:
    """Show the pictures, several as a grid, each over its description."""
    pictures = "".join(_picture(name, alt, made, shown.cover) for name, alt in shown.media)
    return f'<div class="pictures">{pictures}</div>' if pictures else ""


def _picture(name: str, alt: str, made: _Page, cover: str) -> str:
    # A picture a network would fetch by itself from an address has no bytes here.
    shows = _seen(name, alt, made, cover) if name in made.files else '<span class="away">Picture</span>'
    below = f'<figcaption dir="auto"><small>Alt</small> {escape(alt)}</figcaption>' if alt else ""
    return f"<figure>{shows}{below}</figure>"


def _seen(name: str, alt: str, made: _Page, cover: str) -> str:
    if name in made.films:
        # Its first picture is to be seen before anybody plays it, or the one that was put over it.
        shows = 'controls playsinline preload="auto"'
        shows += f' poster="{escape(made.address(cover))}"' if cover in made.files else ""
        return f'<video src="{escape(made.address(name))}" title="{escape(alt)}" {shows}></video>'
    return _image(name, alt, made)


def _image(name: str, alt: str, made: _Page) -> str:
    return f'<img src="{escape(made.address(name))}" alt="{escape(alt)}" title="{escape(alt)}">'


def _card(shown: Shown, made: _Page) -> str:
    if shown.card is None:
        return ""
    url, title, description = shown.card
    parts = urlsplit(url)
    link = f' href="{escape(url)}"' if parts.scheme in ("http", "https") else ""
    below = f'<span dir="auto">{escape(description)}</span>' if description else ""
    above = _image(shown.thumb, "", made) if shown.thumb in made.files else ""
    return (
        f'<a class="card"{link}>{above}<small>{escape(parts.hostname or url)}</small>'
        f'<strong dir="auto">{escape(title)}</strong>{below}</a>'
    )


def _options(shown: Shown) -> str:
    # A button's address would only be noise here; readers see its words.
    bare = {name for name, value in shown.options.items() if value in ("", "true") or name.startswith("button ")}
    chips = (name if name in bare else f"{name}: {value}" for name, value in shown.options.items() if name != _ABOVE)
    return "".join(f'<span class="chip">{escape(chip)}</span>' for chip in chips if chip != "visibility: public")


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What readers see</title>
<style>
:root {
  color-scheme: light dark;
  --page: #f3f1ec; --paper: #fffefb; --ink: #1d1c1a; --soft: #6b675f; --line: #e0dbd0; --link: #14569b;
  --card: #f7f4ed; --shade: 0 1px 2px rgb(40 30 10 / .06);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141413; --paper: #1e1d1b; --ink: #ece8df; --soft: #9c968a; --line: #34322e; --link: #8ab8ea;
    --card: #262522; --shade: none;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Noto Sans", sans-serif;
}
body > header { padding: 28px 28px 8px; display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline }
h1 { margin: 0; font: 700 28px/1.2 Georgia, "Noto Serif", serif }
body > header p { margin: 0; color: var(--soft) }
main {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(290px, 100%), 1fr)); gap: 20px;
  padding: 20px 28px 48px; align-items: start;
}
section > header {
  display: flex; align-items: center; gap: 9px; padding: 0 2px 10px; border-bottom: 2px solid var(--tint);
  margin-bottom: 12px;
}
section > header span:last-child { margin-inline-start: auto; color: var(--soft); font-size: 13px }
h2 { margin: 0; font-size: 16px }
.dot { width: 11px; height: 11px; border-radius: 50%; background: var(--tint) }
section { --tint: #8a8171 }
.telegram { --tint: #2b9fd9 } .mastodon { --tint: #6a5bf0 } .bluesky { --tint: #1583f5 }
.facebook { --tint: #0a5cdb } .x { --tint: #536471 } .linkedin { --tint: #0a66c2 }
.threads { --tint: #2f2f2f } .instagram { --tint: #c13584 }
.youtube { --tint: #d6001c } .tiktok { --tint: #161823 }
article {
  display: flex; gap: 11px; background: var(--paper); border: 1px solid var(--line); border-radius: 12px;
  padding: 14px; margin-bottom: 12px; box-shadow: var(--shade);
}
.avatar {
  flex: none; width: 38px; height: 38px; border-radius: 50%; background: var(--tint); color: #fff;
  display: grid; place-items: center; font-weight: 700; font-size: 14px;
}
.body { min-width: 0; flex: 1 }
p { margin: 0 }
.by { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: 6px; white-space: nowrap }
.by b { overflow: hidden; text-overflow: ellipsis }
.by .handle { color: var(--soft); font-size: 13px; overflow: hidden; text-overflow: ellipsis; grid-area: 2 / 1 / 3 / 3 }
time { margin-inline-start: auto; color: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums }
.words { white-space: pre-wrap; overflow-wrap: anywhere; margin: 3px 0 0 }
a, .tag { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
.card {
  display: block; margin-top: 10px; padding: 10px 12px; border: 1px solid var(--line);
  border-inline-start: 3px solid var(--tint); border-radius: 8px; background: var(--card); color: inherit;
}
.card + .words { margin-top: 10px }
.card small { display: block; color: var(--soft); font-size: 12px }
.card strong { display: block; font: 700 16px/1.3 Georgia, "Noto Serif", serif; margin: 2px 0 }
.card span { display: block; color: var(--soft); font-size: 13.5px; line-height: 1.4 }
.card img {
  display: block; width: calc(100% + 24px); height: auto; max-height: 260px; object-fit: cover;
  margin: -10px -12px 10px; border-start-end-radius: 7px;
}
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(46%, 1fr)); gap: 8px; margin-top: 10px }
.pictures + .words, .pictures + .title { margin-top: 10px }
.title { margin: 3px 0 0; font-size: 16px; line-height: 1.35; overflow-wrap: anywhere }
figure { margin: 0; min-width: 0; border-radius: 8px; overflow: hidden; background: var(--card) }
figure img, figure video { display: block; width: 100%; height: auto; max-height: 460px; object-fit: contain }
figcaption, .away { display: block; padding: 7px 10px; color: var(--soft); font-size: 13px; line-height: 1.4 }
figcaption { overflow-wrap: anywhere }
figcaption small { font-weight: 700; font-size: 10.5px; text-transform: uppercase; letter-spacing: .06em }
.reply { color: var(--soft); font-size: 13px }
.foot { margin-top: 8px; font-size: 12px; color: var(--soft); display: flex; gap: 6px; flex-wrap: wrap }
.foot:empty { display: none }
.lang, .chip { border: 1px solid var(--line); border-radius: 10px; padding: 0 7px; overflow-wrap: anywhere }
.edited { font-style: italic; align-self: center }
.empty { color: var(--soft); padding: 22px 2px }
</style>
</head>
<body>
<header><h1>What readers see</h1><p>Rehearsal, {now}. Nothing on this page has left this machine.</p></header>
<main>
{columns}
</main>
</body>
</html>
"""
