"""How well sentences are found in texts that people split: three treebanks, a language each."""

import json
from dataclasses import dataclass

import pytest

from bot.articles.sentences import ends, sentences
from tests.unit.articles.given import data


@dataclass
class Figures:
    """What came of all paragraphs of one language."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0
    perfect: int = 0
    paragraphs: int = 0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.wrong)

    @property
    def f1(self) -> float:
        return 2 * self.hits / (2 * self.hits + self.wrong + self.missed)

    @property
    def share(self) -> float:
        return self.perfect / self.paragraphs

    def add(self, wanted: set[int], got: set[int]) -> None:
        missed = wanted - got
        self.hits, self.wrong, self.missed = (
            self.hits + len(wanted & got),
            self.wrong + len(got - wanted),
            self.missed + len(missed),
        )
        self.perfect, self.paragraphs = self.perfect + (got <= wanted and not missed), self.paragraphs + 1


@pytest.mark.parametrize(
    ("name", "language", "f1", "share"),
    # The marks to reach are what a first splitter of forty lines reached on the same texts.
    [("en_gum", "en", 0.945, 0.95), ("ru_gsd", "ru", 0.975, 0.86), ("kk_ktb", "kk", 0.993, 0.96)],
)
def test_real_texts_are_split_as_people_split_them(name: str, language: str, f1: float, share: float) -> None:
    figures = _figures(name, language)
    print(f"{name}: precision {figures.precision:.3f}, F1 {figures.f1:.3f}, whole paragraphs {figures.share:.3f}")
    assert figures.precision >= 0.99
    assert round(figures.f1, 3) >= f1
    assert figures.share >= share


def test_no_quotation_of_real_texts_is_parted() -> None:
    for group in json.loads(data("sent_en_gum.json").read_text()):
        text = " ".join(" ".join(part.split()) for part in group)
        if text.count('"') % 2 == 0:
            assert [part for part in sentences(text, "en") if part.count('"') % 2] == []


def _figures(name: str, language: str) -> Figures:
    figures = Figures()
    for group in json.loads(data(f"sent_{name}.json").read_text()):
        parts = [" ".join(part.split()) for part in group]
        text = " ".join(parts)
        figures.add({len(" ".join(parts[:count])) for count in range(1, len(parts))}, set(ends(text, language)))
    return figures
