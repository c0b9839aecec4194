"""Why a request went where it went."""

from typing import Annotated

from pydantic import Field

from shared.contracts.base import Part
from shared.contracts.vocabulary import Priority

Share = Annotated[float, Field(ge=0, le=1)]


class Candidate(Part):
    """One possible destination of a request."""

    category_code: str
    category_title: str
    body: str = Field(description="Directorate or outside authority, by name")
    department: str | None = Field(
        None, description="Slug of the directorate; absent for an outside authority"
    )
    confidence: Share


class Decision(Part):
    """A routing decision with everything needed to explain and repeat it."""

    chosen: Candidate
    runner_up: Candidate | None = None
    alternatives: tuple[Candidate, ...] = Field((), description="Further candidates, best first")
    subjects: tuple[Candidate, ...] = Field((), description="The matters of a request that holds several")
    priority: Priority
    legal_basis: str | None = None
    threshold: Share = Field(description="Confidence below which a person decides")
    rule: str = Field(description="Which rule settled it")
    knowledge_version: str
    model_version: str
    inputs: dict[str, str] = Field(description="What the decision looked at, by name; never personal data")
    decided_by: str = Field("router", description="'router' or the staff code of the person who decided")
