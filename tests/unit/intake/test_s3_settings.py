"""The settings of the object store: all, none, or a start that says what is lacking."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.intake.attachments.s3_settings import S3Settings
from shared.storage import Bucket

WHOLE = {
    "BUCKET": "dosya",
    "ENDPOINT": "https://s3.example",
    "ACCESS_KEY": "istek",
    "SECRET_KEY": "sır-anahtar",
}


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> S3Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"ISTEK_ATTACHMENT_S3_{name}", value)
    return S3Settings()


def test_without_any_setting_there_is_no_object_store(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch).files() is None


@pytest.mark.parametrize("lacking", WHOLE)
def test_half_a_setting_ends_the_start_and_names_what_is_lacking(
    monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    rest = {name: value for name, value in WHOLE.items() if name != lacking}
    with pytest.raises(ValidationError, match=f"half set; ISTEK_ATTACHMENT_S3_{lacking}") as failure:
        settings(monkeypatch, **rest)
    assert WHOLE["SECRET_KEY"] not in str(failure.value)


def test_the_secret_may_be_in_a_file_but_not_in_both_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("from-file\n")
    rest = {name: value for name, value in WHOLE.items() if name != "SECRET_KEY"}
    found = settings(monkeypatch, **rest, SECRET_KEY_FILE=str(file))
    assert found.bucket_settings().secret_key == "from-file"
    with pytest.raises(ValidationError, match="not both"):
        settings(monkeypatch, SECRET_KEY=WHOLE["SECRET_KEY"])


def test_the_secret_is_in_no_text_of_settings_or_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, **WHOLE)
    assert WHOLE["SECRET_KEY"] not in f"{found!r} {found.bucket_settings()!r}"


def test_an_address_has_the_bucket_in_its_path_or_in_its_host() -> None:
    in_path = Bucket("dosya", "https://s3.example:9000/", "eu", "key", "secret")
    in_host = Bucket("dosya", "https://s3.example:9000/", "eu", "key", "secret", path_style=False)
    assert in_path.address == "https://s3.example:9000"
    assert in_host.address == "https://dosya.s3.example:9000"
