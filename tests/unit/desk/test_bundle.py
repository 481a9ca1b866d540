"""What `make desk` takes and makes: pinned, locked by content and not by address, small."""

import json
import re
import tomllib
from pathlib import Path

import pytest

import bot.desk.assets as assets
from tests.browsers import NOT_BUNDLED

ROOT = Path(__file__).parents[3]
WEB = ROOT / "bot/desk/web"
LOCK = json.loads((WEB / "package-lock.json").read_text("utf-8"))
PACKAGE = json.loads((WEB / "package.json").read_text("utf-8"))
DIST = WEB / "dist"
KB = 1024

bundled = pytest.mark.skipif(not (DIST / "manifest.json").exists(), reason=NOT_BUNDLED)


def test_every_package_is_locked_by_its_content():
    locked = {name: each for name, each in LOCK["packages"].items() if name}
    assert locked
    assert [name for name, each in locked.items() if not each["integrity"].startswith("sha512-")] == []


def test_no_package_is_locked_to_an_address():
    text = (WEB / "package-lock.json").read_text("utf-8")
    assert "resolved" not in text
    assert re.findall(r"https?://(?!(?:opencollective\.com|github\.com|www\.patreon\.com)/)[^\"]*", text) == []


def test_no_registry_is_named_where_packages_are_chosen():
    for name in (".npmrc", "package.json", "node.txt"):
        assert not re.search(r"registry\s*=|https?://|index-url", (WEB / name).read_text("utf-8")), name


def test_versions_are_exact():
    wanted = PACKAGE["dependencies"] | PACKAGE["devDependencies"]
    assert [each for each in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", each)] == []
    assert wanted["htmx.org"] == "4.0.1"


def test_nothing_runs_while_packages_come_in():
    assert "ignore-scripts=true" in (WEB / ".npmrc").read_text("utf-8").splitlines()


def test_the_bundle_is_carried_by_the_wheel_and_not_by_git():
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert built["artifacts"] == ["bot/desk/web/dist/**"]
    assert "dist/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_scripts_ask_for_nothing_a_strict_policy_forbids():
    for each in (WEB / "src").glob("*.js"):
        assert not re.search(
            r"\beval\(|new Function|\.innerHTML|outerHTML|insertAdjacentHTML|https?://", each.read_text("utf-8")
        ), each


def packed(name):
    return (DIST / f"{name}.br").stat().st_size


@bundled
def test_every_page_loads_little_and_a_template_page_stays_below_its_limit():
    shelf = assets.Shelf()
    wanted = ("desk.js", "desk.css", "previews.css", "article.css", "template.css", "editor.js")
    size = {each: packed(shelf.address(each).rpartition("/")[2]) for each in wanted}
    # A list of fifty rows adds 6 KB with all headers, and may weigh 25 with everything.
    assert size["desk.js"] + size["desk.css"] < 17.5 * KB
    assert size["desk.js"] + size["previews.css"] < 18.7 * KB
    assert size["desk.js"] + size["article.css"] < 19.2 * KB  # no page that takes it has fifty rows
    assert size["desk.js"] + size["template.css"] + size["editor.js"] < 130 * KB


@bundled
def test_every_file_stands_alone_so_that_none_takes_a_second_request():
    loads = re.compile(r'\bimport\s*["(]|\bfrom\s*"\./|@import')
    files = [each for each in DIST.iterdir() if each.suffix in (".js", ".css")]
    assert files
    assert [each.name for each in files if loads.search(each.read_text("utf-8"))] == []


@bundled
def test_whoever_wrote_what_is_bundled_is_named():
    licences = (DIST / "LICENSES.txt").read_text("utf-8")
    for name, version in PACKAGE["dependencies"].items():
        assert f"{name} {version} (" in licences
