"""Stands in for bot.articles.sentences until that branch is merged."""

import re


def sentences(text: str, language: str) -> tuple[str, ...]:
    parts = re.split(
        r"(?<=[.!?…])(?<!Jan\.)(?<!Sept\.)(?<!Nov\.)\s+(?=[“«„\"A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])|(?<=[.!?…][”»\"])\s+(?=[“«„\"A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])",
        text.strip(),
    )
    return tuple(p for p in parts if p)
