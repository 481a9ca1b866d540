"""Each of the twenty defects, planted once, is seen and named; no post of the wording's own shows any."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import Card, Media, Post, Receipt
from bot.model import Article, Flags, Photo
from bot.posts.defects import CHECKS, About, Defect, defects, hard
from bot.posts.fields import composed
from bot.posts.markup import Styled, mark_words, parse, tidy
from tests.unit.posts.newsroom import NAMES, WORDING, article, sent_at

URL = "https://courier.example/1"
LEAD = "The port of Aktau opened a second berth on Monday. It cost 48.6 billion tenge ($93 million)."
STORY = Article(
    title="Aktau opens a second berth for grain ships",
    url=URL,
    dek="Ships wait a week.",
    paragraphs=(LEAD, "“We waited,” said captain Aman Serik."),
    authors=("Dana Sultan",),
    tags=("grain exports",),
    published=sent_at(article("en-politics")),
    photo=Photo("https://courier.example/p.jpg", credit="Timur Akhmet"),
)
NOW = STORY.published + timedelta(minutes=2) if STORY.published else sent_at(STORY)
CARD = Card(URL, STORY.title, STORY.dek)
PLAIN = "The port of Aktau opened a second berth on Monday."
RU = replace(STORY, language="ru", title="В Актау открыли причал", paragraphs=("Порт Актау открыл причал.",))
NOTE = replace(STORY, flags=Flags(correction="The loan is 48 billion tenge, not 84."))


def look(text: str, story: Article = STORY, *, about: About | None = None, **parts: object) -> tuple[Defect, ...]:
    post = replace(Post(text, lang=story.language, card=CARD), **parts)  # type: ignore[arg-type]
    marks = mark_words(Styled(post.text), address=story.url).marks
    made_for = about or About(now=NOW)
    found = defects(replace(post, marks=marks), story, made_for)
    assert hard(replace(post, marks=marks), story, made_for) == tuple(one for one in found if one.is_hard)
    return found


SOLEMN = About(now=NOW, is_solemn=True)
CORRECTS = About(now=NOW, is_correction=True)
LATE = About(now=NOW + timedelta(hours=30))
HARD = True
PLANTED = [
    # (number, whether it holds the post, text, what else)
    (1, HARD, "The mayor said “the berth is open.", {}),
    (1, HARD, "Порт открыл причал».", {"story": RU}),
    (1, HARD, "The loan (in tenge is paid.", {}),
    (2, HARD, "He said on Monday that ships wait.", {}),
    (2, HARD, "Сказал он в понедельник.", {"story": RU}),
    (2, HARD, "«Мы ждали неделю.»", {"story": RU}),
    (3, HARD, "The port of Aktau opened a second ber", {}),
    (3, HARD, "The port of Aktau opened a second", {}),
    (3, HARD, "of Aktau opened a second berth on Monday. It cost 48", {}),
    (3, HARD, "pened a second berth on Monday.", {}),
    (3, HARD, "The port is open.\u200d", {}),
    (4, HARD, "The port of Aktau opened a second berth […]", {}),
    (4, HARD, "The port of Aktau opened a second…", {}),
    (4, HARD, "The port opened..", {}),
    (4, HARD, "Who pays?.", {}),
    (5, HARD, "Sign up for our newsletter.", {"story": replace(STORY, dek="Sign up for our newsletter.")}),
    (5, False, "ASTANA – The port is open.", {}),
    (6, HARD, "The port  is open.", {}),
    (6, HARD, "The port is open.\n\n\nShips wait.", {}),
    (6, HARD, "The port is open.\n\nPhoto:", {}),
    (6, HARD, "BREAKING: ", {}),
    (6, False, "The port , they say, is open.", {}),
    (7, HARD, f"{PLAIN} {PLAIN}", {}),
    (7, False, f"{STORY.title}.", {}),
    (8, False, "It cost 48.6 billion tenge ($93 million).", {}),
    (8, False, "Ещё двое ждут на рейде.", {"story": RU}),
    (9, HARD, f"{PLAIN}\n\n#2026 #Port", {}),
    (9, HARD, f"{PLAIN}\n\n#Ust-Kamenogorsk", {}),
    (9, HARD, f"{PLAIN}\n\n#", {}),
    (9, HARD, PLAIN, {"tags": ("women’s",)}),
    (9, False, "The #port is open.", {}),
    (10, HARD, f"{PLAIN}\n\n#Port", {"about": SOLEMN}),
    (10, HARD, PLAIN, {"about": SOLEMN, "tags": ("Port",)}),
    (10, HARD, "🔥 Ships burn at the port.", {"about": SOLEMN}),
    (10, HARD, "Ships burn at the port!", {"about": SOLEMN}),
    (10, HARD, "Ships burn.\n\nSubscribe to our channel.", {"about": SOLEMN}),
    (11, False, f"{PLAIN}\n\n#A1 #B1 #C1 #D1", {}),
    (11, False, f"{PLAIN}\n\n#Port #port", {}),
    (11, False, f"{PLAIN}\n\n#grainexports", {}),
    (11, False, PLAIN, {"tags": ("Port", "port")}),
    (12, HARD, "The port&nbsp;is open.", {}),
    (12, HARD, "Aktau &amp;#8217;s port is open.", {}),
    (12, HARD, "The port <p>is open.", {}),
    (12, HARD, '[caption id="1"]The port is open.', {}),
    (12, HARD, "The port\\nis open.", {}),
    (12, HARD, "{{ title }}", {}),
    (12, HARD, f"{PLAIN}\n\nPhoto: None", {}),
    (12, False, PLAIN, {"card": Card(URL, STORY.title, "Ships&nbsp;wait.")}),
    (13, False, 'The "second" berth is open.', {}),
    (13, False, "Aktau's berth is open.", {}),
    (13, False, "Порт “Актау” открыт.", {"story": RU}),
    (13, False, "The berth - the second - is open.", {}),
    (14, HARD, "Aktauâ€™s berth is open.", {}),
    (14, HARD, "The cafe\u0301 is open.", {}),
    (14, False, "Пoрт открыл причал.", {"story": RU}),
    (15, HARD, "BREAKING: The berth is open.", {}),
    (15, HARD, "CORRECTION: The berth is open.", {}),
    (15, False, "BREAKING: The berth is open.", {"about": About(now=NOW, is_breaking=True)}),
    (15, HARD, "BREAKING: Opinion: The berth is open.", {"about": About(now=NOW, is_breaking=True)}),
    (15, HARD, "From November 2026: BREAKING: The berth is open.", {"about": About(now=NOW, is_archive=True)}),
    (15, HARD, "СРОЧНО: The berth is open.", {"about": About(now=NOW, is_breaking=True)}),
    (16, HARD, "CORRECTION: The loan is 48 billion tenge.", {"story": NOTE, "about": CORRECTS}),
    (
        16,
        HARD,
        "CORRECTION: The loan is 84 billion, not 84 billion.",
        {"story": replace(NOTE, flags=Flags(correction="The loan is 84 billion, not 84 billion.")), "about": CORRECTS},
    ),
    (
        16,
        False,
        "CORRECTION: The loan is 48 billion.",
        {"story": replace(NOTE, flags=Flags(correction="The loan is 48 billion.")), "about": CORRECTS},
    ),
    (16, False, f"CORRECTION: {NOTE.flags.correction}", {"story": NOTE, "about": CORRECTS, "card": None}),
    (17, False, PLAIN, {"media": (Media("0" * 64, "image/jpeg", 1, alt="Photo: Timur Akhmet"),)}),
    (17, False, PLAIN, {"media": (Media("0" * 64, "image/jpeg", 1, alt="IMG_2041.jpg"),)}),
    (17, False, PLAIN, {"media": (Media("0" * 64, "image/jpeg", 1, alt="A ship", credit="T. A."),)}),
    (18, HARD, "It cost 48.6\nbillion tenge.", {}),
    (18, HARD, "($93 million) was paid on Monday.", {}),
    (19, HARD, PLAIN, {"card": None}),
    (19, False, PLAIN, {"card": None, "about": About(now=NOW, needs_address=False)}),
    (19, HARD, f"{PLAIN}\n\n{URL}\n{URL}", {}),
    (19, HARD, f"{PLAIN} Read it:{URL}.", {}),
    (19, False, PLAIN, {"story": replace(STORY, url=f"{URL}?utm_source=x")}),
    (20, False, "Read more at the link.", {}),
    (20, False, "Толығырақ сілтемеде.", {"story": replace(RU, language="kk")}),
    (20, False, "Who pays for the berth?", {}),
    (20, False, "The port asked @tokayev for help.", {}),
    (3, False, "Aktau " + "and the port " * 20, {"story": replace(STORY, title="Aktau " + "and the port " * 20)}),
    (20, HARD, PLAIN, {"about": LATE}),
    (20, False, "Порт Актау открыл второй причал для зерновых судов и закрыл первый на ремонт до весны.", {}),
]


@pytest.mark.parametrize(("number", "is_hard", "text", "more"), PLANTED)
def test_a_planted_defect_is_seen(number: int, is_hard: bool, text: str, more: dict[str, object]) -> None:
    found = look(text, **more)  # type: ignore[arg-type]
    assert (number, is_hard) in [(one.number, one.is_hard) for one in found]
    for one in found:
        assert one.sentence[0].islower() or one.sentence[0] in "“#@"
        assert not one.sentence.endswith(".")


def test_each_of_the_twenty_is_planted() -> None:
    assert {number for number, *_ in PLANTED} == set(CHECKS) == set(range(1, 21))


INNOCENT = [
    (f"{PLAIN}\n\n#Port", {"tags": ("Port",)}),  # such as YouTube's, which stand apart
    # what looks like a defect and is none: (text, what else)
    ("Said Akhmetov leads the port of Aktau.", {}),
    (
        "The port of Aktau\n\nBusiness",
        {"story": replace(STORY, section="Business", title="Business of the port grows")},
    ),
    ("Hamnen ”Aktau” är öppen.", {"story": replace(STORY, language="sv")}),
    (
        f"CORRECTION: {NOTE.flags.correction}",
        {"story": replace(NOTE, flags=Flags(correction="The loan is  48 billion tenge, not 84.")), "about": CORRECTS},
    ),
    (PLAIN, {}),
    ('The 7" screen at the port (1) shows 1) ships and 2) tides :)', {}),
    ("“We waited,” said captain Aman Serik.", {}),
    ("Кто заплатит за причал?.. Порт молчит.", {"story": replace(RU, dek="Кто заплатит за причал?.. Порт молчит.")}),
    ("None of the ships at example.kz left. R&D costs rose; AT&T pays.", {}),
    ("IT-компания и USB-порт открыты, iPhone-ом сняли.", {"story": RU}),
    ("BREAKING: The berth is open, the port says.", {"about": About(now=NOW, is_breaking=True)}),
    (f"CORRECTION: {NOTE.flags.correction}", {"story": NOTE, "about": CORRECTS}),
    (f"CORRECTION: {NOTE.flags.correction}", {"story": NOTE, "about": CORRECTS, "card": None, "parent": Receipt("1")}),
    (f"{PLAIN}\n\nPhoto: Timur Akhmet\n#Aktau #GrainExports", {}),
    ("“Help!” they cried.", {"about": SOLEMN, "story": replace(STORY, dek="“Help!” they cried.")}),
]


@pytest.mark.parametrize(("text", "more"), INNOCENT)
def test_what_only_looks_like_a_defect_is_left_alone(text: str, more: dict[str, object]) -> None:
    assert look(text, **more) == ()  # type: ignore[arg-type]


def test_what_the_newsroom_wrote_in_a_headline_holds_nothing() -> None:
    title = "BREAKING: Who pays? “Ships wait.. and wait"
    story = replace(STORY, title=title)
    assert [one.number for one in look(title, story) if one.is_hard] == []
    assert {one.number for one in look(title, story)} >= {1, 4, 15}


@pytest.mark.parametrize("text", ["BREAKING: who pays?.. “Read more", "😀 #1 #1 ALL OF IT!"])
def test_style_is_the_persons_who_writes_by_hand(text: str) -> None:
    assert defects(Post(text, card=CARD), STORY, replace(SOLEMN, is_by_hand=True)) == ()


@pytest.mark.parametrize("text", ["The port&nbsp;is open.", "Aktauâ€™s port", f"See {URL}, now"])
def test_signs_that_nobody_types_on_purpose_are_seen_in_words_by_hand_too(text: str) -> None:
    assert defects(Post(text, card=CARD), STORY, About(now=NOW, is_by_hand=True))


FOR_US = ("x", "facebook", "threads", "bluesky", "mastodon", "linkedin", "telegram")


@pytest.mark.parametrize("kind", ["golden", "mechanical"])
@pytest.mark.parametrize("name", NAMES)
def test_the_posts_of_the_wording_show_no_defect(kind: str, name: str) -> None:
    story = composed(article(name))
    for network in FOR_US:
        styled = mark_words(tidy(parse(WORDING[kind][name][network])), address=story.url)
        card = None if story.url in styled.text else Card(story.url, story.title, story.dek)
        post = Post(styled.text, styled.marks, story.language, card)
        about = About(
            now=sent_at(story),
            is_correction=name == "en-corrected",
            is_solemn=name == "ru-accident",
            is_archive=name == "kk-city",
        )
        assert defects(post, story, about) == ()
