"""The knowledge files of this folder, read once at start and checked against each other."""

import hashlib
from functools import cache
from pathlib import Path

from services.router.domain.dangers import Danger
from services.router.domain.languages import Language, Languages
from services.router.domain.matters import Artery, Body, Category, Example, Fallback, Knowledge
from services.router.domain.thresholds import Thresholds
from services.router.knowledge.files import KnowledgeError, Validity, read_csv, read_yaml
from shared.contracts.departments import department_name, department_slugs

FOLDER = Path(__file__).parent
_FILES = (
    "arteries.yaml",
    "bodies.yaml",
    "categories.yaml",
    "dangers.yaml",
    "languages.yaml",
    "thresholds.yaml",
    "examples.csv",
)


class _Bodies(Validity):
    departments: tuple[str, ...]
    authorities: tuple[Body, ...]
    nobody: tuple[Body, ...]


class _Categories(Validity):
    fallback: Fallback
    categories: tuple[Category, ...]


class _Dangers(Validity):
    dangers: tuple[Danger, ...]


class _Languages(Validity):
    languages: tuple[Language, ...]
    turkish: tuple[str, ...]


class _Arteries(Validity):
    metropolis: str
    arteries: tuple[Artery, ...]


class _Thresholds(Validity):
    thresholds: Thresholds


@cache
def load_knowledge(folder: Path = FOLDER) -> Knowledge:
    """Return the knowledge in ``folder``.

    Its version is the newest date among the files and a hash over all of them, so that no change goes unseen;
    it is valid while all of its files are.

    Raises:
        KnowledgeError: a file cannot be used, or names something that no other file knows.
    """
    bodies = read_yaml(folder / "bodies.yaml", _Bodies)
    categories = read_yaml(folder / "categories.yaml", _Categories)
    dangers = read_yaml(folder / "dangers.yaml", _Dangers)
    languages = read_yaml(folder / "languages.yaml", _Languages)
    arteries = read_yaml(folder / "arteries.yaml", _Arteries)
    thresholds = read_yaml(folder / "thresholds.yaml", _Thresholds)
    validity, examples = read_csv(folder / "examples.csv", Example)
    stated: tuple[Validity, ...] = (bodies, categories, dangers, languages, arteries, thresholds, validity)
    knowledge = Knowledge(
        version=f"{max(v.version for v in stated)}+{_digest(folder)}",
        valid_from=max(v.valid_from for v in stated),
        valid_to=min((v.valid_to for v in stated if v.valid_to), default=None),
        bodies=_all_bodies(folder / "bodies.yaml", bodies),
        categories=categories.categories,
        examples=examples,
        dangers=dangers.dangers,
        languages=Languages(languages=languages.languages, turkish=languages.turkish),
        arteries=arteries.arteries,
        metropolis=arteries.metropolis,
        thresholds=thresholds.thresholds,
        fallback=categories.fallback,
    )
    _check_references(folder, knowledge)
    return knowledge


def _all_bodies(path: Path, bodies: _Bodies) -> tuple[Body, ...]:
    unknown = sorted(set(bodies.departments) - department_slugs())
    if unknown:
        raise KnowledgeError(f"{path}: departments: no directorate has the slug {', '.join(unknown)}")
    directorates = (Body(id=s, name=department_name(s), kind="department") for s in bodies.departments)
    return (*directorates, *bodies.authorities, *bodies.nobody)


def _check_references(folder: Path, knowledge: Knowledge) -> None:
    _check_unique(folder / "bodies.yaml", "id", [body.id for body in knowledge.bodies])
    _check_unique(folder / "bodies.yaml", "name", [body.name for body in knowledge.bodies])
    _check_unique(folder / "categories.yaml", "code", [c.code for c in knowledge.categories])
    fallback = knowledge.fallback
    known = knowledge.known_destinations
    for code, body in sorted(known):
        if body not in knowledge.bodies_by_id:
            raise KnowledgeError(f"{folder / 'categories.yaml'}: {code}: no body has the id {body}")
    for example in knowledge.examples:
        if (example.category_code, example.body) not in known:
            where = f"{folder / 'examples.csv'}: {example.text[:40]!r}"
            raise KnowledgeError(f"{where}: {example.category_code} does not go to {example.body}")
    if (fallback.code, fallback.body) not in known:
        raise KnowledgeError(
            f"{folder / 'categories.yaml'}: fallback: {fallback.code} does not go to {fallback.body}"
        )
    for danger in knowledge.dangers:
        if (danger.code, danger.body) not in known:
            where = f"{folder / 'dangers.yaml'}: {danger.id}"
            raise KnowledgeError(f"{where}: {danger.code} does not go to {danger.body}")
    if knowledge.metropolis not in knowledge.bodies_by_id:
        raise KnowledgeError(
            f"{folder / 'arteries.yaml'}: metropolis: no body has the id {knowledge.metropolis}"
        )
    orphans = sorted(known - {(e.category_code, e.body) for e in knowledge.examples})
    if orphans:
        raise KnowledgeError(f"{folder / 'examples.csv'}: no example for {orphans[0][0]} at {orphans[0][1]}")


def _check_unique(path: Path, member: str, values: list[str]) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise KnowledgeError(f"{path}: {member}: {', '.join(twice)} appears twice")


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:8]
