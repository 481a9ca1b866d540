"""What a channel leaves out: the channel's word goes before the newsroom's, that before its network's."""

import pytest

from tests.unit.test_settings import GOOD, loaded

_HERE = "    visibility: unlisted\n"


@pytest.mark.parametrize(
    ("said", "form", "most"),
    [
        ("", "photo", 30),
        ("    form: text\n", "text", 30),
        ("    max_per_day: 9\n", "photo", 9),
        ("    max_per_day: null\n", "photo", None),
        ("defaults:\n  max_per_day: 12\n  form: card\n", "card", 12),
        ("defaults:\n  form: video\n", "photo", 30),
    ],
)
def test_what_a_channel_leaves_out_its_newsroom_says_or_else_its_network(tmp_path, said, form, most):
    text = GOOD.replace("defaults:\n", said) if said.startswith("defaults") else GOOD.replace(_HERE, _HERE + said)
    found = loaded(tmp_path, text).channels[-1]
    assert (found.id, found.form, found.max_per_day) == ("fedi", form, most)


def test_a_network_without_such_words_leaves_it_to_the_house(tmp_path):
    found = loaded(tmp_path).channels[0]
    assert (found.network, found.form, found.max_per_day) == ("telegram", "card", None)
