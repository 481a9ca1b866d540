"""Every safeguard matters: each is taken out of a copy of the tree in turn, and a history must show it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.simulation.oracle import wrongs
from tests.simulation.runs import FIRST, history, template

ROOT = Path(__file__).parents[2]
PATCHES = sorted((Path(__file__).parent / "mutants").glob("*.patch"))


class Mutant(NamedTuple):
    """One patch file: why the safeguard is there, the history that shows its absence, and where to look for it."""

    why: str
    plan: dict[str, Any]
    search: str
    near: int


def read(path: Path) -> Mutant:
    said = dict(line[2:].split(": ", 1) for line in path.read_text().splitlines() if line.startswith("# "))
    search, _, near = said.get("search", "").partition(" near ")
    return Mutant(said["why"], {"networks": FIRST} | json.loads(said["history"]), search, int(near or 1))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("bot", "adapters", "config", "tests"):
        # With what Python has compiled (but what it is just writing): a patched file has another time, and is compiled.
        ignored = shutil.ignore_patterns("mutants", "*.pyc.*")
        shutil.copytree(ROOT / name, tmp_path / "tree" / name, ignore=ignored)
    return tmp_path / "tree"


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.stem)
def test_a_missing_safeguard_is_seen(path: Path, tree: Path, tmp_path: Path) -> None:
    mutant = read(path)
    subprocess.run(["git", "apply", "--unsafe-paths", f"--directory={tree}", path], check=True, cwd=tmp_path)
    run = [sys.executable, "-m", "tests.simulation.catch", json.dumps(mutant.plan), mutant.search, str(mutant.near)]
    ran = subprocess.run(run, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, capture_output=True, check=True)
    found = json.loads(ran.stdout)
    assert found["wrong"], f"no history shows it: {mutant.why}"
    template(tmp_path)
    plan = {"seed": 1} | found["plan"]
    assert not wrongs(history(plan.pop("seed"), plan, tmp_path)), "the whole code breaks the same promise"


def test_there_is_a_mutant_for_each_safeguard() -> None:
    assert len(PATCHES) >= 19
    assert len({read(path).why for path in PATCHES}) == len(PATCHES)
