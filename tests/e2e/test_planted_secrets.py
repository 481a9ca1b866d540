"""Forty secrets where newsrooms put them, rightly or wrongly: none comes out of a command, page, log or our files."""

import base64
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.contract.leaks import found
from tests.e2e.kit import THREE, Newsroom, Outside, newsroom, outside, wait_for

FIVE = (*THREE, "facebook", "x")
ASK = (("check",), ("doctor",))
ACT = (("once",), ("queue",), ("test", "mastodon", "--for", "0s"))
READ = (
    ("preview",),
    ("preview", "--raw"),
    ("why", "Story0x", "--log"),
    ("queue", "--json"),
    ("audit", "list", "--json"),
)


@pytest.fixture(scope="module")
def world() -> Iterator[Outside]:
    with outside(stories=2) as served:
        yield served


class Hiding:
    """A newsroom that is given secrets, and everything that was ever said there."""

    def __init__(self, paper: Newsroom, port: int) -> None:
        self.paper, self.port, self.said = paper, port, dict[str, str]()
        self.broken = dict[str, str]()
        """What commands said that ended in a traceback."""
        self.settings = json.loads((paper.folder / "jarshy.yaml").read_text())
        names = {name: value for name, value in paper.secrets.items() if "IDENTIFIER" not in name}
        keys = ("VAULT_KEY", "AUDIT_KEY")
        self.planted = names | {name: (paper.folder / "secrets" / name).read_text().strip() for name in keys}

    def plant(self, where: str) -> str:
        """Make up a secret with signs that are spelled differently in addresses, JSON and HTML."""
        self.planted[where] = f"Pl4nt{len(self.planted):02}+/secret={len(where)}x"
        return self.planted[where]

    def plain(self, where: str) -> str:
        """Make up a secret that may stand in an address."""
        self.planted[where] = f"Pl4nt{len(self.planted):02}secret{len(where)}x"
        return self.planted[where]

    def day(self, change: Callable[[Any], object], *commands: tuple[str, ...], **variables: str) -> None:
        """Run commands with the settings changed for a day."""
        changed = json.loads(json.dumps(self.settings))
        change(changed)
        (self.paper.folder / "jarshy.yaml").write_text(json.dumps(changed, indent=1))
        for command in commands:
            ran = self.paper.jarshy(*command, **variables)
            self.hear(" ".join(command), ran)
        (self.paper.folder / "jarshy.yaml").write_text(json.dumps(self.settings, indent=1))

    def hear(self, what: str, ran: "subprocess.CompletedProcess[str]") -> None:
        """Keep what a command said."""
        self.said[f"{len(self.said)} {what}"] = ran.stdout + ran.stderr

    def write(self, name: str, content: str, *, mode: int = 0o600) -> None:
        """Put a secret's file there."""
        path = self.paper.folder / "secrets" / name
        path.touch(mode=0o600)
        path.write_text(content)
        path.chmod(mode)


def nothing(settings: Any) -> None:
    """Change nothing."""


def in_addresses_of_feeds(here: Hiding) -> None:
    """Feeds that serve, refuse, are gone, are pages, and cannot be reached, each with a key in its address."""
    feed, dead = f"http://127.0.0.1:{here.port}", "http://127.0.0.1:9"
    addresses = {
        "good": f"{feed}/feed.json?token={here.plain('feed that serves')}",
        "gone": f"{feed}/feed.json.gone?key={here.plain('feed that is gone')}",
        "hook": f"{feed}/services/T00/B00/{here.plain('webhook-like feed')}",
        "page": f"{feed}/2026/11/page?sig={here.plain('page instead of a feed')}",
        "dead": f"{dead}/feed?access_token={here.plain('feed that cannot be reached')}",
    }
    sources = {name: {"url": url, "poll": "10s", "backfill": 20} for name, url in addresses.items()}
    sources["main"] = here.settings["sources"]["main"]

    def change(settings: Any) -> None:
        settings["sources"] = sources
        settings["allow_hosts"].append("127.0.0.1:9")

    here.day(change, *ASK, ("doctor", "--json"), *ACT, *READ)


