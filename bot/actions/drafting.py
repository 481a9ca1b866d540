"""What a template in the making gives: its posts of the newest stories, and what each field and filter prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.actions.room import Room
from bot.actions.trial import Sketch, sketched
from bot.model import Article
from bot.posts.fields import FIELDS, composed, fields_of, unmarked
from bot.posts.filters import FILTERS, Kind
from bot.posts.template import Template
from bot.posts.template import compile as compile_template
from bot.store.trials import past

__all__ = ["Sample", "Sketch", "samples", "sketches"]

_LOOKED_AT = 30
"""Among how many of the newest stories those are looked for that a template would serve."""
_SNIPPETS = {
    "sentences": "{{ story | sentences(2) }}",
    "hashtags": "{{ tags | hashtags(2) }}",
    "shorten": "{{ title | shorten(60) }}",
    "stop": "{{ title | stop }}",
    "label": '{{ credit | label("photo") }}',
    "byline": "{{ authors | byline }}",
    "date": '{{ published | date("day month") }}',
    "unless_same_as_title": "{{ dek | unless_same_as_title }}",
    "trim": "{{ mark | trim }}",
    "upper": "{{ section | upper }}",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A field or filter, how it is written, and what it prints for the newest story ("" for nothing)."""

    name: str
    kind: Kind
    snippet: str
    value: str

    @property
    def is_filter(self) -> bool:
        """Whether it is a filter, and no field."""
        return self.name in FILTERS


async def sketches(room: Room, name: str, text: str, *, most: int) -> tuple[Sketch, ...]:
    """Write the newest stories as a template of this text would. Raises TemplateError."""
    compile_template(text, name=name)
    here = await room.store.write(past, most=_LOOKED_AT)
    return tuple(sketched(here, room.composer, room.channels, name, text, most=most))


def samples(room: Room, article: Article | None) -> tuple[Sample, ...]:
    """Print every field and filter of a story by itself; without a story they print nothing."""
    fields = _fields(room, article) if article is not None else {}
    return (
        *(_sample(name, kind, _printed(name, kind), fields) for name, kind in FIELDS.items()),
        *(_sample(name, each.gives, _SNIPPETS[name], fields) for name, each in FILTERS.items()),
    )


def _printed(name: str, kind: Kind) -> str:
    match kind:
        case Kind.FLAG:
            return f"{{% if {name} %}}…{{% endif %}}"
        case Kind.TAGS:
            return f"{{{{ {name} | hashtags(2) }}}}"
        case _:
            return f"{{{{ {name} }}}}"


def _sample(name: str, kind: Kind, snippet: str, fields: Mapping[str, object]) -> Sample:
    if not fields:
        return Sample(name, kind, snippet, "")
    if kind is Kind.FLAG:
        return Sample(name, kind, snippet, "yes" if fields[name] else "no")
    return Sample(name, kind, snippet, _compiled(snippet, name).render(fields).text.strip())


@lru_cache(maxsize=64)
def _compiled(snippet: str, name: str) -> Template:
    return compile_template(snippet, name=name)


def _fields(room: Room, article: Article) -> Mapping[str, object]:
    now, policy = room.clock.now(), room.composer.policy
    said = unmarked(composed(article), now, is_correction=False)
    return fields_of(said, now=now, zone=policy.zone, form="card", lists=room.composer.lists, uploads_photo=True)
