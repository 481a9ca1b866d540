"""Whether the log, the tries and the network's own meter agree on what was spent."""

import json
from decimal import Decimal
from typing import Any

from adapters.emulators.kit import Network
from bot.audit.rows import Action


def metered(network: Network) -> Decimal:
    """Sum up what a network asks for the posts it made."""
    bill: list[Any] = getattr(network, "bill", [])
    return sum((charge.cost for charge in bill if charge.call in network.visible), Decimal(0))


def logged(rows: list[dict[str, Any]], network: str, places: dict[str, tuple[str, str]]) -> Decimal:
    """Sum up what the log says was paid to a network for what is out."""
    out = (row for row in rows if row.get("state") == "done" and places[row["channel"]][0] == network)
    return sum((Decimal(row["price"]) for row in out if row.get("price")), Decimal(0))


def fees(network: Network) -> Decimal:
    """Sum up what a network asks for beside posts."""
    bill: list[Any] = getattr(network, "bill", [])
    return sum((charge.cost for charge in bill if charge.call not in network.visible), Decimal(0))


def wrong_sums(history: Any) -> list[str]:
    """Say where the three sums differ, and where a post was sent that the budget did not reach for."""
    rows = [json.loads(told.row) for told in history.audit]
    found = []
    for network, meter in history.meters.items():
        log, tries = logged(rows, network, history.places), history.spent.get(network, Decimal(0))
        is_open = any(row["state"] in ("unknown", "sending") for row in _last(rows).values())
        if not is_open and not log == tries == meter:
            found.append(f"money: {network} asks for {meter}, the log says {log}, the tries say {tries}")
        charged = [row for row in rows if row["action"] == str(Action.CHANNEL_CHARGED)]
        mine = [row for row in charged if history.places[row["channel"]][0] == network]
        paid, doubted = _sum(mine, "price"), _sum(mine, "most")
        # Who dies between an answer and its row has told nobody.
        is_short = history.crashes == 0 and history.fees[network] > paid + doubted
        if paid > history.fees[network] or is_short:
            said = f"{paid}, and up to {doubted} that it does not know of"
            found.append(f"money: beside posts {network} asks for {history.fees[network]}, the log says {said}")
    return found + _overspent(history, rows)


_MAY_BE_OUT = ("undecidable", "unshown", "worked_on")


def _sum(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows if name in row), Decimal(0))


def _last(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row["delivery"]: row for row in rows if "delivery" in row and "state" in row}


def _overspent(history: Any, rows: list[dict[str, Any]]) -> list[str]:
    """Count each intent against the day's budget as it stood then, unless a person let it go."""
    most, spent, freed, found = history.plan.budget, {}, set(), []
    before: dict[int, dict[str, Any]] = {}
    for row in (row for row in rows if most is not None and "delivery" in row and "state" in row):
        number, was = row["delivery"], before.get(row["delivery"], {})
        before[number] = row
        is_moved = Action(row["action"]) is Action.DELIVERY_MOVED and row["actor"] != "jarshy"
        if was.get("reason") == "budget" and is_moved and row["reason"] != "budget":
            freed.add(number)
        if Action(row["action"]) is Action.DELIVERY_INTENDED and row.get("price"):
            spent[number] = Decimal(row["price"])
            if number not in freed and sum(spent.values()) > Decimal(most):
                found.append(f"money: delivery {number} was sent beyond the budget")
        elif number in spent and row["state"] in ("due", "held") and row["reason"] not in _MAY_BE_OUT:
            del spent[number]
    return found
