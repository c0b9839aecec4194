import json
import subprocess
import sys
from typing import Any

from shared.telemetry.logs import mask_event

PERSONAL = ("10000000146", "0532 123 45 67", "ayse@example.org", "TR330006100519786457841326")


def test_personal_data_is_masked_wherever_it_stands_in_an_event() -> None:
    event = {
        "event": f"call {PERSONAL[1]}",
        "nested": {"mail": PERSONAL[2], "more": [PERSONAL[0], {"iban": PERSONAL[3]}]},
        "count": 3,
    }
    masked = json.dumps(mask_event(None, "info", event), ensure_ascii=False)
    assert not any(text in masked for text in PERSONAL)
    assert '"count": 3' in masked


def test_identifiers_of_the_system_stay_readable() -> None:
    request_id = "10000000-1460-5321-8234-567890123456"
    assert mask_event(None, "info", {"event": "x", "request_id": request_id})["request_id"] == request_id


def logged_by(program: str) -> list[dict[str, Any]]:
    """Run a program of its own and return what it logged."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_service_writes_json_lines_without_personal_data_even_from_other_libraries() -> None:
    program = (
        "import logging, structlog\n"
        "from shared.telemetry.logs import configure_logging\n"
        "configure_logging('intake')\n"
        "structlog.get_logger().info('told', to='0532 123 45 67')\n"
        "logging.getLogger('library').warning('mail to %s', 'ayse@example.org')\n"
        "try:\n    raise ValueError('10000000146')\n"
        "except ValueError:\n    structlog.get_logger().exception('failed')\n"
    )
    lines = logged_by(program)
    assert [line["event"].split()[0] for line in lines] == ["told", "mail", "failed"]
    assert {line["service"] for line in lines} == {"intake"}
    assert not any(text in json.dumps(lines, ensure_ascii=False) for text in PERSONAL)


def test_every_line_within_a_trace_has_its_id_and_no_other_line_has_one() -> None:
    program = (
        "import logging, structlog\n"
        "from shared.telemetry.logs import configure_logging\n"
        "from shared.telemetry.tracing import span\n"
        "configure_logging('intake')\n"
        "with span('work', parent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'):\n"
        "    structlog.get_logger().info('within')\n"
        "    logging.getLogger('library').warning('within')\n"
        "structlog.get_logger().info('after')\n"
    )
    lines = logged_by(program)
    assert [(line["event"], line.get("trace_id")) for line in lines] == [
        ("within", "0af7651916cd43dd8448eb211c80319c"),
        ("within", "0af7651916cd43dd8448eb211c80319c"),
        ("after", None),
    ]


def test_an_outage_that_the_framework_saw_is_no_error_of_ours_but_everything_else_is() -> None:
    program = (
        "from shared.outcomes import UnavailableError\n"
        "from shared.telemetry.logs import FrameworkLogger, configure_logging\n"
        "configure_logging('router')\n"
        "log = FrameworkLogger('faststream')\n"
        "log.log(40, 'outage', exc_info=UnavailableError('database away'))\n"
        "log.log(40, 'fault', exc_info=ValueError('x'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["fault"]
