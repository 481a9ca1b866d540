"""A post whose record key is lost is looked for by its words; only what is found counts."""

import httpx
import pytest

from adapters.bluesky_record import words
from adapters.contract import NotYet, OutcomeUnknown
from tests.unit.adapters.kit import START, Memory, later
from tests.unit.adapters.test_bluesky import DID, POST, Pds, find, refused

TEXT = words(POST)[0]


def stored(*made, text=TEXT):
    pds = Pds()
    for n, at in enumerate(made):
        pds.records[f"3k{n}"] = {"text": text, "createdAt": at}
    return pds


def test_a_record_in_our_words_is_ours() -> None:
    found, network = find(stored("2026-11-25T09:10:00.000Z"), Memory(), at=later(minutes=30))
    assert found.id == f"at://{DID}/app.bsky.feed.post/3k0"
    assert dict(network.seen[0].url.params) == {"repo": DID, "collection": "app.bsky.feed.post", "limit": "100"}


@pytest.mark.parametrize(
    "pds",
    [
        stored(),
        stored("2026-11-25T08:59:59.999Z"),
        stored("2026-11-25T09:10:00Z", text="By hand: budgets"),
        stored("yesterday"),
        stored("0001-01-01T00:00:00"),
    ],
    ids=["nothing", "from before", "other words", "no moment", "no zone"],
)
def test_what_is_not_found_is_not_absent(pds) -> None:
    with pytest.raises(OutcomeUnknown, match="the key it was sent under is not known any more"):
        find(pds, Memory(), at=later(hours=1))


def test_within_the_lag_it_is_looked_for_again() -> None:
    with pytest.raises(NotYet):
        find(stored(), Memory(), at=START)


def test_the_search_turns_pages_until_they_are_too_old() -> None:
    def page(n, cursor, at):
        record = {"uri": f"at://{DID}/app.bsky.feed.post/3k{n}", "cid": "b", "value": {"text": "x", "createdAt": at}}
        return httpx.Response(200, json={"records": [record], "cursor": cursor})

    class Long(Pds):
        def listRecords(self, request, body):
            asked = request.url.params.get("cursor", "")
            return page(1, "c1", "2026-11-25T10:00:00Z") if not asked else page(0, "c0", "2026-11-25T08:00:00Z")

    pds = Long()
    with pytest.raises(OutcomeUnknown, match="not known any more"):
        find(pds, Memory(), at=later(hours=2))


def test_a_refused_question_says_nothing_about_the_post() -> None:
    with pytest.raises(OutcomeUnknown):
        find(Pds(listRecords=refused(400, "InvalidRequest")), Memory(), at=later(hours=2))


def test_too_many_records_are_not_read_to_the_end() -> None:
    record = {"uri": "at://d/c/k", "cid": "b", "value": {"text": "x", "createdAt": "2026-11-25T10:00:00Z"}}
    with pytest.raises(OutcomeUnknown, match="more than 1000 posts"):
        find(Pds(listRecords={"records": [record], "cursor": "c"}), Memory(), at=later(hours=2))
