from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.intake.records import TimelineEntry
from services.intake.vault.retention import (
    Ending,
    RetentionTable,
    endings,
    is_due,
    load_retention,
    years_after,
)
from shared.contracts.registry import LIFECYCLE
from shared.contracts.vocabulary import Kind
from shared.datafiles import DataFileError

REQUEST, MATTER = UUID(int=1), UUID(int=2)
DAY = date(2024, 3, 1)
ONLY_PETITIONS = "{years: 1, kind: petition, action: erase_contact, basis: b}"


def table(*rules: dict[str, Any]) -> RetentionTable:
    rest = {"years": 2, "action": "erase_contact", "basis": "b"}
    return RetentionTable.model_validate(
        {"version": "1", "valid_from": "2024-01-01", "rules": [rest, *({**rest, **rule} for rule in rules)]}
    )


DECISION = {
    "chosen": {"category_code": "TEM-COP", "category_title": "Çöp", "body": "T", "confidence": 0.9},
    "priority": "normal",
    "threshold": 0.5,
    "rule": "r",
    "knowledge_version": "1",
    "model_version": "1",
    "inputs": {},
}
MORE: dict[str, dict[str, Any]] = {
    "assigned": {"state": "assigned", "department_name": "Temizlik", "decision": DECISION},
    "closed": {"state": "closed"},
}


def entry(name: str, sequence: int, matter: UUID | None = None) -> TimelineEntry:
    (model,) = [m for m in LIFECYCLE if name in m.ce_type]
    event = model.model_validate(
        {
            "request_id": matter or REQUEST,
            "sequence": sequence,
            # The evening before in London is the day itself in Istanbul.
            "occurred_at": datetime(2024, 2, 29, 21, 30, tzinfo=UTC),
            "actor": {"kind": "department", "id": "temizlik"},
            "cause_id": REQUEST,
            "summary": {
                "receipt_number": "BB-2026-0012345-L",
                "channel": "web",
                "kind": "request",
                "regime": "petition_3071",
                "priority": "normal",
                "subject": "Çöp",
                "applicant": {"named": False, "media": ["tracking_page"], "language": "tr"},
                "received_at": datetime(2024, 2, 1, tzinfo=UTC),
            },
            "previous_hash": "0" * 64,
            "hash": "0" * 64,
            "department": "temizlik",
            **MORE[name],
        }
    )
    return TimelineEntry(REQUEST, sequence, model.ce_type, event.model_dump_json(), matter=matter)


CLOSED = (entry("assigned", 1), entry("closed", 2))


def test_the_closest_rule_holds() -> None:
    rules = table(
        {"kind": "petition", "years": 5},
        {"category": "SOS", "years": 1},
        {"category": "SOS-SID", "years": 10},
    )
    assert [
        rules.rule_for(Ending(category, kind, DAY)).years
        for category, kind in (
            ("TEM-COP", Kind.REQUEST),
            ("TEM-COP", Kind.PETITION),
            ("SOS-YRD", Kind.PETITION),
            ("SOS-SID", Kind.REQUEST),
            ("", Kind.REQUEST),
        )
    ] == [2, 5, 1, 10, 2]


def test_it_is_due_the_day_after_the_years_have_passed() -> None:
    ended = endings(CLOSED)
    assert ended == [Ending("TEM-COP", Kind.REQUEST, DAY)]
    assert not is_due(ended, table(), date(2026, 3, 1))
    assert is_due(ended, table(), date(2026, 3, 2))


def test_what_still_runs_is_never_due() -> None:
    far = date(2090, 1, 1)
    assert not is_due(endings([]), table(), far)
    assert not is_due(endings(CLOSED[:1]), table(), far)
    open_matter = entry("assigned", 1, MATTER)
    assert not is_due(endings([*CLOSED, open_matter]), table(), far)
    closed_matter = entry("closed", 2, MATTER)
    assert is_due(endings([*CLOSED, open_matter, closed_matter]), table(), far)


def test_of_several_matters_the_longest_kept_one_decides() -> None:
    ended = [Ending("A", Kind.REQUEST, DAY), Ending("B", Kind.REQUEST, DAY)]
    assert not is_due(ended, table({"category": "B", "years": 10}), date(2030, 1, 1))


def test_of_a_leap_day_the_day_after_counts() -> None:
    assert years_after(date(2024, 2, 29), 2) == date(2026, 3, 1)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_the_table_that_came_with_this_version_is_in_force_and_says_by_which_right() -> None:
    found = load_retention()
    assert found.in_force(date(2026, 11, 25))
    assert all(rule.basis for rule in found.rules)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: '1'\nvalid_from: 2024-01-01\nrules:\n  - years: 0\n", r"t\.yaml:4: rules\.0\.years"),
        ("version: '1'\nvalid_from: 2024-13-01\nrules: []\n", r"t\.yaml:2: valid_from"),
        (
            f"{{version: '1', valid_from: 2024-01-01, rules: [{ONLY_PETITIONS}]}}",
            "no rule without category and kind",
        ),
        ("rules: [", r"t\.yaml:\d+: is no YAML"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_by_file_line_and_field(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "t.yaml").write_text(text)
    with pytest.raises(DataFileError, match=said):
        load_retention(tmp_path / "t.yaml")


def test_two_rules_for_one_thing_and_a_rule_for_two_things_are_refused() -> None:
    with pytest.raises(ValueError, match="two rules name the same"):
        table({"kind": "petition"}, {"kind": "petition", "years": 9})
    with pytest.raises(ValueError, match="not both"):
        table({"kind": "petition", "category": "A"})
