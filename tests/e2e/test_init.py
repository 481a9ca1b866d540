"""The first minute: `jarshy init` in a real terminal, and without one, against a site on loopback."""

import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.networks import adapters, emulators
from bot.wiring import networks
from config.settings import load
from tests.e2e.kit import Newsroom, free_port
from tests.e2e.terminal import terminal

pytestmark = pytest.mark.skipif(
    not emulators(), reason="JARSHY IS NOT INSTALLED HERE, so no network can be shown: use `make test`"
)
ITEM = """<item><title>{title}</title><link>https://courier.example/{n}</link><guid>{n}</guid><pubDate>{at}</pubDate>
<description>&lt;p&gt;Workers poured the first concrete on Monday.&lt;/p&gt;</description></item>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Steppe Courier</title>{items}</channel></rss>"""
ITEMS = (
    ITEM.format(n=1, title="An older story", at="Mon, 16 Nov 2026 08:00:00 GMT"),
    ITEM.format(n=2, title="Aktau builds a pier", at="Tue, 17 Nov 2026 08:00:00 GMT"),
)
PAGE = """<html><head><link rel="alternate" type="application/rss+xml" title="Comments" href="/comments">
<link rel="alternate" type="application/rss+xml" href="/feed"></head><body>News</body></html>"""
PAGES = {"/": ("text/html", PAGE), "/bare": ("text/html", "<p>News</p>")}
PAGES["/feed"] = ("application/rss+xml", FEED.format(items="".join(ITEMS)))


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, said = PAGES.get(self.path, ("text/html", ""))
            self.send_response(200 if said else 404)
            self.send_header("content-type", kind)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *said: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def run(folder: Path, *said: str) -> subprocess.CompletedProcess[str]:
    return Newsroom(folder).jarshy(*said)


def test_three_answers_give_settings_that_work_and_the_posts_of_the_last_article(tmp_path: Path, site: str) -> None:
    with terminal(tmp_path, "init", TZ="Asia/Almaty") as person:
        person.until("address of the site or its feed: ")
        person.types(site)
        person.until("“The Steppe Courier”, 2 stories.")
        person.until("[The Steppe Courier]")
        person.types("")
        person.until("[Asia/Almaty]")
        person.types("")
        person.until("before jarshy.yaml names an account and a channel.")
    assert person.process.returncode == 0
    assert person.seen.count("? ") == 3
    shown = person.seen.partition("Aktau builds a pier")[2]
    assert [name for name in sorted(adapters()) if f"{name}  {adapters()[name].spec.title}" in shown] == sorted(
        adapters()
    )
    assert "An older story" not in person.seen
    made = load(tmp_path / "jarshy.yaml", {}, networks=networks(adapters()))
    assert (made.policy.newsroom, made.policy.zone) == ("The Steppe Courier", "Asia/Almaty")
    assert [each.url for each in made.sources] == [f"{site}/feed"]
    checked = run(tmp_path, "check")
    assert checked.returncode == 3
    assert "!  channels: none yet, so nothing is posted" in checked.stdout


def test_what_cannot_be_meant_is_asked_again_in_clear_words(tmp_path: Path, site: str) -> None:
    with terminal(tmp_path, "init") as person:
        person.until("feed: ")
        for typed, said in (
            ("the courier", "That is no address of a site or feed, such as courier.example"),
            (f"{site}/bare", "and the page names no feed"),
            (f"{site}/nowhere", "answered 404 instead of a feed or a page"),
        ):
            person.types(typed)
            person.until(said)
            person.until("feed: ")
        person.types(f"{site}/feed")
        person.until("called? [The Steppe Courier] ")
        person.types('Courier: the "Steppe" #1')
        person.until("work? [")
        person.types("Almatty")
        person.until("There is no time zone Almatty; did you mean Asia/Almaty")
        person.until("work? [")
        person.types("almaty")
        person.until("before jarshy.yaml names an account and a channel.")
    made = load(tmp_path / "jarshy.yaml", {}, networks=networks(adapters()))
    assert (made.policy.newsroom, made.policy.zone) == ('Courier: the "Steppe" #1', "Asia/Almaty")


def test_ctrl_c_at_a_question_leaves_no_trace(tmp_path: Path) -> None:
    with terminal(tmp_path, "init") as person:
        person.until("feed: ")
        person.presses_ctrl_c()
    assert person.process.returncode not in (0, None)
    assert {each.name for each in tmp_path.iterdir()} == {"shim"}


def test_options_ask_nothing_and_a_second_time_change_nothing(tmp_path: Path, site: str) -> None:
    first = run(tmp_path, "init", "--feed", site, "--name", "Courier", "--zone", "Asia/Almaty")
    assert (first.returncode, first.stderr) == (0, "")
    assert "Aktau builds a pier" in first.stdout
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = run(tmp_path, "init", "--feed", f"{site}/bare")
    assert again.returncode == 0
    assert "stays as it is" in again.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_no_network_is_no_failure(tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{free_port()}/feed"
    came = run(tmp_path, "init", "--feed", dead)
    assert (came.returncode, came.stderr) == (0, "")
    assert "127.0.0.1 could not be reached: it is written down as it is, and `jarshy check` asks again" in came.stdout
    assert "`jarshy preview` shows the posts once it does" in came.stdout
    assert [each.url for each in load(tmp_path / "jarshy.yaml", {}, networks={}).sources] == [dead]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (("--name", "Courier"), "--feed says where the articles are"),
        (("--feed", "courier"), "That is no address"),
        (("--feed", "https://aigul:secret@courier.example/"), "That is no address"),
        (("--feed", "{site}/bare"), "the page names no feed"),
        (("--feed", "{site}/feed", "--zone", "Almatty"), "did you mean Asia/Almaty"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_before_anything_is_made(
    tmp_path: Path, site: str, said: tuple[str, ...], sentence: str
) -> None:
    came = run(tmp_path, "init", *(each.format(site=site) for each in said))
    assert came.returncode == 1
    assert sentence in came.stderr
    assert "secret" not in came.stderr
    assert {each.name for each in tmp_path.iterdir()} == {"shim"}


def test_without_a_terminal_or_options_the_example_is_written(tmp_path: Path) -> None:
    came = run(tmp_path, "init")
    assert came.returncode == 0
    assert "?" not in came.stdout
    assert load(tmp_path / "jarshy.yaml", {}, networks=networks(adapters())).channels
