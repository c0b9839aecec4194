import re
import shutil
from pathlib import Path

import pytest

from services.sla_monitor.policies.loader import STANDARD, load_policies
from shared.contracts.vocabulary import Priority, Regime
from shared.datafiles import DataFileError
from tests.unit.sla_monitor.samples import NOON


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STANDARD, tmp_path / "policies"))


def change(file: Path, old: str, new: str) -> int:
    """Replace the first occurrence of `old` and return its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("name", ["standard", "demo"])
def test_the_folders_that_come_with_it_answer_every_question(name: str) -> None:
    policies = load_policies(STANDARD.with_name(name))
    for regime in Regime:
        assert policies.legal_for(regime, NOON.date()).regime is regime
    for priority in Priority:
        assert policies.internal_for(priority, NOON.date()).priority is priority


def test_demo_targets_do_not_touch_the_law() -> None:
    assert load_policies(STANDARD.with_name("demo")).legal == load_policies(STANDARD).legal


@pytest.mark.parametrize(
    ("file", "old", "new", "field"),
    [
        ("legal.yaml", "count: 30", "count: 0", "policies.0.period.count"),
        ("legal.yaml", "count: 15", "count: fifteen", "policies.1.period.count"),
        ("legal.yaml", "rolls: true", "rols: true", "policies.0.rols"),
        ("internal.yaml", "priority: urgent", "priority: someday", "policies.1.priority"),
        ("ladders.yaml", "share: 0.8", "share: -1", "internal.rungs.0.share"),
    ],
)
def test_a_wrong_value_is_named_by_file_line_and_field(
    folder: Path, file: str, old: str, new: str, field: str
) -> None:
    line = change(folder / file, old, new)
    with pytest.raises(DataFileError, match=rf"{re.escape(file)}:{line}: {re.escape(field)}: "):
        load_policies(folder)


def test_a_missing_field_is_named_at_the_line_of_its_entry(folder: Path) -> None:
    line = change(folder / "internal.yaml", "    title: acil, 60 dakika\n", "")
    with pytest.raises(
        DataFileError, match=rf"internal\.yaml:{line - 3}: policies\.0\.title: Field required"
    ):
        load_policies(folder)


def test_what_is_no_yaml_is_named_by_line(folder: Path) -> None:
    line = change(folder / "legal.yaml", "{count: 30,", "{count: 30,,")
    with pytest.raises(DataFileError, match=rf"legal\.yaml:{line}: is no YAML"):
        load_policies(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "ladders.yaml").unlink()
    with pytest.raises(DataFileError, match=r"ladders\.yaml: cannot be read"):
        load_policies(folder)


def test_a_regime_without_a_policy_is_refused(folder: Path) -> None:
    change(folder / "legal.yaml", "regime: data_subject_6698", "regime: petition_3071")
    with pytest.raises(DataFileError, match=r"legal\.yaml"):
        load_policies(folder)


def test_a_gap_between_two_versions_is_refused(folder: Path) -> None:
    entry = """
  - id: petition_3071
    version: "2"
    regime: petition_3071
    title: dilekçe, 20 gün
    basis: deneme
    valid_from: 2030-01-01
    period: {count: 20, unit: calendar_days}
"""
    file = folder / "legal.yaml"
    file.write_text(file.read_text(encoding="utf-8") + entry, encoding="utf-8")
    with pytest.raises(DataFileError, match="petition_3071@1: valid_to"):
        load_policies(folder)
    change(file, "valid_from: 2024-01-01", "valid_from: 2024-01-01\n    valid_to: 2029-12-31")
    assert len(load_policies(folder).legal) == 4


def test_a_ladder_that_does_not_rise_is_refused(folder: Path) -> None:
    change(folder / "ladders.yaml", "share: 1.25", "share: 0.5")
    with pytest.raises(DataFileError, match="each rung must come later"):
        load_policies(folder)
