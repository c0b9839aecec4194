"""The broker's jars: fetched once, checked against a committed lock, kept in the cache folder."""

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.embedded.errors import StackError

KAFKA_VERSION = "4.4.0"
# Kafka logs through SLF4J and brings no writer for it; the simple one writes to stderr, which is all we need.
_COORDINATES = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
_LOCK = Path(__file__).with_name("kafka-jars.lock")

Progress = Callable[[str], None]
Lock = dict[str, str]
"""Name of each jar to the SHA-256 of its content."""


def kafka_jars(cache: Path, progress: Progress) -> Path:
    """Return the folder with the broker's jars, fetching them the first time.

    Later calls touch no network: they compare names and sizes with what the first call wrote down.

    Args:
        cache: Folder that outlives runs and may be shared by checkouts.
        progress: Receives a line now and then while something is fetched.

    Raises:
        StackError: A jar could not be fetched or is not the one in the lock.
    """
    folder = cache / f"kafka-{KAFKA_VERSION}"
    lock = read_lock(_LOCK)
    if _is_complete(folder, lock):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="kafka-fetch-") as scratch:
        jars = _fetch(Path(scratch), len(lock), progress)
        problem = find_difference(jars, lock)
        if problem:
            raise StackError(f"{problem}; run again, and if it stays so, do not trust this network")
        _install(jars, folder)
    return folder


def read_lock(path: Path) -> Lock:
    """Read a lock file of lines ``<sha256>  <name>``, the format of sha256sum."""
    lines = path.read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def find_difference(jars: Iterable[Path], lock: Lock) -> str | None:
    """Say how ``jars`` differ from ``lock``, or return None when they are exactly those."""
    found = {jar.name: jar for jar in jars}
    if missing := sorted(lock.keys() - found.keys()):
        return f"the jar {missing[0]} is missing"
    if unknown := sorted(found.keys() - lock.keys()):
        return f"the jar {unknown[0]} is not in kafka-jars.lock"
    for name, jar in sorted(found.items()):
        if hashlib.sha256(jar.read_bytes()).hexdigest() != lock[name]:
            return f"the jar {name} is not the one in kafka-jars.lock"
    return None


def _marker(folder: Path) -> Path:
    return folder / "verified"


def _sizes(folder: Path) -> str:
    return "".join(f"{jar.stat().st_size} {jar.name}\n" for jar in sorted(folder.glob("*.jar")))


def _is_complete(folder: Path, lock: Lock) -> bool:
    marker = _marker(folder)
    if not marker.is_file():
        return False
    sizes = marker.read_text(encoding="ascii")
    return {line.split()[1] for line in sizes.splitlines()} == lock.keys() and sizes == _sizes(folder)


def _install(jars: Iterable[Path], folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="kafka-install-") as scratch:
        staged = Path(scratch) / "jars"
        staged.mkdir()
        for jar in jars:
            shutil.copyfile(jar, staged / jar.name)
        _marker(staged).write_text(_sizes(staged), encoding="ascii")
        # Two runs may fetch at once; whoever renames last wins and both have the same content.
        shutil.rmtree(folder, ignore_errors=True)
        staged.rename(folder)


def _fetch(scratch: Path, expected: int, progress: Progress) -> list[Path]:
    progress(f"Fetching Apache Kafka {KAFKA_VERSION} ({expected} jars, about 44 MB, only this once)")
    done = threading.Event()
    reporter = threading.Thread(target=_report, args=(scratch, expected, progress, done), daemon=True)
    reporter.start()
    try:
        _resolve(scratch)
    except Exception as error:
        raise StackError(
            f"Kafka's jars could not be fetched ({error}); check the network and run again"
        ) from error
    finally:
        done.set()
        reporter.join()
    return sorted((scratch / "environment").rglob("*.jar"))


def _resolve(scratch: Path) -> None:
    # Imported here: only the first run needs it, and it is slow to load.
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    from jgo.env import EnvironmentBuilder, LinkStrategy  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    context = MavenContext(repo_cache=scratch / "repository", remote_repos={"central": MAVEN_CENTRAL_URL})
    builder = EnvironmentBuilder(
        context=context, cache_dir=scratch / "environment", link_strategy=LinkStrategy.COPY
    )
    builder.from_endpoint(_COORDINATES)


def _report(scratch: Path, expected: int, progress: Progress, done: threading.Event) -> None:
    while not done.wait(timeout=3):
        fetched = sum(1 for _ in (scratch / "repository").rglob("*.jar"))
        progress(f"  {fetched} of {expected} jars")
