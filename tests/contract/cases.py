"""What the kit must know of each network; found by the entry points the daemon uses."""

import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from adapters.contract import Ability, Card, Mark, Post
from tests.contract import pictures
from tests.contract.film_refusals import TIKTOK, TIKTOK_PHOTOS, YOUTUBE
from tests.contract.play import Case, Refusal

_PYPROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())

LINK = "https://steppecourier.example/2026/11/railway-opens"
_HEADLINE = "Railway <opens> & runs: Қазақстан 🇰🇿"
_TEXT = f"{_HEADLINE}\n\nThe first train left at 6 a.m. for Aktau.\n\n{LINK}"
POST = Post(
    text=_TEXT,
    marks=(Mark(0, len(_HEADLINE), "bold"), Mark(_TEXT.index(LINK), len(_TEXT), "link", LINK)),
    lang="en",
    card=Card(LINK, "Railway opens", "The first train left for Aktau."),
)


def load(name: str, group: str) -> Any:
    """Load what an entry point names."""
    module, _, attribute = _PYPROJECT["project"]["entry-points"][f"jarshy.{group}"][name].partition(":")
    return getattr(import_module(module), attribute)


def names() -> list[str]:
    """List every network that has an adapter."""
    return sorted(_PYPROJECT["project"]["entry-points"]["jarshy.adapters"])


def _telegram(status: int, description: str, error: str, scope: str = "", **parameters: Any) -> Refusal:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return Refusal(status, body, error, scope=scope, wait=parameters.get("retry_after", 0))


def _named(status: int, name: str, error: str, scope: str = "", **headers: str) -> Refusal:
    wait = float(headers.get("retry_after", 0))
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return Refusal(status, {"error": name, "message": "words"}, error, headers=named, scope=scope, wait=wait)


_TELEGRAM = (
    _telegram(429, "Too Many Requests: retry after 7", "NotYet", "channel", retry_after=7),
    _telegram(401, "Unauthorized", "AuthFailed", "account"),
    _telegram(404, "Not Found", "AuthFailed", "account"),
    _telegram(409, "Conflict: terminated by other getUpdates request", "AuthFailed"),
    _telegram(403, "Forbidden: bot is not a member of the channel chat", "AuthFailed", "channel"),
    _telegram(403, "Forbidden: bot was kicked from the channel chat", "AuthFailed", "channel"),
    _telegram(400, "Bad Request: chat not found", "AuthFailed", "channel"),
    _telegram(400, "Bad Request: need administrator rights in the channel chat", "AuthFailed", "channel"),
    _telegram(400, "Bad Request: have no write access to the chat", "AuthFailed", "channel"),
    _telegram(400, "Bad Request: not enough rights to send text messages to the chat", "AuthFailed", "channel"),
    _telegram(400, "Bad Request: CHAT_WRITE_FORBIDDEN", "AuthFailed", "channel"),
    _telegram(
        400, "Bad Request: group chat was upgraded to a supergroup chat", "NotSent", migrate_to_chat_id=-1001234567890
    ),
    _telegram(400, "Bad Request: can't parse entities: Unclosed start tag at byte offset 2", "Rejected"),
    _telegram(400, "Bad Request: message is too long", "Rejected"),
    _telegram(400, "Bad Request: text must be non-empty", "Rejected"),
    _telegram(400, "Bad Request: message text is empty", "Rejected"),
    _telegram(400, "Bad Request: words nobody has seen before", "Rejected"),
    _telegram(500, "Internal Server Error: restart", "OutcomeUnknown"),
)
_MASTODON = (
    Refusal(401, {"error": "The access token is invalid"}, "AuthFailed", scope="account"),
    Refusal(401, {"error": "The access token was revoked"}, "AuthFailed", scope="account"),
    Refusal(401, "", "AuthFailed", scope="account"),
    Refusal(403, {"error": "This action is outside the authorized scopes"}, "AuthFailed", scope="account"),
    Refusal(403, {"error": "Your login is currently disabled"}, "AuthFailed", scope="account"),
    Refusal(404, {"error": "Record not found"}, "Rejected"),
    Refusal(404, "<h1>404 Not Found (snac/2.75)</h1>", "Rejected"),
    Refusal(400, {"error": "Bad Request: status too long"}, "Rejected"),
    Refusal(422, {"error": "Validation failed: Text can't be blank"}, "Rejected"),
    Refusal(422, {"error": "Validation failed: Text character limit of 500 exceeded"}, "Rejected"),
    Refusal(
        429, {"error": "Too many requests"}, "NotYet", {"x-ratelimit-reset": "2026-11-22T12:01:30.000000Z"}, wait=89
    ),
    Refusal(429, {"error": "Too many requests"}, "NotYet", {"retry-after": "40"}, wait=40),
    Refusal(500, {"error": "Something went wrong on our end"}, "OutcomeUnknown"),
    Refusal(503, "<html>busy</html>", "OutcomeUnknown"),
)
_BLUESKY = (
    _named(400, "InvalidRequest", "Rejected"),
    _named(400, "ExpiredToken", "AuthFailed", "account"),
    _named(400, "InvalidToken", "AuthFailed", "account"),
    _named(401, "AuthMissing", "AuthFailed", "account"),
    _named(401, "AuthenticationRequired", "AuthFailed", "account"),
    _named(403, "AccountTakedown", "AuthFailed", "account"),
    _named(403, "AccountDeactivated", "AuthFailed", "account"),
    _named(400, "BlobNotFound", "NotSent"),
    _named(413, "PayloadTooLarge", "Rejected"),
    _named(429, "RateLimitExceeded", "NotYet", retry_after="290"),
    _named(500, "InternalServerError", "OutcomeUnknown"),
    _named(502, "UpstreamFailure", "OutcomeUnknown"),
)


