"""What is wrong with words as they stand: pairs, stops, spaces, residue, alphabets."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

from bot.articles.clean import is_boilerplate, without_dateline
from bot.articles.late import late
from bot.posts.choose import is_balanced, sentences
from bot.posts.shown import Line, Role, Shown, bare, spot

Found = Iterator[tuple[bool, str]]


def without_pair(shown: Shown) -> Found:
    """1: a quotation mark or bracket opened and not closed, or closed and not opened."""
    # Other languages pair other marks (Swedish ”…”).
    for line in shown.told if shown.is_known else ():
        if not _is_paired(line.text):
            is_theirs = line.role is Role.HEADLINE and not is_balanced(shown.article.title)
            yield not is_theirs, f"a quotation mark or bracket lacks its pair in {spot(line.text, 0, 30)}"


@lru_cache(maxsize=1024)  # a sentence stands in many posts
def _is_paired(text: str) -> bool:
    return is_balanced(_NO_BRACKET.sub("", text))


def without_speaker(shown: Shown) -> Found:
    """2: an attribution that has lost its quotation, or a quotation that has lost its speaker."""
    for line in shown.told:
        is_ours = line.role is Role.PROSE
        if found := _ORPHAN.match(line.text):
            # Under a headline that names the person, "She says ..." is understood.
            yield (
                is_ours and shown.lines[0].role is not Role.HEADLINE,
                f"nobody knows who is meant by {spot(line.text, *found.span())}",
            )
        elif _ALL_QUOTED.fullmatch(line.text) and not shown.words.attribution.search(line.text.lower()):
            yield is_ours, f"nobody is named who says {spot(line.text, 0, 30)}"


def cut(shown: Shown) -> Found:
    """3: a sentence, word, number or sign cut in the middle."""
    for line in _odd(shown.lines):
        if found := _HALF_SIGN.search(line.text):
            yield True, f"a sign is cut in two in {spot(line.text, *found.span())}"
    for line in shown.told:
        if line.role is Role.HEADLINE:
            if len(line.text) > _LONG_HEADLINE:
                yield False, f"the headline has {len(line.text)} characters and no place where it can be shortened"
            if bare(line.text).rstrip(".") != bare(shown.article.title).rstrip(".") and line.text.endswith("…"):
                yield False, f"the headline was shortened to {spot(line.text, 0, len(line.text))}"
            continue
        text, before, after = line.text, shown.before(line.text), shown.after(line.text)
        if len(text.split()) < _LEAST_WORDS or shown.is_whole(text):
            continue  # a section, a name, a label: no sentence
        if before.isalnum() and text[0].isalnum():
            yield True, f"it begins in the middle of a word: {spot(text, 0, 20)}"
        if text[-1].isdigit() and _SCALE.match(after):
            yield True, f"a number has lost its unit: {spot(text, len(text) - 1)}"
        elif after.strip() and not _STOPPED.search(text) and (text[-1].isalnum() or text[-1] in ",–—"):
            yield True, f"a sentence is cut at {spot(text, len(text) - 1)}"


def stops(shown: Shown) -> Found:
    """4: dots that say something was left out, and final marks side by side."""
    for line in _odd(shown.told):
        is_ours = line.role is Role.PROSE
        if line.role is Role.HEADLINE and not shown.is_own(line.text):
            continue  # we shortened it: that is told above
        if found := _CUT_SIGN.search(line.text):
            yield is_ours, f"a text was cut: {spot(line.text, *found.span())}"
        elif found := _STOPS.search(line.text):
            around = line.text[max(0, found.start() - 10) : found.end()]
            yield is_ours and not shown.is_own(around), f"final marks stand twice in {spot(line.text, *found.span())}"


def boilerplate(shown: Shown) -> Found:
    """5: words of the page round the article: promotion, share bars, credits, datelines."""
    for line in shown.prose:
        for sentence in sentences(line, shown.article.language):
            if _is_boilerplate(bare(sentence)):
                yield shown.is_own(sentence), f"it belongs to the page, not to the story: {spot(sentence, 0, 40)}"
        if (rest := without_dateline(line)) != line:
            yield False, f"it opens with where it was written: {spot(line, 0, len(line) - len(rest))}"


def spaces(shown: Shown) -> Found:
    """6: spaces where none belong, labels and marks with nothing behind them."""
    text = shown.post.text
    if text != text.strip() or (found := _HOLES.search(text)):
        yield True, "it has spaces or empty lines where none belong"
    if text and not shown.whole.strip():
        yield True, f"it is only a mark: {spot(text, 0, len(text))}"
    for line in _odd(shown.lines):
        if _EMPTY_LABEL.fullmatch(line.text):
            yield True, f"a label has nothing behind it: {spot(line.text, 0, len(line.text))}"
    for line in _odd(shown.told):
        if found := _SPACE_BEFORE.search(line.text):
            yield False, f"a space stands before a mark in {spot(line.text, *found.span())}"


def residue(shown: Shown) -> Found:
    """12: what is left of markup, templates and programs."""
    card = shown.post.card
    for text in (shown.post.text, card.title if card else "", card.description if card else ""):
        if found := _RESIDUE.search(text):
            yield text is shown.post.text, f"something of a program is left in it: {spot(text, *found.span())}"
    for line in _odd(shown.lines):
        if _NOTHING.fullmatch(line.text):
            yield True, f"it says {spot(line.text, 0, len(line.text))} in place of a field"


def typewriter(shown: Shown) -> Found:
    """13: quotation marks, apostrophes and dashes that are not the language's."""
    for line in shown.told:
        if found := _STRAIGHT.search(line.text):
            yield False, f"a straight quotation mark or apostrophe stands in {spot(line.text, *found.span())}"
        if shown.article.language[:2] == "ru" and "“" in line.text and not regex.search("[«„]", line.text):
            yield False, f"quotation marks of another language stand in {spot(line.text, line.text.index('“'))}"
        if line.role is Role.PROSE and (found := _HYPHEN_DASH.search(line.text)):
            yield False, f"a hyphen stands for a dash in {spot(line.text, *found.span())}"


