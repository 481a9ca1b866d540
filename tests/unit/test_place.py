"""Where the database is: a file or a server, by an address that never shows what is secret."""

import sys
from pathlib import Path

import pytest

from bot.keys import secrets_of
from bot.store.engine import Store, StoreUnavailable, engine_at
from bot.store.migrate import BadDatabase, bring_up
from bot.store.place import NoPassword, Server, is_place, passwords_in, place_of
from config.settings import Settings, SettingsError, load
from tests.unit.engine import inline

LINES = "newsroom: {name: C, zone: Asia/Almaty}\nsources: {main: {url: 'https://courier.example/feed'}}\n"
HERE = "postgresql://jarshy@db.example:5433/news?sslmode=require"


@pytest.mark.parametrize(
    ("address", "shown", "secret"),
    [
        (HERE, "postgresql://jarshy@db.example:5433/news", []),
        ("postgresql:///news", "postgresql:///news", []),
        ("postgres://one,two:5433/news", "postgres://one,two:5433/news", []),
        ("postgresql://u:p%40ss@h/news", "postgresql://u@h/news", ["p%40ss", "p@ss"]),
        ("postgresql://u:a@b@h/news", "postgresql://u@h/news", ["a@b"]),
        ("postgresql://u@h/news?password=queried", "postgresql://u@h/news", ["queried"]),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str, secret: list[str]) -> None:
    there = place_of(address, Path("/home"))
    assert str(there) == shown
    assert sorted(passwords_in(there)) == sorted(secret)
    assert repr(there) == "Server()"


@pytest.mark.parametrize("said", ["mysql://h/news", "sqlite:///news.db", "postgresql://h", "postgresql://[::1/news"])
def test_what_is_neither_a_file_nor_such_an_address_is_refused(said: str) -> None:
    assert not is_place(said)


def settings(folder: Path, more: str, **environ: str) -> Settings:
    (folder / "jarshy.yaml").write_text(LINES + more)
    return load(folder / "jarshy.yaml", environ, networks={})


def test_a_file_stands_beside_the_settings_and_what_belongs_to_it_beside_it(tmp_path: Path) -> None:
    assert settings(tmp_path, "").store == tmp_path / "jarshy.db"
    found = settings(tmp_path, "store: there/news.db\n")
    assert (found.store, found.beside) == (tmp_path / "there" / "news.db", tmp_path / "there")
    assert settings(tmp_path, f"store: {HERE}\n").beside == tmp_path


def test_a_password_is_named_in_the_file_and_read_anew_each_time(tmp_path: Path) -> None:
    found = settings(
        tmp_path, f"store: {HERE}\nstore_password: DATABASE_PASSWORD\n", JARSHY_SECRET_DATABASE_PASSWORD="x1"
    )
    assert isinstance(found.store, Server)
    assert found.store.password
    assert found.store.password() == "x1"
    assert "x1" in secrets_of(found)
    missing = settings(tmp_path, f"store: {HERE}\nstore_password: DATABASE_PASSWORD\n").store
    assert isinstance(missing, Server)
    assert missing.password
    with pytest.raises(NoPassword, match="DATABASE_PASSWORD is missing"):
        missing.password()
    with pytest.raises(StoreUnavailable, match="DATABASE_PASSWORD is missing") as refused:
        bring_up(missing)
    assert refused.value.fix == "put the secret back"


def test_a_password_in_the_file_is_refused_and_one_in_the_environment_serves_and_is_struck_out(tmp_path: Path) -> None:
    written = "postgresql://jarshy:hush-hush@db.example/news"
    with pytest.raises(SettingsError, match=r"jarshy\.yaml:3:8: store must not carry a password") as refused:
        settings(tmp_path, f"store: {written}\n")
    assert "hush" not in str(refused.value)
    with pytest.raises(SettingsError, match=r"store must be a file, or a PostgreSQL database") as refused:
        settings(tmp_path, "store: mysql://jarshy:hush-hush@db.example/news\n")
    assert "hush" not in str(refused.value)
    found = settings(tmp_path, "", JARSHY_STORE=written)
    assert "hush-hush" in secrets_of(found)
    assert "hush" not in repr(found)


def test_a_missing_driver_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadDatabase, match=r"pip install 'jarshy\[postgres\]'"):
        bring_up(Server(HERE))


def test_an_engine_for_a_file_opens_nothing_before_it_is_asked(tmp_path: Path) -> None:
    Store(engine_at(tmp_path / "a.db"), inline).close()
    assert not (tmp_path / "a.db").exists()
