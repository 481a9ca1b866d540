"""A personal data server of the AT Protocol from the other side, from its contract sheet."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from typing_extensions import override

from adapters.emulators.bluesky_record import (
    POSTS,
    PROFILE,
    Blob,
    Refused,
    address,
    check_key,
    check_record,
    profile,
    show,
    tid,
)
from adapters.emulators.bluesky_sessions import Account, Sessions
from adapters.emulators.kit import Asked, Bucket, Network, Reply, Shown, Upload, World, reply
from adapters.emulators.pictures import picture

Json = dict[str, Any]

_SERVER, _REPO = "com.atproto.server.", "com.atproto.repo."
_CALLS = {
    **{f"{_SERVER}{name}": name for name in ("createSession", "refreshSession", "getSession")},
    **{f"{_REPO}{name}": name for name in ("putRecord", "createRecord", "deleteRecord", "applyWrites")},
    **{f"{_REPO}{name}": name for name in ("getRecord", "listRecords", "uploadBlob")},
}
_BLOB = 5 * 1024 * 1024
"""Largest upload, in bytes (the server's default)."""
_BLOB_LIVES = timedelta(hours=6)
"""Blobs no record names are collected after hours."""


class BlueskyNetwork(Network):
    """Repositories of posts; putRecord with `swapRecord: null` only ever creates."""

    name = "bluesky"
    title = "Bluesky"
    visible: ClassVar = frozenset({"putRecord", "createRecord", "applyWrites"})
    lag: ClassVar = timedelta(seconds=30)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.pds: str | None = None
        """The server that sign-ins name as home; None: the address the sign-in came to."""
        self.accounts: dict[str, Account] = {}
        """By did."""
        self.records: dict[tuple[str, str], Json] = {}
        """By (did, record key), as the server stores them; readers see the first version (bluesky-social
        /social-app#673)."""
        self._sessions = Sessions()
        self._blobs: dict[str, Blob] = {}
        self._requests = Bucket(3000, timedelta(minutes=5))

    @override
    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        handle = credentials["identifier"].removeprefix("@").lower()
        did = "did:plc:" + base64.b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()[:24]
        self.accounts.setdefault(did, Account(did, handle)).passwords.add(credentials["password"])

    @classmethod
    @override
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        credentials = {"identifier": f"demo-newsroom{n or ''}.bluesky.example", "password": f"demo-pass-word-{n:04d}"}
        return {"server": "https://bluesky.example"}, credentials

    @override
    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        return f"@{credentials['identifier'].removeprefix('@').lower()}"

    @override
    def editor_posts(self, place: str, text: str) -> str:
        account, now = self._account(place.removeprefix("@")), self.world.moment()
        key = tid(int(now.timestamp() * 1_000_000) + len(self.records))
        record = {"$type": POSTS, "text": text, "createdAt": now.isoformat().replace("+00:00", "Z")}
        self.records[(account.did, key)] = record
        shown = self._show(account, key, record)
        self.world.posts[(self.name, place, shown.id)] = shown
        return shown.id

    @override
    def call(self, asked: Asked) -> str:
        return _CALLS.get(asked.path.removeprefix("/xrpc/"), "unknown")

    @override
    def answer(self, asked: Asked) -> Reply:
        name, now = self.call(asked), self.world.moment()
        if name == "unknown":
            return self._error("MethodNotImplemented", "Method Not Implemented", 501)
        if not self._requests.take(now):
            return self.refuse(self._requests.seconds(now))
        try:
            answer: Reply = getattr(self, f"_{name}")(asked)
        except Refused as e:
            answer = self._error(e.name, e.message, e.status)
        return answer if "ratelimit-policy" in answer.headers else self._paced(answer, self._requests)

    @override
    def refuse(self, seconds: int) -> Reply:
        answer = self._error("RateLimitExceeded", "Rate Limit Exceeded", 429)
        return replace(answer, headers={**answer.headers, "retry-after": str(seconds)})

    @override
    def break_down(self) -> Reply:
        return self._error("InternalServerError", "Internal Server Error", 500)

    @override
    def revoke(self, asked: Asked) -> None:
        if self.call(asked) == "createSession":
            named = str(asked.body.get("identifier", "")).removeprefix("@").lower()
            for account in self.accounts.values():
                account.is_dead = account.is_dead or named in (account.handle, account.did)
            return
        if did := self._sessions.owner(asked.bearer):
            self._sessions.close(did)

    @override
    def restore(self) -> None:
        for account in self.accounts.values():
            account.is_dead = False

    def _error(self, name: str, message: str, status: int) -> Reply:
        return reply(status, {"error": name, "message": message})

    def _paced(self, answer: Reply, bucket: Bucket) -> Reply:
        """Add the headers of one limit; the real server shows the tightest only."""
        resets = int(bucket.resets.timestamp()) if bucket.resets else 0
        limits = {
            "ratelimit-limit": str(bucket.most),
            "ratelimit-remaining": str(bucket.left),
            "ratelimit-reset": str(resets),
            "ratelimit-policy": f"{bucket.most};w={int(bucket.window.total_seconds())}",
        }
        return replace(answer, headers={**answer.headers, **limits})

    def _createSession(self, asked: Asked) -> Reply:
        account = self._find(str(asked.body.get("identifier", "")))
        if account is not None:
            now = self.world.moment()
            for bucket in account.sign_ins:
                if not bucket.take(now):
                    return self._paced(self.refuse(bucket.seconds(now)), bucket)
        if account is None or account.is_dead or asked.body.get("password") not in account.passwords:
            raise Refused("AuthenticationRequired", "Invalid identifier or password", 401)
        answer = reply(200, self._profile(account, asked) | self._sessions.open(account.did, self.world.moment()))
        return self._paced(answer, account.sign_ins[0])

    def _refreshSession(self, asked: Asked) -> Reply:
        account = self.accounts[self._sessions.refresh(asked.bearer, self.world.moment())]
        return reply(200, self._profile(account, asked) | self._sessions.open(account.did, self.world.moment()))

    def _getSession(self, asked: Asked) -> Reply:
        return reply(200, self._profile(self._caller(asked), asked))

    def _profile(self, account: Account, asked: Asked) -> Json:
        pds = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.pds or asked.base}
        document = {"id": account.did, "alsoKnownAs": [f"at://{account.handle}"], "service": [pds]}
        return {"did": account.did, "handle": account.handle, "active": True, "didDoc": document}

    def _putRecord(self, asked: Asked) -> Reply:
        account, key = self._caller(asked), str(asked.body.get("rkey", ""))
        record: Any = asked.body.get("record")
        self._check(account, asked.body, key, record)
        old = self.records.get((account.did, key))
        if old == record:
            return reply(200, self._named(account, key, record) | {"validationStatus": "valid"})
        at = address(old) if old else None
        if "swapRecord" in asked.body and asked.body["swapRecord"] != at:
            raise Refused("InvalidSwap", f"Record was at {at or 'null'}")
        return reply(200, self._store(account, key, record))

    def _createRecord(self, asked: Asked) -> Reply:
        account = self._caller(asked)
        record: Any = asked.body.get("record")
        key = str(asked.body.get("rkey") or self._new_key())
        self._check(account, asked.body, key, record)
        if (account.did, key) in self.records:
            # The real server fails here as if it were ill (@atproto/pds createRecord.ts, measured).
            return self.break_down()
        return reply(200, self._store(account, key, record))

    def _applyWrites(self, asked: Asked) -> Reply:
        """Do all or nothing."""
        account, writes = self._caller(asked), asked.body.get("writes", [])
        if len(writes) > 200:
            raise Refused("InvalidRequest", "Too many writes. Max: 200")
        for write in writes:
            if write["$type"].endswith("#create"):
                self._check(account, asked.body | write, write.get("rkey", ""), write.get("value"))
                if (account.did, write["rkey"]) in self.records:
                    return self.break_down()
        results = []
        for write in writes:
            if write["$type"].endswith("#create"):
                results.append(self._store(account, write["rkey"], write["value"]))
            elif write["$type"].endswith("#delete"):
                self._drop(account, write["rkey"])
        return reply(200, {"results": results})

    def _deleteRecord(self, asked: Asked) -> Reply:
        account, key = self._caller(asked), str(asked.body.get("rkey", ""))
        self._own(account, asked.body)
        found = self._drop(account, key)
        return reply(200, {"commit": {"cid": address(key), "rev": self._new_key()}} if found else {})

    def _getRecord(self, asked: Asked) -> Reply:
        account, key = self._find(str(asked.query.get("repo", ""))), str(asked.query.get("rkey", ""))
        if account and (asked.query.get("collection"), key) == (PROFILE, "self"):
            return reply(200, self._named(account, key, profile(account.handle)) | {"value": profile(account.handle)})
        record = self.records.get((account.did, key)) if account else None
        if account is None or record is None or not self.reads(f"@{account.handle}", _uri(account, key)):
            raise Refused("RecordNotFound", f"Could not locate record: at://{asked.query.get('repo')}/{POSTS}/{key}")
        return reply(200, self._named(account, key, record) | {"value": record})

    def _listRecords(self, asked: Asked) -> Reply:
        account, limit = self._find(str(asked.query.get("repo", ""))), min(100, int(asked.query.get("limit", 50)))
        if account is None:
            raise Refused("InvalidRequest", f"Could not find repo: {asked.query.get('repo')}")
        backwards, cursor = asked.query.get("reverse") == "true", asked.query.get("cursor")
        keys = sorted((k for did, k in self.records if did == account.did), reverse=not backwards)
        keys = [k for k in keys if self.reads(f"@{account.handle}", _uri(account, k))]
        if cursor:
            keys = [k for k in keys if (k > cursor if backwards else k < cursor)]
        page = [self._named(account, k, r) | {"value": r} for k in keys[:limit] if (r := self.records[account.did, k])]
        return reply(200, {"records": page} | ({"cursor": keys[limit - 1]} if len(keys) > limit else {}))

    def _uploadBlob(self, asked: Asked) -> Reply:
        self._caller(asked)
        if len(asked.raw) > _BLOB:
            raise Refused("PayloadTooLarge", "request entity too large", 413)
        found, link = picture(asked.raw), address(asked.raw)
        mime = found.mime if found else asked.headers.get("content-type", "*/*")
        name = self.world.keep(Upload("blob", mime, asked.raw))
        self._blobs[link] = Blob(name, len(asked.raw), mime, self.world.moment())
        return reply(200, {"blob": self._blobs[link].named(link)})

    def _account(self, handle: str) -> Account:
        return next(a for a in self.accounts.values() if a.handle == handle)

    def _find(self, named: str) -> Account | None:
        named = named.removeprefix("@").lower()
        return self.accounts.get(named) or next((a for a in self.accounts.values() if a.handle == named), None)

    def _caller(self, asked: Asked) -> Account:
        return self.accounts[self._sessions.caller(asked.bearer, self.world.moment())]

    def _own(self, account: Account, body: Mapping[str, Any]) -> None:
        if self._find(str(body.get("repo", ""))) is not account:
            raise Refused("AccountNotFound", "Account not found", 403)
        if body.get("collection") != POSTS:
            raise Refused("InvalidRequest", "Only posts are emulated")

    def _check(self, account: Account, body: Mapping[str, Any], key: str, record: Any) -> None:
        self._own(account, body)
        check_key(key)
        alive = {
            link: blob
            for link, blob in self._blobs.items()
            if self.world.moment() - blob.at < _BLOB_LIVES or any(link in str(r) for r in self.records.values())
        }
        check_record(record, alive)

    def _store(self, account: Account, key: str, record: Json) -> Json:
        is_new = (account.did, key) not in self.records
        self.records[(account.did, key)] = record
        if is_new:
            self.create(self._show(account, key, record))
        commit = {"cid": address(key), "rev": self._new_key()}
        return self._named(account, key, record) | {"commit": commit, "validationStatus": "valid"}

    def _drop(self, account: Account, key: str) -> bool:
        found = self.records.pop((account.did, key), None) is not None
        if found:
            self.remove(f"@{account.handle}", _uri(account, key))
        return found

    def _named(self, account: Account, key: str, record: Json) -> Json:
        return {"uri": _uri(account, key), "cid": address(record)}

    def _new_key(self) -> str:
        return tid(int(self.world.moment().timestamp() * 1_000_000) + len(self.world.ledger))

    def _show(self, account: Account, key: str, record: Json) -> Shown:
        return show(record, self._blobs, handle=account.handle, uri=_uri(account, key), at=self.world.moment())


def _uri(account: Account, key: str) -> str:
    return f"at://{account.did}/{POSTS}/{key}"
