from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.sla_monitor import cli
from shared.books import Books

run = CliRunner()


def test_a_deadline_is_printed_step_by_step() -> None:
    shown = run.invoke(cli.app, ["deadline", "--regime", "petition_3071", "--received", "2026-04-16"])
    assert shown.exit_code == 0
    assert "Yasal süre: 18 Mayıs 2026 Pazartesi, 23.59" in shown.stdout
    assert "Süre bu ilk iş gününe uzadı." in shown.stdout
    assert "Tatil olmasaydı: 16 Mayıs 2026 Cumartesi, 23.59" in shown.stdout
    assert "İç hedef: 24 Nisan 2026 Cuma, 17.00" in shown.stdout


def test_a_moment_that_is_none_is_named() -> None:
    shown = run.invoke(cli.app, ["deadline", "--regime", "petition_3071", "--received", "16.04.2026"])
    assert shown.exit_code == 2
    assert "--received" in shown.stderr


def test_a_wrong_policy_folder_is_named(tmp_path: Path) -> None:
    options = ["--regime", "petition_3071", "--received", "2026-04-16", "--policies", str(tmp_path)]
    shown = run.invoke(cli.app, ["deadline", *options])
    assert shown.exit_code == 2
    assert "legal.yaml: cannot be read" in shown.stderr


def test_a_day_before_any_policy_is_refused_in_one_line() -> None:
    shown = run.invoke(cli.app, ["deadline", "--regime", "petition_3071", "--received", "2020-01-01"])
    assert shown.exit_code == 2
    assert len(shown.stderr.strip().splitlines()) == 1


def test_unbalanced_books_name_what_is_missing_and_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    async def take(_settle_s: float) -> Books:
        return Books(3, {"assigned": 1, "received": 2}, ("a", "b"), ())

    monkeypatch.setattr(cli, "_take_books", take)
    shown = run.invoke(cli.app, ["books", "--names", "1"])
    assert shown.exit_code == 1
    assert shown.stdout.splitlines()[-3:] == [
        "missing  a",
        "missing  … and 1 more",
        "NOT balanced: missing 2, unknown 0",
    ]


def test_books_of_services_that_are_away_are_an_error_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISTEK_INTAKE_URL", "http://127.0.0.1:1")
    shown = run.invoke(cli.app, ["books"])
    assert shown.exit_code == 2
    assert "cannot be taken" in shown.stderr
