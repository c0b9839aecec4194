"""What the router knows of the matters people bring: categories, who deals with each, and signs of danger."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from services.router.domain.costs import Costs
from services.router.domain.dangers import Danger, DangerLexicon, PhraseIndex
from services.router.domain.handling import Handling, Rule
from services.router.domain.questions import Questions
from services.router.domain.rows import Row, Slug
from services.router.domain.thresholds import Thresholds
from shared.contracts.decisions import Candidate
from shared.contracts.vocabulary import Priority
from shared.text.languages import Languages

CategoryCode = Annotated[str, Field(pattern=r"^[A-Z]{2,3}-[A-Z]{2,3}$")]
BodyId = Slug


class Body(Row):
    """Someone who can be competent.

    A ``department`` is a directorate with topics, an ``authority`` is outside the municipality, and
    ``nobody`` stands for matters that no administration may examine (law 3071 art. 6).
    """

    id: BodyId
    name: str
    listed_as: str | None = Field(
        None, description="Name in the catalogue of topics, where it is another one"
    )
    kind: Literal["department", "authority", "nobody"]
    phone: str | None = None
    reached_by: str | None = Field(None, description="How the matter gets there, in Turkish")
    article: str | None = Field(None, description="nobody: the article that forbids the examination")
    duties: str | None = Field(None, description="department: what it deals with, in Turkish")
    legal_basis: str | None = Field(None, description="authority: what makes it competent")

    @property
    def catalogue_name(self) -> str:
        """Name in the catalogue of topics and in files that are exchanged."""
        return self.listed_as or self.name


class Destination(Row):
    """Where matters of one category may go, and how pressing they are there."""

    body: BodyId
    priority: Priority
    also: tuple[Priority, ...] = Field((), description="Classes that some matters of this kind have instead")
    legal_basis: str

    @property
    def priorities(self) -> tuple[Priority, ...]:
        """Every class that matters of this kind may have there, the usual one first."""
        return (self.priority, *self.also)


class Category(Row):
    """A kind of matter. Several destinations mean that the place or the owner decides between them."""

    code: CategoryCode
    title: Annotated[str, Field(min_length=3, max_length=40)]
    destinations: Annotated[tuple[Destination, ...], Field(min_length=1)]


class Example(Row):
    """A sentence as residents write it, with the answer to it."""

    category_code: CategoryCode
    body: BodyId
    text: Annotated[str, Field(min_length=5)]


class Artery(Row):
    """A main street or square that the metropolis keeps, and how people write its name."""

    name: str
    phrases: Annotated[tuple[str, ...], Field(min_length=1)]


class Fallback(Row):
    """Where a message that resembles nothing known stands until a person has read it."""

    code: CategoryCode
    body: BodyId


class Knowledge(Row):
    """Everything decisions rest on, as of one version."""

    version: str
    valid_from: date
    valid_to: date | None = None
    bodies: tuple[Body, ...]
    categories: tuple[Category, ...]
    examples: tuple[Example, ...]
    dangers: tuple[Danger, ...]
    languages: Languages
    arteries: tuple[Artery, ...]
    metropolis: BodyId
    thresholds: Thresholds
    costs: Costs
    handling: Handling
    questions: Questions
    rules: tuple[Rule, ...]
    fallback: Fallback

    @cached_property
    def bodies_by_id(self) -> Mapping[str, Body]:
        """Bodies by id; a directorate's id is the slug of its topics."""
        return {body.id: body for body in self.bodies}

    @cached_property
    def bodies_by_name(self) -> Mapping[str, Body]:
        """Bodies by the name that candidates carry."""
        return {body.name: body for body in self.bodies}

    @cached_property
    def categories_by_code(self) -> Mapping[str, Category]:
        """Categories by code."""
        return {category.code: category for category in self.categories}

    @property
    def known_destinations(self) -> frozenset[tuple[str, str]]:
        """Every category code with the id of a body its matters may go to."""
        return frozenset((c.code, d.body) for c in self.categories for d in c.destinations)

    @cached_property
    def danger_lexicon(self) -> DangerLexicon:
        """The signs of danger, ready to be looked for."""
        return DangerLexicon(self.dangers)

    @cached_property
    def _artery_index(self) -> PhraseIndex:
        return PhraseIndex((n, phrase) for n, artery in enumerate(self.arteries) for phrase in artery.phrases)

    def artery_in(self, text: str) -> str | None:
        """Return the main artery that ``text`` names, the first of the list where it names several."""
        found = self._artery_index.owners_in(text)
        return self.arteries[found[0]].name if found else None

    def arteries_at(self, said: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Yield each main artery that the folded words name, from its first word to the one after it."""
        for place, phrase in self._artery_index.found_in(said):
            yield self.arteries[phrase.owner].name, place, place + len(phrase.stems)

    def candidate(self, code: str, body: str, confidence: float) -> Candidate:
        """Return the destination of matters ``code`` at ``body`` as decisions name it.

        Raises:
            KeyError: the category or the body is not known.
        """
        competent = self.bodies_by_id[body]
        return Candidate(
            category_code=code,
            category_title=self.categories_by_code[code].title,
            body=competent.name,
            department=competent.id if competent.kind == "department" else None,
            confidence=confidence,
        )

    def destination(self, code: str, body: str) -> Destination:
        """Return how matters of category ``code`` are dealt with at ``body``.

        A person may send a matter where no row foresees it; then the category's first destination lends its
        priority and legal basis.

        Raises:
            KeyError: the category or the body is not known.
        """
        known = self.categories_by_code[code].destinations
        wanted = self.bodies_by_id[body].id
        foreseen = next((d for d in known if d.body == wanted), None)
        return foreseen or known[0].model_copy(update={"body": wanted})
