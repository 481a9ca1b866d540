"""What the README shows is so: its commands exist, its settings load."""

import re
from pathlib import Path

import pytest
import typer

from bot.commands.app import app
from config.networks import Network
from config.settings import load
from tests.contract.cases import load as load_entry
from tests.contract.cases import names

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app)


@pytest.mark.parametrize("word", sorted(set(re.findall(r"jarshy ([a-z]+(?:-[a-z]+)*)", README))))
def test_each_command_of_the_readme_exists(word: str) -> None:
    assert word in COMMANDS.commands  # type: ignore[attr-defined]


def test_several_secrets_are_meant_by_one_or_more() -> None:
    known = COMMANDS.commands  # type: ignore[attr-defined]
    assert known["secrets"].hidden
    assert known["secrets"].commands.keys() == known["secret"].commands.keys() == {"set", "list", "rotate"}


@pytest.mark.parametrize("word", sorted(set(re.findall(r"jarshy template ([a-z]+)", README))))
def test_each_command_around_templates_of_the_readme_exists(word: str) -> None:
    assert word in COMMANDS.commands["template"].commands  # type: ignore[attr-defined]


def test_each_option_of_the_readme_exists() -> None:
    known: set[str] = set()
    commands = list(COMMANDS.commands.values())  # type: ignore[attr-defined]
    for command in commands:
        commands += getattr(command, "commands", {}).values()
        known |= {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    assert set(re.findall(r"(--[a-z][a-z-]+)", README)) <= known


def test_the_settings_of_the_readme_load(tmp_path: Path) -> None:
    first, *more = re.findall(r"```yaml\n(.*?)```", README, flags=re.S)
    kinds = {name: load_entry(name, "adapters") for name in names()}
    networks = {name: Network(each.Settings, each.Credentials, charges=True) for name, each in kinds.items()}
    desk = first.replace("channels:\n", 'channels:\n  desk-chat: {account: tg, chat: "-1001"}\n')
    for block in (first, *more):
        whole = first.partition("accounts:")[0] + block if block.startswith("accounts:") else desk + block
        network = re.search(r"network: (\w+)", block)
        (tmp_path / "jarshy.yaml").write_text(first if block == first else whole)
        made = load(tmp_path / "jarshy.yaml", {}, networks=networks)
        assert made.channels[0].network == (network[1] if network else "telegram")


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)h][^)]*)\)", README))
def test_each_link_into_the_house_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
