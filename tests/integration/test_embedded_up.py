"""``istek up`` as a person uses it: started, disturbed, ended.

One stack of broker, database and sinks serves the whole module; the later tests end it and start it again.
Each step is what somebody does at a terminal: the command line, the ports and the signals.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.embedded.orphans import started_at
from deploy.embedded.ports import answers_kafka
from deploy.embedded.topics import create_topics
from shared.contracts.topics import all_topics
from tests.support.ports import own_ports
from tests.support.stack import PROJECT

pytestmark = [pytest.mark.xdist_group("istek_up"), pytest.mark.timeout(600)]
PATIENCE_S = 150
_PORTS = (
    "ISTEK_KAFKA_PORT",
    "ISTEK_KAFKA_CONTROLLER_PORT",
    "ISTEK_MONGODB_PORT",
    "ISTEK_SMTP_PORT",
    "ISTEK_VIEWER_PORT",
)


class Terminal:
    """A terminal with a stack's settings in its environment."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.ports = dict(zip(_PORTS, own_ports(len(_PORTS)), strict=True))
        self.environment = os.environ | {name: str(port) for name, port in self.ports.items()}
        self.environment["ISTEK_DATA"] = str(data)
        self.output = data.with_suffix(".out")
        self.viewer = f"http://127.0.0.1:{self.ports['ISTEK_VIEWER_PORT']}"
        self.kafka = f"127.0.0.1:{self.ports['ISTEK_KAFKA_PORT']}"

    def istek(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for its end."""
        return subprocess.run(
            [sys.executable, "-m", "deploy.cli", *arguments],
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )

    def up(self) -> subprocess.Popen[bytes]:
        """Start the stack in a process group of its own, as a terminal does, and wait for its table."""
        with self.output.open("wb") as output:
            running = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "up", "--only", "kafka,mongodb,sinks"],
                env=self.environment,
                cwd=PROJECT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        eventually(lambda: "Ctrl-C ends everything" in self.said() or running.poll() is not None)
        assert running.poll() is None, self.said()
        return running

    def said(self) -> str:
        """What ``istek up`` has printed so far."""
        return self.output.read_text()

    def pid(self, program: str) -> int:
        """Process id of a program; 0 while it has none, between its end and its next start."""
        known = json.loads((self.data / "run" / "programs.json").read_text())
        return int(known.get(program, (0,))[0])


def eventually(holds: Callable[[], bool], timeout: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < deadline, "did not become true in time"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal(tmp_path_factory.mktemp("stack") / "data")


@pytest.fixture(scope="module")
def stack(terminal: Terminal) -> Iterator[subprocess.Popen[bytes]]:
    running = terminal.up()
    yield running
    terminal.istek("down")
    running.wait(PATIENCE_S)


@pytest.mark.usefixtures("stack")
async def test_the_declared_topics_exist_and_creating_them_again_changes_nothing(terminal: Terminal) -> None:
    assert await create_topics(terminal.kafka, all_topics()) == []
    admin = AIOKafkaAdminClient(bootstrap_servers=terminal.kafka)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
    finally:
        await admin.close()
    assert {topic.name for topic in all_topics()} <= existing


@pytest.mark.usefixtures("stack")
async def test_a_mail_is_kept_and_a_repeat_counts_once(terminal: Terminal) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "bildirim@istek.example", "ayse@example.com"
    message["Subject"], message["Message-ID"] = "Başvurunuz alındı", "<receipt.1@istek.example>"
    message.set_content("Temizlik İşleri bakıyor.")
    for _ in range(2):
        await aiosmtplib.send(message, hostname="127.0.0.1", port=terminal.ports["ISTEK_SMTP_PORT"])

    async with httpx.AsyncClient(base_url=terminal.viewer, timeout=PATIENCE_S) as viewer:
        listed = (await viewer.get("/api/mails")).json()
        page = (await viewer.get("/mails/receipt.1@istek.example")).text
    assert [(mail["subject"], mail["repeats"]) for mail in listed] == [("Başvurunuz alındı", 1)]
    assert (terminal.data / "mail" / "receipt.1@istek.example.eml").is_file()
    assert "Temizlik İşleri bakıyor." in page


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("code", [421, 550])
async def test_the_smtp_sink_refuses_as_often_as_it_is_told(terminal: Terminal, code: int) -> None:
    async def send() -> None:
        await aiosmtplib.send(
            b"Subject: x\r\n\r\nx",
            sender="a@x",
            recipients=["b@x"],
            hostname="127.0.0.1",
            port=terminal.ports["ISTEK_SMTP_PORT"],
        )

    async with httpx.AsyncClient(base_url=terminal.viewer, timeout=PATIENCE_S) as viewer:
        await viewer.put("/smtp/v1/faults", json={"fail_next": 1, "code": code})
    with pytest.raises((aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException)) as refused:
        await send()
    assert str(code) in str(refused.value)
    await send()


@pytest.mark.usefixtures("stack")
def test_a_second_start_on_the_same_folder_is_refused(terminal: Terminal) -> None:
    second = terminal.istek("up", "--only", "kafka")
    assert second.returncode == 1
    assert "a stack already runs" in second.stderr
    assert second.stderr.count("\n") == 1


@pytest.mark.usefixtures("stack")
def test_another_folder_on_the_same_ports_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    other = Terminal(tmp_path / "data")
    other.environment = terminal.environment | {"ISTEK_DATA": str(tmp_path / "data")}
    refused = other.istek("up", "--only", "kafka")
    assert refused.returncode == 1
    assert "is taken by another program" in refused.stderr


@pytest.mark.usefixtures("stack")
def test_a_killed_program_comes_back_and_is_reported(terminal: Terminal) -> None:
    before = terminal.pid("sinks")
    os.kill(before, signal.SIGKILL)
    eventually(lambda: terminal.pid("sinks") not in {before, 0})
    eventually(lambda: "sinks ended and was started again" in terminal.said())
    eventually(lambda: terminal.istek("status").stdout.count("ready") == 3)


def test_a_dead_process_manager_ends_the_stack_and_the_next_start_works(
    terminal: Terminal, stack: subprocess.Popen[bytes]
) -> None:
    broker = terminal.pid("kafka")
    os.kill(int((terminal.data / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
    assert stack.wait(PATIENCE_S) == 1
    assert "the process manager died" in terminal.said()
    assert started_at(broker) is None


def test_what_a_killed_starter_leaves_is_ended_by_down(terminal: Terminal) -> None:
    running = terminal.up()
    broker = terminal.pid("kafka")
    running.kill()
    running.wait()
    eventually(lambda: answers_kafka(terminal.ports["ISTEK_KAFKA_PORT"]))
    assert terminal.istek("down").returncode == 0
    assert started_at(broker) is None


def test_ctrl_c_ends_everything_services_first(terminal: Terminal) -> None:
    running = terminal.up()
    programs = [terminal.pid(name) for name in ("kafka", "mongodb", "sinks")]
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(PATIENCE_S) == 0
    assert [started_at(pid) for pid in programs] == [None, None, None]
    log = (terminal.data / "log" / "supervisord.log").read_text()
    ends = [log.rindex(f"stopped: {name}") for name in ("sinks", "mongodb", "kafka")]
    assert ends == sorted(ends)
