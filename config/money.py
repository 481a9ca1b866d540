"""The shape of a channel's budget in jarshy.yaml."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.model import Budget
from config.values import Dollars

# What is not set is not passed on: bot.model knows the defaults.
_UNSET: Any = None


class BudgetBlock(BaseModel):
    """What a channel may spend on a network that charges for posts."""

    model_config = ConfigDict(extra="forbid")
    day: Dollars = Field(_UNSET, description="US dollars a day, by the newsroom's clock")
    month: Dollars = Field(_UNSET, description="US dollars a month, by the newsroom's clock")
    near: Literal["hold", "unlinked"] = Field(
        _UNSET,
        description="hold: a post there is no money for waits for a person; unlinked: it goes out without its link if "
        "there is money for that, unless its words are a person's",
    )

    @model_validator(mode="after")
    def _limits(self) -> Self:
        if self.day is None and self.month is None:
            raise ValueError("must name an amount for the day, the month, or both")
        return self


def budget(block: BudgetBlock | None) -> Budget | None:
    """Make what the budget is from what was set."""
    return Budget(**block.model_dump(exclude_unset=True)) if block else None
