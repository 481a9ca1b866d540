"""Each way by which alerts reach people, against a real receiver on this machine."""

import asyncio
import base64
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Judge

from bot.alerts.by_apprise import ByApprise
from bot.alerts.command import Command
from bot.alerts.sink import NotHeard
from bot.alerts.webhook import Webhook
from bot.clock import SystemClock
from bot.fetch import Fetcher
from bot.rules.alerts import Cause
from bot.store.telling import Message

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SAID = Message(
    row=7,
    name="msg_00ff",
    sink="any",
    cause=Cause.SOURCE_FAILING,
    is_over=False,
    scopes=("source:main",),
    subject="Courier: feed main cannot be read",
    text="What happened: Қазақша “quotes” & <tags>\nSince when: now.",
    made_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
)

CHECKPOINT = replace(
    SAID,
    cause=None,
    scopes=("audit",),
    subject="Courier: checkpoint of the audit log, 812 rows",
    text="courier.example/log\n812\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— courier.example/log Az3grlgtzPIC"
    "nUvqPHMlSRj/bhIB9EjtoF0lzAMKcLFEcRNRFnDcGLN9ZwXJd4vv3MBMbrWQJmf8WlvDa1iDAFDJbA0=",
)

APPRISE = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""A file of Apprise's imports it."""


class Receiver:
    """A server that keeps what it was sent, and answers as told."""

    def __init__(self, answer: str = "204 No Content") -> None:
        self.answer, self.got = answer, list[tuple[dict[str, str], bytes]]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        self.got.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(f"HTTP/1.1 {self.answer}\r\ncontent-length: 0\r\n\r\n".encode())
        writer.close()


def send(receiver: Receiver, *, secret: str = SECRET, allow: bool = True, tries: int = 1, said: Message = SAID) -> None:
    async def run() -> None:
        server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        allowed = frozenset({f"127.0.0.1:{port}"} if allow else ())
        async with server, Fetcher(newsroom="Courier", allow=allowed) as web:
            hook = Webhook(
                "webhook x", web, SystemClock(), address=lambda: f"http://127.0.0.1:{port}/in", secret=lambda: secret
            )
            for _ in range(tries):
                await hook.tell(said)

    asyncio.run(run())


def test_a_webhook_is_signed_as_the_official_library_reads_it() -> None:
    receiver = Receiver()
    send(receiver)
    ((headers, body),) = receiver.got
    taken: Any = Judge(SECRET).verify(body, headers)
    assert taken["type"] == "alert.opened"
    assert taken["data"]["text"] == SAID.text
    assert taken["data"]["scopes"] == ["source:main"]
    with pytest.raises(Exception, match="signature"):
        Judge(SECRET).verify(body.replace(b"main", b"mane"), headers)


def test_a_checkpoint_reaches_a_webhook_as_what_it_is() -> None:
    receiver = Receiver()
    send(receiver, said=CHECKPOINT)
    ((headers, body),) = receiver.got
    taken: Any = Judge(SECRET).verify(body, headers)
    assert taken["type"] == "audit.checkpoint"
    assert taken["data"] == {"subject": CHECKPOINT.subject, "text": CHECKPOINT.text}


def test_every_try_has_the_same_id_so_that_a_receiver_can_drop_it() -> None:
    receiver = Receiver()
    send(receiver, tries=2)
    assert [headers["webhook-id"] for headers, _ in receiver.got] == ["msg_00ff", "msg_00ff"]
    assert receiver.got[0][1] == receiver.got[1][1]


@pytest.mark.parametrize("answer", ["500 Oops", "302 Found\r\nlocation: http://127.0.0.1:1/", "410 Gone"])
def test_a_webhook_that_is_not_taken_says_what_was_answered(answer: str) -> None:
    with pytest.raises(NotHeard, match=f"^it answered {answer[:3]}$"):
        send(Receiver(answer))


def test_a_webhook_reaches_no_private_address_that_is_not_allowed() -> None:
    receiver = Receiver()
    with pytest.raises(NotHeard, match="neither 80 nor 443 nor in allow_hosts"):
        send(receiver, allow=False)
    assert receiver.got == []


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "c2VjcmV0", "whsec_abcde"])
def test_a_secret_that_is_none_is_not_repeated(secret: str) -> None:
    with pytest.raises(NotHeard, match=r"^its secret is no `whsec_` and base64$"):
        send(Receiver(), secret=secret)


def run_command(*argv: str, environ: dict[str, str] | None = None, within: float = 20) -> None:
    async def run() -> None:
        async with asyncio.timeout(within):
            await Command("command x", argv, environ or {"PATH": os.environ["PATH"]}).tell(SAID)

    asyncio.run(run())


def test_a_command_reads_the_message_and_no_shell_reads_it(tmp_path: Any) -> None:
    kept = tmp_path / "$(touch gone); said"
    code = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    run_command(sys.executable, "-c", code, str(kept))
    assert kept.read_text() == f"{SAID.subject}\n\n{SAID.text}\n"
    assert [each.name for each in tmp_path.iterdir()] == [kept.name]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("false",), "false ended with 1"),
        (("/no/such/command",), "/no/such/command cannot be run: No such file or directory"),
        (("sh", "-c", "kill -9 $$"), "sh ended with -9"),
    ],
)
def test_a_command_that_fails_says_how(argv: tuple[str, ...], said: str) -> None:
    with pytest.raises(NotHeard) as told:
        run_command(*argv)
    assert str(told.value) == said


def test_a_command_that_reads_nothing_is_still_heard() -> None:
    run_command("true")


def test_a_command_that_hangs_is_killed_with_all_it_started(tmp_path: Any) -> None:
    mark = tmp_path / "pid"
    with pytest.raises(TimeoutError):
        run_command("sh", "-c", f"sleep 60 & echo $! > {mark}; wait", within=1)
    orphan = int(mark.read_text())
    assert any(not _lives(orphan) for _ in range(100_000))


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@APPRISE
def test_apprise_passes_a_message_on() -> None:
    receiver = Receiver("200 OK")

    async def run() -> None:
        server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            await ByApprise("apprise X", lambda: f"json://127.0.0.1:{port}/in").tell(SAID)

    asyncio.run(run())
    ((_, body),) = receiver.got
    assert json.loads(body)["title"] == SAID.subject
    assert json.loads(body)["message"] == SAID.text


@APPRISE
@pytest.mark.parametrize(
    ("address", "said"), [("nosuch", "no address Apprise knows"), ("json://127.0.0.1:1/", "could not deliver")]
)
def test_what_apprise_cannot_deliver_was_not_heard(address: str, said: str) -> None:
    with pytest.raises(NotHeard, match=said):
        asyncio.run(ByApprise("apprise X", lambda: address).tell(SAID))


def test_the_message_says_when_it_was_made_not_when_it_was_told() -> None:
    receiver = Receiver()
    send(receiver)
    ((headers, body),) = receiver.got
    assert json.loads(body)["timestamp"] == SAID.made_at.isoformat()
    age = datetime.now(UTC) - datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert abs(age) < timedelta(hours=1)
