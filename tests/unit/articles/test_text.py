import pytest

from bot.articles.clean import clean, credit_of
from bot.articles.html import blocks, headline, plain_blocks
from tests.unit.articles.given import entry, only

LEAD = "Aktau’s grain terminal has secured a loan of 48.6\u00a0billion tenge to double its capacity."
MORE = "Construction starts in March and should finish by autumn 2028, the operator said."
TEXT = f"<p>{LEAD}</p><p>{MORE}</p>"


@pytest.mark.parametrize(
    ("fragment", "texts"),
    [
        ("<p>One</p><p>Two <b>bold</b>er</p>", ["One", "Two bolder"]),
        ("One<br><br>Two", ["One", "Two"]),
        ("A line that was only<br>wrapped", ["A line that was only wrapped"]),
        ("<p>An <a>internship</a> from May to\nAugust", ["An internship from May to August"]),
        ("<div>One<p>Two</p>Three</div>", ["One", "Two", "Three"]),
        ("<ul><li>a<li>b</ul>", ["a", "b"]),
        ("First\n\nSecond\nline", ["First", "Second line"]),
        ("<p>Wrapped\nby the source</p>", ["Wrapped by the source"]),
        ("It&amp;#8217;s &amp;amp; &mdash; so &copy; R&D", ["It’s & — so © R&D"]),
        ("<p>So:</p><pre>let title: String</pre><p>Done.</p>", ["So:", "Done."]),
        ("a<script>alert(1)</script><style>p{}</style><iframe>x</iframe>b", ["ab"]),
        ('<p>a</p><blockquote class="twitter-tweet"><p>tweet</p></blockquote><p>b</p>', ["a", "b"]),
        ('<p>a <span style="display:none">hidden</span>b</p>', ["a b"]),
        ("<p><del>810</del> 180 clinics</p>", ["180 clinics"]),
        (
            "10<sup>6</sup> m<sup>2</sup> CO<sub>2</sub> 15<sup>th</sup> 5<sup><a href='#n'>1</a></sup>",
            ["10⁶ m² CO₂ 15th 5"],
        ),
        ("zero\u200bwidth \ufeffsoft\u00adhyphen", ["zerowidth softhyphen"]),
        ("31\u00a0400 tenge", ["31\u00a0400 tenge"]),
        ("The end.\u00a0Next", ["The end. Next"]),
        (
            "It ended in April.Previously, he won 5.5 at booking.com and Node.js",
            ["It ended in April. Previously, he won 5.5 at booking.com and Node.js"],
        ),
        ("See https://c.example/Some.Page now", ["See https://c.example/Some.Page now"]),
        ("<p>https://c.example/photo.jpg</p><p>a</p>", ["a"]),
        ("й\u0306 e\u0301", ["й\u0306 é"]),
        ("<p>★</p><p>* * *</p><p>a</p>", ["a"]),
        ("<!-- only -->", []),
        ("\x00\ud800a", ["a"]),
        ('<?xml version="1.0" encoding="utf-8"?>a', ["a"]),
        ("<b>" * 200 + "deep", ["deep"]),
    ],
)
def test_a_fragment_reads_as_its_paragraphs(fragment: str, texts: list[str]) -> None:
    assert [block.text for block in blocks(fragment) if block.kind != "image"] == texts


def test_text_without_markup_keeps_its_angle_brackets() -> None:
    assert [block.text for block in plain_blocks("if a < b then <c>\n\nnext")] == ["if a < b then <c>", "next"]


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("It&amp;#8217;s <b>bold</b> &amp; AT&T", "It’s bold & AT&T"),
        ("Vec<T> is a < b", "Vec<T> is a < b"),
        ("One<br>two", "One two"),
        ("&lt;i&gt;Ship&lt;/i&gt; sails", "Ship sails"),
    ],
)
def test_a_title_holds_no_markup(title: str, read: str) -> None:
    assert headline(title) == read


