"""What the command line says in English stands on the desk in the reader's language, with buttons for its commands."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.room import RefusedVerb
from bot.desk.here import sentence
from bot.desk.tongues import tongue_of
from bot.model import Article, Kind, Reason, State
from bot.networks import adapters
from bot.rules.alert_facts import story_revised
from bot.rules.alert_words import name_of, parts
from bot.rules.alerts import Alert, Cause
from bot.rules.sentences import SENTENCES
from bot.rules.why import why
from bot.tongue import without_commands
from tests.unit.alert_table import EXAMPLES
from tests.unit.why_table import SEEN, WAITS, delivery
from tests.words import FOREIGN, of_networks

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAMES = re.compile(
    r"https?://\S+|“[^”]*”|«[^»]*»|`[^`]*`|Jarshy|Telegram|AUDIT_KEY|UTC|telegram-\w+|aigul|courier\S*|\b(?:tg|fb|main)\b|x-en|guid|NFC|[\w.]+\.html"
)
"""What is a name, or quoted, in any language."""
ENGLISH = re.compile(r"[A-Za-z]{2,}")
AT = "https://video.example/watch?v=abc"
OURS = {
    Reason.APPROVAL: "a solemn story",
    Reason.SENT: "without its photo: Telegram takes none from us",
    Reason.PICTURE_REFUSED: "without its photo: Telegram refused it (400)",
    Reason.SUPERSEDED: "delivery 9 changes the same post, and is newer",
    Reason.DEFECT: "it says the same twice: “The port opens on Monday.”",
    Reason.EXPIRED: "nobody approved it",
    Reason.FIRST_RUN: "for this channel",
    Reason.LONG_AWAY: "9 days",
    Reason.TOO_OLD: "31 h",
    Reason.KEYWORD: "none of “casino”",
    Reason.SECTION: "none given",
    Reason.TOO_LONG: "text 412 of 300",
}
"""Details in our own words; others are a network's or a feed's."""


def english(said):
    return ENGLISH.findall(NAMES.sub("", said))


def told(language, state, reason, kind=Kind.POST, **seen):
    detail = OURS.get(reason, "cli:aigul" if "{who}" in SENTENCES[state, reason].stands else "")
    return why(replace(delivery(state, reason, kind), detail=detail), replace(SEEN, **seen), tongue_of(language))


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("pair", SENTENCES)
def test_each_way_to_stand_is_said_in_the_readers_language(pair, kind, language):
    said = told(language, *pair, kind)
    assert english(said) == []
    assert not re.search(r"[{}`]|  |\(\)|\( | \)|,,| [;.,:]", said), said
    assert said[0].isupper()
    assert said.endswith(".")


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("what", WAITS)
def test_what_holds_back_a_channel_is_said_in_the_readers_language(what, language):
    said = told(
        language, State.DUE, Reason.PLANNED, **WAITS[what] | ({"stopped_why": "401"} if "access" in what else {})
    )
    assert english(said) == []


@pytest.mark.parametrize("pair", SENTENCES)
def test_the_desk_names_no_commands_in_english_either(pair):
    said = told("en", *pair)
    assert "`" not in said
    assert said.removesuffix(".").split(";")[0] in why(replace(delivery(*pair), detail=_detail(pair)), SEEN)


def _detail(pair):
    return OURS.get(pair[1], "cli:aigul" if "{who}" in SENTENCES[pair].stands else "")


@pytest.mark.parametrize("language", FOREIGN)
def test_what_became_of_a_film_that_was_taken_is_said_in_the_readers_language(language):
    said = [each for each, _ in of_networks()]
    plain = [each for each in said if "{" not in each]
    theirs = {"Studio", "Bot", "API", "Google"} | {each.spec.title for each in adapters().values()}
    for detail in [each.format(why=why_, address=AT, code="-") for each in said for why_ in plain]:
        stands = replace(delivery(State.HELD, Reason.REFUSED), detail=detail)
        assert not {*english(why(stands, SEEN, tongue_of(language)))} - theirs, detail


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("cancel cli:aigul", "aigul просит отменить, если пост ещё не вышел"),
        ("hold cli:aigul\ncancel cli:dana", "если пост ещё не вышел, вместо просьбы отменить (dana)"),
    ],
)
def test_a_wish_is_said_in_the_readers_language(wish, said):
    stands = replace(delivery(State.UNKNOWN, Reason.LEFT_SENDING), wish=wish)
    assert said in why(stands, SEEN, tongue_of("ru"))


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("14:32", "сағат 14:32-де"),
        ("14:30", "сағат 14:30-да"),
        ("14:35", "сағат 14:35-те"),
        ("14:40", "сағат 14:40-та"),
        ("14:00", "сағат 14:00-те"),
        ("00:00", "сағат 00:00-де"),
        ("20:06", "сағат 20:06-да"),
    ],
)
def test_a_kazakh_time_ends_as_it_is_read(clock, said):
    at = NOON.replace(hour=int(clock[:2]), minute=int(clock[3:]))
    assert tongue_of("kk").at(at, NOON) == said


@pytest.mark.parametrize(
    ("language", "said", "length"),
    [("ru", "23 ноября в 14:32", "5 минут"), ("kk", "23 қараша күні сағат 14:32-де", "5 минут")],
)
def test_a_moment_of_another_day_and_a_length_are_said_as_the_language_has_it(language, said, length):
    tongue = tongue_of(language)
    assert tongue.at(NOON + timedelta(days=1, hours=2, minutes=32), NOON) == said
    assert tongue.span(timedelta(minutes=5)) == length


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("cause", Cause)
def test_each_alert_is_said_in_the_readers_language(cause, language):
    scope, fact = EXAMPLES[cause]
    shown = parts(Alert(1, cause, scope, fact.what, fact.fix, NOON, None), tongue_of(language))
    for each in (shown.what.partition(": ")[0] if cause in FOREIGN_WORDS else shown.what, shown.we, shown.you):
        assert english(each.replace(name_of(scope), "")) == [], each
        assert "{" not in each


@pytest.mark.parametrize("title", ["", "Port", "The port: a loan (“big”)"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "татья{title} изменилась после выхода (tg, x): 810"),
        ("kk", "tg, x арнасында шыққаннан кейін{title} мақала"),
    ],
)
def test_each_language_names_the_channels_of_a_changed_article_in_its_own_place(language, said, title):
    post = replace(delivery(State.DONE, Reason.SENT), channel="tg, x")
    fact = story_revised(post, Article(title, AT) if title else None, "810 became 180")
    named = f" “{title}”" if title else ""
    assert said.format(title=named) in tongue_of(language).recall(fact.what)


FOREIGN_WORDS = {
    Cause.ACCOUNT_STOPPED,
    Cause.CHANNEL_STOPPED,
    Cause.NETWORK_FAILING,
    Cause.DELIVERY_HELD,
    Cause.DELIVERY_WAITS,
    Cause.STORY_REVISED,
    Cause.SOURCE_FAILING,
    Cause.TEMPLATE_REFUSED,
    Cause.SETTINGS_REFUSED,
    Cause.SEAL_FAILS,
    Cause.AUDIT_BROKEN,
}
"""Whose facts end in a network's, a program's or a file's own words."""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("delivery 7 cannot be held: it is out; `why 7` says more", "Пост №7 задержать нельзя: вышло."),
        ("delivery 7 waits for approval: `approve 7`", "Пост №7 ждёт одобрения."),
        (
            "you wrote this or a part of it, and x-en asks for four eyes: a colleague who did not has to `approve 7`",
            "Это или часть этого написали вы, а на канале x-en одобряет другой человек.",
        ),
        (
            "nothing is planned for 22 December, 14:30, that is more than 7 days ahead",
            "На 22 декабря, 14:30 ничего не планируется: это дальше чем 7 дней вперёд.",
        ),
        (
            "this story is from May 2025: if it still holds, `mark s --still-valid`, then `release 7`",
            "Этот материал давний (май 2025); если он ещё верен, сначала подтвердите это.",
        ),
        ("the text is too long for X: 412 of 300", "Слишком длинно для X (длина текста): 412 из 300."),
        (
            "the text is too long for X: 5200 of 5000",
            "Слишком длинно для X (длина текста): 5\N{NBSP}200 из 5\N{NBSP}000.",
        ),
        (
            "the reason is too long: 1200 signs of 1000",
            "Причина слишком длинная, знаков: 1\N{NBSP}200 из 1\N{NBSP}000.",
        ),
        ("words nobody has put into Russian", "Words nobody has put into Russian."),
    ],
)
def test_a_refusal_is_said_in_the_readers_language(error, said):
    assert sentence(RefusedVerb(error), tongue_of("ru")) == said


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("it is out; `why 7` says more", "it is out"),
        ("delivery 7 waits for approval: `approve 7`", "delivery 7 waits for approval"),
        ("`unhush` ends it", "`unhush` ends it"),
    ],
)
def test_what_is_said_of_commands_is_left_out(said, left):
    assert without_commands(said) == left


def test_lengths_are_written_as_the_reader_s_language_does():
    held = replace(delivery(State.HELD, Reason.TOO_LONG), detail="text 63206 of 5000")
    assert "63,206 of 5,000" in why(held, SEEN, tongue_of("en"))
    assert "63\N{NBSP}206 из 5\N{NBSP}000" in why(held, SEEN, tongue_of("ru"))
    refused = RefusedVerb("the text is too long for X: 5200 of 5000")
    assert sentence(refused, tongue_of("en")) == "The text is too long for X: 5,200 of 5,000."


def test_what_a_network_measures_is_named_in_english_too():
    held = replace(delivery(State.HELD, Reason.TOO_LONG), detail="angle_brackets 8 of 0")
    assert "the signs < and >: 8 of 0" in why(held, SEEN, tongue_of("en"))
    assert tongue_of("en").recall("text 312 of 300; snake_case stays") == "text 312 of 300; snake_case stays"
