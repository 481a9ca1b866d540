"""What stands in an article without being part of it: promotion, credits, datelines, the correction line."""

from dataclasses import dataclass

import regex

from bot.articles.late import late
from bot.articles.lexicon import ANYWHERE, CREDITS, LABELS, STARTS
from bot.articles.sentences import sentences


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article's paragraphs, and what was taken out of them into fields of its own."""

    paragraphs: tuple[str, ...]
    credits: tuple[str, ...] = ()
    correction: str = ""


def clean(paragraphs: tuple[str, ...], language: str) -> Cleaned:
    """Part the article from what surrounds it; no sentence of the lexicon is left in `paragraphs`."""
    kept: list[str] = []
    credits: list[str] = []
    corrections: list[str] = []
    is_announced = False
    for paragraph in paragraphs:
        if announces_correction(paragraph):
            is_announced = bool(kept)  # over a whole text it is a section's name
            continue
        credit, rest = credit_of(paragraph)
        credits.extend([credit] if credit else [])
        if not (rest := without_boilerplate(rest, language)):
            continue
        if correction := correction_of(rest) or (rest if is_announced else ""):
            corrections.append(correction)
        else:
            kept.append(rest if kept else without_dateline(rest))
        is_announced = False
    return Cleaned(tuple(kept), tuple(credits), " ".join(corrections))


def without_boilerplate(paragraph: str, language: str) -> str:
    """Drop the sentences of `paragraph` that promote or steer; all of it where its first words label what follows."""
    if _LABEL.match(paragraph):
        return ""
    if not _ANYWHERE.search(paragraph) and not _MAY_START.search(paragraph):
        return paragraph
    kept = " ".join(part for part in sentences(paragraph, language) if not is_boilerplate(part))
    return "" if is_boilerplate(kept) else kept


def is_boilerplate(sentence: str) -> bool:
    """Tell whether one sentence belongs to the page and not to the story."""
    return bool(_LABEL.match(sentence) or _START.match(sentence) or _ANYWHERE.search(sentence))


def credit_of(line: str) -> tuple[str, str]:
    """Split a line or caption into (credit, rest); the credit without its label."""
    if found := _CREDIT_INSIDE.search(line):
        rest = f"{line[: found.start()].rstrip()} {line[found.end() :].lstrip()}".strip()
        return _bare(found["name"]), regex.sub(r"\s+([.,;:])", r"\1", rest)
    found = _CREDIT_LINE.search(line)
    if found is None:
        return "", line
    before = line[: found.start()].strip()
    name, _, rest = found["name"].partition(". ")
    if len(name) < _SHORTEST_NAME or not _is_sentence(rest):
        name, rest = found["name"], ""  # "A. Ivanov / Agency": the stop was an initial's
    if len(name) > _LONGEST_CREDIT:
        return "", before
    return _bare(name), f"{before} {rest}".strip()


def correction_of(paragraph: str) -> str:
    """Return the correction a line announces, without its opening word; "" where it announces none."""
    if found := _CORRECTION.match(paragraph):
        return paragraph[found.end() :].strip()
    return paragraph if _CORRECTED.match(paragraph) else ""


def announces_correction(line: str) -> bool:
    """Tell whether a line is nothing but "Correction": what it announces is the next one."""
    return bool(_HEADING.fullmatch(line))


def without_dateline(lead: str) -> str:
    """Take "ASTANA – ", "Updated 11/28/17: " and their kin off the front of a lead."""
    if stamp := _STAMP.match(lead):
        lead = lead[stamp.end() :]
    found = _DATELINE.match(lead[:_LONGEST_DATELINE])
    if found is None or (found["place"] in _NO_PLACE and not found["more"]):
        return lead
    return lead[found.end() :]


_SHORTEST_NAME = 3
_LONGEST_CREDIT = 100
_LONGEST_DATELINE = 120
_SHORTEST_SENTENCE = 40


