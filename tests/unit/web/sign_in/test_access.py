from pathlib import Path

import pytest

from shared.datafiles import DataFileError
from shared.web.sign_in.access import TABLE, Area, has_one_of, load_access

ACCESS = load_access()


def test_what_the_provider_says_becomes_roles_of_the_house_and_the_rest_is_passed_over() -> None:
    said = ["istek-triage", "istek-directorate-fen", "istek-directorate-yok", "offline_access", "triage"]
    assert ACCESS.roles_of(said) == {"triage", "directorate:fen"}


def test_the_desk_is_decided_at_by_triage_and_only_read_by_auditors() -> None:
    assert has_one_of(frozenset({"triage"}), ACCESS.needed(Area.DESK, acting=True))
    assert has_one_of(frozenset({"auditor"}), ACCESS.needed(Area.DESK, acting=False))
    assert not has_one_of(frozenset({"auditor"}), ACCESS.needed(Area.DESK, acting=True))
    assert not has_one_of(frozenset(), ACCESS.needed(Area.DESK, acting=False))


def test_any_directorate_sees_the_console_and_none_changes_it() -> None:
    fen = frozenset({"directorate:fen"})
    assert has_one_of(fen, ACCESS.needed(Area.CONSOLE, acting=False))
    assert not has_one_of(fen, ACCESS.needed(Area.CONSOLE, acting=True))


@pytest.mark.parametrize(
    ("there", "instead", "complaint"),
    [
        ("role: triage}", "role: boss}", r":\d+: roles\.2\.role: .*no role of the house"),
        (
            "istek-directorate-*, role",
            "istek-directorate, role",
            r":\d+: roles\.6: .*stands at the end of both",
        ),
        ("  calls:\n", "  phone:\n", r":\d+: areas\.phone"),
        ("    act: [triage, supervisor]", "    act: [ops]", r":\d+: areas\.desk: .*ops may act but not see"),
    ],
)
def test_a_wrong_table_is_refused_with_file_line_and_field(
    tmp_path: Path, there: str, instead: str, complaint: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert there in text
    path = tmp_path / "access.yaml"
    path.write_text(text.replace(there, instead, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=complaint):
        load_access(path)


def test_an_area_that_nobody_may_enter_is_a_mistake_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    text = TABLE.read_text(encoding="utf-8")
    path.write_text(text[: text.index("  console:")], encoding="utf-8")
    with pytest.raises(DataFileError, match="nothing says who may enter console"):
        load_access(path)
