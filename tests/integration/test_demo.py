"""The demonstration, as somebody sees it who has just cloned the project."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.system import System


@pytest.fixture
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(tmp_path_factory.mktemp("demo"))
    yield system
    system.istek("down", seconds=180)


@pytest.mark.timeout(1200)
def test_the_demonstration_starts_what_it_needs_shows_an_escalation_and_leaves_the_targets_as_they_were(
    system: System,
) -> None:
    """Nothing runs; ``istek demo`` starts a stack, plays, and leaves it running with ordinary targets.

    istek demo ──▶ up (detached) ──▶ sla_monitor with short targets ──▶ 40 visits ──▶ ordinary targets
                                                                           │
                          directorates answer over the topics; some do not ┴─▶ an escalation
    """
    shown = system.istek("demo", seconds=900)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "40 requests:" in shown.stdout
    assert "late, told: sorumlu" in shown.stdout
    assert "balanced: missing 0, unknown 0" in shown.stdout

    assert "ready" in system.istek("status").stdout
    receipt = httpx.post(
        f"{system.url('INTAKE')}/v1/web/requests",
        json={"description": "Üç gündür sokağımızdan çöp alınmıyor"},
        headers={"Idempotency-Key": "after-the-demo"},
        timeout=60,
    ).json()
    clock = system.clock_of(receipt["request_id"])
    assert clock["internal"]["policy"].startswith("internal_")
