"""How the desk looks: its files, and the colours a reader chose."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk.assets import STATIC, shelf
from bot.desk.here import Here, Right, Way, form, own_path
from bot.desk.paper import THEMES

_YEAR = 365 * 24 * 3600
_FOR_EVER = f"public, max-age={_YEAR}, immutable"
_ASK_AGAIN = "no-cache"
_PACKED = {"br": ".br", "gzip": ".gz"}
"""The smallest first. Browsers take Brotli by https and from this machine only."""


async def asset(request: Request, here: Here) -> Response:
    """Serve one file of the shelf, packed where it lies packed and the browser takes that."""
    name = request.path_params["name"]
    found = shelf().files.get(name)
    if found is None:
        raise HTTPException(404)
    is_lasting = found.is_named_by_content or shelf().address(name) == f"{STATIC}{name}?{request.url.query}"
    headers = {"Cache-Control": _FOR_EVER if is_lasting else _ASK_AGAIN, "Vary": "Accept-Encoding"}
    taken = request.headers.get("Accept-Encoding", "")
    for coding, ending in _PACKED.items():
        packed = found.path.with_name(found.path.name + ending)
        if coding in taken and packed.exists():
            return Response(packed.read_bytes(), headers=headers | {"Content-Encoding": coding}, media_type=found.type)
    return Response(found.path.read_bytes(), headers=headers, media_type=found.type)


async def choose_theme(request: Request, here: Here) -> Response:
    """Keep the colours a reader chose, on this device."""
    said = await form(request)
    answer = RedirectResponse(own_path(said.get("next", "")), 303)
    chosen = said.get("theme", "")
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, _YEAR, httponly=True, samesite="lax", secure=here.desk.is_secure)
    return answer


WAYS = (
    Way("GET", STATIC + "{name}", asset, Right.OPEN),
    Way("POST", "/theme", choose_theme, Right.OPEN),
)
