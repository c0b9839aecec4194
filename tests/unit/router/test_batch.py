"""Many messages from one CSV to another."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.router.cli import app
from shared.contracts.vocabulary import Priority

RUN = CliRunner()
COLUMNS = "id,code,body,priority,emergency,confidence,auto,second_code,second_body"


def routed(folder: Path, content: str) -> list[dict[str, str]]:
    file = folder / "questions.csv"
    file.write_text(content, encoding="utf-8")
    result = RUN.invoke(app, ["route", "--batch", str(file)])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == COLUMNS
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_each_line_is_answered_in_the_catalogue_s_words(tmp_path: Path) -> None:
    rows = routed(
        tmp_path,
        "id,channel,text\n"
        "a,web,Üç gündür sokağımızdan çöp alınmıyor\n"
        'b,call,"Arayan, apartmanda keskin gaz kokusu olduğunu söylüyor"\n'
        "c,mobile,😀\n"
        "d,web,There is a big hole in the street near my house\n",
    )
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert (rows[0]["code"], rows[0]["body"]) == ("TEM-TOP", "Temizlik İşleri Müdürlüğü")
    assert (rows[1]["code"], rows[1]["body"]) == ("GAZ-KCK", "İGDAŞ (187)")
    assert (rows[1]["emergency"], rows[1]["priority"]) == ("true", "emergency")
    assert [(row["code"], row["body"], row["auto"]) for row in rows[2:]] == [("", "", "false")] * 2
    for row in rows:
        assert 0 <= float(row["confidence"]) <= 1
        assert row["priority"] in set(Priority)
        assert row["auto"] in {"true", "false"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id,text\n1,çöp\n", "column channel is missing"),
        ("id,channel,text\n1,fax,çöp\n", ":2: channel 'fax'"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_place(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "questions.csv"
    file.write_text(content, encoding="utf-8")
    result = RUN.invoke(app, ["route", "--batch", str(file)])
    assert result.exit_code == 2
    assert says in result.stderr


def test_either_a_text_or_a_file_is_wanted() -> None:
    assert RUN.invoke(app, ["route"]).exit_code == 2