def _x(status: int, detail: str, error: str, scope: str = "", *, kind: str = "about:blank", **more: Any) -> Refusal:
    body = {"title": more.pop("title", "Forbidden"), "detail": detail, "type": kind, "status": status}
    body |= {"errors": more.pop("errors")} if "errors" in more else {}
    return Refusal(status, body, error, scope=scope, **more)


_X_PROBLEMS = "https://api.twitter.com/2/problems/"
_NOON = 1795348800  # 2026-11-22 12:00 UTC, when every play begins
_X = (
    _x(401, "Unauthorized", "AuthFailed", "account", title="Unauthorized"),
    _x(402, "no credits", "AuthFailed", "account", title="CreditsDepleted", kind=f"{_X_PROBLEMS}credits"),
    _x(402, "no credits", "AuthFailed", "account"),
    _x(400, "not valid", "Rejected", kind="https://api.x.com/2/problems/invalid-request"),
    _x(403, "You are not allowed to create a Tweet with duplicate content.", "Rejected"),
    Refusal(403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, "Rejected"),
    _x(403, "You are not permitted to perform this action.", "Rejected"),
    _x(403, "A post may hold a maximum of one cashtag.", "Rejected"),
    _x(403, "The Tweet contains an invalid URL.", "Rejected"),
    _x(403, "words nobody has seen before", "Rejected"),
    _x(403, "app", "AuthFailed", "account", kind=f"{_X_PROBLEMS}unsupported-authentication"),
    _x(403, "app", "AuthFailed", "account", kind=f"{_X_PROBLEMS}client-forbidden"),
    _x(403, "app", "AuthFailed", "account", kind=f"{_X_PROBLEMS}oauth1-permissions"),
    _x(403, "gone", "AuthFailed", "account", kind=f"{_X_PROBLEMS}user-suspended"),
    _x(403, "cap", "AuthFailed", "account", kind=f"{_X_PROBLEMS}usage-capped"),
    _x(429, "cap", "AuthFailed", "account", kind=f"{_X_PROBLEMS}usage-capped"),
    _x(403, "You have reached your spending limit.", "AuthFailed", "account"),
    _x(403, "Your account is not permitted to access this feature", "AuthFailed", "account"),
    Refusal(403, {"errors": [{"code": 326, "message": "This account is locked."}]}, "AuthFailed", scope="account"),
    _x(429, "Too Many Requests", "NotYet", "account", wait=900),
    _x(
        429,
        "Too Many Requests",
        "NotYet",
        "account",
        headers={"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(_NOON + 400)},
        wait=399,
    ),
    Refusal(
        429,
        {"errors": [{"code": 88, "message": "Rate limit exceeded"}]},
        "NotYet",
        {
            "x-rate-limit-remaining": "60",
            "x-rate-limit-reset": str(_NOON + 400),
            "x-app-limit-24hour-remaining": "0",
            "x-app-limit-24hour-reset": str(_NOON + 40_000),
        },
        scope="app",
        wait=39_999,
    ),
    _x(
        429,
        "Too Many Requests",
        "NotYet",
        "account",
        headers={"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": str(_NOON + 40_000)},
        wait=39_999,
    ),
    _x(500, "Internal", "OutcomeUnknown"),
    _x(503, "Service Unavailable", "OutcomeUnknown"),
)


def graph_refusal(
    code: int, error: str, scope: str = "", *, subcode: int = 0, status: int = 400, **more: Any
) -> Refusal:
    about = {"message": "words", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"} | more
    return Refusal(status, {"error": about | ({"error_subcode": subcode} if subcode else {})}, error, scope=scope)


FACEBOOK = (
    graph_refusal(1, "OutcomeUnknown", status=500),
    graph_refusal(1, "OutcomeUnknown", subcode=99),
    graph_refusal(2, "OutcomeUnknown", status=500),
    graph_refusal(99999, "OutcomeUnknown", is_transient=True),
    graph_refusal(99999, "OutcomeUnknown", status=503),
    graph_refusal(4, "NotYet", "app", is_transient=True),
    *(replace(graph_refusal(code, "NotYet", "account"), wait=3600) for code in (17, 32, 613, 80001, 80002)),
    Refusal(
        400,
        graph_refusal(80001, "").body,
        "NotYet",
        {"x-business-use-case-usage": '{"1":[{"type":"pages","estimated_time_to_regain_access":7}]}'},
        "account",
        420,
    ),
    *(graph_refusal(190, "AuthFailed", "account", subcode=subcode) for subcode in (458, 459, 460, 463, 464, 467)),
    graph_refusal(190, "AuthFailed", "account", status=401),
    graph_refusal(102, "AuthFailed", "account"),
    graph_refusal(190, "AuthFailed", "channel", subcode=492),
    *(graph_refusal(code, "AuthFailed", "channel") for code in (3, 10, 200, 299, 368)),
    *(graph_refusal(100, "AuthFailed", "channel", subcode=n) for n in (1404078, 1346003, 1404102, 1390008, 4854002)),
    graph_refusal(2635, "AuthFailed", "account"),
    graph_refusal(100, "AuthFailed", "account", message="Invalid appsecret_proof provided in the API argument"),
)
# Of Threads and Instagram, whose subcodes say most (sheets of 2026-11-22, 4). After a no the container is looked at:
# it is not out, so the no stands.
CONTAINERS = (
    *(each for each in FACEBOOK if each.scope != "app"),
    graph_refusal(4, "NotYet", "app"),
    graph_refusal(4, "OutcomeUnknown", subcode=2207051),
    replace(graph_refusal(9, "NotYet", "account", subcode=2207042), wait=3600),
    replace(graph_refusal(9007, "NotYet", "delivery", subcode=2207027), wait=5),
    *(replace(graph_refusal(24, "NotYet", "delivery", subcode=each), wait=20) for each in (4279009, 2207006, 2207008)),
    replace(graph_refusal(-2, "NotYet", "delivery", subcode=2207020), wait=20),
    graph_refusal(-1, "OutcomeUnknown", subcode=2207001),
    graph_refusal(-1, "OutcomeUnknown", subcode=2207032),
    graph_refusal(25, "AuthFailed", "channel", subcode=2207050),
    graph_refusal(24, "AuthFailed", "channel", subcode=4279013),
    graph_refusal(100, "Rejected"),
    graph_refusal(36004, "Rejected", subcode=2207010),
    replace(graph_refusal(100, "NotYet", "delivery", subcode=33), wait=20),
)
# What is wrong with a draft was said when it was made, so a no to its publishing is about publishing.
_FLIP = (
    graph_refusal(100, "AuthFailed", "channel"),
    graph_refusal(100, "Rejected", subcode=33),
    graph_refusal(506, "Rejected"),
)
_ANYWHERE = (
    Refusal(502, "<html>Bad Gateway</html>", "OutcomeUnknown"),
    Refusal(504, "", "OutcomeUnknown"),
    Refusal(200, "<html>Welcome</html>", "OutcomeUnknown"),
    Refusal(200, "", "OutcomeUnknown"),
    Refusal(200, {"unheard": "of"}, "OutcomeUnknown"),
    Refusal(200, ["a list"], "OutcomeUnknown"),
)


_TELEGRAM_PICTURES = (
    *(
        _telegram(400, f"Bad Request: {said}", "Rejected")
        for said in ("IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS")
    ),
    _telegram(400, "Bad Request: file must be non-empty", "Rejected"),
    _telegram(413, "Request Entity Too Large", "Rejected"),
)
_MASTODON_PICTURES = (
    Refusal(422, {"error": "Validation failed: File content type is invalid"}, "Rejected"),
    Refusal(413, "<html>Request Entity Too Large</html>", "Rejected"),
)
_BLUESKY_PICTURES = (
    ("uploadBlob", _named(413, "PayloadTooLarge", "Rejected")),
    ("putRecord", _named(400, "InvalidMimeType", "Rejected")),
    (
        "putRecord",
        Refusal(400, {"error": "InvalidRequest", "message": "blob too big (maximum 2, got 3) at $.embed"}, "Rejected"),
    ),
)
_FACEBOOK_PICTURES = (
    ("photo", graph_refusal(100, "Rejected", subcode=1366046)),
    ("photo", graph_refusal(324, "Rejected")),
    ("draft", graph_refusal(100, "Rejected", subcode=1366046)),
)
_CONTAINER_PICTURES = tuple(
    ("container", graph_refusal(code, "Rejected", subcode=subcode))
    for code, subcode in ((36000, 2207004), (36001, 2207005), (36003, 2207009), (352, 2207026))
)
_X_PICTURES = (
    _x(400, "media type unrecognized", "Rejected", errors=[{"parameters": {"media": ["<binary>"]}}]),
    _x(400, "media type unrecognized", "Rejected"),
    _x(403, "You are not permitted to perform this action.", "Rejected"),
    _x(413, "Payload too large", "Rejected"),
)


def _linkedin(status: int, code: str, error: str, scope: str = "", *, said: str = "words", **more: Any) -> Refusal:
    return Refusal(status, {"status": status, "code": code, "message": said}, error, scope=scope, **more)


_DAY = "Resource level throttle {} DAY limit for calls to this resource is reached."
_LINKEDIN = (
    _linkedin(401, "EXPIRED_ACCESS_TOKEN", "AuthFailed", "account"),
    _linkedin(401, "REVOKED_ACCESS_TOKEN", "AuthFailed", "account"),
    _linkedin(403, "ACCESS_DENIED", "AuthFailed", "channel"),
    _linkedin(426, "NONEXISTENT_VERSION", "AuthFailed", "account"),
    # The plays begin at noon: what a day allows comes back at midnight UTC.
    _linkedin(429, "TOO_MANY_REQUESTS", "NotYet", "app", said=_DAY.format("APPLICATION"), wait=12 * 3600),
    _linkedin(429, "TOO_MANY_REQUESTS", "NotYet", "account", said=_DAY.format("MEMBER"), wait=12 * 3600),
    _linkedin(429, "TOO_MANY_REQUESTS", "NotYet", "account", wait=300),
    _linkedin(429, "TOO_MANY_REQUESTS", "NotYet", "account", headers={"retry-after": "40"}, wait=40),
    _linkedin(422, "FIELD_LENGTH_TOO_LONG", "Rejected"),
    _linkedin(422, "DUPLICATE_POST", "Rejected", said="Content is a duplicate of urn:li:share:7141138937766391808"),
    _linkedin(400, "INVALID_URN_ID", "Rejected"),
    _linkedin(404, "NOT_FOUND", "Rejected"),
    _linkedin(500, "INTERNAL_SERVER_ERROR", "OutcomeUnknown"),
    _linkedin(503, "SERVICE_UNAVAILABLE", "OutcomeUnknown"),
    Refusal(201, "", "OutcomeUnknown"),
    Refusal(201, "", "OutcomeUnknown", {"x-restli-id": "urn:li:activity:x"}),
)
_LINKEDIN_PICTURES = (
    ("initImage", _linkedin(400, "INVALID_OWNER", "Rejected")),
    ("upload", Refusal(413, "<html>Request Entity Too Large</html>", "Rejected")),
    ("getImage", Refusal(200, {"status": "PROCESSING_FAILED"}, "Rejected")),
)


_NO_BRACKETS = str.maketrans("", "", "<>")


def _without_brackets(post: Post) -> Post:
    """Write the kit's post for a network that takes no angle brackets in any words."""
    text = post.text.translate(_NO_BRACKETS)
    marks = (Mark(0, text.index("\n"), "bold"), Mark(text.index(LINK), len(text), "link", LINK))
    return replace(post, text=text, marks=marks)


_KNOWN: dict[str, dict[str, Any]] = {
    "telegram": {
        "refusals": _TELEGRAM,
        "picture_refusals": tuple(("sendPhoto", each) for each in _TELEGRAM_PICTURES),
        "settings": {"newest_post": "100"},
        "tells": frozenset({"name"}),
        "marks": frozenset({"bold", "italic", "link", "tag"}),
    },
    "mastodon": {
        "refusals": _MASTODON,
        "picture_refusals": tuple(("uploadMedia", each) for each in _MASTODON_PICTURES),
        "keeps_keys": True,
        "one_key": True,
        "calls": {"status": "postStatus", "media": "uploadMedia"},
    },
    "facebook": {
        "refusals": FACEBOOK + _FLIP,
        "picture_refusals": _FACEBOOK_PICTURES,
        "keeps_keys": True,
        "secrets": ("token", "app_secret"),
    },
    "instagram": {
        "refusals": CONTAINERS,
        "picture_refusals": _CONTAINER_PICTURES,
        "keeps_keys": True,
        "secrets": ("token", "app_secret"),
        "marks": frozenset({"tag"}),
        "post": replace(POST, media=(pictures.picture(),)),
    },
    "threads": {
        "refusals": CONTAINERS,
        "picture_refusals": _CONTAINER_PICTURES,
        "keeps_keys": True,
        "needs_consent": True,
    },
    "bluesky": {
        "refusals": _BLUESKY,
        "picture_refusals": _BLUESKY_PICTURES,
        "keeps_keys": True,
        "one_key": True,
        "secrets": ("password",),
        "home": "https://home.bluesky.example",
    },
    "linkedin": {
        "tells": frozenset(),
        "refuses_repeats": True,
        "keeps_keys": True,
        "signs_in": False,
        "refusals": _LINKEDIN,
        "picture_refusals": _LINKEDIN_PICTURES,
        "secrets": ("token", "client_secret", "refresh_token"),
    },
    "x": {
        "refuses_repeats": True,
        "refusals": _X,
        "picture_refusals": tuple(("mediaUpload", each) for each in _X_PICTURES),
        "calls": {"tweet": "createPosts", "alt": "createMediaMetadata"},
        "secrets": ("api_key", "api_secret", "access_token", "access_secret"),
    },
    "tiktok": {
        "person_tells": frozenset({"photo", "album"}),
        "refusals": TIKTOK,
        "picture_refusals": TIKTOK_PHOTOS,
        "post": replace(POST, media=(pictures.film(),)),
        "keeps_keys": True,
        "unsigned": True,
        "fails": "spam_risk_text",
        "signs_in": False,
        "settings": {"mode": "direct"},
        "secrets": ("client_secret", "refresh_token"),
    },
    "youtube": {
        "refusals": YOUTUBE,
        "keeps_keys": True,
        "counts_bytes": True,
        "fails": "rejected copyright",
        "rewrites": str.maketrans("<>", "＜＞"),
        "secrets": ("client_secret", "refresh_token"),
        "post": _without_brackets(POST),
    },
}


def case(name: str) -> Case:
    """Build one network's case; an adapter without one fails here."""
    adapter = load(name, "adapters")
    known = {"network": load(name, "emulators"), "post": POST} | _KNOWN[name]
    if adapter.spec.limits.least and not adapter.spec.limits.pictures:  # no post there goes without a film
        takes = adapter.spec.limits.films
        film = replace(pictures.film(), cover=pictures.picture() if takes and takes.cover else None)
        known["post"] = replace(known["post"], media=(film,))
    return Case(adapter, **(known | {"refusals": known["refusals"] + _ANYWHERE}))


def forms(plain: Case) -> list[Case]:
    """Let a network's case post pictures, in each form the network takes them."""
    found = pictures.forms(plain.adapter, plain.post)
    # Where a film's last piece carries no token, the call that names photos does.
    return [replace(plain, form=form, post=post, unsigned=False) for form, post in found.items()]


def named(case: Case) -> str:
    """Name a case in the list of tests."""
    return f"{case.name}-{case.form}" if case.form else case.name


CASES = [case(name) for name in names()]
WITH_PICTURES = [form for each in CASES for form in forms(each)]
EVERY_FORM = [c for c in CASES if c.post not in [form.post for form in forms(c)]] + WITH_PICTURES
"""Each network in each form it takes, once."""
every_case = pytest.mark.parametrize("case", CASES, ids=named)
every_form = pytest.mark.parametrize("case", EVERY_FORM, ids=named)
every_form_with_links = pytest.mark.parametrize("case", [c for c in EVERY_FORM if "link" in c.marks], ids=named)
every_form_with_pictures = pytest.mark.parametrize("case", WITH_PICTURES, ids=named)


def every_case_that_can(ability: Ability) -> pytest.MarkDecorator:
    """Take the networks whose adapter offers an ability."""
    return pytest.mark.parametrize("case", [c for c in CASES if c.can(ability)], ids=named)


def every_form_that_can(ability: Ability) -> pytest.MarkDecorator:
    """Take every form of post on the networks whose adapter offers an ability."""
    able = [c for c in EVERY_FORM if c.can(ability)]
    return pytest.mark.parametrize("case", able, ids=named)
