"""Why a request went where it went."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, PlainSerializer

from shared.contracts.base import Part
from shared.contracts.vocabulary import Priority, Regime

Share = Annotated[float, Field(ge=0, le=1)]
Place = Annotated[int, Field(ge=0)]


def _by_name(seen: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(seen.items()))


Inputs = Annotated[dict[str, str], PlainSerializer(_by_name)]
"""Texts by name, written in the order of their names, so that equal ones are written in equal bytes."""


class Candidate(Part):
    """One possible destination of a request."""

    category_code: str
    category_title: str
    body: str = Field(description="Directorate or outside authority, by name")
    department: str | None = Field(
        None, description="Slug of the directorate; absent for an outside authority"
    )
    confidence: Share


class Reading(Part):
    """What was read at one place of the text. Only where it stands is kept, never the words themselves."""

    what: Literal["subject", "danger", "place"] = Field(
        description="subject: spoke for the chosen body; danger: a sign of it; place: a street or square"
    )
    start: Place = Field(
        description="First character, from 0, in the request's description; what the applicant replied when "
        "asked stands behind it, after an empty line"
    )
    end: Place = Field(description="Character after the last")
    means: str = Field(description="What it was read as, in Turkish")


class Matter(Part):
    """One of several matters in a request."""

    candidate: Candidate
    priority: Priority
    start: Place = Field(description="Where in the description it begins")
    end: Place = Field(description="Where it ends")
    request_id: UUID | None = Field(
        None, description="Linked sub-request that carries it; absent for the one the request itself carries"
    )


class Consulted(Part):
    """Somebody who has a part in it beside the owner."""

    body: str
    department: str | None = Field(
        None, description="Slug of the directorate; absent for an outside authority"
    )
    role: Literal["consulted", "informed"] = Field(
        description="consulted: asked for an opinion; informed: gets a copy"
    )
    why: str


class Question(Part):
    """What would have to be known to decide."""

    id: str
    ask: Literal["applicant", "desk"] = Field(description="Who can know")
    tr: str
    en: str


class Change(Part):
    """One thing that, had it been otherwise, would have changed the decision."""

    what: Literal["words", "place", "danger", "confidence"]
    text: str = Field(description="The condition and what would follow, in Turkish")
    readings: tuple[Place, ...] = Field(
        (), description="words: numbers of the readings without which it would go elsewhere"
    )


class LegalReading(Part):
    """Which law the matter falls under by its content, and what its form lacks."""

    regime: Regime
    basis: str = Field(description="Articles, for people")
    in_writing: bool = Field(False, description="The matter can be acted on only with a written application")
    elements_missing: tuple[str, ...] = Field((), description="Elements that the law asks for")


class Joining(Part):
    """The applicant asked to be added to a known request: how that one was found, and what came of it.

    Nothing is merged by it: each keeps an own number, clock and answer.
    """

    request_id: UUID = Field(description="The known request")
    joined: bool = Field(description="The directorate that has the known request got this one as well")
    against: str | None = Field(
        None, description="What spoke against it in the known request or between both; absent: nothing did"
    )
    department: str | None = Field(
        None, description="Slug of the directorate that had the known request; absent where none did"
    )
    category_code: str | None = Field(None, description="Category of the known request")
    state: str | None = Field(None, description="Where the known request stood")
    distance_m: Annotated[float, Field(ge=0)] | None = Field(
        None, description="Metres between both points; absent where one has none"
    )
    likeness: Share | None = Field(None, description="How near and alike both are; absent: not comparable")


class Decision(Part):
    """A routing decision with everything needed to explain and repeat it."""

    chosen: Candidate
    runner_up: Candidate | None = None
    alternatives: tuple[Candidate, ...] = Field((), description="Further candidates, best first")
    subjects: tuple[Candidate, ...] = Field((), description="The matters of a request that holds several")
    matters: tuple[Matter, ...] = Field(
        (),
        description="The same matters, each with its place in the text and the sub-request that carries it",
    )
    priority: Priority
    legal_basis: str | None = None
    legal: LegalReading | None = None
    threshold: Share = Field(description="Confidence below which a person decides")
    rule: str = Field(description="Which rule settled it")
    rules: tuple[str, ...] = Field((), description="Every rule that had a say, in the order of deciding")
    knowledge_version: str
    model_version: str
    inputs: Inputs = Field(description="What the decision looked at, by name; never personal data")
    readings: tuple[Reading, ...] = Field((), description="What was read where in the text")
    changes: tuple[Change, ...] = Field((), description="What would have changed the decision")
    consulted: tuple[Consulted, ...] = Field((), description="Who else has a part in it")
    question: Question | None = Field(None, description="The question that would decide")
    joining: Joining | None = Field(
        None, description="The known request that the applicant asked to be added to"
    )
    seen_only_by: str | None = Field(
        None, description="Privacy wall: slug of the only directorate whose people may open it"
    )
    decided_by: str = Field("router", description="'router' or the staff code of the person who decided")
