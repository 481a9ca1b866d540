"""The commands around templates, as an editor types them, on a newsroom that has three stories."""

import asyncio
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from bot.actions import templates
from bot.articles.feed import Feed
from bot.clock import SystemClock
from bot.commands.app import app
from bot.commands.office import open_office
from bot.model import Article
from bot.store import accounts, intake, sources
from bot.store.sources import Validators
from bot.wiring import templates as files_of
from tests.e2e.kit import Newsroom, Outside, newsroom, outside

OWN = "{{ mark }}<b>{{ title }}</b>\n\n{{ url }}\n"
BAD = "<b>{{ titel }}</b>\n{% for tag in tags %}{{ tag }}{% endfor %}\n"
LONG = "{{ lead }}" * 60
UNLINKED = "<b>{{ title | upper }}</b>\n"
LEAD = "Taraz opens {n} new schools this year, said an official of the region on Sunday, and {n} more in the next one."


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    """A newsroom on Telegram; commands run in its folder and in this process, where each costs no start."""
    with at_home(tmp_path, monkeypatch, Outside(1, 1, 0)) as made:
        asyncio.run(seen(tmp_path))
        yield made


@contextmanager
def at_home(folder: Path, monkeypatch: pytest.MonkeyPatch, world: Outside) -> Iterator[Newsroom]:
    made = newsroom(folder, world, networks=("telegram",))
    (folder / "templates").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("JARSHY_AS", "aigul")
    before = structlog.get_config()
    yield made
    structlog.configure(**before)


async def seen(folder: Path) -> None:
    """Take in three stories, without asking anybody."""
    now = SystemClock().now()
    with open_office(folder / "jarshy.yaml") as office:
        settings, write = office.settings, office.store.write
        await write(accounts.set_up, settings.accounts, settings.channels)
        await write(sources.set_up_sources, settings.sources, now)
        told = tuple(
            Article(
                title=f"Taraz gets {n} schools",
                url=f"https://paper.example/{n}",
                guid=f"guid-{n}",
                source="main",
                paragraphs=(LEAD.format(n=n),),
                published=now,
                language="en",
            )
            for n in (40, 41, 42)
        )
        feed = Feed("Courier", "en", told, True, ())
        validators = Validators("", "", "sha")
        poll = intake.Poll(settings.sources[0], feed, validators, settings.channels, ("main",), office.zone)
        await write(intake.take_in, poll, now)


def housekeep(paper: Newsroom) -> None:
    """Have the files taken up, as the daemon does each minute."""

    async def aside(work: Callable[[], Any], deadline: float) -> Any:
        return work()

    with open_office(paper.folder / "jarshy.yaml") as office:
        asyncio.run(templates.take_up(office.room("jarshy"), files_of(office.settings), aside))


def jarshy(*said: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, said)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.stdout, done.stderr


def write(paper: Newsroom, name: str, text: str) -> str:
    path = paper.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def ask(*said: str, code: int = 0) -> Any:
    """Run a template command that must end with `code`; JSON where it was asked for, else what it printed."""
    ended, stdout, stderr = jarshy("template", *said)
    assert ended == code, stdout + stderr
    return json.loads(stdout) if "--json" in said else stdout + stderr


def test_an_editor_exports_changes_tries_imports_and_goes_back(paper: Newsroom) -> None:
    assert "telegram.html" in ask("export", "drafts")
    assert (paper.folder / "drafts/telegram.html").read_text() == ask("show", "telegram", "--json")["text"]
    draft = write(paper, "drafts/telegram.html", OWN)
    assert "would be overwritten" in ask("export", "drafts", code=1)
    found = ask("test", "telegram", "--file", draft, "--json")
    assert (found["stories"], found["posts"], found["differ"], found["break_a_limit"]) == (3, 3, 3, 0)
    opened = ask("test", "telegram", "--file", draft, "--show", "1")
    assert "--- as it is\n+++ as it would be" in opened
    assert "is in use" in ask("import", draft, "--as", "bota")
    assert ask("show", "telegram", "--json")["text"] == OWN
    assert "-{{ summary | sentences(3) }}" in ask("diff", "telegram")
    assert "version 3 by cli:aigul is in use" in ask("rollback", "telegram", "1")
    told = [(each["version"], each["author"], each["origin"]) for each in ask("history", "telegram", "--json")]
    assert told == [(3, "cli:aigul", "person"), (2, "cli:bota", "person"), (1, "jarshy", "shipped")]


