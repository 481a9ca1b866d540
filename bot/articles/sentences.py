"""Where a sentence ends, in English, Russian and Kazakh news; a missed end is better than a wrong one."""

import regex

from bot.articles.late import late


def sentences(text: str, language: str) -> tuple[str, ...]:
    """Split one paragraph into whole sentences; joined by a space they give back the (space-folded) paragraph.

    Never parts a quotation, a bracket, an initial or a number.
    """
    folded = _SPACES.sub(" ", text).strip()
    closed = _within(folded, _QUOTED)
    places = [end for end in ends(folded, language) if end not in closed]
    starts = [0, *(end + 1 for end in places)]
    return tuple(folded[start:end] for start, end in zip(starts, [*places, len(folded)], strict=True) if start < end)


def ends(folded: str, language: str) -> tuple[int, ...]:
    """Find every place where a sentence ends before another one begins, those within quotations among them."""
    closed = _within(folded, _BRACKETED)
    found: list[int] = []
    start = 0
    for end in _END.finditer(folded):
        if end.end() not in closed and _is_end(folded, start, end, language):
            found.append(end.end())
            start = end.end() + 1
    return tuple(found)


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_SPACES = late(r"[^\S\u00a0\u202f]+")
# A full stop with what closes behind it, then a space, then something a sentence may begin with.
_END = late(
    r"(?P<stop>[.!?…]+)(?P<close>[»”“\"’')\]]*)"
    r"(?= (?P<dash>[—–-] )?[«“„\"‘'(\[¿¡]*(?P<first>[\p{Lu}\p{Lo}\p{Nd}#@$€£₸\p{So}]))"
)
_QUOTED = (
    regex.compile(r"«[^«»]*(?:«[^«»]*»[^«»]*)*»"),
    regex.compile(r"“[^“”]*”"),
    regex.compile(r"„[^„“”]*[“”]"),
    regex.compile(r"(?<!\w)\"(?! )[^\"]*\"(?!\w)"),
    regex.compile(r"(?<!\w)‘(?:[^‘’]|(?<=\p{L})’(?=\p{L}))*’(?!\p{L})"),
)
_BRACKETED = (regex.compile(r"\([^()]*\)"), regex.compile(r"\[[^\[\]]*\]"))

# Never at the end of a sentence: something belongs to it on the right.
_TITLES = {
    "en": "mr mrs ms dr prof gen col lt capt sgt maj cmdr adm rev hon pres gov sen rep st mt ft no nos vol pp p fig ed "
    "eds vs v approx est dept univ cf al e.g i.e jan feb mar apr jun jul aug sep sept oct nov dec",
    "ru": "г-н г-жа им ул пр пр-т просп пер пл д кв корп стр обл р-н пос п с о оз р рис табл см ср напр св акад проф "
    "доц ген полк подп кап лейт инж канд чл-корр адм зав зам пом тел т.е т.н т.к янв фев февр мар апр июн июл авг сен "
    "сент окт нояб ноя дек стр ст гл разд п.п шт н.с",
    "kk": "ж жж ғ ғғ б т.б т.с.с т.ш обл ауд ақ акад проф көш даң кв үй бет қ қар мыс о м км см кг млн млрд мөлш",
}
# May end a sentence, if the next word is one that sentences often begin with.
_MAYBE = {
    "en": "a.m p.m u.s u.k u.n u.s.s.r d.c inc corp co ltd llc plc jr sr etc bros ph.d m.d b.c a.d b.c.e mass calif",
    "ru": "г гг в вв руб коп тыс млн млрд трлн чел др пр т.д т.п н.э кг км см м га л ч мин сек тг долл экз",
    "kk": "т.б т.с.с т.т ж тг мың",
}
_OPENERS = _words(
    "the a an he she it they we you i this that these those there in on at for from after before but and as if when",
    "while his her its their our my however meanwhile according under with by to since no not officials",
    "в во на по но и а он она оно они мы вы я это этот эта эти тот как при для с со из у о об если когда после до",
    "также кроме однако напомним ранее его её их наш наша по-прежнему между все всего сейчас теперь там",
    "ол олар бұл осы сол біз сіз мен бірақ ал және сондай-ақ содан соңғы қазір бүгін оның",
)
_SAID = late(r"(?:[\p{L}’'-]+[ ]){1,4}?(?:said|says|asked|asks|told|added|wrote|tweeted|shouted|recalled)\b")
_LAST_WORD = late(r"(?:(?<!\p{L})\p{L}\. )?[\p{L}\p{N}][\p{L}\p{N}.’'-]*$")
_NEXT_WORD = late(r"[\p{L}’'-]+")


def _within(text: str, closed: "tuple[regex.Pattern[str], ...]") -> frozenset[int]:
    """Find the places within what closes; a quotation or bracket that never does closes nothing."""
    places: set[int] = set()
    for pattern in closed:
        for found in pattern.finditer(text):
            places.update(range(found.start() + 1, found.end()))
    return frozenset(places)


def _is_end(text: str, start: int, end: "regex.Match[str]", language: str) -> bool:
    rest = text[end.end() + 1 :]
    if end["dash"]:
        return not end["close"]  # Dialogue: a dash opens the next speech, but after a quotation it brings its speaker.
    if end["close"] and end["stop"][-1] != "." and _SAID.match(rest):
        return False  # “Stop!” Marat Ali said.
    if end["stop"] != "." or end["close"]:
        return True
    word = _LAST_WORD.search(text, start, end.start())
    if word is None:
        return True
    return not _holds_on(word[0].casefold().replace(" ", ""), rest, language, is_first=word.start() == start)


def _holds_on(word: str, rest: str, language: str, *, is_first: bool) -> bool:
    """Tell whether the stop after `word` only marks an abbreviation, an initial or a number in a list."""
    if is_first and regex.fullmatch(r"\d{1,2}", word):
        return True
    opener = _NEXT_WORD.match(rest)
    may_begin = opener is not None and opener[0].casefold() in _OPENERS
    base = language.partition("-")[0]
    if word in _MAYBE_BY.get(base, _MAYBE_ALL):
        return not may_begin
    if regex.fullmatch(r"\p{L}(?:[.-]\p{L})*", word):
        return not (may_begin and "." in word)
    return word in _TITLES_BY.get(base, _TITLES_ALL)


def _sets(lists: dict[str, str]) -> dict[str, frozenset[str]]:
    found = {language: _words(words) for language, words in lists.items()}
    # Kazakh newsrooms write Russian abbreviations too.
    return {**found, "kk": found["kk"] | found["ru"]}


_TITLES_BY, _MAYBE_BY = _sets(_TITLES), _sets(_MAYBE)
_TITLES_ALL = frozenset().union(*_TITLES_BY.values())
_MAYBE_ALL = frozenset().union(*_MAYBE_BY.values())
