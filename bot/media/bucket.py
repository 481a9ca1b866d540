"""S3-compatible storage as a place for files; loaded only where the settings name some, as it needs jarshy[s3]."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from bot.media.places import Lying, Shut

if TYPE_CHECKING:  # they are there for type checkers only
    from obstore.store import ClientConfig, S3Config

__all__ = ["Bucket"]

_PATIENCE = timedelta(seconds=15)
_NO_SUCH_KEYS = (PermissionDeniedError, UnauthenticatedError)


class Bucket:
    """A bucket, or what begins with `prefix` in it.

    `endpoint` is where the storage is spoken to, "" for Amazon's; `keys` reads the access key's id and the key itself
    anew each time, so that changed ones serve at once, and may raise Shut.
    """

    def __init__(
        self,
        bucket: str,
        keys: Callable[[], tuple[str, str]],
        *,
        endpoint: str = "",
        region: str = "",
        prefix: str = "",
        proxy: str | None = None,
    ) -> None:
        self._bucket, self._keys, self._prefix = bucket, keys, prefix
        self._where: S3Config = {"region": region or "us-east-1"}
        if endpoint:
            self._where["endpoint"] = endpoint
        self._client: ClientConfig = {"timeout": _PATIENCE, "allow_http": endpoint.startswith("http://")}
        if proxy:
            self._client["proxy_url"] = proxy

    async def put(self, name: str, content: bytes, mime: str) -> None:
        """Upload: the storage shows the whole of it or nothing. Raises Shut."""
        async with self._opened("takes nothing") as store:
            told = {"Content-Type": mime, "Cache-Control": "public, max-age=3600"}
            # One piece: parts of an upload that was interrupted would lie there for ever, and cost.
            await obstore.put_async(store, name, content, attributes=told, use_multipart=False)

    async def listed(self) -> Sequence[Lying]:
        """List the files. Raises Shut."""
        async with self._opened("does not tell what it holds") as store:
            return [Lying(each["path"], each["last_modified"]) async for some in obstore.list(store) for each in some]

    async def remove(self, name: str) -> None:
        """Delete. Raises Shut."""
        async with self._opened("lets nothing be removed") as store:
            await obstore.delete_async(store, name)

    @asynccontextmanager
    async def _opened(self, fails: str) -> AsyncIterator[S3Store]:
        said = f"the storage (bucket {self._bucket}) {fails}"
        id, key = self._keys()
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                yield S3Store(
                    self._bucket,
                    prefix=self._prefix or None,
                    config=self._where | {"access_key_id": id, "secret_access_key": key},
                    client_options=self._client,
                    # Whoever asks has its own patience, and comes back.
                    retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=5)},
                )
        except _NO_SUCH_KEYS as e:
            raise Shut(f"{said}: it refuses our keys, or they lack the right to it", needs_person=True) from e
        except FileNotFoundError as e:
            raise Shut(f"{said}: there is no such bucket", needs_person=True) from e
        except TimeoutError as e:
            raise Shut(f"{said}: no answer within {_PATIENCE.total_seconds():g} seconds") from e
        except BaseError as e:  # its text holds whole answers: the log has the cause, people what it means
            raise Shut(f"{said}: it could not be reached, or failed") from e
