"""What happened, without the commands that could be typed: for readers who have buttons instead. Pure."""

_COMMAND = "`"


def plainly(sentence: str) -> str:
    """Leave out of a sentence of `why` what it says of commands."""
    kept = []
    for clause in sentence.removesuffix(".").split("; "):
        fact, command, _ = clause.partition(_COMMAND)
        if not command:
            kept.append(clause)
        elif fact.endswith(": "):
            kept.append(fact.removesuffix(": "))
    return f"{'; '.join(kept)}." if kept else sentence
