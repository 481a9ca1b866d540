"""What is wrong with a post beside its article, its moment and its network: marks, tags, addresses, repetition."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import regex

from bot.articles.clean import credit_of, is_boilerplate
from bot.articles.language import language
from bot.articles.late import late
from bot.articles.photo import names_of
from bot.posts.choose import sentences
from bot.posts.markup import spans
from bot.posts.shown import Role, Shown, bare, spot
from bot.tongue import phrase

Found = Iterator[tuple[bool, str]]

MOST_TAGS = 3
"""No network's sheet asks for more; how many a network gets is its template's business."""
NO_WAY = phrase("it does not lead to the article")
"""What is said of a post without its link; trials of templates count these by themselves."""


def said_twice(shown: Shown) -> Found:
    """7: the headline word for word above a card that shows it, or one sentence twice."""
    seen = set[tuple[str, ...]]()
    title = _plain(shown.article.title)
    for line in shown.told:
        for sentence in sentences(line.text, shown.article.language):
            words = _plain(sentence)
            if words == title and shown.post.card and not shown.is_linked(line.text):
                yield False, "it repeats the headline that its card shows"
            if len(words) >= _LEAST_SENTENCE and words in seen:
                yield True, f"it says the same twice: {spot(sentence, 0, 40)}"
            seen.add(words)


def leaning(shown: Shown) -> Found:
    """8: opens with a pronoun or connector, and nothing stands before it."""
    first = shown.told[0] if shown.told and not shown.post.title else None
    opener = _OPENER.match(first.text.lower()) if first else None
    if first and opener and opener[0] in shown.words.leaning:
        yield False, f"it opens with a word that points back: {spot(first.text, 0, 20)}"


def broken_tags(shown: Shown) -> Found:
    """9: a hashtag that networks would not read whole."""
    for line in shown.lines:
        for word in line.text.split() if line.role is Role.TAGS else ():
            if not _TAG.fullmatch(word):
                yield True, f"“{word}” is no hashtag a network reads whole"
        if line.role in (Role.PROSE, Role.HEADLINE) and (found := _LOOSE_TAG.search(line.text)):
            yield False, f"a hashtag stands inside a sentence: {spot(line.text, *found.span())}"
    for tag in shown.post.tags:
        if not _TAG.fullmatch(f"#{tag}"):
            yield True, f"“#{tag}” is no hashtag a network reads whole"


def light_signs(shown: Shown) -> Found:
    """10: hashtags, emoji, exclamation marks or promotion where people died, or where we were wrong."""
    if not (shown.about.is_solemn or shown.about.is_correction):
        return
    where = phrase("correction") if shown.about.is_correction else phrase("solemn story")
    if shown.post.tags or any(line.role is Role.TAGS for line in shown.lines):
        yield True, f"a {where} carries hashtags"
    for line in shown.lines:
        if found := _LIGHT.search(line.text):
            is_theirs = shown.is_own(line.text[max(0, found.start() - 10) : found.end()])
            if not (is_theirs and found[0] == "!"):
                yield not is_theirs, f"a {where} carries an emoji or exclaims: {spot(line.text, *found.span())}"
        if line.role is Role.PROSE and is_boilerplate(line.text):
            yield True, f"a {where} promotes: {spot(line.text, 0, 40)}"


def too_many_tags(shown: Shown) -> Found:
    """11: more hashtags than read well, one twice, or one whose words run together in small letters."""
    tags = [word.lstrip("#") for line in shown.lines if line.role is Role.TAGS for word in line.text.split()]
    if len(tags) > MOST_TAGS:
        yield False, f"it carries {len(tags)} hashtags; more than {MOST_TAGS} read as spam"
    beside = shown.post.tags  # the network shows them apart from the words, or not at all
    if twice := next((tag for each in (tags, beside) if (tag := _twice(each))), ""):
        yield False, f"it carries #{twice} twice"
    tags += beside
    joined = {_NO_LETTER.sub("", tag).casefold() for tag in shown.article.tags if len(tag.split()) > 1}
    if low := next((tag for tag in tags if tag.islower() and tag in joined), ""):
        yield False, f"#{low} needs capitals where its words begin: screen readers read it letter by letter"


def _twice(tags: Sequence[str]) -> str:
    """Name the first tag that stands among others once more; "" where none does."""
    folded = [tag.casefold() for tag in tags]
    return next((tag for tag in tags if folded.count(tag.casefold()) > 1), "")


def marks(shown: Shown) -> Found:
    """15: a mark without ground, two at once, or one in another language."""
    base = shown.article.language.partition("-")[0].lower()
    names = [one.name for one in shown.kickers]
    is_theirs = shown.is_own(shown.post.text[: shown.kickers[0].end]) if shown.kickers else False
    if len(names) > 1:
        yield True, f"it carries two marks: {spot(shown.post.text, 0, shown.kickers[-1].end)}"
    if "breaking" in names and not (shown.about.is_breaking and not shown.about.is_archive):
        yield not is_theirs, "it is marked as breaking, and nobody says that it still is"
    if "breaking" in names and not any(shown.words.attribution.search(line.text.lower()) for line in shown.told):
        yield False, "it is marked as breaking and names no source"
    if "correction" in names and not shown.about.is_correction:
        yield not is_theirs, "it is marked as a correction, and corrects nothing"
    if shown.about.is_correction and "correction" not in names:
        yield False, "it corrects a post and does not say so"
    if any(one.language != base and shown.words.marks[one.name] not in shown.post.text for one in shown.kickers):
        yield shown.is_known and not is_theirs, "it carries a mark in another language"


def correction(shown: Shown) -> Found:
    """16: a correction that does not say what was wrong, or gives the wrong figure again."""
    if not shown.about.is_correction:
        return
    note = shown.article.flags.correction or shown.article.correction
    if bare(note) not in bare(shown.post.text):
        yield True, "it corrects a post without the words of the correction"
    if found := _SAME_FIGURE.search(bare(note)):
        yield True, f"it gives one figure as right and as wrong: {spot(note, *found.span())}"
    elif len(set(_FIGURE.findall(note))) == 1 and not _OLD.search(note):
        yield False, "it gives the right figure and not the wrong one"
    if not (shown.post.parent or _has_address(shown)):
        yield False, "it leads neither to the first post nor to the article"


def pictures(shown: Shown) -> Found:
    """17: alt text that is a credit or a file's name; a photo, which a drawn card is not, without its credit.

    The headline is the alt text of what is drawn of it, and never that of a photo: see `alt_text`.
    """
    for media in shown.post.media:
        if credit_of(media.alt)[0] or _FILE.fullmatch(media.alt.strip()):
            yield False, f"the alt text does not say what is to be seen: “{media.alt[:40]}”"
    photo, owed = shown.article.photo, [each.credit for each in shown.post.media if each.credit]
    # As the article has it by now. Posts from before further photos were shown do not tell which one theirs is.
    is_shown = photo is not None and any(each.photo in {"", *names_of(photo.url)} for each in shown.post.media)
    if photo and photo.credit and owed and is_shown:
        owed.append(photo.credit)
    if credit := next((each for each in owed if bare(each) not in bare(shown.post.text)), ""):
        yield False, f"it shows a photo without its credit ({credit[:40]})"


def address(shown: Shown) -> Found:
    """19: no way to the article, two of them, or one that runs into the words beside it."""
    text, url = shown.post.text, shown.article.url
    if not (shown.about.is_correction or _has_address(shown)):
        yield shown.about.needs_address and not shown.about.is_by_hand, NO_WAY
    if not url:
        return
    places = list(spans(text, url))
    if sum(not _GOES_ON.match(text, end) for _, end in places) > 1:
        yield not any(url in line for line in shown.prose), "it shows the article's address twice"
    if found := next((span for start, end in places if (span := _run_in(text, start, end))), None):
        yield True, f"the address runs into what stands beside it: {spot(text, *found)}"
    if found := _TRACKED.search(url):
        yield False, f"the address carries tracking: {found[0][1:]}"


def style(shown: Shown) -> Found:
    """20: steering lines, questions nobody of the newsroom asked, days that have passed, another language."""
    is_late = shown.article.published is not None and shown.about.now - shown.article.published > _ONE_DAY
    is_late = is_late and not shown.about.is_archive and not shown.about.is_correction
    for line in shown.told:
        is_ours = line.role is Role.PROSE
        if is_ours and _STEERING.match(line.text):
            yield False, f"it steers instead of telling: {spot(line.text, 0, 30)}"
        if is_ours and line.text.rstrip('”»’"').endswith("?"):
            yield False, f"it ends in a question: {spot(line.text, max(0, len(line.text) - 30), len(line.text))}"
        if is_late and (found := shown.words.day_word.search(line.text.lower())):
            yield is_ours, f"it names a day that has passed since: {spot(line.text, *found.span())}"
        if found := _HANDLE.search(line.text):
            yield False, f"{found[0]} may be somebody else on this network"
    said = " ".join(shown.prose)
    if (
        len(said) >= _ENOUGH
        and (spoken := language(said, shown.post.lang)) != shown.post.lang.partition("-")[0].lower()
    ):
        yield False, f"it is announced as {shown.post.lang} and reads as {spoken}"


def _run_in(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return from where to where an address has words or stops glued to it."""
    if start and _OF_A_WORD.match(text, start - 1):
        return start - 1, end
    glued = _GLUED_STOPS.match(text, end)
    return (start, glued.end()) if glued else None


