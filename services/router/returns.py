"""Reads the rule on requests that come back."""

from pathlib import Path

from services.router.domain.returns import Returns
from shared.datafiles import load

RETURNS_FILE = Path(__file__).with_name("returns.yaml")


def load_returns(file: Path = RETURNS_FILE) -> Returns:
    """Return the rule in ``file``.

    Raises:
        DataFileError: the file cannot be used; the message names file, line and field.
    """
    return load(file, Returns)
