"""What a post costs, in words; and the same post without its address, which some networks charge for. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal

from adapters.contract import Adapter, Post


@dataclass(frozen=True, slots=True)
class Price:
    """What publishing costs in US dollars, and what it would without its link; None where that is the same."""

    amount: Decimal
    unlinked: Decimal | None = None


def price_of(adapter: Adapter, post: Post) -> str:
    """Reckon what a post will cost in US dollars, "0.205"; "" where the network asks for nothing."""
    price = _whole(adapter, post)
    return "" if price is None else dollars(price)


def due_for(adapter: Adapter, post: Post) -> str:
    """Reckon what the visible call alone costs: fees on the way there are charged as they come."""
    price = adapter.price(post)
    return "" if price is None else dollars(price)


def dollars(amount: Decimal) -> str:
    """Write an amount with two decimals, or as many as it takes."""
    cents = amount.quantize(Decimal("0.01"))
    return str(cents if cents == amount else amount.normalize())


def priced(adapter: Adapter, post: Post) -> Price | None:
    """Reckon what a post costs; None where its network asks for nothing."""
    amount, without = _whole(adapter, post), _whole(adapter, unlinked(post))
    return None if amount is None else Price(amount, None if without == amount else without)


def _whole(adapter: Adapter, post: Post) -> Decimal | None:
    price = adapter.price(post)
    return None if price is None else price + adapter.fees(post)


def costs(adapter: Adapter, post: Post) -> str:
    """Say what a post costs, and what it would without its address; "" where it costs nothing."""
    price = priced(adapter, post)
    if price is None:
        return ""
    without = "" if price.unlinked is None else f" (without its link ${dollars(price.unlinked)})"
    return f"costs ${dollars(price.amount)}{without}"


def unlinked(post: Post) -> Post:
    """Take the address out of a post: its card, and each link that stands in its words as an address."""
    text = post.text
    for mark in sorted(post.marks, key=lambda each: each.start, reverse=True):
        if mark.kind == "link" and "://" in text[mark.start : mark.end]:
            text = text[: mark.start] + text[mark.end :]
    return replace(post, text=text.strip(), marks=(), card=None)
