"""Texts as people type them: typewriter signs, plain spaces, small letters; for comparing with what was typeset."""

_SIGNS = str.maketrans(
    dict.fromkeys("’‘´ʼ`", "'")
    | dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("–—‑−", "-")
    | dict.fromkeys("\xa0\u202f\u2009", " ")
    | {"\u00ad": None}
)


def typed(text: str) -> str:
    """Write a text as it might be typed; two texts that say the same are then the same."""
    return text.translate(_SIGNS).casefold()
