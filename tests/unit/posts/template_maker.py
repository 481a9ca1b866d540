"""Makes templates by chance, from a seed: what editors write, mixed with what nobody should get away with."""

import random

from bot.posts.fields import FIELDS
from bot.posts.filters import FILTERS, Kind

HOSTILE = (
    *("title.__class__", "title.__class__.__base__.__subclasses__()", "''.__class__.__mro__[1]", "title['__class__']"),
    *("title | attr('__class__')", "story.secret", "authors.secret", "published.moment", "title.format", "self"),
    *("self.__init__.__globals__", "self._TemplateReference__context", "cycler.__init__.__globals__", "lipsum(99)"),
    *("namespace(x=1)", "joiner('x')", "dict(a=title)", "caller()", "loop.index", "config", "request", "varargs"),
    *(
        "'%s' | format(title)",
        "'{0.__class__}'.format(title)",
        "'%999999999d' | format(1)",
        "'%c' % 60",
        "title % title",
    ),
    *("title * 999999999", "'x' * 10 ** 9", "[title] * 99999999", "(title,) * 999", "2 ** 99999999", "10 ** 10 ** 10"),
    *(
        "range(10 ** 9)",
        "range(99999999) | join",
        "range(9) | list",
        "title[0:99999]",
        "title[::-1]",
        "story.sentences",
    ),
    *(
        "title ~ title",
        "title if title else dek",
        "title is defined",
        "title is callable",
        "title and dek",
        "not title",
    ),
    *(
        "title | safe",
        "title | escape",
        "title | map('upper')",
        "title | default(title.x)",
        "title | tojson",
        "title | e",
    ),
    *(
        "title | center(99999999)",
        "title | indent(99999999)",
        "title | wordwrap(1)",
        "tags | join",
        "tags | sum(start='')",
    ),
    *(
        "story | sentences(10 ** 9)",
        "story | sentences(99999999999999)",
        "story | sentences(1e309)",
        "tags | hashtags(-1)",
    ),
    *("story | sentences(*tags)", "story | sentences(**title)", "story | sentences(tags)", "title | shorten(title.x)"),
    *(
        "credit | label(title)",
        "published | date('%Y' * 999999)",
        "published | date(published)",
        "'a' 'b'",
        "7",
        "none",
    ),
    *("(" * 200 + "title" + ")" * 200, "not " * 300 + "title", "title" + " | trim" * 200, "-" * 300 + "1"),
    *(" or ".join(["title"] * 300), "title" + ".x" * 300, "title" + "[0]" * 200, "[" * 150 + "]" * 150, "{" * 40),
    *("title | trim(__class__)", "url | urlize", "title | filesizeformat", "_", "__import__('os')", "''.join(tags)"),
)
HOSTILE_BLOCKS = (
    "{% for a in range(99999999) %}{{ title }}{% endfor %}",
    "{% for a in tags %}{% for b in tags %}{% for c in tags %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in tags recursive %}{{ loop(tags) }}{% endfor %}",
    "{% macro x() %}{{ x() }}{% endmacro %}{{ x() }}",
    "{% set title = title * 99999 %}{{ title }}",
    "{% set x %}{{ title }}{% endset %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends 'telegram' %}",
    "{% block x %}{{ self.x() }}{% endblock %}",
    "{% call x() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% with a = title.__class__ %}{{ a }}{% endwith %}",
    "{% autoescape false %}{{ title }}{% endautoescape %}",
    "{% if title.__class__ %}x{% endif %}",
    "{% if title | attr('secret') == 'x' %}x{% endif %}",
    "{% if 2 ** 99999999 > 1 %}x{% endif %}",
    "{% if tags[0] in range(10 ** 9) %}x{% endif %}",
    "{% if is_solemn %}" * 40 + "{% endif %}" * 40,
    "{% if title %}" + "{% elif title %}" * 150 + "{% endif %}",
    "{{ lead }}" * 380,
    "<script>x</script>",
    "<a href=\"javascript:x\">x</a>",
    "<a href=\"{{ title }}\">x</a>",
    "{% do title %}",
    "{%",
    "}}",
    "{#",
)  # fmt: skip
_TEXTS = (
    "Read on: ",
    "\n",
    "\n\n",
    " — ",
    "Оқыңыз ",
    "&amp; ",
    "&lt;",
    " | ",
    "\u202e",
    "👩‍👩‍👧 ",
    "\t",
    "%s {0} ",
    "{ } ",
)
_SIGNS = "{}%#|().,'\"<>/=_ \n*~0a\\\u00a0"


class Maker:
    """One template after another; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def template(self) -> str:
        """Write one: half of them what an editor might, the others with something hostile or broken in it."""
        evil = self._chance.choice((0.0, 0.0, 0.05, 0.3))
        text = "".join(self._piece(evil, depth=0) for _ in range(self._chance.randint(1, 12)))
        while self._chance.random() < evil * 2:
            text = self._damaged(text)
        return text

    def _piece(self, evil: float, *, depth: int) -> str:
        chance = self._chance
        if chance.random() < evil:
            return chance.choice(HOSTILE_BLOCKS)
        inner = "".join(self._piece(evil, depth=depth + 1) for _ in range(chance.randint(0, 2))) if depth < 4 else "x"
        match chance.randrange(8):
            case 0 | 1:
                return chance.choice(_TEXTS)
            case 2 | 3 | 4:
                return "{{ " + self._expression(evil) + " }}"
            case 5:
                other = self._piece(evil, depth=depth + 1) if depth < 4 else ""
                return "{% if " + self._condition(evil) + " %}" + inner + "{% else %}" + other + "{% endif %}"
            case 6:
                return chance.choice(("<b>{}</b>", "<i>{}</i>", '<a href="{{{{ url }}}}">{}</a>')).format("x")
            case _:
                return "{# " + inner.replace("#}", "") + " #}" if chance.random() < 0.2 else inner

    def _expression(self, evil: float) -> str:
        chance = self._chance
        if chance.random() < evil:
            return chance.choice(HOSTILE)
        fit = [name for name, kind in FIELDS.items() if kind not in (Kind.FLAG, Kind.TAGS)]
        name = chance.choice([*fit, "tags"])
        said, kind = name, FIELDS[name]
        for _ in range(chance.randint(int(name == "tags"), 3)):
            named = [each for each, rule in FILTERS.items() if kind in rule.takes or chance.random() < evil]
            if not named:
                break
            said, kind = f"{said} | {self._filter(chance.choice(named), evil)}", Kind.TEXT
        return f"{said} or {name}" if chance.random() < 0.05 and name != "tags" else said

    def _filter(self, name: str, evil: float) -> str:
        chance, rule = self._chance, FILTERS[name]
        if chance.random() < evil:
            return f"{name}({chance.choice(HOSTILE)})"
        match rule.argument:
            case None:
                return name
            case range() as most:
                return f"{name}({chance.choice((most.start, most.stop - 1, chance.choice(most)))})"
            case words:
                return f'{name}("{chance.choice(words)}")'

    def _condition(self, evil: float) -> str:
        chance = self._chance
        if chance.random() < evil:
            return chance.choice(HOSTILE)
        flag = chance.choice([name for name, kind in FIELDS.items() if kind is Kind.FLAG])
        return chance.choice((flag, f"not {flag}", f"{flag} and dek", "section == 'Sport'", "'x' in tags or title"))

    def _damaged(self, text: str) -> str:
        at = self._chance.randint(0, len(text))
        if self._chance.random() < 0.5:
            return text[:at] + text[at + self._chance.randint(1, 4) :]
        return text[:at] + self._chance.choice(_SIGNS) + text[at:]
