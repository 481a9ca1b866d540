"""What jarshy.yaml may say about alerts."""

from pathlib import Path

import pytest

from config.settings import SettingsError, load
from tests.unit.broken_settings import GOOD, NETWORKS, PASTED, loaded

ALERTS = """\
alerts:
  - webhook: https://ops.example/in
    secret: OPS_SECRET
  - webhook: OPS_ADDRESS
    secret: OPS_SECRET
  - command: [/usr/local/bin/page, --now]
  - {channel: telegram-kk, witness: true}
  - channel: telegram-en
  - apprise: MAIL
  - apprise: MAIL
heartbeat_url: https://watch.example/beat
"""


def test_each_way_gets_the_name_people_read(tmp_path: Path) -> None:
    made = loaded(tmp_path, GOOD + ALERTS)
    assert [each.name for each in made.alerts] == [
        "webhook ops.example",
        "webhook OPS_ADDRESS",
        "command page",
        "channel telegram-kk",
        "channel telegram-en",
        "apprise MAIL",
        "apprise MAIL (2)",
    ]
    assert [each.name for each in made.alerts if each.is_witness] == ["channel telegram-kk"]
    assert [each.secrets for each in made.alerts][:2] == [("OPS_SECRET",), ("OPS_ADDRESS", "OPS_SECRET")]
    assert made.heartbeat_url == "https://watch.example/beat"


def test_a_channel_that_hears_alerts_gets_stories_only_if_it_lists_sources(tmp_path: Path) -> None:
    made = loaded(tmp_path, GOOD + ALERTS)
    assert [each.id for each in made.channels] == ["telegram-en", "fedi"]
    assert [each.id for each in made.alert_channels] == ["telegram-kk", "telegram-en"]


def test_a_channel_that_takes_no_words_alone_gets_no_alerts(tmp_path: Path) -> None:
    only_films = {**NETWORKS, "telegram": NETWORKS["telegram"]._replace(forms=("video",))}
    (tmp_path / "jarshy.yaml").write_text(GOOD + "alerts:\n  - channel: telegram-en\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="channel cannot get alerts: its network takes no post of words alone"):
        load(tmp_path / "jarshy.yaml", {}, networks=only_films)


def test_without_a_word_about_alerts_they_go_to_the_log(tmp_path: Path) -> None:
    made = loaded(tmp_path)
    assert (made.alerts, made.alert_channels, made.heartbeat_url) == ((), (), "")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("alerts: me  #!", "alerts must be a list"),
        ("alerts:\n  - {}  #!", "alerts must name exactly one of webhook, command, channel, apprise"),
        ("alerts:\n  - {channel: fedi, apprise: MAIL}  #!", "alerts must name exactly one of"),
        ("alerts:\n  - webhook: https://ops.example/  #!", "alerts must have a secret (the name of one)"),
        ("alerts:\n  - {channel: fedi, secret: OPS}  #!", "alerts must have a secret (the name of one)"),
        ("alerts:\n  - webhook: https://ops.example/\n    secret: me:word  #!", "alerts.secret must be the name of a"),
        ("alerts:\n  - webhook: ops.example  #!\n    secret: OPS", "alerts.webhook must be a web"),
        ("alerts:\n  - webhook: https://me:word@ops.example/  #!\n    secret: OPS", "alerts.webhook must be a web"),
        (
            "alerts:\n  - webhook: http://ops.lan:8080/  #!\n    secret: OPS",
            "alerts.webhook is at port 8080: list its host:port under allow_hosts",
        ),
        ("alerts:\n  - command: page --now  #!", "alerts.command must be a list"),
        ("alerts:\n  - command: []  #!", "alerts.command must not be empty"),
        ("alerts:\n  - channel: fedy  #!", 'alerts.channel names no channel - did you mean "fedi"?'),
        (f"alerts:\n  - apprise: tgram://{PASTED}/1  #!", "alerts.apprise must be the name of a secret"),
        ("alerts:\n  - {channel: fedi, witness: often}  #!", "alerts.witness must be true or false"),
        ("alerts:\n  - chanel: fedi  #!", 'alerts.chanel is not a known key - did you mean "channel"?'),
        ("heartbeat_url: soon  #!", "heartbeat_url must be a web address without a password in it, or the name of"),
        ("heartbeat_url: http://watch.lan:9000/  #!", "heartbeat_url is at port 9000"),
        ("defaults:\n  nothing_posted: 0s  #!", "defaults.nothing_posted must be longer than nothing"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path: Path, wrong: str, sentence: str) -> None:
    text = GOOD.replace("defaults:\n  gap: 90s\n", "") + wrong + "\n"
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text)
    found = [problem.replace(f"{tmp_path}/", "") for problem in caught.value.problems]
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "#!" in row)
    assert any(problem.startswith(f"jarshy.yaml:{line}:") and sentence in problem for problem in found), found
    assert not any(word in problem for problem in found for word in (PASTED, "me:word"))
