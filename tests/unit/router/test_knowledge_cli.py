"""What the knowledge's own commands say."""

from pathlib import Path

from typer.testing import CliRunner

from services.router.cli import app

RUN = CliRunner()


def test_what_ships_is_whole_and_its_parts_fit_each_other() -> None:
    result = RUN.invoke(app, ["knowledge", "check"])
    assert result.exit_code == 0, result.output
    assert "178 categories" in result.stdout


def test_a_category_is_shown_with_where_it_goes_and_how_people_put_it() -> None:
    result = RUN.invoke(app, ["knowledge", "show", "SU-KSN"])
    assert result.exit_code == 0
    assert "İSKİ" in result.stdout
    assert "urgent" in result.stdout
    assert len(result.stdout.splitlines()) > 8


def test_an_unknown_category_is_said_so() -> None:
    result = RUN.invoke(app, ["knowledge", "show", "XXX-YYY"])
    assert result.exit_code == 1
    assert "XXX-YYY" in result.stderr


def test_a_folder_without_knowledge_is_named(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["knowledge", "check", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert str(tmp_path / "bodies.yaml") in result.stderr


def test_a_category_is_shown_with_how_it_is_handled() -> None:
    shown = RUN.invoke(app, ["knowledge", "show", "KRM-PRS"]).stdout
    assert "only in writing" in shown
    assert "privacy wall: seen by teftis alone" in shown
    assert "consulted: İklim Değişikliği" in RUN.invoke(app, ["knowledge", "show", "ZAB-GRL"]).stdout