def alphabets(shown: Shown) -> Found:
    """14: letters of two alphabets in one word, letters in pieces, letters read in the wrong encoding."""
    text = shown.post.text
    if not unicodedata.is_normalized("NFC", text):
        yield True, "it holds letters in pieces (not NFC)"
    if found := _MOJIBAKE.search(text):
        yield True, f"letters were read in the wrong encoding: {spot(text, *found.span())}"
    for line in _odd(shown.told):
        if found := _MIXED.search(line.text):
            yield False, f"two alphabets meet in one word: {spot(line.text, *found.span())}"


def parted(shown: Shown) -> Found:
    """18: a number without its unit on the next line; a converted sum without the one it was converted from."""
    if found := _NUMBER_ALONE.search(shown.post.text):
        yield True, f"a line ends between a number and its unit: {spot(shown.post.text, *found.span())}"
    for line in shown.prose:
        if found := _SUM_ALONE.match(line):
            yield True, f"a converted sum has lost the first one: {spot(line, *found.span())}"


def _odd(lines: tuple[Line, ...]) -> Iterator[Line]:
    """Choose the lines that hold any of the signs looked for one by one above."""
    return (line for line in lines if _is_odd(line.text))


@lru_cache(maxsize=4096)  # the sentences of a story stand in its posts on every network
def _is_odd(text: str) -> bool:
    signs = (_HALF_SIGN, _CUT_SIGN, _STOPS, _SPACE_BEFORE, _MIXED)
    return any(sign.search(text) for sign in signs) or any(all_.fullmatch(text) for all_ in (_EMPTY_LABEL, _NOTHING))