def test_mistakes_are_named_with_file_line_and_column_and_a_caret(paper: Newsroom) -> None:
    bad = write(paper, "templates/telegram.html", BAD)
    said = ask("check", bad, code=1)
    assert f"{bad}:1:7: there is no field titel: did you mean title?\n  <b>{{{{ titel }}}}</b>\n        ^^^^^\n" in said
    assert f"{bad}:2:4: {{% for %}} is not part of the template language: lists print themselves" in said
    for how in (("check",), ("check", "telegram"), ("import", bad), ("test", "telegram")):
        assert ":1:7: there is no field titel" in ask(*how, code=1)
    (found,) = ask("check", "--json", code=1)
    assert [(each["line"], each["column"]) for each in found["mistakes"]] == [(1, 7), (2, 4)]


def test_a_file_that_waits_is_named_with_what_it_waits_behind_wherever_one_looks(paper: Newsroom) -> None:
    ask("import", write(paper, "drafts/telegram.html", OWN), "--as", "bota")
    own = write(paper, "templates/telegram.html", UNLINKED)
    housekeep(paper)
    behind = "waits behind version 2, which cli:bota put in use"
    assert behind in ask("check", code=3)
    assert behind in ask("list", code=3)
    assert behind in jarshy("check")[1]
    code, said, _ = jarshy("queue")
    assert (code, "version 3 from the changed file waits behind version 2 in use" in said) == (3, True)
    assert "-{{ mark }}<b>{{ title }}</b>" in ask("diff", "telegram")
    assert "is in use" in ask("import", own)
    assert jarshy("queue")[0] == 0
    (row,) = (each for each in ask("list", "--json") if each["name"] == "telegram")
    assert (row["origin"], row["author"], row["channels"], row["note"]) == ("file", "cli:aigul", ["telegram"], "")


def test_what_would_lose_posts_is_refused_and_what_loses_links_is_told(paper: Newsroom) -> None:
    long = write(paper, "drafts/telegram.html", LONG)
    assert "3 break a limit" in ask("test", "telegram", "--file", long, code=1)
    said = ask("import", long, code=1)
    assert "Nothing was changed: template telegram would lose 3 posts, the newest of “" in said
    assert "too long: text" in ask("test", "telegram", "--file", long, "--show", "1", code=1)
    assert ask("show", "telegram", "--json")["version"] == 1


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (("show", "telegrm"), "did you mean telegram?"),
        (("show", "telegram", "--version", "7"), "has no version 7; it has 1 to 1"),
        (("check", "telegrm"), "did you mean telegram?"),
        (("check", "none.html"), "cannot be read: No such file or directory"),
        (("test", "telegrm"), "did you mean telegram?"),
        (("test", "telegram"), "version 1 of telegram in use is all there is"),
        (("history", "telegrm"), "did you mean telegram?"),
        (("diff", "telegram"), "one version only"),
        (("rollback", "telegram", "4"), "has no version 4"),
        (("import", "none.html"), "cannot be read: No such file or directory"),
        (("import", "none.txt"), "is called NAME.html"),
        (("import", "templates"), "there is no template in templates"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(paper: Newsroom, said: tuple[str, ...], answer: str) -> None:
    assert answer.lower() in ask(*said, code=1).lower()


def test_a_mark_before_the_first_character_does_not_get_into_posts(paper: Newsroom) -> None:
    (paper.folder / "telegram.html").write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    ask("import", "telegram.html")
    assert ask("show", "telegram", "--json")["text"] == OWN


def test_an_import_under_a_name_no_channel_uses_says_so(paper: Newsroom) -> None:
    said = ask("import", write(paper, "telegam.html", OWN))
    assert "No channel uses a template telegam: did you mean telegram?" in said


def test_what_is_shown_can_be_redirected_to_a_file_as_it_is(paper: Newsroom) -> None:
    done: subprocess.CompletedProcess[str] = paper.jarshy("template", "show", "telegram")
    assert (done.returncode, done.stdout) == (0, ask("show", "telegram", "--json")["text"])


def test_preview_shows_what_a_person_put_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with outside(stories=1) as world, at_home(tmp_path, monkeypatch, world) as paper:
        ask("import", write(paper, "drafts/telegram.html", "Ours: {{ title }} {{ url }}"))
        write(paper, "templates/telegram.html", "Not yet: {{ title }} {{ url }}")
        assert "│ Ours: " in jarshy("preview")[1]
