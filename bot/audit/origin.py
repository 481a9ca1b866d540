"""Knows what a log may be called. Apart from the keys, which the settings need not load."""

_HOST = "jarshy.local"


def is_name(name: str) -> bool:
    """Whether a log, or the key that signs for it, may be called so."""
    return bool(name) and "+" not in name and name.isprintable() and not any(sign.isspace() for sign in name)


def usual(newsroom: str) -> str:
    """Name the log of a newsroom that chose no name for it."""
    words = "".join(sign if sign.isalnum() else " " for sign in newsroom.lower()).split()
    return f"{_HOST}/{'-'.join(words)}" if words else _HOST
