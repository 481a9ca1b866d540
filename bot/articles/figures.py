"""Numbers, dates and negations that are written as words, in English, Russian and Kazakh."""

# "One" and «бір» are left out: mostly they are no numbers, and a count that grew from one shows by its new figure.
_EXACT: dict[str, int | str] = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "екі": 2,
    "үш": 3,
    "төрт": 4,
    "бес": 5,
    "алты": 6,
    "жеті": 7,
    "сегіз": 8,
    "тоғыз": 9,
    "он": 10,
    "два": 2,
    "две": 2,
    "двух": 2,
    "двое": 2,
    "три": 3,
    "трёх": 3,
    "трех": 3,
    "трое": 3,
    "пять": 5,
    "пяти": 5,
    "пятеро": 5,
    "шесть": 6,
    "шести": 6,
    "семь": 7,
    "семи": 7,
    "mln": "million",
    "bn": "billion",
    "млн": "million",
    "млрд": "billion",
    "трлн": "trillion",
    "тыс": "thousand",
    "мың": "thousand",
}
_STEMS: tuple[tuple[str, int | str], ...] = (
    ("четыр", 4),
    ("четвер", 4),
    ("восем", 8),
    ("восьм", 8),
    ("девят", 9),
    ("десят", 10),
    ("million", "million"),
    ("billion", "billion"),
    ("trillion", "trillion"),
    ("thousand", "thousand"),
    ("hundred", "hundred"),
    ("миллион", "million"),
    ("миллиард", "billion"),
    ("триллион", "trillion"),
    ("тысяч", "thousand"),
)
# English months and days are capitalised and count as names. Stems are long enough not to begin other words.
MONTHS_AND_DAYS = (
    *(("январ", "January"), ("феврал", "February"), ("апрел", "April"), ("июн", "June"), ("июл", "July")),
    *(("август", "August"), ("сентябр", "September"), ("октябр", "October"), ("ноябр", "November")),
    *(("декабр", "December"), ("понедельник", "Monday"), ("вторник", "Tuesday"), ("четверг", "Thursday")),
    *(("пятниц", "Friday"), ("суббот", "Saturday"), ("воскресень", "Sunday")),
    *(("қаңтар", "January"), ("ақпан", "February"), ("наурыз", "March"), ("сәуір", "April"), ("мамыр", "May")),
    *(("маусым", "June"), ("шілде", "July"), ("тамыз", "August"), ("қыркүйек", "September")),
    *(("қазан", "October"), ("қараша", "November"), ("желтоқсан", "December")),
    *(("дүйсенбі", "Monday"), ("сейсенбі", "Tuesday"), ("сәрсенбі", "Wednesday"), ("бейсенбі", "Thursday")),
)
NEGATIONS = frozenset({"not", "never", "cannot", "не", "нет", "никогда", "емес", "жоқ", "ешқашан"})


def number_words(words: list[str]) -> frozenset[str]:
    """Read number words, cases folded, as figures: "two million" holds what "2 million" holds."""
    found: set[str] = set()
    for word in words:
        if word in _EXACT:
            found.add(str(_EXACT[word]))
        else:
            found.update(str(value) for stem, value in _STEMS if word.startswith(stem))
    return frozenset(found)
