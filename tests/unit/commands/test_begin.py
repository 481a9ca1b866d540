"""How `init` finds a feed, and the settings it writes; the terminal is tested end to end."""

import asyncio
import re
import sqlite3
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.articles.alternate import alternates
from bot.commands.feed_search import find_feed
from bot.commands.feeds import NoFeed
from bot.commands.preview import preview
from bot.commands.setup import example, make
from bot.fetch import Fetcher
from bot.networks import adapters
from bot.wiring import networks
from config.first import first_settings
from config.settings import load
from tests.unit.web import PLAIN_TLS, Names, Site, Wire, moved, reply

FEED = b"""<rss version="2.0"><channel><title>Courier</title><item><title>A pier for Aktau</title>
<link>http://paper.example/1</link><description>It opens in May.</description></item></channel></rss>"""
NETWORKS = networks(adapters())


def page(*links):
    named = "".join(f'<link rel="alternate" type="application/rss+xml" href="{each}">' for each in links)
    return reply(200, f"<html><head>{named}</head></html>".encode(), content_type="text/html")


def find(answers, url="http://paper.example/", **names):
    """Find as `init` does, with every name leading to one loopback server."""
    site = Site(answers)

    async def run():
        async with await asyncio.start_server(site.serve, "127.0.0.1", 0) as server:
            wire = Wire(server.sockets[0].getsockname()[1])
            seams = {"resolve": Names(names), "backend": wire, "tls": PLAIN_TLS, "newsroom": "x"}
            return await find_feed(url, lambda allow: Fetcher(allow=allow, **seams))

    return asyncio.run(run()), site


def test_a_page_leads_to_its_feed_and_names_the_others():
    found, _ = find({"/": page("/comments/feed", "/feed", "/kk/feed"), "/feed": reply(200, FEED)})
    assert (found.url, found.feed.title) == ("http://paper.example/feed", "Courier")
    assert found.others == ("http://paper.example/kk/feed", "http://paper.example/comments/feed")
    assert found.allow == frozenset()


def test_a_feed_that_moved_for_good_is_written_down_where_it_is_now():
    found, _ = find({"/old": moved(301, "/feed"), "/feed": reply(200, FEED)}, "http://paper.example/old")
    assert found.url == "http://paper.example/feed"
    found, _ = find({"/old": moved(302, "/feed"), "/feed": reply(200, FEED)}, "http://paper.example/old")
    assert found.url == "http://paper.example/old"


def test_a_private_host_a_person_named_is_allowed_and_nothing_it_leads_to():
    inside = {"cms.internal": ["10.0.0.5"], "metadata.internal": ["169.254.169.254"]}
    found, _ = find({"/": reply(200, FEED)}, "http://cms.internal:8080/", **inside)
    assert found.allow == {"cms.internal:8080"}
    for leads in (page("http://metadata.internal/feed"), moved(302, "http://metadata.internal/feed")):
        with pytest.raises(NoFeed, match=r"metadata\.internal leads to 169\.254\.169\.254, which is not public"):
            find({"/": leads, "/feed": reply(200, FEED)}, "http://cms.internal:8080/", **inside)
    with pytest.raises(NoFeed, match="not public"):
        find({"/": page("http://metadata.internal/feed"), "/feed": reply(200, FEED)}, **inside)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [(reply(503), "http://paper.example/ answered 503, which may pass"), (reply(429), "answered 429")],
)
def test_what_may_pass_is_trouble_and_not_the_end(answer, trouble):
    found, _ = find({"/": answer})
    assert (found.url, found.feed) == ("http://paper.example/", None)
    assert trouble in found.trouble


def test_only_feeds_are_taken_from_a_page():
    markup = b"""<!doctype html><base href="https://cdn.example/a/"><link rel=stylesheet type="text/css" href="x.css">
    <link REL="Alternate home" TYPE="application/atom+xml; charset=utf-8" href="atom.xml" title="All">
    <link rel=alternate type="application/feed+json" href="javascript:alert(1)">
    <link rel=alternate type=text/html href=b>
    <link rel=alternate hreflang=kk href="/kk">
    <link rel=alternate type="application/feed+json" href="//j.example/feed">"""
    assert alternates(markup, "https://paper.example/") == ("https://cdn.example/a/atom.xml", "https://j.example/feed")
    assert alternates(b"", "https://paper.example/") == alternates(b"\xff\x00<", "https://paper.example/") == ()


def first(**said):
    return first_settings(example(), **{"name": "Courier", "zone": "Asia/Almaty", "url": "https://a.example/"} | said)


def loaded(folder: Path, text: str):
    (folder / "jarshy.yaml").write_text(text, encoding="utf-8")
    return load(folder / "jarshy.yaml", {}, networks=NETWORKS)


@pytest.mark.parametrize("name", ['The "Steppe" #1: \\1', "Жаршы — таңғы", " two\nlines\u2028and\u200b more ", "- {x}"])
def test_any_name_and_address_can_be_written_down(tmp_path, name):
    url = "https://a.example/feed?x=1&y='2'#top"
    made = loaded(tmp_path, first(name=name, url=url, allow=["a.internal:8080"]))
    assert made.policy.newsroom == " ".join(name.replace("\u200b", "").split())
    assert (made.sources[0].url, made.allow_hosts) == (url, {"a.internal:8080"})


def test_first_settings_say_nothing_of_an_invented_newsroom(tmp_path):
    made = loaded(tmp_path, first())
    assert (made.accounts, made.channels, made.contact) == ((), (), "")
    assert (made.sources[0].language, made.sources[0].sections, made.policy.zone) == ("", (), "Asia/Almaty")


def test_an_account_and_channel_out_of_their_comments_are_those_of_the_example(tmp_path):
    lines = first().splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if line.startswith("# accounts:"))
    end = next(n for n, line in enumerate(lines) if line.startswith("defaults:"))
    lines[start:end] = [line.removeprefix("# ") for line in lines[start:end]]
    made, shipped = loaded(tmp_path, "".join(lines)), loaded(tmp_path, example())
    assert made.accounts == shipped.accounts
    assert [each.place for each in made.channels] == [each.place for each in shipped.channels]
    assert made.channels[0].languages == ()


def test_each_account_the_example_shows_as_a_comment_can_be_used(tmp_path):
    text = example()
    text, times = re.subn(r"^  # (\w+: \{network: )", r"  \1", text, flags=re.M)
    found = [each.network for each in loaded(tmp_path, text).accounts]
    assert len(set(found)) == len(found) == 1 + times
    assert {"telegram", "x", "facebook", "mastodon", "bluesky"} <= set(found)


def test_a_look_at_invented_channels_leaves_nothing_in_the_database(tmp_path, capsys):
    path = tmp_path / "jarshy.yaml"
    with feeding(FEED) as url:
        make(path, first(url=url, allow=[url.split("/")[2]]))
        assert asyncio.run(preview(path, None, is_raw=False)) == 0
        assert asyncio.run(preview(path, None, is_raw=True)) == 0
    assert "No channel is set up yet" in capsys.readouterr().out
    with closing(sqlite3.connect(tmp_path / "jarshy.db")) as db:
        assert [db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("account", "channel")] == [0, 0]


@contextmanager
def feeding(body):
    """Serve a feed from a thread, for commands that bring their own loop."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said): ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/feed"
        server.shutdown()
