"""What a channel may spend: amounts as people write them, on networks that charge, and mistakes named by their line."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.model import Budget, Channel
from config.networks import Network
from config.settings import SettingsError, load
from tests.unit.broken_settings import Chat, ChatKeys

FILE = """\
newsroom: {name: The Steppe Courier, zone: Asia/Almaty}
sources: {main: {url: "https://courier.example/feed"}}
accounts: {one: {network: telegram, credentials: {token: ONE}}}
channels:
  first: {account: one, chat: "@first", budget: BUDGET}
"""


def loaded(folder: Path, budget: str, *, charges: bool = True) -> Channel:
    path = folder / "jarshy.yaml"
    path.write_text(FILE.replace("BUDGET", budget))
    return load(path, {}, networks={"telegram": Network(Chat, ChatKeys, charges=charges)}).channels[0]


@pytest.mark.parametrize(
    ("said", "budget"),
    [
        ("{day: 5}", Budget(day=Decimal(5))),
        ("{month: 0.50}", Budget(month=Decimal("0.5"))),
        (
            "{day: '0.015', month: 100, near: unlinked}",
            Budget(day=Decimal("0.015"), month=Decimal(100), near="unlinked"),
        ),
    ],
)
def test_a_budget_is_so_many_dollars_a_day_or_a_month(tmp_path: Path, said: str, budget: Budget) -> None:
    assert loaded(tmp_path, said).budget == budget


@pytest.mark.parametrize(
    ("said", "charges", "told"),
    [
        ("{}", True, "5:41: channels.first.budget must name an amount for the day, the month, or both"),
        ("{day: five}", True, "5:55: channels.first.budget.day must be an amount in US dollars, such as 5 or 0.50"),
        ("{dya: 5}", True, '5:50: channels.first.budget.dya is not a known key - did you mean "day"?'),
        ("{day: 5}", False, "5:41: channels.first.budget has nothing to count: telegram asks for no money"),
    ],
)
def test_a_mistake_about_money_is_named_with_its_line(tmp_path: Path, said: str, charges: bool, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, said, charges=charges)
    assert [each.partition("jarshy.yaml:")[2] for each in caught.value.problems] == [told]
