"""What the daemon is built from knows every secret there is."""

import base64
from pathlib import Path

from bot.keys import secrets_of
from config.settings import load


def test_a_proxy_s_password_is_secret_in_each_way_it_travels(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "jarshy.yaml"
    path.write_text("newsroom: {name: P, zone: Asia/Almaty}\nsources: {main: {url: 'https://p.example/f'}}\n")
    settings = load(path, {"JARSHY_PROXY": "http://aigul:p%40ss-word@proxy.example:3128"}, networks={})
    found = secrets_of(settings)
    assert {"p%40ss-word", "p@ss-word", base64.b64encode(b"aigul:p@ss-word").decode()} <= set(found)
