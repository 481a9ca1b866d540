"""What a revision changed, and whether readers of the first version were told something else."""

from dataclasses import dataclass, replace

import regex

from bot.articles.figures import denials, number_words
from bot.articles.late import late
from bot.articles.sentences import sentences
from bot.model import Article, Change
from bot.tongue import phrase


def change(before: Article, after: Article) -> tuple[Change, str]:
    """Weigh a revision and say what changed in a few words for the log ("number 810 gone, 180 new")."""
    if _RETRACTED.match(after.title) and not _RETRACTED.match(before.title):
        return Change.RETRACTION, phrase("the headline withdraws the story")
    if after.correction and _folded(after.correction) != _folded(before.correction):
        return Change.CORRECTION, phrase(f"correction line: {after.correction[:120]}")
    told = []
    if _headline(before.title) != _headline(after.title):
        told.append(phrase("headline"))
    if not all(one.dek or one.lead for one in (before, after)):
        before, after = _bare_title(before), _bare_title(after)  # a text that failed to come says nothing new
    old, new = _told(before), _told(after)
    told += _compared("number", old.numbers, new.numbers)
    told += _compared("name", *_names(old, new))
    told += _compared("quotation", _unsaid(old, new), _unsaid(new, old))
    if old.denials != new.denials:
        told.append(phrase("a denial gone") if old.denials > new.denials else phrase("a denial new"))
    if sorted(old.order) == sorted(new.order) and sorted(old.names_in_order) == sorted(new.names_in_order):
        told += [phrase("the same names or figures in another order")] * (old.names_in_order != new.names_in_order)
    if told:
        return Change.SIGNIFICANT, "; ".join(told)
    return Change.TRIVIAL, _small(before, after)


@dataclass(frozen=True, slots=True)
class _Told:
    """What title, dek and lead state: facts by kind, and all their words."""

    numbers: frozenset[str]
    names: frozenset[str]
    first: frozenset[str]
    """Capitalised words that open a sentence: names if another one, or the word behind them, took their place."""
    openings: frozenset[tuple[str, str]]
    """The first two words of each sentence: the first as it stands, the second folded."""
    quotations: frozenset[str]
    denials: int
    words: frozenset[str]
    text: str
    language: str
    order: tuple[str, ...]
    """All words and figures, folded, as they follow one another."""
    names_in_order: tuple[str, ...]
    """Those of them that are figures or stand with a capital."""


# With a colon or a dash behind it: "Withdrawn troops return" is news.
_RETRACTED = late(
    r"\W*(?:retracted|retraction|withdrawn|отозвано|снято с публикации|удалено|кері қайтарылды)\s*(?:[:—–-]|$)",
    regex.I,
)
_QUOTES = late(r"[«»“”„‟\"'‘’‚‹›`´]")
_DASHES = late(r"\s*[‐‑‒–—―-]\s*")
_WORD = late(r"\p{L}[\p{L}\p{M}]*(?:[-'’]\p{L}+)*")
# "31 400" and "31,400" are one number; a comma or a dot before other than three figures is a decimal sign.
_GROUPED = late(r"(?<![\d.,])(?!0)\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?![\d])")
_NUMBER = late(r"\d+(?:[.,:]\d+)*")
_TOKEN = late(rf"{_NUMBER.pattern}|{_WORD.pattern}")
_QUOTATION = late(
    r"«([^«»]+)»|“([^“”]+)”|„([^„“”]+)[“”]|\"([^\"]+)\"|(?<!\w)‘((?:[^‘’]|(?<=\p{L})’(?=\p{L}))+)’(?!\p{L})"
)


def _bare_title(article: Article) -> Article:
    return replace(article, dek="", paragraphs=())


def _headline(title: str) -> str:
    plain = _DASHES.sub("-", _QUOTES.sub("", title))
    return " ".join(plain.casefold().split()).rstrip(".")


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()) + _NUMBER.findall(text))


