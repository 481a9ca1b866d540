"""What people say about an article by the buttons of its page, read from the forms."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.actions.room import RefusedVerb
from bot.desk.here import Here

MINUTES = (30, 60, 120, 240)
"""For how long an article may be called breaking."""


def marked(here: Here, fields: Mapping[str, str]) -> dict[str, Any]:
    """Read which mark a button stands for."""
    match fields.get("what", ""):
        case "breaking":
            chosen = fields.get("minutes", "")
            minutes = int(chosen) if chosen in map(str, MINUTES) else 60
            return {"breaking_for": timedelta(minutes=minutes)}
        case "not-breaking":
            return {"breaking_for": timedelta(0)}
        case "solemn":
            return {"solemn": True}
        case "still-valid":
            return {"is_still_valid": True}
        case "alt":
            return {"alt": typed_in(fields, "alt"), "loaded": fields.get("loaded", "")}
        case "focus" if (point := _point(fields.get("focus", ""))) is not None:
            return {"focus": point, "loaded": fields.get("loaded-focus", "")}
    raise RefusedVerb(here.t.gettext("There is no such mark; nothing was changed."))


def places(here: Here) -> dict[str, str]:
    """Name the parts of a photo that may be said to stay in sight, by the point in their middle."""
    gettext = here.t.gettext
    return {
        "0.2,0.2": gettext("Upper left"),
        "0.5,0.2": gettext("Top"),
        "0.8,0.2": gettext("Upper right"),
        "0.2,0.5": gettext("Left"),
        "0.5,0.5": gettext("Middle"),
        "0.8,0.5": gettext("Right"),
        "0.2,0.8": gettext("Lower left"),
        "0.5,0.8": gettext("Bottom"),
        "0.8,0.8": gettext("Lower right"),
    }


def typed_in(fields: Mapping[str, str], name: str) -> str:
    """Read what was typed, its lines ended as ours are."""
    return fields.get(name, "").replace("\r\n", "\n").strip()


def _point(chosen: str) -> tuple[float, float] | tuple[()] | None:
    """Read a point, () for nobody's; None: it is none."""
    if not chosen:
        return ()
    across, _, down = chosen.partition(",")
    try:
        return float(across), float(down)
    except ValueError:
        return None
