"""What the router knows of the matters people bring: categories, who deals with each, and signs of danger."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from services.router.domain.dangers import Danger, DangerLexicon
from services.router.domain.rows import Row, Slug
from shared.contracts.decisions import Candidate
from shared.contracts.vocabulary import Priority

CategoryCode = Annotated[str, Field(pattern=r"^[A-Z]{2,3}-[A-Z]{2,3}$")]
BodyId = Slug


class Body(Row):
    """Someone who can be competent.

    A ``department`` is a directorate with topics, an ``authority`` is outside the municipality, and
    ``nobody`` stands for matters that no administration may examine (law 3071 art. 6).
    """

    id: BodyId
    name: str
    kind: Literal["department", "authority", "nobody"]
    phone: str | None = None
    reached_by: str | None = Field(None, description="How the matter gets there, in Turkish")
    article: str | None = Field(None, description="nobody: the article that forbids the examination")


class Destination(Row):
    """Where matters of one category may go, and how pressing they are there."""

    body: BodyId
    priority: Priority
    legal_basis: str


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

    @cached_property
    def danger_lexicon(self) -> DangerLexicon:
        """The signs of danger, ready to be looked for."""
        return DangerLexicon(self.dangers)

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
