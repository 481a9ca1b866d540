"""What networks that take films answer to the last piece of one, from their sheets, and what it must become."""

from tests.contract.play import Refusal


def _youtube(status: int, reason: str, error: str, scope: str = "", wait: float = 0) -> Refusal:
    body = {"code": status, "message": "words", "errors": [{"message": "words", "domain": "d", "reason": reason}]}
    return Refusal(status, {"error": body}, error, scope=scope, wait=wait)


YOUTUBE = (
    _youtube(401, "authError", "AuthFailed", "account"),
    _youtube(401, "youtubeSignupRequired", "AuthFailed", "account"),
    _youtube(403, "insufficientPermissions", "AuthFailed", "account"),
    _youtube(403, "authenticatedUserAccountSuspended", "AuthFailed", "account"),
    _youtube(403, "quotaExceeded", "NotYet", "app", wait=20 * 3600),  # noon in London is four at night there
    _youtube(403, "dailyLimitExceeded", "NotYet", "app", wait=20 * 3600 - 1),
    _youtube(400, "uploadLimitExceeded", "NotYet", "account", wait=86_400),
    _youtube(403, "rateLimitExceeded", "NotYet", "account", wait=60),
    _youtube(403, "userRateLimitExceeded", "NotYet", "account", wait=60),
    _youtube(429, "", "NotYet", "account", wait=60),
    *(_youtube(400, f"invalid{what}", "Rejected") for what in ("Title", "Description", "Tags", "CategoryId")),
    *(_youtube(400, why, "Rejected") for why in ("invalidPublishAt", "invalidVideoMetadata", "mediaBodyRequired")),
    *(_youtube(403, why, "Rejected") for why in ("forbidden", "forbiddenPrivacySetting", "forbiddenLicenseSetting")),
    _youtube(500, "backendError", "OutcomeUnknown"),
    _youtube(503, "", "OutcomeUnknown"),
    # An earlier try may have finished that upload: only the channel's list can tell.
    _youtube(404, "", "OutcomeUnknown"),
    _youtube(410, "", "OutcomeUnknown"),
    # The last piece was kept in part.
    Refusal(308, "", "NotSent", {"range": "bytes=0-99"}),
    Refusal(308, "", "NotSent"),
    Refusal(200, {"id": "x", "status": {"uploadStatus": "rejected", "rejectionReason": "duplicate"}}, "Rejected"),
    Refusal(200, {"id": "x", "status": {"uploadStatus": "failed", "failureReason": "codec"}}, "Rejected"),
    Refusal(200, {"id": "x", "status": {"uploadStatus": "uploaded", "privacyStatus": "private"}}, "OutcomeUnknown"),
)


def _tiktok(status: int, code: str, error: str, scope: str = "", wait: float = 0) -> Refusal:
    return Refusal(status, {"data": {}, "error": {"code": code, "message": "words"}}, error, scope=scope, wait=wait)


TIKTOK = (
    _tiktok(400, "invalid_params", "Rejected"),
    _tiktok(401, "access_token_invalid", "AuthFailed", "account"),
    _tiktok(401, "scope_not_authorized", "AuthFailed", "account"),
    _tiktok(400, "spam_risk_too_many_posts", "NotYet", "account", wait=86_400),
    _tiktok(400, "spam_risk_too_many_pending_share", "NotYet", "channel", wait=3600),
    _tiktok(400, "reached_active_user_cap", "NotYet", "app", wait=86_400),
    _tiktok(400, "spam_risk_user_banned_from_posting", "AuthFailed", "account"),
    _tiktok(400, "unaudited_client_can_only_post_to_private_accounts", "AuthFailed", "channel"),
    _tiktok(400, "privacy_level_option_mismatch", "AuthFailed", "channel"),
    _tiktok(429, "rate_limit_exceeded", "NotYet", "account", wait=60),
    _tiktok(500, "internal_error", "OutcomeUnknown"),
    # A piece that is out of step, or whose address ended: the task is asked, and has nothing.
    Refusal(416, "", "NotSent"),
    Refusal(403, "", "NotSent"),
    Refusal(404, "", "NotSent"),
)

_PARAM = {"code": "invalid_param", "message": "photo_images: the photo is not supported", "log_id": "1"}
TIKTOK_PHOTOS = (("photo", Refusal(400, {"data": {}, "error": _PARAM}, "Rejected")),)
