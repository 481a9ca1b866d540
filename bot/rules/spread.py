"""Keeps apart what failed together: jitter that a run repeated from the same data has again."""

import hashlib


def spread(name: str) -> float:
    """Draw a share from 0 to 0.2, the same for the same name."""
    return hashlib.sha256(name.encode()).digest()[0] / 255 / 5
