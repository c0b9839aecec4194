import hashlib
from pathlib import Path

import pytest

from deploy.embedded import jars
from deploy.embedded.errors import StackError


def lock_of(**contents: bytes) -> dict[str, str]:
    return {f"{name}.jar": hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def jar(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jar"
    path.write_bytes(content)
    return path


def test_the_committed_lock_names_kafka_and_no_address() -> None:
    path = Path(jars.__file__).with_name("kafka-jars.lock")
    lock = jars.read_lock(path)
    assert f"kafka_2.13-{jars.KAFKA_VERSION}.jar" in lock
    assert len(lock) == 45
    assert all(len(digest) == 64 for digest in lock.values())
    assert "://" not in path.read_text()


def test_exactly_the_locked_jars_are_accepted(tmp_path: Path) -> None:
    assert jars.find_difference([jar(tmp_path, "a", b"1")], lock_of(a=b"1")) is None


@pytest.mark.parametrize(
    ("present", "problem"),
    [
        ({"a": b"1"}, "the jar b.jar is missing"),
        ({"a": b"1", "b": b"2", "c": b"3"}, "the jar c.jar is not in kafka-jars.lock"),
        ({"a": b"1", "b": b"9"}, "the jar b.jar is not the one in kafka-jars.lock"),
    ],
)
def test_any_other_set_of_jars_is_named(tmp_path: Path, present: dict[str, bytes], problem: str) -> None:
    found = [jar(tmp_path, name, content) for name, content in present.items()]
    assert jars.find_difference(found, lock_of(a=b"1", b=b"2")) == problem


class Fetching:
    """Stands for the download: puts down what it was given and counts how often it was asked."""

    def __init__(self, **contents: bytes) -> None:
        self.contents = contents
        self.times = 0

    def __call__(self, scratch: Path) -> None:
        self.times += 1
        for name, content in self.contents.items():
            jar(scratch / "environment", name, content)


@pytest.fixture
def small_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "small.lock"
    path.write_text("".join(f"{digest}  {name}\n" for name, digest in lock_of(a=b"1", b=b"2").items()))
    monkeypatch.setattr(jars, "_LOCK", path)


@pytest.mark.usefixtures("small_lock")
def test_jars_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetching = Fetching(a=b"1", b=b"2")
    monkeypatch.setattr(jars, "_resolve", fetching)
    lines: list[str] = []
    first = jars.kafka_jars(tmp_path / "cache", lines.append)
    assert jars.kafka_jars(tmp_path / "cache", lines.append) == first
    assert fetching.times == 1
    assert len(lines) == 1
    assert {path.name for path in first.glob("*.jar")} == {"a.jar", "b.jar"}


@pytest.mark.usefixtures("small_lock")
def test_a_damaged_cache_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetching = Fetching(a=b"1", b=b"2")
    monkeypatch.setattr(jars, "_resolve", fetching)
    folder = jars.kafka_jars(tmp_path / "cache", print)
    (folder / "a.jar").write_bytes(b"cut short")
    jars.kafka_jars(tmp_path / "cache", print)
    assert fetching.times == 2
    assert (folder / "a.jar").read_bytes() == b"1"


@pytest.mark.usefixtures("small_lock")
def test_a_jar_with_other_content_is_never_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "_resolve", Fetching(a=b"1", b=b"evil"))
    with pytest.raises(StackError, match=r"b\.jar is not the one"):
        jars.kafka_jars(tmp_path / "cache", print)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.usefixtures("small_lock")
def test_a_failed_download_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_scratch: Path) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(jars, "_resolve", unreachable)
    with pytest.raises(StackError, match=r"no route to host.*check the network and run again"):
        jars.kafka_jars(tmp_path / "cache", print)
