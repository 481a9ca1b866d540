"""Where the desk is, and whether there is one."""

from pathlib import Path

import pytest

from config.settings import SettingsError
from tests.unit.broken_settings import GOOD, loaded


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("", "http://127.0.0.1:8090"),
        ("listen: 0.0.0.0:80\n", "http://localhost:80"),
        ('listen: "[::1]:8090"\n', "http://[::1]:8090"),
        ("desk: {}\n", "http://127.0.0.1:8090"),
        ("desk: {address: https://Desk.courier.example/}\n", "https://desk.courier.example"),
        ("desk: {address: 'http://newsroom.lan:8090'}\n", "http://newsroom.lan:8090"),
        ("desk: {serve: false}\n", None),
        ("desk: {serve: false, address: https://desk.courier.example}\n", None),
    ],
)
def test_the_desk_is_at_its_address_or_where_the_daemon_listens(tmp_path: Path, said: str, address: str | None) -> None:
    text = GOOD.replace("listen: 127.0.0.1:8090\n", "") if said.startswith("listen") else GOOD
    assert loaded(tmp_path, text + said).desk == address


def test_the_environment_can_take_the_desk_away(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD, {"JARSHY_DESK__SERVE": "false"}).desk is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("desk: {serve: no}\n", "desk.serve must be true or false"),
        ("desk: {address: https://courier.example/desk}\n", "without a path"),
        ("desk: {address: desk.courier.example}\n", "must be a web address that begins with https:// or http://"),
        ("desk: {address: 'https://a:b@desk.courier.example'}\n", "must not carry a name or password"),
        ("desk: {adress: https://desk.courier.example}\n", 'did you mean "address"?'),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, said: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as e:
        loaded(tmp_path, GOOD + said)
    assert sentence in str(e.value)
