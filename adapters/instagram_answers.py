"""How Instagram's answers read: what it calls things, the account of a page, the host for uploads and its refusals."""

from typing import Any

from adapters.containers_answers import Dialect, sort
from adapters.contract import Identity, NotSent, PictureRefused, PublishError
from adapters.http import Answer

NEEDED = ("instagram_basic", "instagram_content_publish", "pages_read_engagement")
RIGHTS = f"{', '.join(NEEDED[:-1])} and {NEEDED[-1]}"
"""What a post needs, by name."""
DIALECT = Dialect(
    title="Instagram",
    create="media",
    publish="media_publish",
    listed="media",
    state="status_code",
    why="status",
    quota="content_publishing_limit",
    fields="id,caption,timestamp,permalink",
    metrics="reach,views,likes,comments,saved,shares,total_interactions",
    rights=RIGHTS,
    passing=("2207001", "2207003", "2207032", "2207052", "2207053", "2207082"),
)


def professional(answer: Any) -> Identity | None:
    """Read which account is linked to a page; None: no professional one is."""
    if not (found := answer.get("instagram_business_account")):
        return None
    name, avatar = (str(found.get(each) or "") for each in ("name", "profile_picture_url"))
    return Identity(str(found["id"]), f"@{found['username']}", name=name, avatar=avatar)


def came(answer: Any) -> int:
    """Read how many bytes have come; an answer that does not say means none, and all are sent."""
    phase = (answer.get("video_status") or {}).get("uploading_phase") or {}
    return int(phase.get("bytes_transferred") or phase.get("bytes_transfered") or 0)


def uploaded(answer: Any) -> bool:
    """Read that the host for uploads has all bytes."""
    if answer["success"] is not True:
        raise ValueError("not uploaded")
    return True


def upload_sorted(answer: Answer) -> PublishError | None:
    """Read a refusal of the host for uploads; where the film is not to blame, the rest of it is sent again."""
    told = answer.body.get("debug_info")
    if not isinstance(told, dict):
        return sort(answer, unsure=NotSent, rights=RIGHTS)
    said = f"Instagram upload: {told.get('message', '')} ({told.get('type', '')})"
    is_bad = told.get("type") == "ProcessingFailedError" and told.get("retriable") is False
    return PictureRefused(said) if is_bad else NotSent(said, is_outage=False)
