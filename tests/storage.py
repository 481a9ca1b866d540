"""A real server of S3-compatible storage for the tests, where moto is installed."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import httpx

NONE_HERE = "moto, flask_cors or obstore is not installed here"
IS_HERE = all(find_spec(each) for each in ("moto", "flask_cors", "obstore"))
_LEFT_ALONE = 6
"""Calls before keys are asked for: those that make the buckets and the keys."""
_ANYBODY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",'
    '"Resource":"arn:aws:s3:::open/*"}]}'
)
_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'


class Storage:
    """A server, the buckets `courier` and `open` (to readers) in it, and keys that may do everything there."""

    def __init__(self, port: int) -> None:
        self.port, self.host, self.keys = port, f"127.0.0.1:{port}", ("", "")

    def is_up(self) -> bool:
        with closing(socket.socket()) as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0

    def furnish(self) -> None:
        """Make the buckets and the keys; from then on keys are asked for."""
        client = import_module("boto3").client
        how = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
        s3, iam = (client(name, endpoint_url=f"http://{self.host}", **how) for name in ("s3", "iam"))
        for name in ("courier", "open"):
            s3.create_bucket(Bucket=name)
        s3.put_bucket_policy(Bucket="open", Policy=_ANYBODY)
        iam.create_user(UserName="jarshy")
        made = iam.create_access_key(UserName="jarshy")["AccessKey"]
        iam.put_user_policy(UserName="jarshy", PolicyName="all", PolicyDocument=_ALL)
        self.keys = (made["AccessKeyId"], made["SecretAccessKey"])

    @contextmanager
    def open_to_all(self) -> Iterator[None]:
        """Ask nobody for keys for as long as the block lasts: moto cannot tell readers from others while it does."""
        self._ask("1000000")
        try:
            yield
        finally:
            self._ask("0")

    def _ask(self, calls: str) -> None:
        with httpx.Client(trust_env=False) as client:
            client.post(f"http://{self.host}/moto-api/reset-auth", content=calls).raise_for_status()

    def bucket(self, name: str = "courier", keys: tuple[str, str] | None = None, port: int | None = None) -> Any:
        """Open a bucket as the daemon does."""
        found = keys or self.keys
        made = import_module("bot.media.bucket").Bucket
        return made(name, lambda: found, endpoint=f"http://127.0.0.1:{port or self.port}", prefix="social")


@contextmanager
def storage() -> Iterator[Storage]:
    """Start the server; it ends with the block."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    env = os.environ | {"INITIAL_NO_AUTH_ACTION_COUNT": str(_LEFT_ALONE)}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield Storage(port)
        finally:
            process.terminate()
