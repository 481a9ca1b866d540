"""What posts know of languages: marks, months, and the lists of words the choice of sentences goes by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["KNOWN", "Kicker", "MarkName", "Words", "kicker", "words_of"]

MarkName = Literal["correction", "breaking", "opinion", "analysis", "live", "archive"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """One language's words; the patterns are matched against lower-case text. There is one of each language."""

    marks: Mapping[MarkName, str]
    """Kickers with their trailing space; that of "archive" has {month} and {year}."""
    months: tuple[str, ...]
    """Standing alone."""
    months_of: tuple[str, ...]
    """After a day."""
    day_month: str
    day_month_year: str
    month_year: str
    photo: str
    by_one: str
    by_many: str
    last_and: str
    """What stands before the last of several names."""
    leaning: frozenset[str]
    """Openers that lean on the sentence before."""
    listing: re.Pattern[str]
    """Openers of an enumerated point."""
    note: re.Pattern[str]
    """Openers of a correction note."""
    empty: frozenset[str]
    """Words that do not tell what a sentence is about."""
    day_word: re.Pattern[str]
    """Weekdays and their like, right on the day of publication only."""
    subordinate: re.Pattern[str]
    """What may follow a comma at which a headline may end."""
    attribution: re.Pattern[str]
    attributing: re.Pattern[str]
    """A sentence that says who said the one before it, matched from its beginning."""


def words_of(language: str) -> Words:
    """Return a language's words by its primary subtag; elsewhere English labels and no lists."""
    return _WORDS.get(language.partition("-")[0].lower(), _OTHER)


@dataclass(frozen=True, slots=True)
class Kicker:
    """A mark found at the front of a text: whose language it is in, and where the text goes on."""

    language: str
    name: MarkName
    end: int


def kicker(text: str, start: int = 0) -> Kicker | None:
    """Find the mark that stands at `start`, in any language."""
    if not _ANY_KICKER.match(text, start):
        return None
    for language, name, pattern in _KICKERS:
        if found := pattern.match(text, start):
            return Kicker(language, name, found.end())
    return None


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _any_of(text: str) -> re.Pattern[str]:
    """Whole words; one that ends in * is a stem."""
    words = [re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) for word in text.split()]
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


def _both(pointing: str, saying: str) -> re.Pattern[str]:
    """A sentence that points back, and says who said it, near its beginning."""
    return re.compile(rf"(?={pointing})(?=.{{0,150}}?{_any_of(saying).pattern})")


_ENGLISH_MONTHS = _list("January February March April May June July August September October November December")

_ENGLISH = Words(
    marks={
        "correction": "CORRECTION: ",
        "breaking": "BREAKING: ",
        "opinion": "Opinion: ",
        "analysis": "Analysis: ",
        "live": "Live: ",
        "archive": "From {month} {year}: ",
    },
    months=_ENGLISH_MONTHS,
    months_of=_ENGLISH_MONTHS,
    day_month="{month} {day}",
    day_month_year="{month} {day}, {year}",
    month_year="{month} {year}",
    photo="Photo: ",
    by_one="By ",
    by_many="By ",
    last_and=" and ",
    leaning=_set(
        "he she it they this that these those his her hers its their theirs him them but also and or nor so yet then "
        "however meanwhile moreover furthermore besides instead still therefore thus nevertheless nonetheless "
        "otherwise both neither either such another others similarly likewise"
    ),
    listing=re.compile(
        r"(?:(?:first|second|third|fourth|fifth|sixth|firstly|secondly|thirdly|finally|lastly)\s*[,:–—]|\d+[.)]\s)"
    ),
    note=re.compile(r"(?:corrections?|clarification|editor[’']s note)\s*[:(—–]"),
    empty=_set(
        "a an the of to in on at by for from with without and or but nor is are was were be been being will would can "
        "could may might must shall should has have had do does did it its his her hers their he she they them him we "
        "our you your i my me that this these those there as than not no who whom whose which how what when where why "
        "if into onto about over under after before between during through per more most very also"
    ),
    day_word=_any_of("monday tuesday wednesday thursday friday saturday sunday yesterday today tonight tomorrow"),
    subordinate=_any_of("which who whose whom where when while after before because although though"),
    attribution=_any_of("said say says according told tells claim* report reports reported warn* source*"),
    attributing=_both(
        r"(?:at least,? )?(?:that|this|such|so(?! far)|(?:these|those)(?! \d))\b"
        r"|it (?:is|was) (?:[\w’'-]+ ){1,6}(?:who|which|that) (?:said|says|told)\b"
        r"|it was (?:reported|announced|said) by\b"
        r"|.{0,80}\b(?:so|this|that)(?:\W*\Z| (?:on|in|to|via)\b)"
        r"|.{0,80}\b(?:the|these|those) (?:claim|report|allegation|accusation)s?(?: .{0,40})?\W*\Z",
        "said say says told tells according announced stated reported reports confirmed claimed claims alleged argued "
        "wrote testified disclosed revealed denied denies verified allegation* testimony comes",
    ),
)

