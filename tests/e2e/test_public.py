"""`check` and `doctor` prove the place networks fetch pictures from, through a real web server."""

import json
from pathlib import Path

from tests.e2e.kit import newsroom, outside
from tests.unit.media.test_public import serving


def test_check_proves_the_place_by_fetching_and_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    with outside(stories=1) as world, serving(tmp_path / "www") as server:
        public = {"address": f"http://{server.host}", "folder": "www"}
        hosts = [server.host, f"127.0.0.1:{world.port}"]
        paper = newsroom(tmp_path, world, more=json.dumps({"media": {"public": public}, "allow_hosts": hosts}))
        (tmp_path / "www" / "index.html").touch()
        ran = paper.jarshy("check")
        said = " ".join(ran.stdout.split())
        assert (ran.returncode, ran.stderr) == (0, "")
        assert f"- media: a picture was laid at http://{server.host}, fetched from there and taken away" in said
        server.instead = (403, {}, b"")
        found = json.loads(paper.jarshy("doctor", "--json").stdout)["findings"]
        [media] = [each["sentence"] for each in found if each["what"] == "media"]
        assert media == f"networks cannot fetch pictures: {server.host} answers 403: let everybody read there"
        assert [each.name for each in (tmp_path / "www").iterdir()] == ["index.html"]