def _is_sentence(text: str) -> bool:
    return len(text) >= _SHORTEST_SENTENCE and text[0].isupper() and text.rstrip('»”"’)')[-1:] in tuple(".!?…")


def _bare(name: str) -> str:
    return name.strip(" .;,|-–—:()[]")


def _any(lines: str) -> str:
    return "|".join(lines.split("\n")[1:-1])


# Bullets, arrows and quotation marks do not make it another line.
_EDGE = r"[\s«“\"‘'(\[*>→►▶•|\p{So}\ufe0f-]*"
_LABEL = late(rf"{_EDGE}(?:{_any(LABELS)})", regex.I)
_START = late(rf"{_EDGE}(?:{_any(STARTS)})", regex.I)
_MAY_START = late(rf"(?:^|[.!?…»”\"’)\]:]\s){_EDGE}(?:{_any(STARTS)}|{_any(LABELS)})", regex.I)
_ANYWHERE = late(rf"(?<!\p{{L}})(?:{_any(ANYWHERE)})", regex.I)

_CREDIT_LINE = late(rf"(?:^|(?<=[.!?…»”]\s)|(?<=[|/]\s))(?:{_any(CREDITS)})\s*(?P<name>\S.*)$", regex.I)
_CREDIT_INSIDE = late(rf"[(\[](?:{_any(CREDITS)})\s*(?P<name>[^()\[\]]+)[)\]]", regex.I)

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
    r"|қаң|ақп|нау|сәу|мам|мау|шіл|там|қыр|қаз|қар|жел)\p{L}*\.?"
)
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|понедельника?|вторника?|сред[аыу]|четверга?|пятниц[аыу]|суббот[аыу]"
    r"|воскресень[ея]|дүйсенбі|сейсенбі|сәрсенбі|бейсенбі|жұма|сенбі|жексенбі)"
)
_YEAR = r"\d{4}(?:(?: ?г\.| года| ?ж\.| жыл(?:ы|ғы)?)(?!\p{L}))?"
# A day, a clock or a weekday; not a month or a year alone: "Correction in December 2026:" is about a market.
_POINT = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?"
    rf"|(?:\d{{1,2}}:\d{{2}}(?: ?[ap]\.?m\.?)?|\d{{1,2}} ?[ap]\.?m\.?)(?: (?-i:[A-Z]{{2,4}})(?!\p{{L}}))?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?[. ]{_MONTH}|{_WEEKDAY})(?![\p{{L}}\d])"
)
_ON = r"(?:(?:on|at|от|в) )?"
_MOMENT = rf"{_ON}(?:{_YEAR},? )?{_POINT}(?:,? {_ON}(?:{_POINT}|{_YEAR}))*"
_WHEN = (
    rf"(?:\s*\([^()]{{1,40}}\)|(?! {_WEEKDAY})(?:,|\s*[—–-])?"
    rf"(?:\s+(?:added|made|issued|published|внесено|добавлено))?\s+{_MOMENT})?"
)
_LABELLED = (
    r"(?:corrections?|corrected|clarification|correction appended|исправлени[ея]|исправлено|уточнени[ея]|уточнено"
    r"|поправка|внесен[оы] исправлени[ея]|(?:қате )?түзетілді|түзету(?: енгізілді)?|нақтылау)"
    r"(?:\s*(?:and|&|/|и)\s*(?:clarifications?|уточнени[ея]))?(?:\s+редакции)?"
)
# "Dec. 3: ...", and in Kazakh the correction "of the third of December".
_BEFORE = rf"[\s*\[(]*(?:{_MOMENT}(?:\s*[:,.—–]|(?<=ғы|гі))\s+)?"
_NOTE = (
    r"(?:[\s*\[(]*(?:editor[’']s note|note to readers|от редакции|примечание редакции|редакциядан)"
    rf"(?:,\s{_MOMENT})?\s*[:.—–]\s*)?"
)
# What is corrected is the article, or a place in it: "Corrections to the tax code:" is news.
_OURS = (
    r"(?:(?:the |this |our |an? )?(?:\p{L}+ )?(?:story|article|report|headline|text|paragraph|caption|version)"
    r"|(?:\p{L}+ )?(?:тексте?|материале?|стать[ею]|заметке|новост[иь]|публикации|заголовк[еу]|абзаце?|подписи)"
    r"|мәтін\p{L}*|мақала\p{L}*)"
)
_WHERE = rf"(?:\s+(?:in|to|of|from|for|в|во|к|от|на)\s{_OURS}(?=\s*:))?"
# Without a sign behind it, "Correction" opens a line of its own only before words that speak of the article.
_CORRECTION = late(
    rf"{_NOTE}{_BEFORE}{_LABELLED}(?:{_WHEN}{_WHERE}\s*(?::|\.|[—–-](?=\s))"
    rf"|\s*\((?:добавлено|added|{_MONTH}|\d)[^()]{{0,80}}\)"
    r"|(?=\s+(?-i:The|An|A|In|This|Our|В|Во) (?:earlier|previous|(?:name|story|article|report|headline|text)\b"
    r"|(?:this|the|our|an earlier|a previous) (?:story|article|report|headline|text|version)"
    r"|(?:ранней|предыдущей|первой|тексте|материале|статье|заметке|новости|заголовке))))\s*(?=\S)",
    regex.I,
)
_HEADING = late(rf"{_BEFORE}{_LABELLED}{_WHEN}[\s*\])]*[:.]?\s*", regex.I)
_CORRECTED = late(
    rf"{_NOTE}{_BEFORE}(?:this (?:story|article|report) (?:has been|was) (?:corrected|amended|updated to correct)"
    rf"|correct(?:ed|s)(?:,? {_MOMENT})?(?:,? to (?:say|show|read|add|clarify|remove|fix)"
    r"| (?:the )?(?:spelling|name|headline|date|figure|number|sum|amount|title)\b| paragraph)"
    r"|(?:an earlier|a previous) version of (?:this|the|our) (?:story|article|report|headline|post|text|page)"
    r"|(?:материал|статья|текст|новость|заметка) исправлен[ао]?"
    r"|в (?:более )?(?:ранней|предыдущей|первой|первоначальной) версии"
    r" (?:материала|статьи|новости|текста|заметки|публикации)"
    r"|(?:бұған дейінгі|алғашқы) нұсқа)",
    regex.I,
)

