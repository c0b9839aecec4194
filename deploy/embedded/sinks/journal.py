"""What a sink received, as lines of JSON in order of arrival."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file that outlives the sink, so that a restart forgets nothing.

    Args:
        path: The file; its folder is made when missing.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._mend()
        self._file = path.open("a", encoding="utf-8")

    def append(self, entry: dict[str, Any]) -> None:
        """Add one entry; it is with the operating system when this returns."""
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield what was appended, oldest first."""
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def clear(self) -> None:
        """Forget everything."""
        self._file.truncate(0)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _mend(self) -> None:
        # A sink that was killed while writing leaves half a line, whose sender was never answered.
        if self._path.is_file():
            content = self._path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            if whole != content:
                self._path.write_bytes(whole)
