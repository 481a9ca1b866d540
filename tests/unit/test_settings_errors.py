"""Every mistake in jarshy.yaml is named with its place, all at once, and no secret is ever repeated."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from config.networks import Network, plain
from config.settings import SettingsError, load
from tests.unit.broken_settings import BROKEN, GOOD, NETWORKS, PASTED, loaded

_PIECE = PASTED[7:20]
_LONG = "EAABsbCS1iHgBAKZCq7ZB9xQ"


def refused(folder: Path, text: str, environ: dict[str, str] | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        loaded(folder, text, environ)
    assert not any(word in "\n".join((str(caught.value), *caught.value.shown)) for word in (_PIECE, _LONG, "sesame"))
    return caught.value


def problems(folder: Path, text: str, environ: dict[str, str] | None = None) -> tuple[str, ...]:
    return tuple(each.replace(f"{folder}/", "") for each in refused(folder, text, environ).problems)


def shown(folder: Path, text: str) -> str:
    return "\n".join(refused(folder, text).shown).replace(f"{folder}/", "")


@pytest.mark.parametrize(("right", "wrong", "sentence"), BROKEN, ids=[case[1].strip()[:40] for case in BROKEN])
def test_a_mistake_is_named_with_its_place(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    assert GOOD.count(right) >= 1
    before, _, after = GOOD.replace(right, wrong, 1).partition("§")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = problems(tmp_path, before + after)
    assert any(each.startswith(f"jarshy.yaml:{line}:{column}: ") and sentence in each for each in found), found


def test_the_line_is_shown_with_a_caret_under_the_place(tmp_path: Path) -> None:
    text = GOOD.replace("Asia/Almaty", "Asia/Almati").replace("gap: 2m", "gap: 2")
    assert shown(tmp_path, text) == (
        "jarshy.yaml:3:9: newsroom.zone is not a time zone of the IANA list, such as Asia/Almaty"
        ' - did you mean "Asia/Almaty"?\n'
        "    zone: Asia/Almati\n"
        "          ^\n"
        "jarshy.yaml:27:10: channels.telegram-en.gap must be a duration, such as 60s, 5m, 6h or 1d"
        ' - did you mean "2s"?\n'
        "      gap: 2\n"
        "           ^"
    )


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD
    for right, wrong in (
        ("Asia/Almaty", "Mars/Base"),
        ("60s", "soon"),
        ("TELEGRAM_TOKEN", "telegram"),
        ("[main]", "[mian]"),
        ("gap: 90s", "gab: 90s"),
    ):
        text = text.replace(right, wrong, 1)
    found = problems(tmp_path, text)
    assert [each.split(": ")[0] for each in found] == [
        f"jarshy.yaml:{at}" for at in ("3:9", "10:11", "17:26", "26:15", "36:3")
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ("1:1: newsroom is missing", "1:1: sources is missing")),
        ("# newsroom:\n", ("1:1: newsroom is missing",)),
        ("- a\n- b\n", ("1:1: the file must be a block of keys",)),
        ("Steppe Courier\n", ("1:1: the file must be a block of keys",)),
        ("newsroom: {name: A, zone: UTC}\nsources: {}\n", ("2:1: sources must name at least one feed",)),
        ("newsroom: [\n", ("2:1: a value is missing here, or a bracket is too many",)),
        ("newsroom: !!set {a}\n", ("1:11: newsroom has a tag", "1:1: sources is missing")),
        ("? [a]\n: b\n", ("1:3: has a block or list where a key should be",)),
        ("a: " + "[" * 900, ("nested too deep",)),
        (
            "newsroom: x\nsources: 3\naccounts: [a]\nchannels: {c: d}\n",
            ("1:11: newsroom must", "2:10: sources must", "3:1: accounts must", "4:15: channels.c must"),
        ),
    ],
)
def test_a_file_of_another_shape_is_told_kindly(tmp_path: Path, text: str, told: tuple[str, ...]) -> None:
    found = "\n".join(problems(tmp_path, text))
    assert all(sentence in found for sentence in told), found


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.yaml: there is no such file"):
        load(tmp_path / "nowhere.yaml", {}, networks=NETWORKS)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("имя: Степь\n".encode("cp1251"), "1:1"),
        (b"newsroom:\r\n  name: Caf\xe9\r\n", "2:12"),
        ("newsroom:\n".encode("utf-16"), "1:1"),
        (b"\xef\xbb\xbfnewsroom: \xff", "1:11"),
    ],
)
def test_a_file_in_another_encoding_is_told_so(tmp_path: Path, content: bytes, place: str) -> None:
    path = tmp_path / "jarshy.yaml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=rf"jarshy.yaml:{place}: this is not UTF-8 text; save the file as UTF-8"):
        load(path, {}, networks=NETWORKS)


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the file cannot be read: Is a directory"):
        load(tmp_path, {}, networks=NETWORKS)


def test_references_to_references_do_not_fill_the_memory(tmp_path: Path) -> None:
    rows = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert "says more than can be meant" in problems(tmp_path, f"a0: &a0 x\n{rows}")[0]


def test_one_account_under_two_names_cannot_post_twice(tmp_path: Path) -> None:
    text = GOOD.replace(
        "channels:", "  tg2:\n    network: telegram\n    credentials: {token: TELEGRAM_TOKEN}\nchannels:"
    )
    text = text.replace("account: tg\n    chat: -1001234567", 'account: tg2\n    chat: "@courier"')
    assert any(
        "channels.telegram-kk posts to the same place as channels.telegram-en" in p for p in problems(tmp_path, text)
    )


def test_a_choice_does_not_make_another_place(tmp_path: Path) -> None:
    text = GOOD.replace("defaults:", "  fedi2:\n    account: fedi\n    visibility: public\ndefaults:")
    assert any("channels.fedi2 posts to the same place as channels.fedi" in p for p in problems(tmp_path, text))


def test_what_stands_in_no_block_that_could_be_read_is_said_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, GOOD.replace("sources:\n", "soruces:\n", 1))) == 2
    assert len(problems(tmp_path, GOOD.replace("zone: Asia/Almaty", "zone: !secret X", 1))) == 1
    assert len(problems(tmp_path, GOOD.replace("accounts:\n", "accounts: [tg]\nold:\n", 1))) == 2


# --- the environment ------------------------------------------------------------------------------------------------


def test_a_mistake_in_the_environment_names_its_variable(tmp_path: Path) -> None:
    environ = {
        "JARSHY_LISTEN": "here",
        "JARSHY_NEWSROOM__ZONE": "Mars/Base",
        "JARSHY_DEFAULTS__GPA": "60s",
        "JARSHY_ACCOUNTS": '{"tg": {"network": "telegram", "credentials": {"token": "sesame"}}}',
        "JARSHY_CHANNELS": "[sesame",
    }
    text = GOOD.replace("gap: 2m", "gap: 2")
    found = [each.split(" ")[:2] for each in problems(tmp_path, text, environ)]
    named = [second.rstrip(":") for first, second in found if first == "environment,"]
    assert named == sorted(environ)
    assert "jarshy.yaml:27:10:" in {first for first, _ in found}


# --- secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("TELEGRAM_TOKEN", "sesame", "credentials: {token: ******}"),
        ("TELEGRAM_TOKEN", "TELEGRAM_TOKEN, tokn: sesame", "credentials: {token: **************, tokn: ******}"),
        ("TELEGRAM_TOKEN}", 'T, t: "sesame"}  # sesame', "credentials: {token: *, t: ********}"),
        ("{token: TELEGRAM_TOKEN}", "\n      token: >\n        sesame", "token: *"),
        ("gap: 2m", "password: sesame", "password: ******"),
        ("gap: 2m", f"gap: {{{_LONG}: 2}}", f"gap: {{{'*' * len(_LONG)}: *}}"),
        ("gap: 2m", f"{_LONG}: 2\n    gap: 2", "gap: 2"),
        ("gap: 2m", "&sesame gap: 2", "******* ***: 2"),
        ("gap: 2m", "gap: 2 # sesame", "gap: 2"),
        ("gap: 2m", 'gap: "2\n     sesame', 'gap: "2'),
        ("gap: 2m", "gap: {password: sesame}", "gap: {password: ******}"),
        ('chat: "@courier"', f"chat: [{PASTED}]", f"chat: [{'*' * len(PASTED)}]"),
        ("chat: -1001234567", "chat: {a: abcd-efgh-ijkl-mnop}", "chat: {a: *******************}"),
        ("proxy:", "proxy: ftp://sesame", "proxy: ************"),
        ("https://courier.example/feed", "ftp://courier.example/?key=sesame", "url: *********************************"),
        ("token: TELEGRAM_TOKEN", "token: 'sesame'x", "credentials: {*****: *********}"),
        ("gap: 2m", "gap: \x1b[2J", "gap: ****"),
        ("gap: 2m", "gap: 2m: sesame", "gap: **: ******"),
    ],
)
def test_what_may_be_a_secret_is_shown_as_stars(tmp_path: Path, right: str, wrong: str, line: str) -> None:
    assert line in [each.strip() for each in shown(tmp_path, GOOD.replace(right, wrong, 1)).splitlines()]


def test_a_key_of_both_a_place_and_its_secrets_is_shown_for_neither() -> None:
    class Both(BaseModel):
        token: str
        chat: str

    shown = plain({"chat": Network(Both, NETWORKS["telegram"].credentials)})
    assert {"chat", "gap"} <= shown
    assert not {"token", "credentials", "proxy"} & shown


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, len(GOOD)), st.sampled_from(["{}", " {} ", "{}: ", ": {}", "\n{}\n", "'{}'", "\t{}", "*{}", "!{} "])
)
def test_a_token_pasted_anywhere_is_never_repeated(tmp_path: Path, at: int, put: str) -> None:
    text = GOOD[:at] + put.format(PASTED) + GOOD[at:]
    with suppress(pytest.fail.Exception):  # in a comment or a name it does no harm
        refused(tmp_path, text.replace("gap: 90s", "gap: 90"))


# --- mutants --------------------------------------------------------------------------------------------------------

EXAMPLE = (Path(__file__).parents[2] / "config/jarshy.example.yaml").read_text(encoding="utf-8").splitlines()
SNIPPETS = [
    "",
    " ",
    ":",
    "- ",
    "&a ",
    "*a",
    "<<: *a",
    "!!set ",
    "{",
    "]",
    "'",
    "null",
    "2026-11-22",
    "1e9",
    "\t",
    "\u0000",
    "? ",
    "| ",
    "#",
]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), st.sampled_from(SNIPPETS)), min_size=1, max_size=3
    )
)
def test_no_mutant_of_the_file_crashes_the_reader(tmp_path: Path, cuts: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for at, length, put in cuts:
        text = text[:at] + put + text[at + length :]
    with suppress(SettingsError):
        loaded(tmp_path, text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_change_of_lines_crashes_the_reader(tmp_path: Path, data: st.DataObject) -> None:
    rows = list(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(rows) - 1))
        match data.draw(st.sampled_from(["delete", "double", "replace", "swap", "indent"])):
            case "delete":
                del rows[at]
            case "double":
                rows.insert(data.draw(st.integers(0, len(rows))), rows[at])
            case "replace":
                rows[at] = data.draw(st.sampled_from([*EXAMPLE, "x", "- y", "z: {", "a: *b", "\u2028: 1"]))
            case "swap":
                other = data.draw(st.integers(0, len(rows) - 1))
                rows[at], rows[other] = rows[other], rows[at]
            case _:
                rows[at] = " " * data.draw(st.integers(0, 6)) + rows[at].lstrip(" ")
    with suppress(SettingsError):
        loaded(tmp_path, "\n".join(rows))
