"""A late pattern is an ordinary one, but for the moment at which it is compiled."""

import pytest
import regex

from bot.articles.late import late


@pytest.mark.parametrize("use", [lambda each: each.search("a"), lambda each: each.sub("", "a")])
def test_nothing_is_compiled_before_the_first_text(use):
    broken = late("(")
    with pytest.raises(regex.error):
        use(broken)


def test_it_reads_as_what_it_stands_for():
    at_once, word = regex.compile(r"(?P<name>\p{L}+)", regex.I), late(r"(?P<name>\p{L}+)", regex.I)
    assert word.pattern == at_once.pattern
    for text in ("Шымкент 7", "7", ""):
        assert word.findall(text) == at_once.findall(text)
        assert bool(word.search(text)) == bool(at_once.search(text))
        assert word.sub("-", text) == at_once.sub("-", text)
    assert late("steppe", regex.I).fullmatch("Steppe")
    assert not late("steppe").fullmatch("Steppe")
