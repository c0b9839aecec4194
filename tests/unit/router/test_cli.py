"""The router's commands: a decision explained, a chain verified."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.router.cli import app
from shared.contracts.chain import GENESIS, seal

RUN = CliRunner()
NOW = datetime(2026, 11, 23, tzinfo=UTC).isoformat()


def history(request_id: str, length: int) -> list[dict[str, object]]:
    events: list[dict[str, object]] = []
    previous = GENESIS
    for sequence in range(1, length + 1):
        event = seal({"request_id": request_id, "sequence": sequence, "occurred_at": NOW}, previous)
        events.append(event)
        previous = event["hash"]
    return events


def written(folder: Path, events: list[dict[str, object]]) -> str:
    file = folder / "chain.ndjson"
    file.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return str(file)


def test_a_decision_is_explained_in_turkish_without_the_callers_number() -> None:
    result = RUN.invoke(
        app, ["route", "--explain", "Sokakta gaz kokusu var 0532 123 45 67", "--channel", "call"]
    )
    assert result.exit_code == 0
    assert "GAZ-KCK" in result.stdout
    assert "İGDAŞ, 187" in result.stdout
    assert "can tehlikesi" in result.stdout
    assert "123" not in result.stdout


def test_an_empty_message_is_refused() -> None:
    assert RUN.invoke(app, ["route", "--explain", " \x00 "]).exit_code == 2


def test_whole_chains_are_counted(tmp_path: Path) -> None:
    file = written(tmp_path, history("a", 3) + history("b", 2))
    result = RUN.invoke(app, ["verify-chain", "--file", file])
    assert result.exit_code == 0
    assert "2 başvuru, 5 olay denetlendi: 0 kırık zincir" in result.stdout


@pytest.mark.parametrize("fault", ["changed", "removed", "reordered", "bare"])
def test_any_tampering_is_found_and_the_request_named(tmp_path: Path, fault: str) -> None:
    events = history("a", 3)
    if fault == "changed":
        events[1]["occurred_at"] = "2020-01-01T00:00:00Z"
    elif fault == "removed":
        del events[1]
    elif fault == "reordered":
        events[0], events[1] = events[1], events[0]
    else:
        del events[2]["hash"]
    result = RUN.invoke(app, ["verify-chain", "--file", written(tmp_path, events + history("b", 2))])
    assert result.exit_code == 1
    assert "1 kırık zincir" in result.stdout
    assert "\n  a: " in result.stdout


def test_a_file_of_something_else_is_no_broken_chain(tmp_path: Path) -> None:
    file = tmp_path / "other.txt"
    file.write_text("merhaba\n", encoding="utf-8")
    assert RUN.invoke(app, ["verify-chain", "--file", str(file)]).exit_code == 2


def test_a_router_that_is_away_is_said_so() -> None:
    result = RUN.invoke(app, ["verify-chain", "--router-url", "http://127.0.0.1:1"])
    assert result.exit_code == 2
    assert "okunamadı" in result.stderr