def _told(article: Article) -> _Told:
    parts = [article.title, article.dek, article.lead]
    split = [sentence for part in parts for sentence in sentences(part, article.language)]
    text = "\n".join(split)
    words = [_bare(word) for word in _WORD.findall(text)]
    lower = {word.casefold() for word in words}
    names: set[str] = set()
    first: set[str] = set()
    openings: set[tuple[str, str]] = set()
    for sentence in split:
        spoken = _WORD.findall(sentence)
        capitals = [(at, _bare(word)) for at, word in enumerate(spoken) if _is_name(word)]
        openings |= {(_bare(spoken[0]), spoken[1].casefold())} if len(spoken) > 1 else set()
        names |= {word for at, word in capitals if len(word) > 1 and (at > 0 or word.isupper())}
        first |= {word for at, word in capitals if at == 0}
    spoken_in = _TOKEN.findall("\n".join(parts[1:]))
    return _Told(
        numbers=_numbers(text),
        names=frozenset(names),
        first=frozenset(first - names),
        openings=frozenset(openings),
        quotations=_quotations("\n".join(parts[1:])),
        denials=denials([word.casefold() for word in _WORD.findall(text)]),
        words=frozenset(lower),
        text=_folded(text),
        language=article.language,
        order=tuple(each.casefold() for each in spoken_in),
        names_in_order=tuple(each.casefold() for each in spoken_in if each[0].isdigit() or each[0].isupper()),
    )


def _is_name(word: str) -> bool:
    return word[0].isupper() and not number_words([word.casefold()])


def _bare(word: str) -> str:
    return str(regex.sub(r"['’]s?$", "", word))


def _numbers(text: str) -> frozenset[str]:
    figures = _GROUPED.sub(lambda found: regex.sub(r"\D", "", found[0]), text)
    found = {number.replace(",", ".") for number in _NUMBER.findall(figures)}
    words = [word.casefold() for word in _WORD.findall(text)]
    return frozenset(found | number_words(words))


def _quotations(text: str) -> frozenset[str]:
    found = (next(filter(None, groups)) for groups in _QUOTATION.findall(text))
    return frozenset(folded for quoted in found if (folded := _folded(quoted)))


def _unsaid(one: _Told, other: _Told) -> frozenset[str]:
    """Find quotations whose words the other version does not have; new marks around old words are no new words."""
    return frozenset(quoted for quoted in one.quotations if f" {quoted} " not in f" {other.text} ")


def _names(old: _Told, new: _Told) -> tuple[frozenset[str], frozenset[str]]:
    gone, come = _missing(old.names, new), _missing(new.names, old)
    first_gone, first_come = _missing(old.first, new), _missing(new.first, old)
    if first_gone and first_come:
        return gone | first_gone, come | first_come
    return gone | _lost(first_gone, old, new), come | _lost(first_come, new, old)


def _lost(first: frozenset[str], there: _Told, here: _Told) -> frozenset[str]:
    """Find openers that alone are gone: "Kazakh police said" became "Police said"."""
    begun = {opener.casefold() for opener, _ in here.openings}
    alone = {opener for opener, behind in there.openings if behind in begun}
    return frozenset(word for word in first & alone if not _NO_NAMES.fullmatch(word.casefold()))


def _missing(names: frozenset[str], other: _Told) -> frozenset[str]:
    return frozenset(
        name for name in names if not any(_is_form(name.casefold(), word, other.language) for word in other.words)
    )