@pytest.mark.parametrize(
    ("summary", "content", "dek", "paragraphs"),
    [
        ("A dek that adds something.", TEXT, "A dek that adds something.", (LEAD, MORE)),
        (LEAD, TEXT, "", (LEAD, MORE)),
        (LEAD[:50] + "...", TEXT, "", (LEAD, MORE)),
        (LEAD[:50] + " [&#8230;]", TEXT, "", (LEAD, MORE)),
        ("Another beginning that was cut […]", TEXT, "", (LEAD, MORE)),
        ("“Another beginning that was cut…”", TEXT, "", (LEAD, MORE)),
        ("«Another beginning that was cut […]»", TEXT, "", (LEAD, MORE)),
        ("Another beginning that was cut… →", TEXT, "", (LEAD, MORE)),
        ("Another beginning that was cut... »", TEXT, "", (LEAD, MORE)),
        ("Another beginning that was cut [...].", TEXT, "", (LEAD, MORE)),
        ("Another beginning that was… The post Port appeared first on The Courier.", TEXT, "", (LEAD, MORE)),
        (
            "Whether “maybe…” is an answer he did not say.",
            TEXT,
            "Whether “maybe…” is an answer he did not say.",
            (LEAD, MORE),
        ),
        (LEAD, f"<p>ASTANA – {LEAD}</p><p>{MORE}</p>", "", (LEAD, MORE)),
        ("Port wins loan", TEXT, "", (LEAD, MORE)),
        (f"<p>{LEAD}</p><p>The post Port appeared first on The Courier.</p>", TEXT, "", (LEAD, MORE)),
        ("A dek.", "", "A dek.", ()),
        ("A dek. Here is the tweet:", TEXT, "A dek.", (LEAD, MORE)),
        (f"{LEAD} And then the operat…", "", "", (LEAD,)),
        (f"{LEAD} And then the operat <a href='/a'>Read more</a>", "", "", (LEAD,)),
        ("Nothing whole here […]", "", "", ()),
        (TEXT, "", "", (LEAD, MORE)),
        ("", f"<h2>Port wins loan</h2><p>{LEAD}</p>", "", (LEAD,)),
        ("", f"<p>Port wins loan!</p><p>{LEAD}</p>", "", (LEAD,)),
        ("", f"<p>{LEAD}</p><p>{MORE} It also […]</p>", "", (LEAD, MORE)),
        ("", f"<p>{LEAD}</p><blockquote>We are glad</blockquote>", "", (LEAD, "“We are glad”")),
        ("", f"<blockquote>{LEAD}</blockquote>", "", (LEAD,)),
    ],
)
def test_dek_and_text_are_told_apart(summary: str, content: str, dek: str, paragraphs: tuple[str, ...]) -> None:
    found = only(entry(summary=summary, content=content))
    assert (found.dek, found.paragraphs) == (dek, paragraphs)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("ASTANA – The bill passed.", "The bill passed."),
        ("АСТАНА — Президент подписал закон.", "Президент подписал закон."),
        ("ASTANA, Nov. 21 (Courier) — The bill passed.", "The bill passed."),
        ("АЛМАТЫ. 21 ноября. КУРЬЕР – Министр ответил.", "Министр ответил."),
        ("UST-KAMENOGORSK – A lake froze.", "A lake froze."),
        ("КНР — Крупнейший партнёр страны.", "КНР — Крупнейший партнёр страны."),
        ("ЕАЭС — экономический союз.", "ЕАЭС — экономический союз."),
        ("Astana – the capital – grows.", "Astana – the capital – grows."),
    ],
)
def test_a_dateline_is_taken_off_a_lead_and_a_subject_is_not(line: str, rest: str) -> None:
    assert clean((line,), "en").paragraphs == (rest,)