def _has_address(shown: Shown) -> bool:
    post, url = shown.post, shown.article.url
    return bool(post.card and post.card.url) or url in post.text or any(mark.value == url for mark in post.marks)


def _plain(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(text.casefold()))


_WORDS = late(r"[\p{L}\p{N}]+")
_ONE_DAY = timedelta(hours=24)
_LEAST_SENTENCE = 4
_ENOUGH = 80
"""Letters by which a language shows."""
_NO_LETTER = late(r"\W")
_OF_A_WORD = late(r"[\p{L}\p{N}]")
_GOES_ON = late(r"\S")
_GLUED_STOPS = late(r"[.,;:!?»”)\]]+(?!\S)")
_OPENER = late(r"[\w’'-]+")
_TAG = late(r"#\p{L}[\p{L}\p{M}\p{N}_]*")
_LOOSE_TAG = late(r"(?<![\w&/])#\w+")
_LIGHT = late(r"!|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f")
_FIGURE = late(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_SAME_FIGURE = late(
    r"(?<![\d.,])(?P<now>\d+(?:[.,]\d+)*)(?![.,]?\d)"
    r"(?:[^\d.!?]{0,80}(?:\bnot|\binstead of|\brather than|\bа не|\bвместо)"
    r"|\D{0,20}\bемес,?)\s+(?P=now)(?![.,]?\d)"
)
_OLD = late(
    r"\b(?:not|earlier|instead|wrong\w*|incorrect\w*|mis\w+|"
    r"а не|ранее|вместо|ошиб\w*|неверн\w*|емес|қате\w*|бұрын\w*)\b",
    regex.I,
)
_FILE = late(r"\S+\.(?:jpe?g|png|gif|webp|heic|tiff?|bmp)|(?:IMG|DSC|DSCF|DSCN|PXL|image)[_ -]?\d+\S*", regex.I)
_HANDLE = late(r"(?<![\w./@])@\w{2,}(?:\.\w+)*")
_TRACKED = late(r"[?&](?:utm_\w+|fbclid|gclid|yclid|mc_cid|igshid)(?==)")
_STEERING = late(
    r"(?:read (?:more|on)|click|tap|(?:see|learn) more|find out|link in (?:the )?(?:bio|profile|comments)"
    r"|details (?:at|in) the link|here[’']s (?:why|how|what)|you will not believe|читать далее|подробнее"
    r"|подробности по ссылке|жмите?|толығырақ|сілтеме бойынша)\b",
    regex.I,
)
