"""The desk of a daemon at work, as the first person to come meets it."""

import json
import re
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.kit import Newsroom, newsroom, outside, wait_for

PASSWORD = "three cranes by the pier"
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with outside(stories=1) as world:
        made = newsroom(tmp_path_factory.mktemp("desk"), world)
        made.jarshy("pause", "all")
        yield made


def address(paper: Newsroom) -> str:
    return f"http://{json.loads((paper.folder / 'jarshy.yaml').read_text())['listen']}"


def up(paper: Newsroom) -> bool:
    try:
        return httpx.get(f"{address(paper)}/healthz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def ended(process: "subprocess.Popen[str]") -> str:
    process.terminate()
    return process.communicate(timeout=30)[0]


def test_the_first_start_names_an_address_by_which_one_person_becomes_admin(paper: Newsroom) -> None:
    with paper.daemon() as process:
        wait_for(lambda: up(paper))
        assert httpx.get(address(paper), trust_env=False).headers["location"] == "/sign-in?next=/"
        said = ended(process)
    (first,) = set(re.findall(rf"{re.escape(address(paper))}/welcome/[A-Za-z0-9_-]{{43}}", said))
    with paper.daemon() as process:
        wait_for(lambda: up(paper))
        assert httpx.get(first, trust_env=False).status_code == 409, "a later start names another one"
        newer = re.search(r"http\S+/welcome/[A-Za-z0-9_-]{43}", paper.jarshy("people", "invite", "dana").stdout)
        assert newer
        with httpx.Client(trust_env=False, headers=OURS, follow_redirects=True) as browser:
            page = browser.post(newer[0], data={"password": PASSWORD, "again": PASSWORD})
            assert (page.status_code, page.url.path) == (200, "/")
            assert "dana" in browser.get(f"{address(paper)}/me").text
            assert "dana" in paper.jarshy("people", "sessions").stdout
            paper.jarshy("people", "sessions", "dana", "--revoke")
            assert browser.get(f"{address(paper)}/me").url.path == "/sign-in"
        said = ended(process)
    assert PASSWORD not in said
    assert newer[0] not in said
    with paper.daemon() as process:
        wait_for(lambda: up(paper))
        said = ended(process)
    assert "/welcome/" not in said, "somebody is here"


def test_without_a_desk_only_health_and_metrics_are_served(paper: Newsroom) -> None:
    with paper.daemon(JARSHY_DESK__SERVE="false") as process:
        wait_for(lambda: up(paper))
        assert httpx.get(address(paper), trust_env=False).status_code == 404
        assert '"desk": "not served"' in ended(process)