BOILERPLATE = [
    "Get $50 off with the code ‘MPU’.",
    "Sponsored by: Casper.",
    "Full transcript and show notes at courier.example.",
    "Sign up via the website or subscribe to our Telegram channel.",
    "Subscribe to our newsletter!",
    "Follow us on Instagram.",
    "To read this article in full, please click here",
    "© 2026 The Courier.",
    "Read more: Port wins loan",
    "Read also: Another story",
    "The post Port wins loan appeared first on The Courier.",
    "Continue reading on Medium »",
    "All rights reserved.",
    "Photo credit: The Courier",
    "Photo by Timur Akhmet",
    "3 min read",
    "Подписывайтесь на наш Telegram-канал!",
    "Читайте также: Порт получил кредит",
    "Подробнее: на сайте",
    "Нашли ошибку? Выделите текст и нажмите Ctrl+Enter.",
    "Все права защищены.",
    "Фото: Тимур Ахмет",
    "Telegram арнамызға жазылыңыз!",
    "Тағы оқыңыз: Порт несие алды",
    "Толығырақ оқу",
    "Барлық құқықтар қорғалған.",
    "Сурет: Тимур Ахмет",
]


@pytest.mark.parametrize("line", BOILERPLATE)
def test_boilerplate_is_dropped_as_a_paragraph_and_within_one(line: str) -> None:
    assert clean((LEAD, line, MORE), "en").paragraphs == (LEAD, MORE)
    within = clean((f"{LEAD} {line}", MORE), "en").paragraphs
    assert within in ((LEAD, MORE), (MORE,))


def test_a_summary_that_also_promotes_keeps_the_story() -> None:
    found = only(entry(summary=f"{LEAD} Follow us on Telegram for more news."))
    assert (found.dek, found.paragraphs) == (LEAD, ())
    assert only(entry(summary="Follow us on Telegram for more news.")).dek == ""


@pytest.mark.parametrize(
    "line",
    [
        "Residents can sign up for the vaccine on a government site.",
        "Subscribers to the port’s bonds earned 12 percent.",
        "Read more books, the minister told schools.",
        "Photo by photo, the archive tells the story of a lake.",
        "The minister shared photos of the site.",
        "Correction officers met in Astana.",
        "Corrections in the budget reached 3 percent.",
        "Corrected exam papers went to 40 schools.",
        "Correcting the name of the street took a year.",
        "Уточнение бюджета прошло в мажилисе.",
        "Исправления в бюджет: депутаты добавили 5 миллиардов.",
        "Уточнение на рынке: цена нефти упала.",
        "Уточнение (корректировка) бюджета пройдёт в мажилисе.",
        "Түзету (пробация) қызметі 12 адамды босатты.",
        "Corrections to the tax code: what changes in March.",
        "Correction in the oil market: prices fell by 10 percent.",
        "Corrected for inflation: wages fell by 2 percent.",
        "Corrected to reflect inflation, wages fell by 2 percent.",
        "Correction (a fall of 10 percent) hit the market.",
        "Correction The market needed has come.",
        "Уточнения В правительстве ждут до марта.",
        "An earlier version of this rocket exploded in May.",
        "В первой версии законопроекта штраф был выше.",
        "Correction Facility 12 stands empty.",
        "Correction on Wall Street wipes out 2 trillion dollars.",
        "Corrections 26 officers were hurt in a riot.",
        "Corrected 2026 figures show growth.",
        "Исправление ошибок в базе займёт год: так решил суд.",
        "Editor’s note: the author owns shares in the port.",
        "Correction of the deficit: what a year of saving brought.",
        "Correction in December 2026: prices may fall by 10 percent.",
        "Correction 2026: what banks expect.",
        "Correction at 3 percent: what the bank expects.",
        "Correction Friday: Wall Street falls.",
        "Correction, May said: never.",
        "Corrected on Monday, the figure fell again.",
        "Уточнение 2026 года: бюджет вырос.",
        "Уточнение бюджета от 3 декабря 2026 года: депутаты добавили 5 миллиардов.",
        "2026 жылғы түзету: бюджет өсті.",
        "3 желтоқсанда түзету мекемесі: 12 адам босатылды.",
        "Реклама вырастет на 5%, сказал министр.",
        "Фотографии показали в музее.",
        "Сурет көрмесі ашылды.",
    ],
)
def test_news_that_only_sounds_like_boilerplate_stays(line: str) -> None:
    assert clean((line,), "en").paragraphs == (line,)


