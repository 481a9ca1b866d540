"""The code editor of template pages: a textarea all the time, dressed up, under the strict policy."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.kit import THEMES, Seat, look, seated, shoot, show, wear
from tests.unit.desk.gallery import asked, write

NONCE = "r4nd0m"
PAGE = """{% extends "base.html" %}{% block title %}Template{% endblock %}
{% block style %}<link rel="stylesheet" href="{{ asset('template.css') }}">{% endblock %}
{% block head %}<meta name="style-nonce" content="r4nd0m">{% endblock %}
{% block scripts %}<script type="module" src="{{ asset("editor.js") }}"></script>{% endblock %}
{% block body %}<h1>Template</h1>
<form method="post" action="/save"><label for="source">Words of the template</label>
<textarea id="source" name="source" rows="6" data-editor data-draft="x">
{{ source }}</textarea>
<ul data-diagnostics="source">
<li data-line="3" data-column="4">There is no field “titel”; did you mean “title”?</li></ul>
<button type="button" data-insert="{{ '{{ section }}' }}" data-into="source">section</button>
<button>Save</button></form>
<script type="application/json" id="fields">{{ fields | tojson }}</script>
{% endblock %}"""
SOURCE = "<b>{{ title }}</b>\n\n{{ titel }}\n{# why #}{% if tags %}{{ tags | tags }}{% endif %}\n"
FIELDS = [{"label": "title", "detail": "The headline"}, {"label": "tags", "detail": "Its tags"}]


def page() -> str:
    return write(PAGE, asked(), {"source": SOURCE, "fields": FIELDS})


@pytest.fixture
def opened(seat: Seat) -> Seat:
    show(seat.page, page(), nonce=NONCE)
    seat.page.wait_for_selector("form .cm-editor")
    return seat


def test_it_has_its_style_and_is_read_well(opened: Seat) -> None:
    gutter = opened.page.locator("form .cm-gutters").bounding_box()
    assert gutter
    assert gutter["width"] > 10, "its styles were refused"
    look(opened.page, "editor")


COLOURED = """([text, token]) => {
  const found = [...document.querySelectorAll("form .cm-line span")].find((each) => each.textContent.trim() === text);
  const probe = document.createElement("i");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const wanted = getComputedStyle(probe).color;
  probe.remove();
  return [found ? getComputedStyle(found).color : "no such part", wanted];
}"""
"""The colour a part of the template has, and the one its kind should have."""


@pytest.mark.parametrize("theme", THEMES)
def test_each_kind_of_word_has_its_colour(opened: Seat, theme: str) -> None:
    wear(opened.page, theme)
    kinds = {
        "if": "--code-word",
        "tags": "--code-name",
        "{{": "--code-brace",
        "{# why #}": "--ink-2",
    }
    seen = {part: opened.page.evaluate(COLOURED, [part, token]) for part, token in kinds.items()}
    assert [part for part, (colour, wanted) in seen.items() if colour != wanted] == []
    assert len({colour for colour, _ in seen.values()}) == len(kinds)


def test_what_is_typed_stands_in_the_field_that_is_sent(opened: Seat) -> None:
    opened.page.locator("form .cm-content").click()
    opened.page.keyboard.press("Control+Home")
    opened.page.keyboard.type("New ")
    assert opened.page.locator("#source").input_value() == f"New {SOURCE}"


def test_its_label_leads_to_it_and_tab_leaves_it(opened: Seat) -> None:
    opened.page.get_by_text("Words of the template").click()
    expect(opened.page.locator("form .cm-content")).to_be_focused()
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "section"


def test_a_field_is_offered_while_typing_and_written_by_its_button(opened: Seat) -> None:
    opened.page.locator("form .cm-content").click()
    opened.page.keyboard.press("Control+End")
    opened.page.keyboard.type("{{ ti")
    offered = opened.page.locator(".cm-tooltip-autocomplete").get_by_text("title")
    offered.wait_for()
    shoot(opened.page, "editor-offer")
    # For 75 ms after the list has come, the editor takes Enter for a new line: it may have been pressed before.
    offered.click()
    opened.page.keyboard.type(" }}")
    opened.page.get_by_role("button", name="section").click()
    assert opened.page.locator("#source").input_value() == f"{SOURCE}{{{{ title }}}}{{{{ section }}}}"


def test_what_is_wrong_is_marked_in_its_line(opened: Seat) -> None:
    expect(opened.page.locator("form .cm-lintRange-error")).to_have_text("titel }}")
    expect(opened.page.locator("form .cm-lint-marker-error")).to_have_count(1)
    expect(opened.page.locator(".cm-line:has-text('titel') + .cm-note")).to_contain_text("did you mean “title”?")


def test_without_scripts_it_is_a_plain_field(browser: Browser) -> None:
    with seated(browser, java_script_enabled=False) as seat:
        show(seat.page, page(), nonce=NONCE)
        assert seat.page.get_by_label("Words of the template").is_visible()
