"""The plainest request that posts a text, per network, written from its sheet."""

from typing import Any

import httpx

from tests.contract.stage import Stage

CALLS = {"telegram": "sendMessage", "mastodon": "postStatus", "bluesky": "putRecord"}
KEY = "3m6ahqhyoa22a"
POSTS = "app.bsky.feed.post"


def sign_in(stage: Stage) -> None:
    """Sign in where the network knows sessions; the session is kept on the stage."""
    if stage.network.name == "bluesky":
        found = stage.ask("POST", "/xrpc/com.atproto.server.createSession", json=stage.credentials)
        stage.session = found.json()


def post(stage: Stage, text: str, **more: Any) -> httpx.Response:
    """Post a text; `more` goes into the body."""
    match stage.network.name:
        case "telegram":
            return bot(stage, "sendMessage", chat_id=stage.settings["chat"], text=text, **more)
        case "mastodon":
            return mastodon(stage, "POST", "/api/v1/statuses", json={"status": text, **more})
    return put(stage, {"text": text, **more})


def bot(stage: Stage, method: str, **arguments: Any) -> httpx.Response:
    return stage.ask("POST", f"/bot{stage.credentials['token']}/{method}", json=arguments)


def mastodon(stage: Stage, method: str, path: str, *, key: str = "", **request: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {stage.credentials['token']}"} | ({"idempotency-key": key} if key else {})
    return stage.ask(method, path, headers=headers, **request)


def xrpc(
    stage: Stage, method: str, name: str, *, token: str = "", content_type: str = "", **request: Any
) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or stage.session['accessJwt']}"}
    headers |= {"content-type": content_type} if content_type else {}
    return stage.ask(method, f"/xrpc/com.atproto.{name}", headers=headers, **request)


def record(**more: Any) -> dict[str, Any]:
    return {"$type": POSTS, "text": "Railway opens", "createdAt": "2026-11-22T12:00:00.000Z", "langs": ["en"], **more}


def put(stage: Stage, more: dict[str, Any], *, key: str = KEY, **body: Any) -> httpx.Response:
    whole = {"repo": stage.session["did"], "collection": POSTS, "rkey": key, "record": record(**more), **body}
    return xrpc(stage, "POST", "repo.putRecord", json=whole)
