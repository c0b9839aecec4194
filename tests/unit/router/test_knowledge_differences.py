"""What changed between two states of the knowledge is told by row and member."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from services.router.cli import app
from services.router.knowledge.differences import Difference, State, differences, read_state
from services.router.knowledge.files import KnowledgeError
from services.router.knowledge.loader import FOLDER

RUN = CliRunner()
HEAD = "version: 2026-11-25\nvalid_from: 2024-04-01\n"
CATEGORIES = """\
fallback: {code: TEM-TOP, body: temizlik}
categories:
  - code: TEM-TOP
    title: Çöp toplama
    destinations:
      - {body: temizlik, priority: urgent, legal_basis: 5393 m.14}
  - code: FEN-YOL
    title: Yol
    destinations:
      - {body: fen, priority: normal, legal_basis: 5393 m.14}
      - {body: ibb, priority: normal, legal_basis: 5216 m.7}
"""
IN = "categories.yaml categories"
MESSAGES = "code,body,priority,channel,style,text\n"


def folder(place: Path, **files: str) -> Path:
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        (place / f"{name}.yaml").write_text(HEAD + text, encoding="utf-8")
    return place


def told(old: Path, new: Path) -> list[tuple[str, str, str, str]]:
    return [
        (d.what, " ".join(d.where), d.before, d.after) for d in differences(read_state(old), read_state(new))
    ]


def test_rows_are_told_apart_by_what_they_are_called_not_by_where_they_stand(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", categories=CATEGORIES)
    first, second = CATEGORIES.split("  - code: FEN-YOL")
    head, row = first.split("categories:\n")
    moved = f"{head}categories:\n  - code: FEN-YOL{second}{row}"
    assert told(old, folder(tmp_path / "new", categories=moved)) == []


def test_a_member_a_row_and_a_phrase(tmp_path: Path) -> None:
    old = folder(
        tmp_path / "old",
        categories=CATEGORIES,
        thresholds="thresholds: {assign: 0.9, split: 0.25}\n",
        dangers="dangers:\n  - {id: gas, phone: '187', phrases: [gaz kok*, gaz sız*]}\n",
    )
    new = folder(
        tmp_path / "new",
        categories=CATEGORIES.replace("priority: urgent", "priority: normal").replace(
            "      - {body: ibb, priority: normal, legal_basis: 5216 m.7}\n",
            "  - code: SU-KSN\n    title: Su\n    destinations: []\n",
        ),
        thresholds="thresholds: {assign: 0.95, split: 0.25}\n",
        dangers="dangers:\n  - {id: gas, phone: '187', phrases: [gaz kok*, doğalgaz*]}\n",
    )
    assert told(old, new) == [
        ("removed", f"{IN} FEN-YOL destinations ibb", "body ibb; legal_basis 5216 m.7; priority normal", ""),
        ("added", f"{IN} SU-KSN", "", "code SU-KSN; title Su"),
        ("changed", f"{IN} TEM-TOP destinations temizlik priority", "urgent", "normal"),
        ("added", "dangers.yaml dangers gas phrases doğalgaz*", "", ""),
        ("removed", "dangers.yaml dangers gas phrases gaz sız*", "", ""),
        ("changed", "thresholds.yaml thresholds assign", "0.9", "0.95"),
    ]


def test_messages_are_counted_by_category_and_examples_by_where_they_go(tmp_path: Path) -> None:
    old, new = (folder(tmp_path / name, categories=CATEGORIES) for name in ("old", "new"))
    for place, count in ((old, 1), (new, 2)):
        (place / "messages").mkdir()
        lines = "TEM-TOP,temizlik,urgent,web,plain,çöp\n" * count + ",,normal,web,short,bir bakın\n"
        two = 'TEM-TOP+FEN-YOL,temizlik+fen,urgent,web,two_subjects,"çöp, çukur"\n'
        (place / "messages" / "some.csv").write_text(MESSAGES + lines + two, encoding="utf-8")
    example = "# version: 2026-11-23\ncategory_code,body,text\n{},Yolda çukur var\n"
    (old / "examples.csv").write_text(example.format("FEN-YOL,ibb"), encoding="utf-8")
    (new / "examples.csv").write_text(example.format("FEN-YOL,fen"), encoding="utf-8")
    assert told(old, new) == [
        ("changed", "examples.csv Yolda çukur var", "FEN-YOL at ibb", "FEN-YOL at fen"),
        ("changed", "messages TEM-TOP", "2", "3"),
    ]


def test_a_file_that_came_is_one_difference(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", categories=CATEGORIES)
    new = folder(tmp_path / "new", categories=CATEGORIES, rules="rules: [{id: split, number: 4}]\n")
    assert told(old, new) == [("added", "rules.yaml", "", "rules split id split; rules split number 4")]


places = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple)
states = st.dictionaries(places, st.sampled_from(["", "1", "2"]), max_size=8)


@given(states, states)
def test_nothing_is_missed_and_the_way_back_is_the_way_there(old: State, new: State) -> None:
    there, back = differences(old, new), differences(new, old)
    assert bool(there) == (old != new)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    turned = [Difference(opposite[d.what], d.where, d.after, d.before) for d in back]  # type: ignore[arg-type]
    assert sorted(turned, key=str) == sorted(there, key=str)


def test_what_ships_is_read_whole_and_equals_itself() -> None:
    state = read_state(FOLDER)
    assert ("thresholds.yaml", "thresholds", "assign") in state
    assert ("categories.yaml", "categories", "TEM-KNT", "destinations", "temizlik", "priority") in state
    assert int(state["messages", "TEM-KNT"]) >= 25
    assert differences(state, state) == []


def test_the_command_reads_folders_and_revisions(tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(FOLDER, old)
    thresholds = (old / "thresholds.yaml").read_text(encoding="utf-8")
    (old / "thresholds.yaml").write_text(thresholds.replace("assign: 0.9", "assign: 0.8"), encoding="utf-8")
    result = RUN.invoke(app, ["knowledge", "diff", str(old)])
    assert result.exit_code == 0, result.output
    assert "thresholds.yaml\n  ~ thresholds assign: 0.8 → 0.9\ndifferences: 1" in result.stdout
    same = RUN.invoke(app, ["knowledge", "diff", "HEAD", "HEAD"])
    assert (same.exit_code, same.stdout) == (0, "differences: 0\n")


@pytest.mark.parametrize("name", ["no-such-revision", "--output=x"])
def test_what_is_neither_is_said_so(name: str) -> None:
    result = RUN.invoke(app, ["knowledge", "diff", "--", name])
    assert result.exit_code == 1
    assert "neither a folder nor a revision" in result.stderr


def test_a_folder_of_something_else_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no knowledge files"):
        read_state(tmp_path)
    (tmp_path / "categories.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"categories\.yaml"):
        read_state(tmp_path)