_STAMP = late(
    r"(?:updated?|upd|обновлено|жаңартылды)\.?(?: (?:at|on|в))? ?[\d/.,:-]+(?: ?[ap]\.?m\.?)?:?\s+[—–-]?\s*"
    r"(?=(?-i:[\p{Lu}«“]))",
    regex.I,
)
_DATELINE = late(
    r"(?P<place>\p{Lu}[\p{Lu}.’'-]{2,}(?: \p{Lu}[\p{Lu}.’'-]+){0,3})"
    r"(?P<more>(?:(?:,|\.) ?(?:\p{Lu}[\p{L}]+|\d{1,2} \p{L}+\.?|\p{L}+\.? \d{1,2}))*"
    r"(?: ?/[^/]{2,25}/)?(?: ?\([^()]{2,30}\))?\.?)"
    r"\s*(?:[—–]|--?)\s+(?=[«“„\"‘]?[\p{Lu}\d])"
)
# Before a dash these are the subject of the sentence ("КНР — ..."), not the place it was written.
_NO_PLACE = frozenset(
    {"NATO", "UNESCO", "UNICEF", "OPEC", "ASEAN", "OSCE", "ЮНЕСКО", "ЮНИСЕФ", "ОПЕК", "АСЕАН", "ОБСЕ", "ОДКБ"}
    | {"ШОС", "ЕАЭС", "СНГ", "ООН", "КНР", "США", "АЭС", "ВОЗ", "БҰҰ", "ШЫҰ", "ЕАЭО", "ТМД", "ҰҚШҰ", "АҚШ"}
)
