"""The template language: what it refuses, and with which words."""

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.posts.pointing import TemplateProblem
from bot.posts.template import LONGEST, TemplateError, compile
from tests.unit.posts.newsroom import NETWORKS, template

REFUSED = {
    # template: what the editor reads
    "{{ titel }}": "there is no field titel: did you mean title?",
    "{{ story | sentence(2) }}": "there is no filter sentence: did you mean sentences?",
    "{{ story | sentences }}": "sentences needs a number from 1 to 50 in brackets",
    "{{ story | sentences(0) }}": "sentences needs a number from 1 to 50 in brackets",
    "{{ story | sentences(true) }}": "sentences needs a number from 1 to 50 in brackets",
    "{{ story | sentences(most=2) }}": "sentences is told at most one thing in its brackets",
    "{{ title | stop(1) }}": "stop takes nothing in brackets",
    '{{ credit | label("film") }}': 'label needs "photo" in brackets',
    '{{ published | date("%Y") }}': 'date needs "month year" or "day month" or "day month year" in brackets',
    "{{ title | hashtags(2) }}": "hashtags works on a list of tags, and this is plain text",
    "{{ tags }}": "tags are printed with a filter: {{ tags | hashtags(3) }}",
    "{{ is_solemn }}": "yes-or-no fields are asked, not printed: {% if is_solemn %}",
    "{{ title.upper }}": "a dot after a name is not part of the template language",
    "{{ title[0] }}": "[ ] after a name is not part of the template language",
    "{{ title() }}": "calling something with ( ) is not part of the template language",
    "{{ 7 * 7 }}": "* is not part of the template language",
    '{{ "x" }}': "a fixed word inside {{ }} is not part of the template language",
    "{{ title if is_solemn else dek }}": "an if inside {{ }} is not part of the template language",
    "{% for tag in tags %}{{ tag }}{% endfor %}": "{% for %} is not part of the template language",
    "{% set x = 1 %}": "{% set %} is not part of the template language",
    '{% include "other" %}': "{% include %} is not part of the template language",
    "{% macro x() %}{% endmacro %}": "{% macro %} is not part of the template language",
    "{% if title is defined %}x{% endif %}": "is ... is not part of the template language",
    "{% if title > dek %}x{% endif %}": "conditions compare with ==, !=, in, not in only",
    "{% if titel %}x{% endif %}": "there is no field titel: did you mean title?",
    "{% autoescape false %}{{ title }}{% endautoescape %}": "{% autoescape %} is not part of the template language",
    "": "there is nothing in it, so its posts would have no words",
    " \n": "there is nothing in it, so its posts would have no words",
    "{{ title }}x" * 300: "more than 500 fields, filters and conditions: this is no template",
    "<strong>x</strong>": "<strong> is not allowed: write <b>",
    "x<br>": "<br> is not allowed: start a new line instead",
    "<script>x": "<script> is not allowed: posts know <b>, <i> and <a href>",
    "<b>x": "<b> is not closed here",
    "x</b>": "</b> closes nothing that was opened just here",
    "<b><i>x</b></i>": "</b> closes nothing that was opened just here",
    "<b><b>x</b></b>": "<b> stands inside another <b>",
    "{% if is_solemn %}<b>{% endif %}x</b>": "<b> is not closed here",
    "1 < 2": "a lone < must be written &lt;",
    "<a>x</a>": '<a> needs exactly href="…"',
    '<b class="x">x</b>': "<b> takes nothing but its name",
    '<a href="{{ title }}">x</a>': 'href takes {{ url }} or a fixed address that begins with "https://"',
    '<a href="javascript:x">x</a>': 'href takes {{ url }} or a fixed address that begins with "https://"',
    '<a href="{% if is_solemn %}x{% endif %}">x</a>': 'href takes {{ url }} or a fixed address that begins with "https://"',
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.items())
def test_what_the_language_lacks_is_refused_in_words_an_editor_understands(text: str, sentence: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compile(text, name="mine")
    # What to write instead may follow; test_template_messages has it.
    assert any(problem.sentence.startswith(sentence) for problem in caught.value.problems)


def test_all_problems_are_named_at_once_each_with_its_line() -> None:
    text = "{{ titel }}\n\n<em>{{ tags }}</em>\n{% if is_solem %}\nx\n{% endif %}\n{{ dek | stpo }}"
    with pytest.raises(TemplateError) as caught:
        compile(text, name="mine")
    assert [problem.line for problem in caught.value.problems] == [1, 3, 3, 3, 4, 7]
    assert caught.value.problems[0] == TemplateProblem(1, "there is no field titel: did you mean title?", "titel", 4)


def test_a_template_that_cannot_be_read_names_the_line() -> None:
    with pytest.raises(TemplateError) as caught:
        compile("fine\n{% if is_solemn %}\nnever closed", name="mine")
    assert caught.value.problems[0].line >= 2


@pytest.mark.parametrize(
    "text",
    [
        "x" * (LONGEST + 1),
        "{% if is_solemn %}" * 20 + "{% endif %}" * 20,
        "{% if " + "not " * 50 + "is_solemn %}{% endif %}",
        "{% if " + "not " * 900 + "is_solemn %}{% endif %}",
        "{{ " + "(" * 1500 + "title" + ")" * 1500 + " }}",
        "{{ title" + " | trim" * 400 + " }}",
        "{{ " + " or ".join(["title"] * 400) + " }}",
        "{{ story | sentences(" + "9" * 3900 + ") }}",
    ],
    ids=["long", "deep ifs", "deep terms", "deeper terms", "brackets", "filters", "ors", "number"],
)
def test_a_template_of_silly_size_or_depth_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        compile(text, name="silly")


@given(
    st.lists(
        st.sampled_from(
            [
                "{{",
                "}}",
                "{%",
                "%}",
                "if ",
                "endif",
                "title",
                "|",
                "(",
                ")",
                "<b>",
                "</b>",
                '"',
                "9",
                "\n",
                "<a href=",
                "{#",
                "or ",
            ]
        ),
        max_size=14,
    ).map("".join)
)
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_template_or_has_problems(text: str) -> None:
    found: tuple[TemplateProblem, ...] | None = None
    try:
        compile(text, name="any")
    except TemplateError as e:
        found = e.problems
    assert found is None or (found and all(problem.line >= 1 and problem.sentence for problem in found))


@pytest.mark.parametrize("network", NETWORKS)
def test_the_shipped_templates_have_no_problem(network: str) -> None:
    assert template(network).name == network


def test_every_field_is_escaped_and_a_missing_one_is_an_error() -> None:
    made = compile(
        "<b>{{ title }}</b>{% if section == 'Sport' and not is_solemn or 'x' in tags %}!{% endif %}", name="t"
    )
    fields = {"title": "<i>R&amp;D</i>", "section": "Sport", "is_solemn": False, "tags": ()}
    styled = made.render(fields)
    assert styled.text == "<i>R&amp;D</i>!"
    assert [(mark.kind, mark.end) for mark in styled.marks] == [("bold", 14)]
    with pytest.raises(jinja2.UndefinedError):
        made.render({})
