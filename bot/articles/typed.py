"""Texts as people type them: typewriter signs, plain spaces, small letters; for comparing with what was typeset."""

import re

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


def holds(text: str, word: str) -> bool:
    """Whether a typed text holds a word or phrase as a whole; a * at its end stands for any ending."""
    return _whole(word).search(text) is not None


def _whole(word: str) -> re.Pattern[str]:
    bare = typed(word.removesuffix("*"))
    whole = r"\s+".join(map(re.escape, bare.split()))
    # What begins or ends in a sign, such as [Sponsor], stands apart by itself.
    before, after = (r"(?<!\w)" if bare[:1].isalnum() else ""), (r"(?!\w)" if bare[-1:].isalnum() else "")
    return re.compile(rf"{before}{whole}{'' if word.endswith('*') else after}")
