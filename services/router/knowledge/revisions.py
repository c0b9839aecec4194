"""The knowledge folder as it was at a revision of the repository."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from services.router.knowledge.files import KnowledgeError
from services.router.knowledge.loader import FOLDER


@contextmanager
def folder_of(name: str) -> Iterator[Path]:
    """Yield the folder called ``name``, or this version's knowledge folder at the revision called so.

    Raises:
        KnowledgeError: there is neither.
    """
    if Path(name).is_dir():
        yield Path(name)
        return
    if name.startswith("-"):
        raise KnowledgeError(f"{name} is neither a folder nor a revision")
    try:
        # From within a folder git archives that folder alone.
        archive = subprocess.run(["git", "archive", name], cwd=FOLDER, capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise KnowledgeError(f"{name} is no folder, and there is no git to look for a revision") from None
    if archive.returncode:
        said = archive.stderr.decode(errors="replace").strip()
        raise KnowledgeError(f"{name} is neither a folder nor a revision: {said}")
    with TemporaryDirectory() as place:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(place, filter="data")
        yield Path(place)