def in_names_places(here: Hiding) -> None:
    """Values where names belong, and passwords where none may stand: each is refused in a sentence."""
    places = [
        (account, field) for account, block in here.settings["accounts"].items() for field in block["credentials"]
    ]
    values = {place: here.plant(f"{place} in its name's place") for place in places}
    address = "http://user:{}@127.0.0.1:9/"
    passwords = [here.plain(whose) for whose in ("feed's", "proxy's, in the file", "contact's", "server's")]
    feed, proxy, contact, server = (address.format(each) for each in passwords)
    unknown, metrics = here.plant("value of an unknown key"), here.plant("metrics token in its name's place")

    def change(settings: Any) -> None:
        for (account, field), value in values.items():
            settings["accounts"][account]["credentials"][field] = value
        settings["sources"]["main"]["url"] = feed
        settings["newsroom"] |= {"contact": contact, "api_key": unknown}
        settings |= {"proxy": proxy, "metrics_token": metrics}

    here.day(change, *ASK)
    here.day(lambda settings: settings["accounts"]["mastodon"].update(server=server), *ASK, *ACT)


def in_the_environment(here: Hiding) -> None:
    """A proxy with a password, secrets that are wrong, and variables that cannot be read."""
    proxy = f"http://{here.plain('proxy user')}:{here.plain('proxy password')}@127.0.0.1:9"
    here.day(nothing, *ASK, *ACT, JARSHY_PROXY=proxy)
    wrong = {f"JARSHY_SECRET_{name}": here.plant(f"wrong {name}") for name in here.paper.secrets}
    here.day(nothing, *ASK, *ACT, **wrong)
    here.day(nothing, ("check",), JARSHY_SOURCES='{"main": ' + here.plant("variable that is no JSON"))
    here.day(nothing, ("check",), JARSHY_LISTEN=here.plant("variable that is no address"))
    here.day(nothing, ("check",), ("doctor",), JARSHY_SECRET_VAULT_KEY=here.plant("key that is none"))


def in_files(here: Hiding) -> None:
    """Secrets' files that others can read, and a template with a token in it.

    Only `template check` shows it, to whoever wrote it: their own line, with a caret under the mistake.
    """
    folder = here.paper.folder / "templates"
    folder.mkdir(exist_ok=True)
    token = here.plain("token in a broken template")
    (folder / "mastodon.html").write_text("{{ title }}\n{{ " + token + " }} {% if " + token + "\n")
    here.day(nothing, *ASK, ("once",), ("queue",), ("template", "list"))
    (folder / "mastodon.html").unlink()
    here.write("MASTODON_TOKEN", here.plant("secret others can read"), mode=0o644)
    here.day(nothing, *ASK, ("once",))
    here.write("MASTODON_TOKEN", here.paper.secrets["MASTODON_TOKEN"])


def in_ways_of_alerts(here: Hiding) -> None:
    """Addresses and secrets of ways that fail, by their names and in their names' places, and a server's password."""
    hook = f"http://127.0.0.1:9/hook/{here.plain('address of a webhook')}"
    here.write("OPS_ADDRESS", hook)
    here.write("OPS_SECRET", f"whsec_{base64.b64encode(here.plant('secret of a webhook').encode()).decode()}")
    here.planted["secret of a webhook"] = (here.paper.folder / "secrets" / "OPS_SECRET").read_text()
    here.write(
        "MAIL", f"nonsense://{here.plain('user of a mailbox')}:{here.plain('password of a mailbox')}@127.0.0.1:9"
    )
    here.write("BEAT", f"http://127.0.0.1:9/{here.plain('address of a heartbeat')}")
    ways = [
        {"webhook": "OPS_ADDRESS", "secret": "OPS_SECRET", "witness": True},
        {"command": ["cat"], "witness": True},
        {"apprise": "MAIL"},
    ]

    def change(settings: Any) -> None:
        settings["allow_hosts"].append("127.0.0.1:9")
        settings["sources"]["gone"] = {"url": f"http://127.0.0.1:{here.port}/gone.json"}
        settings |= {"alerts": ways, "heartbeat_url": "BEAT"}

    here.day(change, *ASK, ("once",), ("once",), *ASK, ("queue",), ("queue", "--json"))
    wrong = [{"webhook": hook, "secret": here.plant("secret in its name's place")}]
    wrong += [{"apprise": f"mailto://me:{here.plain('mailbox in its name place')}@x.example"}]
    here.day(lambda settings: settings.update(alerts=wrong), ("check",))
    server = f"postgresql://jarshy:{here.plain('password of a database')}@127.0.0.1:9/jarshy"
    here.day(lambda settings: settings.update(store=server), ("check",), ("doctor",))
    here.day(nothing, ("check",), ("doctor",), JARSHY_STORE=server)


