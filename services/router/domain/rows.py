"""What all entries of knowledge files have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Row(BaseModel):
    """An entry of a knowledge file. A member nobody knows is a spelling mistake, so it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
