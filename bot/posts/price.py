"""What a post costs, in words; and the same post without its address, which some networks charge for. Pure."""

from dataclasses import replace
from decimal import Decimal

from adapters.contract import Adapter, Post


def price_of(adapter: Adapter, post: Post) -> str:
    """Reckon what publishing a post costs in US dollars, "0.20"; "" where the network asks for nothing."""
    price = adapter.price(post)
    return "" if price is None else dollars(price)


def dollars(amount: Decimal) -> str:
    """Write an amount with two decimals, or as many as it takes."""
    cents = amount.quantize(Decimal("0.01"))
    return str(cents if cents == amount else amount.normalize())


def costs(adapter: Adapter, post: Post) -> str:
    """Say what a post costs, and what it would without its address; "" where it costs nothing."""
    price, without = price_of(adapter, post), price_of(adapter, unlinked(post))
    if not price or price == without:
        return price and f"costs ${price}"
    return f"costs ${price} (without its link ${without})"


def unlinked(post: Post) -> Post:
    """Take the address out of a post: its card, and each link that stands in its words as an address."""
    text = post.text
    for mark in sorted(post.marks, key=lambda each: each.start, reverse=True):
        if mark.kind == "link" and "://" in text[mark.start : mark.end]:
            text = text[: mark.start] + text[mark.end :]
    return replace(post, text=text.strip(), marks=(), card=None)
