"""What a network's rules allow only with a person's approval is refused where the settings ask for none."""

import pytest

from adapters.tiktok import Tiktok
from bot.wiring import networks
from config.problems import SettingsError
from config.settings import Settings, load

_HEAD = """newsroom: {name: The Courier, zone: UTC}
sources: {main: {url: "https://courier.example/feed"}}
"""


def loaded(folder, text: str) -> Settings:
    path = folder / "jarshy.yaml"
    path.write_text(_HEAD + text)
    return load(path, {}, networks=networks({"tiktok": Tiktok}))


def account(more: str = "") -> str:
    return f"accounts: {{tt: {{network: tiktok, credentials: {{client_key: K, client_secret: S}}{more}}}}}\n"


@pytest.mark.parametrize(
    ("text", "at", "key"),
    [
        (account() + "channels:\n  tok:\n    account: tt\n    mode: direct\n", "7:11", "channels.tok.mode"),
        (
            account() + "channels:\n  tok:\n    account: tt\n    mode: direct\n    approval: never\n",
            "7:11",
            "channels.tok.mode",
        ),
        (account(", mode: direct") + "channels: {tok: {account: tt}}\n", "3:88", "accounts.tt.mode"),
        (
            "defaults: {approval: always}\n"
            + account()
            + "channels:\n  tok:\n    account: tt\n    approval: never\n    mode: direct\n",
            "9:11",
            "channels.tok.mode",
        ),
    ],
)
def test_a_direct_post_without_approval_is_refused_with_its_line_and_what_to_do(tmp_path, text, at, key):
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem == (
        f"{tmp_path / 'jarshy.yaml'}:{at}: {key} cannot be direct unless a person approves each post, as tiktok's "
        "rules want it: write approval: always at channels.tok, or leave mode out"
    )


@pytest.mark.parametrize(
    ("head", "channel", "asks"),
    [
        ("", "mode: direct, approval: always", "always"),
        ("defaults: {approval: always}\n", "mode: direct", "always"),
        ("", "mode: draft", "never"),
    ],
)
def test_what_is_approved_or_a_draft_is_taken(tmp_path, head, channel, asks):
    made = loaded(tmp_path, f"{head}{account()}channels: {{tok: {{account: tt, {channel}}}}}\n")
    assert made.channels[0].approval == asks
