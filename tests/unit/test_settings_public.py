"""`media: public:` in the settings: one place, fetched by https, and what is wrong with it said with its place."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.keys import asked, naming, secrets_of
from bot.media.places import Folder, Shut
from bot.reloading import changes
from bot.wiring import newsroom, window
from config.public import PublicSettings
from config.settings import Settings, SettingsError, load
from tests.unit.test_settings import NETWORKS
from tests.unit.test_settings_cards import PLAIN

FOLDER = "address: 'https://media.courier.example/social/', folder: social"
BUCKET = "address: 'https://media.courier.example', bucket: courier, key_id: S3_ID, key: S3_KEY"


def settings(folder: Path, said: str, **more: Any) -> Settings:
    file = folder / "jarshy.yaml"
    file.write_text(f"{PLAIN}media: {{public: {{{said}}}}}\n" + "".join(f"{k}: {v}\n" for k, v in more.items()))
    return load(file, {}, networks=NETWORKS)


def secret(folder: Path, name: str, value: str) -> None:
    (folder / "secrets").mkdir(exist_ok=True)
    (folder / "secrets" / name).touch(mode=0o600)
    (folder / "secrets" / name).write_text(value)


def test_a_folder_stands_beside_the_settings_and_files_stay_a_day(tmp_path: Path) -> None:
    assert settings(tmp_path, FOLDER).public == PublicSettings(
        address="https://media.courier.example/social", folder=tmp_path / "social", keep=timedelta(days=1)
    )


def test_a_bucket_is_opened_by_secrets_that_are_asked_for_and_never_logged(tmp_path: Path) -> None:
    read = settings(tmp_path, f"{BUCKET}, endpoint: 'https://s3.example', region: kz, prefix: a/b, keep: 2h")
    assert read.public == PublicSettings(
        address="https://media.courier.example",
        bucket="courier",
        endpoint="https://s3.example",
        region="kz",
        prefix="a/b",
        key_id="S3_ID",
        key="S3_KEY",
        keep=timedelta(hours=2),
    )
    assert {"S3_ID", "S3_KEY"} <= asked(read).keys()
    secret(tmp_path, "S3_KEY", "the-very-key")
    assert "the-very-key" in secrets_of(read)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("address: 'https://m.example'", "public must name either a folder or a bucket"),
        (f"{BUCKET}, folder: x", "public must name either a folder or a bucket"),
        (
            "address: 'https://m.example', bucket: b",
            "public must have key_id and key (the names of secrets) if it is a",
        ),
        (
            "address: 'http://m.example', folder: x",
            "public.address must begin with https://: networks fetch from nowhere",
        ),
        ("address: 'https://m.example?a=b', folder: x", "public.address must be an address without ? and #"),
        ("address: m.example, folder: x", "public.address must be a web address that begins with"),
        (f"{FOLDER}, keep: 5m", "public.keep must be 1h or more"),
        (f"{FOLDER}, buckets: x", 'public.buckets is not a known key - did you mean "bucket"?'),
    ],
)
def test_what_no_network_would_fetch_from_is_said(tmp_path: Path, said: str, problem: str) -> None:
    with pytest.raises(SettingsError) as told:
        settings(tmp_path, said)
    assert f"media.{problem}" in told.value.problems[0]


def test_a_key_pasted_where_its_name_belongs_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as told:
        settings(tmp_path, BUCKET.replace("S3_KEY", "wJalrXUtnFEMI/K7MDENG"))
    assert "wJalr" not in str(told.value) + "".join(told.value.problems)


def test_the_place_is_opened_and_names_change_with_the_key(tmp_path: Path) -> None:
    read = settings(tmp_path, FOLDER)
    old, new = (base64.b64encode(each * 32).decode() for each in (b"o", b"n"))
    secret(tmp_path, "VAULT_KEY", old)
    made = window(read)
    assert made
    assert (type(made.place), made.address, made.lives) == (
        Folder,
        "https://media.courier.example/social",
        timedelta(1),
    )
    secret(tmp_path, "VAULT_KEY", f"{new}\n{old}")
    again = window(settings(tmp_path, FOLDER))
    assert again
    assert naming(read) == again.key != made.key


def test_a_key_of_the_storage_that_is_missing_is_for_a_person(tmp_path: Path) -> None:
    pytest.importorskip("obstore")
    read = settings(tmp_path, BUCKET)
    secret(tmp_path, "VAULT_KEY", base64.b64encode(b"v" * 32).decode())
    made = window(read)
    assert made
    with pytest.raises(Shut, match="S3_ID") as shut:
        made.place.put("a.jpg", b"", "image/jpeg").send(None)
    assert shut.value.needs_person


def test_a_reload_names_that_the_place_changed_and_not_how(tmp_path: Path) -> None:
    old, new = settings(tmp_path, FOLDER), settings(tmp_path, f"{FOLDER}, keep: 2h")
    assert changes(old, new, newsroom(old), newsroom(new)) == ["media"]
