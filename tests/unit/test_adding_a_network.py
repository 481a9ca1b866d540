"""The page for whoever adds a network names every file that speaks of one, and none that is not there."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-network.md").read_text(encoding="utf-8")
LATEST = ("threads", "linkedin", "instagram", "youtube", "tiktok")
_LOOKED_AT = (".py", ".html", ".css", ".yaml", ".toml", ".md", ".json", ".po")
_LEFT_OUT = {"node_modules", "pictures", "dist", ".venv", ".git"}


def named(network: str) -> list[str]:
    """List the patterns of the page's files, for one network."""
    told = re.findall(r"`([\w./*-]+/[\w./*-]+|[\w-]+\.(?:toml|md))`", PAGE)
    return [each.replace("NAME", network).replace("**/", "*") for each in told]


def in_the_table(network: str) -> list[str]:
    """List the patterns of the table alone: what the page says beside it lies under other files."""
    told = re.findall(r"`([^`]+)`", "".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)))
    return [each.replace("NAME", network).replace("**/", "*") for each in told]


def touched(commit: str) -> list[str]:
    """List the files a commit touches; none where it, or what was before it, is not at hand."""
    asked = ("git", "-C", str(ROOT), "diff", "--name-only", "--no-renames", f"{commit}^", commit, "--")
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return []


def files() -> list[Path]:
    return [
        each
        for folder in ("adapters", "bot", "config", "docs", "tests")
        for each in (ROOT / folder).rglob("*")
        if each.suffix in _LOOKED_AT and not _LEFT_OUT & set(each.relative_to(ROOT).parts)
    ] + [each for each in ROOT.iterdir() if each.suffix in _LOOKED_AT]


def test_what_speaks_of_the_last_network_is_named_on_the_page() -> None:
    last = LATEST[-1]
    speaks = {
        str(each.relative_to(ROOT))
        for each in files()
        if last in each.name or last in each.read_text(encoding="utf-8").casefold()
    }
    assert f"adapters/{last}.py" in speaks
    speaks -= {"docs/adding-a-network.md", "tests/unit/test_adding_a_network.py"}
    patterns = named(last)
    assert sorted(each for each in speaks if not any(fnmatch(each, pattern) for pattern in patterns)) == []


def test_the_commit_the_page_shows_touches_only_files_it_names() -> None:
    (commit,) = re.findall(r"`git show --stat ([0-9a-f]+)`", PAGE)
    found = touched(commit)
    if not found:
        pytest.skip(f"NO HISTORY HERE with {commit}, the commit that shows how a network is added: use a full clone")
    (network,) = (each for each in LATEST if f"adapters/emulators/{each}.py" in found)
    assert {f"adapters/{network}.py", "pyproject.toml"} <= set(found)
    patterns = in_the_table(network)
    assert [each for each in found if not any(fnmatch(each, pattern) for pattern in patterns)] == []


@pytest.mark.parametrize("network", LATEST)
def test_every_file_the_page_names_is_there(network: str) -> None:
    needed = ("adapters/NAME.py", "adapters/emulators/NAME.py", "config/templates/NAME.html")
    assert set(needed) <= set(re.findall(r"`([\w./*-]+)`", PAGE))
    assert [each for each in needed if not (ROOT / each.replace("NAME", network)).exists()] == []


def test_no_name_on_the_page_leads_nowhere() -> None:
    found = [str(each.relative_to(ROOT)) for each in files()]
    gone = [
        pattern
        for pattern in {each for network in LATEST for each in named(network)}
        if "_*" not in pattern and not any(fnmatch(path, pattern) for path in found)
    ]
    assert gone == []
