"""The Graph API around any of Meta's networks: versions, tokens, proofs, quotas, refusals, and fields asked for."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from adapters.emulators.kit import Asked, Bucket, Reply, reply

Json = dict[str, Any]

VERSIONS = {
    "v20.0": date(2026, 9, 24),
    "v21.0": date(2027, 1, 21),
    "v22.0": date(2027, 5, 20),
    "v25.0": date(2028, 2, 1),
    "v26.0": date(2028, 7, 29),
}
"""Until when each version serves."""
_RETIRED_PARAMETERS = ("pretty", "debug", "date_format", "ids")
"""Parameters that version 26 knows no longer."""

_CALLS = (
    ("GET", r"me", "me"),
    ("GET", r"dialog/oauth", "authorize"),
    ("GET", r"oauth/access_token", "accessToken"),
    ("GET", r"me/accounts", "accounts"),
    ("GET", r"debug_token", "debugToken"),
    ("POST", r"(\d+)/feed", "post"),
    ("POST", r"(\d+)/photos", "photo"),
    ("GET", r"(\d+)/published_posts", "publishedPosts"),
    ("GET", r"(\d+_\d+)", "getPost"),
    ("POST", r"(\d+_\d+)", "editPost"),
    ("DELETE", r"(\d+_\d+)", "deletePost"),
    ("GET", r"(\d+)", "getPage"),
)

MAY_NOT_POST = (
    "(#200) If posting to a group, requires app being installed in the group, and either publish_to_groups permission; "
    "if posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin with sufficient "
    "administrative permission"
)
MISSING = (
    "Unsupported request. Object with ID '{}' does not exist, cannot be loaded due to missing permissions, or does not "
    "support this operation"
)


class No(Exception):
    """A refusal in Meta's form; the status is 400 even for a quota."""

    def __init__(self, message: str, code: int, subcode: int = 0, *, status: int = 400, kind: str = "") -> None:
        super().__init__(message)
        error: Json = {"message": message, "type": kind or "OAuthException", "code": code}
        error |= {"error_subcode": subcode} if subcode else {}
        self.reply = reply(status, {"error": error | {"fbtrace_id": "AbCdEfGhIjKlMnOpQrStUvW"}})


@dataclass
class App:
    """One app; in development mode only people with a role in it see what it posts."""

    secret: str
    id: str = ""
    is_live: bool = True
    requires_proof: bool = False


@dataclass
class Token:
    """One access token; `owner` is the id of the page or person it speaks for."""

    text: str
    owner: str
    app: App
    scopes: set[str] = field(default_factory=lambda: {"pages_show_list", "pages_read_engagement", "pages_manage_posts"})
    tasks: set[str] = field(default_factory=lambda: {"CREATE_CONTENT", "MANAGE", "MODERATE"})
    expires_at: datetime | None = None
    reads_until: datetime | None = None
    is_dead: bool = False
    is_blocked: bool = False
    """The network holds back posts by policy (code 368)."""
    is_page: bool = True