@pytest.mark.parametrize(
    ("line", "credit", "rest"),
    [
        ("Photo credit: The Courier", "The Courier", ""),
        ("Photo: A. Ivanov / Reuters", "A. Ivanov / Reuters", ""),
        ("Deputies vote. Photo: Timur Akhmet / TSC", "Timur Akhmet / TSC", "Deputies vote."),
        ("A man walks (Photo: John Roe) in Astana.", "John Roe", "A man walks in Astana."),
        ("A Reuters/Ipsos poll (Reuters) found it.", "", "A Reuters/Ipsos poll (Reuters) found it."),
        ("Фото: пресс-служба", "пресс-служба", ""),
        ("Сурет: Асхат Нұрлан", "Асхат Нұрлан", ""),
        ("A lake.", "", "A lake."),
    ],
)
def test_a_credit_is_parted_from_its_line(line: str, credit: str, rest: str) -> None:
    assert credit_of(line) == (credit, rest)


@pytest.mark.parametrize(
    ("line", "correction"),
    [
        ("Correction: 180 clinics, not 810.", "180 clinics, not 810."),
        ("CORRECTION (Nov. 19): 180 clinics.", "180 clinics."),
        ("Corrected: 180 clinics.", "180 clinics."),
        ("Исправление от 21 ноября: верно 180.", "верно 180."),
        ("Уточнение. Клиник будет 180.", "Клиник будет 180."),
        ("Түзету: 180 емхана.", "180 емхана."),
        ("This story has been corrected to say 180.", "This story has been corrected to say 180."),
        ("Corrected on Monday to say 180 clinics.", "Corrected on Monday to say 180 clinics."),
        ("(Corrects spelling of the minister's name.)", "(Corrects spelling of the minister’s name.)"),
        ("Correction The name of the minister is Dosan.", "The name of the minister is Dosan."),
        ("Clarification: the loan is in tenge.", "the loan is in tenge."),
        ("Correction appended: 180 clinics.", "180 clinics."),
        ("(Corrects paragraph 2 to show 180.)", "(Corrects paragraph 2 to show 180.)"),
        ("A previous version of this article said 810.", "A previous version of this article said 810."),
        ("Поправка: верно 180.", "верно 180."),
        ("Материал исправлен: верно 180.", "Материал исправлен: верно 180."),
        ("Қате түзетілді: 180 емхана.", "180 емхана."),
        ("Бұған дейінгі нұсқада 810 деп жазылған.", "Бұған дейінгі нұсқада 810 деп жазылған."),
        ("Correction to the headline: 180 clinics.", "180 clinics."),
        ("Исправление в третьем абзаце: верно 180.", "верно 180."),
        ("Уточнение (добавлено в 15:30) Клиник будет 180.", "Клиник будет 180."),
        ("Уточнено: клиник будет 180.", "клиник будет 180."),
        ("Түзету енгізілді: 180 емхана.", "180 емхана."),
        ("Correction on 26 November: 180 clinics.", "180 clinics."),
        ("Correction 26/11/2026: 180 clinics.", "180 clinics."),
        ("Correction added on 26 November 2026: 180 clinics.", "180 clinics."),
        ("Correction and clarification: 180 clinics.", "180 clinics."),
        ("Correction/Clarification: 180 clinics.", "180 clinics."),
        ("Corrections & clarifications: 180 clinics.", "180 clinics."),
        ("Corrected at 14:30: 180 clinics.", "180 clinics."),
        ("Corrected 26 November to say 180 clinics.", "Corrected 26 November to say 180 clinics."),
        ("Corrected the sum in the second paragraph.", "Corrected the sum in the second paragraph."),
        ("Исправление редакции: верно 180.", "верно 180."),
        ("Уточнение редакции от 26 ноября: верно 180.", "верно 180."),
        ("Уточнение от 3 декабря 2026 года: верно 180.", "верно 180."),
        ("Исправление от четверга, 3 декабря, 15:30: верно 180.", "верно 180."),
        ("Исправлено 3 декабря 2026 г. в 15:30: верно 180.", "верно 180."),
        ("Внесено исправление 3 декабря: верно 180.", "верно 180."),
        ("Corrected on Dec. 3, 2026, to say 180.", "Corrected on Dec. 3, 2026, to say 180."),
        ("Corrected Dec. 3 to say 180.", "Corrected Dec. 3 to say 180."),
        ("Corrected Thursday to say 180.", "Corrected Thursday to say 180."),
        ("Corrected on Thursday, December 3rd, to say 180.", "Corrected on Thursday, December 3rd, to say 180."),
        ("Correction, Thursday: 180 clinics.", "180 clinics."),
        ("Correction on Thursday, Dec. 3: 180 clinics.", "180 clinics."),
        ("Correction, 3 p.m. ET Thursday: 180 clinics.", "180 clinics."),
        ("Correction, Dec. 3, 2026, at 3:15 p.m.: 180 clinics.", "180 clinics."),
        ("Correction — Dec. 3, 2026: 180 clinics.", "180 clinics."),
        ("Correction 2026-12-03: 180 clinics.", "180 clinics."),
        ("Dec. 3, 2026: This story was corrected to say 180.", "Dec. 3, 2026: This story was corrected to say 180."),
        ("Editor’s note: This story was corrected to say 180.", "Editor’s note: This story was corrected to say 180."),
        ("Editor’s note, Dec. 3: Correction: 180 clinics.", "180 clinics."),
        ("От редакции: в предыдущей версии текста было 810.", "От редакции: в предыдущей версии текста было 810."),
        ("Түзету, 2026 жылғы 3 желтоқсан: 180 емхана.", "180 емхана."),
        ("Түзету, бейсенбі, 3 желтоқсан: 180 емхана.", "180 емхана."),
        ("2026 жылғы 3 желтоқсандағы түзету: 180 емхана.", "180 емхана."),
    ],
)
def test_a_correction_line_is_a_field_and_no_paragraph(line: str, correction: str) -> None:
    found = only(entry(content=f"{TEXT}<p>{line}</p>"))
    assert (found.correction, found.paragraphs) == (correction, (LEAD, MORE))
    as_dek = only(entry(summary=line, content=TEXT))
    assert (as_dek.correction, as_dek.dek) == (correction, "")


