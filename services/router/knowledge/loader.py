"""The knowledge files of this folder, read once at start and checked against each other."""

import hashlib
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from services.router.domain.costs import Costs
from services.router.domain.dangers import Danger
from services.router.domain.handling import Handling, Rule
from services.router.domain.matters import Artery, Body, Category, Example, Fallback, Knowledge
from services.router.domain.questions import Questions
from services.router.domain.rows import Row, Slug
from services.router.domain.thresholds import Thresholds
from services.router.knowledge.files import KnowledgeError, Validity, read_csv, read_yaml
from shared.contracts.departments import department_name, department_slugs
from shared.text.languages import LANGUAGES_FILE, known_languages

FOLDER = Path(__file__).parent
_FILES = (
    "arteries.yaml",
    "bodies.yaml",
    "categories.yaml",
    "costs.yaml",
    "dangers.yaml",
    "handling.yaml",
    "questions.yaml",
    "rules.yaml",
    "thresholds.yaml",
    "examples.csv",
)


class _Directorate(Row):
    slug: Slug
    duties: str


class _Bodies(Validity):
    departments: tuple[_Directorate, ...]
    authorities: tuple[Body, ...]
    nobody: tuple[Body, ...]


class _Categories(Validity):
    fallback: Fallback
    categories: tuple[Category, ...]


class _Dangers(Validity):
    dangers: tuple[Danger, ...]


class _Arteries(Validity):
    metropolis: str
    arteries: tuple[Artery, ...]


class _Thresholds(Validity):
    thresholds: Thresholds


class _Costs(Costs, Validity):
    pass


class _Handling(Handling, Validity):
    pass


class _Questions(Questions, Validity):
    pass


class _Rules(Validity):
    rules: tuple[Rule, ...]


@cache
def load_knowledge(folder: Path = FOLDER) -> Knowledge:
    """Return the knowledge in ``folder``, with the languages that all services tell apart.

    Its version is the newest date among the files and a hash over all of them, so that no change goes unseen;
    it is valid while all of its files are.

    Raises:
        KnowledgeError: a file cannot be used, or names something that no other file knows.
        DataFileError: the table of languages cannot be used.
    """
    bodies = read_yaml(folder / "bodies.yaml", _Bodies)
    categories = read_yaml(folder / "categories.yaml", _Categories)
    dangers = read_yaml(folder / "dangers.yaml", _Dangers)
    languages = known_languages()
    arteries = read_yaml(folder / "arteries.yaml", _Arteries)
    thresholds = read_yaml(folder / "thresholds.yaml", _Thresholds)
    costs = read_yaml(folder / "costs.yaml", _Costs)
    handling = read_yaml(folder / "handling.yaml", _Handling)
    questions = read_yaml(folder / "questions.yaml", _Questions)
    rules = read_yaml(folder / "rules.yaml", _Rules)
    validity, examples = read_csv(folder / "examples.csv", Example)
    stated: tuple[Validity, ...] = (
        *(bodies, categories, dangers, arteries, thresholds),
        *(costs, handling, questions, rules, validity),
        Validity(version=languages.version, valid_from=languages.valid_from, valid_to=languages.valid_to),
    )
    knowledge = Knowledge(
        version=f"{max(v.version for v in stated)}+{_digest(folder)}",
        valid_from=max(v.valid_from for v in stated),
        valid_to=min((v.valid_to for v in stated if v.valid_to), default=None),
        bodies=_all_bodies(folder / "bodies.yaml", bodies),
        categories=categories.categories,
        examples=examples,
        dangers=dangers.dangers,
        languages=languages,
        arteries=arteries.arteries,
        metropolis=arteries.metropolis,
        thresholds=thresholds.thresholds,
        costs=costs,
        handling=handling,
        questions=questions,
        rules=rules.rules,
        fallback=categories.fallback,
    )
    _check_references(folder, knowledge)
    return knowledge


def _all_bodies(path: Path, bodies: _Bodies) -> tuple[Body, ...]:
    unknown = sorted({d.slug for d in bodies.departments} - department_slugs())
    if unknown:
        raise KnowledgeError(f"{path}: departments: no directorate has the slug {', '.join(unknown)}")
    directorates = (
        Body(id=d.slug, name=department_name(d.slug), kind="department", duties=d.duties)
        for d in bodies.departments
    )
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
    _check_handling(folder / "handling.yaml", knowledge)
    _check_questions(folder / "questions.yaml", knowledge)
    _check_unique(folder / "rules.yaml", "id", [rule.id for rule in knowledge.rules])
    if knowledge.metropolis not in knowledge.bodies_by_id:
        raise KnowledgeError(
            f"{folder / 'arteries.yaml'}: metropolis: no body has the id {knowledge.metropolis}"
        )
    orphans = sorted(known - {(e.category_code, e.body) for e in knowledge.examples})
    if orphans:
        raise KnowledgeError(f"{folder / 'examples.csv'}: no example for {orphans[0][0]} at {orphans[0][1]}")


def _check_handling(path: Path, knowledge: Knowledge) -> None:
    handling = knowledge.handling
    codes = {
        "place_decides": handling.place_decides,
        "in_writing": handling.in_writing,
        "no_danger": handling.no_danger,
        "consultations": {row.code for row in handling.consultations},
        "regimes": {row.code for row in handling.regimes},
        "kinds": {code for row in handling.kinds for code in row.codes},
    }
    for member, named in codes.items():
        _check_known(path, member, named, set(knowledge.categories_by_code))
    bodies = {
        "consultations": {b for row in handling.consultations for b in (row.body, row.at) if b},
        "shared_places": {place.body for place in handling.shared_places},
        "walls": {wall.seen_by for wall in handling.walls},
    }
    for member, named in bodies.items():
        _check_known(path, member, named, set(knowledge.bodies_by_id))


def _check_questions(path: Path, knowledge: Knowledge) -> None:
    named = {code for row in knowledge.questions.between for code in row.codes}
    _check_known(path, "between", named, set(knowledge.categories_by_code))


def _check_known(path: Path, member: str, named: AbstractSet[str], known: AbstractSet[str]) -> None:
    if unknown := sorted(named - known):
        raise KnowledgeError(f"{path}: {member}: {', '.join(unknown)} is not on record")


def _check_unique(path: Path, member: str, values: list[str]) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise KnowledgeError(f"{path}: {member}: {', '.join(twice)} appears twice")


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((folder / name).read_bytes())
    digest.update(LANGUAGES_FILE.read_bytes())
    return digest.hexdigest()[:8]