@dataclass
class Tokens:
    """All tokens there are."""

    known: dict[str, Token] = field(default_factory=dict)

    def holder(self, asked: Asked, now: datetime) -> Token:
        """Find whose token a request came with, and check it as the Graph API does."""
        text = asked.bearer or str(asked.query.get("access_token") or asked.body.get("access_token") or "")
        if not text:
            raise No("An access token is required to request this resource.", 104)
        token = self.known.get(text)
        if token is None:
            raise No("Invalid OAuth access token - Cannot parse access token", 190)
        if token.is_dead or (token.expires_at and token.expires_at <= now):
            raise No("Error validating access token: Session has expired", 190, 463)
        proof = str(asked.query.get("appsecret_proof") or asked.body.get("appsecret_proof") or "")
        if not proof and not token.app.requires_proof:
            return token
        right = hmac.new(token.app.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        if not proof:
            raise No("API calls from the server require an appsecret_proof argument", 100, kind="GraphMethodException")
        if not hmac.compare_digest(proof, right):
            raise No("Invalid appsecret_proof provided in the API argument", 100, kind="GraphMethodException")
        return token

    def debugged(self, asked: Asked, now: datetime) -> Reply:
        """Tell what an app may know of its tokens; 0 stands for never."""
        token = self.known.get(str(asked.query.get("input_token")))
        caller = asked.bearer or str(asked.query.get("access_token") or "")
        if token is None or caller != f"{token.app.id}|{token.app.secret}":
            raise No("(#100) The App_id in the input_token did not match the Viewing App", 100)
        ends = (int(at.timestamp()) if at else 0 for at in (token.expires_at, token.reads_until))
        told: Json = dict(zip(("expires_at", "data_access_expires_at"), ends, strict=True))
        is_valid = not token.is_dead and not (token.expires_at and token.expires_at <= now)
        facts = {"app_id": token.app.id, "type": "PAGE" if token.is_page else "USER", "is_valid": is_valid}
        return reply(200, {"data": facts | told | {"scopes": sorted(token.scopes), "profile_id": token.owner}})


def path_of(asked: Asked, now: datetime) -> str:
    """Cut the version off a path; an unknown or retired one is refused."""
    version, _, path = asked.path.strip("/").partition("/")
    if not re.fullmatch(r"v\d+\.\d+", version):
        raise No("Unknown path components: " + asked.path, 2500)
    if VERSIONS.get(version, date.min) <= now.date():
        raise No(f"You are calling a deprecated version of the Ads API or Graph API: {version}", 2635)
    for name in _RETIRED_PARAMETERS:
        if name in asked.query:
            raise No(f"(#100) The parameter {name} is not supported in this version", 100)
    return path


def name_of(method: str, path: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """Name a call and the object it is about; what a reader sees of it hangs on its parameters too."""
    for asked_by, pattern, name in _CALLS:
        match = re.fullmatch(pattern, path.rstrip("/"))
        if method == asked_by and match:
            return _finer(name, body), (match.groups() or ("",))[0]
    return "unknown", ""


def _finer(name: str, body: Mapping[str, Any]) -> str:
    is_shown = claim(body.get("published")) is not False
    match name:
        case "post":
            return "post" if is_shown else "draft"
        case "photo":
            return "postPhoto" if is_shown else "photo"
        case "editPost" if "is_published" in body:
            return "flip"
    return name


def usage(bucket: Bucket, owner: str, now: datetime) -> dict[str, str]:
    """Write the headers that tell, in percent and minutes, how much of the quota is used."""
    percent = (bucket.most - bucket.left) * 100 // bucket.most
    minutes = -(-bucket.seconds(now) // 60) if percent >= 100 else 0
    share = {"call_count": percent, "total_cputime": percent // 3, "total_time": percent // 3}
    business = {owner: [{"type": "pages", **share, "estimated_time_to_regain_access": minutes}]}
    return {"x-business-use-case-usage": json.dumps(business), "x-app-usage": json.dumps(share)}


def quota() -> Bucket:
    """Open the quota of a page with one engaged reader: 4800 calls in 24 hours."""
    return Bucket(4800, timedelta(hours=24))


def moment(at: datetime) -> str:
    """Write a moment as the Graph API does."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def number(value: Any, default: int, most: int) -> int:
    """Read a count from a query."""
    return min(int(value), most) if str(value).isdigit() else default


def claim(value: Any) -> bool | None:
    """Read a boolean, in JSON or as a form writes it; None where nothing was said."""
    return None if value is None else str(value).lower() in ("true", "1")


def pick(whole: Mapping[str, Any], wanted: str) -> Json:
    """Give the fields asked for, and the id; refuse a field there is none of. A field that is None is left out."""
    names = [re.sub(r"[.{].*", "", name) for name in _split(wanted)]
    for name in names:
        if name and name not in whole:
            raise No(f"(#100) Tried accessing nonexisting field ({name})", 100)
    return {name: whole[name] for name in dict.fromkeys(("id", *names)) if name and whole[name] is not None}


def _split(wanted: str) -> list[str]:
    """Split at the commas outside braces and brackets."""
    return re.split(r",(?![^{(]*[})])", wanted)


def can_post(holder: Token) -> bool:
    """Tell whether a token may post on its page."""
    return "pages_manage_posts" in holder.scopes and "CREATE_CONTENT" in holder.tasks


def may_post(holder: Token) -> None:
    """Refuse whoever may not post."""
    if not can_post(holder):
        raise No(MAY_NOT_POST, 200)
    if holder.is_blocked:
        raise No("The action attempted has been deemed abusive or is otherwise disallowed", 368)


def may_read(holder: Token) -> None:
    """Refuse whoever may not read."""
    if "pages_read_engagement" not in holder.scopes:
        raise No("(#10) This endpoint requires the 'pages_read_engagement' permission", 10)