def _is_form(one: str, other: str, language: str) -> bool:
    """Tell whether two words are one name in two cases: «Астана», «Астанада»; English names do not bend."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if short in _MONTHS:
        return long.startswith(short)
    if not "\u0400" <= short[0] <= "\u052f" or short[0] != long[0]:
        return False
    one, other = one.replace("ё", "е"), other.replace("ё", "е")
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    classes = _KAZAKH if language.startswith("kk") else _RUSSIAN
    return any(_ends_alike(one, other, at, classes) for at in range(2, same + 1)) or _is_fleeting(one, other)


def _ends_alike(one: str, other: str, at: int, classes: tuple[regex.Pattern[str], ...]) -> bool:
    """Whether both go on behind a common stem with endings of one declension; a stem of two has one in both."""
    if at < _SHORTEST_STEM and at in (len(one), len(other)):
        return False
    return any(each.fullmatch(one, at) and each.fullmatch(other, at) for each in classes)


def _is_fleeting(one: str, other: str) -> bool:
    """Whether a vowel is lost before an ending: «Павел», «Павла»."""
    for bare, bent in ((one, other), (other, one)):
        found = _FLEETING.fullmatch(bare)
        if found and regex.fullmatch(f"{found['stem']}{found['last']}(?:а|у|ом|е)", bent):
            return True
    return False


_FLEETING = late(r"(?P<stem>\w+)[ео](?P<last>[бвгджзклмнпрстфхцчшщ])")
_MONTHS = frozenset({"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"})
_SHORTEST_STEM = 3
# Of cases and number, by declension: «Дания» is no form of «Дана», «Ивановский» none of «Иванов».
_RUSSIAN = tuple(
    regex.compile(f"(?:{endings})")
    for endings in (
        "|а|у|ом|е|ы|и|ам|ами|ах|(?<=[оеи][вн])ым",
        "ь|й|я|ю|ем|е|и|ям|ями|ях|ью",
        "а|ы|и|е|у|ой|ою|ей|ам|ами|ах",
        "я|и|е|ю|ей|ею|ям|ями|ях",
        "о|а|у|ом|е",
        "ы|и|ов|ев|ам|ям|ами|ями|ах|ях",
        "ый|ий|ой|ого|его|ому|ему|ым|им|ом|ем|ая|яя|ую|юю|ое|ее|ые|ие|ых|их|ыми|ими|ей",
    )
)
_KAZAKH = (
    regex.compile(
        r"(?:[лдт][ае]р)?(?:с?[ыі]|ы|і)?"
        r"(?:н[ыі]ң?|(?<![аәеоөуүұыіия])[дт][ыі]ң?|[гқкғ][ае]|(?<=[ыі])н[ае]?|н?[дт][ае](?:ғы|гі)?|[дтн][ае]н|[мбп]ен)?"
    ),
)
_NO_NAMES = late(
    r"the|an?|some|many|most|several|all|both|th(?:is|at|ese|ose)|its|his|her|their|our|new|more|other|such|and|but"
    r"|только|уже|все|эти|этот|эта|также|новые|многие|ещё|еще|барлық|бұл|осы|сол|жаңа|көп"
)


_COMPARED = {
    "number": (phrase("number {gone} gone, {come} new"), phrase("number {gone} gone"), phrase("number {come} new")),
    "name": (phrase("name {gone} gone, {come} new"), phrase("name {gone} gone"), phrase("name {come} new")),
    "quotation": (
        phrase("quotation {gone} gone, {come} new"),
        phrase("quotation {gone} gone"),
        phrase("quotation {come} new"),
    ),
}


def _compared(kind: str, old: frozenset[str], new: frozenset[str]) -> list[str]:
    gone, come = ", ".join(sorted(old - new)), ", ".join(sorted(new - old))
    if not gone and not come:
        return []
    both, only_gone, only_come = _COMPARED[kind]
    return [(both if gone and come else only_gone if gone else only_come).format(gone=gone, come=come)]


def _small(before: Article, after: Article) -> str:
    if (before.title, before.dek, before.lead) != (after.title, after.dek, after.lead):
        return phrase("wording of headline, dek or lead")
    if before.paragraphs != after.paragraphs:
        return phrase("text below the lead")
    if before.photos != after.photos:
        return phrase("its photos")
    return phrase("nothing that readers see in a post")
