"""How X counts a text: https://docs.x.com/fundamentals/counting-characters."""

import re

_ADDRESS = re.compile(r"https?://\S+")
_LINK = 23
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


def weighted(text: str) -> int:
    """Count what X counts: an address 23, most alphabets 1, everything else 2."""
    bare = _ADDRESS.sub("", text)
    links = len(_ADDRESS.findall(text))
    return _LINK * links + sum(1 if any(low <= ord(s) <= high for low, high in _LIGHT) else 2 for s in bare)
