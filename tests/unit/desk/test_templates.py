"""The page of templates: looked at, tried, saved, taken back; mistakes and a faster colleague lose no words."""

from dataclasses import replace

import pytest

from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import ONE, Desk, article

OTHER = "Other: {{ title }}\n\n{{ url }}"
THEIRS = "Theirs: {{ title }}\n\n{{ url }}"
HUGE = "{{ title }}" * 12 + "{{ url }}"
UNLINKED = "{{ title }}"
AT = "/templates/fake"


@pytest.fixture
def browser(tmp_path):
    newsroom = Desk(tmp_path, replace(ONE, form="text"))
    newsroom.poll(article(3), article(2), article(1))
    here = Browser(newsroom)
    taken_on(here)
    return here


def test_the_list_says_whom_each_serves_and_whose_it_is(browser):
    page = browser.get("/templates").text
    print(page)
    assert "For one" in page
    assert "shipped with Jarshy" in page
