"""The running application keeps to its own OpenAPI document, whatever a client makes of it.

Schemathesis draws requests from the document, sound ones and spoilt ones, with a fixed seed. How long it goes
on is `ISTEK_SCHEMATHESIS_S` seconds (45); a longer run is for whoever changed the API.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.intake import intake_on
from tests.support.serving import served

SECONDS = int(os.environ.get("ISTEK_SCHEMATHESIS_S", "45"))
EXAMPLES = 30 if SECONDS <= 60 else 1_000
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.fixture
def address(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    app = intake_on(
        monkeypatch,
        mongodb,
        database_name,
        tmp_path,
        ISTEK_INTAKE_RATE_ADDRESS="off",
        ISTEK_INTAKE_RATE_PROOFS="off",
    )
    with served(app) as base:
        yield base


@pytest.mark.timeout(SECONDS * 4 + 120)
def test_the_application_keeps_to_its_document(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [str(Path(sys.executable).with_name("st")), "run", f"{address}/v1/openapi.json"]
    options = {
        "--checks": ",".join(CHECKS),
        "--phases": "examples,coverage,fuzzing",
        "--seed": "20261125",
        "--max-time": str(SECONDS),
        "--max-examples": str(EXAMPLES),
        "--request-timeout": "30",
        "--generation-database": "none",
        "--warnings": "off",
    }
    flags = [part for option in options.items() for part in option] + ["--no-color", "--continue-on-failure"]
    run = subprocess.run(
        command + flags, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=SECONDS * 4 + 60
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{run.stdout.partition('SUMMARY')[2].strip()}\n")
    assert run.returncode == 0, run.stdout + run.stderr
    generated = re.search(r"([\d,]+) generated", run.stdout)
    assert generated is not None
    assert int(generated[1].replace(",", "")) > 100
