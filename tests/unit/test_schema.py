"""The JSON Schema of the settings takes what the settings take, explains every key, and is made by `init`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML
from typer.testing import CliRunner

from bot.commands.app import app
from bot.commands.setup import described, init
from config.schema import schema

ROOT = Path(__file__).parents[2]
JUDGE = Draft7Validator(described())
GOOD = """
newsroom: {name: The Steppe Courier, zone: Asia/Almaty}
sources: {main: {url: https://courier.example/feed}}
accounts:
  tg: {network: telegram, credentials: {token: TELEGRAM_TOKEN}}
  x: {network: x, credentials: {api_key: A, api_secret: B, access_token: C, access_secret: D}, link_price: 0.25}
  fedi: {network: mastodon, server: https://a.example, credentials: {token: FEDI}}
channels:
  tg: {account: tg, chat: -1001234567, gap: 2m, quiet_hours: , max_per_day: 30}
  fedi: {account: fedi, visibility: unlisted}
"""


def as_editors_read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(described())
    Draft7Validator.check_schema(schema({}))


@pytest.mark.parametrize(
    "text",
    [
        (ROOT / "config/jarshy.example.yaml").read_text(encoding="utf-8"),
        (ROOT / "config/jarshy.example.yaml")
        .read_text(encoding="utf-8")
        .replace("# keep:", "keep:")
        .replace("# cards:", "cards:")
        .replace("# media:", "media:")
        .replace("# alerts:", "alerts:")
        .replace("#   ", "  "),
        (ROOT / "config/demo/jarshy.yaml").read_text(encoding="utf-8"),
        re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.S)[0],
        GOOD,
    ],
)
def test_what_is_right_is_taken(text: str) -> None:
    assert [each.message for each in JUDGE.iter_errors(as_editors_read(text))] == []


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        ("newsroom:", "newsrom:", []),
        ("name: The", "nam: The", ["newsroom"]),
        ("zone: Asia/Almaty", "zone: 5", ["newsroom", "zone"]),
        ("url: https:", "url: ftp:", ["sources", "main", "url"]),
        ("  tg: {network", "  Tg: {network", ["accounts"]),
        ("network: telegram", "network: telegarm", ["accounts", "tg"]),
        ("token: TELEGRAM_TOKEN", "token: 123456:AAH", ["accounts", "tg"]),
        ("token: TELEGRAM_TOKEN", "tokn: TELEGRAM_TOKEN", ["accounts", "tg"]),
        ("link_price: 0.25", "link_prize: 0.25", ["accounts", "x"]),
        ("gap: 2m", "gap: 2", ["channels", "tg", "gap"]),
        ("gap: 2m", "gapp: 2m", ["channels", "tg"]),
        ("gap: 2m", "form: cart", ["channels", "tg", "form"]),
        ("max_per_day: 30", "max_per_day: 0", ["channels", "tg", "max_per_day"]),
        ("visibility: unlisted", "visibility: hidden", ["channels", "fedi", "visibility"]),
        ("account: fedi,", "", ["channels", "fedi"]),
    ],
)
def test_what_is_wrong_is_shown_while_it_is_written(right: str, wrong: str, where: list[str]) -> None:
    assert GOOD.count(right) == 1
    found = [list(each.absolute_path) for each in JUDGE.iter_errors(as_editors_read(GOOD.replace(right, wrong)))]
    assert where in found


def test_every_key_of_ours_is_explained_and_what_holds_is_said() -> None:
    blocks = described()["$defs"]
    ours = {f"{name}.{key}": one for name in blocks for key, one in blocks[name].get("properties", {}).items()}
    assert [key for key, one in ours.items() if not one.get("description")] == []
    assert blocks["DefaultsBlock"]["properties"]["gap"]["default"] == "60s"
    assert blocks["KeepBlock"]["properties"]["bodies"]["default"] == "90d"
    assert blocks["ChannelBlock"]["properties"]["chat"]["description"].startswith("telegram: @name of the channel")
    assert "default" not in blocks["DefaultsBlock"]["properties"]["form"]  # each network has its own


def test_init_lays_the_schema_beside_the_settings_and_the_command_prints_the_same(tmp_path: Path) -> None:
    init(tmp_path / "jarshy.yaml")
    first = (tmp_path / "jarshy.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=jarshy.schema.json"
    beside = json.loads((tmp_path / "jarshy.schema.json").read_text(encoding="utf-8"))
    assert beside == json.loads(CliRunner().invoke(app, ["schema"]).stdout) == described()
    (tmp_path / "jarshy.schema.json").write_text("{}")
    init(tmp_path / "jarshy.yaml")
    assert (tmp_path / "jarshy.schema.json").read_text() == "{}"
