"""The way from a network's consent page to tokens: what people are sent to, what comes back, and the exchange.

OAuth 2.0 by a code: https://www.rfc-editor.org/rfc/rfc6749, with a verifier (RFC 7636) and a way back to this machine
(RFC 8252).
"""

import base64
import hashlib
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from adapters.contract import AuthFailed, Consent, Granted, Json, PublishError, Scope
from adapters.http import Answer, Http
from adapters.spec import Pkce


def unguessable(drawn: bytes) -> str:
    """Write 32 drawn bytes as a state or a verifier: 43 signs that no address changes."""
    return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()


def address(consent: Consent, *, redirect: str, state: str, verifier: str) -> str:
    """Write the address of the consent page, with everything it must be told."""
    told = {
        "response_type": "code",
        consent.client_name: consent.client,
        "redirect_uri": redirect,
        "scope": consent.separator.join(consent.rights),
        "state": state,
        **consent.more,
    }
    if consent.pkce:
        told |= {"code_challenge": challenge(verifier, consent.pkce), "code_challenge_method": "S256"}
    return f"{consent.authorize}?{urlencode(told, quote_via=quote)}"


def challenge(verifier: str, how: Pkce) -> str:
    """Hide a verifier; whoever sees the address cannot use its code."""
    digest = hashlib.sha256(verifier.encode())
    return digest.hexdigest() if how == "hex" else unguessable(digest.digest())


def code_in(said: str, *, state: str, title: str) -> str:
    """Read the code out of the address people were sent back to, or take the bare code a person copied.

    Raises AuthFailed where the owner refused, or where it answers another question than the one with this state.
    """
    said, found = _read(said)
    if not found:
        if not _is_code(said):
            raise _failed(f"{title}: that is neither a code nor an address that holds one")
        return said
    if found.get("state") != state:
        raise _failed(f"{title}: this answers another question, as its `state` is not ours")
    if "code" in found:
        return found["code"]
    if "error" not in found:
        raise _failed(f"{title}: the address that came back holds no code")
    reasons = (found.get(name) for name in ("error", "error_reason", "error_description"))
    raise _failed(f"{title}: the account's owner did not consent ({', '.join(filter(None, reasons))})")


def is_answer(said: str, *, state: str) -> bool:
    """Tell whether what came answers the question with this state, for good or bad; a bare code can only be pasted."""
    said, found = _read(said)
    return found.get("state") == state if found else _is_code(said)


def _read(said: str) -> tuple[str, dict[str, str]]:
    """Tidy what came back, and read what its address tells; nothing of a bare code."""
    said = said.strip().removesuffix("#_")  # Meta hangs it onto every address
    query = urlsplit(said).query if "?" in said else said
    return said, {name: values[-1] for name, values in parse_qs(query).items()}


def _is_code(said: str) -> bool:
    return bool(re.fullmatch(r"[\x21-\x7e]{4,}", said)) and "://" not in said


async def exchange(
    consent: Consent, code: str, *, redirect: str, verifier: str, http: Http, now: datetime, title: str
) -> Granted:
    """Trade a code for tokens: once, as it serves once. Raises AuthFailed where it does not serve or rights lack."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    form |= {"code_verifier": verifier} if consent.pkce else {}
    answer = await _ask(consent, form, http=http, what=f"{title} sign-in", secrets=(code, verifier))
    return _granted(consent, answer, now, title)


async def refresh(consent: Consent, token: str, *, http: Http, title: str) -> Json:
    """Trade a refresh token for new tokens: once, as it may serve once. Raises AuthFailed where it serves no more."""
    form = {"grant_type": "refresh_token", "refresh_token": token}
    answer = await _ask(consent, form, http=http, what=f"{title} renewal", secrets=(token,))
    if not isinstance(answer.get("access_token"), str) or not answer["access_token"]:
        raise _failed(f"{title} renewal: {_said(answer)}")
    return answer


async def _ask(consent: Consent, form: dict[str, str], *, http: Http, what: str, secrets: tuple[str, ...]) -> Json:
    headers = {}
    if consent.proof == "header" and consent.secret:
        pair = f"{quote(consent.client, safe='')}:{quote(consent.secret, safe='')}"
        headers = {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    else:
        form = form | {consent.client_name: consent.client}
        form |= {"client_secret": consent.secret} if consent.secret else {}
    how: Json = {"data" if consent.method == "POST" else "params": form, "headers": headers}
    how |= {"what": what, "sort": _sort, "secrets": (*secrets, consent.secret)}
    answer: Json = await http.json(consent.method, consent.token, read=dict, **how)
    return answer


def _granted(consent: Consent, answer: Json, now: datetime, title: str) -> Granted:
    token: Any = answer.get("access_token")
    if not isinstance(token, str) or not token:  # a refusal may come with 200 too
        raise _failed(f"{title} sign-in: {_said(answer)}")
    scope = answer.get("scope") or answer.get("permissions")
    if isinstance(scope, list):
        scope = ",".join(map(str, scope))
    # Where a network names no rights, it gave those that were asked for (RFC 6749, 5.1).
    rights = frozenset(re.split(r"[\s,]+", scope)) if isinstance(scope, str) and scope else None
    if rights is not None and (lacking := [each for each in consent.needed if each not in rights]):
        raise _failed(f"{title}: the consent lacks the right to {', '.join(lacking)}; leave all of them ticked")
    return Granted(answer, rights, now)


def _sort(answer: Answer) -> PublishError | None:
    if answer.status not in (400, 401, 403):
        return None
    return _failed(answer.said)


def _said(answer: Json) -> str:
    return str(answer.get("error_description") or answer.get("error") or "no token came")


def _failed(said: str) -> AuthFailed:
    return AuthFailed(said, scope=Scope.ACCOUNT)
