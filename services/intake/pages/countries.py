"""Countries by their names in the languages of the form, read from ``countries.csv``."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from shared.text.folding import fold
from shared.web.formats import Lang

_FILE: Final = Path(__file__).with_name("countries.csv")
# Folding takes these letters for others; in the Turkish alphabet each has a place of its own.
_SMALL: Final = str.maketrans("Iİ", "ıi")
_AFTER: Final = str.maketrans({letter: f"{kin}~" for letter, kin in zip("çğıöşü", "cghosu", strict=True)})


@cache
def countries(lang: Lang) -> Mapping[str, str]:
    """Return the names by ISO 3166-1 alpha-2 code, in the alphabetical order of ``lang``."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    names = {row["code"]: row[lang] for row in rows}
    place = _turkish_place if lang == "tr" else fold
    return MappingProxyType(dict(sorted(names.items(), key=lambda item: place(item[1]))))


def _turkish_place(name: str) -> str:
    return fold(name.translate(_SMALL).lower().translate(_AFTER))
