"""What a preview reads out of a request."""

import pytest

from adapters.contract import Card, Mark, Post
from bot.desk.sent import read

URL = "https://courier.example/қыс"


@pytest.mark.parametrize(
    ("around", "address"),
    [
        ("({})", URL),
        ("{}, he said", URL),
        ("{}", URL),
        ("({})&", f"{URL})&"),
        ("{}.html", f"{URL}.html"),
    ],
)
@pytest.mark.parametrize("is_carded", [True, False])
def test_what_a_template_glues_to_an_address_is_a_part_of_it_where_the_network_finds_it(around, address, is_carded):
    text = around.format(URL)
    at = text.index(URL)
    post = Post(text, marks=(Mark(at, at + len(URL), "link", URL),), card=Card(URL, "Winter") if is_carded else None)
    sent = read("threads", {"container": {"text": text}}, post)
    assert [each.value for each in sent.marks if each.kind == "link"] == [address]
    assert sent.card
    assert sent.card.url == address
