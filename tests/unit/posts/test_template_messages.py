"""What an editor reads about a template with a mistake: the place, and what to write instead."""

# ruff: noqa: E501 (a table of sentences, which are as long as editors read them)

import pytest

from bot.posts.pointing import TemplateProblem, shown
from bot.posts.template import TemplateError, compile

INSTEAD = {
    # template: what is written instead
    "{% for tag in tags %}{{ tag }}{% endfor %}": "lists print themselves: {{ tags | hashtags(3) }}",
    "{% set x = 1 %}": "write the text itself into the template",
    '{% include "other" %}': "write the text itself into the template",
    "{{ title.upper }}": "only filters: {{ title | upper }}",
    "{{ title[0] }}": "only filters: {{ title | upper }}",
    "{{ upper(title) }}": "only filters take brackets: {{ story | sentences(2) }}",
    "{{ title if is_solemn else dek }}": "write {% if is_solemn %}...{% else %}...{% endif %} around it",
    "{{ title and dek }}": "write {% if is_solemn %}...{% else %}...{% endif %} around it",
    "{{ mark ~ title }}": "write the parts beside each other: {{ mark }}{{ title }}",
    '{{ "Photo" }}': "write it outside of {{ }}",
    "{% if dek is defined %}x{% endif %}": "ask for the field itself: {% if dek %}",
    "{{ title * 3 }}": "there is no reckoning",
    "{% filter upper %}x{% endfilter %}": "put the filter behind the field: {{ title | upper }}",
    "{% autoescape false %}x{% endautoescape %}": "every field is made safe by itself",
    "{{ nothing_of_the_kind }}": "there is no field nothing_of_the_kind; there are title, summary, story",
    "{{ title | zzz }}": "there is no filter zzz; there are sentences, hashtags, shorten",
    "<em>x</em>": "write <i>",
}
UNREADABLE = {
    # template: (line, column, what the editor reads)
    "{{ }}": (1, 4, "something is missing before }}: name a field, or a filter after |"),
    "{{ title | }}": (1, 12, "something is missing before }}: name a field, or a filter after |"),
    "{% if %}x{% endif %}": (1, 7, "something is missing before %}: {% if %} needs a field, such as {% if is_solemn %}"),
    "x\n{{ title": (2, 1, "{{ is opened here and not closed: }} is missing"),
    "x\n {{ title %} {{ dek }}": (2, 2, "{{ is opened here and not closed: }} is missing"),
    "{# a note\n": (1, 1, "{# is opened here and not closed: #} is missing"),
    "{% if is_solemn }}x{% endif %}": (1, 1, "{% is opened here and not closed: %} is missing"),
    "x\n\n{% if dek %}\n{{ dek }}\n\nmore": (3, 1, "{% if %} is opened here and never closed: {% endif %} is missing"),
    "x\n{% endif %}": (2, 4, "{% endif %} belongs to no {% if %}: none is open here"),
    "{% if dek %}{% else %}{% else %}{% endif %}": (1, 26, "{% else %} comes after the {% else %} of the same {% if %}"),
    "{% if dek %}\n{% elseif lead %}{% endif %}": (
        2,
        4,
        "there is no {% elseif %}: did you mean elif? There are {% if %}, elif, else and endif",
    ),
    "{% if dek %}x{% end %}": (1, 17, "there is no {% end %}: did you mean endif? There are {% if %}, elif, else and endif"),
    "{# {% if %} #}{% iff dek %}": (
        1,
        18,
        "there is no {% iff %}: did you mean if? There are {% if %}, elif, else and endif",
    ),
    "{% if section = 'x' %}y{% endif %}": (1, 15, "= alone compares nothing: write =="),
    "{% if a && b %}y{% endif %}": (1, 9, "write `and` instead of &"),
    "{% if !dek %}y{% endif %}": (1, 7, "write `not` instead of !"),
    "{{ title x }}": (1, 10, "x cannot stand here: after a field come only | and a filter, such as {{ title | shorten(110) }}"),
    "{{ title | shorten 40 }}": (
        1,
        0,
        "a number cannot stand here: after a field come only | and a filter, such as {{ title | shorten(110) }}",
    ),
    "{{ “x” }}": (1, 4, 'inside {{ }} quotation marks are straight, "like this", and not “'),
}  # fmt: skip
PLACES = (
    # template, the line shown, what is under the caret
    ("titel: {{ titel }}", "titel: {{ titel }}", "titel"),
    ("<b>{{ title }}</b>\n\n\t{{ title|stopp }}", " {{ title|stopp }}", "stopp"),
    ("{% if is_solemn %}\n<em>x</em>\n{% endif %}", "<em>x</em>", "<em"),
    ("a\r\n{{ dekk }}\r\n", "{{ dekk }}", "dekk"),
    ("{{ story\n   | trim\n   | sentence(2) }}", "   | sentence(2) }}", "sentence"),
    ("Оқыңыз: {{ тақырып }}", "Оқыңыз: {{ тақырып }}", "тақырып"),
)


def problems(text: str) -> tuple[TemplateProblem, ...]:
    with pytest.raises(TemplateError) as caught:
        compile(text, name="mine")
    return caught.value.problems


@pytest.mark.parametrize(("text", "instead"), INSTEAD.items())
def test_what_the_language_lacks_comes_with_what_to_write_instead(text: str, instead: str) -> None:
    assert any(instead in problem.sentence for problem in problems(text))


@pytest.mark.parametrize(("text", "said"), UNREADABLE.items())
def test_what_cannot_be_read_is_told_with_its_place_and_in_no_parsers_words(
    text: str, said: tuple[int, int, str]
) -> None:
    (problem,) = problems(text)
    assert (problem.line, problem.column, problem.sentence) == said


@pytest.mark.parametrize(("text", "line", "meant"), PLACES)
def test_the_caret_stands_under_the_mistake(text: str, line: str, meant: str) -> None:
    first = problems(text)[0]
    seen, caret = shown(text, first)
    assert seen == line
    assert seen[caret.index("^") : caret.rindex("^") + 1] == meant


@pytest.mark.parametrize("before", [0, 30, 98, 300])
def test_of_a_long_line_the_part_with_the_mistake_is_shown(before: int) -> None:
    text = "x" * before + "{{ titel }}" + "y" * 300
    seen, caret = shown(text, problems(text)[0])
    assert len(seen) <= 102
    assert seen[caret.index("^") : caret.rindex("^") + 1] == "titel"


def test_a_place_that_is_not_known_has_no_caret() -> None:
    text = "{{ title | shorten 40 }}"
    assert shown(text, problems(text)[0]) == (text, "")
    assert shown("", TemplateProblem(7, "")) == ("", "")
