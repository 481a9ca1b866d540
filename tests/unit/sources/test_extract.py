"""The text of a page as trafilatura finds it: the story, and none of the page's furniture."""

from bot.sources.extract import body

STORY = [
    "Aktau’s grain terminal has secured a loan of 48.6 billion tenge to double its capacity to 3 million tons a year.",
    "The 12-year loan from the Eurasian Infrastructure Fund carries a rate of 11.5 percent, according to the operator.",
    "Shipments through Aktau rose 18 percent to 1.4 million tons in the first ten months of the year, it said.",
]
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Port | Courier</title></head><body>
<nav><a href="/">Home</a><a href="/sport">Sport</a></nav><article><h1>Port wins loan</h1>
{"".join(f"<p>{each}</p>" for each in STORY)}</article>
<aside><p>Subscribe to our newsletter and never miss a story.</p></aside><footer>© 2026</footer></body></html>"""


def test_the_text_of_a_page_is_its_story():
    found = body(PAGE).splitlines()
    assert [each for each in found if each in STORY] == STORY
    assert not [each for each in found if "Subscribe" in each or "©" in each]


def test_a_page_without_text_has_none():
    assert body("<html><body></body></html>") == ""