_is_boilerplate = lru_cache(maxsize=1024)(is_boilerplate)
# "1) ..." and ":)" have no other half.
_NO_BRACKET = late(r"(?:^|(?<=\s))[\p{L}\d]{1,2}\)|[:;]-?[()]+|(?<=\d)\"")
_ORPHAN = late(
    r"(?:[–—-]\s*)?(?:(?:he|she|they) (?:said|says|added|told|noted|wrote)\b|(?-i:said|says|added) \p{L}"
    r"|(?:он|она|они) (?:сказал|заявил|добавил|отметил)|(?:сказал|заявил|добавил|отметил|говор)\p{L}* (?:он|она|они)\b"
    r"|(?:деді|дейді|деп айтты) (?:ол|олар)\b)",
    regex.I,
)
_ALL_QUOTED = late(r"(?:“[^“”]+”|«[^«»]+»|‘[^‘]+’|\"[^\"]+\")[.!?]?")
_HALF_SIGN = late(r"^[\p{M}\u200d]|\u200d$|\p{Cs}")
_LONG_HEADLINE = 200
_LEAST_WORDS = 5
_SCALE = late(r"[.,]\d|\s?(?:million|billion|trillion|thousand|percent|млн|млрд|трлн|тыс|мың|пайыз|процент|%)")
_STOPPED = late(r"[.!?…:;][»”“’\"')\]]*$")
_CUT_SIGN = late(r"\[\s*(?:…|\.\.\.)\s*\]|(?<=[\p{L}\d,;:])\s?(?:…|\.\.\.)[»”’\"]?$")
# "?.." and "!.." are Russian; three dots are an ellipsis.
_STOPS = late(r"(?<![.?!])\.\.(?!\.)|[?!]\.(?![.\w])|\.{4,}|[.!?]\s?…|…\.")
_HOLES = late(r"[ \t]{2}|[ \t]\n|\n[ \t]|\n{3}")
_EMPTY_LABEL = late(r"(?:photo|фото|сурет|by|авторы?|авторлары)\s*:?\s*", regex.I)
_SPACE_BEFORE = late(r"(?<=[\p{L}\d]) [,.;:!?»](?![\p{L}\d()])")
_RESIDUE = late(
    r"&(?:amp|nbsp|lt|gt|quot|apos|hellip|[lr][sd]quo|[mn]dash|#\d{2,6}|#x[0-9a-f]{2,5});"
    r"|</?(?:p|br|b|i|a|em|strong|div|span|img|script|h[1-6]|ul|li|blockquote)(?:\s[^<>]*)?/?>"
    r"|\[/?(?:caption|gallery|embed|video|audio|youtube|playlist|vc_\w+|et_pb_\w+)(?:\s[^\]]*)?\]"
    r"|(?<![:\\])\\n|\{\{|\}\}|\{%|%\}",
    regex.I,
)
_NOTHING = late(r"(?:\w+: )?(?:None|null|undefined|NaN|\[object Object\])\.?")
_STRAIGHT = late(r"(?<!\d)\"|(?<=\p{L})'(?=\p{L})|(?<!\w)'(?=\p{L})")
_HYPHEN_DASH = late(r"(?<=[\p{L}\d»”]) --? (?=[\p{L}\d«“])")
_MOJIBAKE = late(r"â€[™œ\u009d“”˜¦]|Ã[\u0080-\u00bf©¨¶¼¤]|[ÐÑ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ]|ï»¿|\ufffd")
_MIXED = late(r"\b(?=\p{L}*\p{Script=Latin})(?=\p{L}*\p{Script=Cyrillic})\p{L}{2,}\b")
_NUMBER_ALONE = late(r"\d\n(?=(?:million|billion|trillion|percent|млн|млрд|трлн|тыс|мың|тенге|теңге|рублей)\b)")
_SUM_ALONE = late(r"\((?:US)?[$€£₸₽]\s?\d[^()]*\)")