@pytest.mark.parametrize(
    "content",
    [
        f"{TEXT}<blockquote>Correction: 180 clinics, not 810.</blockquote>",
        f"{TEXT}<aside><p>Correction: 180 clinics, not 810.</p></aside>",
        f"<aside><h4>Correction</h4><p>180 clinics, not 810.</p></aside>{TEXT}",
        f"{TEXT}<aside><h4>Correction</h4><p>180 clinics, not 810.</p></aside>",
        f"{LEAD}\n\n{MORE}\nCorrection: 180 clinics, not 810.",
        f"{LEAD}\n\n{MORE}\n<b>Correction:</b> 180 clinics, not 810.",
        f"{LEAD}\nCorrection: 180 clinics,\nnot 810.\n{MORE}",
    ],
)
def test_a_correction_is_known_wherever_a_site_puts_it(content: str) -> None:
    found = only(entry(content=content))
    assert (found.correction, found.paragraphs) == ("180 clinics, not 810.", (LEAD, MORE))


@pytest.mark.parametrize(
    "content",
    [
        "The inmate was moved by the Department of\nCorrections. The warden said that nobody was hurt.",
        "Спорная\nпоправка — о запрете рекламы — была отклонена депутатами.",
        "Других данных нет. Это\nуточнение. Его внёс министр.",
        f"{TEXT}<aside><h3>Corrections</h3><p>If you spot a mistake, write to us at the desk.</p></aside>",
        f"{TEXT}<aside><h4>Correction</h4><ul><li><a href='/a'>Another story’s sum</a></li></ul></aside>",
        f'{TEXT}<aside class="newsletter"><h4>Correction</h4><p>180 clinics, not 810.</p></aside>',
        f"<p>{LEAD}</p><blockquote>Correction: the flight leaves at six, the airline wrote.</blockquote><p>{MORE}</p>",
    ],
)
def test_what_only_looks_like_a_correction_is_none(content: str) -> None:
    assert only(entry(content=content)).correction == ""


