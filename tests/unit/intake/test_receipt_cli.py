import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from services.intake.receipts.printing import Paper, Printer
from services.intake.receipts.signing import load_or_create_keys
from tests.unit.intake.receipt_samples import RECEIPTS, STATEMENT, published, record


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    keys = load_or_create_keys(tmp_path / "secret", 2026)
    published(tmp_path, json.dumps(keys.jwks()))
    printer = Printer(keys, municipality="Beyoğlu Belediyesi", unit="Müdürlük")
    path = tmp_path / "receipt.pdf"
    path.write_bytes(printer.pdf(RECEIPTS.of(record()), STATEMENT, Paper.A5))
    return path


def verify(file: Path, keys: Path | str | None = None) -> Result:
    return CliRunner().invoke(
        app, ["verify-receipt", str(file), "--keys", str(keys or file.parent / "keys.json")]
    )


def test_a_genuine_receipt_is_confirmed_offline(pdf: Path) -> None:
    result = verify(pdf)
    assert result.exit_code == 0
    assert result.stdout.startswith("Geçerli\n")
    for words in (STATEMENT.number, "23 Kasım 2026 Pazartesi, 14.32", STATEMENT.subject):
        assert words in result.stdout


def test_a_changed_document_is_refused_with_what_was_signed(pdf: Path) -> None:
    pdf.write_bytes(pdf.read_bytes().replace(b"/Title", b"/Tilte", 1))
    result = verify(pdf)
    assert result.exit_code == 1
    assert result.stdout.startswith("Geçerli değil: belge değişmiş\n")
    for words in (STATEMENT.number, "23 Kasım 2026 Pazartesi, 14.32", STATEMENT.subject):
        assert words in result.stdout


def test_a_file_without_a_signature_and_foreign_keys_are_refused(pdf: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0 no receipt")
    assert verify(photo).exit_code == 1
    foreign = load_or_create_keys(tmp_path / "foreign", 2025)
    keys = tmp_path / "foreign.json"
    keys.write_text(json.dumps(foreign.jwks()))
    result = verify(pdf, keys)
    assert result.exit_code == 1
    assert STATEMENT.number not in result.stdout


@pytest.mark.parametrize("keys", ["missing.json", "http://127.0.0.1:1/keys.json", "http://[", "receipt.pdf"])
def test_what_cannot_be_checked_is_told_apart(pdf: Path, keys: str) -> None:
    result = verify(pdf, keys if keys.startswith("http") else pdf.parent / keys)
    assert result.exit_code == 2
    assert "Denetlenemedi" in result.stderr


def test_a_file_that_is_not_there_cannot_be_checked(pdf: Path) -> None:
    assert verify(pdf.parent / "other.pdf", pdf.parent / "keys.json").exit_code == 2


def test_the_key_is_renewed_and_old_receipts_stay_genuine(
    pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISTEK_INTAKE_RECEIPT_KEYS", str(tmp_path / "secret"))
    result = CliRunner().invoke(app, ["rotate-receipt-key"])
    assert result.exit_code == 0
    keys = load_or_create_keys(tmp_path / "secret", 2026)
    assert keys.key_id in result.stdout
    assert keys.key_id != "2026-1"
    published(tmp_path, json.dumps(keys.jwks()))
    assert verify(pdf).exit_code == 0
