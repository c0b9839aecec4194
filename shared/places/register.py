"""The register of neighbourhoods, read from ``neighbourhoods.csv``."""

import csv
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

_FILE = Path(__file__).with_name("neighbourhoods.csv")


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


class Neighbourhood(BaseModel):
    """A mahalle.

    Attributes:
        name: in the spelling of the postal list.
        ordinary: the name is a word of everyday language too ("çukur" is a pothole).
        variants: other spellings in use.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    postcode: Annotated[str, Field(pattern=r"^34\d{3}$")]
    lat: Annotated[float, Field(ge=40, le=42)]
    lon: Annotated[float, Field(ge=28, le=30)]
    point: Literal["muhtarlik", "address", "unverified"]
    ordinary: bool
    variants: Annotated[tuple[str, ...], BeforeValidator(_split)]


@cache
def neighbourhoods() -> tuple[Neighbourhood, ...]:
    """Return all 45, in the order of the file.

    Raises:
        ValueError: a row does not fit; the message names file, line and field.
    """
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    head = sum(line.startswith("#") for line in lines)
    reader = csv.DictReader(lines[head:])
    found = []
    for row in reader:
        try:
            found.append(Neighbourhood.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise ValueError(f"{_FILE}:{head + reader.line_num}: {field}: {first['msg']}") from None
    return tuple(found)
