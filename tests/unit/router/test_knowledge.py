"""The knowledge that ships is whole, and a mistake in a changed copy is named where it stands."""

import shutil
from pathlib import Path

import pytest

from services.router.knowledge.files import KnowledgeError
from services.router.knowledge.loader import FOLDER, load_knowledge
from shared.contracts.departments import department_slugs
from shared.contracts.vocabulary import Priority

TWO_BODIES = {
    "TEM-SUP",
    "TEM-MLZ",
    "TEM-GDN",
    "FEN-YOL",
    "ULA-PRK",
    "ZAB-GRL",
    "IMR-KRL",
    "IMR-PLN",
    "TEM-KNT",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(
        FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )


def change(file: Path, old: str, new: str) -> int:
    """Replace the first ``old`` and return the number of its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_what_ships_is_whole() -> None:
    knowledge = load_knowledge()
    assert len(knowledge.categories) == 178
    assert len(knowledge.examples) == 200
    assert {b.id for b in knowledge.bodies if b.kind == "department"} == department_slugs()
    assert knowledge.version.startswith("2026-11-25+")


def test_titles_are_told_apart() -> None:
    titles = [category.title for category in load_knowledge().categories]
    assert len(set(titles)) == len(titles)


def test_place_or_owner_decides_between_two_bodies() -> None:
    shared = {c.code for c in load_knowledge().categories if len(c.destinations) > 1}
    assert shared == TWO_BODIES - {"TEM-KNT"}


def test_a_destination_that_no_row_foresees_takes_the_categorys_first() -> None:
    knowledge = load_knowledge()
    destination = knowledge.destination("TEM-TOP", "park")
    assert (destination.body, destination.priority) == ("park", Priority.URGENT)
    with pytest.raises(KeyError):
        knowledge.destination("TEM-TOP", "yok")
    with pytest.raises(KeyError):
        knowledge.destination("YOK-YOK", "park")


@pytest.mark.parametrize(
    ("name", "old", "new", "field"),
    [
        ("categories.yaml", "priority: urgent", "priority: ivedi", "categories.6.destinations.0.priority"),
        ("categories.yaml", "title: Yangın\n", "titel: Yangın\n", "title"),
        ("bodies.yaml", "kind: authority", "kind: yabancı", "authorities.0.kind"),
        ("bodies.yaml", "version: 2026-11-25", "version: bugün", "version"),
        ("dangers.yaml", 'phone: "187"', "phone: 187", "dangers.0.phone"),
        ("examples.csv", "TEM-TOP,", "TEMTOP,", "category_code"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_field(
    folder: Path, name: str, old: str, new: str, field: str
) -> None:
    line = change(folder / name, old, new)
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(folder)
    message = str(error.value)
    assert name in message
    assert field.rsplit(".", maxsplit=1)[-1] in message
    # A member that is missing has no line of its own: the entry that lacks it is named.
    assert any(f"{name}:{near}:" in message for near in (line, line - 1))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("bodies.yaml", "slug: afet\n", "slug: yokmudurluk\n", "yokmudurluk"),
        ("bodies.yaml", "id: bedas", "id: btk", "btk appears twice"),
        ("categories.yaml", "body: temizlik", "body: copculer", "no body has the id copculer"),
        ("categories.yaml", "code: ACL-COK", "code: ACL-COC", "ACL-COC appears twice"),
        ("categories.yaml", "body: halkla-iliskiler}", "body: temizlik}", "HIM-ONR does not go to temizlik"),
        ("examples.csv", "TEM-TOP,temizlik", "TEM-TOP,park", "TEM-TOP does not go to park"),
        ("bodies.yaml", "departments:", "departments: [", "bodies.yaml:"),
        (
            "handling.yaml",
            "[FEN-YOL, TEM-SUP]",
            "[FEN-YOL, TEM-YOK]",
            "place_decides: TEM-YOK is not on record",
        ),
        ("handling.yaml", "body: iklim, role", "body: hava, role", "consultations: hava is not on record"),
        ("handling.yaml", "seen_by: teftis", "seen_by: kimse", "walls: kimse is not on record"),
        ("questions.yaml", "codes: [AYD-SOK", "codes: [AYD-YOK", "between: AYD-YOK is not on record"),
        ("rules.yaml", "id: split", "id: danger-first", "danger-first appears twice"),
    ],
)
def test_files_that_contradict_each_other_are_refused(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    change(folder / name, old, new)
    with pytest.raises(KnowledgeError, match=said):
        load_knowledge(folder)


def test_a_destination_without_example_is_refused(folder: Path) -> None:
    change(folder / "categories.yaml", "body: acil-112, priority", "body: emniyet, priority")
    with pytest.raises(KnowledgeError, match="ACL-COC"):
        load_knowledge(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "dangers.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"dangers\.yaml: cannot be read"):
        load_knowledge(folder)


def test_any_change_makes_another_version(folder: Path) -> None:
    change(folder / "dangers.yaml", "alev alev", "alev alev alev")
    assert load_knowledge(folder).version != load_knowledge().version