def in_a_copy(here: Hiding) -> None:
    """A backup of everything so far, and one put back by hand."""
    here.day(nothing, ("backup", "copy.db"), ("restore", "--check", "copy.db"))
    here.day(lambda settings: settings.update(store="copy.db"), ("once",), ("doctor",), ("restore", "--here", "--yes"))


def in_a_traceback(here: Hiding) -> None:
    """A database that somebody broke by hand with a token in it, so that Python itself repeats the token."""
    broken = here.paper.folder / "broken.db"
    shutil.copy(here.paper.folder / "jarshy.db", broken)
    with closing(sqlite3.connect(broken)) as db, db:
        made = "INSERT INTO alert (cause, scope, what, fix, opened_at) VALUES (?, 'a', 'b', 'c', 0)"
        db.execute(made, (here.planted["MASTODON_TOKEN"],))
    known = set(here.said)
    here.day(
        lambda settings: settings.update(store="broken.db"), ("queue",), ("queue", "--json"), ("doctor",), ("once",)
    )
    for what in set(here.said) - known:
        here.broken[what] = here.said.pop(what)
    broken.unlink()


def before_a_daemon(here: Hiding) -> None:
    """The log of a daemon and its pages, with the right token and with a wrong one."""
    here.write("METRICS_TOKEN", here.plant("metrics token"))
    here.settings["metrics_token"] = "METRICS_TOKEN"
    (here.paper.folder / "jarshy.yaml").write_text(json.dumps(here.settings))
    with here.paper.daemon() as process:
        here.hear("doctor", here.paper.jarshy("doctor"))
        wait_for(lambda: "jarshy_deliveries" in page(here, "/metrics", here.planted["metrics token"]))
        for path in ("/healthz", "/metrics"):
            for shown in ("metrics token", "key that is none"):
                here.said[f"{path} with the {shown}"] = page(here, path, here.planted[shown])
        process.terminate()
        here.said["daemon"], _ = process.communicate(timeout=30)


def page(here: Hiding, path: str, token: str) -> str:
    asked = Request(f"http://{here.settings['listen']}{path}", headers={"authorization": f"Bearer {token}"})
    try:
        with build_opener(ProxyHandler({})).open(asked, timeout=10) as answer:
            return f"{answer.headers}{answer.read().decode()}"
    except HTTPError as e:
        return f"{e.headers}{e.read().decode()}"


def test_forty_planted_secrets_come_out_nowhere(world: Outside, tmp_path: Path) -> None:
    here = Hiding(newsroom(tmp_path, world, networks=FIVE), world.port)
    for live in (
        in_addresses_of_feeds,
        in_names_places,
        in_the_environment,
        in_files,
        in_ways_of_alerts,
        in_a_copy,
        in_a_traceback,
        before_a_daemon,
    ):
        live(here)
    kept = {path.name: path.read_bytes().decode("latin-1") for path in tmp_path.glob("*.db*")}
    assert {"jarshy.db", "copy.db"} <= set(kept)
    assert len(here.planted) >= 40
    told = {what: found(here.planted, text) for what, text in (here.said | here.broken | kept).items()}
    assert {what: names for what, names in told.items() if names} == {}
    assert all("is not a valid Cause" in text and "Traceback" in text for text in here.broken.values())
    assert len(here.broken) == 4
    everything = "\n".join(here.said.values())
    assert "Traceback" not in everything
    for sign_of_life in (
        "could not be reached",
        "answered 404",
        "401",
        "never the secret itself",
        "posted: http",
        "do not arrive",
        "can be restored",
        "is a copy that `jarshy backup` made",
    ):
        assert sign_of_life in everything
