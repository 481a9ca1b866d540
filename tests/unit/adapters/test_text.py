import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.body import fill
from adapters.contract import Mark, NotSent
from adapters.text import (
    addresses,
    entities,
    facets,
    graphemes,
    mastodon_length,
    plain,
    same_words,
    sky_tag,
    utf8,
    utf16,
)

quick = settings(max_examples=60, deadline=None)
texts = st.text(st.sampled_from("aЖқ \n👨‍👩‍👧🇰🇿é\u0301😀#@"), max_size=40)
kinds = st.sampled_from(["bold", "italic", "link", "tag", "mention"])
marks = st.lists(st.builds(Mark, st.integers(-3, 45), st.integers(-3, 45), kinds, st.just("https://a.kz/")), max_size=6)


@quick
@given(texts, marks)
def test_entities_cut_out_exactly_the_marked_text(text, marks):
    units = text.encode("utf-16-le")
    made = entities(text, marks)
    for e in made:
        assert 0 <= e["offset"] < e["offset"] + e["length"] <= utf16(text)
    cut = sorted(units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le") for e in made)
    shown = [m for m in marks if m.kind in ("bold", "italic", "link")]
    assert cut == sorted(filter(None, (text[max(m.start, 0) : max(m.end, 0)] for m in shown)))


@quick
@given(texts, marks)
def test_facets_cut_out_marked_text_and_never_overlap(text, marks):
    made = facets(text, marks)
    cuts = [(f["index"]["byteStart"], f["index"]["byteEnd"]) for f in made]
    marked = {text[max(m.start, 0) : max(m.end, 0)] for m in marks}
    assert all(text.encode()[a:b].decode() in marked for a, b in cuts)
    assert all(0 <= a < b <= utf8(text) for a, b in cuts)
    assert all(one[1] <= two[0] for one, two in pairwise(cuts))


def test_facets_name_link_tag_and_mention():
    text = "Қазақ #Kazakhstan site @us"
    made = facets(
        text,
        [
            Mark(6, 17, "tag", "#Kazakhstan"),
            Mark(18, 22, "link", "https://a.kz/"),
            Mark(23, 26, "mention", "did:plc:x"),
            Mark(0, 5, "bold"),
        ],
    )
    assert [f["features"][0] for f in made] == [
        {"$type": "app.bsky.richtext.facet#tag", "tag": "Kazakhstan"},
        {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.kz/"},
        {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:x"},
    ]
    assert made[0]["index"] == {"byteStart": 11, "byteEnd": 22}


@pytest.mark.parametrize(
    ("text", "units", "characters", "size"),
    [
        ("a", 1, 1, 1),
        ("Қ", 1, 1, 2),
        ("😀", 2, 1, 4),
        ("👨‍👩‍👧", 8, 1, 18),
        ("🇰🇿", 4, 1, 8),
        ("\r\n", 2, 1, 2),
        ("", 0, 0, 0),
    ],
)
def test_each_network_counts_in_its_own_unit(text, units, characters, size):
    assert (utf16(text), graphemes(text), utf8(text)) == (units, characters, size)


LONG = "https://astanatimes.com/2026/11/" + "x" * 60


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Қазақстан 🇰🇿", 11),
        (LONG, 23),
        ("https://a.kz", 23),
        (f"see {LONG} now", 31),
        (f"see {LONG}.", 28),
        (f"x{LONG}", 1 + len(LONG)),
        ("https://", 23),
        (f"{LONG}/Қала", 23 + 4),
        ("@user@mastodon.social hi", 8),
        ("@user hi", 8),
        ("mail a@b.kz", 11),
    ],
)
def test_mastodon_counts_addresses_flat_and_mentions_without_host(text, length):
    assert mastodon_length(text, 23) == length


@quick
@given(texts)
def test_a_server_that_counts_in_full_never_counts_more_than_we_do(text):
    text += LONG
    assert mastodon_length(text, None) == len(text) >= graphemes(text)


def test_plain_text_writes_out_only_addresses_the_words_hide():
    marks = [Mark(0, 4, "link", "https://a.kz/x"), Mark(5, 9, "link", "https://b.kz/"), Mark(0, 4, "bold")]
    assert plain("read more https://b.kz/", marks) == "read (https://a.kz/x) more https://b.kz/"
    assert plain("word", [], "https://a.kz/x") == "word\n\nhttps://a.kz/x"
    assert plain("word https://a.kz/x", [], "https://a.kz/x") == "word https://a.kz/x"
    assert plain("word https://a.kz/xy", [], "https://a.kz/x") == "word https://a.kz/xy\n\nhttps://a.kz/x"


def test_the_same_words_stay_the_same_through_a_networks_typography():
    assert same_words("“Steppe” — wins\n\n5", '"Steppe" - wins 5')
    assert not same_words("Steppe wins", "Steppe wins again")
    assert same_words("🇰🇿 🎉", "🇰🇿  🎉 ")
    assert not same_words("🇰🇿", "🎉")


def test_addresses_end_before_the_sentence_does():
    assert addresses("see https://a.kz/x. (https://b.kz/y)") == ["https://a.kz/x", "https://b.kz/y"]


def test_a_tag_too_long_for_bluesky_is_none():
    assert sky_tag("#Kazakhstan") == "Kazakhstan"
    assert sky_tag("x" * 65) == ""
    assert sky_tag("👨‍👩‍👧" * 40) == ""


def test_a_memo_is_filled_in_with_its_parsed_value_and_media_stay():
    body = {"chat": {"$memo": "chat"}, "list": [{"$memo": "blob"}, {"$media": "ab"}], "n": None, "t": "$memo"}
    memo = {"chat": "-1001", "blob": '{"ref": 1}'}
    assert fill(body, memo.get) == {"chat": -1001, "list": [{"ref": 1}, {"$media": "ab"}], "n": None, "t": "$memo"}


@pytest.mark.parametrize("memo", [{}, {"chat": "not json"}])
def test_a_memo_nobody_wrote_stops_before_anything_is_sent(memo):
    with pytest.raises(NotSent, match="chat"):
        fill({"id": {"$memo": "chat"}}, memo.get)


@quick
@given(st.recursive(st.none() | st.text() | st.integers(), lambda n: st.lists(n) | st.dictionaries(st.text(), n)))
def test_what_has_no_memo_in_it_is_left_as_it_is(node):
    assert json.dumps(fill(node, lambda _: None)) == json.dumps(node)