_RUSSIAN = Words(
    marks={
        "correction": "ИСПРАВЛЕНИЕ: ",
        "breaking": "СРОЧНО: ",
        "opinion": "Мнение: ",
        "analysis": "Анализ: ",
        "live": "Онлайн: ",
        "archive": "Из архива, {month} {year}: ",
    },
    months=_list("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"),
    months_of=_list("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    day_month="{day}\u00a0{month}",
    day_month_year="{day}\u00a0{month} {year}",
    month_year="{month} {year}",
    photo="Фото: ",
    by_one="Автор: ",
    by_many="Авторы: ",
    last_and=", ",
    leaning=_set(
        "он она оно они это этот эта эти этого этой этом этим этому эту такой такая такое такие его её ее их им ему ей "
        "но а и или также тоже ещё еще однако при кроме между тем там тут тогда поэтому потому затем зато впрочем "
        "причём причем то тот та те сам сама сами оба обе"
    ),
    listing=re.compile(
        r"(?:во-первых|во-вторых|в-\w+ых\b|наконец\s*,|(?:первое|второе|третье|первый|второй|третий)\s*[,:–—]|\d+[.)]\s)"
    ),
    note=re.compile(r"(?:исправлени\w*|поправка|уточнение|от редакции)\s*[:(—–]"),
    empty=_set(
        "в во на о об от до по из за у к ко с со и а но или не ни что чтобы как это этот эта эти этого этой его её ее "
        "их он она оно они был была было были будет будут быть же бы ли при над под около более менее чем который "
        "которая которое которые которого которой которых для после перед через между также тоже ещё еще уже лишь "
        "только км кг"
    ),
    day_word=_any_of(
        "понедельник* вторник* среду четверг* пятниц* суббот* воскресень* вчера сегодня завтра сегодняшн* вчерашн*"
    ),
    subordinate=re.compile(r"(?:\w+\s+)?(?:котор\w+|где|когда|пока|хотя|чтобы|если|поскольку|потому)\b"),
    attribution=re.compile(
        r"\b(?:сообщ\w*|сказа\w*|заяв\w*|говор\w*|рассказ\w*|отмет\w*|считает|считают|пишет|пишут|источник\w*|"
        r"по (?:данным|словам|информации|мнению|версии))\b"
    ),
    attributing=_both(
        r".{0,80}\bоб этом\b|(?:это|эти(?! \d)|эту|таков\w*|такие|такую|такое|такими|так(?!,)|о ч[её]м|соответствующ\w+"
        r"|(?:с|к) так(?:им|ому))\b|.{0,80}\b(?:это|эту информацию|эти (?:данные|сведения))(?: .{0,30})?\W*\Z",
        "сообщ* сказа* заяв* рассказ* отмеча* отмети* пиш* написа* привод* приве* передае* передал* информир* объяви* "
        "уточн* подтверд* призна* говори* следует известно считает считают утвержда* опроверг* верси* выступи* вывод* "
        "распростран* распространи*",
    ),
)

_KAZAKH = Words(
    marks={
        "correction": "ТҮЗЕТУ: ",
        "breaking": "ШҰҒЫЛ: ",
        "opinion": "Пікір: ",
        "analysis": "Талдау: ",
        "live": "Тікелей эфир: ",
        "archive": "Мұрағаттан, {year}\u00a0жылғы {month}: ",
    },
    months=_list("қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"),
    months_of=_list("қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"),
    day_month="{day}\u00a0{month}",
    day_month_year="{year}\u00a0жылғы {day}\u00a0{month}",
    month_year="{year}\u00a0жылғы {month}",
    photo="Фото: ",
    by_one="Авторы: ",
    by_many="Авторлары: ",
    last_and=", ",
    leaning=_set(
        "ол олар оның олардың оны оларды оған оларға онда одан бұл бұлар бұны бұған бұдан бұнда мұны мұнда мұндай "
        "осы осындай осыған осыдан сол сондай соның сонда соған содан бірақ алайда ал және сондай-ақ сондықтан "
        "сонымен сонда дегенмен әйтсе немесе яғни өйткені себебі тағы екеуі"
    ),
    listing=re.compile(
        r"(?:(?:бірінші|екінші|үшінші|төртінші|бесінші|алтыншы)(?:ден|дан)?\s*[,:–—]|(?:бірінші|екінші|үшінші)ден\b|\d+[.)]\s)"
    ),
    note=re.compile(r"(?:түзету|нақтылау|редакциядан)\s*[:(—–]"),
    empty=_set(
        "және мен пен бен да де та те үшін ол бұл осы сол деп деді еді екен ғана болып немесе бірақ ал оның олар "
        "туралы кейін дейін бойынша"
    ),
    day_word=_any_of("дүйсенбі* сейсенбі* сәрсенбі* бейсенбі* жұма жұмада сенбі* жексенбі* кеше бүгін* ертең*"),
    subordinate=re.compile(r"(?!)"),
    attribution=_any_of("деді дейді деп айтты айтуынша хабарла* мәлімде* мәліметінше"),
    attributing=_both(
        r".{0,80}\b(?:бұл|ол|осы) (?:туралы|жөнінде|жайлы|жайында)\b"
        r"|(?:бұл|осы|осындай|бұны|мұны|осылай|солай|бұлай|деп)\b"
        r"|.{0,80}\b(?:осылай|солай|бұны|мұны|бұл ақпаратты)\b",
        "хабар* мәлім* айт* жаз* жариял* жеткіз* баянда* раста* деді дейді белгілі тарат* білдір* нұсқа* шығарды",
    ),
)

# English lists would misread another language: to them the German article "die" is a death.
_OTHER = replace(
    _ENGLISH, leaning=frozenset(), empty=frozenset(), day_word=re.compile("(?!)"), attributing=re.compile("(?!)")
)

_WORDS = {"en": _ENGLISH, "ru": _RUSSIAN, "kk": _KAZAKH}

KNOWN = frozenset(_WORDS)
"""The languages that have words of their own here."""

_KICKERS = [
    (
        language,
        name,
        re.compile(re.escape(put.rstrip()).replace(r"\{month\}", r"\w+").replace(r"\{year\}", r"\d{4}") + r"\s*"),
    )
    for language, words in _WORDS.items()
    for name, put in words.marks.items()
]

# Nearly every line has none, and is asked: once for all of them.
_ANY_KICKER = re.compile("|".join(pattern.pattern for _, _, pattern in _KICKERS))
