"""How a matter is handled beyond who is competent: who has a part, who may see it, what form it needs."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from services.router.domain.dangers import PhraseIndex
from services.router.domain.rows import Row, Slug
from shared.contracts.vocabulary import Kind, Regime

Code = Annotated[str, Field(pattern=r"^[A-Z]{2,3}-[A-Z]{2,3}$")]


class Consultation(Row):
    """Somebody who has a part in matters of one category, whoever owns them or only `at` one body."""

    code: Code
    at: Slug | None = None
    body: Slug
    role: Literal["consulted", "informed"]
    why: str


class SharedPlace(Row):
    """A place where the district does the urgent part and another body gets a copy."""

    name: str
    phrases: Annotated[tuple[str, ...], Field(min_length=1)]
    body: Slug
    why: str


class Wall(Row):
    """Matters that only one directorate's people may open, by the first part of their codes."""

    prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,3}$")]
    seen_by: Slug
    why: str


class RegimeByContent(Row):
    """The law that matters of one category fall under."""

    code: Code
    regime: Regime


class StatedKind(Row):
    """Categories that a kind of application stands for."""

    kind: Kind
    codes: tuple[Code, ...]


class Handling(Row):
    """All of it, as of one version.

    Attributes:
        place_decides: categories whose body cannot be told without a place.
        no_danger: categories that are emergencies by a clock of hours, not by danger to life.
        stated_weight: by how much likelier a category becomes that the door states.
    """

    place_decides: frozenset[Code]
    no_danger: frozenset[Code]
    consultations: tuple[Consultation, ...]
    shared_places: tuple[SharedPlace, ...]
    in_writing: frozenset[Code]
    walls: tuple[Wall, ...]
    regimes: tuple[RegimeByContent, ...]
    stated_weight: Annotated[float, Field(ge=1)]
    kinds: tuple[StatedKind, ...]

    @cached_property
    def codes_by_kind(self) -> Mapping[Kind, tuple[str, ...]]:
        """Categories by the kind of application that stands for them."""
        return {row.kind: row.codes for row in self.kinds}

    @cached_property
    def _regimes(self) -> Mapping[str, Regime]:
        return {row.code: row.regime for row in self.regimes}

    @cached_property
    def _places(self) -> PhraseIndex:
        return PhraseIndex((n, p) for n, place in enumerate(self.shared_places) for p in place.phrases)

    def regime_of(self, code: str) -> Regime:
        """Return the law that matters of category ``code`` fall under."""
        return self._regimes.get(code, Regime.PETITION_3071)

    def consultations_for(self, code: str, body: str) -> tuple[Consultation, ...]:
        """Return who has a part in matters ``code`` that ``body`` owns, but ``body`` itself."""
        return tuple(
            c for c in self.consultations if c.code == code and c.at in (None, body) and c.body != body
        )

    def shared_places_in(self, text: str) -> tuple[SharedPlace, ...]:
        """Return the places of shared competence that ``text`` names."""
        return tuple(self.shared_places[n] for n in self._places.owners_in(text))

    def wall_of(self, code: str) -> Wall | None:
        """Return the privacy wall around matters of category ``code``, if there is one."""
        return next((wall for wall in self.walls if wall.prefix == code.partition("-")[0]), None)


class Rule(Row):
    """A rule that no single row of the categories can hold, under the id that decisions name."""

    id: Slug
    number: int
    by: Literal["decision", "lifecycle", "desk"]
    text: str
    basis: str
