"""Numbers, dates and denials that are written as words, in English, Russian and Kazakh."""

# One value a line, then its words; "*" stands for any ending. "One" and «бір» are left out: mostly they are no
# numbers, and a count that grew from one shows by its new figure.
_NUMBERS = """
2 two два две двух двое екі
3 three три трёх трех трое үш
4 four четыр* четвер* төрт
5 five пять пяти пятеро бес
6 six шесть шести алты
7 seven семь семи жеті
8 eight восемь восьми сегіз
9 nine девять девяти тоғыз
10 ten десять десяти он
11 eleven
12 twelve
hundred hundred* жүз
thousand thousand* тысяч* тыс мың
million million* миллион* млн mln
billion billion* миллиард* млрд bn
trillion trillion* триллион* трлн
"""
# English months and days are capitalised and so count as names already.
_DATES = """
January январ* қаңтар*
February феврал* ақпан*
March марта марте март наурыз*
April апрел* сәуір*
May мая мае май мамыр*
June июн* маусым*
July июл* шілде*
August август* тамыз*
September сентябр* қыркүйек*
October октябр* қазан қазанда қазанның
November ноябр* қараша*
December декабр* желтоқсан*
Monday понедельник* дүйсенбі*
Tuesday вторник* сейсенбі*
Wednesday среду сәрсенбі*
Thursday четверг* бейсенбі*
Friday пятниц*
Saturday суббот*
Sunday воскресень*
"""
_DENIALS = frozenset({"not", "never", "cannot", "не", "нет", "никогда", "емес", "жоқ", "ешқашан"})


def number_words(words: list[str]) -> frozenset[str]:
    """Read numbers, months and weekdays among folded words: "two million" holds what "2 million" holds."""
    exact = {word: _EXACT[word] for word in words if word in _EXACT}
    stems = {value for word in words if word not in exact for stem, value in _STEMS if word.startswith(stem)}
    return frozenset(stems.union(exact.values()))


def denials(words: list[str]) -> int:
    """Count the words that turn a statement round."""
    return sum(word in _DENIALS or word.endswith(("n't", "n’t")) for word in words)


_ROWS = [line.split() for line in (_NUMBERS + _DATES).split("\n") if line]
_EXACT = {word: row[0] for row in _ROWS for word in row[1:] if not word.endswith("*")}
_STEMS = tuple((word[:-1], row[0]) for row in _ROWS for word in row[1:] if word.endswith("*"))