@pytest.mark.parametrize(
    ("summary", "dek"),
    [
        ("The minister spoke. “We shall see…”", "The minister spoke. “We shall see…”"),
        ("The minister spoke. “We shall […]”", ""),
    ],
)
def test_a_quotation_that_trails_off_is_no_cut(summary: str, dek: str) -> None:
    assert only(entry(summary=summary, content=TEXT)).dek == dek


@pytest.mark.parametrize("sign", [".", "...»", "… ", "\n", "[…]"])
def test_a_hostile_run_of_signs_is_read_like_any_other(sign: str) -> None:
    """Without a bound on what may stand behind the dots this would take an hour."""
    found = only(entry(summary=f"A dek.{sign * 30_000}x", content=TEXT))
    assert found.paragraphs == (LEAD, MORE)


def test_what_else_a_site_sets_beside_a_text_is_no_part_of_it() -> None:
    found = only(entry(content=f"{TEXT}<aside>Correction facility 12 stands empty.</aside>"))
    assert (found.correction, found.paragraphs) == ("", (LEAD, MORE))


def test_a_heading_of_a_whole_text_announces_no_correction() -> None:
    for heading in ("<h2>Исправление</h2>", "<p>Corrections</p>"):
        found = only(entry(content=f"{heading}{TEXT}"))
        assert (found.correction, found.paragraphs) == ("", (LEAD, MORE))


def test_a_heading_passes_over_what_belongs_to_the_page() -> None:
    page = "<p>Photo: Ivan Petrov</p><p>Subscribe to our newsletter.</p><p>Correction: the sum is 5.</p>"
    found = only(entry(content=f"{TEXT}<p>Correction</p>{page}"))
    assert (found.correction, found.paragraphs) == ("the sum is 5.", (LEAD, MORE))


@pytest.mark.parametrize(
    "heading",
    [
        "CORRECTION",
        "Correction (Nov. 19):",
        "Correction, Thursday, Dec. 3",
        "Исправление от 3 декабря 2026 года",
        "Түзету енгізілді",
    ],
)
def test_a_heading_alone_announces_the_next_line(heading: str) -> None:
    for line in (f"<p><strong>{heading}</strong></p>", f"<h3>{heading}</h3>"):
        found = only(entry(content=f"{TEXT}{line}<p>180 clinics, not 810.</p>"))
        assert (found.correction, found.paragraphs) == ("180 clinics, not 810.", (LEAD, MORE))


@pytest.mark.parametrize(
    "stamp", ["Updated 11/28/17: ", "UPD. 13:40 ", "Обновлено в 13:40: ", "Updated at 5:30 p.m. — "]
)
def test_a_lead_loses_the_stamp_of_its_latest_change(stamp: str) -> None:
    assert only(entry("Port", content=f"<p>{stamp}{MORE}</p>")).paragraphs == (MORE,)


@pytest.mark.parametrize("lead", ["Updated rules come with the code of conduct.", "Code is in use with the code base."])
def test_a_lead_that_only_looks_like_one_is_kept(lead: str) -> None:
    assert only(entry("Port", content=f"<p>{lead}</p>")).paragraphs == (lead,)
